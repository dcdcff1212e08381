local scripted = require "spec.support.scripted"
local ses = require "ses"

describe("ses.pipeline.gate", function()
  local server
  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)
  after_each(function() server:close_clients() end)

  -- Requests to /held that are on their way.
  local function held()
    local count = 0
    for line in server:exchange("GET", "/requests"):gmatch "[^\n]+" do
      if line:find("/held", 1, true) then count = count + 1 end
      if line:find("/release", 1, true) then count = 0 end
    end
    return count
  end

  local function eventually(condition)
    local ends = ses.monotonic() + 10
    while not condition() do
      if ses.monotonic() > ends then return false end
      ses.sleep(0.005)
    end
    return true
  end

  local function client_of(options)
    options.endpoint, options.max_concurrent_requests = server.url .. "/held", options.max_concurrent_requests or 2
    options.max_retries = 0
    return server:client(options)
  end

  it("lets so many requests go at the same time, and the others in their order", function()
    local client, order = client_of {}, {}
    ses.run(function(spawn)
      for i = 1, 6 do
        spawn(function()
          client:call "GetAccount"
          order[#order + 1] = i
        end)
      end
      for round = 1, 3 do
        assert.is_true(eventually(function() return held() == 2 end))
        ses.sleep(0.02)
        assert.equal(2, held())
        assert.equal(2 * round - 2, #order)
        server:exchange("GET", "/release")
        assert.is_true(eventually(function() return #order == 2 * round end))
      end
    end)
    for place, i in ipairs(order) do assert.is_true(math.ceil(place / 2) == math.ceil(i / 2)) end
  end)

  it("gives up at the call's deadline, without a request", function()
    local client = client_of { max_concurrent_requests = 1 }
    ses.run(function(spawn)
      local first = spawn(function() return client:call "GetAccount" end)
      assert.is_true(eventually(function() return held() == 1 end))
      local began = ses.monotonic()
      local _, err = client:call("GetAccount", {}, { operation_timeout_ms = 50 })
      assert.same({ "rate_limited", "TooManyConcurrentRequests", true, 0 },
        { err.kind, err.code, err.retryable, err.attempts })
      assert.is_true(ses.monotonic() - began < 5)
      server:exchange("GET", "/release")
      first:wait()
    end)
  end)

  it("passes over whoever was cancelled in line, and takes back the place of whoever was on the way", function()
    local client, ended = client_of { max_concurrent_requests = 1 }, {}
    ses.run(function(spawn)
      local tasks = {}
      for i = 1, 4 do
        tasks[i] = spawn(function()
          local _, err = client:call "GetAccount"
          ended[i] = err.kind
        end)
      end
      assert.is_true(eventually(function() return held() == 1 end))
      tasks[2]:cancel()
      tasks[1]:cancel()
      -- The third is on its way now; the first one's connection was closed.
      assert.is_true(eventually(function() return held() == 2 end))
      server:exchange("GET", "/release")
      assert.is_true(eventually(function() return held() == 1 end))
      server:exchange("GET", "/release")
    end)
    -- The answer has no body that could be read.
    assert.same({ "cancelled", "cancelled", "parse", "parse" }, ended)
  end)

  it("ends all waits when the client is closed", function()
    local client, codes = client_of { max_concurrent_requests = 1 }, {}
    ses.run(function(spawn)
      for i = 1, 3 do
        spawn(function()
          local _, err = client:call "GetAccount"
          codes[i] = err.code
        end)
      end
      assert.is_true(eventually(function() return held() == 1 end))
      client:close()
    end)
    assert.same({ "ClientClosed", "ClientClosed", "ClientClosed" }, codes)
    server:exchange("GET", "/release")
  end)

  it("is free again after a coroutine has died within its request", function()
    local gate = require("ses.pipeline.gate").new(1, { host = { can_wait = function() return false end } })
    local thread = coroutine.create(function()
      assert(gate:enter(0))
      error "killed"
    end)
    assert.is_false((coroutine.resume(thread)))
    assert.is_table(gate:enter(0))
    local none, err = gate:enter(0)
    assert.is_nil(none)
    assert.equal("TooManyConcurrentRequests", err.code)
  end)
end)
