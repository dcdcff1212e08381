local process = require "spec.support.process"
local tree = require "ses.cli.tree"

describe("ses completion bash", function()
  local folder

  setup(function()
    folder = process.folder()
    local result = process.run { "build/ses", "completion", "bash" }
    assert.equal("", result.err)
    assert.equal(0, result.status)
    process.write(folder .. "/ses.bash", result.out)
    os.execute("mkdir -p " .. folder .. "/at/mails")
    process.write(folder .. "/at/news.lua", "")
    process.write(folder .. "/at/a file.csv", "")
    process.write(folder .. "/at/send", "")
  end)

  teardown(function() process.remove(folder) end)

  local DRIVER = [[
    source ../ses.bash || exit
    read -r _ _ complete _ < <(complete -p ses)
    offer() {
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      "$complete" ses "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      local IFS='|'
      printf '%s\n' "${COMPREPLY[*]}"
    }]]

  local function sorted(line)
    local words = {}
    for word in line:gmatch "[^|]+" do words[#words + 1] = word end
    table.sort(words)
    return table.concat(words, " ")
  end

  -- Each case is what bash is to offer and the words behind ses, as bash has split them; the last of them is the one
  -- under the cursor. One bash serves them all.
  local function offers(cases)
    local script, expected = { DRIVER }, {}
    for _, case in ipairs(cases) do
      local words = { "offer ses" }
      for i = 2, #case do words[i] = process.quote(case[i]) end
      script[#script + 1] = table.concat(words, " ")
      expected[#expected + 1] = table.concat(case, " ", 2) .. " → " .. case[1]
    end
    local result = process.run({ "bash", "--norc", "-c", table.concat(script, "\n") }, { cwd = folder .. "/at" })
    assert.equal("", result.err)
    local found, i = {}, 0
    for line in result.out:gmatch "(.-)\n" do
      i = i + 1
      found[i] = table.concat(cases[i], " ", 2) .. " → " .. sorted(line)
    end
    assert.same(expected, found)
  end

  it("completes the commands", function()
    local names = {}
    for _, name in ipairs(require("ses.cli").names()) do names[#names + 1] = name end
    table.sort(names)
    offers {
      { table.concat(names, " "), "" },
      { "call campaign completion", "c" },
      { "report resume retry run", "campaign", "r" },
      { "test-render", "--region", "eu-west-1", "template", "te" },
    }
  end)

  it("completes the commands behind help", function()
    offers {
      { "emulator events", "help", "e" },
      { "tail", "help", "events", "" },
      { "", "help", "-" },
    }
  end)

  it("completes the options of every command", function()
    local cases = {}
    tree.walk(tree.root(), function(node)
      if node.title == "ses help" then return end
      local flags = {}
      for _, option in ipairs(node.options) do
        if option.name then flags[#flags + 1] = "--" .. option.name end
      end
      table.sort(flags)
      local case = { table.concat(flags, " "), (table.unpack or unpack)(node.words) }
      case[#case + 1] = "--"
      cases[#cases + 1] = case
    end)
    assert.is_true(#cases > 20)
    cases[#cases + 1] = { "--text --text-file", "send", "--from", "a@example.com", "--tex" }
    cases[#cases + 1] = { "--traceback", "--t" }
    offers(cases)
  end)

  it("completes the values that there are", function()
    offers {
      { "failed resend sent", "campaign", "settle", "news.lua", "--as", "" },
      { "sending sent", "campaign", "export", "--state", "sen" },
      { "quarantine", "identity", "create", "example.com", "--dmarc", "=", "q" },
      { "none quarantine reject", "identity", "create", "--dmarc", "=" },
      { "bash zsh", "completion", "" },
      { table.concat(require("ses.model").operations(), " "), "call", "" },
      { "GetEmailTemplate", "call", "GetEmailTe" },
    }
  end)

  it("completes files where a file is meant, and folders where a folder is", function()
    offers {
      { "a file.csv mails news.lua send", "send", "--attach", "" },
      { "news.lua", "campaign", "run", "--limit", "5", "n" },
      { "a file.csv", "campaign", "export", "-o", "a" },
      { "news.lua", "campaign", "settle", "--events", "=", "n" },
      { "mails", "template", "push", "" },
      { "mails", "emulator", "--data", "m" },
    }
  end)

  it("completes a script and its arguments", function()
    offers {
      { "news.lua", "n" },
      { "a file.csv", "news.lua", "a" },
      { "", "news.lua", "--" },
    }
  end)

  it("offers nothing where only the user knows", function()
    offers {
      { "", "send", "--from", "" },
      { "", "send", "--tag", "s" },
      { "", "campaign", "run", "news.lua", "" },
      { "", "events", "tail", "--queue", "https", ":", "//s" },
    }
  end)

  it("knows where a value ends that bash took apart", function()
    offers {
      { "--subject", "send", "--tag", "list", "=", "news", "--su" },
      { "--queue", "events", "tail", "--endpoint", "=", "http", ":", "//[::1]", "--q" },
      { "news.lua", "campaign", "run", "--journal", "postgres", ":", "//db/x", "n" },
    }
  end)

  it("takes what stands behind -- as an argument", function()
    offers {
      { "", "campaign", "run", "--", "--l" },
      { "news.lua", "campaign", "run", "--", "n" },
    }
  end)
end)
