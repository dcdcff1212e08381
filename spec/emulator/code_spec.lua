local code = require "ses.emulator.code"
local host = require "ses.emulator.host"

describe("ses.emulator.code", function()
  it("finds our Lua and the core for LuaJIT by absolute paths", function()
    local place = assert(code.find())
    local folder = place.lua_path:match("^(/.-)/%?%.lua;")
    assert.truthy(host.read_file(folder .. "/ses/emulator/server.lua"))
    assert.truthy(host.read_file((place.lua_cpath:gsub("%?", "ses/core"))))
    assert.equal("/", place.lua_cpath:sub(1, 1))
  end)
end)
