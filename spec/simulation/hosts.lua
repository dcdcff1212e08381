-- Several programs at once in one simulated world, each with a loop of its own.
--
-- A program runs in a coroutine. Whenever it waits, the earliest that is to happen comes next: an event of the
-- world, or another program's wake-up. A program that is killed is not gone on with, so that nothing that it
-- holds has any effect, tidying up included.
local loop = require "ses.adapters.loop"

local hosts = {}

local MAX_STEPS = 200000
local STALL_LEAST, STALL_MOST = 0.1, 8

local Hosts = {}
Hosts.__index = Hosts

local Host = {}

-- The time is the world's.
function Host.__index(self, name)
  if name == "time" then return self.world.time end
  return Host[name]
end

-- ---- standing still in a task ----

-- What a program's coroutine yields where all of it stands still, be it in a task of its loop.
local STILL = {}

local resume = coroutine.resume

local function passing_on(thread, ok, value, ...)
  if not (ok and value == STILL) then return ok, value, ... end
  coroutine.yield(STILL)
  return passing_on(thread, resume(thread))
end

-- In the place of coroutine.resume while programs run: a task that stands still takes its loop with it.
local function resume_through(thread, ...)
  return passing_on(thread, resume(thread, ...))
end

-- ---- one program ----

function Host:monotonic() return self.world.time + self.booted end

-- The clock of each machine is off in its own way.
function Host:wall() return self.world:true_wall() + self.wall_offset end

function Host:true_wall() return self.world:true_wall() end

-- What the campaign takes the time for: where the world's calendar is faster than its clocks, a day is soon over.
function Host:calendar() return self:wall() + self.world.time * (self.world.calendar_speed - 1) end

function Host:trace(text, ...)
  self.world:trace("%s: " .. text, self.name, ...)
end

-- Runs a function as if in this program's loop.
local function inside(self, fn)
  local before = loop.swap(self.loop)
  fn()
  loop.swap(before)
end

-- An event that wakes the program where it waits for one.
function Host:after(seconds, fn)
  return self.world:after(seconds, function()
    inside(self, fn)
    if self.wakes then self.wake_at = math.min(self.wake_at, self.world.time + self:late()) end
  end)
end

function Host:forget(event) self.world:forget(event) end

-- For how long the program stands still by a chance, `times` as much as at a wake-up: 0 or seconds.
local function drawn_stall(self, times)
  if not self.draw:chance(self.stall_chance * times) then return 0 end
  local stall = self.draw:between(STALL_LEAST, STALL_MOST)
  self:trace("stands still for %.3f s", stall)
  return stall
end

-- A program wakes a little late, and now and then, where that is drawn, seconds late.
function Host:late()
  local draw = self.draw
  local late, stall = draw:chance(0.2) and draw:between(0, self.lateness) or 0, drawn_stall(self, 1)
  if stall > 0 then self:stood_still(stall) end
  return late + stall
end

-- Stands still now and then, where the program is at this moment.
function Host:hesitate(times)
  local stall = drawn_stall(self, times)
  if stall > 0 then self:block(stall) end
end

-- Time that the program has no part of. `stills` has what was longer than a moment.
function Host:stood_still(seconds)
  self.stalled = self.stalled + seconds
  if seconds > 0.005 then self.stills[#self.stills + 1] = { from = self.world.time, to = self.world.time + seconds } end
end

local function pass(self, wakes, wake_at)
  self.wakes, self.wake_at = wakes, wake_at
  self.loop = loop.swap(nil)
  coroutine.yield(STILL)
  loop.swap(self.loop)
  self.loop = nil
end

-- What the loop waits by.
function Host:wait(_, ms)
  local all = self.all
  all.steps = all.steps + 1
  if all.steps > MAX_STEPS then error("the simulation goes round in circles", 0) end
  if ms == 0 then return end
  local over = ms < 0 and math.huge or self.world.time + ms / 1000
  pass(self, true, over + self:late())
end

function Host:place()
  return {
    monotonic = function() return self:monotonic() end,
    wait = function(handles, ms) return self:wait(handles, ms) end,
  }
end

-- All of the program stands still: a call into C that takes its time.
function Host:block(seconds)
  self:stood_still(seconds)
  pass(self, false, self.world.time + seconds)
end

-- Waits; outside of the loop as all of the program.
function Host:sleep(seconds)
  if loop.current_task() then return loop.sleep(seconds) end
  self:block(seconds)
  return true
end

-- The program dies. What it had in the database and on the wire is not gone.
function Host:kill(where)
  if self.ended then return end
  self:trace("dies: %s", where)
  self.all:_end(self)
  for _, fn in ipairs(self.on_death) do fn() end
  -- Where it is at work itself, it gets no further.
  if self.all.current == self then
    loop.swap(nil)
    coroutine.yield(STILL)
  end
end

-- ---- all of them ----

-- `on_switch(host)`: it goes on; `on_end(host)`: it has ended, or died.
function hosts.new(world)
  return setmetatable({ world = world, list = {}, count = 0, steps = 0 }, Hosts)
end

-- Starts `fn(host)`. `options`: name, wall_offset (seconds), lateness (seconds), stall_chance.
function Hosts:start(options, fn)
  self.count = self.count + 1
  local host = setmetatable({
    all = self, world = self.world, draw = self.world.draw, name = options.name, number = self.count,
    wall_offset = options.wall_offset, lateness = options.lateness, stall_chance = options.stall_chance,
    booted = 1000 * self.count, wakes = false, wake_at = self.world.time, started = self.world.time, stalled = 0,
    stills = {}, on_death = {}, asks = false,
  }, Host)
  host.clock = {
    now = function() return host:calendar() end, monotonic = function() return host:monotonic() end,
    sleep = function(seconds) return host:sleep(seconds) end,
  }
  host.thread = coroutine.create(function() return fn(host) end)
  self.list[#self.list + 1] = host
  host:trace "starts"
  return host
end

function Hosts:_end(host)
  host.ended = self.world.time
  for i, other in ipairs(self.list) do
    if other == host then table.remove(self.list, i) end
  end
  self.on_end(host)
end

-- Whose turn it is: the earliest, and of those that are as early the one that was started first.
local function next_host(self)
  local found
  for _, host in ipairs(self.list) do
    if not found or host.wake_at < found.wake_at then found = host end
  end
  return found
end

local function go_on(self, host)
  self.current = host
  self.on_switch(host)
  local ok, reason = resume(host.thread)
  self.current = nil
  if not ok then error(debug.traceback(host.thread, reason), 0) end
  if coroutine.status(host.thread) == "dead" then
    host:trace "ends"
    self:_end(host)
  end
end

-- Goes on for as long as `fn()` says so.
function Hosts:run(fn)
  local world = self.world
  coroutine.resume = resume_through -- luacheck: ignore
  local ran, reason = pcall(function()
    while fn() do
      local host, at = next_host(self), world:next_time()
      if not host and not at then return end
      if at and (not host or at <= host.wake_at) then
        world:advance(at)
      else
        if host.wake_at == math.huge then error("every program waits for ever", 0) end
        world:advance(host.wake_at)
        go_on(self, host)
      end
    end
  end)
  coroutine.resume = resume -- luacheck: ignore
  loop.swap(nil)
  if not ran then error(reason, 0) end
end

return hosts
