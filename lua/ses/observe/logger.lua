--- What a client's pipeline tells of its work, as lines of a log. Where nothing is to be logged there is none, and the
-- pipeline looks no further than that. docs/observability.md says what belongs to which level.
-- @module ses.observe.logger
local errors = require "ses.errors"
local log_writer = require "ses.observe.log_writer"
local serialise = require "ses.model.serialise"

local logger = {}

local Logger = { __name = "ses.Logger" }
Logger.__index = Logger

local RANK = log_writer.RANK

-- ---- parts of a line ----

local function round(milliseconds) return math.floor(milliseconds * 100 + 0.5) / 100 end

local function since(self, from) return from and round((self.clock.monotonic() - from) * 1000) end

-- What all lines of a call have. A batch of a bulk send between two calls has no operation yet.
local function of_call(self, call, target, message)
  local params, trace = type(call.params) == "table" and call.params or {}, call.trace
  return {
    target = target, message = message, operation = call.op and call.op.name, region = self.settings.region,
    recipient_count = (call.cost or 0) > 0 and call.cost or nil, config_set = params.ConfigurationSetName,
    retry_count = math.max(0, (call.attempts or 0) - 1), trace_id = trace and trace.trace_id,
    span_id = trace and trace.spans[1].id,
  }
end

-- A code as AWS writes them, and nothing else that a proxy may have put there.
local function code_of(err) return tostring(err.code):match "^[%w_.]+$" or "an error" end

local function is_unverified(err)
  return err.code == "MailFromDomainNotVerifiedException"
    or err.code == "MessageRejected" and tostring(err.message):find("not verified", 1, true) ~= nil
end

-- What the service says may repeat what was sent to it, and what a function of the user's says may be anything: both
-- are left out.
local function words_of(err)
  if err.status then
    local words = ("SES answered %s (HTTP %d)"):format(code_of(err), err.status)
    return is_unverified(err) and words .. ": an identity is not verified" or words
  end
  if err.source == "custom" then return "the credentials function gave none" end
  return tostring(err.message)
end

local function add_error(fields, err)
  fields.error_type, fields.error_code = err.kind, code_of(err)
  fields.status, fields.request_id = err.status, err.request_id
  return fields
end

-- ---- clients and calls ----

--- Whether lines of a level are written.
-- @tparam string level
-- @treturn boolean
function Logger:writes(level) return RANK[level] <= self.rank end

local function write(self, level, fields, call) self.writer:write(level, fields, call) end

--- A client was made.
function Logger:made()
  if not self:writes "info" then return end
  local settings = self.settings
  write(self, "info", {
    target = "ses.client", message = "client made", region = settings.region, endpoint = settings.endpoint,
  })
end

--- Something that the operator should know of and that no call is at fault for.
-- @tparam string target
-- @tparam string message
function Logger:warned(target, message)
  if not self:writes "warn" then return end
  write(self, "warn", { target = target, message = message, region = self.settings.region })
end

--- SES may refuse what a call says; it is sent all the same.
-- @tparam table op
-- @tparam table warning { path =, message = }
function Logger:doubted(op, warning)
  if not self:writes "warn" then return end
  local message = warning.path ~= "" and warning.path .. " " .. warning.message or warning.message
  write(self, "warn", {
    target = "ses.validate", message = message, operation = op.name, region = self.settings.region,
  })
end

-- What a program may well expect.
local EXPECTED = {
  NotFoundException = true, AlreadyExistsException = true, Cancelled = true, ClientClosed = true,
}

local function level_of_failure(err)
  return (EXPECTED[err.code] or err.kind == "cancelled") and "warn" or "error"
end

--- A call was refused before a request.
-- @tparam string operation
-- @tparam ses.Error err
function Logger:refused(operation, err)
  local level = level_of_failure(err)
  if not self:writes(level) then return end
  write(self, level, add_error({
    target = "ses.validate", message = ("%s was refused: %s"):format(operation, words_of(err)), operation = operation,
    region = self.settings.region,
  }, err))
end

--- A call begins.
-- @tparam table call the state of the call
function Logger:began(call) call.logged_from = self.clock.monotonic() end

-- Operations that change what mail is made of and who may send it.
local CHANGED = { EmailTemplate = "template", VerificationEmailTemplate = "template", EmailIdentity = "identity" }

local CHANGES = { Create = true, Update = true, Delete = true, Put = true }

local function changed_by(operation)
  if not CHANGES[operation:match "^%u%l+"] then return nil end
  for name, what in pairs(CHANGED) do
    if operation:find(name, 1, true) then return what end
  end
end

local function count_accepted(result)
  local accepted, entries = 0, type(result.BulkEmailEntryResults) == "table" and result.BulkEmailEntryResults or {}
  for _, entry in ipairs(entries) do
    if type(entry) == "table" and entry.Status == "SUCCESS" then accepted = accepted + 1 end
  end
  return #entries, accepted
end

-- → the level and the message of a call that SES has answered; the counts of a bulk send
local function outcome(call, result)
  local name = call.op.name
  if name == "SendBulkEmail" then
    local entries, accepted = count_accepted(result)
    if accepted < entries then return "warn", "entries of a bulk mail were not accepted", entries, accepted end
    return "info", "bulk mail sent", entries, accepted
  end
  if call.sends then return "info", "mail sent" end
  local what = changed_by(name)
  if what then return "info", what .. " changed" end
  return "debug", "answered"
end

--- A call has its result.
-- @tparam table call
-- @tparam table result in AWS's names
-- @tparam table response
function Logger:succeeded(call, result, response)
  local level, message, entries, accepted = outcome(call, result)
  if not self:writes(level) then return end
  local fields, params = of_call(self, call, "ses.pipeline", message), call.params
  fields.message_id, fields.entries, fields.accepted = result.MessageId, entries, accepted
  fields.request_id, fields.status = response.headers["x-amzn-requestid"], response.status
  fields.duration_ms = since(self, call.logged_from)
  fields.template_name, fields.identity = params.TemplateName, params.EmailIdentity
  if self:writes "trace" then fields.response_body = result end
  write(self, level, fields, call)
end

--- A call has failed for good.
-- @tparam table call
-- @tparam ses.Error err
function Logger:failed(call, err)
  local level = level_of_failure(err)
  if not self:writes(level) then return end
  local fields = of_call(self, call, "ses.pipeline")
  local tries = fields.retry_count > 0 and (" after %d tries"):format(fields.retry_count + 1) or ""
  fields.message = ("%s failed%s: %s"):format(call.op.name, tries, words_of(err))
  fields.duration_ms = since(self, call.logged_from)
  write(self, level, add_error(fields, err), call)
end

-- ---- tries ----

local function request_fields(self, call, request)
  local fields = of_call(self, call, "ses.transport", "request sent")
  fields.endpoint, fields.request_headers = request:url(), request:headers()
  if not self:writes "trace" then return fields end
  fields.request_body, fields.body_bytes = call.params, serialise.size(call.parts.body)
  fields.signing = call.parts.signing
  return fields
end

--- A request is about to go to the transport.
-- @tparam table call
-- @tparam userdata request of ses.core.http
function Logger:requested(call, request)
  if self:writes "debug" then write(self, "debug", request_fields(self, call, request), call) end
  call.requested_at = self.clock.monotonic()
end

local function add_response(fields, response)
  if not response then return end
  fields.status, fields.request_id = response.status, response.headers["x-amzn-requestid"]
  fields.response_headers, fields.body_bytes, fields.reused = response.headers, #response.body, response.reused
end

--- The transport has answered, or failed.
-- @tparam table call
-- @tparam ?table response
-- @tparam ?ses.Error err
function Logger:answered(call, response, err)
  local milliseconds = since(self, call.requested_at)
  local level = milliseconds >= self.slow_ms and "warn" or "debug"
  if not self:writes(level) then return end
  local words = level == "warn" and "slow request" or response and "answer received" or "no answer"
  if err then words = words .. ": " .. words_of(err) end
  local fields = of_call(self, call, "ses.transport", words)
  fields.duration_ms = milliseconds
  add_response(fields, response)
  if err then add_error(fields, err) end
  write(self, level, fields, call)
end

--- A call waits before its next try.
function Logger:backing_off(call, err, wait_ms)
  if not self:writes "debug" then return end
  local fields = of_call(self, call, "ses.retry", "backing off")
  fields.wait_ms, fields.retry_count = round(wait_ms), call.tries
  write(self, "debug", add_error(fields, err), call)
end

--- Another try of a call begins.
-- @tparam table call
-- @tparam ses.Error err why the last one failed
function Logger:retried(call, err)
  if not self:writes "warn" then return end
  local fields = of_call(self, call, "ses.retry", "trying again: " .. words_of(err))
  fields.retry_count = call.tries
  write(self, "warn", add_error(fields, err), call)
end

--- A rate limit holds a call back; of a call it is told once.
-- @tparam table call
-- @tparam ?number seconds that it waits
function Logger:held_back(call, seconds)
  if call.logged_held_back or not self:writes "warn" then return end
  call.logged_held_back = true
  local fields = of_call(self, call, "ses.limiter", "held back by the rate limit")
  fields.wait_ms = seconds and round(seconds * 1000)
  write(self, "warn", fields, call)
end

--- A circuit breaker has changed.
-- @tparam string url of the endpoint
-- @tparam string before "closed", "open" or "half_open"
-- @tparam string current the same
function Logger:circuit_changed(url, before, current)
  local level = current == "open" and "error" or "info"
  if not self:writes(level) then return end
  write(self, level, {
    target = "ses.breaker", message = ("circuit breaker: %s, was %s"):format(current, before), endpoint = url,
    region = self.settings.region,
  })
end

-- ---- credentials ----

local function credentials(self, level, message, fields)
  if not self:writes(level) then return end
  fields = fields or {}
  fields.target, fields.message, fields.region = "ses.credentials", message, self.settings.region
  write(self, level, fields)
end

--- A search for credentials takes a step.
-- @tparam string kind "http", "process" or "mfa"
-- @tparam table effect of the search
function Logger:searched(kind, effect)
  if not self:writes "debug" then return end
  credentials(self, "debug", "credentials: asking by " .. kind, {
    endpoint = kind == "http" and effect.request:url() or nil,
  })
end

--- Credentials were found.
-- @tparam ?string source
-- @tparam boolean again whether there were some before
function Logger:found_credentials(source, again)
  credentials(self, again and "warn" or "debug", again and "credentials refreshed" or "credentials found",
    { source = source })
end

--- None were found.
-- @tparam ses.Error err
function Logger:missed_credentials(err)
  credentials(self, "error", "credentials: " .. words_of(err), add_error({ source = err.source }, err))
  for _, tried in ipairs(self:writes "debug" and err.tried or {}) do
    credentials(self, "debug", "credentials: not found: " .. tostring(tried.message), { source = tried.source })
  end
end

--- The service takes credentials for expired; others are looked for.
function Logger:rejected_credentials() credentials(self, "warn", "credentials have expired: others are looked for") end

-- ---- events ----

-- What SES says of an address that is on the account's list already.
local LISTED = "OnAccountSuppressionList"

--- An event of SES's came: of a bounce, of a complaint, of an address that is on the suppression list.
-- @tparam table event of ses.events.normalise
function Logger:event(event)
  local part = event.type == "bounce" and event.bounce or event.type == "complaint" and event.complaint
  if not part or not self:writes "warn" then return end
  local listed = part.subtype == LISTED
  write(self, "warn", {
    target = "ses.events", message = listed and "suppressed: on the account's suppression list" or event.type,
    region = self.settings.region, message_id = event.message_id, recipient_count = #part.recipients,
    config_set = event.configuration_set,
  })
end

--- An event could not be dealt with, or the queue of events could not be read.
-- @param err a ses.Error, or what a function of the user's raised, which is not shown
-- @tparam ?table event of ses.events.normalise
function Logger:event_failed(err, event)
  if not self:writes "warn" then return end
  local fields = {
    target = "ses.events", region = self.settings.region, message_id = event and event.message_id,
    message = event and "an event could not be dealt with" or "the queue of events failed",
  }
  write(self, "warn", errors.is(err) and add_error(fields, err) or fields)
end

--- The client is closed: where lines were left out, because the sink failed or took long, that is said once more.
-- @treturn boolean|nil true
-- @treturn ?ses.Error code "LinesNotDelivered", with `lines`: how many the sink has not taken
function Logger:flush()
  local missing = self.writer:flush {
    target = "ses.log", message = "lines were left out", region = self.settings.region,
  }
  if missing == 0 then return true end
  return nil, errors.new {
    kind = "client", code = "LinesNotDelivered", lines = missing,
    message = missing == 1 and "a line of the log could not be written" or missing
      .. " lines of the log could not be written",
  }
end

--- Makes the logger of one client.
-- @tparam table sink a port of ses.ports
-- @tparam table ports `settings` (of ses.config, with `log`), `clock`
-- @treturn ses.Logger
function logger.new(sink, ports)
  local wanted = ports.settings.log
  return setmetatable({
    settings = ports.settings, clock = ports.clock, writer = log_writer.new(sink, ports.clock),
    rank = RANK[wanted.level], slow_ms = wanted.slow_ms,
  }, Logger)
end

return logger
