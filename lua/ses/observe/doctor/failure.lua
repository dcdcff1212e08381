--- What a call that failed says of the way to SES, and what to do about it.
-- @module ses.observe.doctor.failure
-- Sources: "Common Errors", Amazon SES API v2 Reference; "Troubleshooting Amazon SES", Amazon SES Developer Guide.
local finding = require "ses.observe.doctor.finding"

local failure = {}

local RENEW = "get new temporary credentials, as by: aws sso login"
local KEY = "look whether the key is of this account, and still active; IAM's console lists them"
local SECRET = "look whether the secret access key belongs to the access key id, and was copied whole"
local CLOCK = "set the clock, as by: timedatectl set-ntp true"
local NETWORK = "look at firewall, proxy, security group and VPC endpoint: port 443 must be open"
local CERTIFICATE = "install the package ca-certificates, or name the authorities of your proxy by AWS_CA_BUNDLE"

--- What to do about a clock that is wrong.
failure.CLOCK = CLOCK

local BY_CODE = {
  NoCredentials = { "credentials", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile by --profile" },
  ExpiredCredentials = { "credentials", RENEW }, ExpiredToken = { "credentials", RENEW },
  ExpiredTokenException = { "credentials", RENEW },
  UnrecognizedClientException = { "credentials", KEY }, InvalidClientTokenId = { "credentials", KEY },
  InvalidAccessKeyId = { "credentials", KEY },
  InvalidSignatureException = { "credentials", SECRET }, SignatureDoesNotMatch = { "credentials", SECRET },
  RequestTimeTooSkewed = { "clock", CLOCK }, RequestExpired = { "clock", CLOCK },
  RequestInTheFuture = { "clock", CLOCK },
  NameResolution = { "connection", "look at DNS, and whether the region is one that has SES" },
  ConnectionRefused = { "connection", NETWORK }, HostUnreachable = { "connection", NETWORK },
  ConnectionTimeout = { "connection", NETWORK }, ProxyError = { "connection", NETWORK },
  TLSError = { "connection", CERTIFICATE },
}

local BY_KIND = {
  credentials = { "credentials", KEY }, signing = { "credentials", SECRET }, network = { "connection", NETWORK },
  timeout = { "connection", NETWORK },
}

local AGAIN = "try again in some minutes; https://health.aws.amazon.com tells of what is wrong at AWS"

local NOT_ALLOWED = { AccessDenied = true, AccessDeniedException = true, NotAuthorized = true }

-- One line. What SES says may name users and roles, which whoever runs this may read.
local function words_of(err)
  return (tostring(err):match "^[^\r\n]*")
end

--- Whether SES knows who asks, and does not allow it.
-- @tparam ses.Error err
-- @treturn boolean
function failure.is_not_allowed(err)
  return NOT_ALLOWED[err.code] == true
end

--- That one operation may not be called, by which a check is left out.
-- @tparam string check
-- @tparam string operation AWS's name
-- @tparam ?string name of what was to be looked at
-- @treturn ses.Finding
function failure.not_allowed(check, operation, name)
  return finding.warning(check, "not looked at: these credentials may not call " .. operation,
    ("allow the action ses:%s in their IAM policy"):format(operation), name)
end

--- What stands in the way of every call.
-- @tparam ses.Error err
-- @treturn ses.Finding
function failure.of(err)
  if err.kind == "throttling" or err.kind == "rate_limited" then
    return finding.warning("connection", words_of(err), "SES answers, but is asked too often: try again in a minute")
  end
  local known = BY_CODE[err.code] or BY_KIND[err.kind]
  return finding.fault(known and known[1] or "connection", words_of(err), known and known[2] or AGAIN)
end

return failure
