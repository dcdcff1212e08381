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
  return nil, errors.new { kind = "client", code = "ClientClosed", message = "this client is closed" }
end

--- Waits.
-- @tparam number seconds
-- @treturn boolean|nil true
-- @treturn ?ses.Error kind "cancelled", or code "ClientClosed"
function Waits:sleep(seconds)
  if self.closed then return closed() end
  local done, err
  if seconds > 0 and self.host and self.host.can_wait() then
    done, err = self.condition:wait(seconds)
    if not errors.is(err) then done = true end
  else
    done, err = self.clock.sleep(seconds)
  end
  if self.closed then return closed() end
  if not done then return nil, err end
  return true
end

--- Ends all waits, and every later one at once.
function Waits:close()
  self.closed = true
  if self.condition then self.condition:broadcast() end
end

return waits
