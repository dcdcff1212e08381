local conf = require "ses.emulator.conf"

describe("ses.emulator.conf", function()
  local options = {
    listen = "127.0.0.1:8009", daemon = true, modules = { "/a/b.so" }, lua_path = "/x/?.lua", lua_cpath = "/y/?.so",
  }

  it("fills every place in", function()
    local text = conf.render(options)
    assert.truthy(text:find("listen 127.0.0.1:8009 ", 1, true))
    assert.truthy(text:find('load_module "/a/b.so";', 1, true))
    assert.truthy(text:find('lua_package_path "/x/?.lua;;";', 1, true))
    assert.falsy(text:find("{%l+}"))
  end)

  it("quotes paths as nginx reads them", function()
    local odd = {}
    for name, value in pairs(options) do odd[name] = value end
    odd.lua_path = '/a "b" \\c/?.lua'
    assert.truthy(conf.render(odd):find([["/a \"b\" \\c/?.lua;;"]], 1, true))
  end)
end)
