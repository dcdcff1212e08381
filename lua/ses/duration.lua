--- Lengths of time as people write them.
-- @module ses.duration
local duration = {}

local UNITS = { s = 1, m = 60, h = 3600, d = 86400 }

--- Reads a length of time.
-- @tparam string text "90s", "30m", "1h", "2d", "1.5h"; without a unit, seconds
-- @treturn number|nil seconds
-- @treturn ?string the reason otherwise, to be read after the name of the option
function duration.parse(text)
  local digits, unit = text:match("^(%d+%.?%d*)([smhd]?)$")
  if not digits then return nil, ("must be a length of time, such as 90s, 30m, 1h or 2d, not '%s'"):format(text) end
  return tonumber(digits) * (UNITS[unit] or 1)
end

return duration
