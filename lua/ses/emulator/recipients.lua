--- The addresses of a send: checked as SES checks them, and what becomes of mail to each.
-- @module ses.emulator.recipients
local address = require "ses.mail.address"
local errors = require "ses.emulator.errors"
local identities = require "ses.emulator.identities"
local simulator = require "ses.emulator.simulator"
local suppression = require "ses.emulator.suppression"

local recipients = {}

-- SES's limit for one message.
local MAX_RECIPIENTS = 50

local KINDS = { { "to", "ToAddresses" }, { "cc", "CcAddresses" }, { "bcc", "BccAddresses" } }

-- SES takes no address with other characters than ASCII: a domain is written in its IDNA form.
local function violation(text, email)
  local spec = email or text
  local at = spec:find("@[^@]*$")
  if not at then return "Missing final '@domain'" end
  if at == #spec then return "Missing domain" end
  if spec:sub(1, at - 1):find("[%c\128-\255]") then return "Local address contains control or whitespace" end
  if spec:sub(at + 1):find("[%c%s\128-\255]") then return "Domain contains control or whitespace" end
  return nil
end

--- Reads one address.
-- @tparam string text with or without a display name
-- @treturn ?string the bare address
-- @treturn ?table the error that SES answers
function recipients.read(text)
  local parsed, reason = address.parse(text, { smtputf8 = true })
  local fault = violation(text, parsed and parsed.email)
  if fault then return errors.fail("BadRequestException", fault) end
  if not parsed then return errors.fail("BadRequestException", "Invalid email address: it %s.", reason) end
  return parsed.email
end

--- The recipients of a Destination.
-- @tparam ?table destination { ToAddresses =, CcAddresses =, BccAddresses = }
-- @treturn ?table list of { kind =, address = as given, email = }
-- @treturn ?table the error that SES answers
function recipients.of(destination)
  local list = {}
  for _, kind in ipairs(KINDS) do
    for _, text in ipairs(destination and destination[kind[2]] or {}) do
      local email, err = recipients.read(text)
      if not email then return nil, err end
      list[#list + 1] = { kind = kind[1], address = text, email = email }
    end
  end
  if #list == 0 then return errors.fail("BadRequestException", "At least one destination address is required.") end
  if #list > MAX_RECIPIENTS then
    return errors.fail("BadRequestException", "Recipient count exceeds %d.", MAX_RECIPIENTS)
  end
  return list
end

--- Refuses what an account in the sandbox may not send: from or to an identity that is not verified.
-- @tparam table emails bare addresses
-- @tparam string region
-- @treturn ?boolean true
-- @treturn ?table the error that SES answers
function recipients.check_verified(emails, region)
  local failed, seen = {}, {}
  for _, email in ipairs(emails) do
    if not seen[email] and not simulator.is_simulated(email) and not identities.is_verified(email) then
      failed[#failed + 1] = email
    end
    seen[email] = true
  end
  if #failed == 0 then return true end
  return errors.fail("MessageRejected", "Email address is not verified. The following identities failed "
    .. "the check in region %s: %s", region:upper(), table.concat(failed, ", "))
end

--- Writes into each recipient what becomes of the mail: `status`, and `reason` where there is one; and of one
-- that was held back, `cause`: "unsubscribed", "simulator", or the reason on the account's list.
-- @tparam table list from `recipients.of`
-- @tparam ?function is_unsubscribed email → whether its owner wants no such mail (nobody)
function recipients.settle(list, is_unsubscribed)
  for _, recipient in ipairs(list) do
    local outcome = simulator.outcome(recipient.email)
    local suppressed = not outcome and suppression.reason(recipient.email)
    if is_unsubscribed and is_unsubscribed(recipient.email) then
      recipient.status, recipient.reason = "suppressed", "unsubscribed from the list or the topic"
      recipient.cause = "unsubscribed"
    elseif outcome then
      recipient.status, recipient.reason = outcome.status, outcome.reason
      recipient.cause = outcome.status == "suppressed" and "simulator" or nil
    elseif suppressed then
      recipient.status, recipient.cause = "suppressed", suppressed
      recipient.reason = "on the account's suppression list (" .. suppressed .. ")"
    else
      recipient.status = "delivered"
    end
  end
end

--- Writes into each recipient that the mail was never made.
-- @tparam table list
-- @tparam string reason
function recipients.fail_rendering(list, reason)
  for _, recipient in ipairs(list) do recipient.status, recipient.reason = "rendering_failure", reason end
end

return recipients
