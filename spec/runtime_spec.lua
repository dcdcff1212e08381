local process = require "spec.support.process"

-- ses.runtime is only in the program, so scripts tell what it says.
describe("ses.runtime", function()
  local folder
  setup(function() folder = process.folder() end)
  teardown(function() process.remove(folder) end)

  local function run(text)
    process.write(folder .. "/script.lua", "local runtime = require 'ses.runtime'\n" .. text)
    local result = process.run { "build/ses", folder .. "/script.lua" }
    assert.equal("", result.err)
    return (result.out:gsub("\n$", ""))
  end

  it("knows where the program is", function()
    local root = process.shell "pwd -P"
    assert.equal(root .. "/build/ses\t" .. root, run "print(runtime.executable, runtime.prefix)")
  end)

  it("knows what is no terminal", function()
    assert.equal("false\tfalse\tfalse", run [[
      print(runtime.is_tty(1), runtime.is_tty(-1), runtime.is_tty(1 << 40))]])
    assert.equal("nil", run "print(runtime.terminal_width())")
  end)

  it("tells the process id", function()
    assert.equal("true", run [[
      local file = assert(io.open("/proc/self/stat"))
      print(file:read("n") == runtime.pid())]])
  end)

  it("counts no interrupt where none came", function()
    assert.equal("0", run "print(runtime.interrupted())")
  end)

  it("raises the first Ctrl-C of a script as an error that the script can catch", function()
    assert.equal("false\ttrue\t1", run [[
      local ok, err = pcall(function()
        io.popen("kill -INT " .. runtime.pid()):close()
        while true do end
      end)
      print(ok, err:find("interrupted!", 1, true) ~= nil, runtime.interrupted())]])
  end)
end)
