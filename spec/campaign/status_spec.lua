local campaign = require "ses.campaign"
local kept_quota = require "ses.campaign.kept_quota"
local journals = require "ses.campaign.journal"
local report = require "ses.campaign.report"
local tmp_dir = require "spec.support.tmp_dir"

local NOW = 1790000000 -- 2026-09-21 14:13:20 UTC
local TODAY = "2026-09-21"

describe("ses.campaign.status and ses.campaign.control", function()
  local path

  before_each(function()
    path = tmp_dir.new() .. "/j.sqlite3"
    local journal = assert(journals.open(path, { campaign = "autumn" }))
    local load = assert(journal:load())
    for i = 1, 10 do assert(load:add { address = "p" .. i, row = i + 1, email = "p" .. i .. "@example.com" }) end
    assert(load:finish())
    local results = {}
    for i, row in ipairs(assert(journal:claim(4))) do
      results[i] = { id = row.id, state = "sent", message_id = "m", at = NOW - 60 + i, latency_ms = 5, day = TODAY }
    end
    assert(journal:commit({}, results))
    journal:close()
  end)
  after_each(tmp_dir.remove_all)

  local function options(fields, more)
    local made = {
      campaign = {
        name = "autumn", audience = { csv = "p.csv" }, message = { from = "a@shop.example", subject = "x", text = "x" },
        journal = path,
      },
      clock = { now = function() return NOW end },
    }
    for key, value in pairs(more or {}) do made.campaign[key] = value end
    for key, value in pairs(fields or {}) do made[key] = value end
    return made
  end

  it("says whether it is sent, paused, waiting for a run, or finished", function()
    local function standing()
      local found = assert(campaign.status(options()))
      return found.standing, found.workers, found.paused
    end
    assert.same({ "idle", 0, false }, { standing() })
    local run = assert(journals.open(path, { campaign = "autumn" }))
    assert.same({ "working", 1, false }, { standing() })
    assert(campaign.pause(options()))
    assert.same({ "paused", 1, true }, { standing() })
    run:close()
    assert.same({ "paused", 0, true }, { standing() })
    run = assert(journals.open(path, { campaign = "autumn" }))
    local results = {}
    for i, row in ipairs(assert(run:claim(9))) do results[i] = { id = row.id, state = "sent", at = NOW } end
    assert(run:commit({}, results))
    run:close()
    assert.same({ "finished", 0, true }, { standing() })
  end)

  it("pauses, resumes and sets the rate, once each, and logs it", function()
    local found = assert(campaign.pause(options()))
    assert.same({ true, true, 4, 6 }, { found.changed, found.paused, found.counts.sent, found.counts.pending })
    assert.is_false(assert(campaign.pause(options())).changed)
    assert.is_true(assert(campaign.resume(options())).changed)
    assert.is_false(assert(campaign.resume(options())).changed)
    found = assert(campaign.pace(options { rate = 12.5 }))
    assert.same({ true, 12.5 }, { found.changed, found.rate })
    assert.is_false(assert(campaign.pace(options { rate = 12.5 })).changed)
    found = assert(campaign.pace(options({ rate = false }, { pace = { rate = 3 } })))
    assert.is_true(found.changed)
    assert.is_nil(found.rate)
    assert.equal(3, found.own_rate)
    assert.is_false(assert(campaign.pace(options { rate = false })).changed)
    local texts = {}
    for i, line in ipairs(assert(campaign.status(options())).logged) do texts[i] = line.kind .. ": " .. line.text end
    assert.same({
      "pause: paused by hand", "resume: resumed by hand", "rate: the rate is set to 12.5/s by hand",
      "rate: the rate is the campaign file's again, 3/s",
    }, texts)
  end)

  it("refuses a rate that is none", function()
    for _, rate in ipairs { 0, -1, math.huge, "10", true } do
      local found, err = campaign.pace(options { rate = rate })
      assert.is_nil(found)
      assert.equal("InvalidParameter", err.code)
    end
    local found, err = campaign.pace(options())
    assert.is_nil(found)
    assert.equal("rate", err.field)
  end)

  it("tells the pace that holds and when it ends: as set, as logged, as the file says", function()
    local found = assert(campaign.status(options(nil, { pace = { rate = 2 } })))
    assert.same({ 2, NOW + 3 }, { found.pace, found.ends_at })
    local journal = assert(journals.open(path, { campaign = "autumn", control = true }))
    assert(journal:log("rate", "0.5/s: what the account allows"))
    journal:close()
    found = assert(campaign.status(options(nil, { pace = { rate = 2 } })))
    assert.same({ 0.5, NOW + 12 }, { found.pace, found.ends_at })
    assert(campaign.pace(options { rate = 6 }))
    found = assert(campaign.status(options(nil, { pace = { rate = 2 } })))
    assert.same({ 6, NOW + 1 }, { found.pace, found.ends_at })
    local text = report.text(found)
    assert.is_truthy(text:find("autumn: nothing is at work on it\n", 1, true))
    assert.is_truthy(text:find("Pace: 6.0/s, set by ses campaign pace\n", 1, true))
    assert.is_truthy(text:find("Ends: about 21 September 2026, 14:13:21 UTC, in 0:01, once it goes on\n", 1, true))
    assert(campaign.pause(options()))
    text = report.text(assert(campaign.status(options())))
    assert.is_truthy(text:find("autumn: paused\n", 1, true))
    assert.is_truthy(text:find("Waits for: ses campaign resume\n", 1, true))
    assert.is_nil(text:find("Ends:", 1, true))
  end)

  it("tells what it waits for: its schedule, its warm-up, the account's quota", function()
    local schedule = { timezone = "Europe/Berlin", quiet_hours = { from = "16:00", to = "18:00" } }
    local found = assert(campaign.status(options(nil, { schedule = schedule, pace = { rate = 2 } })))
    assert.same({ "quiet hours until 2026-09-21 18:00 Europe/Berlin", NOW + 6400, NOW + 6403 },
      { found.waits_for, found.waits_until, found.ends_at })
    assert.is_truthy(report.text(found):find("\nWaits: quiet hours until 2026-09-21 18:00 Europe/Berlin\nEnds: about "
      .. "21 September 2026, 18:00:03 Europe/Berlin, in 1:46:43", 1, true))

    found = assert(campaign.status(options(nil, { pace = { rate = 2, warm_up = { first_day = 4 } } })))
    assert.same({ "the warm-up's 4 mails of today are sent; it goes on at 2026-09-22 00:00 UTC", 1790035200 },
      { found.waits_for, found.waits_until })
    assert.is_nil(assert(campaign.status(options(nil, { pace = { warm_up = { first_day = 5 } } }))).waits_for)

    local tomorrow = { clock = { now = function() return NOW + 86400 end } }
    assert.is_nil(assert(campaign.status(options(tomorrow, { pace = { warm_up = { first_day = 4 } } }))).waits_for)

    local run = assert(journals.open(path, { campaign = "autumn" }))
    assert(run:log("start", "a run"))
    assert(run:log("quota", "the account's daily quota is used up"))
    assert.equal("the account's daily quota is used up", assert(campaign.status(options())).waits_for)
    assert(run:log("quota", "goes on"))
    assert.is_nil(assert(campaign.status(options())).waits_for)
    run:close()
  end)

  it("tells that the daily quota ends a run before everybody has their mail", function()
    local journal = assert(journals.open(path, { campaign = "autumn", control = true }))
    assert(kept_quota.keep(journal, { send_quota = { max_24_hour_send = 6, sent_last_24_hours = 4 } }, NOW))
    journal:close()
    local pace = { rate = 2 }
    local found = assert(campaign.status(options(nil, { pace = pace })))
    assert.is_true(found.needs_runs)
    -- Two leave now, two when what has left in the last minute leaves the last 24 hours, two a day after the first.
    assert.is_true(found.ends_at > NOW + 86400 - 900 and found.ends_at <= NOW + 86402)
    local text = report.text(found)
    assert.matches(", where it is run again whenever the daily quota has ended a run\n", text)
    assert.is_true(report.data(found).needs_runs)
    pace.daily_quota = "wait"
    text = report.text(assert(campaign.status(options(nil, { pace = pace }))))
    assert.matches(", once it goes on\n", text)
  end)

  it("gives its history besides for a report", function()
    assert(campaign.pause(options()))
    local found = assert(campaign.report(options()))
    assert.equal(4, found.timeline[1].sent + (found.timeline[2] or { sent = 0 }).sent
      + (found.timeline[3] or { sent = 0 }).sent + (found.timeline[4] or { sent = 0 }).sent)
    assert.same({ { below_ms = 8, n = 4 } }, found.latencies)
    local text = report.text(found)
    assert.is_truthy(text:find("\nSent from 21 September 2026, 14:12:21 UTC to 21 September 2026, 14:12:25 UTC\n"
      .. "SES answered half within 8 ms, 99 % within 8 ms\n", 1, true))
    assert.is_truthy(text:find("\nWhat happened:\n  %d+ %a+ %d+, %d%d:%d%d:%d%d UTC  paused by hand\n"))
    local data = report.data(found)
    assert.equal("2026-09-21T14:12:21Z", data.timeline.steps[1].at)
    assert.same({ "paused", true, 0 }, { data.standing, data.paused, data.processes })
    assert.equal("pause", data.logged[1].kind)
    assert.matches("^<!DOCTYPE html>", campaign.page(found))
  end)
end)
