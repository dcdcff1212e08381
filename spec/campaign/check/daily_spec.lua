local check = require "ses.campaign.check.daily"

local function complaint(pace)
  local fine, field, message = check(pace)
  assert.is_nil(fine)
  return field .. " " .. message
end

local function ramp(fields)
  return complaint { warm_up = fields }
end

describe("ses.campaign.check.daily", function()
  it("takes what may be said", function()
    for _, pace in ipairs {
      {}, { rate = 5 }, { warm_up = { first_day = 200 } },
      { warm_up = { first_day = 200, growth = 1.5, most = 100000 } },
      { warm_up = { first_day = 200, growth = 1, most = 200 } }, { daily_quota = "stop" }, { daily_quota = "wait" },
    } do
      assert.is_true(check(pace))
    end
  end)

  it("names the field, and says what it holds", function()
    assert.equal("pace.warm_up must be a table, not a number", ramp(200))
    assert.equal("pace.warm_up.first_day is missing", ramp { growth = 2 })
    assert.equal("pace.warm_up.frist_day is not known; did you mean 'first_day'?", ramp { frist_day = 2 })
    for _, n in ipairs { 0, -1, 1.5, 1e10, math.huge, 0 / 0 } do
      assert.equal("pace.warm_up.first_day must be a whole number above 0: mails on the first day",
        ramp { first_day = n })
    end
    for _, growth in ipairs { 0.9, 0, -2, 101, math.huge, 0 / 0 } do
      assert.equal("pace.warm_up.growth must be from 1 to 100: each day has so many times the mails of the day "
        .. "before", ramp { first_day = 200, growth = growth })
    end
    for _, most in ipairs { 199, 200.5, math.huge, 0 / 0 } do
      assert.equal("pace.warm_up.most must be a whole number that is not below first_day: mails on any day",
        ramp { first_day = 200, most = most })
    end
    assert.equal('pace.daily_quota must be "stop" or "wait"; did you mean \'wait\'?',
      complaint { daily_quota = "waits" })
    assert.equal('pace.daily_quota must be "stop" or "wait"', complaint { daily_quota = 500 })
  end)
end)
