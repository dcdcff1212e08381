--- The errors that SES answers with: HTTP status, code (in x-amzn-errortype) and message (in the body).
--
-- Sources: AWS's service model of SES v2 for the errors of the operations; "Common error types" of the
-- SES v2 API reference for those before an operation is reached; the words of the messages as they
-- stand in public reports of users and in floci's tests against AWS.
-- @module ses.emulator.errors
local errors = {}

local STATUS_OF_CODE = {
  AlreadyExistsException = 400, BadRequestException = 400, ConflictException = 409,
  InvalidNextTokenException = 400, LimitExceededException = 400,
  MessageRejected = 400, NotFoundException = 404, SendingPausedException = 400,
  TooManyRequestsException = 429, SerializationException = 400,
  -- Before the operation. AWS's rest-json services answer 403 to all faults of authentication.
  IncompleteSignatureException = 403, InvalidSignatureException = 403,
  MissingAuthenticationTokenException = 403, UnrecognizedClientException = 403,
  UnknownOperationException = 404, RequestEntityTooLargeException = 413,
  InternalServiceErrorException = 500,
  -- SES knows the operation, the emulator does not.
  NotImplementedException = 501,
}

local Fault = { __name = "ses.emulator.Fault" }

--- Makes an error.
-- @tparam string code one of those above
-- @tparam string message
-- @tparam ?any ... values for string.format
-- @treturn table { code =, status =, message = }
function errors.fault(code, message, ...)
  if select("#", ...) > 0 then message = message:format(...) end
  return setmetatable({ code = code, status = STATUS_OF_CODE[code] or 400, message = message }, Fault)
end

--- The same behind a nil, as operations return it.
function errors.fail(code, message, ...)
  return nil, errors.fault(code, message, ...)
end

return errors
