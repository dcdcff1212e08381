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
      assert.equal("false\tfalse\t93", at_terminal "TERM=dumb")
    end)
  end)
end)
