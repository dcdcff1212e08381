--- When a campaign may write to whom: its start, the quiet hours of each recipient's time zone, and how many
-- mails a day may have while an address is warmed up.
--
--     local s = assert(schedule.new({ start = "2026-12-01 09:00", timezone = "Europe/Berlin",
--       quiet_hours = { from = "21:00", to = "08:00", days = { "sunday" } } }))
--     local report = s:look(os.time(), { "", "America/New_York" })
--     if report.wait_until then … end
--
-- It does nothing by itself: time goes in, and what may happen comes out. Days are those of
-- `schedule.timezone`.
-- @module ses.campaign.schedule
local check_daily = require "ses.campaign.check.daily"
local check_schedule = require "ses.campaign.check.schedule"
local local_time = require "ses.campaign.local_time"
local quiet_hours = require "ses.campaign.quiet_hours"
local time_zone = require "ses.campaign.time_zone"
local timestamp = require "ses.model.timestamp"

local schedule = {}

local DAY = 86400
local GROWTH = 2
-- A column of an audience may hold a different text in every row: so many that name no zone are remembered,
-- and so many get a suggestion.
local MAX_UNKNOWN = 1000
local MAX_HINTS = 20
-- 100 * 1.15 is 114.99999999999999; nobody means 114.
local NEARLY = 1 + 1e-12
-- A day's number beyond this is no limit.
local MAX_MAILS = 1e15

local Schedule = { __name = "ses.campaign.Schedule" }
Schedule.__index = Schedule

-- What is remembered of a zone: whether its recipients may be written to, and from when till when that holds.
local function clock(zone)
  return { zone = zone, from = math.huge, till = -math.huge, awake = true }
end

--- Makes a schedule.
-- @tparam ?table spec `schedule` of a campaign file
-- @tparam ?table pace `pace` of a campaign file, for its `warm_up`
-- @treturn table|nil
-- @treturn ?string the field at fault
-- @treturn ?string what is wrong with it
function schedule.new(spec, pace)
  local fine, field, reason = check_schedule(spec)
  if fine then fine, field, reason = check_daily(pace or {}) end
  if not fine then return nil, field, reason end
  spec = spec or {}
  local self = setmetatable({
    zone = assert(time_zone.open(spec.timezone or "UTC")), warm_up = pace and pace.warm_up,
    quiet = spec.quiet_hours and quiet_hours.new(spec.quiet_hours), clocks = {}, unknown = {}, unknowns = 0,
  }, Schedule)
  self.own = clock(self.zone)
  if spec.start then self.starts_at = self.zone:to_unix(local_time.date_and_time(spec.start)) end
  return self
end

-- Remembers a text that names no zone.
local function remember(self, text)
  local _, reason = time_zone.open(text, self.unknowns >= MAX_HINTS)
  if self.unknowns < MAX_UNKNOWN then
    self.unknown[text], self.unknowns = reason, self.unknowns + 1
  end
  return reason
end

-- The clock of a zone. Who has none, or one that is not known, keeps to the campaign's.
local function clock_of(self, text)
  if text == nil or text == "" then return self.own end
  local known = self.clocks[text]
  if known then return known end
  if self.unknown[text] then return self.own, self.unknown[text] end
  local zone = time_zone.open(text, true)
  if not zone then return self.own, remember(self, text) end
  known = clock(zone)
  self.clocks[text] = known
  return known
end

--- Whether a text names a time zone, such as a recipient's.
-- @tparam ?string text nil and "" are the campaign's own zone
-- @treturn boolean|nil
-- @treturn ?string why not
function Schedule:check_zone(text)
  local _, reason = clock_of(self, text)
  if reason then return nil, reason end
  return true
end

--- The time zone of a recipient.
-- @tparam ?string text nil and "" are the campaign's own, and so is one that is not known
-- @treturn ses.campaign.Zone
function Schedule:zone_of(text)
  return clock_of(self, text).zone
end

local function update(self, known, now)
  if now >= known.from and now < known.till then return end
  local quiet
  known.from = math.floor(now)
  quiet, known.till = self.quiet:at(known.zone, known.from)
  known.awake = not quiet
end

--- Whether a zone's recipients may be written to at a moment, as far as quiet hours go, and when that changes.
-- @tparam ?string text the zone; nil and "" are the campaign's own, and so is one that is not known
-- @tparam number now unix seconds
-- @treturn boolean
-- @treturn number unix seconds of the change, math.huge where there is none
function Schedule:awake(text, now)
  if not self.quiet then return true, math.huge end
  local known = clock_of(self, text)
  update(self, known, now)
  return known.awake, known.till
end

--- Whether a recipient may be written to at a moment.
-- @tparam ?string text the recipient's zone, as for `awake`
-- @tparam number now unix seconds
-- @treturn boolean
function Schedule:may(text, now)
  if self.starts_at and now < self.starts_at then return false end
  return (self:awake(text, now))
end

-- The first moment from `now` on at which a zone's recipients may be written to.
local function opens_at(self, text, now)
  local from = math.max(now, self.starts_at or now)
  local awake, till = self:awake(text, from)
  return awake and from or till
end

local function day_of(zone, unix)
  return math.floor((unix + zone:offset(unix)) / DAY)
end

-- The day that a zone's clock shows, and the moment from which it shows another.
local function find_day(zone, unix)
  local day = day_of(zone, unix)
  while true do
    local _, to, offset = zone:period(unix)
    local midnight = (day + 1) * DAY - offset
    if midnight < to then return day, midnight end
    if day_of(zone, to) ~= day then return day, to end
    unix = to
  end
end

--- The day of a moment, in the campaign's zone.
-- @tparam number now unix seconds
-- @treturn string "2026-12-01"
-- @treturn integer unix seconds at which another begins
function Schedule:day(now)
  local known = self.today
  if not known or now < known.from or now >= known.till then
    known = { from = math.floor(now) }
    local day
    day, known.till = find_day(self.zone, known.from)
    known.text = timestamp.iso8601(day * DAY):sub(1, 10)
    self.today = known
  end
  return known.text, known.till
end

--- Sets the first day of the warm-up, which the journal keeps from the first run on. Until it is set, whatever
-- day it is counts as the first.
-- @tparam string day "2026-12-01"
-- @treturn boolean|nil
-- @treturn ?string why not
function Schedule:set_first_day(day)
  local days = local_time.date(day)
  if not days then return nil, "the first day of the warm-up is no date such as 2026-12-01" end
  self.first_day = days
  return true
end

--- How many mails a day may have: on day d of the warm-up `first_day * growth^(d-1)`, rounded down, and never
-- more than `most`. Days count by the calendar, also those on which nothing is sent.
-- @tparam string day "2026-12-01"
-- @treturn integer|nil nil where there is no limit
function Schedule:most(day)
  local ramp = self.warm_up
  if not ramp then return nil end
  local days = local_time.date(day)
  local since = math.max(0, days - (self.first_day or days))
  local mails = ramp.first_day * (ramp.growth or GROWTH) ^ since * NEARLY
  mails = math.min(mails, ramp.most or math.huge)
  return mails < MAX_MAILS and math.floor(mails) or nil
end

--- A moment as the campaign's clock shows it.
-- @tparam number unix seconds
-- @treturn string "2026-12-01 09:00 Europe/Berlin"
function Schedule:text(unix)
  return self.zone:text(unix) .. " " .. self.zone.name
end

local function reason_of(self, now, wakes_at)
  if self.starts_at and now < self.starts_at then
    local text = "the campaign starts at " .. self:text(self.starts_at)
    return wakes_at == self.starts_at and text or text .. ", in quiet hours until " .. self:text(wakes_at)
  end
  return "quiet hours until " .. self:text(wakes_at)
end

--- How things stand at a moment.
-- @tparam number now unix seconds
-- @tparam ?table zones list of the zones of those who are still to be written to, "" for the campaign's own;
--   without it that one alone
-- @treturn table `asleep`: those of `zones` whose recipients may not be written to now, nil where there are
--   none; `wakes_at`: unix seconds at which the first of them may be; `wait_until`: the same, where nobody may
--   be written to before; `reason`: why, as text; `day`: "2026-12-01"; `day_ends`: unix seconds; `most`: how
--   many mails the day may have, nil where there is no limit
function Schedule:look(now, zones)
  local report = {}
  report.day, report.day_ends = self:day(now)
  report.most = self:most(report.day)
  zones = zones or { "" }
  local early = self.starts_at and now < self.starts_at
  if not early and not self.quiet then return report end
  local asleep, wakes_at = {}, math.huge
  for _, text in ipairs(zones) do
    if not self:may(text, now) then
      asleep[#asleep + 1] = text
      wakes_at = math.min(wakes_at, opens_at(self, text, now))
    end
  end
  if #asleep == 0 then return report end
  report.asleep, report.wakes_at = asleep, wakes_at
  if #asleep == #zones then
    report.wait_until, report.reason = wakes_at, reason_of(self, now, wakes_at)
  end
  return report
end

return schedule
