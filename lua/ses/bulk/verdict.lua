--- What an answer means for the entries of a bulk send and for the run.
-- @module ses.bulk.verdict
-- Source: BulkEmailEntryResult, Amazon SES API v2 Reference.
local errors = require "ses.errors"

local verdict = {}

-- SES could not just now.
local TRANSIENT = { TRANSIENT_FAILURE = true, ACCOUNT_THROTTLED = true }

-- Every further entry would meet the same.
local STOPS = {
  ACCOUNT_DAILY_QUOTA_EXCEEDED = true, ACCOUNT_SUSPENDED = true, ACCOUNT_SENDING_PAUSED = true,
  CONFIGURATION_SET_SENDING_PAUSED = true, CONFIGURATION_SET_NOT_FOUND = true, TEMPLATE_NOT_FOUND = true,
  MAIL_FROM_DOMAIN_NOT_VERIFIED = true, INVALID_SENDING_POOL_NAME = true,
}

local STOP_CODES = {
  AccountSuspendedException = true, SendingPausedException = true, LimitExceededException = true,
  MailFromDomainNotVerifiedException = true, NotFoundException = true, ClientClosed = true, WrongPhase = true,
  AccountSuspended = true, SendingPaused = true, MailFromDomainNotVerified = true,
}

-- Nobody answered, or nothing was asked.
local STOP_KINDS = {
  validation = true, credentials = true, signing = true, cancelled = true, network = true, timeout = true,
  circuit_open = true, rate_limited = true,
}

local NO_ANSWER = { network = true, timeout = true }

local KIND_OF = { ACCOUNT_THROTTLED = "throttling", TRANSIENT_FAILURE = "service", FAILED = "service" }

--- Whether the status of an entry speaks of the account, so that every further entry would meet the same.
-- @tparam ?string status
-- @treturn boolean
function verdict.stops(status)
  return STOPS[status] == true
end

--- Reads what SES says of one entry.
-- @tparam ?table result a BulkEmailEntryResult in AWS's names
-- @treturn string its status; "IN_DOUBT" where SES says nothing of it
-- @treturn ?ses.Error nil where it was sent
-- @treturn boolean whether another try may help
-- @treturn boolean whether the run should stop
function verdict.of_entry(result)
  local status = result and result.Status
  if status == nil then
    return "IN_DOUBT", errors.new {
      kind = "parse", code = "NoVerdict", operation = "SendBulkEmail", in_doubt = true,
      message = "the service's answer says nothing of this entry",
    }, false, false
  end
  if status == "SUCCESS" then return status, nil, false, false end
  local words = result.Error
  if words == "" then words = nil end
  local transient = TRANSIENT[status] or status == "FAILED" and words == nil
  return status, errors.new {
    kind = KIND_OF[status] or "client", code = status, operation = "SendBulkEmail", retryable = transient == true,
    message = words or "the service gives no reason",
  }, transient == true, STOPS[status] == true
end

local function is_daily_quota(err)
  return err.kind == "throttling" and err.message:lower():find("daily", 1, true) ~= nil
end

--- What a call that failed as a whole means.
-- @tparam ses.Error err
-- @treturn string the status of its entries: "IN_DOUBT", "NOT_SENT" or "FAILED"
-- @treturn boolean whether the run should stop
-- @treturn boolean whether nobody answered, so that a few in a row should stop it
function verdict.of_call(err)
  if err.in_doubt then return "IN_DOUBT", err.kind == "cancelled", NO_ANSWER[err.kind] == true end
  if STOP_CODES[err.code] or STOP_KINDS[err.kind] or is_daily_quota(err) then return "NOT_SENT", true, false end
  return "FAILED", false, false
end

return verdict
