local errors = require "ses.errors"
local quotas = require "ses.campaign.quota"

describe("ses.campaign.quota", function()
  local time, asked, answer
  before_each(function() time, asked = 1000, 0 end)

  local function account(daily, sent, rate)
    return { send_quota = { max_24_hour_send = daily, sent_last_24_hours = sent, max_send_rate = rate or 14 } }
  end

  local function new(first, options)
    answer = first
    local all = {
      ask = function()
        asked = asked + 1
        if answer then return answer end
        return nil, errors.new { kind = "network", code = "X", message = "x" }
      end,
      account = first, clock = { monotonic = function() return time end, now = function() return 1e9 + time end },
    }
    for name, value in pairs(options or {}) do all[name] = value end
    return quotas.new(all)
  end

  it("grants what is left, counting what is on its way and what was sent since SES was asked", function()
    local quota = new(account(10, 3))
    assert.equal(7, quota:left())
    assert.equal(5, quota:grant(5))
    assert.equal(2, quota:grant(5))
    assert.equal(0, quota:grant(1))
    assert.is_false(quota:is_used_up())
    quota:settle(5, 4)
    assert.equal(1, quota:left())
    quota:settle(2, 2)
    assert.equal(1, quota:left())
    assert.equal(1, quota:grant(3))
    quota:settle(1, 1)
    assert.is_true(quota:is_used_up())
  end)

  it("knows no end where the account has none, or where it cannot be asked", function()
    assert.equal(math.huge, new(account(-1, 5)):left())
    local quota = quotas.new { clock = { monotonic = function() return time end } }
    assert.equal(50, quota:grant(50))
    assert.is_false(quota:is_due())
  end)

  it("asks every five minutes, and learns another rate and quota", function()
    local quota = new(account(10, 3))
    assert.is_false(quota:is_due())
    time = time + 300
    assert.is_true(quota:is_due())
    answer = account(100, 40, 500)
    quota:grant(2)
    quota:settle(2, 2)
    quota:ask()
    assert.same({ 60, 500 }, { quota:left(), quota.rate })
    assert.is_false(quota:is_due())
  end)

  it("keeps what it knew where there is no answer, and asks again soon", function()
    local quota = new(account(10, 3))
    quota:grant(2)
    quota:settle(2, 2)
    time, answer = time + 300, nil
    quota:ask()
    assert.equal(5, quota:left())
    time = time + 30
    assert.is_true(quota:is_due())
  end)

  it("counts once what was sent while it asked", function()
    local quota = new(account(10, 0))
    quota:grant(1)
    quota:settle(1, 1)
    quota.ask_account = function()
      quota:grant(2)
      quota:settle(2, 2)
      return account(10, 3)
    end
    quota:ask()
    -- SES may have counted the two already, or not: they are taken off.
    assert.equal(5, quota:left())
  end)

  it("asks at once when it is used up, then near the moment when some of it comes back", function()
    local oldest = 1e9 + 1000 - 86400 + 100
    local quota = new(account(10, 10), { oldest = function(since)
      assert.equal(1e9 + time - 86400, since)
      return oldest
    end })
    assert.is_true(quota:is_due())
    quota:ask()
    assert.is_false(quota:is_due())
    assert.equal(1e9 + 1100, quota:ends())
    time = time + 99
    assert.is_false(quota:is_due())
    time = time + 1
    assert.is_true(quota:is_due())
    quota:ask()
    time = time + 14
    assert.is_false(quota:is_due())
    time = time + 1
    answer = account(10, 9)
    quota:ask()
    assert.equal(1, quota:left())
  end)

  it("asks every five minutes at least while it is used up", function()
    local quota = new(account(10, 10), { oldest = function() return nil end })
    quota:ask()
    time = time + 299
    assert.is_false(quota:is_due())
    time = time + 1
    assert.is_true(quota:is_due())
    assert.is_nil(quota:ends())
  end)

  it("takes SES's word for it, and tries again later each time", function()
    local quota = new(account(10, 3))
    for _, pause in ipairs { 15, 30, 60 } do
      quota:grant(1)
      quota:refuse()
      quota:settle(1, 0)
      assert.equal(0, quota:left())
      assert.is_true(quota:is_due())
      quota:ask()
      assert.equal(0, quota:left())
      time = time + pause - 1
      assert.is_false(quota:is_due())
      time = time + 1
      assert.is_true(quota:is_due())
      quota:ask()
      assert.equal(7, quota:left())
    end
    quota:grant(1)
    quota:settle(1, 1)
    quota:refuse()
    quota:ask()
    time = time + 15
    quota:ask()
    assert.equal(7, quota:left())
  end)

  it("tries again where only SES's refusals tell of it", function()
    local quota = quotas.new { clock = { monotonic = function() return time end, now = function() return time end } }
    quota:refuse()
    quota:ask()
    assert.equal(0, quota:left())
    time = time + 15
    assert.is_true(quota:is_due())
    quota:ask()
    assert.equal(math.huge, quota:left())
    assert.is_false(quota:is_due())
  end)

  it("says what is used up, and when it goes on", function()
    local quota = new(account(2000, 2000))
    assert.equal("the account's quota of 2,000 mails in 24 hours is used up, some of it comes back about 09:00",
      quota:text "09:00")
    local err = quota:error()
    assert.same({ "DailyQuotaExceeded", "the account's quota of 2,000 mails in 24 hours is used up, some of it comes "
      .. "back within 24 hours" }, { err.code, err.message })
  end)
end)
