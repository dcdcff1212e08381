local args = require "ses.cli.args"
local cli = require "ses.cli"
local process = require "spec.support.process"
local tree = require "ses.cli.tree"

local function has(program) return process.shell("command -v " .. program) ~= "" end

describe("the manual pages", function()
  local folder, root

  setup(function()
    folder, root = process.folder(), tree.root()
    local result = process.run({ "build/ses", "tools/man.lua", folder }, { env = { SOURCE_DATE_EPOCH = "86400" } })
    assert.equal("", result.err)
    assert.equal(0, result.status)
  end)

  teardown(function() process.remove(folder) end)

  -- A page as its reader sees hyphens, apostrophes and fonts.
  local function page(name)
    local text = process.read(("%s/%s.1"):format(folder, name))
    return (text:gsub("\\f%u", ""):gsub("\\%-", "-"):gsub("\\%(aq", "'"):gsub("\\%(ti", "~"):gsub("\\%(ha", "^"))
  end

  -- From a heading to the next of its kind.
  local function part(text, heading)
    local _, last = text:find("\n" .. heading .. "\n", 1, true)
    assert.truthy(last, heading)
    return text:sub(last, (text:find("\n%.S[HS] ", last)) or -1)
  end

  local function shows(text, wanted)
    wanted = wanted:gsub("…", "...")
    assert.truthy(text:find(wanted, 1, true), ("'%s' is missing in: %s"):format(wanted, text))
  end

  it("are one for ses and one for each command", function()
    local names = { "ses.1" }
    for _, name in ipairs(cli.names()) do names[#names + 1] = ("ses-%s.1"):format(name) end
    table.sort(names)
    assert.equal(table.concat(names, "\n"), process.shell("ls " .. folder .. " | LC_ALL=C sort"))
  end)

  it("have every option and argument that the help has, with the same words", function()
    local seen = 0
    tree.walk(root, function(node)
      if node == root then return end
      local text = page("ses-" .. node.words[1])
      local told = part(text, #node.words == 1 and ".SH OPTIONS" or ".SS " .. node.title)
      for left, right in cli.help_text(node.command, node.title):gmatch "\n  (%-[^\n]-)  +([^ \n][^\n]*)" do
        shows(told, ("\n.TP\n%s\n%s\n"):format(left, right))
        seen = seen + 1
      end
    end)
    assert.is_true(seen > 100)
  end)

  it("have the summaries and the texts of the help", function()
    tree.walk(root, function(node)
      local text = page(table.concat({ "ses", node.words[1] }, "-"))
      shows(text, (node.command.summary:gsub("^%l", string.upper)) .. ".\n")
      for line in (node.command.usage or ""):gmatch "[^\n]+" do
        -- Other letters than ASCII's are written in roff's way.
        if not line:gsub("…", ""):find "[\128-\255`]" then shows(text, (line:gsub("^  ", ""))) end
      end
    end)
  end)

  it("tell exit status, environment and examples", function()
    for _, name in ipairs { "ses", "ses-send", "ses-campaign", "ses-emulator", "ses-template" } do
      local text = page(name)
      local statuses = part(text, ".SH EXIT STATUS")
      for _, status in ipairs { 0, 1, 2, 130 } do shows(statuses, ("\n.TP\n%d\n"):format(status)) end
      shows(part(text, ".SH ENVIRONMENT"), "\nNO_COLOR\n")
      shows(part(text, ".SH EXAMPLES"), "\nses " .. (name:match "%-(.*)" or ""))
    end
    shows(part(page "ses-send", ".SH ENVIRONMENT"), "\nAWS_REGION, AWS_DEFAULT_REGION\n")
    assert.is_nil(page "ses-emulator":find "AWS_REGION")
    for _, setting in ipairs(require("ses.config").schema()) do
      for _, name in ipairs(setting.env) do shows(part(page "ses", ".SH ENVIRONMENT"), name) end
    end
  end)

  it("carry their date from SOURCE_DATE_EPOCH, and the version", function()
    shows(page "ses-call", ('.TH SES-CALL 1 1970-01-02 "ses %s" "ses"\n'):format(require("ses.core").version))
  end)

  it("are such as man and mandoc find no fault with", function()
    -- Without groff man is a program that says that there are no pages.
    local has_man = has "man" and has "groff"
    if not has_man and not has "mandoc" then return pending "neither man nor mandoc is installed" end
    if has_man then
      local command = "man --warnings -l -E UTF-8 -Tutf8 -Z " .. folder .. "/*.1 >/dev/null"
      local result = process.run({ "sh", "-c", command }, { env = { LC_ALL = "C.UTF-8", MANROFFSEQ = "" } })
      assert.equal("", result.err)
      assert.equal(0, result.status)
    end
    if has "mandoc" then
      assert.equal("", process.shell("mandoc -T lint -W warning " .. folder .. "/*.1"))
    end
  end)

  -- The words of a line as a shell splits it, as far as the first command of a pipe goes.
  local function words_of(line)
    local words = {}
    line = line:gsub(" [|>].*", ""):gsub("'([^']*)'", function(text) return (text:gsub(" ", "\1")) end)
    for word in line:gmatch "[^ ]+" do words[#words + 1] = (word:gsub("\1", " ")) end
    return words
  end

  it("give examples that the commands take", function()
    local seen = 0
    tree.walk(root, function(node)
      for line in (node.command.usage or ""):gmatch "\n  (ses [^\n]+)" do
        local words = words_of(line)
        assert.equal(node.title, table.concat(words, " ", 1, #node.words + 1))
        assert(args.parse(node.options, { (table.unpack or unpack)(words, #node.words + 2) }))
        seen = seen + 1
      end
    end)
    assert.is_true(seen > 20)
  end)
end)
