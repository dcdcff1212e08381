-- The intervals of a wait, by a clock that only goes on when it sleeps.
local errors = require "ses.errors"
local waiter = require "ses.services.waiter"

describe("ses.services.waiter", function()
  local DEFAULTS = { timeout = 100, interval = 1, max_interval = 4 }
  local clock, client, sleeps

  before_each(function()
    local now = 1000
    sleeps = {}
    clock = {
      now = function() return now end, monotonic = function() return now end,
      sleep = function(seconds)
        sleeps[#sleeps + 1] = seconds
        now = now + seconds
        return true
      end,
    }
    client = {
      settings = { operation_timeout_ms = 60000 },
      pipeline = { clock = clock, random = { uniform = function() return 0.5 end } },
    }
  end)

  local function wait(options, ask)
    return waiter.wait(client, assert(waiter.options(options, DEFAULTS)), "the thing", ask)
  end

  local function throttled(fields)
    fields = fields or {}
    fields.kind, fields.message, fields.retryable = fields.kind or "throttling", "slow down", true
    return errors.new(fields)
  end

  it("waits a little longer each time, up to max_interval", function()
    local left = 6
    assert.equal("state", wait({}, function()
      left = left - 1
      return left == 0, "state"
    end))
    assert.same({ 1, 1.5, 2.25, 3.375, 4 }, sleeps)
  end)

  it("spreads the waits by a tenth", function()
    for uniform, wanted in pairs { [0] = 0.9, [0.999] = 1.1 } do
      client.pipeline.random.uniform = function() return uniform end
      local asked = 0
      wait({}, function()
        asked = asked + 1
        return asked == 2, "state"
      end)
      assert.is_true(math.abs(sleeps[#sleeps] - wanted) < 0.001)
    end
  end)

  it("asks once more when the time is over, and gives no call more than is left", function()
    local times, limits = {}, {}
    local state, err = wait({ timeout = 5 }, function(call)
      times[#times + 1], limits[#limits + 1] = clock.now() - 1000, call.operation_timeout_ms
      return false, "state", "it is open"
    end)
    assert.is_nil(state)
    assert.equal("timeout", err.kind)
    assert.is_true(err.retryable)
    assert.equal("the thing did not come to an end within 5 s; it is open", err.message)
    assert.equal(5, times[#times])
    assert.equal(5000, limits[1])
    assert.equal(1000, limits[#limits])
  end)

  it("sits out throttling for as long as it has, and waits as long as the service asks", function()
    local asked = 0
    assert.equal("state", wait({}, function()
      asked = asked + 1
      if asked <= 10 then return nil, throttled { retry_after = asked == 1 and 7 or nil } end
      return true, "state"
    end))
    assert.equal(7, sleeps[1])
    local _, err = wait({ timeout = 3 }, function() return nil, throttled() end)
    assert.equal("WaitTimeout", err.code)
    assert.truthy(err.message:find("the last answer was: slow down", 1, true))
  end)

  it("sits out two failures in a row that may pass, and none that may not", function()
    local asked = 0
    local answers = { "fail", "fail", "open", "fail", "fail", "done" }
    assert.equal("state", wait({}, function()
      asked = asked + 1
      if answers[asked] == "fail" then return nil, throttled { kind = "network" } end
      return answers[asked] == "done", "state"
    end))
    asked = 0
    local state, err = wait({}, function()
      asked = asked + 1
      return nil, throttled { kind = "network" }
    end)
    assert.is_nil(state)
    assert.equal("network", err.kind)
    assert.equal(3, asked)
    local _
    _, err = wait({}, function() return nil, errors.new { kind = "client", message = "no" } end)
    assert.equal("no", err.message)
  end)

  it("ends when its sleep is cancelled", function()
    clock.sleep = function() return nil, errors.new { kind = "cancelled", message = "cancelled" } end
    local state, err = wait({}, function() return false, "state" end)
    assert.is_nil(state)
    assert.equal("cancelled", err.kind)
  end)

  it("lets on_progress end the wait, but not what has ended already", function()
    local function stop() return false end
    assert.equal("cancelled", select(2, wait({ on_progress = stop }, function() return false, "state" end)).kind)
    assert.equal("state", wait({ on_progress = stop }, function() return true, "state" end))
  end)
end)
