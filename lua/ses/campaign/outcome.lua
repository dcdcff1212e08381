--- What an error means for the recipient and for the run.
-- @module ses.campaign.outcome
local address = require "ses.mail.address"
local verdict = require "ses.bulk.verdict"

local outcome = {}

-- Every further send would meet the same.
local ACCOUNT_WIDE = {
  AccountSuspendedException = true, SendingPausedException = true, MailFromDomainNotVerifiedException = true,
  LimitExceededException = true, NotFoundException = true, ClientClosed = true, IdentityNotVerified = true,
  AccountSuspended = true, SendingPaused = true, MailFromDomainNotVerified = true,
}

-- What SES says of an entry of SendBulkEmail that it could not take just now. Nobody has tried again yet, as the
-- client does with a call.
local TRANSIENT = { TRANSIENT_FAILURE = true, FAILED = true }

local BLAMING = { MessageRejected = true, MESSAGE_REJECTED = true }

local OURS = { credentials = true, signing = true }

local DAILY = { DailyQuotaExceeded = true, ACCOUNT_DAILY_QUOTA_EXCEEDED = true }

local NO_ANSWER = { network = true, timeout = true, circuit_open = true, rate_limited = true }

-- SES refuses a sender that is not verified as it refuses a recipient in the sandbox; its message names
-- whom it means.
local function blames_sender(err, sender)
  if not BLAMING[err.code] or not sender then return false end
  local message = err.message:lower()
  return message:find("not verified", 1, true) ~= nil and message:find(sender:lower(), 1, true) ~= nil
end

--- A reason fit for the journal and the report: one line, no full mail address.
-- @tparam string text
-- @treturn string
function outcome.reason(text)
  local line = tostring(text):gsub("%c+", " ")
  return (line:gsub("[%w.!#$%%&'*+/=?^_`{|}~\128-\255-]+@[%w.\128-\255-]+", address.mask))
end

-- SES says it as a throttling, or as a limit that is exceeded.
local function is_daily(err)
  if DAILY[err.code] then return true end
  return (err.kind == "throttling" or err.code == "LimitExceededException")
    and err.message:lower():find("daily", 1, true) ~= nil
end

--- What to do about a send that failed.
-- @tparam ses.Error err
-- @tparam ?string sender the address that the campaign writes from
-- @treturn string one of
--   "in_doubt"  the mail may have been taken: it is not sent again
--   "stop"      it was not sent, and nobody's would be: the run ends
--   "daily"     it was not sent, and nobody's would be before some of the daily quota comes back
--   "throttled" it was not sent: later, slower
--   "again"     it was not sent, SES could not take it just now: soon again
--   "wait"      it was not sent, nobody answers: later
--   "later"     it was not sent, SES cannot now: in another run
--   "failed"    SES, or we, refused it for what it is
function outcome.of(err, sender)
  if err.in_doubt then return "in_doubt" end
  if is_daily(err) then return "daily" end
  if ACCOUNT_WIDE[err.code] or verdict.stops(err.code) or OURS[err.kind] then return "stop" end
  if err.kind == "throttling" then return "throttled" end
  if blames_sender(err, sender) then return "stop" end
  if NO_ANSWER[err.kind] then return "wait" end
  if TRANSIENT[err.code] and err.retryable then return "again" end
  if err.kind == "cancelled" or err.retryable then return "later" end
  return "failed"
end

return outcome
