--- Events that SES publishes of a campaign's mails, read for what they say of the recipient.
--
-- An event is taken as SES publishes it by a configuration set (`eventType`) and as it notifies (`notificationType`),
-- and in the envelopes of SNS (`Message`), SQS (`Body`, or `body` as Lambda has it) and EventBridge (`detail`).
-- Every mail of a campaign carries the tags `ses_campaign` and `ses_recipient`; the notifications of an identity have
-- no tags, and so tell nothing here.
-- @module ses.campaign.events
local address = require "ses.mail.address"
local json = require "ses.model.json"
local outcome = require "ses.campaign.outcome"
local timestamp = require "ses.model.timestamp"

local events = {}

-- SQS around SNS around the event is two.
local MOST_ENVELOPES = 4

-- What each type says of the mail: that SES took it, or that it never will be sent.
local SAYS = {
  Send = "sent", Delivery = "sent", Bounce = "sent", Complaint = "sent", Open = "sent", Click = "sent",
  DeliveryDelay = "sent", Subscription = "sent", Reject = "failed", RenderingFailure = "failed",
}

local function decoded(text)
  local value = json.decode(text)
  return type(value) == "table" and value or nil
end

-- The event in its envelopes.
local function unwrap(value)
  for _ = 0, MOST_ENVELOPES do
    if type(value) ~= "table" then return nil end
    if value.eventType ~= nil or value.notificationType ~= nil then return value end
    local inner = value.Message or value.Body or value.body or value.detail
    value = type(inner) == "string" and decoded(inner) or inner
  end
  return nil
end

-- The value of a tag: SES publishes a list of them.
local function tag(mail, name)
  local value = type(mail.tags) == "table" and mail.tags[name]
  if type(value) == "table" then value = value[1] end
  return type(value) == "string" and value or nil
end

local function text_of(value)
  return type(value) == "string" and value ~= "" and outcome.reason(value) or nil
end

local function reason_of(event, kind)
  local told = event[kind == "Reject" and "reject" or "failure"]
  if type(told) ~= "table" then return nil end
  return text_of(told.reason) or text_of(told.errorMessage)
end

-- The recipient, where there is just one; as the journal tells recipients apart.
local function key_of(mail)
  local list = mail.destination
  if type(list) ~= "table" or #list ~= 1 or type(list[1]) ~= "string" then return nil end
  local parsed = address.parse(list[1])
  return parsed and address.normalise(parsed.email)
end

--- Reads an event.
-- @tparam string|table event JSON, or what it decodes to
-- @treturn table|nil { type = such as "Delivery", state = "sent" or "failed", campaign =, recipient = the journal's id
--   or nil, address = the recipient's, normalised, or nil, message_id =, at = unix seconds or nil, code =, reason = }
-- @treturn ?string what it is instead: "malformed" (no event of SES's) or "untagged" (of no campaign's mail)
function events.read(event)
  local value = unwrap(type(event) == "string" and decoded(event) or event)
  local name = value and (value.eventType or value.notificationType)
  local kind = type(name) == "string" and name:gsub("%s", "")
  local state = kind and SAYS[kind]
  if not state or type(value.mail) ~= "table" then return nil, "malformed" end
  local mail = value.mail
  local campaign = tag(mail, "ses_campaign")
  if not campaign then return nil, "untagged" end
  local at = type(mail.timestamp) == "string" and timestamp.parse(mail.timestamp)
  return {
    type = kind, state = state, campaign = campaign, at = at and math.floor(at) or nil, address = key_of(mail),
    recipient = tonumber((tag(mail, "ses_recipient") or ""):match("^%d+$")),
    message_id = state == "sent" and type(mail.messageId) == "string" and mail.messageId or nil,
    code = state == "failed" and kind or nil,
    reason = state == "failed" and (reason_of(value, kind) or "SES did not send it") or nil,
  }
end

return events
