--- SES's events as one kind of table, whichever way they came.
--
--     local event = assert(normalise.read(text))
--     if event.type == "bounce" and event.bounce.type == "Permanent" then … event.recipients … end
--
-- An event is taken as a configuration set publishes it (`eventType`) and as SES notifies of an identity's mail
-- (`notificationType`), alone (Firehose, or SNS with raw delivery) and in the envelopes of SNS (`Message`), SQS
-- (`Body`, or `body` as Lambda has it) and EventBridge (`detail`). Nothing is verified here: see ses.events.sns.
--
-- What every event has, as far as SES says it:
--
-- - `type`: "send", "delivery", "bounce", "complaint", "reject", "open", "click", "rendering_failure",
--   "delivery_delay", "subscription"; one that SES comes to have later is written the same way
-- - `event_type`: the same in AWS's own words, without a space: "RenderingFailure"
-- - `message_id` of the mail; `time` of the event, `sent_at` of the mail: unix seconds, with a fraction
-- - `recipients`: the addresses that the event is about; those of the mail where SES names none
-- - `destination`: the addresses of the mail; `source`, `source_arn`, `sending_account_id`, `subject`
-- - `tags`: name → value, the first where there are several; `configuration_set`
-- - `raw`: the event as SES wrote it
--
-- And by its type:
--
-- - `bounce` = { type = "Permanent", "Transient" or "Undetermined", subtype =, recipients = { { address =, action =,
--   status =, diagnostic_code = } }, feedback_id =, reporting_mta =, remote_mta_ip = }
-- - `complaint` = { feedback_type = such as "abuse", subtype =, recipients = { { address = } }, feedback_id =,
--   user_agent =, arrival_date = unix seconds }
-- - `delivery` = { recipients = { addresses }, processing_time_ms =, smtp_response =, reporting_mta =,
--   remote_mta_ip = }
-- - `reject` = { reason = }; `rendering_failure` = { template_name =, error_message = }
-- - `open` = { ip_address =, user_agent = }; `click` = { ip_address =, user_agent =, link =, link_tags = }
-- - `delivery_delay` = { type =, recipients = { { address =, status =, diagnostic_code = } }, expires_at = unix
--   seconds, reporting_mta = }
-- - `subscription` = { contact_list =, source =, new_topic_preferences =, old_topic_preferences = (as SES has them) }
--
-- Source: "Examples of event data that Amazon SES publishes to Firehose" and "Amazon SNS notification contents for
-- Amazon SES", Amazon SES Developer Guide.
-- @module ses.events.normalise
local errors = require "ses.errors"
local json = require "ses.model.json"
local timestamp = require "ses.model.timestamp"

local normalise = {}

-- SQS around SNS around the event is two.
local MOST_ENVELOPES = 4

local function text_of(value) return type(value) == "string" and value or nil end

local function number_of(value) return type(value) == "number" and value or nil end

local function table_of(value) return type(value) == "table" and value or nil end

local function time_of(value) return type(value) == "string" and timestamp.parse(value) or nil end

local function list_of(value, read)
  local list = {}
  if type(value) == "table" then
    for _, item in ipairs(value) do list[#list + 1] = read(item) end
  end
  return list
end

local function texts_of(value) return list_of(value, text_of) end

local function recipient_of(value)
  if type(value) ~= "table" or not text_of(value.emailAddress) then return nil end
  return {
    address = value.emailAddress, action = text_of(value.action), status = text_of(value.status),
    diagnostic_code = text_of(value.diagnosticCode),
  }
end

local function recipients_of(value) return list_of(value, recipient_of) end

-- What an event says by its type: where it stands in AWS's event, and ours → { AWS's, how it is read }.
local PARTS = {
  bounce = { "bounce", {
    type = { "bounceType", text_of }, subtype = { "bounceSubType", text_of },
    recipients = { "bouncedRecipients", recipients_of }, feedback_id = { "feedbackId", text_of },
    reporting_mta = { "reportingMTA", text_of }, remote_mta_ip = { "remoteMtaIp", text_of },
  } },
  complaint = { "complaint", {
    feedback_type = { "complaintFeedbackType", text_of }, subtype = { "complaintSubType", text_of },
    recipients = { "complainedRecipients", recipients_of }, feedback_id = { "feedbackId", text_of },
    user_agent = { "userAgent", text_of }, arrival_date = { "arrivalDate", time_of },
  } },
  delivery = { "delivery", {
    recipients = { "recipients", texts_of }, processing_time_ms = { "processingTimeMillis", number_of },
    smtp_response = { "smtpResponse", text_of }, reporting_mta = { "reportingMTA", text_of },
    remote_mta_ip = { "remoteMtaIp", text_of },
  } },
  reject = { "reject", { reason = { "reason", text_of } } },
  rendering_failure = { "failure", {
    template_name = { "templateName", text_of }, error_message = { "errorMessage", text_of },
  } },
  open = { "open", { ip_address = { "ipAddress", text_of }, user_agent = { "userAgent", text_of } } },
  click = { "click", {
    ip_address = { "ipAddress", text_of }, user_agent = { "userAgent", text_of }, link = { "link", text_of },
    link_tags = { "linkTags", table_of },
  } },
  delivery_delay = { "deliveryDelay", {
    type = { "delayType", text_of }, recipients = { "delayedRecipients", recipients_of },
    expires_at = { "expirationTime", time_of }, reporting_mta = { "reportingMTA", text_of },
  } },
  subscription = { "subscription", {
    contact_list = { "contactList", text_of }, source = { "source", text_of },
    new_topic_preferences = { "newTopicPreferences", table_of },
    old_topic_preferences = { "oldTopicPreferences", table_of },
  } },
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

-- "Rendering Failure" → "RenderingFailure", "rendering_failure"
local function names_of(raw)
  local name = text_of(raw.eventType) or text_of(raw.notificationType)
  if not name or not name:find("^%a[%a%s]*$") then return nil end
  name = name:gsub("%s", "")
  return name, (name:gsub("(%l)(%u)", "%1_%2"):lower())
end

local function tags_of(given)
  local tags = {}
  if type(given) ~= "table" then return tags end
  for name, value in pairs(given) do
    if type(value) == "table" then value = value[1] end
    if type(name) == "string" and type(value) == "string" then tags[name] = value end
  end
  return tags
end

-- → the part, and AWS's table that it was read from; nothing where the event lacks it
local function part_of(raw, kind)
  local part = PARTS[kind]
  local given = part and table_of(raw[part[1]])
  if not given then return nil end
  local made = {}
  for name, source in pairs(part[2]) do made[name] = source[2](given[source[1]]) end
  return made, given
end

local function addresses_of(recipients)
  local list = {}
  for i, recipient in ipairs(recipients or {}) do
    list[i] = type(recipient) == "table" and recipient.address or recipient
  end
  return list
end

local function event_of(raw, event_type, kind)
  local mail = raw.mail
  local part, given = part_of(raw, kind)
  local headers = table_of(mail.commonHeaders)
  local sent_at = time_of(mail.timestamp)
  local event = {
    type = kind, event_type = event_type, message_id = text_of(mail.messageId), sent_at = sent_at,
    time = given and time_of(given.timestamp) or sent_at, source = text_of(mail.source),
    source_arn = text_of(mail.sourceArn), sending_account_id = text_of(mail.sendingAccountId),
    subject = headers and text_of(headers.subject), destination = texts_of(mail.destination), tags = tags_of(mail.tags),
    raw = raw,
  }
  event.configuration_set = event.tags["ses:configuration-set"]
  event.recipients = addresses_of(part and part.recipients)
  if #event.recipients == 0 then event.recipients = event.destination end
  if part then event[kind] = part end
  return event
end

--- Reads an event.
-- @tparam string|table event JSON, or what it decodes to
-- @treturn table the event
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "parse", code "MalformedMessage"
function normalise.read(event)
  local raw = unwrap(type(event) == "string" and decoded(event) or event)
  local event_type, kind
  if raw then event_type, kind = names_of(raw) end
  if not event_type or type(raw.mail) ~= "table" then
    return nil, errors.new { kind = "parse", code = "MalformedMessage", message = "this is no event of SES" }
  end
  return event_of(raw, event_type, kind)
end

-- How SES's word begins, in the envelopes of SNS and SQS; and what it is for the notifications of an identity.
local TRIAL, NOTIFICATION_TRIAL = "^Successfully validated SNS topic", "AmazonSnsSubscriptionSucceeded"

--- Whether a message is no event but the word that SES publishes when it is given a topic.
-- @tparam string message as for `normalise.read`
-- @treturn boolean
function normalise.is_trial(message)
  for _ = 0, MOST_ENVELOPES do
    if message:find(TRIAL) then return true end
    local envelope = decoded(message) or {}
    if envelope.notificationType == NOTIFICATION_TRIAL then return true end
    message = text_of(envelope.Message) or text_of(envelope.Body) or text_of(envelope.body)
    if not message then break end
  end
  return false
end

return normalise
