--- What an answer means: a result, or an error with its kind and whether a second try can help.
-- @module ses.pipeline.classify
local codes = require "ses.pipeline.codes"
local errors = require "ses.errors"
local parse = require "ses.model.parse"
local recipients = require "ses.pipeline.recipients"
local retry_after = require "ses.pipeline.retry_after"

local classify = {}

-- A proxy's 5xx says nothing of what became of the request behind it; nor does its 503, in words or without: where
-- one proxy had nobody to pass the request to, another lost the connection on which it had passed it on (Envoy's
-- "upstream connect error or disconnect/reset before headers").
local function may_have_been_done(response)
  if response.status < 500 then return false end
  local headers = response.headers
  return headers["x-amzn-requestid"] == nil and headers["x-amzn-errortype"] == nil
end

-- SES throttles for the rate, which a wait mends, and for the day's quota, which it does not.
local function is_daily(err)
  return err.kind == "throttling" and err.message:lower():find("daily", 1, true) ~= nil
end

--- Gives kind and retryability to an error that the service, or something before it, answered.
-- @tparam table op of ses.model
-- @tparam table response { status =, headers =, body = }
-- @tparam ?number now seconds since 1970, for a `Retry-After` that is a date
-- @tparam ?table trace of the call
-- @treturn ses.Error
function classify.error(op, response, now, trace)
  local err = parse.error(op, response, trace)
  err.status = response.status
  err.request_id = err.request_id or response.headers["x-amzn-requestid"]
  err.kind, err.retryable = codes.of_answer(err.code, response.status)
  if is_daily(err) then err.retryable = false end
  local amz_ms, http_ms = retry_after.read(response.headers, now)
  local asked_ms = amz_ms or http_ms
  err.retry_after = asked_ms and asked_ms / 1000
  if may_have_been_done(response) and recipients.sends(op.name) then err.in_doubt = true end
  return err
end

-- What SES never leaves out when it has taken a send. An answer without it is somebody else's, such as a
-- proxy's empty 200.
local RECEIPT = {
  SendEmail = "MessageId", SendCustomVerificationEmail = "MessageId", SendBulkEmail = "BulkEmailEntryResults",
}

local function result_of(op, response, trace)
  local result, err = parse.response(op, response, trace)
  local receipt = RECEIPT[op.name]
  if not result or not receipt or result[receipt] ~= nil then return result, err end
  return nil, errors.new {
    kind = "parse", code = "UnreadableResponse", message = "the answer cannot be read: it has no " .. receipt,
  }
end

--- Turns an answer into a result or an error.
-- @tparam table op of ses.model
-- @tparam table response { status =, headers =, body = }
-- @tparam ?number now seconds since 1970
-- @tparam ?table trace of the call
-- @treturn table the result in AWS's names
-- @treturn[2] nil
-- @treturn[2] ses.Error
function classify.response(op, response, now, trace)
  local status = response.status
  if status < 200 or status > 299 then return nil, classify.error(op, response, now, trace) end
  local result, err = result_of(op, response, trace)
  if result then return result end
  if not errors.is(err) then err = errors.new { kind = "parse", code = "ParseError", message = tostring(err) } end
  err.status = status
  err.request_id = parse.request_id(response.headers)
  -- The service said yes in words that nobody could read: the mail may well be on its way.
  if recipients.sends(op.name) then err.in_doubt = true end
  return nil, err
end

return classify
