local host = require "ses.emulator.host"
local launcher = require "ses.emulator.launcher"
local support = require "spec.support.emulator"

local function exists(path) return os.rename(path, path) ~= nil end

local function fresh_folder()
  return assert(host.capture "mktemp -d")
end

describe("ses.emulator.launcher", function()
  it("starts on a free port of 127.0.0.1 and stops without a trace", function()
    local emulator = assert(launcher.start {})
    assert.truthy(emulator.url:find("^http://127%.0%.0%.1:%d+$"))
    assert.equal(emulator.port, tonumber(emulator.url:match("%d+$")))
    assert.is_true(emulator.running())
    assert.is_true(host.is_listening(emulator.port))
    assert.is_true(exists(emulator.folder))
    assert.is_true(emulator.stop())
    assert.is_false(emulator.running())
    assert.is_false(host.is_listening(emulator.port))
    assert.is_false(exists(emulator.folder))
    assert.is_true(emulator.stop())
  end)

  it("runs several at once", function()
    local one, two = assert(launcher.start {}), assert(launcher.start {})
    assert.not_equal(one.port, two.port)
    one.stop()
    assert.is_true(two.running())
    two.stop()
  end)

  it("keeps mail, templates, suppression and quota over a restart where there is a data directory", function()
    local folder = fresh_folder() .. "/it's a \"folder\""
    local client = support.start { data = folder }
    assert.equal(200, (client:send(support.mail("a@example.com"))))
    client:call("POST", "/v2/email/templates", { TemplateName = "t", TemplateContent = { Subject = "x" } })
    client:call("PUT", "/v2/email/suppression/addresses", { EmailAddress = "b@example.com", Reason = "BOUNCE" })
    client:stop()
    client = support.start { data = folder }
    local state = client:control("GET", "/state")
    client:stop()
    assert.equal(1, state.counts.total)
    assert.equal(1, state.templates)
    assert.equal(1, state.suppressed)
    assert.equal(1, state.quota.sent)
    os.execute("rm -rf " .. host.quote(folder))
  end)

  it("refuses a second emulator on the same data", function()
    local folder = fresh_folder()
    local emulator = assert(launcher.start { data = folder })
    local second, err = launcher.start { data = folder }
    emulator.stop()
    assert.is_nil(second)
    assert.truthy(err.message:find("another emulator %(process " .. emulator.pid .. "%) runs in"))
    os.execute("rm -rf " .. host.quote(folder))
  end)

  it("says when a port is taken", function()
    local emulator = assert(launcher.start {})
    local second, err = launcher.start { port = emulator.port }
    emulator.stop()
    assert.is_nil(second)
    assert.equal(("port %d is taken"):format(emulator.port), err.message)
  end)

  it("ends with the process that started it, also where that is killed", function()
    local lua = arg and arg[-1] or "lua5.4"
    for i = -1, -20, -1 do
      if arg and arg[i] then lua = arg[i] end
    end
    local out = os.tmpname()
    local script = ([[local e = assert(require("ses.emulator.launcher").start {})
      local file = io.open(%q, "w") file:write(e.pid, " ", e.folder, " ") file:close()
      require("ses.core").clock.sleep(60)]]):format(out)
    os.execute(("%s -e %s & echo $! >%s.pid"):format(host.quote(lua), host.quote(script), out))
    local pid, folder
    assert.truthy(host.wait_for(20, function()
      pid, folder = (host.read_file(out) or ""):match("^(%d+) (%S+) $")
      return pid
    end))
    assert.truthy(host.identity(pid))
    os.execute("kill -KILL $(cat " .. out .. ".pid)")
    assert.truthy(host.wait_for(10, function() return not host.identity(pid) end))
    assert.is_false(exists(folder))
    os.remove(out)
    os.remove(out .. ".pid")
  end)

  it("outlives its starter where it is told so", function()
    local emulator = assert(launcher.start { detach = true })
    assert.is_true(emulator.running())
    emulator.stop()
  end)

  it("names the packages where nginx is missing", function()
    local emulator, err = launcher.start { nginx = "/nonexistent/nginx" }
    assert.is_nil(emulator)
    assert.equal("MissingDependency", err.code)
    assert.truthy(err.message:find("apt-get install nginx libnginx-mod-http-lua", 1, true))
  end)

  it("names the package of a Lua module that is missing", function()
    local program = os.tmpname()
    host.write_file(program, [[#!/bin/sh
if [ "$1" = -V ]; then echo "--add-module=ngx_lua" >&2; exit 0; fi
echo "nginx: [error] init_by_lua error: server.lua:1: module 'luasql.sqlite3' not found:" >&2
exit 1
]])
    os.execute("chmod +x " .. program)
    local emulator, err = launcher.start { nginx = program }
    os.remove(program)
    assert.is_nil(emulator)
    assert.truthy(err.message:find("install it by: apt-get install lua-sql-sqlite3", 1, true))
  end)

  it("says which identity it cannot take as verified", function()
    local emulator, err = launcher.start { identities = { "" } }
    assert.is_nil(emulator)
    assert.truthy(err.message:find("--verified", 1, true))
  end)

  it("refuses options that it does not know or cannot take", function()
    local function refused(pattern, options)
      local emulator, err = launcher.start(options)
      assert.is_nil(emulator)
      assert.equal("validation", err.kind)
      assert.truthy(err.message:find(pattern), err.message)
    end
    refused("did you mean 'port'", { prot = 1 })
    refused("^port must be a number", { port = "80" })
    refused("^port must be from 0", { port = 70000 })
    refused("^rate must be more than 0", { rate = 0 })
    refused("^daily must be", { daily = -2 })
    refused("^bind must be", { bind = "localhost; evil" })
  end)

  it("says when the data directory cannot be made", function()
    local emulator, err = launcher.start { data = "/proc/nothing/here" }
    assert.is_nil(emulator)
    assert.truthy(err.message:find("data directory cannot be made", 1, true))
  end)
end)
