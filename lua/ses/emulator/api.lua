--- The HTTP API of SES v2: from a request to the operation and back.
-- @module ses.emulator.api
local arn = require "ses.emulator.arn"
local auth = require "ses.emulator.auth"
local errors = require "ses.emulator.errors"
local faults = require "ses.emulator.faults"
local input = require "ses.emulator.input"
local operations = require "ses.emulator.operations"
local response = require "ses.emulator.response"
local router = require "ses.emulator.router"
local serialise = require "ses.model.serialise"
local validate = require "ses.model.validate"

local api = {}


local function bad_request(err)
  local count = #(err.faults or { 1 })
  return errors.fault("BadRequestException", "%d validation error%s detected: %s", count,
    count == 1 and "" or "s", err.message)
end

-- The operation's result, or nil and the error that SES answers.
local function perform(op, labels, request, context)
  local operation = operations[op.name]
  if not operation then
    return errors.fail("NotImplementedException", "The emulator does not emulate %s yet.", op.name)
  end
  local params, reason = input.read(op, labels, request.query, request.body)
  if not params then return errors.fail("SerializationException", "The body cannot be read: %s", reason) end
  local ok, err = validate.input(op, params)
  if not ok then return nil, bad_request(err) end
  return operation(params, context)
end

local function answer(op, result, fault)
  if not result then return response.fault(fault) end
  local body = op.output and assert(serialise.json(op.output, result)) or "{}"
  return response.send(200, "application/json", body)
end

-- The answer that a test asked for in the place of the operation's own.
local function answer_wrongly(wanted)
  for name, value in pairs(wanted.headers or {}) do ngx.header[name] = value end
  if wanted.body then
    -- Whoever says this in SES's place has no request id of AWS's.
    if not (wanted.headers and wanted.headers["x-amzn-RequestId"]) then ngx.header["x-amzn-RequestId"] = nil end
    return response.send(wanted.status, ngx.header["Content-Type"] or "text/html", wanted.body)
  end
  local code = wanted.code or (wanted.status == 429 and "TooManyRequestsException")
    or "InternalServiceErrorException"
  return response.fault { status = wanted.status, code = code, message = wanted.message or "An injected fault." }
end

local function with_fault(wanted, op, work)
  local result, err
  local is_performed = wanted.processed
  if is_performed == nil then is_performed = not wanted.status end
  if is_performed then result, err = work() end
  if wanted.delay_ms then ngx.sleep(wanted.delay_ms / 1000) end
  if wanted.close then return response.close() end
  if wanted.status then return answer_wrongly(wanted) end
  return answer(op, result, err)
end

local function authenticate(request, settings, now)
  if settings.verify then return auth.check(request, settings, now) end
  return { region = auth.claimed_region(request) or arn.DEFAULT_REGION }
end

--- Answers a request below /v2/email/.
-- @tparam table request { method =, path =, query =, headers =, body = }
-- @tparam table settings of the emulator
-- @tparam number now seconds since 1970
function api.handle(request, settings, now)
  local op, labels = router.find(request.method, request.path)
  if not op then
    return response.fault(errors.fault("UnknownOperationException",
      "SES v2 has no operation with this method and path."))
  end
  local identity, err = authenticate(request, settings, now)
  if not identity then return response.fault(err) end
  local context = { now = now, region = identity.region, settings = settings, source_ip = ngx.var.remote_addr }
  local function work() return perform(op, labels, request, context) end
  local wanted = faults.take(op.name, request.body)
  if wanted then return with_fault(wanted, op, work) end
  return answer(op, work())
end

return api
