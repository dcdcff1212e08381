--- The pace of a campaign: when the next recipient may be written to.
--
-- Slots are given in advance, one every 1/rate seconds, and never made up for: no window of time, placed
-- anywhere, holds more than the rate allows. Where SES throttles all the same (the account's rate is
-- shared with others), the pace halves, and comes back with every mail that is taken.
-- @module ses.campaign.pace
local pace = {}

-- It never gets slower than this part of its rate.
local SLOWEST = 1 / 32
-- Mails that SES takes between a halving and the full rate.
local RECOVERY = 200
-- Tasks that are throttled at the same moment are one throttling.
local ONE_THROTTLING = 1

local Pace = { __name = "ses.campaign.Pace" }
Pace.__index = Pace

--- Makes a pace.
-- @tparam number rate recipients a second
-- @tparam number now seconds of a clock that is never set back
function pace.new(rate, now)
  return setmetatable({ ceiling = rate, current = rate, at = now, throttled_at = now - ONE_THROTTLING }, Pace)
end

--- Takes the next slot.
-- @tparam number now
-- @treturn number seconds to wait before the mail may leave
function Pace:reserve(now)
  local at = math.max(self.at, now)
  self.at = at + 1 / self.current
  return at - now
end

--- SES has throttled.
function Pace:throttled(now)
  if now - self.throttled_at < ONE_THROTTLING then return end
  self.throttled_at = now
  self.current = math.max(self.current / 2, self.ceiling * SLOWEST)
end

--- SES has taken a mail.
function Pace:taken()
  if self.current < self.ceiling then
    self.current = math.min(self.ceiling, self.current + self.ceiling / RECOVERY)
  end
end

--- @treturn number recipients a second, as it goes now
function Pace:rate()
  return self.current
end

return pace
