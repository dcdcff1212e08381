--- The client's own rate of requests in the retry mode "adaptive".
-- @module ses.pipeline.send_rate
-- Source: "Retry behavior", AWS SDKs and Tools Reference Guide.
local core = require "ses.core"
local errors = require "ses.errors"

local send_rate = {}

local SendRate = { __name = "ses.SendRate" }
SendRate.__index = SendRate

--- Makes the rate of one client, which limits nothing until SES throttles.
-- @tparam table ports `clock`, `waits`; `meter` and `logger`, or nil
-- @treturn ses.SendRate
function send_rate.new(ports)
  return setmetatable({
    core = assert(core.send_rate.new(ports.clock.monotonic())), clock = ports.clock, waits = ports.waits,
    meter = ports.meter, logger = ports.logger,
  }, SendRate)
end

local function too_long(wait)
  return errors.new {
    kind = "rate_limited", code = "RateLimitExceeded", retryable = true, retry_after = wait,
    message = ("after throttling, the adaptive retry mode asks for a wait of %.1f s, longer than the operation "
      .. "may last"):format(wait),
  }
end

--- Waits until a request may go, after those that came before it.
-- @treturn boolean|nil true
-- @treturn ?ses.Error
function SendRate:pass(call)
  local place = self.core:enter(self.clock.monotonic())
  if place == 0 then return true end
  while true do
    local now = self.clock.monotonic()
    local wait = self.core:wait(place, now)
    if wait == 0 then return true end
    if self.meter then self.meter:held_back(call) end
    if self.logger then self.logger:held_back(call, wait) end
    local slept, err
    if now + wait > call.deadline then
      err = too_long(wait)
    else
      slept, err = self.waits:sleep(wait)
    end
    if not slept then
      self.core:leave(place)
      return nil, err
    end
  end
end

--- An answer came, or none.
-- @tparam boolean throttled
function SendRate:update(throttled)
  self.core:update(throttled, self.clock.monotonic())
end

--- @treturn table `rate` requests a second (math.huge: not limited), `measured`
function SendRate:describe()
  return { rate = self.core:rate(), measured = self.core:measured() }
end

return send_rate
