local engines = require "spec.support.campaign_engine"
local recovery = require "ses.campaign.recovery"
local schedule = require "ses.campaign.schedule"

describe("ses.campaign.recovery", function()
  local lab

  before_each(function()
    lab = engines.new(6)
    assert(lab.journal:claim(6))
    local results = {}
    for i, state in ipairs { "failed", "failed", "in_doubt", "failed", "sent" } do
      results[i] = { id = i, state = state, at = 0, code = state == "failed" and (i < 3 and "Bad" or "Other") or nil }
    end
    assert(lab.journal:commit({}, results))
  end)
  after_each(function() lab:close() end)

  it("puts back who failed and then who is in doubt, and tells how many", function()
    local told = {}
    local n = recovery.put_back(lab.journal, { failed = true, in_doubt = true }, function(state, many)
      told[#told + 1] = state .. " " .. many
    end)
    assert.equal(4, n)
    assert.same({ "failed 3", "in_doubt 1" }, told)
    assert.same({ pending = 5, sent = 1 }, lab:states())
  end)

  it("puts back those alone who failed with one code, and nobody who is not asked for", function()
    assert.equal(2, recovery.put_back(lab.journal, { failed = true, code = "Bad" }))
    assert.same({ pending = 3, sent = 1, failed = 1, in_doubt = 1 }, lab:states())
    assert.equal(0, recovery.put_back(lab.journal, {}))
  end)

  it("notes what a run finds in one order", function()
    local notes = {}
    assert(recovery.recover {
      journal = lab.journal, schedule = assert(schedule.new()),
      options = { retry_failed = true, retry_code = "Other", resend_in_doubt = true },
      note = function(_, text, ...) notes[#notes + 1] = text:format(...) end,
    })
    assert.same({
      "1 recipient goes back to the queue that had failed", "1 recipient goes back to the queue that stood in doubt",
    }, notes)
  end)

  it("ends with the error of the journal", function()
    local n, err = recovery.put_back({ requeue = function() return nil, "gone" end }, { in_doubt = true })
    assert.is_nil(n)
    assert.equal("gone", err)
  end)
end)
