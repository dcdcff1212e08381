--- How fast a campaign goes: the rate over its last seconds, and when it will have ended at that.
-- @module ses.campaign.meter
local meter = {}

local WINDOW_SECONDS = 5
-- In less time than this a rate is noise.
local LEAST_SECONDS = 0.05

local Meter = { __name = "ses.campaign.Meter" }
Meter.__index = Meter

--- Makes a meter.
-- @tparam ?number window the seconds that the rate is over (5)
function meter.new(window)
  return setmetatable({ window = window or WINDOW_SECONDS, samples = {}, first = 1, last = 0 }, Meter)
end

--- What of a tally is behind it.
-- @tparam table tally of ses.campaign.engine
-- @treturn integer
function meter.done(tally)
  return tally.sent + tally.failed + tally.in_doubt + tally.deferred
end

--- Takes a look.
-- @tparam table tally of ses.campaign.engine
-- @tparam number now seconds of a clock that is never set back
-- @treturn ?number recipients a second over the last seconds; nil where too little time has gone by
function Meter:look(tally, now)
  local samples, done = self.samples, meter.done(tally)
  self.last = self.last + 1
  samples[self.last] = { at = now, done = done }
  -- The oldest that stays is the last one that is at least as old as the window.
  while self.first < self.last and now - samples[self.first + 1].at >= self.window do
    samples[self.first] = nil
    self.first = self.first + 1
  end
  local oldest = samples[self.first]
  if now - oldest.at < LEAST_SECONDS then return nil end
  return (done - oldest.done) / (now - oldest.at)
end

--- Seconds until all of a tally is done, at a rate.
-- @tparam table tally
-- @tparam ?number rate
-- @treturn ?number nil where nothing moves, or all is done
function meter.left(tally, rate)
  local rest = tally.total - meter.done(tally)
  if not rate or rate <= 0 or rest <= 0 then return nil end
  return rest / rate
end

return meter
