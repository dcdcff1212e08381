--- Days and times of day as a campaign file writes them.
-- @module ses.campaign.local_time
local timestamp = require "ses.model.timestamp"

local local_time = {}

--- The days of the week, as a campaign file names them.
local_time.WEEKDAYS = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" }

-- 1970-01-01 was a Thursday.
local FIRST_WEEKDAY = 4

--- Reads a time of day.
-- @param text "21:00", "8:30"; "24:00" is the midnight that "00:00" is as well
-- @treturn ?integer seconds since midnight, 0 to 86340; nil where it is none
function local_time.time_of_day(text)
  if type(text) ~= "string" then return nil end
  local hour, minute = text:match("^(%d%d?):(%d%d)$")
  hour, minute = tonumber(hour), tonumber(minute)
  if not hour or hour > 24 or minute > 59 or hour == 24 and minute > 0 then return nil end
  return hour % 24 * 3600 + minute * 60
end

--- Reads a date with a time of day.
-- @param text "2026-12-01 09:00"
-- @treturn ?table fields `year`, `month`, `day`, `hour`, `min`; nil where it is none
function local_time.date_and_time(text)
  if type(text) ~= "string" then return nil end
  local year, month, day, hour, min = text:match("^(%d%d%d%d)-(%d%d)-(%d%d)[ T](%d%d):(%d%d)$")
  if not year or not timestamp.parse(text .. ":00Z") then return nil end
  return {
    year = tonumber(year), month = tonumber(month), day = tonumber(day), hour = tonumber(hour), min = tonumber(min),
  }
end

--- Reads a date.
-- @param text "2026-12-01"
-- @treturn ?integer days since 1970-01-01; nil where it is none
function local_time.date(text)
  local unix = type(text) == "string" and #text == 10 and timestamp.parse(text .. "T00:00:00Z")
  return unix and math.floor(unix / 86400) or nil
end

--- The name of a day of the week.
-- @tparam integer days since 1970-01-01
-- @treturn string
function local_time.weekday(days)
  return local_time.WEEKDAYS[(days + FIRST_WEEKDAY - 1) % 7 + 1]
end

return local_time
