--- The waits of a client's calls, which end when it is closed.
-- @module ses.pipeline.waits
local errors = require "ses.errors"

local waits = {}

local Waits = { __name = "ses.Waits" }
Waits.__index = Waits

--- Makes the waits of one client.
-- @tparam table clock the clock port
-- @tparam ?table host of ses.adapters.host; without one, a wait is a sleep of the clock, and lasts
function waits.new(clock, host)
  return setmetatable({ clock = clock, host = host, condition = host and host.condition() }, Waits)
end

local function closed()
  return nil, errors.new { kind = "cancelled", code = "ClientClosed", message = "the client was closed meanwhile" }
end

-- Once: it may end too early, since nginx's timers count from when its loop last looked at the clock.
local function wait_once(self, seconds)
  if not (seconds > 0 and self.host and self.host.can_wait()) then return self.clock.sleep(seconds) end
  local _, err = self.condition:wait(seconds)
  if errors.is(err) then return nil, err end
  return true
end

-- Seconds that a sum of times may lose.
local ROUNDING = 1e-6

--- Waits, no shorter than it is told.
-- @tparam number seconds
-- @treturn boolean|nil true
-- @treturn ?ses.Error kind "cancelled"; code "ClientClosed" where it was the client that ended the wait
function Waits:sleep(seconds)
  local ends = self.clock.monotonic() + seconds
  local left = seconds
  repeat
    if self.closed then return closed() end
    local done, err = wait_once(self, left)
    if self.closed then return closed() end
    if not done then return nil, err end
    left = ends - self.clock.monotonic()
  until left <= ROUNDING
  return true
end

--- Ends all waits, and every later one at once.
function Waits:close()
  self.closed = true
  if self.condition then self.condition:broadcast() end
end

return waits
