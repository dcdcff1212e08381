--- The place that a client of a test works in: no network, no real time, no luck. It is what `ses.client.new` takes as
-- its second argument.
-- @module ses.testing.place
local host = require "ses.adapters.host"
local loop = require "ses.adapters.loop"
local program = require "ses.adapters.program"
local random = require "ses.testing.random"
local store_memory = require "ses.adapters.store_memory"
local transport = require "ses.testing.transport"
local fake_clock = require "ses.testing.clock"

local place = {}

local function nothing() return nil end

local function add_tasks(made, clock)
  made.run, made.can_wait, made.can_run, made.condition = clock.run, clock.in_task, loop.can_run, loop.condition

  -- A loop of real time must not hold up what belongs to the clock.
  function made.background(fn) return clock.in_task() and loop.background(fn) or false end

  function made.later(seconds, fn)
    return made.background(function()
      if seconds == 0 or loop.sleep(seconds) then fn(false) end
    end)
  end
end

--- Makes a place.
-- @tparam ?table options `clock`, `random`, `transport`: ports of ses.ports; new ones of ses.testing by default, the
--   transport with this clock
-- @treturn ses.Host
function place.new(options)
  options = options or {}
  local clock = options.clock or fake_clock.new()
  local moved = options.transport or transport.new { clock = clock }
  local store = store_memory.new()
  local made = {
    name = "plain", clock = clock, sleep = clock.sleep, random = options.random or random.new(),
    transport = function() return moved end, store = function() return store end, shared_store = nothing,
    shared_secrets = nothing, counters = nothing, say = nothing,
    -- A program takes real time, so that nobody is to wait for it by the clock.
    run_program = function(command, timeout_ms) return program.run(command, timeout_ms) end,
  }
  add_tasks(made, clock)
  -- Logs are the machine's own.
  return setmetatable(made, { __index = function(_, name) return host.current()[name] end })
end

return place
