--- The sending limits of the account, counted in recipients as SES counts them.
--
-- Rate: a bucket that holds one second's worth. A send goes through while anything is left in it, and
-- may overdraw it; then all sends are refused until it has filled up again (AWS's messaging blog,
-- "Throttling: maximum sending rate exceeded").
-- @module ses.emulator.throttle
local throttle = {}

local MINUTE, DAY = 60, 86400

local rate, daily
local tokens, filled_at
-- Recipients by minute, for the sliding window of 24 hours.
local by_minute, last_day, oldest = {}, 0, nil

local function forget_old(now)
  local first = math.floor((now - DAY) / MINUTE)
  for minute = oldest or first, first do
    last_day = last_day - (by_minute[minute] or 0)
    by_minute[minute] = nil
  end
  oldest = first + 1
end

--- Sets the limits and what was sent in the last 24 hours.
-- @tparam number max_rate recipients a second
-- @tparam number max_daily recipients in 24 hours; -1 for no limit
-- @tparam number now seconds
-- @tparam table usage recipients by minute since 1970
function throttle.reset(max_rate, max_daily, now, usage)
  rate, daily = max_rate, max_daily
  tokens, filled_at = math.max(rate, 1), now
  by_minute, last_day, oldest = {}, 0, nil
  for minute, count in pairs(usage) do
    by_minute[minute] = count
    last_day = last_day + count
    oldest = math.min(oldest or minute, minute)
  end
end

--- Whether a send may go through now. What does is counted.
-- @tparam number recipients
-- @tparam number now seconds
-- @treturn boolean
-- @treturn ?string "rate" or "daily", where it may not
function throttle.take(recipients, now)
  forget_old(now)
  if daily >= 0 and last_day >= daily then return false, "daily" end
  tokens = math.min(math.max(rate, 1), tokens + math.max(0, now - filled_at) * rate)
  filled_at = now
  if tokens < 1 then return false, "rate" end
  tokens = tokens - recipients
  local minute = math.floor(now / MINUTE)
  by_minute[minute] = (by_minute[minute] or 0) + recipients
  last_day = last_day + recipients
  return true
end

--- Recipients in the last 24 hours.
-- @tparam number now seconds
-- @treturn number
function throttle.sent(now)
  forget_old(now)
  return last_day
end

--- The limits.
-- @treturn number recipients a second
-- @treturn number recipients in 24 hours, or -1
function throttle.limits() return rate, daily end

return throttle
