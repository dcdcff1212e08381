--- The events of a mail, in SES's own JSON.
--
-- | the mail's recipient | events |
-- |---|---|
-- | an ordinary address, success@, ooto@ | Send, Delivery |
-- | bounce@ | Send, Bounce (Permanent, General) |
-- | complaint@ | Send, Delivery, Complaint (abuse) |
-- | suppressionlist@ | Send, Bounce (Permanent, Suppressed) |
-- | on the account's suppression list | Send, Bounce or Complaint, by its reason (OnAccountSuppressionList) |
-- | unsubscribed from the contact list | Send, Bounce (Permanent, UnsubscribedRecipient) |
-- | any, where the template could not be rendered | Rendering Failure |
--
-- A mail has one Send or Rendering Failure, and of the others one for each recipient. Reject, DeliveryDelay, Open and
-- Click come where a test asks for them; see `events.asked`.
--
-- Source: "Contents of event data that Amazon SES publishes to Amazon SNS", Amazon SES Developer Guide.
-- @module ses.emulator.events
local event_mail = require "ses.emulator.event_mail"
local ids = require "ses.emulator.ids"
local timestamp = require "ses.model.timestamp"

local events = {}

local MTA = "dsn; emulator.amazonses.com"

-- A part of an event: the mail's record, one recipient, the time → the part
local parts = {}

function parts.send() return {} end

function parts.delivery(record, recipient, now)
  return {
    timestamp = timestamp.iso8601(now), processingTimeMillis = math.max(0, math.floor((now - record.time) * 1000)),
    recipients = { recipient.email }, smtpResponse = "250 2.6.0 Message received",
    reportingMTA = "emulator.amazonses.com", remoteMtaIp = "127.0.0.1",
  }
end

local BOUNCES = {
  General = { status = "5.1.1", code = "smtp; 550 5.1.1 user unknown" },
  Suppressed = {
    status = "5.1.1", code = "Amazon SES did not send to this address: it is on the global suppression list",
  },
  OnAccountSuppressionList = {
    status = "5.1.1", code = "Amazon SES did not send to this address: it is on the account's suppression list",
  },
  UnsubscribedRecipient = {
    status = "5.1.1", code = "Amazon SES did not send to this address: it is unsubscribed from the contact list",
  },
}

function parts.bounce(_, recipient, now, subtype)
  local bounce = BOUNCES[subtype or "General"]
  return {
    bounceType = "Permanent", bounceSubType = subtype or "General", timestamp = timestamp.iso8601(now),
    bouncedRecipients = { {
      emailAddress = recipient.email, action = "failed", status = bounce.status, diagnosticCode = bounce.code,
    } },
    feedbackId = ids.message(now), reportingMTA = MTA,
  }
end

function parts.complaint(_, recipient, now, subtype)
  return {
    complainedRecipients = { { emailAddress = recipient.email } }, timestamp = timestamp.iso8601(now),
    feedbackId = ids.message(now), complaintSubType = subtype, complaintFeedbackType = "abuse",
    userAgent = "Amazon SES Mailbox Simulator", arrivalDate = timestamp.iso8601(now),
  }
end

function parts.reject() return { reason = "Bad content" } end

function parts.failure(record, recipient)
  return { errorMessage = recipient.reason or "The template could not be rendered.", templateName = record.template }
end

function parts.deliveryDelay(_, recipient, now)
  return {
    timestamp = timestamp.iso8601(now), delayType = "TransientCommunicationFailure",
    expirationTime = timestamp.iso8601(now + 14 * 3600), reportingMTA = "emulator.amazonses.com",
    delayedRecipients = { {
      emailAddress = recipient.email, status = "4.4.1",
      diagnosticCode = "smtp; 421 4.4.1 Unable to connect to remote host",
    } },
  }
end

function parts.open(_, _, now)
  return { ipAddress = "127.0.0.1", timestamp = timestamp.iso8601(now), userAgent = "Mozilla/5.0" }
end

function parts.click(record, recipient, now)
  local part = parts.open(record, recipient, now)
  part.link = "https://example.com/"
  return part
end

-- AWS's event type → the name of its part
local PART = {
  Send = "send", Delivery = "delivery", Bounce = "bounce", Complaint = "complaint", Reject = "reject",
  ["Rendering Failure"] = "failure", DeliveryDelay = "deliveryDelay", Open = "open", Click = "click",
}

-- What becomes of each status: a list of { event type, subtype }.
local OUTCOMES = {
  delivered = { { "Delivery" } }, bounced = { { "Bounce" } }, complained = { { "Delivery" }, { "Complaint" } },
}

-- A mail that was held back says by its cause what SES says of it.
local HELD_BACK = {
  simulator = { { "Bounce", "Suppressed" } }, unsubscribed = { { "Bounce", "UnsubscribedRecipient" } },
  BOUNCE = { { "Bounce", "OnAccountSuppressionList" } }, COMPLAINT = { { "Complaint", "OnAccountSuppressionList" } },
}

local function outcomes_of(recipient)
  if recipient.status == "suppressed" then return HELD_BACK[recipient.cause] end
  return OUTCOMES[recipient.status]
end

local function event_of(kind, mail, record, recipient, now, subtype)
  local name = PART[kind]
  return { eventType = kind, mail = mail, [name] = parts[name](record, recipient, now, subtype) }
end

--- All that happens to a mail once it was taken.
-- @tparam table record as for `messages.add`
-- @tparam table context { now =, region =, source_ip =, configuration_set = }
-- @treturn table list of events, the first Send or Rendering Failure
function events.of(record, context)
  local mail, first = event_mail.of(record, context), record.recipients[1]
  if first.status == "rendering_failure" then
    return { event_of("Rendering Failure", mail, record, first, context.now) }
  end
  local list = { event_of("Send", mail, record, first, context.now) }
  for _, recipient in ipairs(record.recipients) do
    for _, outcome in ipairs(outcomes_of(recipient)) do
      list[#list + 1] = event_of(outcome[1], mail, record, recipient, context.now, outcome[2])
    end
  end
  return list
end

--- An event that a test asks for.
-- @tparam string kind AWS's event type, such as "DeliveryDelay" or "Open"
-- @tparam table record as for `messages.add`
-- @tparam table context as for `events.of`
-- @treturn ?table nil where there is no such type
function events.asked(kind, record, context)
  if not PART[kind] then return nil end
  return event_of(kind, event_mail.of(record, context), record, record.recipients[1], context.now)
end

--- The type of an event as MatchingEventTypes has it.
-- @tparam table event
-- @treturn string such as "RENDERING_FAILURE"
function events.matching_type(event)
  return (event.eventType:gsub("%s", "_"):gsub("(%l)(%u)", "%1_%2"):upper())
end

return events
