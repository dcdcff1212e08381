local scripted = require "spec.support.scripted"
local ses = require "ses"

local failure, OK = scripted.failure, scripted.OK

describe("ses.pipeline.breaker", function()
  local server, changes, told
  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)
  before_each(function() changes, told = {}, {} end)
  after_each(function() server:close_clients() end)

  local function client_of(options)
    local all = {
      max_retries = 0, circuit_failure_threshold = 2, circuit_reset_timeout_ms = 200, circuit_half_open_requests = 1,
      on_circuit_change = function(change)
        changes[#changes + 1] = change.from .. " > " .. change.to
        told[#told + 1] = change
      end,
    }
    for name, value in pairs(options or {}) do all[name] = value end
    return server:client(all)
  end

  local function half_open(client)
    local ends = ses.monotonic() + 10
    while client:circuit_state() ~= "half_open" and ses.monotonic() < ends do ses.sleep(0.01) end
    return client:circuit_state() == "half_open"
  end

  it("goes from closed to open, half-open and closed again, and tells the listener", function()
    local client = client_of()
    assert.equal("closed", client:circuit_state())
    server:repeated(2, failure(500, "InternalFailure"))
    client:call "GetAccount"
    assert.equal("closed", client:circuit_state())
    client:call "GetAccount"
    assert.equal("open", client:circuit_state())
    server:script(OK)
    local _, err = client:call "GetAccount"
    assert.same({ "circuit_open", "CircuitOpen", true, 0 }, { err.kind, err.code, err.retryable, err.attempts })
    assert.is_true(err.retry_after > 0 and err.retry_after <= 0.2)
    assert.equal(0, #server:played())
    assert.is_true(half_open(client))
    assert.truthy(client:call "GetAccount")
    assert.equal("closed", client:circuit_state())
    assert.same({ "closed > open", "open > half_open", "half_open > closed" }, changes)
    assert.equal(server.url .. "/play", told[1].endpoint)
    assert.is_true(math.abs(told[1].time - ses.now()) < 60)
  end)

  it("opens again where the trial fails", function()
    local client = client_of()
    server:repeated(3, { close = true })
    client:call "GetAccount"
    client:call "GetAccount"
    assert.is_true(half_open(client))
    client:call "GetAccount"
    assert.equal("open", client:circuit_state())
    assert.same({ "closed > open", "open > half_open", "half_open > open" }, changes)
  end)

  it("counts what is the service's failure, and not what is the caller's", function()
    local cases = {
      [failure(500, "InternalFailure")] = true, [failure(503, "ServiceUnavailable")] = true,
      [{ status = 502, body = "<html>Bad Gateway</html>" }] = true, [{ close = true }] = true,
      [{ status = 200, body = "<html>Welcome to our hotel</html>" }] = true,
      [failure(400, "BadRequestException")] = false, [failure(403, "AccessDeniedException")] = false,
      [failure(403, "SignatureDoesNotMatch")] = false, [failure(404, "NotFoundException")] = false,
      [failure(429, "TooManyRequestsException")] = false, [failure(400, "MessageRejected")] = false,
      [OK] = false,
    }
    for answer, opens in pairs(cases) do
      local client = client_of { circuit_reset_timeout_ms = 60000 }
      server:repeated(2, answer)
      client:call "GetAccount"
      client:call "GetAccount"
      assert.equal(opens and "open" or "closed", client:circuit_state(), answer.status)
    end
  end)

  it("does not count a call that was cancelled, or that ran out of time before it left", function()
    local client = client_of { endpoint = server.url .. "/held" }
    ses.run(function(spawn)
      for _ = 1, 3 do
        local task = spawn(function() return client:call "GetAccount" end)
        ses.sleep(0.02)
        task:cancel()
      end
    end)
    assert.equal("closed", client:circuit_state())
    server:exchange("GET", "/release")
  end)

  it("gives the service's own error where it opens between two tries of a call", function()
    local client = client_of { max_retries = 3, circuit_reset_timeout_ms = 60000 }
    server:repeated(4, failure(500, "InternalFailure"))
    local _, err = client:call "GetAccount"
    assert.same({ "InternalFailure", 2 }, { err.code, err.attempts })
    assert.equal(2, #server:played())
    _, err = client:call "GetAccount"
    assert.equal("CircuitOpen", err.code)
  end)

  it("has one for each endpoint", function()
    local client = client_of { circuit_reset_timeout_ms = 60000 }
    local breakers = client.pipeline.breakers
    for _ = 1, 2 do
      local _, generation = breakers:allow "https://other.example.com"
      breakers:tell("https://other.example.com", generation, { kind = "network", code = "ConnectionReset" })
    end
    server:script(OK)
    changes = {}
    assert.truthy(client:call "GetAccount")
    assert.same({ ["https://other.example.com"] = "open", [server.url .. "/play"] = "closed" }, client:circuit_states())
    assert.equal("open", client:circuit_state())
    assert.same({ "CircuitOpen" }, { (select(2, breakers:allow "https://other.example.com")).code })
  end)

  it("goes on where the listener raises", function()
    local client = client_of { on_circuit_change = function() error "no" end }
    server:repeated(2, failure(500, "InternalFailure"))
    client:call "GetAccount"
    local _, err = client:call "GetAccount"
    assert.equal("InternalFailure", err.code)
    assert.equal("open", client:circuit_state())
  end)
end)
