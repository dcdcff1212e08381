--- What a client's pipeline tells of its work, counted in a registry. Where nothing is to be measured there is none,
-- and the pipeline looks no further than that.
-- @module ses.observe.meter
local mails = require "ses.observe.mails"
local serialise = require "ses.model.serialise"

local meter = {}

local Meter = { __name = "ses.Meter" }
Meter.__index = Meter

-- ---- requests ----

--- A request is about to go to the transport.
-- @tparam table call the state of the call
function Meter:started(call)
  call.thread = coroutine.running()
  self.active[call] = true
  self.operations[call.op.name] = true
  call.in_exchange = true
  -- A key that ses.dkim made has no size that Lua could see; its request is a small one.
  self.metrics:observe("ses_request_size_bytes", serialise.size(call.parts.body) or 0, call.op.name)
  call.from = self.clock.monotonic()
end

--- The transport has answered, or failed.
function Meter:ended(call)
  self.active[call] = nil
  self.metrics:observe("ses_request_duration_seconds", self.clock.monotonic() - call.from, call.op.name,
    self.settings.region)
end

--- What came of the request, if there was one, is known.
-- @tparam table call
-- @tparam ?ses.Error err
function Meter:answered(call, err)
  if not call.in_exchange then return end
  call.in_exchange = false
  local status = not err and "success" or err.in_doubt and call.sends and "in_doubt" or "error"
  self.metrics:add("ses_requests_total", 1, call.op.name, status, self.settings.region)
end

--- A request was signed, in so many seconds.
function Meter:signed(seconds)
  self.metrics:observe("ses_signing_duration_seconds", seconds)
end

-- ---- calls ----

--- A try has failed, or a call before its first one.
-- @tparam string operation
-- @tparam ses.Error err
function Meter:failed(operation, err)
  self.metrics:add("ses_errors_total", 1, operation, err.kind, self.settings.region)
end

--- Another try begins.
function Meter:retried(operation)
  self.metrics:add("ses_retries_total", 1, operation, self.settings.region)
end

--- A rate limit holds the call back; of a call it counts once.
function Meter:held_back(call)
  if call.held_back then return end
  call.held_back = true
  self.metrics:add("ses_rate_limit_hits_total", 1)
end

--- A circuit breaker has opened.
function Meter:tripped()
  self.metrics:add("ses_circuit_breaker_trips_total", 1)
end

local RECIPIENT_TYPES = { "to", "cc", "bcc" }

--- A call has come to its end.
-- @tparam table call
-- @tparam ?table result in AWS's names; nil where the call has failed
function Meter:finished(call, result)
  local count = mails.COUNT[call.op.name]
  if not count or call.attempts == 0 then return end
  local metrics, params = self.metrics, call.params
  local config_set = params.ConfigurationSetName or ""
  if call.op.name == "SendBulkEmail" then
    metrics:observe("ses_bulk_batch_size", #params.BulkEmailEntries, config_set)
  end
  if not result then return end
  local counted = count(params, result)
  if counted.sent > 0 then metrics:add(counted.metric, counted.sent, config_set, self.settings.region) end
  for _, kind in ipairs(RECIPIENT_TYPES) do
    if counted[kind] > 0 then metrics:add("ses_recipients_total", counted[kind], kind) end
  end
  if counted.template and counted.renders > 0 then
    metrics:add("ses_template_renders_total", counted.renders, counted.template)
  end
end

-- ---- gauges ----

local STATES = { closed = 0, half_open = 1, open = 2 }

-- A thread that was killed within its request (nginx can) tells nothing any more.
local function count_active(self)
  local counts, total = {}, 0
  for operation in pairs(self.operations) do counts[operation] = 0 end
  for call in pairs(self.active) do
    if call.thread and coroutine.status(call.thread) == "dead" then
      self.active[call] = nil
    else
      counts[call.op.name] = counts[call.op.name] + 1
      total = total + 1
    end
  end
  return counts, total
end

--- Reads the gauges; see `add_source` of ses.observe.registry. No I/O.
function Meter:gauges(readings)
  local counts, total = count_active(self)
  for operation, count in pairs(counts) do readings:put("ses_active_requests", count, operation) end
  local size = self.settings.max_connections
  readings:put("ses_connection_pool_size", size)
  readings:put("ses_connection_pool_available", math.max(0, size - total))
  readings:put("ses_circuit_breaker_state", STATES.closed)
  for _, state in pairs(self.breakers and self.breakers:circuit_states() or {}) do
    readings:put("ses_circuit_breaker_state", STATES[state])
  end
  local expiration = self.expiration()
  if expiration then readings:put("ses_credential_expiry_seconds", expiration - self.clock.now()) end
end

--- Measures the breakers as well, once there are any.
-- @tparam ses.Breakers breakers
function Meter:watch(breakers) self.breakers = breakers end

--- The client is closed: it has no gauges any more.
function Meter:close() self.metrics:remove_source(self) end

--- Makes the meter of one client.
-- @tparam ses.Metrics metrics the registry to count in
-- @tparam table ports `settings` (of ses.config), `clock`, `expiration` (function → when the credentials expire, in
--   seconds since 1970, or nil)
-- @treturn ses.Meter
function meter.new(metrics, ports)
  local self = setmetatable({
    metrics = metrics, settings = ports.settings, clock = ports.clock, expiration = ports.expiration,
    active = setmetatable({}, { __mode = "k" }), operations = {},
  }, Meter)
  metrics:add_source(self)
  return self
end

return meter
