local process = require "spec.support.process"
local tree = require "ses.cli.tree"

local SES = "build/ses"

local function ses(...)
  return process.run { SES, ... }
end

-- One line on stderr, nothing on stdout.
local function complains(result, status, line)
  assert.equal(line .. "\n", result.err)
  assert.equal("", result.out)
  assert.equal(status, result.status)
end

describe("the ses program", function()
  local folder

  setup(function() folder = process.folder() end)
  teardown(function() process.remove(folder) end)

  local function script(text, name)
    local path = folder .. "/" .. (name or "script.lua")
    process.write(path, text)
    return path
  end

  it("shows its help without a word, with --help and with the command", function()
    for _, words in ipairs { {}, { "--help" }, { "-h" }, { "help" }, { "-" } } do
      local result = process.run { SES, (table.unpack or unpack)(words) }
      assert.equal(0, result.status)
      assert.truthy(result.out:find("Usage: ses COMMAND", 1, true))
      assert.equal("", result.err)
    end
  end)

  it("shows the help of every command that it lists", function()
    for _, name in ipairs(require("ses.cli").names()) do
      local by_help, by_flag = ses("help", name), ses(name, "--help")
      assert.equal(0, by_help.status)
      assert.equal(by_help.out, by_flag.out)
      assert.truthy(by_help.out:find("Usage: ses " .. name, 1, true))
    end
  end)

  it("shows examples in the help of every command", function()
    tree.walk(tree.root(), function(node)
      if #node.nodes > 0 then return end
      local text = process.run { SES, "help", (table.unpack or unpack)(node.words) }.out
      assert.truthy(text:find("\n  [^\n]*%f[%w]" .. node.title:gsub("-", "%%-") .. "%f[%W]"), node.title)
    end)
  end)

  it("shows the summary of each command as the command gives it", function()
    for _, entry in ipairs(require("ses.cli").commands) do
      assert.equal(require("ses.cli." .. entry.name).summary, entry.summary)
    end
  end)

  it("shows its version", function()
    local result = ses "--version"
    assert.equal(0, result.status)
    assert.truthy(result.out:find("^ses %d+%.%d+%.%d+ %(Lua 5%.4%)\n$"))
    assert.equal(result.out, ses("version").out)
  end)

  it("answers a wrong command or option in one line, with status 2", function()
    complains(ses "sned", 2, "ses: there is no command 'sned'; did you mean 'send'?")
    complains(ses "frobnicate", 2, "ses: there is no command 'frobnicate'; see 'ses --help'")
    complains(ses "--endpoint", 2, "ses: --endpoint needs a value: --endpoint URL; see 'ses --help'")
    complains(ses "--verison", 2, "ses: there is no option '--verison'; did you mean '--version'?")
    complains(ses("send", "--form", "a"), 2, "ses send: there is no option '--form'; did you mean '--from'?")
    complains(ses("help", "campain"), 2, "ses help: there is no command 'campain'; did you mean 'campaign'?")
  end)

  it("runs a script with its arguments", function()
    local path = script("#!/usr/bin/env ses\n"
      .. "io.write(arg[0], '|', arg[1], '|', arg[2], '|', select('#', ...), '|', arg[-1])")
    local result = ses(path, "one", "--two")
    assert.equal("", result.err)
    assert.equal(path .. "|one|--two|2|" .. SES, result.out)
    assert.equal(0, result.status)
  end)

  it("has every module of ses built in", function()
    local path = script([[
      for _, name in ipairs { "ses.errors", "ses.core", "ses.runtime", "ses.cli.args" } do
        assert(require(name))
        print(name, package.searchpath(name, package.path))
      end]])
    local result = process.run({ "/proc/self/cwd/" .. SES, path }, { env = { LUA_PATH = "/nowhere/?.lua" } })
    assert.equal("", result.err)
    assert.equal(0, result.status)
  end)

  it("finds the user's own modules by LUA_PATH, and its own before them", function()
    os.execute("mkdir -p " .. folder .. "/own/ses")
    process.write(folder .. "/own/mine.lua", "return { name = 'mine' }")
    process.write(folder .. "/own/ses/errors.lua", "return 'not this one'")
    local path = script "print(require('mine').name, type(require('ses.errors')))"
    local result = process.run({ SES, path }, { env = { LUA_PATH = folder .. "/own/?.lua;;" } })
    assert.equal("mine\ttable\n", result.out)
  end)

  it("tells a script's error in one line, with its place and without a trace", function()
    local path = script "local function f()\n  error('it broke\\nbadly')\nend\nf()"
    complains(ses(path), 1, "ses: " .. path .. ":2: it broke badly")
    complains(ses(script "local x = = 1"), 1, "ses: " .. path .. ":1: unexpected symbol near '='")
    complains(ses(script "error { code = 1 }"), 1, "ses: (error object is a table value)")
    complains(ses(script "error(setmetatable({}, { __tostring = function() return 'odd' end }))"), 1,
      "ses: odd")
    complains(ses(script "require 'no.such.module'"), 1,
      "ses: " .. path .. ":1: module 'no.such.module' not found")
    complains(ses(folder .. "/absent.lua"), 1,
      "ses: cannot open script " .. folder .. "/absent.lua: No such file or directory")
  end)

  it("shows the trace to those who ask for it", function()
    local path = script "local function deep() error 'it broke' end\ndeep()"
    assert.truthy(ses("--traceback", path).err:find("stack traceback", 1, true))
    local result = process.run({ SES, path }, { env = { SES_TRACEBACK = "1" } })
    assert.truthy(result.err:find("stack traceback", 1, true))
    assert.equal(1, result.status)
  end)

  it("keeps control characters of an error off the terminal", function()
    local result = ses(script "error('red \\27[31m', 0)")
    assert.equal("ses: red ?[31m\n", result.err)
  end)

  it("takes a file that is named like a command only with its folder", function()
    process.write(folder .. "/version", "print 'the file'")
    local root = process.shell "pwd"
    assert.truthy(process.run({ root .. "/" .. SES, "version" }, { cwd = folder }).out:find("^ses %d"))
    assert.equal("the file\n", process.run({ root .. "/" .. SES, "./version" }, { cwd = folder }).out)
  end)

  it("ends a script by Ctrl-C with status 130", function()
    local job = process.start { SES, script "io.stdout:write('ready\\n'):flush() while true do end" }
    process.eventually(function() return job.out() == "ready\n" end)
    job.signal "INT"
    assert.equal(130, job.wait())
    assert.truthy(job.err():find("interrupted!", 1, true))
    job.remove()
  end)

  it("lets a script go on to its end when nobody reads what it prints", function()
    local path = script [[
      for _ = 1, 1000 do print(("x"):rep(1000)) end
      io.stderr:write "done"]]
    assert.equal("done", process.shell(("{ %s %s | true; } 2>&1"):format(SES, path)))
  end)
end)
