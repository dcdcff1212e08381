--- The pace of a campaign: when the next recipient may be written to.
--
-- Slots are given in advance, one every 1/rate seconds, and never made up for: no window of time, placed
-- anywhere, holds more than the rate allows. A call that carries several takes their slots at once, those of a full
-- call even where it carries fewer, and as many full calls fit into a second as the rate is good for: or else a
-- second could hold one call more. Where SES throttles all the same (the account's rate is
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

--- The rate that calls of one size can keep to.
-- @tparam number rate recipients a second
-- @tparam integer batch recipients of one call
-- @treturn number `rate`, or less, where the calls of a second would not come out even
function pace.of_calls(rate, batch)
  if rate < batch then return rate end
  return batch == 1 and rate or batch * math.floor(rate / batch)
end

--- Makes a pace.
-- @tparam number rate recipients a second
-- @tparam number now seconds of a clock that is never set back
-- @tparam ?integer batch recipients of one call (1)
function pace.new(rate, now, batch)
  batch = batch or 1
  local ceiling = pace.of_calls(rate, batch)
  return setmetatable({
    ceiling = ceiling, current = ceiling, batch = batch, at = now, throttled_at = now - ONE_THROTTLING,
  }, Pace)
end

--- Another rate, or another size of call. Slots that were taken and not used are void.
-- @tparam table terms `rate` (recipients a second), `batch` (recipients of one call)
-- @tparam number now
function Pace:change(terms, now)
  local ceiling = pace.of_calls(terms.rate, terms.batch)
  self.current = math.min(ceiling, ceiling * self.current / self.ceiling)
  self.ceiling, self.batch = ceiling, terms.batch
  self.at = now + self.batch / self.current
end

--- How far ahead the next slot is.
-- @tparam number now
-- @treturn number seconds, 0 where it may be taken now
function Pace:ahead(now)
  return math.max(0, self.at - now)
end

--- Takes the slots of the next call.
-- @tparam number now
-- @treturn number seconds to wait before it may leave
function Pace:reserve(now)
  local at = math.max(self.at, now)
  self.at = at + self.batch / self.current
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
