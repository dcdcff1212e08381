--- Single values as text: numbers, integers of any size, times.
--
-- What has no form raises { path =, message = }, which `ses.model.serialise` makes an error of.
-- @module ses.model.scalar
local json = require "ses.model.json"
local timestamp = require "ses.model.timestamp"

local scalar = {}

--- Raises that a value cannot be written.
-- @tparam string path of the member, or "" for the value itself
-- @tparam string message
function scalar.fail(path, message) error({ path = path, message = message }, 0) end

local fail = scalar.fail

local function seconds_of(value)
  if type(value) == "number" then return value end
  return type(value) == "string" and timestamp.parse(value) or fail("", "is not a time")
end

--- A finite number as JSON.
-- @param value
-- @treturn string
function scalar.number(value)
  if type(value) ~= "number" or value ~= value or value == math.huge or value == -math.huge then
    fail("", "is not a number")
  end
  return json.number(value)
end

--- An integer in digits alone: an exponent is no integer to every reader. A long may be given as its decimal digits or
-- as LuaJIT's int64_t, since LuaJIT's numbers end at 2^53.
-- @param value
-- @treturn string
function scalar.integer(value)
  if type(value) == "string" then return value:match("^%-?%d+$") or fail("", "is not a number") end
  if type(value) == "cdata" then return tostring(value):match("^(%-?%d+)U?LL$") or fail("", "is not a number") end
  local text = scalar.number(value)
  return text:find("e", 1, true) and ("%.0f"):format(value) or text
end

-- By the names of `ses.Shape.timestamp_format`.
local TIME_TEXT = {
  ["date-time"] = timestamp.iso8601, ["http-date"] = timestamp.http_date, ["epoch-seconds"] = scalar.number,
}

--- A time in the form that its shape asks for, or the one that goes with its place.
-- @tparam ses.Shape shape
-- @param value seconds since 1970, or ISO 8601
-- @tparam string usual the form of the place: "date-time", "http-date" or "epoch-seconds"
-- @treturn string
function scalar.time(shape, value, usual)
  return TIME_TEXT[shape.timestamp_format or usual](seconds_of(value))
end

return scalar
