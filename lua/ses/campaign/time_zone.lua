--- Time zones: what a clock on the wall shows at a moment, and when it shows a given time.
--
--     local zone = assert(time_zone.open "Europe/Berlin")
--     zone:offset(1793491200)                                             --> 7200
--     zone:to_unix { year = 2026, month = 12, day = 1, hour = 9, min = 0 }
--
-- A zone is named as in the IANA time zone database, whose files are read from TZDIR or /usr/share/zoneinfo
-- (Debian's package tzdata); "UTC" and offsets such as "+02:00" need no file.
-- @module ses.campaign.time_zone
local database = require "ses.campaign.zone.database"
local rule = require "ses.campaign.zone.rule"
local suggest = require "ses.suggest"
local timestamp = require "ses.model.timestamp"
local tzif = require "ses.campaign.zone.tzif"

local time_zone = {}

local DAY = 86400
-- No clock is further from UTC than this, nor is any in XML Schema (dateTime).
local FURTHEST = 14 * 3600

local Zone = { __name = "ses.campaign.Zone" }
Zone.__index = Zone

function Zone:__tostring()
  return "ses.campaign.Zone: " .. self.name
end

local function fixed(name, offset)
  return setmetatable({ name = name, times = {}, offsets = {}, before = offset }, Zone)
end

-- The last place in `times` that is not after `unix`, 0 where there is none.
local function place(times, unix)
  local low, high = 0, #times
  while low < high do
    local middle = math.floor((low + high + 1) / 2)
    if times[middle] <= unix then low = middle else high = middle - 1 end
  end
  return low
end

local function find(self, unix)
  local times = self.times
  local at = place(times, unix)
  local from, to = times[at] or -math.huge, times[at + 1] or math.huge
  if at < #times or not self.rule then return from, to, self.offsets[at] or self.before end
  local since, till, offset = self.rule:period(unix)
  return math.max(from, since), till, offset
end

--- The offset at a moment, and how long it holds.
-- @tparam number unix seconds
-- @treturn number unix seconds from which it holds, -math.huge where it always has
-- @treturn number unix seconds at which another may begin, math.huge where none does
-- @treturn number seconds east of UTC
function Zone:period(unix)
  if not self.from or unix < self.from or unix >= self.to then
    self.from, self.to, self.east = find(self, unix)
  end
  return self.from, self.to, self.east
end

--- The offset at a moment.
-- @tparam number unix seconds
-- @treturn number seconds east of UTC
function Zone:offset(unix)
  local _, _, offset = self:period(unix)
  return offset
end

--- When the clock shows a time. A time that it shows twice, when it is set back, is the first of the two. One
-- that it never shows, because it is set forward past it, is taken by the clock as it was before: 02:30 is
-- what then shows as 03:30. Both are RFC 5545's rules (section 3.3.5).
-- @tparam table fields `year`, `month`, `day`, `hour`, `min`, and `sec` if any
-- @treturn number unix seconds
function Zone:to_unix(fields)
  local shown = timestamp.days(fields.year, fields.month, fields.day) * DAY + fields.hour * 3600 + fields.min * 60
    + (fields.sec or 0)
  local before = self:offset(shown - DAY)
  local first = shown - before
  local after = self:offset(first)
  if after == before then return first end
  return self:offset(shown - after) == after and shown - after or first
end

--- What the clock shows.
-- @tparam number unix seconds
-- @treturn string "2026-12-01 09:00"
function Zone:text(unix)
  return (timestamp.iso8601(math.floor(unix) + self:offset(unix)):sub(1, 16):gsub("T", " "))
end

local function open_offset(name)
  local sign, hours, minutes = name:match("^([+-])(%d%d):(%d%d)$")
  if not sign or tonumber(minutes) > 59 then return nil, "an offset is written as +02:00" end
  local offset = tonumber(hours) * 3600 + tonumber(minutes) * 60
  if offset > FURTHEST then return nil, "offsets lie between -14:00 and +14:00" end
  return fixed(name, sign == "-" and -offset or offset)
end

local function open_file(name, text)
  local found, reason = tzif.parse(text)
  if not found then return nil, reason end
  local zone = setmetatable({
    name = name, times = found.times, offsets = found.offsets, before = found.before,
  }, Zone)
  if found.footer then
    zone.rule = rule.parse(found.footer)
    if not zone.rule then return nil, "has a rule that is not understood" end
  end
  return zone
end

-- Why there is no zone of a name. The text is not repeated where it is no name at all: it may be anything,
-- an address for one, where a campaign names the wrong column.
local function unknown(name, terse)
  if not database.is_name(name) then
    return "it is neither a name such as Europe/Berlin nor an offset such as +02:00"
  end
  local text = ("the time zone '%s' is not known"):format(name)
  if terse then return text end
  if not database.is_there() then
    return ("%s: this machine has no time zone database (looked in %s); on Debian it is the package tzdata"):format(
      text, table.concat(database.folders(), ", "))
  end
  if name:find("^%u%u%u[+-]%d") then return text .. "; an offset is written as +02:00" end
  local names = database.names()
  names[#names + 1] = "UTC"
  local nearest = suggest.nearest(name, names)
  if nearest == name then
    return text .. " on this machine, though it is listed; Debian keeps older names in the package tzdata-legacy"
  end
  return text .. (nearest and "; did you mean '" .. nearest .. "'?" or "")
end

--- Opens a zone.
-- @tparam string name "Europe/Berlin", "UTC", "+02:00"; case matters
-- @tparam ?boolean terse without a suggestion of what was meant, which takes a few hundredths of a second
-- @treturn table|nil a zone, whose `name` is as given
-- @treturn ?string why not, as a clause that can follow a colon
function time_zone.open(name, terse)
  if name == "UTC" then return fixed(name, 0) end
  local zone, reason
  if name:find("^[+-]%d") then
    zone, reason = open_offset(name)
    -- What is longer may be a telephone number.
    local shown = name:find("^[+-][%d:]+$") and #name <= 6 and (" '%s'"):format(name) or ""
    return zone, reason and ("the time zone%s is not known; %s"):format(shown, reason)
  end
  local text = database.read(name)
  -- A file of another kind, such as leapseconds, is no zone either.
  if not text or text:sub(1, 4) ~= "TZif" then return nil, unknown(name, terse) end
  zone, reason = open_file(name, text)
  if not zone then return nil, ("the file of the time zone '%s' %s"):format(name, reason) end
  return zone
end

return time_zone
