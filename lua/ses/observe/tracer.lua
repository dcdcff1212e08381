--- What begins the traces of one client's calls.
-- @module ses.observe.tracer
local hex = require "ses.hex"
local span_attributes = require "ses.observe.span_attributes"
local trace = require "ses.observe.trace"
local trace_context = require "ses.observe.trace_context"

local tracer = {}

local Tracer = { __name = "ses.Tracer" }
Tracer.__index = Tracer

local TRACE_DIGITS, SPAN_DIGITS = 32, 16
-- Of as many spans as most calls have, so that randomness is asked for once a trace.
local SPANS_AT_ONCE = 12

local function digits(random, spans) return hex.encode(random.bytes(spans * SPAN_DIGITS / 2)) end

-- Ids of spans, from digits that are there already as long as there are some.
local function ids_of(random, ready)
  local at = 1
  return function()
    if at > #ready then ready, at = digits(random, SPANS_AT_ONCE), 1 end
    at = at + SPAN_DIGITS
    return ready:sub(at - SPAN_DIGITS, at - 1)
  end
end

--- Begins the trace of a call.
-- @tparam ses.Operation op
-- @tparam ?table options of the call: `traceparent`, `tracestate`; what is none is ignored
-- @treturn ?ses.Trace nil where it is not recorded
function Tracer:start(op, options)
  local provider = self.provider
  provider.exporter:poll()
  local parent = options and trace_context.parent(options.traceparent)
  local trace_id = parent and parent.trace_id or hex.encode(self.random.bytes(TRACE_DIGITS / 2))
  if not provider.samples(trace_id, parent) then return nil end
  local clock = self.clock
  return trace.new({
    trace_id = trace_id, parent_id = parent and parent.parent_id,
    state = parent and trace_context.state(options.tracestate), monotonic = clock.monotonic,
    offset = clock.now() - clock.monotonic(), new_id = ids_of(self.random, digits(self.random, SPANS_AT_ONCE)),
    last_fetch = self.last_fetch, breakers = self.breakers, limiter = self.limiter, exporter = provider.exporter,
    settings = self.settings,
  }, span_attributes.of_call(op))
end

--- Tells of the breakers and the rate limit as well, once there are any.
-- @tparam ses.Breakers breakers
-- @tparam ?ses.Limiter limiter
function Tracer:watch(breakers, limiter) self.breakers, self.limiter = breakers, limiter end

--- Makes the tracer of one client.
-- @tparam ses.Traces provider
-- @tparam table ports `settings` (of ses.config), `clock`, `random`, `last_fetch` (function → the last fetch of
--   credentials, { from =, to =, source =, err = } in seconds of the monotonic clock, or nil)
-- @treturn ses.Tracer
function tracer.new(provider, ports)
  return setmetatable({
    provider = provider, settings = ports.settings, clock = ports.clock, random = ports.random,
    last_fetch = ports.last_fetch,
  }, Tracer)
end

return tracer
