local estimate = require "ses.campaign.estimate"
local random = require "spec.support.random"
local schedule = require "ses.campaign.schedule"
local timestamp = require "ses.model.timestamp"

local SEED = 1203
local MINUTE = 60
local ZONES = { "", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/Sao_Paulo", "Asia/Kathmandu" }
local DAYS = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" }

local function utc(text)
  return timestamp.parse(text .. ":00Z")
end

-- Recipients in a drawn order, as an audience has them: places by zone, each list ascending.
local function audience(pending, pick)
  local rows = {}
  for _, zone in ipairs(ZONES) do
    for _ = 1, pending[zone] or 0 do rows[#rows + 1] = zone end
  end
  for i = #rows, 2, -1 do
    local j = pick.below(i) + 1
    rows[i], rows[j] = rows[j], rows[i]
  end
  local places = {}
  for i, zone in ipairs(rows) do
    places[zone] = places[zone] or { head = 1 }
    table.insert(places[zone], i)
  end
  return places, #rows
end

-- Who comes next: of those who may be written to, the first of the audience.
local function next_zone(plan, places, now)
  local best, best_place
  for zone, list in pairs(places) do
    local place = list[list.head]
    if place and (not best or place < best_place) and plan.schedule:may(zone, now) then
      best, best_place = zone, place
    end
  end
  return best
end

-- What is left of the quota at minute m, of what was sent in the 24 hours before.
local function quota_left(plan, sent, m)
  if not plan.quota then return math.huge end
  local used = 0
  for i = m - 1439, m do used = used + (sent[i] or 0) end
  return plan.quota.most - used
end

-- The campaign as it would run, minute by minute and mail by mail.
local function simulate(plan, places, n)
  local sent, by_day, credit = {}, {}, 0
  for m = 0, 400 * 1440 do
    local now = plan.now + m * MINUTE
    local day = plan.schedule:day(now)
    local most = plan.schedule:most(day) or math.huge
    local left = math.min(most - (by_day[day] or 0), quota_left(plan, sent, m))
    credit = math.min(credit + plan.rate * MINUTE, plan.rate * MINUTE + 1)
    while credit >= 1 and left >= 1 do
      local zone = next_zone(plan, places, now)
      if not zone then break end
      places[zone].head = places[zone].head + 1
      credit, left, n = credit - 1, left - 1, n - 1
      sent[m], by_day[day] = (sent[m] or 0) + 1, (by_day[day] or 0) + 1
      if n == 0 then return now + MINUTE end
    end
  end
  error "the simulation came to no end"
end

local function drawn_plan(pick)
  local spec = { timezone = pick.one { "Europe/Berlin", "UTC", "America/New_York" } }
  if pick.chance(75) then
    spec.quiet_hours = { from = ("%02d:30"):format(15 + pick.below(8)), to = ("%02d:00"):format(4 + pick.below(8)) }
    spec.quiet_hours.days = {}
    for _, day in ipairs(DAYS) do
      if pick.chance(15) and #spec.quiet_hours.days < 5 then table.insert(spec.quiet_hours.days, day) end
    end
  end
  local now = utc "2026-03-20T00:00" + pick.below(20 * 1440) * MINUTE
  if pick.chance(30) then
    spec.start = timestamp.iso8601(now + pick.below(3 * 1440) * MINUTE):sub(1, 16):gsub("T", " ")
  end
  local warm_up = pick.chance(40) and { first_day = 100 + pick.below(400), growth = 1 + pick.below(100) / 100 } or nil
  if warm_up and pick.chance(50) then warm_up.most = 1000 end
  local s = assert(schedule.new(spec, { warm_up = warm_up }))
  s:set_first_day((s:day(math.max(now, s.starts_at or now))))
  return { schedule = s, now = now, rate = pick.one { 0.02, 0.05, 0.3, 2 } }
end

local function scaled(pending, by)
  local out = {}
  for zone, n in pairs(pending) do out[zone] = math.floor(n * by + 0.5) end
  return out
end

-- The estimate lies between the ends of a campaign that is a little smaller and one that is a little larger:
-- where a few mails more are too many for an evening, the end is the next morning's.
local function compare(plan, pending, seed)
  plan.pending = pending
  local ends_at = estimate.ends_at(plan)
  local earliest = simulate(plan, audience(scaled(pending, 0.96), random.picker(seed)))
  local latest = simulate(plan, audience(scaled(pending, 1.04), random.picker(seed)))
  assert.is_true(ends_at >= earliest - 2 * MINUTE and ends_at <= latest + 2 * MINUTE,
    ("%d is not from %d to %d (seed %d)"):format(ends_at, earliest, latest, seed))
  return latest - plan.now
end

describe("ses.campaign.estimate", function()
  local function plain(fields)
    local plan = { schedule = assert(schedule.new()), rate = 10, pending = 36000, now = utc "2026-12-01T09:00" }
    for key, value in pairs(fields) do plan[key] = value end
    return estimate.ends_at(plan)
  end

  it("divides by the rate where nothing else is set", function()
    assert.equal(utc "2026-12-01T10:00", plain {})
    assert.equal(utc "2026-12-01T09:00", plain { pending = 0 })
    assert.equal(utc "2026-12-11T09:00", plain { pending = 8640000 })
  end)

  it("begins with the start", function()
    local s = schedule.new { start = "2026-12-24 18:00" }
    assert.equal(utc "2026-12-24T19:00", plain { schedule = s })
    assert.equal(utc "2026-12-25T10:00", plain { schedule = s, now = utc "2026-12-25T09:00" })
  end)

  it("waits for those who sleep", function()
    local s = schedule.new { timezone = "Europe/Berlin", quiet_hours = { from = "21:00", to = "08:00" } }
    assert.equal(utc "2026-12-02T07:30", plain { schedule = s, now = utc "2026-12-01T19:30" })
    assert.equal(utc "2026-12-02T01:00",
      plain { schedule = s, now = utc "2026-12-01T23:30", pending = { ["Asia/Tokyo"] = 18000, ["+09:00"] = 36000 } })
  end)

  it("keeps to the days of a warm-up, and counts what the day has had", function()
    local s = schedule.new(nil, { warm_up = { first_day = 9000, growth = 2 } })
    s:set_first_day "2026-12-01"
    assert.equal(utc "2026-12-03T00:15", plain { schedule = s })
    assert.equal(utc "2026-12-03T00:30", plain { schedule = s, sent_today = 9000 })
  end)

  it("keeps to SES's quota of 24 hours", function()
    assert.equal(utc "2026-12-03T09:15", plain { quota = { most = 13500 } })
    assert.equal(utc "2026-12-04T09:00", plain { quota = { most = 12000, used = {
      { n = 12000, till = utc "2026-12-02T09:00" } } } } - 1200)
    assert.equal(utc "2026-12-03T20:20",
      plain { quota = { most = 12000, used = { { n = 12000, till = utc "2026-12-01T20:00" } } } })
    -- What is used comes back when it leaves the last 24 hours, not all at once.
    assert.equal(utc "2026-12-01T20:20", plain { pending = 24000, quota = { most = 24000, used = {
      { n = 12000, till = utc "2026-12-01T10:00" }, { n = 12000, till = utc "2026-12-01T20:00" } } } })
  end)

  it("tells whether the quota is used up on the way", function()
    local function used_up(quota) return select(2, plain { quota = quota }) end
    assert.is_true(used_up { most = 35999 })
    assert.is_false(used_up { most = 36000 })
    assert.is_false(used_up(nil))
  end)

  it("cannot tell without a rate, a quota, or an end within two years", function()
    assert.is_nil(plain { rate = 0 })
    assert.is_nil(estimate.ends_at { schedule = schedule.new(), pending = 1, now = 0 })
    assert.is_nil(plain { quota = { most = 0 } })
    assert.is_nil(plain { rate = 0.0001 })
  end)

  it("agrees with a simulation of each minute and mail", function()
    local long = 0
    for i = 1, 30 do
      local pick = random.picker(SEED + i)
      local plan, pending = drawn_plan(pick), {}
      for _, zone in ipairs(ZONES) do
        if pick.chance(60) then pending[zone] = 50 + pick.below(600) end
      end
      if next(pending) == nil then pending[""] = 100 end
      if compare(plan, pending, SEED + i) > 86400 then long = long + 1 end
    end
    assert.is_true(long > 10)
  end)

  it("agrees with it where a quota is waited for", function()
    for i = 1, 8 do
      local plan = drawn_plan(random.picker(SEED + i))
      plan.quota = { most = 400 }
      plan.rate = 0.3
      compare(plan, { [""] = 1000, ["Asia/Tokyo"] = 300 }, SEED + i)
    end
  end)

  it("is quick for 400 zones and months", function()
    local database = require "ses.campaign.zone.database"
    local pending = {}
    for i, name in ipairs(database.names()) do
      if i <= 400 then pending[name] = 2500 end
    end
    local s = schedule.new { quiet_hours = { from = "21:00", to = "08:00" } }
    local began = os.clock()
    assert.is_truthy(plain { schedule = s, pending = pending, rate = 0.1 })
    assert.is_true(os.clock() - began < 2)
  end)
end)
