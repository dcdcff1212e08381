--- What an answer means: a result, or an error with its kind and whether a second try can help.
-- @module ses.pipeline.classify
-- Source: "Retry behavior", AWS SDKs and Tools Reference Guide; "Common Errors", Amazon SES API v2
-- Reference.
local errors = require "ses.errors"
local parse = require "ses.model.parse"
local recipients = require "ses.pipeline.recipients"

local classify = {}

local function set(...)
  local names = {}
  for _, name in ipairs { ... } do names[name] = true end
  return names
end

local THROTTLING = set("TooManyRequestsException", "Throttling", "ThrottlingException", "ThrottledException",
  "RequestThrottled", "RequestThrottledException", "RequestLimitExceeded", "BandwidthLimitExceeded",
  "PriorRequestNotComplete", "SlowDown", "TransactionInProgressException",
  "ProvisionedThroughputExceededException", "EC2ThrottledException")

local TRANSIENT = set("RequestTimeout", "RequestTimeoutException", "InternalServiceErrorException",
  "InternalFailure", "InternalServerError", "ServiceUnavailable", "ServiceUnavailableException",
  "ConcurrentModificationException")

local SIGNING = set("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
  "IncompleteSignatureException", "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
  "MissingAuthenticationToken", "MissingAuthenticationTokenException")

local CREDENTIALS = set("UnrecognizedClientException", "InvalidClientTokenId", "InvalidClientTokenIdException",
  "ExpiredToken", "ExpiredTokenException", "InvalidToken", "AccessDenied", "AccessDeniedException",
  "OptInRequired", "InvalidAccessKeyId")

local TRANSIENT_STATUS = { [500] = true, [502] = true, [503] = true, [504] = true }

-- Milliseconds and seconds as the two headers have them; a date form and nonsense are left alone.
local function retry_after(headers)
  local ms = tonumber(headers["x-amz-retry-after"])
  if ms and ms >= 0 then return ms / 1000 end
  local seconds = tonumber(headers["retry-after"])
  if seconds and seconds >= 0 then return seconds end
  return nil
end

local function kind_of(code, status)
  if THROTTLING[code] or status == 429 then return "throttling" end
  if SIGNING[code] then return "signing" end
  if CREDENTIALS[code] then return "credentials" end
  if status >= 500 then return "service" end
  return "client"
end

-- A proxy's 5xx says nothing of what became of the request behind it.
local function is_of_service(response)
  return response.headers["x-amzn-requestid"] ~= nil or response.headers["x-amzn-errortype"] ~= nil
end

--- Gives kind and retryability to an error that the service, or something before it, answered.
-- @tparam table op of ses.model
-- @tparam table response { status =, headers =, body = }
-- @treturn ses.Error
function classify.error(op, response)
  local err = parse.error(op, response)
  local status = response.status
  err.status = status
  err.kind = kind_of(err.code, status)
  err.retryable = err.kind == "throttling" or TRANSIENT[err.code] == true or TRANSIENT_STATUS[status] == true
  err.retry_after = retry_after(response.headers)
  if status >= 500 and not is_of_service(response) and recipients.sends(op.name) then
    err.in_doubt = true
  end
  return err
end

--- Turns an answer into a result or an error.
-- @tparam table op of ses.model
-- @tparam table response { status =, headers =, body = }
-- @treturn table the result in AWS's names
-- @treturn[2] nil
-- @treturn[2] ses.Error
function classify.response(op, response)
  local status = response.status
  if status < 200 or status > 299 then return nil, classify.error(op, response) end
  local result, err = parse.response(op, response)
  if result then return result end
  if not errors.is(err) then err = errors.new { kind = "parse", code = "ParseError", message = tostring(err) } end
  err.status = status
  err.request_id = parse.request_id(response.headers)
  -- The service said yes in words that nobody could read: the mail may well be on its way.
  if recipients.sends(op.name) then err.in_doubt = true end
  return nil, err
end

return classify
