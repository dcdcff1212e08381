--- Events that SES publishes of a campaign's mails, read for what they say of the recipient.
--
-- Every mail of a campaign carries the tags `ses_campaign` and `ses_recipient`; the notifications of an identity have
-- no tags, and so tell nothing here.
-- @module ses.campaign.events
local address = require "ses.mail.address"
local normalise = require "ses.events.normalise"
local outcome = require "ses.campaign.outcome"

local events = {}

-- What each type says of the mail: that SES took it, or that it never will be sent.
local SAYS = {
  send = "sent", delivery = "sent", bounce = "sent", complaint = "sent", open = "sent", click = "sent",
  delivery_delay = "sent", subscription = "sent", reject = "failed", rendering_failure = "failed",
}

-- What became of the mail by each type, as a journal calls it (see ses.adapters.journal_feedback).
local BECAME = {
  delivery = "delivered", bounce = "bounced", complaint = "complained", delivery_delay = "delayed", reject = "rejected",
  rendering_failure = "rendering_failed",
}

-- A tag with more digits is no id of a journal.
local MOST_DIGITS = 15

local function reason_of(event)
  local told = event.reject and event.reject.reason or event.rendering_failure and event.rendering_failure.error_message
  return told and told ~= "" and outcome.reason(told) or "SES did not send it"
end

-- The recipient, where there is just one; as the journal tells recipients apart.
local function key_of(destination)
  local parsed = #destination == 1 and address.parse(destination[1])
  return parsed and address.normalise(parsed.email) or nil
end

local function whole(seconds)
  return seconds and math.floor(seconds)
end

local function id_of(tag)
  return tag and #tag <= MOST_DIGITS and tonumber(tag:match "^%d+$") or nil
end

--- What an event says of a campaign's recipient.
-- @tparam ?table read of ses.events.normalise
-- @treturn table|nil as of `events.read`
-- @treturn ?string
function events.of(read)
  local state = read and SAYS[read.type]
  if not state then return nil, "malformed" end
  local campaign = read.tags.ses_campaign
  if not campaign then return nil, "untagged" end
  local bounce, complaint = read.bounce, read.complaint
  return {
    type = read.event_type, state = state, campaign = campaign, at = whole(read.sent_at), time = whole(read.time),
    address = key_of(read.destination), recipient = id_of(read.tags.ses_recipient), message_id = read.message_id,
    delivery = BECAME[read.type], bounce_type = bounce and bounce.type,
    subtype = bounce and bounce.subtype or complaint and complaint.subtype or nil,
    code = state == "failed" and read.event_type or nil, reason = state == "failed" and reason_of(read) or nil,
  }
end

--- Reads an event.
-- @tparam string|table event JSON, or what it decodes to, in any form that `ses.events.normalise` takes
-- @treturn table|nil { type = such as "Delivery", state = "sent" or "failed", campaign =, recipient = the journal's id
--   or nil, address = the recipient's, normalised, or nil, message_id =, delivery = what became of the mail, or nil
--   where the event tells only that SES took it, bounce_type =, subtype = of the bounce or the complaint, at = when
--   the mail was sent, time = of the event, both in unix seconds or nil, code =, reason = }
-- @treturn ?string what it is instead: "malformed" (no event of SES's) or "untagged" (of no campaign's mail)
function events.read(event)
  return events.of((normalise.read(event)))
end

return events
