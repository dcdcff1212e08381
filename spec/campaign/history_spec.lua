local history = require "ses.campaign.history"

-- A journal that knows what went out in each second, as the journal port gives it.
local function journal_of(seconds)
  return {
    timeline = function(_, width)
      local buckets = {}
      for _, one in ipairs(seconds) do
        local at, last = math.floor(one.at / width) * width, buckets[#buckets]
        if not last or last.at ~= at then
          last = { at = at, sent = 0, failed = 0, in_doubt = 0 }
          buckets[#buckets + 1] = last
        end
        last.sent, last.failed = last.sent + (one.sent or 0), last.failed + (one.failed or 0)
      end
      return buckets
    end,
  }
end

local function total(timeline)
  local n = 0
  for _, bucket in ipairs(timeline) do n = n + bucket.sent end
  return n
end

describe("ses.campaign.history", function()
  it("tells what went out in steps that suit the time it took, and loses none", function()
    for _, case in ipairs { { 1, 1 }, { 200, 1 }, { 1000, 5 }, { 7200, 30 }, { 86400, 600 }, { 864000, 3600 } } do
      local seconds = {}
      for i = 0, 99 do seconds[i + 1] = { at = 1790000000 + math.floor(i * case[1] / 100), sent = 1 } end
      local timeline = assert(history.timeline(journal_of(seconds)))
      assert.equal(100, total(timeline))
      assert.is_true(#timeline <= 241 and #timeline >= math.min(case[1], 100) * 0.9, #timeline)
      assert.equal(case[2], timeline.seconds, case[1])
      for i = 2, #timeline do assert.is_true(timeline[i].at >= timeline[i - 1].at + timeline.seconds) end
    end
    assert.same({ seconds = 1 }, history.timeline(journal_of {}))
  end)

  it("begins days where they begin in the zone", function()
    local berlin, day, seconds = 7200, 86400, {}
    for i = 0, 300 do seconds[i + 1] = { at = 1790000000 + i * day, sent = 1 } end
    local timeline = history.timeline(journal_of(seconds), berlin)
    assert.equal(604800, timeline.seconds)
    for _, bucket in ipairs(timeline) do assert.equal(0, (bucket.at + berlin) % day) end
    assert.equal(301, total(timeline))
  end)

  it("reads rates and pauses from what was logged", function()
    local logged = {
      { at = 10, kind = "rate", text = "1,250/s: what the account allows" }, { at = 20, kind = "pause", text = "x" },
      { at = 21, kind = "pause", text = "500/s" }, { at = 30, kind = "resume", text = "x" },
      { at = 31, kind = "resume", text = "x" }, { at = 40, kind = "rate", text = "the rate is set to 0.5/s by hand" },
      { at = 41, kind = "rate", text = "no number" }, { at = 50, kind = "pause", text = "x" },
    }
    assert.same({ { at = 10, rate = 1250 }, { at = 40, rate = 0.5 }, { at = 41 } }, history.limits(logged))
    assert.same({ { from = 20, to = 30 }, { from = 50 } }, history.pauses(logged))
    assert.same({ {}, {} }, { history.limits {}, history.pauses {} })
  end)

  it("says what a part of all answers came within", function()
    local latencies = { { below_ms = 8, n = 50 }, { below_ms = 16, n = 45 }, { below_ms = 1024, n = 5 } }
    assert.same({ 8, 16, 16, 1024 }, {
      history.below(latencies, 0.5), history.below(latencies, 0.51), history.below(latencies, 0.95),
      history.below(latencies, 0.99),
    })
    assert.is_nil(history.below({}, 0.5))
  end)
end)
