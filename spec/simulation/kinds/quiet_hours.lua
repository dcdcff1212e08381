-- A start that is to come, and quiet hours by the clock of each recipient, on a calendar that goes faster than the
-- clocks.
local local_time = require "ses.campaign.local_time"
local timestamp = require "ses.model.timestamp"

local quiet_hours = {}

local DAY, HOUR = 86400, 3600
-- A day of the calendar, in seconds of the simulation.
local SHORTEST_DAY, LONGEST_DAY = 20, 40
local ZONES = { "+05:30", "-07:00", "+09:00", "+13:45", "-03:30" }
-- Between the last look at the recipient's clock and the call there may be one at the journal.
local BETWEEN = 0.5

local function offset_of(zone)
  if zone == "UTC" then return 0 end
  local sign, hours, minutes = zone:match "^([+-])(%d%d):(%d%d)$"
  return (sign == "-" and -1 or 1) * (hours * HOUR + minutes * 60)
end

local function drawn_time(draw)
  return ("%02d:%02d"):format(draw:whole(0, 23), draw:one { 0, 15, 30, 45 })
end

local function drawn_quiet_hours(draw)
  local quiet = { from = drawn_time(draw), to = drawn_time(draw) }
  if quiet.from == quiet.to then return nil end
  if draw:chance(0.2) then quiet.days = { draw:one { "monday", "tuesday" } } end
  return quiet
end

function quiet_hours.draw(self)
  local draw, spec = self.draw, { timezone = self.draw:one { "UTC", "+02:00" } }
  local day = draw:between(SHORTEST_DAY, LONGEST_DAY)
  self.world.calendar_speed = math.max(self.world.calendar_speed, DAY / day)
  self.zone_offset = offset_of(spec.timezone)
  if draw:chance(0.9) then spec.quiet_hours = drawn_quiet_hours(draw) end
  if draw:chance(0.4) then
    local start = math.floor(self.world:true_wall() + draw:between(0, DAY / 4))
    spec.start = timestamp.iso8601(start + self.zone_offset):sub(1, 16)
      :gsub("T", " ")
    self.starts_at = start - start % 60
  end
  local own = { draw:one(ZONES), draw:one(ZONES) }
  for _, address in ipairs(self.people) do self.zone_of[address] = own[draw:whole(1, 4)] end
  self.spec.schedule = spec
  self.longest_wait = self.longest_wait + 2.5 * day
end

-- Whether a clock that shows `shown` seconds since 1970 shows a quiet time.
local function is_quiet(quiet, shown)
  local day = math.floor(shown / DAY)
  for _, name in ipairs(quiet.days or {}) do
    if name == local_time.weekday(day) then return true end
  end
  local time = ("%02d:%02d"):format(math.floor(shown % DAY / HOUR), math.floor(shown % HOUR / 60))
  if quiet.from < quiet.to then return time >= quiet.from and time < quiet.to end
  return time >= quiet.from or time < quiet.to
end

local function may(self, address, moment)
  if self.starts_at and moment < self.starts_at then return false end
  local schedule = self.spec.schedule
  local zone = self.zone_of[address] or schedule.timezone
  return not schedule.quiet_hours
    or not is_quiet(schedule.quiet_hours, moment + offset_of(zone))
end

-- For how long a program may have stood still since it looked.
local function still_for(self, host)
  local last = host.stills[#host.stills]
  return last and self.world.time - last.to < BETWEEN and last.to - last.from or 0
end

function quiet_hours.leaves(self, call)
  local before = call.calendar - (BETWEEN + still_for(self, call.host)) * self.world.calendar_speed
  for _, address in ipairs(call.to) do
    if not may(self, address, call.calendar) and not may(self, address, before) then
      self.report(("a mail of %s leaves for %s in quiet hours, or before the start"):format(call.host.name, address))
    end
  end
end

return quiet_hours
