local inbox = require "spec.support.inbox"
local process = require "spec.support.process"
local terminal = require "ses.cli.terminal"

describe("ses.cli.terminal", function()
  it("colours only where it is wanted", function()
    assert.equal("text", terminal.paint("red", "text", false))
    assert.equal("\27[31mtext\27[0m", terminal.paint("red", "text", true))
  end)

  it("takes what is no terminal for 80 columns without colour", function()
    assert.is_false(terminal.is_interactive())
    assert.is_false(terminal.has_colour "stderr")
    assert.is_true(terminal.width() >= 20)
  end)

  describe("at a terminal", function()
    local folder
    setup(function() folder = process.folder() end)
    teardown(function() process.remove(folder) end)

    -- What a script prints at a terminal of 93 columns.
    local function at_terminal(environment)
      process.write(folder .. "/look.lua", [[
        local terminal = require "ses.cli.terminal"
        print(terminal.is_interactive(), terminal.has_colour(), terminal.width())]])
      local command = ("stty cols 93; env %s build/ses %s/look.lua"):format(environment, folder)
      local out = process.shell(("script -q -e -c %s /dev/null </dev/null"):format(process.quote(command)))
      return (out:gsub("[\r\n]", ""))
    end

    it("knows its width and its colours", function()
      assert.equal("true\ttrue\t93", at_terminal "TERM=xterm")
    end)

    it("heeds NO_COLOR and a dumb terminal", function()
      assert.equal("true\tfalse\t93", at_terminal "TERM=xterm NO_COLOR=1")
      assert.equal("true\ttrue\t93", at_terminal "TERM=xterm NO_COLOR=")
      assert.equal("false\tfalse\t93", at_terminal "TERM=dumb")
    end)

    it("looks at each stream by itself", function()
      process.write(folder .. "/streams.lua", [[
        local terminal = require "ses.cli.terminal"
        io.stderr:write(tostring(terminal.has_colour "stdout"), " ", tostring(terminal.has_colour "stderr"))]])
      local command = ("NO_COLOR= TERM=xterm build/ses %s/streams.lua >/dev/null"):format(folder)
      local out = process.shell(("script -q -e -c %s /dev/null </dev/null"):format(process.quote(command)))
      assert.equal("false true", (out:gsub("[\r\n]", "")))
    end)
  end)

  describe("of the commands that colour", function()
    local COLOUR = "\27%[%d+m"
    local emulator, folder, env

    setup(function()
      folder, emulator = process.folder(), inbox.start()
      env = { TERM = "xterm", LC_ALL = "C.UTF-8", NO_COLOR = "" }
      for name, value in pairs(emulator.env) do env[name] = value end
      process.write(folder .. "/people.csv", "email\nreader.1@example.com\nreader.2@example.com\n")
      process.write(folder .. "/news.lua", [[return {
        name = "news", audience = { csv = "people.csv" },
        message = { from = "news@shop.example", subject = "News", text = "There are some." },
      }]])
    end)
    teardown(function()
      emulator.stop()
      process.remove(folder)
    end)

    -- What a command writes to a terminal, and what to pipes.
    local function written(command)
      local at_terminal = process.run({ "script", "-q", "-c", command, "/dev/null" }, { env = env })
      local piped = process.run({ "sh", "-c", command .. " 2>&1" }, { env = env })
      return at_terminal.out, piped.out
    end

    local CASES = {
      ["ses doctor"] = { command = "build/ses doctor", says = "configuration: region" },
      ["ses campaign"] = {
        command = "build/ses campaign run FOLDER/news.lua --journal $(mktemp -d -p FOLDER)/journal.db", says = "100%",
      },
    }

    for name, case in pairs(CASES) do
      it(name .. " does so at a terminal alone, and not with NO_COLOR", function()
        local command = case.command:gsub("FOLDER", folder)
        local at_terminal, piped = written(command)
        assert.truthy(at_terminal:find(COLOUR), at_terminal)
        assert.is_nil(piped:find("\27", 1, true))
        local plain = written("NO_COLOR=1 " .. command)
        assert.truthy(plain:find(case.says, 1, true), plain)
        assert.is_nil(plain:find(COLOUR))
      end)
    end
  end)
end)
