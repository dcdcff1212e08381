-- The limiter within a client, against the emulator, which says itself when it took what.
local emulator = require "spec.support.emulator"
local ses = require "ses"
local sqlite = require "ses.adapters.sqlite"

-- How long each rate is kept up.
local SECONDS = tonumber(os.getenv "RATE_SECONDS") or 1.5

local function client_of(sandbox, options)
  local all = {
    region = "us-east-1", endpoint = sandbox.url, operation_timeout_ms = 600000,
    credentials = {
      access_key_id = sandbox.emulator.access_key_id, secret_access_key = sandbox.emulator.secret_access_key,
    },
  }
  for name, value in pairs(options or {}) do all[name] = value end
  return assert(ses.client(all))
end

-- Any start of a window of `length` seconds that holds more than `most`, of a sorted list of times that stand for
-- `each`.
local function fullest(times, each, length)
  local most, first = 0, 1
  for last = 1, #times do
    while times[last] - times[first] >= length do first = first + 1 end
    most = math.max(most, (last - first + 1) * each)
  end
  return most
end

describe("the rate limit", function()
  local sandbox

  setup(function()
    sandbox = emulator.start { rate = 1000000, daily = -1, verify = false }
    sandbox:ok("CreateEmailTemplate", { TemplateName = "t", TemplateContent = { Subject = "s", Text = "t" } })
  end)
  teardown(function() sandbox:stop() end)

  -- When the emulator took each message. It writes them in groups, so that the last ones may be some time coming.
  local function taken(count)
    local times, ends = {}, ses.monotonic() + 10
    repeat
      local db = assert(sqlite.open(sandbox.emulator.folder .. "/emulator.db"))
      local rows = assert(db:rows "SELECT time FROM messages ORDER BY time")
      db:close()
      for i, row in ipairs(rows) do times[i] = tonumber(row.time) end
    until #times == count or ses.monotonic() > ends or not ses.sleep(0.05)
    return times
  end

  -- Sends `count` mails to `each` recipients by as many tasks.
  -- → when each was due, in order; the last of those that did not have to wait; how many turns were missed
  local function send_all(client, count, each, tasks)
    local due, free, missed, to = {}, {}, 0, {}
    for i = 1, each do to[i] = "r" .. i .. "@example.com" end
    local params = {
      FromEmailAddress = "a@example.com", BulkEmailEntries = { { Destination = { ToAddresses = to } } },
      DefaultContent = { Template = { TemplateName = "t", TemplateData = "{}" } },
    }
    local limiter, waits, turns = client.pipeline.limiter, client.pipeline.waits, {}
    function waits:sleep(seconds)
      local turn = turns[coroutine.running()]
      if turn.at then missed = missed + 1 end
      turn.at = ses.now() + seconds
      return getmetatable(self).__index.sleep(self, seconds)
    end
    function limiter:pass(call)
      local turn = {}
      turns[coroutine.running()] = turn
      local ok, ticket = getmetatable(self).__index.pass(self, call)
      local at = turn.at or ses.now()
      due[#due + 1] = at
      if not turn.at then free[at] = true end
      return ok, ticket
    end
    local left = count
    ses.run(function(spawn)
      for _ = 1, tasks do
        spawn(function()
          while left > 0 do
            left = left - 1
            assert(client:call("SendBulkEmail", params))
          end
        end)
      end
    end)
    table.sort(due)
    local last_free = 0
    for i, at in ipairs(due) do
      if free[at] then last_free = i end
    end
    return due, last_free, missed
  end

  local function tail(list, first)
    local rest = {}
    for i = first, #list do rest[#rest + 1] = list[i] end
    return rest
  end

  for _, case in ipairs {
    { rate = 10, each = 1, tasks = 4 }, { rate = 100, each = 1, tasks = 20 }, { rate = 1000, each = 10, tasks = 30 },
    { rate = 10000, each = 50, tasks = 60 },
  } do
    local rate, each = case.rate, case.each
    it(("keeps %d recipients a second to within 2 %%, and never above it"):format(rate), function()
      local count = math.floor(rate * SECONDS / each)
      local due, last_free, missed, times, fair
      -- From the burst on, and from when all tasks stand in line. A machine that is busy with other things may not
      -- get there, or miss turns.
      for _ = 1, 5 do
        sandbox:control("DELETE", "/messages")
        local client = client_of(sandbox, { rate_limit_rps = rate, rate_limit_burst = each, max_retries = 0 })
        due, last_free, missed = send_all(client, count, each, case.tasks)
        client:close()
        times = taken(count)
        assert.equal(count, #times)
        assert.equal(count, #due)
        -- Whatever the machine does, the burst and the rate are all that goes.
        assert.is_true(fullest(due, each, 1) <= rate + each)
        fair = last_free < count / 2 and missed == 0
        if fair then break end
      end
      if not fair then return pending "the machine is too busy to measure" end
      due, times = tail(due, last_free + 1), tail(times, last_free + 1)
      for i = 2, #due do assert.is_true(due[i] > due[i - 1]) end
      assert.is_true(fullest(due, each, 1) <= rate)
      local by_plan = (#due - 1) * each / (due[#due] - due[1])
      assert.is_true(by_plan > 0.98 * rate and by_plan <= rate, by_plan)
      -- What came in is what was due, later by as much as the machine was busy.
      local soonest, latest = math.huge, -math.huge
      for i = 1, #due do
        local late = times[i] - due[i]
        soonest, latest = math.min(soonest, late), math.max(latest, late)
      end
      local spread = latest - soonest
      if spread > 0.5 then return pending "the machine is too busy to measure" end
      assert.is_true(fullest(times, each, 1 - spread) <= rate)
      local seconds = times[#times] - times[1]
      local measured, jitter = (#times - 1) * each / seconds, spread / seconds
      assert.is_true(measured > rate * (0.98 - jitter) and measured < rate * (1 + jitter), measured)
      if os.getenv "RATE_SECONDS" then
        print(("%d/s: planned %.1f, measured %.1f, spread %.4f s, fullest second %d"):format(rate, by_plan, measured,
          spread, fullest(times, each, 1)))
      end
    end)
  end
end)

describe("a limited client", function()
  local sandbox

  before_each(function() sandbox = emulator.start { rate = 1000, daily = -1, verify = false } end)
  after_each(function() sandbox:stop() end)

  local MAIL = { from = "a@example.com", to = "b@example.com", subject = "s", text = "t" }

  local function timed(fn)
    local began = ses.monotonic()
    fn()
    return ses.monotonic() - began
  end

  it("sends slower when SES throttles, and recovers", function()
    local client = client_of(sandbox, { rate_limit_rps = 100, max_backoff_ms = 1, initial_backoff_ms = 1 })
    assert(client.emails:send(MAIL))
    assert.near(100, client:resilience().rate_limit.rate, 1e-6)
    sandbox:control("POST", "/faults", {
      operation = "SendEmail", status = 429, code = "TooManyRequestsException", count = 1,
      message = "Maximum sending rate exceeded.",
    })
    assert(client.emails:send(MAIL))
    local state = client:resilience().rate_limit
    assert.is_true(state.rate >= 69.9 and state.rate < 80, state.rate)
    assert.equal(100, state.full_rate)
    client:close()
  end)

  it("sends slower when SES throttles entries of a bulk send", function()
    local client = client_of(sandbox, { rate_limit_rps = 100, max_backoff_ms = 1, initial_backoff_ms = 1 })
    assert(client.templates:create {
      template_name = "t", template_content = { subject = "s", text = "t" },
    })
    sandbox:control("POST", "/faults", { match = "b@example.com", entry_status = "ACCOUNT_THROTTLED", count = 1 })
    local result = assert(client.emails:send_bulk {
      from = "a@example.com", template = "t", entries = { { to = "b@example.com" } },
    })
    assert.equal(1, result.metrics.sent)
    assert.is_true(client:resilience().rate_limit.rate < 80)
    client:close()
  end)

  it("does not slow down for what is no throttling of the rate", function()
    local client = client_of(sandbox, { rate_limit_rps = 100, max_retries = 0 })
    for _, fault in ipairs {
      { status = 429, code = "TooManyRequestsException", message = "Daily message quota exceeded." },
      { status = 500, code = "InternalFailure" }, { status = 400, code = "MessageRejected" },
    } do
      fault.operation, fault.count = "SendEmail", 1
      sandbox:control("POST", "/faults", fault)
      assert.is_nil((client.emails:send(MAIL)))
    end
    assert.near(100, client:resilience().rate_limit.rate, 1e-6)
    client:close()
  end)

  it("gives the place back of a call that is cancelled while it waits in line", function()
    local client = client_of(sandbox, { rate_limit_rps = 0.05, rate_limit_burst = 1 })
    ses.run(function(spawn)
      assert(client.emails:send(MAIL))
      local task = spawn(function() return client.emails:send(MAIL) end)
      ses.sleep(0)
      assert.is_true(client:resilience().rate_limit.available < 0)
      task:cancel()
      local _, err = task:wait()
      assert.same({ "cancelled", 0 }, { err.kind, err.attempts })
      assert.is_falsy(err.in_doubt)
      assert.is_true(client:resilience().rate_limit.available >= 0)
    end)
    client:close()
  end)

  describe("that follows its account", function()
    it("takes the account's rate, asks once for all, and follows it", function()
      sandbox:control("POST", "/limits", { rate = 20 })
      local client = client_of(sandbox, { rate_limit = "account", rate_limit_burst = 1 })
      assert.is_nil(client:resilience().rate_limit.rate)
      local took = timed(function()
        ses.run(function(spawn)
          for _ = 1, 6 do spawn(function() assert(client.emails:send(MAIL)) end) end
        end)
      end)
      assert.is_true(took >= 0.24, took)
      assert.near(20, client:resilience().rate_limit.rate, 1e-6)
      sandbox:control("POST", "/limits", { rate = 40 })
      assert(client.emails:send(MAIL))
      assert.near(20, client:resilience().rate_limit.rate, 1e-6)
      -- Five minutes later.
      client.pipeline.limiter.account.next_at = ses.monotonic()
      ses.run(function()
        assert(client.emails:send(MAIL))
        local ends = ses.monotonic() + 10
        while client.pipeline.limiter.account.known.rate ~= 40 and ses.monotonic() < ends do ses.sleep(0.01) end
        assert(client.emails:send(MAIL))
      end)
      assert.near(40, client:resilience().rate_limit.rate, 1e-6)
      client:close()
    end)

    it("stays below its own limit where that is lower", function()
      local client = client_of(sandbox, { rate_limit = "account", rate_limit_rps = 7 })
      assert(client.emails:send(MAIL))
      assert.near(7, client:resilience().rate_limit.full_rate, 1e-6)
      client:close()
    end)

    it("refuses what the day's quota does not allow, and asks again whether it does", function()
      sandbox:control("POST", "/limits", { daily = 3 })
      local client = client_of(sandbox, { rate_limit = "account" })
      for _ = 1, 3 do assert(client.emails:send(MAIL)) end
      local _, err = client.emails:send(MAIL)
      assert.same({ "rate_limited", "DailyQuotaExceeded", true, 0 },
        { err.kind, err.code, err.retryable, err.attempts })
      assert.is_true(err.retry_after > 0 and err.retry_after <= 60)
      assert.matches("quota of 3 recipients in 24 hours", err.message)
      -- Two do not fit where one does.
      sandbox:control("POST", "/limits", { daily = 4 })
      client.pipeline.limiter.account.next_at = ses.monotonic()
      local two = { from = MAIL.from, to = { "b@example.com", "c@example.com" }, subject = "s", text = "t" }
      assert.equal("DailyQuotaExceeded", select(2, client.emails:send(two)).code)
      assert(client.emails:send(MAIL))
      assert.equal(4, sandbox:control("GET", "/state").quota.sent)
      client:close()
    end)

    it("says why where the account cannot be asked", function()
      sandbox:control("POST", "/faults", {
        operation = "GetAccount", status = 403, code = "AccessDeniedException", message = "not authorized", count = 1,
      })
      local client = client_of(sandbox, { rate_limit = "account" })
      local _, err = client.emails:send(MAIL)
      assert.same({ "AccessDeniedException", "credentials" }, { err.code, err.kind })
      assert(client.emails:send(MAIL))
      -- What was known once holds while SES does not answer.
      sandbox:control("POST", "/faults", { operation = "GetAccount", status = 500, code = "InternalFailure" })
      client.pipeline.limiter.account.next_at = ses.monotonic()
      assert(client.emails:send(MAIL))
      client:close()
    end)

    it("sends no more in one request of a bulk send than it may at once", function()
      sandbox:control("POST", "/limits", { rate = 10 })
      local client = client_of(sandbox, { rate_limit = "account" })
      assert(client.templates:create { template_name = "t", template_content = { subject = "s", text = "t" } })
      local entries = {}
      for i = 1, 12 do entries[i] = { to = "r" .. i .. "@example.com" } end
      local result = assert(client.emails:send_bulk { from = "a@example.com", template = "t", entries = entries })
      assert.same({ 12, 3, 0 }, { result.metrics.sent, result.metrics.batches, result.metrics.retried })
      client:close()
    end)
  end)
end)
