local journals = require "ses.campaign.journal"
local kept_quota = require "ses.campaign.kept_quota"
local outlook = require "ses.campaign.outlook"
local postgres = require "spec.support.postgres"
local tmp_dir = require "spec.support.tmp_dir"

local NOW = 1790000000 -- 2026-09-21 14:13:20 UTC, 10:13:20 in New York, 23:13:20 in Tokyo
local TODAY = "2026-09-21"
local HOUR, DAY = 3600, 86400

-- What holds of a journal of any kind; `place()` is where a new one may be.
local function specify(place)
  local journal

  before_each(function() journal = assert(journals.open(place(), { campaign = "autumn" })) end)
  after_each(function() journal:close() end)

  -- Loads so many recipients of each zone, in this order.
  local function load(parts)
    local into, row = assert(journal:load()), 1
    for _, part in ipairs(parts) do
      for _ = 1, part[2] do
        row = row + 1
        assert(into:add { address = "p" .. row, row = row, email = "p" .. row .. "@example.com", zone = part[1] })
      end
    end
    assert(into:finish())
  end

  local function send(n, at, fields)
    local results = {}
    for i, row in ipairs(assert(journal:claim(n))) do
      results[i] = { id = row.id, claim = row.claim, state = "sent", message_id = "m", at = at }
      for key, value in pairs(fields or {}) do results[i][key] = value end
    end
    assert.equal(n, #results)
    assert(journal:commit({}, results))
  end

  local function says(quota, at)
    assert(kept_quota.keep(journal, { send_quota = quota }, at or NOW))
  end

  local function ahead(spec, standing)
    local all = { sending = 0, pace = 1, now = NOW }
    for key, value in pairs(standing or {}) do all[key] = value end
    return assert(outlook.of(journal, { schedule = spec.schedule, pace = spec.pace or {} }, all))
  end

  it("counts each recipient in the zone that is theirs", function()
    load { { "America/New_York", 100 }, { "Asia/Tokyo", 100 }, { nil, 100 } }
    local night = { timezone = "UTC", quiet_hours = { from = "21:00", to = "08:00" } }
    local wakes_in_tokyo = 1790031600
    assert.equal(wakes_in_tokyo + 100, ahead({ schedule = night }).ends_at)
    send(100, NOW)
    assert.equal(wakes_in_tokyo + 100, ahead({ schedule = night }).ends_at)
    local results = {}
    for i, row in ipairs(assert(journal:claim(200))) do
      local state = row.zone == "Asia/Tokyo" and "failed" or "pending"
      results[i] = { id = row.id, claim = row.claim, state = state, release = state == "pending", code = "X", at = NOW }
    end
    assert(journal:commit({}, results))
    assert.equal(NOW + 100, ahead({ schedule = night }).ends_at)
  end)

  it("counts the mails of the day from its very beginning", function()
    load { { nil, 30 } }
    -- 02:00 in Kathmandu, whose day begins at a quarter past an hour of UTC.
    local midnight = 1790014500
    local spec = { schedule = { timezone = "Asia/Kathmandu" }, pace = { warm_up = { first_day = 10, growth = 1 } } }
    assert(journal:set_meta("first_day", TODAY))
    send(8, midnight - 60, { day = TODAY })
    send(10, midnight + 60, { day = "2026-09-22" })
    local found = ahead(spec, { now = midnight + 2 * HOUR })
    assert.same({ "the warm-up's 10 mails of today are sent; it goes on at 2026-09-23 00:00 Asia/Kathmandu",
      midnight + DAY, midnight + 2 * DAY + 2 }, { found.waits_for, found.waits_until, found.ends_at })
  end)

  it("counts those on their way to the day", function()
    load { { nil, 30 } }
    local spec = { pace = { warm_up = { first_day = 10, growth = 1 } } }
    assert(journal:set_meta("first_day", TODAY))
    send(5, NOW - 60, { day = TODAY })
    assert.is_nil(ahead(spec, { sending = 4 }).waits_for)
    assert.matches("^the warm%-up's 10 mails", ahead(spec, { sending = 5 }).waits_for)
  end)

  it("keeps to the account's rate where a greater one is set", function()
    load { { nil, 100 } }
    says { max_send_rate = 5 }
    assert.same({ 5, NOW + 20 }, { ahead({}, { pace = 50 }).pace, ahead({}, { pace = 50 }).ends_at })
    assert.same({ 2, NOW + 50 }, { ahead({}, { pace = 2 }).pace, ahead({}, { pace = 2 }).ends_at })
    says { max_send_rate = 5, max_24_hour_send = -1, sent_last_24_hours = 9 }
    assert.equal(NOW + 20, ahead({}, { pace = 50 }).ends_at)
  end)

  it("keeps to the daily quota, and to what is used of it by the campaign and by others", function()
    load { { nil, 200 } }
    assert.equal(NOW + 200, ahead({}).ends_at)
    says { max_24_hour_send = 150, sent_last_24_hours = 0 }
    assert.equal(NOW + DAY + 50, ahead({}).ends_at)
    -- Others have sent 100, who knows when; a day after SES was asked they are gone.
    says({ max_24_hour_send = 150, sent_last_24_hours = 100 }, NOW - HOUR)
    assert.equal(NOW + DAY + 50, ahead({}).ends_at)
    says({ max_24_hour_send = 150, sent_last_24_hours = 140 }, NOW - HOUR)
    -- 10 leave now, 140 when those come back, 10 a day from now, 40 a day after the 140.
    assert.equal(NOW + 2 * DAY - HOUR + 40, ahead({}).ends_at)
    -- The campaign has sent 120 of 140 ten hours ago, when SES had been asked; 20 were others'.
    send(120, NOW - 10 * HOUR)
    says({ max_24_hour_send = 150, sent_last_24_hours = 140 }, NOW - HOUR)
    assert.is_true(ahead({}).ends_at > NOW + 13 * HOUR and ahead({}).ends_at <= NOW + 14 * HOUR + 80)
    -- Nothing is known any more of what others have sent, but the campaign's own is.
    says({ max_24_hour_send = 150, sent_last_24_hours = 20 }, NOW - 2 * DAY)
    assert.is_true(ahead({}).ends_at > NOW + 13 * HOUR)
  end)

  it("adds what the campaign has sent since SES was asked", function()
    load { { nil, 200 } }
    says({ max_24_hour_send = 150, sent_last_24_hours = 30 }, NOW - HOUR)
    send(100, NOW - 60)
    local found = ahead({})
    assert.is_true(found.ends_at > NOW + 22 * HOUR and found.ends_at < NOW + DAY)
    assert.is_true(found.needs_runs)
    assert.is_nil(ahead({ pace = { daily_quota = "wait" } }).needs_runs)
  end)

  it("passes over what is kept otherwise", function()
    load { { nil, 100 } }
    for _, text in ipairs { "", "7", "{}", '{"at":"x"}', '{"at":1,"rate":"x","daily":"x"}', '{"at":1,"rate":0}' } do
      assert(journal:set_meta("account", text))
      assert.equal(NOW + 100, ahead({}).ends_at)
    end
  end)
end

describe("ses.campaign.outlook", function()
  describe("of a journal in SQLite", function()
    after_each(tmp_dir.remove_all)
    specify(function() return tmp_dir.new() .. "/j.sqlite3" end)
  end)

  describe("of a journal in PostgreSQL", function()
    if postgres.missing() then
      pending("not tried: " .. postgres.missing())
      return
    end
    local server
    setup(function() server = postgres.start() end)
    teardown(function() server.stop() end)
    specify(function() return server.url(server.database()) end)
  end)
end)
