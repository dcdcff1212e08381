-- A loop and a clock whose time passes only where somebody waits, so that it is no matter how busy the machine is.
local draw = require "spec.simulation.draw"
local loop = require "ses.adapters.loop"
local world = require "spec.simulation.world"

local simulated_time = {}

--- → { loop =, clock = }, as ports of ses.campaign.engine take them
function simulated_time.new()
  local simulated = world.new(draw.new(1), {})
  simulated.lateness = 0
  return {
    clock = {
      now = function() return simulated:wall() end, monotonic = function() return simulated:monotonic() end,
      sleep = loop.sleep,
    },
    loop = setmetatable({ run = function(fn, options)
      return loop.run(fn, { place = simulated:place(), poll = options.poll })
    end }, { __index = loop }),
  }
end

return simulated_time
