--- Checks the schedule of a campaign file.
-- @module ses.campaign.check.schedule
local fields = require "ses.campaign.check.fields"
local local_time = require "ses.campaign.local_time"
local suggest = require "ses.suggest"
local time_zone = require "ses.campaign.time_zone"

local KEYS = { "start", "timezone", "quiet_hours" }
local QUIET_KEYS = { "from", "to", "days" }

local function check_start(start)
  if start == nil or local_time.date_and_time(start) then return true end
  return nil, "schedule.start", 'must be a date and time such as "2026-12-01 09:00"'
end

local function check_zone(name)
  if name == nil then return true end
  local zone, reason = time_zone.open(name)
  if zone then return true end
  return nil, "schedule.timezone", "cannot be used: " .. reason
end

local function check_window(quiet)
  local seconds = {}
  for _, key in ipairs { "from", "to" } do
    local field = "schedule.quiet_hours." .. key
    if quiet[key] == nil then return nil, field, "is missing" end
    seconds[key] = local_time.time_of_day(quiet[key])
    if not seconds[key] then return nil, field, 'must be a time of day such as "21:00"' end
  end
  if seconds.from == seconds.to then
    return nil, "schedule.quiet_hours.to", "is the same time as from; whole days are named in days"
  end
  return true
end

local function check_days(days)
  local field = "schedule.quiet_hours.days"
  local known, quiet, n = {}, {}, 0
  for _, name in ipairs(local_time.WEEKDAYS) do known[name] = true end
  for key in pairs(days) do
    if type(key) ~= "number" or key > 1 and days[key - 1] == nil then
      return nil, field, 'must be a list such as { "saturday", "sunday" }'
    end
  end
  for i, day in ipairs(days) do
    if not known[day] then
      return nil, ("%s[%d]"):format(field, i), "must be a day of the week such as \"sunday\""
        .. (type(day) == "string" and suggest.hint(day, known) or "")
    end
    if not quiet[day] then quiet[day], n = true, n + 1 end
  end
  if n == 7 then return nil, field, "names all seven days, and leaves none to send on" end
  return true
end

local function check_quiet_hours(quiet)
  if quiet == nil then return true end
  local fine, field, reason = fields.all {
    { fields.keys, "schedule.quiet_hours", quiet, QUIET_KEYS },
    { fields.type, "schedule.quiet_hours", quiet, "days", "table" },
    { check_days, quiet.days or {} },
  }
  if not fine then return nil, field, reason end
  if quiet.from ~= nil or quiet.to ~= nil then return check_window(quiet) end
  if not (quiet.days and quiet.days[1]) then return nil, "schedule.quiet_hours", "needs from and to, or days" end
  return true
end

--- Checks `schedule`.
-- @tparam ?table schedule
-- @treturn boolean|nil
-- @treturn ?string the field at fault
-- @treturn ?string what is wrong with it
local function check(schedule)
  if schedule == nil then return true end
  if type(schedule) ~= "table" then return nil, "schedule", "must be a table, not a " .. type(schedule) end
  return fields.all {
    { fields.keys, "schedule", schedule, KEYS },
    { fields.type, "schedule", schedule, "timezone", "string" },
    { fields.type, "schedule", schedule, "quiet_hours", "table" },
    { check_zone, schedule.timezone },
    { check_start, schedule.start },
    { check_quiet_hours, schedule.quiet_hours },
  }
end

return check
