local host = require "ses.emulator.host"
local nginx = require "ses.emulator.nginx"

describe("ses.emulator.nginx", function()
  it("finds this machine's nginx and the modules that it must load", function()
    local found = assert(nginx.find())
    assert.is_true(host.succeeds(host.quote(found.program) .. " -v 2>/dev/null"))
    for _, path in ipairs(found.modules) do assert.truthy(host.read_file(path), path) end
  end)

  -- A program that answers -V as some other nginx does.
  local function pretend(build)
    local path = os.tmpname()
    assert(host.write_file(path, "#!/bin/sh\ncat >&2 <<'END'\n" .. build .. "\nEND\n"))
    os.execute("chmod +x " .. path)
    local found, err = nginx.find(path)
    os.remove(path)
    return found, err
  end

  it("needs no module where Lua is built in, as in OpenResty", function()
    local found = assert(pretend "configure arguments: --add-module=../ngx_lua-0.10.26 --with-pcre")
    assert.same({}, found.modules)
  end)

  it("names the packages where the module is missing", function()
    local found, err = pretend "configure arguments: --modules-path=/nonexistent"
    assert.is_nil(found)
    assert.equal("MissingDependency", err.code)
    assert.truthy(err.message:find("Lua module, which is not installed; install it by: apt-get install", 1, true))
  end)
end)
