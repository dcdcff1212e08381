--- The clock port on the system's clocks.
-- @module ses.adapters.clock
local core = require "ses.core"
local loop = require "ses.adapters.loop"

local clock = {}

--- The wall clock, in seconds since the Unix epoch, with fractions.
function clock.now()
  return core.clock.now()
end

--- A clock that is never set back, in seconds from some moment, with fractions.
function clock.monotonic()
  return core.clock.monotonic()
end

--- Waits; in a task of the loop the others run meanwhile.
-- @tparam number seconds
-- @return true | nil, err of kind "cancelled"
function clock.sleep(seconds)
  return loop.sleep(seconds)
end

return clock
