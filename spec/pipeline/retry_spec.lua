local scripted = require "spec.support.scripted"
local ses = require "ses"

local failure, MAIL, OK = scripted.failure, scripted.MAIL, scripted.OK

describe("ses.pipeline.retry", function()
  local server
  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)
  after_each(function() server:close_clients() end)

  it("takes from one quota for all calls, and gives errors at once when it is used up", function()
    local client = server:client { max_retries = 1 }
    server:repeated(80, failure(500, "InternalFailure"))
    local calls = 0
    for _ = 1, 500 / 14 do
      calls = calls + 1
      local _, err = client:call "GetAccount"
      assert.equal(2, err.attempts)
      assert.is_nil(err.retry_quota_exhausted)
    end
    assert.equal(10, client:resilience().retry_quota)
    local _, err = client:call "GetAccount"
    assert.same({ "InternalFailure", 1, true, true },
      { err.code, err.attempts, err.retryable, err.retry_quota_exhausted })
    assert.equal(2 * calls + 1, #server:played())
    -- A throttling costs less.
    server:script(failure(429, "TooManyRequestsException"), OK)
    assert.truthy(client:call "GetAccount")
    assert.equal(10, client:resilience().retry_quota)
    server:script(OK)
    assert.truthy(client:call "GetAccount")
    assert.equal(11, client:resilience().retry_quota)
  end)

  it("gives back what the last retry of a call took, when the call succeeds", function()
    local client = server:client()
    server:script(failure(500, "InternalFailure"), failure(429, "TooManyRequestsException"), OK)
    assert.equal(3, assert(client.emails:send(MAIL)).attempts)
    assert.equal(500 - 14, client:resilience().retry_quota)
    server:script(failure(500, "InternalFailure"), failure(400, "BadRequestException"))
    client:call "GetAccount"
    assert.equal(500 - 28, client:resilience().retry_quota)
  end)

  it("counts what is tried again within a bulk send in the same quota", function()
    local client = server:client()
    server:script(
      { status = 200, body = '{"BulkEmailEntryResults":[{"Status":"TRANSIENT_FAILURE"}]}' },
      { status = 200, body = '{"BulkEmailEntryResults":[{"Status":"ACCOUNT_THROTTLED"}]}' },
      { status = 200, body = '{"BulkEmailEntryResults":[{"Status":"SUCCESS","MessageId":"m"}]}' })
    local result = assert(client.emails:send_bulk {
      from = "a@example.com", template = "t", entries = { { to = "b@example.com" } },
    })
    assert.equal(1, result.metrics.sent)
    assert.equal(3, #server:played())
    assert.equal(500, client:resilience().retry_quota)
  end)

  it("waits as x-amz-retry-after says, and no more than five seconds longer than else", function()
    local client = server:client { max_retries = 1, operation_timeout_ms = 4900 }
    server:script(failure(503, "ServiceUnavailable", { ["x-amz-retry-after"] = "250" }), OK)
    local began = ses.monotonic()
    assert.truthy(client:call "GetAccount")
    assert.is_true(ses.monotonic() - began >= 0.249)
    -- Five seconds would outlast the operation.
    server:script(failure(503, "ServiceUnavailable", { ["x-amz-retry-after"] = "86400000" }), OK)
    local _, err = client:call "GetAccount"
    assert.same({ 503, 86400, 1 }, { err.status, err.retry_after, err.attempts })
  end)

  it("waits as a Retry-After says that is a date, within max_backoff_ms", function()
    local client = server:client { max_backoff_ms = 300 }
    server:script(failure(503, "ServiceUnavailable", {
      Date = "Sun, 06 Nov 1994 08:49:37 GMT", ["Retry-After"] = "Sun, 06 Nov 1994 09:49:37 GMT",
    }), OK)
    local began = ses.monotonic()
    assert.truthy(client:call "GetAccount")
    local took = ses.monotonic() - began
    assert.is_true(took >= 0.299 and took < 10, took)
  end)

  it("waits longer after a throttling", function()
    -- The most that each wait can be is one second after a throttling, none after another failure.
    local client = server:client { initial_backoff_ms = 0, max_backoff_ms = 20000, backoff_multiplier = 1 }
    local longest = 0
    for _ = 1, 6 do
      server:script(failure(429, "TooManyRequestsException"), OK)
      local began = ses.monotonic()
      assert.truthy(client:call "GetAccount")
      longest = math.max(longest, ses.monotonic() - began)
    end
    assert.is_true(longest > 0.1, longest)
    server:script(failure(500, "InternalFailure"), failure(500, "InternalFailure"), failure(500, "x"), OK)
    local began = ses.monotonic()
    assert.truthy(client:call "GetAccount")
    assert.is_true(ses.monotonic() - began < longest + 1)
  end)

  it("keeps the whole call within its time", function()
    local client = server:client { max_retries = 100, initial_backoff_ms = 20, max_backoff_ms = 40 }
    server:repeated(200, failure(500, "InternalFailure"))
    local began = ses.monotonic()
    local _, err = client:call("GetAccount", {}, { operation_timeout_ms = 200 })
    assert.is_true(err.attempts > 2)
    assert.is_true(ses.monotonic() - began < 1)
  end)

  it("takes the mode legacy for standard", function()
    local client = server:client { retry_mode = "legacy" }
    server:script(failure(500, "InternalFailure"), OK)
    assert.truthy(client:call "GetAccount")
    assert.equal(500, client:resilience().retry_quota)
    assert.is_nil(client:resilience().send_rate)
  end)

  it("ends the wait of a call whose client is closed", function()
    local client = server:client { max_backoff_ms = 60000, initial_backoff_ms = 60000, operation_timeout_ms = 600000 }
    server:script(failure(503, "ServiceUnavailable", { ["Retry-After"] = "60" }), OK)
    local began, err = ses.monotonic(), nil
    ses.run(function(spawn)
      local task = spawn(function() return client:call "GetAccount" end)
      while client:resilience().retry_quota == 500 do ses.sleep(0.005) end
      client:close()
      local _
      _, err = task:wait()
    end)
    assert.equal("ClientClosed", err.code)
    assert.is_true(ses.monotonic() - began < 10)
  end)
end)

describe("the retry mode adaptive", function()
  local server
  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)

  it("limits the client's requests once SES throttles", function()
    local client = server:client { retry_mode = "adaptive", max_retries = 0 }
    server:repeated(1000, OK)
    ses.run(function(spawn)
      for _ = 1, 4 do
        spawn(function()
          local ends = ses.monotonic() + 0.8
          while ses.monotonic() < ends do
            assert(client:call "GetAccount")
            ses.sleep(0.02)
          end
        end)
      end
    end)
    local free = client:resilience().send_rate
    assert.equal(math.huge, free.rate)
    assert.is_true(free.measured > 10, free.measured)
    server:script(failure(429, "TooManyRequestsException"))
    client:call "GetAccount"
    local limited = client:resilience().send_rate
    assert.near(0.7 * limited.measured, limited.rate, 1e-6)
    -- Nobody waits for longer than the call may last.
    server:repeated(1000, OK)
    local refused = 0
    ses.run(function(spawn)
      for _ = 1, 200 do
        spawn(function()
          local _, err = client:call("GetAccount", {}, { operation_timeout_ms = 300 })
          -- On a busy machine the time of some may be over before their answer comes.
          if err and err.kind ~= "timeout" then
            assert.same({ "rate_limited", "RateLimitExceeded", 0 }, { err.kind, err.code, err.attempts })
            refused = refused + 1
          end
        end)
      end
    end)
    assert.is_true(refused > 50 and refused < 200, refused)
    server:close_clients()
  end)
end)
