local campaign = require "ses.campaign"
local file = require "ses.campaign.file"
local journals = require "ses.campaign.journal"
local json = require "ses.model.json"
local reputation = require "ses.campaign.reputation"
local tmp_dir = require "spec.support.tmp_dir"

local NOW = 1790000000

describe("ses.campaign.reputation", function()
  local path, journal, clock

  before_each(function()
    path = tmp_dir.new() .. "/j.sqlite3"
    clock = { now = function() return NOW end, monotonic = function() return NOW end }
    journal = assert(journals.open(path, { campaign = "autumn", clock = clock }))
  end)
  after_each(function()
    if journal then journal:close() end
    journal = nil
    tmp_dir.remove_all()
  end)

  local n_people = 0

  -- So many mails that left at a time: their ids.
  local function send(n, at)
    local load = assert(journal:load())
    for i = n_people + 1, n_people + n do
      local address = "p" .. i .. "@example.com"
      assert(load:add { address = address, row = i + 1, email = address })
    end
    n_people = n_people + n
    assert(load:finish())
    local ids, results = {}, {}
    for i, row in ipairs(assert(journal:claim(n))) do
      ids[i] = row.id
      results[i] = { id = row.id, state = "sent", message_id = "m-" .. row.id, at = at or NOW }
    end
    assert(journal:commit(ids, {}))
    assert(journal:commit({}, results))
    return ids
  end
  before_each(function() n_people = 0 end)

  local BOUNCE = { delivery = "bounced", bounce_type = "Permanent" }
  local COMPLAINT = { delivery = "complained" }

  local function tell(ids, from, to, kind)
    local events = {}
    for i = from, to do
      events[#events + 1] = {
        id = ids[i], state = "sent", delivery = kind.delivery, bounce_type = kind.bounce_type,
      }
    end
    assert(journal:record(events))
  end

  local function judge(policy, now) return assert(reputation.judge(journal, reputation.policy(policy), now or NOW)) end

  local function logged(kind)
    local list = {}
    for _, line in ipairs(assert(journal:logged())) do
      if line.kind == kind then list[#list + 1] = line.text end
    end
    return list
  end

  it("pauses above the limit, and says why, once", function()
    local ids = send(1000)
    tell(ids, 1, 50, BOUNCE)
    assert.is_nil(judge().paused)
    assert.is_false(journal:control().paused)
    tell(ids, 51, 51, BOUNCE)
    local why = "paused by itself: 5.1 % of the 1,000 mails within 1 day bounced for good, more than 5 %"
    assert.equal(why, judge().paused)
    assert.is_true(journal:control().paused)
    assert.equal(why, journal:control().reason)
    assert.same({}, judge())
    assert.same({ why }, logged "pause")
  end)

  it("warns once above the lower limit, of each kind", function()
    local ids = send(2000)
    tell(ids, 1, 41, BOUNCE)
    local text = "2.05 % of the 2,000 mails within 1 day bounced for good, more than 2 %"
    assert.equal(text, judge().warned)
    assert.same({}, judge())
    assert.same({ text }, logged "reputation")
    tell(ids, 100, 101, COMPLAINT)
    assert.same({}, judge { bounce = { warn = 0.05 } , complaint = { warn = 0.001 } })
    assert.equal("0.1 % of the 2,000 mails within 1 day were complained of, more than 0.05 %",
      judge({ bounce = { warn = 0.05 } }).warned)
    assert.is_false(journal:control().paused)
    tell(ids, 102, 102, COMPLAINT)
    assert.matches("0%.15 %% of the 2,000 mails .* complained of, more than 0%.1 %%$", judge().paused)
  end)

  it("judges no few mails, no single complaint, and no other time than the window", function()
    local ids = send(499)
    tell(ids, 1, 499, BOUNCE)
    assert.same({}, judge())
    assert.is_truthy(judge({ minimum = 499 }).paused)
    assert(campaign.resume { campaign = {
      name = "autumn", audience = { csv = "p.csv" }, message = { from = "a@shop.example", subject = "x", text = "x" },
      journal = path,
    } })
    assert(journal:set_meta("judged_from", ""))
    local late = send(600, NOW + 100000)
    tell(late, 1, 1, COMPLAINT)
    assert.same({}, judge(nil, NOW + 100000))
    assert.same({ sent = 600, bounced = 0, complained = 1, window = 86400 },
      reputation.of(journal, reputation.policy(), NOW + 100000))
    assert.is_truthy(judge({ window = 200000 }, NOW + 100000).paused)
  end)

  it("watches nothing where the campaign says so", function()
    tell(send(1000), 1, 1000, BOUNCE)
    assert.same({}, judge(false))
  end)

  describe("in a campaign", function()
    local function options(fields)
      local made = {
        campaign = {
          name = "autumn", audience = { csv = "p.csv" }, journal = path,
          message = { from = "a@shop.example", subject = "x", text = "x" },
          reputation = { minimum = 100, window = "1h" },
        },
      }
      for name, value in pairs(fields or {}) do made[name] = value end
      return made
    end

    local function event(kind, id)
      return json.encode {
        eventType = kind, bounce = { bounceType = "Permanent", bounceSubType = "General" }, complaint = {},
        mail = {
          timestamp = "2026-10-05T08:00:05Z", messageId = ("m-%d"):format(id), destination = { "p@example.com" },
          tags = { ses_campaign = { "autumn" }, ses_recipient = { ("%d"):format(id) } },
        },
      }
    end

    -- Events of other addresses are nobody's, so that these name none.
    local function bounces(ids, from, to)
      local i = from - 1
      return assert(campaign.settle(options { events = function()
        i = i + 1
        return i <= to and event("Bounce", ids[i]):gsub('"destination":%[[^%]]*%]', '"destination":[]') or nil
      end })).events
    end

    before_each(function()
      journal:close()
      clock = require "ses.adapters.clock"
      journal = assert(journals.open(path, { campaign = "autumn" }))
    end)

    it("events pause it, status says why, and after resume it goes by later mails alone", function()
      local ids = send(200, os.time())
      local found = bounces(ids, 1, 10)
      assert.same({ 10, nil }, { found.bounced, found.paused })
      assert.matches("5 %% of the 200 mails within 1 hour", found.warned)
      found = bounces(ids, 11, 11)
      assert.matches("^paused by itself: 5%.5 %% of the 200 mails", found.paused)
      local status = assert(campaign.status(options()))
      assert.same({ true, found.paused }, { status.paused, status.pause_reason })
      assert.same({ 200, 11, 0 }, { status.reputation.sent, status.reputation.bounced, status.reputation.complained })

      local resumed = assert(campaign.resume(options()))
      assert.same({ false, true }, { resumed.paused, resumed.changed })
      assert.is_nil(resumed.reason)
      found = bounces(ids, 12, 100)
      assert.same({ 89, nil }, { found.bounced, found.paused })
      assert.is_false(campaign.status(options()).paused)
      local later = send(100, os.time() + 30)
      found = bounces(later, 1, 6)
      assert.matches("6 %% of the 100 mails since it was resumed bounced for good", found.paused)
    end)
  end)

  it("is checked with the campaign file", function()
    local function check(given)
      return file.check {
        name = "autumn", audience = { csv = "p.csv" }, message = { from = "a@shop.example", subject = "x", text = "x" },
        reputation = given,
      }
    end
    for _, case in ipairs {
      { 7, "reputation must be a table, or false" },
      { { windw = 1 }, "reputation.windw is not known; did you mean 'window'?" },
      { { window = "soon" }, "reputation.window must be a length of time, such as 90s, 30m, 1h or 2d, not 'soon'" },
      { { window = 5 }, "reputation.window must be from one minute to 30 days" },
      { { window = true }, "reputation.window must be a length of time, such as 24h or 90m, or a number of seconds" },
      { { minimum = 0 }, "reputation.minimum must be a whole number above 0: mails before anything is judged" },
      { { bounce = 0.05 }, "reputation.bounce must be a table, not a number" },
      { { bounce = { stop = 5 } }, "reputation.bounce.stop must be above 0 and at most 1: 0.05 is 5 %" },
      { { complaint = { wran = 1 } }, "reputation.complaint.wran is not known; did you mean 'warn'?" },
      { { complaint = { warn = 0.1, stop = 0.05 } }, "reputation.complaint.warn must not be above stop" },
    } do
      local spec, err = check(case[1])
      assert.is_nil(spec)
      assert.equal("campaign: " .. case[2], err.message)
    end
    assert.is_false(assert(check(false)).reputation)
    assert.same({
      window = 5400, minimum = 500, bounce = { warn = 0.1, stop = 0.1 }, complaint = { warn = 0.0005, stop = 0.001 },
    }, assert(check { window = "1.5h", bounce = { warn = 0.1 } }).reputation)
    assert.same({ warn = 0.0001, stop = 0.0001 }, check({ complaint = { stop = 0.0001 } }).reputation.complaint)
  end)
end)
