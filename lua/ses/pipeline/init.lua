--- The one way that a request takes, whatever its operation: validate and serialise, credentials,
-- rate limiter, circuit breaker, sign, transport, parse, classify, and again where that helps.
-- @module ses.pipeline
local breaker = require "ses.pipeline.breaker"
local core = require "ses.core"
local errors = require "ses.errors"
local lazy = require "ses.lazy"
local retry = require "ses.pipeline.retry"
local waits = require "ses.pipeline.waits"

local account = lazy "ses.pipeline.account"
local classify = lazy "ses.pipeline.classify"
local gate = lazy "ses.pipeline.gate"
local limiter = lazy "ses.pipeline.limiter"
local model = lazy "ses.model"
local parse = lazy "ses.model.parse"
local recipients = lazy "ses.pipeline.recipients"
local request_stage = lazy "ses.pipeline.request"
local send_rate = lazy "ses.pipeline.send_rate"
local skew = lazy "ses.pipeline.skew"

local pipeline = {}

local Pipeline = { __name = "ses.Pipeline" }
Pipeline.__index = Pipeline

local function limiter_of(self, settings, store)
  local asked
  if settings.rate_limit then
    asked = account.new(function(timeout_ms)
      local result, err = self:call(model.operation "GetAccount", {}, { operation_timeout_ms = timeout_ms })
      return result, err
    end, { clock = self.clock, host = self.host, store = store })
  elseif not settings.rate_limit_rps then
    return nil
  end
  return limiter.new(settings, {
    clock = self.clock, waits = self.waits, account = asked, store = store, meter = self.meter, logger = self.logger,
  })
end

--- Makes a pipeline. It does no I/O until it is called, and knows the world by its ports alone: with a clock, a
-- random, a transport and a host of one's own it runs anywhere.
-- @tparam table ports what the stages work on:
--   `settings` (of ses.config), `clock`, `random`, `transport` (ports of ses.ports),
--   `credentials` (function(deadline) → a credentials userdata, or nil, err), `reject_credentials`
--   (function(credentials) → whether others can be had; may be nil), `signer` (of ses.core.sigv4),
--   `logger` (of ses.observe.logger, or nil), `meter` (of ses.observe.meter, told of what is counted; or nil), `tracer`
--   (of ses.observe.tracer, told of the stages of each call; or nil), `host`
--   (of ses.adapters.host: its `can_wait`, `condition`, `background` and `shared_store`; or nil where nothing runs
--   beside a call), `endpoint` (function(params, op) → the answer of ses.endpoint.resolve; for
--   nil, SES's own), `is_other` (whether other services than SES are called)
-- @treturn ses.Pipeline
function pipeline.new(ports)
  local self = { skew_seconds = 0 }
  for name, port in pairs(ports) do self[name] = port end
  local settings = self.settings
  local store = self.host and self.host.shared_store(settings)
  self.waits = waits.new(self.clock, self.host)
  self.retry = retry.new(settings)
  self.breakers = breaker.new(settings, {
    clock = self.clock, store = store, meter = self.meter, logger = self.logger, is_other = self.is_other,
  })
  self.limiter = limiter_of(self, settings, store)
  self.shares = store ~= nil and self.limiter ~= nil
  if settings.retry_mode == "adaptive" then self.send_rate = send_rate.new(self) end
  local limit = settings.max_concurrent_requests
  if limit and self.host then self.gate = gate.new(limit, self) end
  if self.meter then self.meter:watch(self.breakers) end
  if self.tracer and not self.is_other then self.tracer:watch(self.breakers, self.limiter) end
  return setmetatable(self, Pipeline)
end

-- Every error leaves here with what its reader needs to find the call again.
local function finish_error(err, op, state)
  err.operation = op.name
  err.attempts = state.attempts
  if state.doubts > 0 then
    err.in_doubt = true
    err.in_doubt_attempts = state.doubts
  end
  return nil, err
end

local function time_is_over()
  return errors.new {
    kind = "timeout", code = "OperationTimeout", message = "the operation's time ran out before a request could leave",
  }
end

local function exchange(self, state, left_ms)
  local settings, trace = self.settings, state.trace
  if trace then trace:enter "ses.request_build" end
  local request, err = request_stage.build(self, state, state.credentials)
  if trace then trace:leave(err) end
  if not request then return nil, err end
  local meter, logger = self.meter, self.logger
  if logger then logger:requested(state, request) end
  if trace then trace:enter "ses.http_request" end
  if meter then meter:started(state) end
  local response
  response, err = self.transport:perform(request, {
    connect_timeout_ms = math.min(settings.connect_timeout_ms, left_ms),
    timeout_ms = math.min(state.read_timeout_ms, left_ms), release = true,
  })
  if meter then meter:ended(state) end
  if trace then trace:exchanged(state, response, err) end
  if logger then logger:answered(state, response, err) end
  request:close()
  if err and err.kind == "cancelled" and self.waits.closed then
    err.code, err.message = "ClientClosed", "the client was closed meanwhile"
  end
  return response, err
end

-- What the service says of a signature may repeat what was signed, the session token with it.
local function hide_secrets(err, credentials)
  local known, message = pcall(credentials.redact, credentials, err.message)
  err.message = known and message or "the service's words are not shown, since the client was closed meanwhile"
end

-- Whose rate it is: that of an account at an endpoint.
local function scope_of(self, state)
  if not self.shares then return "" end
  local credentials = state.credentials
  return core.digest.sha256(table.concat({
    state.parts.url:match("^%a+://[^/?]+"), credentials:account_id() or credentials:access_key_id(),
  }, "\n")):sub(1, 32)
end

-- Sends the request, where nothing stands against it, and learns from what becomes of it.
local function send(self, state)
  local url = state.parts.endpoint
  local left_ms = (state.deadline - self.clock.monotonic()) * 1000
  if left_ms <= 0 then return nil, time_is_over() end
  local allowed, generation = self.breakers:allow(url)
  if not allowed then return nil, generation end
  state.attempts = state.attempts + 1
  local result
  local response, err = exchange(self, state, left_ms)
  if response then
    local trace = state.trace
    if trace then trace:enter "ses.response_parse" end
    result, err = classify.response(state.op, response, self.clock.now(), trace)
    if trace then trace:leave(err and err.kind == "parse" and err or nil) end
    if err then hide_secrets(err, state.credentials) end
  end
  if self.meter then self.meter:answered(state, err) end
  self.breakers:tell(url, generation, err, response)
  local throttled = err and err.kind == "throttling" and err.retryable or false
  if self.send_rate then self.send_rate:update(throttled) end
  if self.limiter and state.cost > 0 and (throttled or result and recipients.throttled(state.op.name, result)) then
    self.limiter:throttled(state)
  end
  if not result then return nil, err, response, true end
  return result, nil, response, true
end

-- Stands in the lines of the two limits on the rate, and sends.
local function pass_limits(self, state)
  local ok, ticket
  if self.send_rate then
    ok, ticket = self.send_rate:pass(state)
    if not ok then return nil, ticket end
  end
  if self.limiter then
    ok, ticket = self.limiter:pass(state)
    if not ok then return nil, ticket end
  end
  local result, err, response, sent = send(self, state)
  if not sent and self.limiter and state.cost > 0 then self.limiter:give_back(state, ticket) end
  return result, err, response
end

-- One try: from the credentials to a parsed answer.
local function attempt(self, state)
  local trace = state.trace
  if trace then trace:enter "ses.credential_resolution" end
  local credentials, err = self.credentials(state.deadline)
  if trace then trace:credentials(credentials, err) end
  if not credentials then return nil, err end
  state.credentials = credentials
  if self.limiter and state.cost > 0 then
    state.scope = scope_of(self, state)
    local ok
    ok, err = self.limiter:prepare(state)
    if not ok then return nil, err end
  end
  if not self.gate then return pass_limits(self, state) end
  local holder
  holder, err = self.gate:enter(state.deadline)
  if not holder then return nil, err end
  local result, response
  result, err, response = pass_limits(self, state)
  self.gate:leave(holder)
  return result, err, response
end

local EXPIRED = { ExpiredToken = true, ExpiredTokenException = true }

-- Once a call: where the service says that the credentials have expired, others may be had.
local function renew_credentials(self, state, err)
  if not EXPIRED[err.code] or state.renewed or not self.reject_credentials then return false end
  state.renewed = self.reject_credentials(state.credentials)
  if state.renewed and self.logger then self.logger:rejected_credentials() end
  return state.renewed
end

-- What ses itself refuses is not tried again: it would only be refused again.
local OWN_REFUSALS = { circuit_open = true, rate_limited = true }

local function may_retry(state, err)
  if err.in_doubt and state.sends then
    state.doubts = state.doubts + 1
    if not state.retry_in_doubt then return false end
  end
  return err.retryable and not OWN_REFUSALS[err.kind]
end

-- Whether there is to be another try. → boolean, the error where there is not
local function go_on(self, state, err, response)
  if may_retry(state, err) then
    local again, ended = retry.wait(self, state, err, response)
    return again, ended or err
  end
  if skew.learn(self, state, err, response) or renew_credentials(self, state, err) then
    if state.trace then state.trace:retry(state) end
    return true
  end
  -- A refusal of ours says less than what the service said before it.
  local before = OWN_REFUSALS[err.kind] and state.failure
  return false, before or err
end

local function option(options, settings, name)
  local value = options and options[name]
  if value == nil then value = settings[name] end
  return value
end

--- Calls an operation.
-- @tparam table op of ses.model
-- @tparam table params AWS's own names and shapes
-- @tparam ?table options `retry_in_doubt`, `operation_timeout_ms` and `read_timeout_ms` for this call alone;
--   `traceparent` and `tracestate` of the caller's trace
-- @treturn table the result in AWS's names; `false` never
-- @treturn[2] nil
-- @treturn[2] ses.Error whose `in_doubt` is true where a send may have reached the service
-- @return a table { attempts =, in_doubt_attempts =, request_id =, warnings = } as third value, in both
--   cases; `warnings`, where there are any, is a list of { path =, message = }: what SES may refuse
function Pipeline:call(op, params, options)
  -- Room for all that the stages put there.
  local state = {
    op = op, params = params, attempts = 0, tries = 0, doubts = 0,
    sends = recipients.sends(op.name),
    cost = recipients.count(op.name, params),
    retry_in_doubt = option(options, self.settings, "retry_in_doubt") ~= false,
    parts = nil, invocation_id = nil, deadline = nil, credentials = nil, signed_at = nil,
    read_timeout_ms = option(options, self.settings, "read_timeout_ms"),
  }
  local info = { attempts = 0, in_doubt_attempts = 0, request_id = nil, warnings = nil }
  local meter = self.meter
  local trace = self.tracer and self.tracer:start(op, options)
  state.trace = trace
  if trace then trace:enter "ses.request_prepare" end
  local parts, err
  parts, err, info.warnings = request_stage.prepare(self, op, params)
  local logger = self.logger
  if trace then trace:leave(err) end
  if not parts then
    err.operation = op.name
    if meter then meter:failed(op.name, err) end
    if trace then trace:finish(state, nil, err) end
    if logger then logger:refused(op.name, err) end
    return nil, err, info
  end
  state.parts = parts
  state.invocation_id = request_stage.invocation_id(self.random)
  state.deadline = self.clock.monotonic() + option(options, self.settings, "operation_timeout_ms") / 1000
  if logger then logger:began(state) end
  while true do
    state.tries = state.tries + 1
    local result, failure, response = attempt(self, state)
    info.attempts, info.in_doubt_attempts = state.attempts, state.doubts
    if trace and state.tries > 1 then trace:leave(failure) end
    if result then
      retry.succeeded(self, state)
      if meter then meter:finished(state, result) end
      if logger then logger:succeeded(state, result, response) end
      info.request_id = parse.request_id(response.headers)
      if trace then trace:finish(state, result, nil, info.request_id) end
      return result, nil, info
    end
    if meter then meter:failed(op.name, failure) end
    local again, ended = go_on(self, state, failure, response)
    if again and logger then logger:retried(state, failure) end
    failure = ended
    state.failure = failure
    info.in_doubt_attempts = state.doubts
    if again then
      if meter then meter:retried(op.name) end
    else
      if meter then meter:finished(state) end
      if trace then trace:finish(state, nil, failure) end
      local _, final = finish_error(failure, op, state)
      if logger then logger:failed(state, final) end
      return nil, final, info
    end
  end
end

--- The most recipients that the rate limit lets go at once. May ask for the account's rate.
-- @tparam number deadline of the monotonic clock
-- @treturn ?number nil where there is no limit, or its rate is not known
function Pipeline:most_at_once(deadline)
  return self.limiter and self.limiter:most_at_once(deadline)
end

--- Ends the waits of all calls; they and all later ones answer with an error.
function Pipeline:close()
  self.waits:close()
  if self.gate then self.gate:close() end
end

--- Presigns a call, which is not made.
-- @tparam table op of ses.model
-- @tparam table params AWS's own names and shapes
-- @tparam number expires seconds
-- @treturn table { method =, url =, headers =, body = }
-- @treturn[2] nil
-- @treturn[2] ses.Error
function Pipeline:presign(op, params, expires)
  local parts, err = request_stage.prepare(self, op, params)
  local credentials, presigned
  if parts then credentials, err = self.credentials() end
  if credentials then presigned, err = request_stage.presign(self, parts, credentials, expires) end
  if presigned then return presigned end
  err.operation = op.name
  if self.logger then self.logger:refused(op.name, err) end
  return nil, err
end

return pipeline
