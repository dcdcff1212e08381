--- The circuit breakers of a client: one for each endpoint that it talks to.
--
-- A breaker counts failures of the service and of the way to it: no connection, no answer, HTTP 5xx, an answer
-- that nobody can read. A refusal (HTTP 4xx, throttling too) is a sign of life. What never left, for want of a
-- free connection or because it was cancelled, says nothing. Within nginx all workers share the breakers of the
-- same endpoint and settings.
-- @module ses.pipeline.breaker
local core = require "ses.core"
local errors = require "ses.errors"
local shared = require "ses.pipeline.shared"

local breaker = {}

local Breakers = { __name = "ses.Breakers" }
Breakers.__index = Breakers

--- Makes the breakers of a client.
-- @tparam ses.Settings settings
-- @tparam table ports `clock`; `store` that processes share, or nil; `meter` and `logger`, or nil; `is_other`: of other
--   services than SES, which may be at the same URL where that is an emulator's
-- @treturn ses.Breakers
function breaker.new(settings, ports)
  return setmetatable({
    settings = settings, clock = ports.clock, store = ports.store, meter = ports.meter, logger = ports.logger,
    prefix = ports.is_other and "ses:breaker:other:" or "ses:breaker:", states = {},
  }, Breakers)
end

local function key_of(self, url)
  local settings = self.settings
  return ("%s%s:%d:%d:%d"):format(self.prefix, url, settings.circuit_failure_threshold,
    settings.circuit_reset_timeout_ms, settings.circuit_half_open_requests)
end

local function state_of(self, url)
  local state = self.states[url]
  if not state then
    local settings = self.settings
    local object = assert(core.breaker.new {
      failure_threshold = settings.circuit_failure_threshold,
      reset_timeout = settings.circuit_reset_timeout_ms / 1000,
      half_open_requests = settings.circuit_half_open_requests,
    })
    state = shared.new(object, self.store, key_of(self, url))
    state.known = "closed"
    self.states[url] = state
  end
  return state
end

-- Tells the listener of a state that is new to this process. What the listener raises is its own affair.
local function notice(self, url, state, current)
  local before = state.known
  if before == current then return end
  state.known = current
  if self.logger then self.logger:circuit_changed(url, before, current) end
  local listener = self.settings.on_circuit_change
  if listener then
    pcall(listener, { endpoint = url, from = before, to = current, time = self.clock.now() })
  end
end

local function advance(object, self, fn, generation)
  local now = self.clock.monotonic()
  local before = self.meter and object:state(now)
  local a, b = fn(object, now, generation)
  return object:state(now), before, a, b
end

-- A step in the breaker of an endpoint, told to the listener where it changed the state.
local function step(self, url, fn, generation)
  local state = state_of(self, url)
  local current, before, a, b = state:step(advance, self, fn, generation)
  -- Of all processes that share it, the one whose step it was.
  if before and current == "open" and before ~= "open" then self.meter:tripped() end
  notice(self, url, state, current)
  return a, b
end

local function allow(object, now) return object:allow(now) end

local function look(object, now) return object:state(now) end

--- Whether a request may go to an endpoint.
-- @tparam string url
-- @treturn boolean|nil true
-- @treturn number|ses.Error the breaker's generation, to tell it the outcome with; or an error of kind
--   "circuit_open"
function Breakers:allow(url)
  local allowed, value = step(self, url, allow)
  if allowed then return true, value end
  return nil, errors.new {
    kind = "circuit_open", code = "CircuitOpen", retryable = true, retry_after = value,
    message = ("the circuit breaker is open after repeated failures; it lets a trial through in %.1f s")
      :format(value),
  }
end

local FAILURES = { network = true, timeout = true, service = true, parse = true }
-- Nobody was asked.
local OF_THE_CALLER = { OperationTimeout = true, PoolTimeout = true }

local function failure(object, now, generation) return object:failure(now, generation) end

local function success(object, now, generation) return object:success(now, generation) end

local function cancel(object, _, generation) return object:cancel(generation) end

--- What became of a request that was allowed.
-- @tparam string url
-- @tparam number generation as `allow` gave it
-- @tparam ?ses.Error err
-- @tparam ?table response
function Breakers:tell(url, generation, err, response)
  if err and FAILURES[err.kind] and not OF_THE_CALLER[err.code] then
    step(self, url, failure, generation)
  elseif response then
    step(self, url, success, generation)
  else
    step(self, url, cancel, generation)
  end
end

--- The state of an endpoint's breaker as it was last seen here.
-- @tparam string url
-- @treturn string "closed", "open" or "half_open"
function Breakers:known(url)
  local state = self.states[url]
  return state and state.known or "closed"
end

--- The state of each endpoint's breaker that has been used.
-- @treturn table URL → "closed", "open" or "half_open"
function Breakers:circuit_states()
  local states = {}
  for url in pairs(self.states) do
    states[url] = step(self, url, look)
  end
  return states
end

return breaker
