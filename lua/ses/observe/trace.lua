--- The trace of one call: its spans, from the operation down to the reading of its answer.
--
-- The pipeline knows it as a port that may be nil: `enter` and `leave` around each of its stages, which follow each
-- other, so that the spans that are open are a stack.
-- @module ses.observe.trace
local span_attributes = require "ses.observe.span_attributes"

local trace = {}

local INTERNAL, CLIENT = 1, 3

local Trace = { __name = "ses.Trace" }
Trace.__index = Trace

local function new_span(self, name, from)
  local parent = self.open[#self.open]
  local span = {
    name = name, id = self.new_id(), parent = parent and parent.id, kind = INTERNAL, from = from, attributes = {},
  }
  self.spans[#self.spans + 1] = span
  return span
end

-- A span within the one that is open, whose times are known already. They cannot lie outside of it.
local function add_span(self, name, from, to, attributes)
  local span = new_span(self, name, math.max(from, self.open[#self.open].from))
  span.to = math.max(span.from, to)
  span.attributes = attributes or {}
  return span
end

local function fail(span, err, error_type)
  span.failed = true
  span.attributes["error.type"] = error_type or err.code or err.kind
end

--- A stage begins, within the one that is open.
-- @tparam string name
function Trace:enter(name)
  self.open[#self.open + 1] = new_span(self, name, self.monotonic())
end

--- The stage that is open has ended.
-- @tparam ?ses.Error err
function Trace:leave(err)
  local span = table.remove(self.open)
  span.to = self.monotonic()
  if err then fail(span, err) end
end

-- ---- stages of which more is known ----

--- The credentials are there, or not. Where the call has waited for a source to give them, that is a span.
-- @tparam ?userdata credentials
-- @tparam ?ses.Error err
function Trace:credentials(credentials, err)
  local span, fetch = self.open[#self.open], self.last_fetch()
  if credentials then span.attributes["ses.credential_provider"] = credentials:source() end
  if fetch and fetch.to >= span.from then
    local waited = add_span(self, "ses.credential_provider." .. fetch.source, fetch.from, fetch.to)
    if fetch.err then fail(waited, fetch.err) end
  end
  self:leave(err)
end

--- The request is signed, or not. The core does both steps in one call, so that they are known to be done at its end.
-- @tparam ?ses.Error err
function Trace:signed(err)
  if not err then
    local now = self.monotonic()
    self.open[#self.open].events = {
      { name = "ses.signing.canonical_request", time = now }, { name = "ses.signing.signature", time = now },
    }
  end
  self:leave(err)
end

-- What the transport has measured, in seconds from the beginning of the exchange.
local function add_timings(self, span, timings)
  local ready = span.from + timings.pretransfer
  local began = math.max(ready, span.from + timings.starttransfer)
  add_span(self, "ses.connection_acquire", span.from, ready)
  add_span(self, "ses.request_send", ready, began)
  add_span(self, "ses.response_receive", began, span.from + timings.total)
end

--- The transport has answered, or failed.
-- @tparam table call the state of the call
-- @tparam ?table response
-- @tparam ?ses.Error err
function Trace:exchanged(call, response, err)
  local span = self.open[#self.open]
  span.kind, span.attributes = CLIENT, span_attributes.of_exchange(call)
  if response then
    span.attributes["http.response.status_code"] = response.status
    if response.timings then add_timings(self, span, response.timings) end
  end
  self:leave(err)
  -- The clocks of the transport and of ours are read one after the other.
  for i = #self.spans, 1, -1 do
    local child = self.spans[i]
    if child == span then break end
    child.from, child.to = math.min(child.from, span.to), math.min(child.to, span.to)
  end
  if response and response.status >= 400 then fail(span, nil, tostring(response.status)) end
end

--- Another try begins.
-- @tparam table call the state of the call
function Trace:retry(call)
  self:enter "ses.retry"
  self.open[#self.open].attributes["retry.count"] = call.tries
end

--- The call has come to its end.
-- @tparam table call the state of the call
-- @tparam ?table result in AWS's names
-- @tparam ?ses.Error err
-- @tparam ?string request_id AWS's
function Trace:finish(call, result, err, request_id)
  local root = self.spans[1]
  local attributes = root.attributes
  if call.parts then
    span_attributes.add_params(attributes, call)
    attributes["circuit_breaker.state"] = self.breakers:known(call.parts.endpoint)
    attributes["retry.count"] = call.tries - 1
  end
  local limiter = self.limiter
  local available = limiter and call.cost > 0 and limiter:describe().available
  attributes["rate_limit.remaining"] = available and math.floor(available) or nil
  attributes["aws.region"] = self.settings.region
  attributes["aws.request_id"] = request_id or err and err.request_id or nil
  local message_id = result and result.MessageId
  attributes["ses.message_id"] = type(message_id) == "string" and message_id or nil
  while self.open[1] do self:leave(err) end
  local exporter = self.exporter
  -- What waits to be sent must not keep the client.
  self.breakers, self.limiter, self.last_fetch, self.settings, self.exporter, self.new_id = nil, nil, nil, nil, nil, nil
  exporter:add(self)
end

--- Begins a trace, and in it the span of the operation.
-- @tparam table fields `trace_id`, `parent_id`, `state` (of the caller's, or nil), `new_id`, `monotonic` (functions),
--   `offset` (from the monotonic clock to seconds since 1970), `settings`, `last_fetch`, `breakers`, `limiter`,
--   `exporter`
-- @tparam table attributes of the operation
-- @treturn ses.Trace
function trace.new(fields, attributes)
  fields.spans, fields.open = {}, {}
  local self = setmetatable(fields, Trace)
  self:enter "ses.operation"
  self.spans[1].kind, self.spans[1].attributes = CLIENT, attributes
  return self
end

return trace
