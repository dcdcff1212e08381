-- The simulated time, what happens in it, and its record.
--
-- Time passes only while somebody waits: `world:wait`, which the loop under test waits by, goes on to the
-- next event or to the end of the wait. Each run of the program ends by itself or by `world:crash`, after which
-- nothing that it does has any effect.
local core = require "ses.core"

local world = {}

-- Where the wall clock stands when a simulation begins.
local EPOCH = 1790000000
local MAX_STEPS = 100000

local World = {}
World.__index = World

-- Raised out of the loop by a crash.
world.CRASH = setmetatable({}, { __tostring = function() return "the simulated process has crashed" end })

function world.new(draw, options)
  return setmetatable({
    draw = draw, time = 0, wall_offset = 0, events = {}, order = 0, steps = 0, stalled = 0, lateness = 0.003,
    lines = {}, verbose = options.verbose, on_crash = {}, stall_chance = 0, stop_at = options.stop_at,
    calendar_speed = 1,
  }, World)
end

-- Keeps a line of what happened; `SEED=n` prints them, and their hash tells two runs apart.
-- What a dead process still does is no event, but what the world does is.
function World:trace(text, ...)
  if self.crashed and not self.happening then return end
  local line = ("%12.6f  "):format(self.time) .. text:format(...)
  self.lines[#self.lines + 1] = line
  if self.verbose then print(("%5d "):format(#self.lines) .. line) end
end

function World:hash()
  return core.digest.sha256(table.concat(self.lines, "\n")):sub(1, 16)
end

-- ---- events, ordered by time and then as they were made ----

function World:at(time, fn)
  self.order = self.order + 1
  local event = { time = time, order = self.order, fn = fn }
  local list = self.events
  local index = #list + 1
  -- The soonest is the last.
  while index > 1 and list[index - 1].time <= time do index = index - 1 end
  table.insert(list, index, event)
  return event
end

function World:after(seconds, fn) return self:at(self.time + seconds, fn) end

function World:forget(event)
  event.fn = nil
end

-- Goes on to a time, with all that happens until then.
function World:advance(time)
  local list = self.events
  while list[#list] and list[#list].time <= time do
    local event = table.remove(list)
    if event.fn then
      if event.time > self.time then self.time = event.time end
      self.happening = true
      event.fn()
      self.happening = false
    end
  end
  if time > self.time then self.time = time end
end

local function next_event(self)
  local list = self.events
  while list[#list] and not list[#list].fn do table.remove(list) end
  return list[#list]
end

-- When the next event is; nil where there is none.
function World:next_time()
  local event = next_event(self)
  return event and event.time
end

-- What is still under way when the program has ended.
function World:settle()
  while true do
    local event = next_event(self)
    if not event then return end
    self:advance(event.time)
  end
end

-- ---- the place that the loop runs in (ses.adapters.loop) ----

function World:monotonic() return self.time end

function World:wall() return EPOCH + self.time + self.wall_offset end

-- The time of everybody else.
function World:true_wall() return EPOCH + self.time end

function World:set_clock(offset)
  self.wall_offset = offset
  self:trace("the wall clock is set %+.3f s off", offset)
end

-- A process wakes a little late, and now and then, where that is drawn, seconds late.
local function oversleep(self)
  local late = 0
  if self.draw:chance(0.2) then late = self.draw:between(0, self.lateness) end
  if self.draw:chance(self.stall_chance) then
    local stall = self.draw:between(0.1, 8)
    self.stalled = self.stalled + stall
    self:trace("the process stands still for %.3f s", stall)
    late = late + stall
  end
  return late
end

function World:wait(_, ms)
  if self.crashed then error(world.CRASH, 0) end
  self.steps = self.steps + 1
  if self.steps > MAX_STEPS then error("the simulation goes round in circles", 0) end
  local event = next_event(self)
  local time
  if ms == 0 then
    time = self.time
  elseif event and (ms < 0 or event.time < self.time + ms / 1000) then
    time = event.time + oversleep(self)
  elseif ms > 0 then
    time = self.time + ms / 1000 + oversleep(self)
  else
    error("the loop waits for ever", 0)
  end
  self:advance(time)
  if self.crashed then error(world.CRASH, 0) end
end

function World:place()
  return {
    monotonic = function() return self.time end,
    wait = function(handles, ms) return self:wait(handles, ms) end,
  }
end

-- The process dies. Everything that it holds is gone; what it had on disk and on the wire is not.
function World:crash(where)
  if self.crashed then return end
  self:trace("the process crashes: %s", where)
  self.crashed = true
  local list = self.on_crash
  self.on_crash = {}
  for _, fn in ipairs(list) do fn() end
end

function World:restart()
  self.crashed = false
  self.on_crash = {}
  self:trace("the process starts")
end

return world
