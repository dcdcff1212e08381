--- The table of errors: what each code means for the next try.
--
-- Sources: "Common Errors" and the operations' own errors, Amazon SES API v2 Reference; "Retry behavior", AWS
-- SDKs and Tools Reference Guide, whose throttling and transient codes are all here. One of them differs:
-- `LimitExceededException` is throttling elsewhere, while SES answers so when there may be no more of
-- something, or no more mail today, which a wait of seconds does not mend.
-- @module ses.pipeline.codes
local codes = {}

---@class ses.Code
---@field code string
---@field from string who says so: "service" (AWS), "transport" (the connection), "client" (ses itself)
---@field kind string of ses.errors
---@field retryable boolean whether another try may help

local function rows(from, kind, retryable, names)
  for name in names:gmatch("%S+") do
    codes.list[#codes.list + 1] = { code = name, from = from, kind = kind, retryable = retryable }
  end
end

--- Every code, a `ses.Code` each.
codes.list = {}

rows("service", "throttling", true, [[
  TooManyRequestsException TooManyRequests Throttling ThrottlingException ThrottledException RequestThrottled
  RequestThrottledException RequestLimitExceeded BandwidthLimitExceeded PriorRequestNotComplete SlowDown
  TransactionInProgressException ProvisionedThroughputExceededException EC2ThrottledException]])
rows("service", "service", true, [[
  InternalServiceErrorException InternalFailure InternalServerError InternalError ServiceUnavailable
  ServiceUnavailableException BadGateway GatewayTimeout]])
rows("service", "client", true, "ConcurrentModificationException RequestTimeout RequestTimeoutException")
rows("service", "signing", false, [[
  InvalidSignatureException SignatureDoesNotMatch IncompleteSignature IncompleteSignatureException
  RequestTimeTooSkewed RequestExpired RequestInTheFuture MissingAuthenticationToken
  MissingAuthenticationTokenException]])
rows("service", "credentials", false, [[
  UnrecognizedClientException InvalidClientTokenId InvalidClientTokenIdException InvalidAccessKeyId ExpiredToken
  ExpiredTokenException InvalidToken AccessDenied AccessDeniedException NotAuthorized OptInRequired]])
rows("service", "client", false, [[
  BadRequestException BadRequest NotFoundException NotFound MessageRejected MailFromDomainNotVerifiedException
  MailFromDomainNotVerified AccountSuspendedException AccountSuspended SendingPausedException SendingPaused
  LimitExceededException AlreadyExistsException ConflictException InvalidNextTokenException ValidationError
  ValidationException InvalidParameterValue InvalidAction MalformedHttpRequestException
  RequestAbortedException UnknownOperationException SerializationException Unauthorized Forbidden
  ProxyAuthenticationRequired RequestEntityTooLarge]])

rows("transport", "network", true, [[
  ConnectionRefused HostUnreachable NameResolution ConnectionReset IncompleteResponse InvalidResponse ProxyError
  NetworkError]])
rows("transport", "timeout", true, "ConnectionTimeout RequestTimeout PoolTimeout")
-- Of TLS a handshake that breaks off is tried again all the same: the error says so itself.
rows("transport", "network", false, "TLSError ResponseTooLarge")
rows("transport", "cancelled", false, "Cancelled")

rows("client", "circuit_open", true, "CircuitOpen")
rows("client", "rate_limited", true, "RateLimitExceeded DailyQuotaExceeded TooManyConcurrentRequests")
rows("client", "timeout", false, "OperationTimeout")
rows("client", "parse", false, "UnreadableResponse")
rows("client", "client", false, "ClientClosed TransportClosed WrongPhase")

local of_service = {}
for _, row in ipairs(codes.list) do
  if row.from == "service" then of_service[row.code] = row end
end

local TRANSIENT_STATUS = { [500] = true, [502] = true, [503] = true, [504] = true }

--- What an answer that is an error means.
-- @tparam ?string code AWS's
-- @tparam integer status
-- @treturn string the kind
-- @treturn boolean whether another try may help
function codes.of_answer(code, status)
  local row = of_service[code]
  if row and row.kind == "throttling" or status == 429 then return "throttling", true end
  local retryable = TRANSIENT_STATUS[status] == true
  if row and (row.kind ~= "client" or status < 500) then return row.kind, row.retryable or retryable end
  return status >= 500 and "service" or "client", retryable or row ~= nil and row.retryable
end

return codes
