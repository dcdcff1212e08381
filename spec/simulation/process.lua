-- One run of the program: a client on simulated adapters, in the real loop.
local client = require "ses.client"
local loop = require "ses.adapters.loop"
local network = require "spec.simulation.network"
local service = require "spec.simulation.service"
local world = require "spec.simulation.world"

local process = {}

local Process = {}
Process.__index = Process

local function host_of(self)
  local simulated = self.world
  local clock = {
    now = function() return simulated:wall() end, monotonic = function() return simulated:monotonic() end,
    sleep = loop.sleep,
  }
  return {
    name = "simulated", clock = clock, sleep = loop.sleep, run = loop.run,
    transport = function() return self.network end,
    random = {
      -- A dead process draws no numbers.
      uniform = function() return simulated.crashed and 0.5 or simulated.draw:uniform() end,
      bytes = function(n) return simulated.draw:bytes(n) end,
    },
    can_wait = function() return loop.current_task() ~= nil end, can_run = loop.can_run,
    store = function()
      self.store = self.store or require("ses.adapters.store_memory").new { monotonic = clock.monotonic }
      return self.store
    end,
    shared_store = function() return nil end, shared_secrets = function() return nil end,
    condition = loop.condition, background = loop.background,
    run_program = function() error "no program runs here" end,
  }
end

-- The settings that a seed draws for its clients.
function process.settings(draw)
  return {
    region = "eu-west-1", endpoint = "https://email.simulated.test", default_from_address = "news@shop.example",
    credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "simulated" },
    max_retries = draw:whole(0, 4), retry_in_doubt = draw:chance(0.6),
    connect_timeout_ms = draw:whole(100, 5000), read_timeout_ms = draw:whole(500, 30000),
    operation_timeout_ms = draw:whole(1000, 60000), initial_backoff_ms = draw:whole(10, 200),
    circuit_failure_threshold = draw:one { 3, 5, 20, 1000 }, circuit_reset_timeout_ms = draw:whole(500, 30000),
    circuit_half_open_requests = draw:whole(1, 3), max_connections = 100,
    retry_mode = draw:one { "standard", "standard", "adaptive" },
    max_concurrent_requests = draw:chance(0.2) and draw:whole(1, 10) or nil,
    rate_limit = draw:chance(0.15) and "account" or nil,
  }
end

-- Starts the program. `parts` replaces what a mutation breaks (spec.simulation.mutations).
function process.start(simulated, weather, ses, settings, report, parts)
  local self = setmetatable({ world = simulated, settings = settings, report = report }, Process)
  -- Those of a process that died are not asked any more.
  self.breakers = {}
  simulated.watching.breakers = self.breakers
  self.network = network.new(simulated, weather, ses)
  if parts.network then parts.network(self.network) end
  self.host = host_of(self)
  self.client = assert(client.new(settings, self.host))
  if parts.pipeline then parts.pipeline(self.client.pipeline) end
  return self
end

-- The loop of this program, as a port.
function Process:loop()
  return setmetatable({ run = function(fn, options) return self:run(fn, options) end }, { __index = loop })
end

local function check_tidy(self, inner)
  local most = self.settings.max_concurrent_requests
  if most and self.network.most > most then
    self.report(("%d requests at once, where %d may be"):format(self.network.most, most))
  end
  if inner.live ~= 0 or inner.backgrounds ~= 0 or next(inner.tasks) then self.report("a task was forgotten") end
  if #inner.timers ~= 0 then self.report("a timer was forgotten") end
  if next(inner.sources) or self.network.count ~= 0 then self.report("an exchange was forgotten") end
  for _, breaker in ipairs(self.breakers) do breaker:check() end
end

-- Runs a function in the loop, on simulated time; false where the process crashed.
function Process:run(fn, options)
  local inner
  local all = { place = self.world:place() }
  for name, value in pairs(options or {}) do all[name] = value end
  local results = { pcall(loop.run, function(spawn)
    inner = loop.current_task().loop
    return fn(spawn)
  end, all) }
  -- A dead process leaves no order behind, and nothing that it did since counts.
  if self.world.crashed then error(world.CRASH, 0) end
  if not results[1] then error(results[2], 0) end
  check_tidy(self, inner)
  return results[2]
end

-- Whoever wakes later than this stands in line again (ses.pipeline.limiter).
local LATE = 0.1

-- In no span of time do more recipients leave than burst + rate * span, but for what a late wake brings together.
-- One request of more than the burst goes as a whole, and stands in for it.
function Process:check_rate()
  local settings = self.settings
  local rate = settings.rate_limit_rps
  if settings.rate_limit then
    rate = math.min(rate or math.huge, self.network.weather.service_rate or service.AMPLE_RATE)
  end
  if not rate then return end
  local late = self.world.stalled > 0 and LATE or self.world.lateness
  local list, burst = self.network.departures, settings.rate_limit_burst or math.max(1, rate)
  for _, departure in ipairs(list) do burst = math.max(burst, departure.cost) end
  for i = 1, #list do
    local sum = 0
    for j = i, #list do
      sum = sum + list[j].cost
      local span = list[j].at - list[i].at + 0.001 + late
      if sum > burst + rate * span + 1e-6 then
        return self.report(("%d recipients within %.3f s, where %.3f may go"):format(sum, span, burst + rate * span))
      end
    end
  end
end

-- A call that must end in its time.
function Process:timed(what, seconds, fn, ...)
  local started, stalled = self.world.time, self.world.stalled
  local result, err, third = fn(...)
  if self.world.crashed then return result, err, third end
  local late = self.world.time - started - seconds - (self.world.stalled - stalled)
  -- The loop counts in milliseconds, and a process may wake late.
  if late > 0.001 + 2 * self.world.lateness then
    self.report(("%s ended %.3f s after its deadline"):format(what, late))
  end
  return result, err, third
end

return process
