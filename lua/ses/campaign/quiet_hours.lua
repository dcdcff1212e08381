--- Quiet hours: whether a clock shows one, and when that changes.
--
-- What counts is what the recipient's own clock shows at the moment. Where it is set forward or back, quiet
-- hours so become an hour shorter or longer, or come twice; no mail leaves while it shows a quiet time.
-- @module ses.campaign.quiet_hours
local local_time = require "ses.campaign.local_time"

local quiet_hours = {}

local DAY = 86400

local Quiet = { __name = "ses.campaign.QuietHours" }
Quiet.__index = Quiet

--- Makes quiet hours of what a campaign file says.
-- @tparam table spec `from`, `to`, `days`; already checked
function quiet_hours.new(spec)
  local days = {}
  for _, name in ipairs(spec.days or {}) do days[name] = true end
  return setmetatable({
    days = days, from = local_time.time_of_day(spec.from), to = local_time.time_of_day(spec.to),
  }, Quiet)
end

-- Whether a local time is quiet, and the seconds for which that is sure.
local function piece(self, shown)
  local day = math.floor(shown / DAY)
  local second = shown - day * DAY
  local left = DAY - second
  if self.days[local_time.weekday(day)] then return true, left end
  if not self.from then return false, left end
  for _, boundary in ipairs { self.from, self.to } do
    if boundary > second then left = math.min(left, boundary - second) end
  end
  if self.from < self.to then return second >= self.from and second < self.to, left end
  return second >= self.from or second < self.to, left
end

--- Whether it is quiet in a zone at a moment, and when that changes.
-- @tparam ses.campaign.Zone zone
-- @tparam integer unix seconds
-- @treturn boolean
-- @treturn integer unix seconds of the change, the first moment at which it is otherwise
function Quiet:at(zone, unix)
  local state
  -- A week has quiet times and others, so this ends.
  while true do
    local _, to, offset = zone:period(unix)
    local quiet, left = piece(self, unix + offset)
    if state == nil then state = quiet end
    if quiet ~= state then return state, unix end
    unix = math.min(unix + left, to)
  end
end

return quiet_hours
