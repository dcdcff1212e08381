--- Times as AWS's protocol writes them: seconds since 1970 in JSON, ISO 8601 in a query or path, the
-- date of RFC 9110 in a header.
-- @module ses.model.timestamp
local timestamp = {}

local DAY = 86400
local WEEKDAYS = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" }
local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

local MONTH_OF_NAME = {}
for i, name in ipairs(MONTHS) do MONTH_OF_NAME[name] = i end

--- Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
-- @tparam number year
-- @tparam number month 1 to 12
-- @tparam number day 1 is the first of the month
-- @treturn number
function timestamp.days(year, month, day)
  -- The year is taken to begin in March, so that the leap day is its last.
  if month <= 2 then year, month = year - 1, month + 12 end
  local era_days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  return era_days + math.floor((153 * (month - 3) + 2) / 5) + day - 1 - 719468
end

local function date_of(days)
  local shifted = days + 719468
  local era = math.floor(shifted / 146097)
  local of_era = shifted - era * 146097
  local year = math.floor((of_era - math.floor(of_era / 1460) + math.floor(of_era / 36524)
    - math.floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * of_year + 2) / 153)
  local day = of_year - math.floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  return year + era * 400 + (month <= 2 and 1 or 0), month, day
end

local function parts(seconds)
  local whole = math.floor(seconds)
  local days = math.floor(whole / DAY)
  local rest = whole - days * DAY
  local year, month, day = date_of(days)
  return year, month, day, math.floor(rest / 3600), math.floor(rest / 60) % 60, rest % 60, days
end

--- "2024-02-29T12:30:00Z", with milliseconds where `seconds` has a fraction.
-- @tparam number seconds since 1970, UTC
-- @treturn string
function timestamp.iso8601(seconds)
  local millis = math.floor((seconds - math.floor(seconds)) * 1000 + 0.5)
  local whole = math.floor(seconds)
  if millis == 1000 then whole, millis = whole + 1, 0 end
  local year, month, day, hour, minute, second = parts(whole)
  local text = ("%04d-%02d-%02dT%02d:%02d:%02d"):format(year, month, day, hour, minute, second)
  return text .. (millis > 0 and (".%03d"):format(millis) or "") .. "Z"
end

--- "Thu, 29 Feb 2024 12:30:00 GMT".
-- @tparam number seconds since 1970, UTC
-- @treturn string
function timestamp.http_date(seconds)
  local year, month, day, hour, minute, second, days = parts(seconds)
  return ("%s, %02d %s %04d %02d:%02d:%02d GMT"):format(WEEKDAYS[days % 7 + 1], day, MONTHS[month], year,
    hour, minute, second)
end

local function seconds_of(year, month, day, hour, minute, second)
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second)
  if not month or month < 1 or month > 12 or day < 1 then return nil end
  if hour > 23 or minute > 59 or second > 60 then return nil end
  local days = timestamp.days(year, month, day)
  local _, real_month, real_day = date_of(days)
  if real_month ~= month or real_day ~= day then return nil end
  return days * DAY + hour * 3600 + minute * 60 + second
end

local function parse_iso8601(text)
  local year, month, day, hour, minute, second, fraction, zone =
    text:match("^(%d%d%d%d)-(%d%d)-(%d%d)[Tt ](%d%d):(%d%d):(%d%d)(%.?%d*)(.*)$")
  if not year then return nil end
  local seconds = seconds_of(year, month, day, hour, minute, second)
  local offset = 0
  if zone ~= "Z" and zone ~= "z" then
    local sign, hours, minutes = zone:match("^([-+])(%d%d):?(%d%d)$")
    if not sign then return nil end
    offset = (hours * 3600 + minutes * 60) * (sign == "-" and -1 or 1)
  end
  if not seconds then return nil end
  if fraction == "" then return seconds - offset end
  local part = fraction:find("^%.%d+$") and tonumber("0" .. fraction)
  return part and seconds - offset + part or nil
end

--- The time that a text names.
-- @tparam string text ISO 8601 with a zone, or an HTTP date
-- @treturn ?number seconds since 1970, UTC; nil where the text names none
function timestamp.parse(text)
  local seconds = parse_iso8601(text)
  if seconds then return seconds end
  local day, month, year, hour, minute, second =
    text:match("^%a+, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  return day and seconds_of(year, MONTH_OF_NAME[month], day, hour, minute, second)
end

return timestamp
