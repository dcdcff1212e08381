local process = require "spec.support.process"
local random = require "spec.support.random"
local schedule = require "ses.campaign.schedule"
local timestamp = require "ses.model.timestamp"
local tmp_dir = require "spec.support.tmp_dir"

local SEED = 6022
local WEEKDAYS = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" }
local ZONES = {
  "", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "America/Nuuk",
  "Africa/Casablanca", "America/Santiago", "Pacific/Chatham", "+05:30", "-11:00", "UTC", "America/Havana",
}
local NIGHT = { from = "21:00", to = "08:00" }

local function utc(text)
  return timestamp.parse(text .. ":00Z")
end

local function time_text(pick)
  return ("%02d:%02d"):format(pick.below(24), pick.one { 0, 15, 30, 59 })
end

local function drawn_quiet_hours(pick)
  local quiet = {}
  if pick.chance(85) then
    quiet.from, quiet.to = time_text(pick), time_text(pick)
    if quiet.from == quiet.to then quiet.to = quiet.from == "12:00" and "13:00" or "12:00" end
  end
  quiet.days = {}
  for i = 1, 6 do
    if pick.chance(20) then quiet.days[#quiet.days + 1] = WEEKDAYS[i] end
  end
  if not quiet.from and not quiet.days[1] then quiet.days[1] = "sunday" end
  return quiet
end

-- A moment of 2026, near a change of some clock as often as not.
local function drawn_moment(pick)
  local changes = {
    utc "2026-03-08T07:00", utc "2026-03-29T01:00", utc "2026-04-04T15:00", utc "2026-10-03T15:30",
    utc "2026-10-25T01:00", utc "2026-11-01T06:00", utc "2026-09-06T04:00", utc "2026-03-08T05:00",
  }
  if pick.chance(50) then return pick.one(changes) - 43200 + pick.below(65536) * 86400 / 65536 end
  return utc "2026-01-01T00:00" + pick.below(365) * 86400 + pick.below(43200) * 2
end

local function drawn_schedule(pick)
  local spec = { timezone = pick.one { "Europe/Berlin", "America/Santiago", "UTC", "Pacific/Apia" } }
  if pick.chance(90) then spec.quiet_hours = drawn_quiet_hours(pick) end
  if pick.chance(30) then
    spec.start = timestamp.iso8601(math.floor(drawn_moment(pick))):sub(1, 16):gsub("T", " ")
  end
  return assert(schedule.new(spec))
end

local function drawn_zones(pick)
  local zones = {}
  for _, zone in ipairs(ZONES) do
    if pick.chance(50) then zones[#zones + 1] = zone end
  end
  return zones
end

local function minutes_of(text)
  local hour, minute = text:match "^(%d+):(%d+)$"
  return hour * 60 + minute
end

-- Quiet hours as one would explain them: by the weekday (1 is Monday) and the time on the wall.
local function is_quiet(quiet, weekday, time)
  for _, day in ipairs(quiet.days or {}) do
    if WEEKDAYS[weekday] == day then return true end
  end
  if not quiet.from then return false end
  local now, from, to = minutes_of(time), minutes_of(quiet.from), minutes_of(quiet.to)
  if from < to then return now >= from and now < to end
  return now >= from or now < to
end

-- What date of coreutils shows in every zone at every moment, in one process: { zone = { { weekday, time } } }.
local function shown_by_date(zones, moments)
  local folder = tmp_dir.new()
  local lines, script = {}, {}
  for i, unix in ipairs(moments) do lines[i] = ("@%d\n"):format(unix) end
  process.write(folder .. "/moments", table.concat(lines))
  for i, zone in ipairs(zones) do
    script[i] = ("TZ=%s date -f %s/moments '+%s %%u %%H:%%M'"):format(zone, folder, zone)
  end
  local shown = {}
  for zone, weekday, time in process.shell(table.concat(script, "\n")):gmatch "(%S+) (%d) (%S+)" do
    shown[zone] = shown[zone] or {}
    table.insert(shown[zone], { tonumber(weekday), time })
  end
  return shown
end

describe("ses.campaign.schedule", function()
  after_each(tmp_dir.remove_all)

  it("lets everybody be written to at any time where nothing is set", function()
    local s = assert(schedule.new())
    assert.is_true(s:may(nil, 0))
    assert.is_true(s:may("America/New_York", 1.5e9))
    assert.same({ day = "2026-12-01", day_ends = utc "2026-12-02T00:00" },
      s:look(utc "2026-12-01T09:00", { "", "UTC" }))
  end)

  it("waits for the start, in the campaign's zone", function()
    local s = assert(schedule.new { start = "2026-12-01 09:00", timezone = "Europe/Berlin" })
    local report = s:look(utc "2026-11-30T23:30", { "", "America/New_York" })
    assert.same({
      wait_until = utc "2026-12-01T08:00", wakes_at = utc "2026-12-01T08:00", asleep = { "", "America/New_York" },
      reason = "the campaign starts at 2026-12-01 09:00 Europe/Berlin",
      day = "2026-12-01", day_ends = utc "2026-12-01T23:00",
    }, report)
    assert.is_false(s:may(nil, utc "2026-12-01T08:00" - 0.001))
    assert.is_true(s:may(nil, utc "2026-12-01T08:00"))
    assert.is_nil(s:look(utc "2026-12-01T08:00").wait_until)
  end)

  it("starts later where everybody is in quiet hours then", function()
    local s = assert(schedule.new { start = "2026-12-01 06:00", timezone = "Europe/Berlin", quiet_hours = NIGHT })
    local report = s:look(utc "2026-11-30T12:00", { "", "America/New_York" })
    assert.equal(utc "2026-12-01T07:00", report.wait_until)
    assert.equal("the campaign starts at 2026-12-01 06:00 Europe/Berlin, in quiet hours until 2026-12-01 08:00 "
      .. "Europe/Berlin", report.reason)
    -- It is 14:00 in Tokyo then.
    assert.equal(utc "2026-12-01T05:00", s:look(utc "2026-11-30T12:00", { "", "Asia/Tokyo" }).wait_until)
  end)

  it("starts an hour later by the clock where the clock skips the time, and at the first of two", function()
    local s = assert(schedule.new { start = "2026-03-29 02:30", timezone = "Europe/Berlin" })
    assert.equal(utc "2026-03-29T01:30", s:look(0).wait_until)
    s = assert(schedule.new { start = "2026-10-25 02:30", timezone = "Europe/Berlin" })
    assert.equal(utc "2026-10-25T00:30", s:look(0).wait_until)
  end)

  it("lets each zone sleep by its own clock", function()
    local s = assert(schedule.new { timezone = "Europe/Berlin", quiet_hours = NIGHT })
    local zones = { "", "America/New_York", "Asia/Tokyo" }
    local report = s:look(utc "2026-12-01T20:30", zones)
    assert.same({ "", "Asia/Tokyo" }, report.asleep)
    assert.equal(utc "2026-12-01T23:00", report.wakes_at)
    assert.is_nil(report.wait_until)
    assert.is_true(s:may("America/New_York", utc "2026-12-01T20:30"))
    assert.is_false(s:may("", utc "2026-12-01T20:30"))
    assert.is_false(s:may(nil, utc "2026-12-01T20:30"))
  end)

  it("says until when everybody sleeps", function()
    local s = assert(schedule.new { timezone = "Europe/Berlin", quiet_hours = NIGHT })
    local report = s:look(utc "2026-12-01T20:30", { "", "Europe/London", "Asia/Tokyo" })
    assert.same({ "", "Asia/Tokyo" }, report.asleep)
    report = s:look(utc "2026-12-01T21:30", { "", "Europe/London", "Asia/Tokyo" })
    assert.equal(utc "2026-12-01T23:00", report.wait_until)
    assert.equal("quiet hours until 2026-12-02 00:00 Europe/Berlin", report.reason)
  end)

  it("gives nobody to wait for where nobody is left", function()
    local s = assert(schedule.new { start = "2026-12-01 09:00", quiet_hours = NIGHT })
    assert.same({ day = "2026-11-30", day_ends = utc "2026-12-01T00:00" }, s:look(utc "2026-11-30T23:00", {}))
  end)

  it("takes recipients whose zone is not known by the campaign's clock, and says what is wrong", function()
    local s = assert(schedule.new { timezone = "Europe/Berlin", quiet_hours = NIGHT })
    assert.is_true(s:check_zone "America/New_York")
    assert.is_true(s:check_zone "")
    assert.is_true(s:check_zone(nil))
    local fine, reason = s:check_zone "Amerika/New_York"
    assert.is_nil(fine)
    assert.equal("the time zone 'Amerika/New_York' is not known; did you mean 'America/New_York'?", reason)
    for unix = utc "2026-12-01T00:00", utc "2026-12-02T00:00", 1800 do
      assert.equal(s:may(nil, unix), s:may("Amerika/New_York", unix))
    end
  end)

  it("stays quick and small where a column holds a different text in every row", function()
    local s = assert(schedule.new { quiet_hours = NIGHT })
    local before, began = collectgarbage "count", os.clock()
    for i = 1, 20000 do assert.is_nil((s:check_zone("Street_" .. i))) end
    collectgarbage()
    assert.is_true(collectgarbage "count" - before < 1024)
    assert.is_true(os.clock() - began < 10)
  end)

  it("agrees with the clock on the wall, as date shows it, at any time of any zone", function()
    local pick = random.picker(SEED)
    local zones, moments = {
      "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Nuuk", "Africa/Casablanca",
      "America/Santiago", "Pacific/Chatham", "America/Havana",
    }, {}
    for i = 1, 400 do moments[i] = math.floor(drawn_moment(pick)) end
    local shown = shown_by_date(zones, moments)
    local quiet, awake = 0, 0
    for _ = 1, 20 do
      local hours = drawn_quiet_hours(pick)
      local s = assert(schedule.new { quiet_hours = hours })
      for _, zone in ipairs(zones) do
        for i, unix in ipairs(moments) do
          local weekday, time = shown[zone][i][1], shown[zone][i][2]
          local expected = not is_quiet(hours, weekday, time)
          if s:may(zone, unix) ~= expected then
            error(("%s at %d: %s on day %d of the week (seed %d)"):format(zone, unix, time, weekday, SEED))
          end
          if expected then awake = awake + 1 else quiet = quiet + 1 end
        end
      end
    end
    assert.is_true(quiet > 10000 and awake > 10000)
  end)

  it("looks as it lets, and wakes when it says", function()
    local pick = random.picker(SEED)
    local waited = 0
    for round = 1, 600 do
      local s, now, zones = drawn_schedule(pick), drawn_moment(pick), drawn_zones(pick)
      local report = s:look(now, zones)
      local asleep, n = {}, 0
      for _, zone in ipairs(report.asleep or {}) do asleep[zone], n = true, n + 1 end
      for _, zone in ipairs(zones) do assert.equal(not asleep[zone], s:may(zone, now)) end
      assert.equal(n > 0, report.wakes_at ~= nil)
      assert.equal(n > 0 and n == #zones, report.wait_until ~= nil)
      assert.equal(report.wait_until ~= nil, report.reason ~= nil)
      if n > 0 then
        waited = waited + 1
        local woken = 0
        for _, zone in ipairs(report.asleep) do
          assert.is_false(s:may(zone, report.wakes_at - 0.01), ("round %d of seed %d"):format(round, SEED))
          for i = 1, 9 do assert.is_false(s:may(zone, now + (report.wakes_at - now) * i / 10)) end
          if s:may(zone, report.wakes_at) then woken = woken + 1 end
        end
        assert.is_true(woken > 0, ("round %d of seed %d"):format(round, SEED))
      end
    end
    assert.is_true(waited > 200)
  end)

  it("ends a day when the campaign's clock shows another", function()
    local pick = random.picker(SEED)
    for _ = 1, 300 do
      local s, now = drawn_schedule(pick), drawn_moment(pick)
      local day, ends = s:day(now)
      assert.equal(day, s:text(now):sub(1, 10))
      assert.is_true(ends > now and ends - now <= 25 * 3600)
      assert.equal(day, (s:day(ends - 1)))
      assert.is_true(s:day(ends) > day)
    end
  end)

  it("has days of 23 and 25 hours, and none that a clock skips", function()
    local s = assert(schedule.new { timezone = "Europe/Berlin" })
    assert.same({ "2026-03-29", utc "2026-03-29T22:00" }, { s:day(utc "2026-03-28T23:00") })
    assert.same({ "2026-10-25", utc "2026-10-25T23:00" }, { s:day(utc "2026-10-24T22:00") })
    s = assert(schedule.new { timezone = "Pacific/Apia" })
    local ends = select(2, s:day(utc "2011-12-29T12:00"))
    assert.equal("2011-12-31", (s:day(ends)))
    -- Chile's clock was set back from 24:00 to 23:00: the day goes on.
    s = assert(schedule.new { timezone = "America/Santiago" })
    assert.same({ "2022-04-02", utc "2022-04-03T04:00" }, { s:day(utc "2022-04-03T02:30") })
  end)

  it("lets a warm-up grow day by day, to its most", function()
    local s = assert(schedule.new({ timezone = "Europe/Berlin" },
      { warm_up = { first_day = 200, growth = 2, most = 1500 } }))
    assert.equal(200, s:look(utc "2026-12-03T12:00").most)
    assert.is_true(s:set_first_day "2026-12-01")
    local most = {}
    for i = 1, 5 do most[i] = s:look(utc "2026-11-30T23:00" + (i - 1) * 86400).most end
    assert.same({ 200, 400, 800, 1500, 1500 }, most)
    assert.equal(200, s:most "2026-11-01")
    assert.is_nil(s:set_first_day "soon")
  end)

  it("rounds a warm-up's days down, but not what only binary fractions made smaller", function()
    local s = assert(schedule.new(nil, { warm_up = { first_day = 100, growth = 1.15 } }))
    s:set_first_day "2026-12-01"
    local most = {}
    for i = 1, 4 do most[i] = s:most(("2026-12-%02d"):format(i)) end
    assert.same({ 100, 115, 132, 152 }, most)
    s = assert(schedule.new(nil, { warm_up = { first_day = 1000000000, growth = 1, most = 1000000000 } }))
    assert.equal(1000000000, s:most "2026-12-01")
  end)

  it("has no limit any more where a warm-up has grown beyond all numbers", function()
    local s = assert(schedule.new(nil, { warm_up = { first_day = 10 } }))
    s:set_first_day "2026-12-01"
    assert.equal(20, s:most "2026-12-02")
    assert.is_nil(s:most "2030-12-02")
  end)

  it("takes little time to look at 400 zones, and less for a mail", function()
    local database = require "ses.campaign.zone.database"
    local zones, all = {}, database.names()
    for i = 1, 400 do zones[i] = all[i] end
    local s = assert(schedule.new { start = "2026-12-01 09:00", timezone = "Europe/Berlin", quiet_hours = NIGHT })
    local now = utc "2026-11-30T12:00"
    s:look(now, zones)
    local began = os.clock()
    for i = 1, 200 do s:look(now + i * 600, zones) end
    for i = 1, 100000 do s:may(zones[i % 400 + 1], now + 200000 + i) end
    local seconds = os.clock() - began
    assert.is_true(seconds < 5, ("%.2f seconds"):format(seconds))
  end)

  it("names the field that is wrong", function()
    local s, field, reason = schedule.new { quiet_hours = { from = "25:00", to = "08:00" } }
    assert.is_nil(s)
    assert.equal("schedule.quiet_hours.from", field)
    assert.equal('must be a time of day such as "21:00"', reason)
    s, field = schedule.new(nil, { warm_up = {} })
    assert.is_nil(s)
    assert.equal("pace.warm_up.first_day", field)
  end)
end)
