--- The rule of a TZif file's footer, for times past its table: a POSIX TZ string such as
-- "CET-1CEST,M3.5.0,M10.5.0/3", with the extensions of RFC 8536 section 3.3.1 (hours from -167 to 167).
-- @module ses.campaign.zone.rule
local timestamp = require "ses.model.timestamp"

local rule = {}

local DAY = 86400
local TWO_O_CLOCK = 7200
-- 1970-01-01 was a Thursday, and Sunday is 0.
local FIRST_WEEKDAY = 4

local Rule = { __name = "ses.campaign.zone.Rule" }
Rule.__index = Rule

local function skip_name(text, at)
  return text:match("^%a%a%a+()", at) or text:match("^<[%w+-]+>()", at)
end

-- [+-]hh[:mm[:ss]] → seconds, where it ends.
local function read_time(text, at)
  local sign, hours, stop = text:match("^([+-]?)(%d%d?%d?)()", at)
  if not sign then return nil end
  local seconds = tonumber(hours) * 3600
  for _, unit in ipairs { 60, 1 } do
    local digits, after = text:match("^:(%d%d)()", stop)
    if not digits then break end
    seconds, stop = seconds + tonumber(digits) * unit, after
  end
  return sign == "-" and -seconds or seconds, stop
end

local function is_leap(year)
  return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
end

-- The three ways to name a day of the year, each → function(year) → days since 1970-01-01.
local DAYS = {
  { "^,M(%d%d?)%.(%d)%.(%d)()", function(month, week, weekday)
    return function(year)
      local first = timestamp.days(year, month, 1)
      local day = first + (weekday - first - FIRST_WEEKDAY) % 7 + (week - 1) * 7
      -- Week 5 is the last one.
      return day < timestamp.days(year, month + 1, 1) and day or day - 7
    end
  end },
  { "^,J(%d+)()", function(n)
    return function(year)
      return timestamp.days(year, 1, 1) + n - 1 + (is_leap(year) and n > 59 and 1 or 0)
    end
  end },
  { "^,(%d+)()", function(n)
    return function(year) return timestamp.days(year, 1, 1) + n end
  end },
}

-- ",date[/time]" → { day = function(year), time = }, where it ends.
local function read_change(text, at)
  for _, form in ipairs(DAYS) do
    local found = { text:match(form[1], at) }
    if found[1] then
      local stop = table.remove(found)
      for i, digits in ipairs(found) do found[i] = tonumber(digits) end
      local change = { day = form[2](found[1], found[2], found[3]), time = TWO_O_CLOCK }
      if text:sub(stop, stop) == "/" then change.time, stop = read_time(text, stop + 1) end
      return change.time and change, stop
    end
  end
end

local function read_offset(text, at)
  local named = skip_name(text, at)
  if not named then return nil end
  local west, stop = read_time(text, named)
  return west and -west, stop or named
end

--- Reads a rule.
-- @tparam string text
-- @treturn table|nil nil where it is none
function rule.parse(text)
  local standard, at = read_offset(text, 1)
  if not standard then return nil end
  if at > #text then return setmetatable({ standard = standard }, Rule) end
  local summer, begins, ends
  summer, at = read_offset(text, at)
  if not at then return nil end
  begins, at = read_change(text, at)
  if not begins then return nil end
  ends, at = read_change(text, at)
  if not ends or at <= #text then return nil end
  return setmetatable({
    standard = standard, summer = summer or standard + 3600, begins = begins, ends = ends,
  }, Rule)
end

-- The changes of three years, in order. Where an end and a beginning fall together (a summer time that never
-- ends) the beginning counts.
local function changes(self, year)
  local list = {}
  for y = year - 1, year + 1 do
    list[#list + 1] = { at = self.begins.day(y) * DAY + self.begins.time - self.standard, offset = self.summer, n = 1 }
    list[#list + 1] = { at = self.ends.day(y) * DAY + self.ends.time - self.summer, offset = self.standard, n = 0 }
  end
  table.sort(list, function(a, b) return a.at < b.at or a.at == b.at and a.n < b.n end)
  return list
end

--- The offset at a moment, and how long it holds.
-- @tparam number unix
-- @treturn number unix seconds from which it holds
-- @treturn number unix seconds until which, the first at which it does not
-- @treturn number seconds east of UTC
function Rule:period(unix)
  if not self.begins then return -math.huge, math.huge, self.standard end
  local year = tonumber(timestamp.iso8601(unix):match("^%-?%d+"))
  local from, offset
  for _, change in ipairs(changes(self, year)) do
    if change.at > unix then return from, change.at, offset end
    from, offset = change.at, change.offset
  end
end

return rule
