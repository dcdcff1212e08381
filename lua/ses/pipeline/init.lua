--- The one way that a request takes, whatever its operation: validate and serialise, credentials,
-- rate limiter, circuit breaker, sign, transport, parse, classify, and again where that helps.
-- @module ses.pipeline
local errors = require "ses.errors"
local lazy = require "ses.lazy"

local classify = lazy "ses.pipeline.classify"
local parse = lazy "ses.model.parse"
local recipients = lazy "ses.pipeline.recipients"
local request_stage = lazy "ses.pipeline.request"
local retry = lazy "ses.pipeline.retry"
local skew = lazy "ses.pipeline.skew"

local pipeline = {}

local Pipeline = { __name = "ses.Pipeline" }
Pipeline.__index = Pipeline

--- Makes a pipeline. It does no I/O until it is called.
-- @tparam table ports what the stages work on:
--   `settings` (of ses.config), `clock`, `random`, `transport` (ports of ses.ports),
--   `credentials` (function(deadline) → a credentials userdata, or nil, err), `reject_credentials`
--   (function(credentials) → whether others can be had; may be nil), `signer` (of ses.core.sigv4),
--   `sink` (a port, or nil), `limiter`, `breaker` (of ses.core; either may be nil), `endpoint`
--   (function(params) → the answer of ses.endpoint.resolve)
-- @treturn ses.Pipeline
function pipeline.new(ports)
  local self = { skew_seconds = 0 }
  for name, port in pairs(ports) do self[name] = port end
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

-- Waits until the limiter lets `cost` recipients through, or says why it will not be in time. The second
-- value is the reservation's ticket.
local function pass_limiter(self, state)
  local limiter, cost = self.limiter, state.cost
  if not limiter or cost == 0 then return true end
  local now = self.clock.monotonic()
  local wait, ticket = limiter:reserve(cost, now)
  if not wait then return nil, errors.from_core(ticket, { kind = "rate_limited" }) end
  if wait > 0 then
    if now + wait > state.deadline then
      limiter:cancel(cost, ticket)
      return nil, errors.new {
        kind = "rate_limited", code = "RateLimitExceeded", retryable = true, retry_after = wait,
        message = string.format("the rate limit asks for a wait of %.1f s, longer than the operation may last",
          wait),
      }
    end
    local slept, err = self.clock.sleep(wait)
    if not slept then
      limiter:cancel(cost, ticket)
      return nil, err
    end
  end
  return true, ticket
end

-- The answer's second value names the breaker's state of this moment, so that what comes of the request
-- is not held against a later one.
local function pass_breaker(self)
  local breaker = self.breaker
  if not breaker then return true end
  local allowed, wait = breaker:allow(self.clock.monotonic())
  if allowed then return true, wait end
  return nil, errors.new {
    kind = "circuit_open", code = "CircuitOpen", retryable = true, retry_after = wait,
    message = "the circuit breaker is open after repeated failures; it lets a trial through in "
      .. string.format("%.1f s", wait or 0),
  }
end

-- The breaker watches the service's health: an answer, even a refusal, is a sign of life; a request
-- that never left says nothing.
local function tell_breaker(self, generation, err, response)
  local breaker = self.breaker
  if not breaker then return end
  local now = self.clock.monotonic()
  if err and (err.kind == "network" or err.kind == "timeout" or err.kind == "service") then
    breaker:failure(now, generation)
  elseif response then
    breaker:success(now, generation)
  else
    breaker:cancel(generation)
  end
end

local function exchange(self, state, credentials)
  local settings = self.settings
  local left_ms = (state.deadline - self.clock.monotonic()) * 1000
  if left_ms <= 0 then
    return nil, errors.new {
      kind = "timeout", code = "OperationTimeout",
      message = "the operation's time of " .. settings.operation_timeout_ms .. " ms ran out",
    }
  end
  local request, err = request_stage.build(self, state, credentials)
  if not request then return nil, err end
  local response
  response, err = self.transport:perform(request, {
    connect_timeout_ms = math.min(settings.connect_timeout_ms, left_ms),
    timeout_ms = math.min(settings.read_timeout_ms, left_ms),
  })
  request:close()
  return response, err
end

-- What the service says of a signature may repeat what was signed, the session token with it.
local function hide_secrets(err, credentials)
  local known, message = pcall(credentials.redact, credentials, err.message)
  err.message = known and message or "the service's words are not shown, since the client was closed meanwhile"
end

-- One try: from the credentials to a parsed answer.
local function attempt(self, state)
  local credentials, err = self.credentials(state.deadline)
  if not credentials then return nil, err end
  state.credentials = credentials
  local ok, ticket = pass_limiter(self, state)
  if not ok then return nil, ticket end
  local generation
  ok, generation = pass_breaker(self)
  if not ok then
    if ticket then self.limiter:cancel(state.cost, ticket) end
    return nil, generation
  end
  local response, result
  response, err = exchange(self, state, credentials)
  if response then
    result, err = classify.response(state.op, response)
    if err then hide_secrets(err, credentials) end
  end
  tell_breaker(self, generation, err, response)
  if not result then return nil, err, response end
  return result, nil, response
end

local EXPIRED = { ExpiredToken = true, ExpiredTokenException = true }

-- Once a call: where the service says that the credentials have expired, others may be had.
local function renew_credentials(self, state, err)
  if not EXPIRED[err.code] or state.renewed or not self.reject_credentials then return false end
  state.renewed = self.reject_credentials(state.credentials)
  return state.renewed
end

local function may_retry(self, state, err)
  if err.in_doubt and state.sends then
    state.doubts = state.doubts + 1
    if not state.retry_in_doubt then return false end
  end
  return err.retryable and state.attempts <= self.settings.max_retries
end

local function option(options, settings, name)
  local value = options and options[name]
  if value == nil then value = settings[name] end
  return value
end

--- Calls an operation.
-- @tparam table op of ses.model
-- @tparam table params AWS's own names and shapes
-- @tparam ?table options `retry_in_doubt` and `operation_timeout_ms` for this call alone
-- @treturn table the result in AWS's names; `false` never
-- @treturn[2] nil
-- @treturn[2] ses.Error whose `in_doubt` is true where a send may have reached the service
-- @return a table { attempts =, in_doubt_attempts =, request_id =, warnings = } as third value, in both
--   cases; `warnings`, where there are any, is a list of { path =, message = }: what SES may refuse
function Pipeline:call(op, params, options)
  local state = {
    op = op, params = params, attempts = 0, doubts = 0,
    sends = recipients.sends(op.name),
    cost = recipients.count(op.name, params),
    retry_in_doubt = option(options, self.settings, "retry_in_doubt") ~= false,
  }
  local info = { attempts = 0, in_doubt_attempts = 0 }
  local parts, err
  parts, err, info.warnings = request_stage.prepare(self, op, params)
  if not parts then
    err.operation = op.name
    return nil, err, info
  end
  state.parts = parts
  state.invocation_id = request_stage.invocation_id(self.random)
  state.deadline = self.clock.monotonic() + option(options, self.settings, "operation_timeout_ms") / 1000
  while true do
    state.attempts = state.attempts + 1
    local result, failure, response = attempt(self, state)
    info.attempts, info.in_doubt_attempts = state.attempts, state.doubts
    if result then
      info.request_id = parse.request_id(response.headers)
      return result, nil, info
    end
    local again = may_retry(self, state, failure)
    if not again and (skew.learn(self, state, failure, response) or renew_credentials(self, state, failure)) then
      again = true
    elseif again then
      local cancelled
      again, cancelled = retry.wait(self, state, failure)
      failure = cancelled or failure
    end
    info.in_doubt_attempts = state.doubts
    if not again then
      local _, final = finish_error(failure, op, state)
      return nil, final, info
    end
  end
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
  return nil, err
end

return pipeline
