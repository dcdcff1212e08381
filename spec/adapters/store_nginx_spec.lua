local nginx = require "spec.support.nginx"
local store_contract = require "spec.support.store_contract"

describe("ses.adapters.store_nginx", function()
  local running

  setup(function()
    running = nginx.start("lua_shared_dict ses_cache 1m;\nlua_shared_dict other 1m;\n" .. nginx.RUNS_LUA)
  end)
  teardown(function() running.stop() end)

  local function lua(code)
    local text, status = running.post("/lua", code)
    assert.equal(200, status, text)
    return text
  end

  for i, case in ipairs(store_contract.cases) do
    it(case[1], function()
      assert.equal("kept", lua(([[
        ngx.shared.ses_cache:flush_all()
        local store = require("ses.adapters.store_nginx").new "ses_cache"
        local case = require("spec.support.store_contract").cases[%d]
        case[2](store, { sleep = ngx.sleep })
        return "kept"
      ]]):format(i)))
    end)
  end

  it("is what the host gives, by the name that the settings have", function()
    assert.equal("ses.Store in nginx's shared dictionary ses_cache ses.Store in nginx's shared dictionary other",
      lua [[
        local host = require("ses.adapters.host").current()
        return tostring(host.store { cache_dict = "ses_cache" }) .. " " .. tostring(host.store { cache_dict = "other" })
      ]])
  end)

  it("gives way to the memory of the worker where nginx.conf declares none", function()
    assert.equal("ses.Store in memory (0 of 1000 entries) true", lua [[
      local host = require("ses.adapters.host").current()
      local store = host.store { cache_dict = "missing" }
      return tostring(store) .. " " .. tostring(store == host.store { cache_dict = "missing" })
    ]])
  end)

  it("keeps what a request set for the next one", function()
    lua [[ require("ses.adapters.host").current().store({ cache_dict = "other" }):set("k", "kept") ]]
    assert.equal("kept", lua [[
      return require("ses.adapters.host").current().store({ cache_dict = "other" }):get "k"
    ]])
  end)
end)
