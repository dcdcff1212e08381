--- A client: one account, one region, one pool of connections.
-- @module ses.client
local config = require "ses.config"
local core = require "ses.core"
local errors = require "ses.errors"
local host = require "ses.adapters.host"
local lazy = require "ses.lazy"
local provider = require "ses.credentials.provider"

local endpoint = lazy "ses.endpoint"
local health = lazy "ses.observe.health"
local known = lazy "ses.services.known"
local log_sink = lazy "ses.observe.log_sink"
local logger = lazy "ses.observe.logger"
local meter = lazy "ses.observe.meter"
local model = lazy "ses.model"
local observe = lazy "ses.observe"
local operations = lazy "ses.services.operations"
local pages = lazy "ses.pipeline.pages"
local pipeline = lazy "ses.pipeline"
local tracer = lazy "ses.observe.tracer"
local region = lazy "ses.credentials.region"
local service = lazy "ses.services.service"

local client = {}

local Client = { __name = "ses.Client" }

-- What services have besides the operations, from modules that stand beside or above them.
local CONVENIENCES = {
  emails = "ses.bulk", suppression = "ses.bulk.suppression", templates = "ses.template.methods",
  identities = "ses.services.identity_lookup", contacts = "ses.services.contact_opt_out",
}

-- The region may have to be asked for, which happens here: what is resolved needs it.
local function endpoint_of(settings, find_region)
  local cached
  local function resolve(endpoint_id)
    return endpoint.resolve {
      region = settings.region, endpoint = settings.endpoint, endpoint_id = endpoint_id,
      use_fips = settings.use_fips, use_dualstack = settings.use_dualstack,
    }
  end
  return function(params, op)
    if find_region() then cached = nil end
    if op and op.endpoint then return op.endpoint(params, settings.region) end
    if params.EndpointId then return resolve(params.EndpointId) end
    local err
    if not cached then cached, err = resolve() end
    return cached, err
  end
end

-- With the first call, which is what it is for.
local function pipeline_of(self, more)
  local settings, ports, credentials = self.settings, self.ports, self.credentials
  local parts = {
    settings = settings, clock = ports.clock, random = ports.random, transport = ports.transport,
    credentials = function(deadline) return credentials:get(deadline) end,
    reject_credentials = function(rejected) return credentials:reject(rejected) end,
    endpoint = endpoint_of(settings, region.new(settings, ports)), signer = self.signer, host = ports.host,
    meter = self.meter, logger = self.logger, tracer = self.tracer,
  }
  for name, part in pairs(more or {}) do parts[name] = part end
  return pipeline.new(parts)
end

-- Limits that are SES's, or bound what is on its way to it.
local NO_LIMITS = { rate_limit = false, rate_limit_rps = false, max_concurrent_requests = false }

-- For calls of other services: with a retry quota and breakers of its own, and without the limits of SES and its
-- counts.
local function other_pipeline_of(self)
  local settings = setmetatable({}, { __index = function(_, name)
    local value = NO_LIMITS[name]
    if value == nil then value = self.settings[name] end
    return value
  end })
  return pipeline_of(self, { settings = settings, meter = false, is_other = true })
end

-- What counts the client's work, where that is asked for.
local function measure(self)
  local metrics = self.settings.metrics
  if not metrics then return end
  if metrics == true then metrics = observe.of_process(self.settings, self.host, self.logger) end
  self.metrics = metrics
  self.meter = meter.new(metrics, {
    settings = self.settings, clock = self.clock,
    expiration = function()
      local state = self.credentials:describe()
      return state and state.expiration
    end,
  })
end

-- What tells of the client's work, where that is asked for. → nil | nil, err
local function logger_of(settings, place)
  if not settings.log then return nil end
  local sink, err = log_sink.of(settings.log.sink, place)
  if not sink then return nil, err end
  return logger.new(sink, { settings = settings, clock = place.clock })
end

-- What tells of the stages of its calls, where that is asked for. → true | nil, err
local function trace(self)
  local traces = self.settings.traces
  if not traces then return true end
  if traces == true then
    local made, err = observe.traces_of_process(self.host, self.logger)
    if not made then return nil, err end
    traces = made
  end
  self.traces = traces
  if traces.off then return true end
  self.tracer = tracer.new(traces, {
    settings = self.settings, clock = self.clock, random = self.ports.random,
    last_fetch = function() return self.credentials.last_fetch end,
  })
  return true
end

--- Makes a client; see ses.client. No I/O beyond the configuration file, which is read here.
-- @tparam ?table options
-- @tparam ?ses.Host place the adapters to work with; those that fit the process by default
-- @treturn ses.Client
-- @treturn[2] nil
-- @treturn[2] ses.Error
function client.new(options, place)
  local settings, err = config.resolve(options or {})
  if not settings then return nil, err end
  local current = place or host.current()
  local told, transport
  told, err = logger_of(settings, current)
  if err then return nil, err end
  transport, err = current.transport(settings)
  if not transport then return nil, err end
  local ports = {
    clock = current.clock, random = current.random, transport = transport, host = current, logger = told,
  }
  local self = setmetatable({
    settings = settings, ports = ports, clock = current.clock, transport = transport, host = current,
    signer = core.sigv4.signer(), credentials = provider.new(settings, ports), logger = told,
  }, Client)
  measure(self)
  local ok
  ok, err = trace(self)
  if not ok then
    self:close()
    return nil, err
  end
  if told then told:made() end
  return self
end

local methods = {}

local function closed_error(name)
  return errors.new { kind = "client", code = "ClientClosed", message = "this client is closed", operation = name }
end

-- A call was refused before it came to the pipeline.
function methods:tell_refused(operation, err)
  if self.meter then self.meter:failed(operation, err) end
  if self.logger then self.logger:refused(operation, err) end
end

--- Calls an operation by AWS's own names, for arguments and results alike.
-- @tparam string name for example "GetAccount"
-- @tparam ?table params
-- @tparam ?table options `retry_in_doubt`, `operation_timeout_ms` for this call alone; `traceparent` and `tracestate`,
--   as W3C's Trace Context has them, of the trace that the call belongs to
-- @treturn table the result
-- @treturn[2] nil
-- @treturn[2] ses.Error
-- @return a table { attempts =, in_doubt_attempts =, request_id =, warnings = } as third value, in both cases;
--   `warnings` is nil or a list of { path =, message = }: what SES may refuse, such as a value of an
--   enumeration that is newer than the model
function methods:call(name, params, options)
  local op, err = model.operation(name)
  if not op then return nil, err end
  if self.closed then return nil, closed_error(name) end
  if self.settings.validate_template or self.settings.validate_identity then
    local ok
    ok, err = self.known:before(name, params, options)
    if not ok then
      self:tell_refused(name, err)
      return nil, err, { attempts = 0, in_doubt_attempts = 0 }
    end
  end
  local result, info
  result, err, info = self.pipeline:call(op, params or {}, options)
  if known.concerns(name) then self.known:after(name, params, result, err) end
  return result, err, info
end

--- Calls an operation of another service, such as those of ses.model.sqs, by the same stages. Such calls have a retry
-- quota and circuit breakers of their own, and no part in the limits and the metrics of SES's.
-- @tparam ses.Operation op
-- @tparam table params AWS's own names and shapes
-- @tparam ?table options as of `call`, and `read_timeout_ms`
-- @treturn table as of `call`, all three
function methods:perform(op, params, options)
  if self.closed then return nil, closed_error(op.name) end
  return self.other_pipeline:call(op, params, options)
end

--- Makes a request that whoever has it may send, without credentials, until it expires: the call is not
-- made here. It is to be sent as it is; keep it as you would a password.
-- @tparam string name for example "GetAccount"
-- @tparam ?table params
-- @tparam ?table options `expires`, 1 to 604,800 seconds from now (3,600); temporary credentials end earlier
-- @treturn table { method =, url =, headers = { { name, value }, … }, body = }
-- @treturn[2] nil
-- @treturn[2] ses.Error
function methods:presign(name, params, options)
  local op, err = model.operation(name)
  if not op then return nil, err end
  if self.closed then return nil, closed_error(name) end
  local expires = options and options.expires or 3600
  if type(expires) ~= "number" or not (expires >= 1 and expires <= 604800) then
    return nil, errors.new {
      kind = "validation", field = "expires", operation = name, message = "expires must be from 1 to 604800 seconds",
    }
  end
  return self.pipeline:presign(op, params or {}, expires)
end

--- Iterates over the pages of a paginated operation, by AWS's own names.
-- @tparam string name for example "ListEmailTemplates"
-- @tparam ?table params
-- @treturn function iterator for a generic `for`: a page, or `false, err` once
-- @treturn[2] nil
-- @treturn[2] ses.Error where there is no such operation or it has no pages
function methods:pages(name, params)
  local op, err = model.operation(name)
  if not op then return nil, err end
  if not op.pagination then
    return nil, errors.new {
      kind = "validation", code = "NotPaginated", operation = name, message = name .. " has no pages",
    }
  end
  return pages.pages(function(request) return self:call(name, request) end, op, params or {})
end

--- What each setting is and where it came from, secrets left out. Nothing is looked for: credentials and a
-- region that only a request would find are not in it before the first one.
-- @treturn table name → { value =, source =, origin = }; `credentials` has `found_in`, the source that gave
--   them ("environment", "profile", "imds", …), and `expiration` in seconds since 1970 as well
function methods:describe_config()
  local described = config.describe(self.settings)
  local state = self.credentials:describe()
  if state then
    local credentials = described.credentials
    credentials.value = state.value or credentials.value
    credentials.found_in, credentials.expiration = state.source, state.expiration
  end
  return described
end

--- The state of the circuit breaker of each endpoint that was called.
-- @treturn table URL → "closed", "open" or "half_open"
function methods:circuit_states()
  return self.pipeline.breakers:circuit_states()
end

--- The state of the circuit breaker; of several endpoints', the one that is least well. No I/O.
-- @treturn string "closed", "open" or "half_open"
function methods:circuit_state()
  local found = {}
  for _, state in pairs(self:circuit_states()) do found[state] = true end
  return found.open and "open" or found.half_open and "half_open" or "closed"
end

--- How retries and limits stand.
-- @treturn table `retry_quota` tokens left; `rate_limit` { rate =, full_rate =, available = } in recipients a
--   second and recipients, where there is a limit; `send_rate` { rate =, measured = } in requests a second, in
--   the retry mode "adaptive"; `circuits` as of `circuit_states`; `clock_skew`: seconds by which SES's clock is ahead
--   of this machine's, learned where SES refused a signature for its time (0: it did not)
function methods:resilience()
  local line = self.pipeline
  return {
    retry_quota = line.retry:quota(), circuits = self:circuit_states(), clock_skew = line.skew_seconds,
    rate_limit = line.limiter and line.limiter:describe(), send_rate = line.send_rate and line.send_rate:describe(),
  }
end

--- Whether mail can be sent: SES is asked (GetAccount), and its answer is kept for a while, so that it may be asked for
-- often; in nginx one worker asks for all. It takes no longer than `timeout_ms`.
-- @tparam ?table options `max_age_ms` of an answer, 0 to 3,600,000 (10,000; 0 asks anew); `timeout_ms`, 1 to 60,000
--   (5,000)
-- @treturn table
--
-- - `status`: "healthy"; "degraded": mail can be sent, but the circuit breaker is half open, more than 80 % of the
--   daily quota are used, or SES does not say how the account stands; "unhealthy"
-- - `latency_ms` of the call, `last_check` in seconds since 1970
-- - `details`: `credentials_ok`, `connectivity_ok` (booleans), `circuit_breaker_state` ("closed", "half_open", "open"),
--   `sending_quota` { max_24_hour = (-1: no limit), sent_24_hour =, max_send_rate = }, `sandbox_mode` (whether SES
--   keeps the account in its sandbox), both nil where SES does not say; `error_message`, nil where all is well: it
--   holds no secret and no ARN
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", for the options alone
function methods:health(options)
  return health.of(self, options)
end

local function close(self)
  if self.closed then return false end
  self.closed = true
  for _, name in ipairs { "pipeline", "other_pipeline" } do
    local line = rawget(self, name)
    if line then line:close() end
  end
  if self.meter then self.meter:close() end
  self.transport:close()
  self.signer:close()
  self.credentials:close()
  return true
end

--- Ends the client's connections and wipes its secrets. Calls that are on their way, or wait, end with an
-- error (one of a send in doubt says so); a closed client answers every call with one. Inside nginx what is on its
-- way comes to its end, and only what waits ends with an error. Closing it twice is no error.
--
-- What was seen is delivered as well: the last spans of `traces`, for which it waits a bounded time (`flush_timeout_ms`
-- of ses.observe.traces), the metrics of a registry that has a `textfile`, and where lines of the log were left out, a
-- line that says so.
-- @treturn boolean|nil true
-- @treturn ?ses.Error what could not be delivered: "SpansNotDelivered" (with `spans`), "CannotWrite" (the metrics),
--   "LinesNotDelivered" (with `lines`). Where it is more than one, `others` lists the rest. The client is closed.
function methods:close()
  if not close(self) then return true end
  local failed = {}
  local function flush(what)
    local ok, err = what:flush()
    if not ok then failed[#failed + 1] = err end
  end
  if self.tracer then flush(self.traces) end
  if self.metrics then flush(self.metrics) end
  if self.logger then flush(self.logger) end
  local err = table.remove(failed, 1)
  if not err then return true end
  err.others = failed[1] and failed or nil
  return nil, err
end

function Client:__index(name)
  local method = methods[name]
  if method then return method end
  local made
  if name == "known" then
    made = known.new(self)
  elseif name == "pipeline" then
    made = pipeline_of(self)
  elseif name == "other_pipeline" then
    made = other_pipeline_of(self)
  elseif operations[name] then
    made = service.new(self, name, CONVENIENCES[name])
  else
    return nil
  end
  rawset(self, name, made)
  return made
end

function Client:__tostring()
  return "ses.Client (" .. tostring(self.settings.region) .. ")"
end

Client.__close = function(self) methods.close(self) end
-- A collector of garbage must not wait for a network.
Client.__gc = close

return client
