--- What begins the traces of one client's calls.
-- @module ses.observe.tracer
local span_attributes = require "ses.observe.span_attributes"
local trace = require "ses.observe.trace"
local trace_context = require "ses.observe.trace_context"

local tracer = {}

local Tracer = { __name = "ses.Tracer" }
Tracer.__index = Tracer

local HEX = { [8] = ("%02x"):rep(8), [16] = ("%02x"):rep(16) }

local function new_id(random, size) return HEX[size]:format(random.bytes(size):byte(1, size)) end

--- Begins the trace of a call.
-- @tparam ses.Operation op
-- @tparam ?table options of the call: `traceparent`, `tracestate`; what is none is ignored
-- @treturn ?ses.Trace nil where it is not recorded
function Tracer:start(op, options)
  local provider = self.provider
  provider.exporter:poll()
  local parent = options and trace_context.parent(options.traceparent)
  local trace_id = parent and parent.trace_id or new_id(self.random, 16)
  if not provider.samples(trace_id, parent) then return nil end
  local clock = self.clock
  local offset = clock.now() - clock.monotonic()
  return trace.new({
    trace_id = trace_id, parent_id = parent and parent.parent_id,
    state = parent and trace_context.state(options.tracestate), monotonic = clock.monotonic,
    at = function(time) return time + offset end, new_id = function() return new_id(self.random, 8) end,
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
