local meter = require "ses.campaign.meter"

local function tally(sent, total, fields)
  local t = { sent = sent, failed = 0, in_doubt = 0, deferred = 0, total = total or 0 }
  for key, value in pairs(fields or {}) do t[key] = value end
  return t
end

describe("ses.campaign.meter", function()
  it("gives the rate over its last seconds, whatever was before", function()
    local one = meter.new(5)
    assert.is_nil(one:look(tally(0), 0))
    for i = 1, 100 do one:look(tally(i * 50), i / 10) end
    local rate
    for i = 101, 160 do rate = one:look(tally(5000 + (i - 100) * 2), i / 10) end
    assert.is_true(math.abs(rate - 20) < 0.01, rate)
  end)

  it("counts all that is behind it, and keeps no more than its window", function()
    local one = meter.new(1)
    assert.equal(10, meter.done(tally(1, 20, { failed = 2, in_doubt = 3, deferred = 4 })))
    for i = 1, 10000 do one:look(tally(i), i / 10) end
    local kept = 0
    for _ in pairs(one.samples) do kept = kept + 1 end
    assert.is_true(kept <= 12, kept)
  end)

  it("tells how long the rest takes, where something moves", function()
    assert.equal(9, meter.left(tally(10, 100), 10))
    assert.is_nil(meter.left(tally(10, 100), 0))
    assert.is_nil(meter.left(tally(10, 100), nil))
    assert.is_nil(meter.left(tally(100, 100), 10))
  end)
end)
