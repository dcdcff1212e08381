-- What the workers of an nginx know together: one breaker, one rate.
local nginx = require "spec.support.nginx"
local scripted = require "spec.support.scripted"
local store_memory = require "ses.adapters.store_memory"
local core = require "ses.core"
local shared = require "ses.pipeline.shared"

describe("ses.pipeline.shared", function()
  local function limiter() return assert(core.limiter.new { rate = 10, burst = 5 }) end
  local function reserve(state) return (state:step(function(object) return object:reserve(5, 0) end)) end

  it("takes steps in one state, whoever takes them", function()
    local store = store_memory.new()
    local one, other = shared.new(limiter(), store, "k"), shared.new(limiter(), store, "k")
    assert.near(0, reserve(one), 1e-9)
    assert.near(0.5, reserve(other), 1e-9)
    assert.near(1, reserve(one), 1e-9)
    assert.near(0, reserve(shared.new(limiter(), store, "another")), 1e-9)
  end)

  it("goes on by its own state where the store has lost it, or fails", function()
    local store = store_memory.new()
    local state = shared.new(limiter(), store, "k")
    reserve(state)
    store:set("k", nil)
    assert.near(0.5, reserve(state), 1e-9)
    store:set("k", "what is this?")
    assert.near(1, reserve(state), 1e-9)
    store.update = function() return nil, "no memory" end
    assert.near(1.5, reserve(state), 1e-9)
  end)
end)

describe("the workers of an nginx", function()
  local running, server

  setup(function()
    server = scripted.start()
    running = nginx.start("lua_shared_dict ses_cache 1m;\n" .. nginx.RUNS_LUA_IN_WORKER, { workers = 2 })
  end)
  teardown(function()
    running.stop()
    server:stop()
  end)

  local function worker(id, code)
    local text, status = running.post("/worker/" .. id, ([[
      local ses = require "ses"
      local function client_of(options)
        options.region, options.endpoint, options.max_retries = "us-east-1", "%s", 0
        options.credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" }
        options.circuit_failure_threshold = options.circuit_failure_threshold or 1000
        return assert(ses.client(options))
      end
    ]]):format(server.url .. "/play") .. code)
    assert.equal(200, status, text)
    return text
  end

  it("share a breaker, and each tells of its changes", function()
    local begin = [[
      CHANGES = {}
      BREAKS = client_of {
        circuit_failure_threshold = 3, circuit_reset_timeout_ms = 300, circuit_half_open_requests = 1,
        on_circuit_change = function(change) CHANGES[#CHANGES + 1] = change.from .. ">" .. change.to end,
      }
    ]]
    worker(0, begin)
    worker(1, begin)
    server:repeated(3, scripted.failure(500, "InternalFailure"))
    worker(0, [[ BREAKS:call "GetAccount" BREAKS:call "GetAccount" ]])
    worker(1, [[ BREAKS:call "GetAccount" ]])
    assert.equal("open CircuitOpen", worker(0, [[
      return BREAKS:circuit_state() .. " " .. select(2, BREAKS:call "GetAccount").code
    ]]))
    server:script(scripted.OK)
    assert.equal("true closed", worker(1, [[
      while BREAKS:circuit_state() == "open" do ngx.sleep(0.01) end
      local ok = BREAKS:call "GetAccount"
      return tostring(ok ~= nil) .. " " .. BREAKS:circuit_state()
    ]]))
    assert.equal("closed closed>open open>closed",
      worker(0, [[ return BREAKS:circuit_state() .. " " .. table.concat(CHANGES, " ") ]]))
    assert.equal("closed>open open>half_open half_open>closed", worker(1, [[ return table.concat(CHANGES, " ") ]]))
  end)

  it("share a rate", function()
    server:repeated(200, scripted.OK)
    local send = [[
      local client = client_of { rate_limit_rps = 100, rate_limit_burst = 1 }
      local mail = { from = "a@example.com", to = "b@example.com", subject = "s", text = "t" }
      ngx.shared.jobs:incr("ready", 1, 0)
      while ngx.shared.jobs:get "ready" < 2 do ngx.sleep(0.001) end
      local began = ses.monotonic()
      ses.run(function(spawn)
        for _ = 1, 40 do spawn(function() assert(client.emails:send(mail)) end) end
      end)
      return ses.monotonic() - began
    ]]
    -- Both at the same time: the second one's answer is fetched when the first has its own.
    worker(0, "SENT = nil ngx.timer.at(0, function() SENT = (function() "
      .. "local ses = require 'ses' " .. ([[
        local function client_of(options)
          options.region, options.endpoint, options.max_retries = "us-east-1", "%s", 0
          options.credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" }
          return assert(ses.client(options))
        end
      ]]):format(server.url .. "/play") .. send .. " end)() end)")
    local second = tonumber(worker(1, send))
    local first = tonumber(worker(0, [[ while not SENT do ngx.sleep(0.01) end return SENT ]]))
    assert.equal(80, #server:played())
    -- 80 mails at 100 a second, by whoever; each alone would have needed half of it.
    assert.is_true(math.max(first, second) >= 0.79, first .. " " .. second)
  end)

  it("lose no step, however many they take at once", function()
    local count = [[
      local store = require("ses.adapters.host").current().shared_store { cache_dict = "ses_cache" }
      ngx.shared.jobs:incr("counting", 1, 0)
      while ngx.shared.jobs:get "counting" < 2 do ngx.sleep(0.001) end
      for _ = 1, 5000 do
        assert(store:update("counted", function(value) return (value or 0) + 1 end))
      end
      ngx.shared.jobs:incr("counters done", 1, 0)
    ]]
    worker(0, "ngx.timer.at(0, function() " .. count .. " end)")
    worker(1, count)
    assert.equal("10000", worker(0, [[
      while ngx.shared.jobs:get "counters done" < 2 do ngx.sleep(0.01) end
      return ("%d"):format(ngx.shared.ses_cache:get "counted")
    ]]))
  end)
end)
