local process = require "spec.support.process"

local has_zsh = process.shell "command -v zsh" ~= ""

describe("ses completion zsh", function()
  local folder

  setup(function()
    folder = process.folder()
    local result = process.run { "build/ses", "completion", "zsh" }
    assert.equal("", result.err)
    os.execute("mkdir -p " .. folder .. "/functions " .. folder .. "/at")
    process.write(folder .. "/functions/_ses", result.out)
    process.write(folder .. "/at/news.lua", "")
  end)

  teardown(function() process.remove(folder) end)

  -- A zsh that writes what completion offers to a file, and another at the end of a line (Ctrl-G).
  local RC = [[
    PROMPT= fpath=(FOLDER/functions $fpath)
    autoload -Uz compinit && compinit -u -D
    compadd() {
      if (( ! ${argv[(I)-[OAD]*]} )); then
        local -a offered
        builtin compadd -O offered "$@"
        print -rl -- $offered >> FOLDER/offered
      fi
      builtin compadd "$@"
    }
    finish() { print -r -- end >> FOLDER/offered; zle kill-whole-line }
    zle -N finish
    bindkey '^I' complete-word '^G' finish
    LISTMAX=10000
    cd FOLDER/at
]]

  -- Each case is what zsh is to offer and the line that it stands behind.
  local function offers(cases)
    process.write(folder .. "/.zshrc", (RC:gsub("FOLDER", folder)))
    local keys, expected = {}, {}
    for i, case in ipairs(cases) do
      keys[i] = case[2] .. "\t\7"
      expected[i] = case[2] .. " → " .. case[1]
    end
    process.run({ "timeout", "60", "script", "-q", "-e", "-c", "zsh -d -i", "/dev/null" },
      { stdin = table.concat(keys) .. "exit\n", env = { ZDOTDIR = folder, TERM = "xterm" } })
    local found, words = {}, {}
    for word in io.lines(folder .. "/offered") do
      if word == "end" then
        table.sort(words)
        found[#found + 1] = ("%s → %s"):format(cases[#found + 1][2], table.concat(words, " "))
        words = {}
      elseif word ~= "" then
        words[#words + 1] = word
      end
    end
    assert.same(expected, found)
  end

  it("is read by zsh", function()
    if not has_zsh then return pending "zsh is not installed" end
    local result = process.run { "zsh", "-f", "-n", folder .. "/functions/_ses" }
    assert.equal("", result.err)
    assert.equal(0, result.status)
  end)

  it("completes commands, options, values and files", function()
    if not has_zsh then return pending "zsh is not installed" end
    offers {
      { "call campaign completion", "ses c" },
      { "report resume retry run", "ses campaign r" },
      { "tail", "ses help events " },
      { "failed resend sent", "ses campaign settle --as " },
      { "none quarantine reject", "ses identity create example.com --dmarc=" },
      { "--limit", "ses campaign run --li" },
      { "news.lua", "ses campaign run --limit 5 " },
      { "bash zsh", "ses completion " },
      { "GetEmailTemplate", "ses call GetEmailTe" },
      { "", "ses send --from " },
      { "news.lua", "ses n" },
    }
  end)
end)
