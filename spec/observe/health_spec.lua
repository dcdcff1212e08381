local inbox = require "spec.support.inbox"
local process = require "spec.support.process"
local scripted = require "spec.support.scripted"
local ses = require "ses"

local failure = scripted.failure

local function account(fields)
  local all = {
    ProductionAccessEnabled = true, SendingEnabled = true,
    SendQuota = { Max24HourSend = 50000, SentLast24Hours = 100, MaxSendRate = 14 },
  }
  for name, value in pairs(fields or {}) do all[name] = value end
  return { status = 200, headers = {}, body = require("ses.model.json").encode(all) }
end

describe("client:health", function()
  local server

  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)
  after_each(function() server:close_clients() end)

  -- A client whose answers are no other client's.
  local keys = 0
  local function client_of(options)
    keys = keys + 1
    local all = {
      max_retries = 0, credentials = { access_key_id = "AKIDHEALTH" .. keys, secret_access_key = "secret/key" },
    }
    for name, value in pairs(options or {}) do all[name] = value end
    return server:client(all)
  end

  local function status_of(answer, options)
    server:script(answer)
    local found = assert(client_of(options):health())
    return found.status, found.details
  end

  it("is healthy where SES answers, and tells how the account stands", function()
    server:script(account())
    local before = os.time()
    local found = assert(client_of():health())
    assert.is_true(found.latency_ms > 0 and found.latency_ms < 5000, tostring(found.latency_ms))
    -- The clocks of Lua and of the core may be some milliseconds apart.
    assert.is_true(found.last_check >= before - 1 and found.last_check <= os.time() + 1)
    found.latency_ms, found.last_check = nil, nil
    assert.same({
      status = "healthy",
      details = {
        credentials_ok = true, connectivity_ok = true, circuit_breaker_state = "closed", sandbox_mode = false,
        sending_quota = { max_24_hour = 50000, sent_24_hour = 100, max_send_rate = 14 },
      },
    }, found)
  end)

  it("is degraded where more than 80 % of the daily quota are used", function()
    local function at(sent, most)
      return (status_of(account { SendQuota = { Max24HourSend = most, SentLast24Hours = sent, MaxSendRate = 1 } }))
    end
    assert.same({ "healthy", "degraded", "degraded", "healthy" }, {
      at(160, 200), at(161, 200), at(200, 200), at(1000000, -1),
    })
    local quota = { Max24HourSend = 200, SentLast24Hours = 171, MaxSendRate = 1 }
    local _, details = status_of(account { SendQuota = quota })
    assert.equal("86 % of the daily quota are used", details.error_message)
  end)

  it("tells of the sandbox, and is unhealthy where sending is paused", function()
    local status, details = status_of(account { ProductionAccessEnabled = false })
    assert.same({ "healthy", true }, { status, details.sandbox_mode })
    status, details = status_of(account { SendingEnabled = false })
    assert.same({ "unhealthy", "sending is paused for this account" }, { status, details.error_message })
  end)

  it("says which part is at fault", function()
    local message = "User: arn:aws:iam::123456789012:user/jane is not authorized"
    for code, row in pairs {
      InvalidClientTokenId = { 403, "unhealthy", false, true }, ExpiredToken = { 403, "unhealthy", false, true },
      SignatureDoesNotMatch = { 403, "unhealthy", false, true },
      AccessDeniedException = { 403, "degraded", true, true },
      TooManyRequestsException = { 429, "degraded", true, true }, InternalFailure = { 500, "unhealthy", true, true },
      AccountSuspendedException = { 400, "unhealthy", true, true },
    } do
      local answer = failure(row[1], code)
      answer.body = '{"message":"' .. message .. '"}'
      local status, details = status_of(answer)
      assert.same({ row[2], row[3], row[4] }, { status, details.credentials_ok, details.connectivity_ok }, code)
      assert.equal(("SES answered %s (HTTP %d)"):format(code, row[1]), details.error_message)
      assert.is_nil(details.sending_quota)
    end
    local found = client_of({ endpoint = "http://127.0.0.1:1" }):health()
    assert.same({ "unhealthy", true, false }, {
      found.status, found.details.credentials_ok, found.details.connectivity_ok,
    })
    assert.matches("127.0.0.1:1", found.details.error_message, 1, true)
    found = client_of({ credentials = function()
      return nil, "no role arn:aws:iam::123456789012:role/sender for AKIAIOSFODNN7EXAMPLE"
    end }):health()
    assert.same({ "unhealthy", false, false }, {
      found.status, found.details.credentials_ok, found.details.connectivity_ok,
    })
    assert.matches("no role %(ARN%) for %(access key id%)$", found.details.error_message)
    local client = client_of()
    client:close()
    assert.equal("unhealthy", client:health().status)
  end)

  it("goes by the circuit breaker, and is degraded while that is half open", function()
    local client = client_of { circuit_failure_threshold = 1, circuit_reset_timeout_ms = 50,
      circuit_half_open_requests = 2 }
    server:script(failure(500, "InternalFailure"), account(), account())
    client:call "ListContactLists"
    local found = client:health { max_age_ms = 0 }
    assert.same({ "unhealthy", "open", false }, {
      found.status, found.details.circuit_breaker_state, found.details.connectivity_ok,
    })
    assert.equal(1, #server:played())
    ses.sleep(0.06)
    found = client:health { max_age_ms = 0 }
    assert.same({ "degraded", "half_open", "the circuit breaker is half open" }, {
      found.status, found.details.circuit_breaker_state, found.details.error_message,
    })
    found = client:health { max_age_ms = 0 }
    assert.same({ "healthy", "closed" }, { found.status, found.details.circuit_breaker_state })
  end)

  it("asks no more often than an answer may be old", function()
    local client = client_of()
    server:script(account(), failure(500, "InternalFailure"))
    for _ = 1, 20 do assert.equal("healthy", client:health().status) end
    assert.equal(1, #server:played())
    -- What is whole seconds old, at least.
    process.eventually(function() return client:health({ max_age_ms = 1000 }).status == "unhealthy" end)
    -- That it is unhealthy is kept too.
    assert.equal("unhealthy", client:health().status)
    assert.equal(2, #server:played())
  end)

  it("asks once for many tasks at the same time", function()
    local client, statuses = client_of(), {}
    server:script(account())
    ses.run(function(spawn)
      for _ = 1, 30 do
        spawn(function()
          local status = client:health().status
          statuses[#statuses + 1] = status
        end)
      end
    end)
    assert.equal(("healthy "):rep(30), table.concat(statuses, " ") .. " ")
    assert.equal(1, #server:played())
  end)

  it("takes no longer than it may, for whoever waits", function()
    local client = client_of { endpoint = server.url .. "/silent", max_retries = 3 }
    local from, statuses = ses.monotonic(), {}
    ses.run(function(spawn)
      for i = 1, 3 do
        spawn(function() statuses[i] = client:health({ timeout_ms = 500 }).status end)
      end
    end)
    assert.same({ "unhealthy", "unhealthy", "unhealthy" }, statuses)
    assert.is_true(ses.monotonic() - from < 3)
  end)

  it("refuses options that are none", function()
    local client = client_of()
    for _, case in ipairs {
      { { max_age = 5 }, "^max_age is no option; did you mean 'max_age_ms'" },
      { { timeout_ms = 0 }, "^timeout_ms must be" },
      { { max_age_ms = "1" }, "^max_age_ms must be" }, { { timeout_ms = 0 / 0 }, "^timeout_ms must be" },
    } do
      local found, err = client:health(case[1])
      assert.is_nil(found)
      assert.equal("validation", err.kind)
      assert.matches(case[2], err.message)
    end
  end)

  it("follows the emulator's quota", function()
    local emulator = inbox.start { rate = 1000000, daily = 10, verify = false }
    local client = assert(ses.client(emulator.client))
    assert.equal("healthy", client:health({ max_age_ms = 0 }).status)
    for _ = 1, 9 do assert(client.emails:send(scripted.MAIL)) end
    local found = client:health { max_age_ms = 0 }
    assert.same({ "degraded", 9, 10 }, {
      found.status, found.details.sending_quota.sent_24_hour, found.details.sending_quota.max_24_hour,
    })
    emulator.stop()
    assert.equal("unhealthy", client:health({ max_age_ms = 0 }).status)
    client:close()
  end)
end)
