--- What every event says of its mail: the `mail` of SES's event JSON.
--
-- Source: "Contents of event data that Amazon SES publishes to Amazon SNS", Amazon SES Developer Guide.
-- @module ses.emulator.event_mail
local address = require "ses.mail.address"
local arn = require "ses.emulator.arn"
local identities = require "ses.emulator.identities"
local json = require "ses.model.json"
local mime = require "ses.mail.mime"
local timestamp = require "ses.model.timestamp"

local event_mail = {}

-- SES shows so many bytes of headers.
local MAX_HEADER_BYTES = 10 * 1024

-- Bodies are not wanted here, and need not be decoded.
local function parsed_head(source)
  local head = source:match("^(.-\r?\n)\r?\n") or source
  return mime.parse(head .. "\r\n")
end

-- → list of { name =, value = }, whether some were left out
local function headers_of(parsed)
  local list, bytes = json.list(), 0
  for i, header in ipairs(parsed.headers) do
    bytes = bytes + #header[1] + #header[2]
    if bytes > MAX_HEADER_BYTES then return list, true end
    list[i] = { name = header[1], value = header[2] }
  end
  return list, false
end

local function texts_of(mailboxes)
  if #mailboxes == 0 then return nil end
  local list = {}
  for i, mailbox in ipairs(mailboxes) do list[i] = address.format(mailbox) or mailbox.email end
  return list
end

local function common_headers(parsed, record)
  return {
    from = { record.sender }, to = texts_of(parsed.to), cc = texts_of(parsed.cc), replyTo = texts_of(parsed.reply_to),
    date = parsed.date, messageId = record.message_id, subject = parsed.subject or record.subject,
  }
end

local function domain_of(sender)
  local parsed = address.parse(sender, { smtputf8 = true })
  return (parsed and parsed.email or sender):match("@([^@>]+)>?$") or ""
end

local function tags_of(record, context)
  local tags = {
    ["ses:configuration-set"] = { context.configuration_set }, ["ses:from-domain"] = { domain_of(record.sender) },
    ["ses:source-ip"] = { context.source_ip or "127.0.0.1" }, ["ses:caller-identity"] = { "emulator" },
    ["ses:operation"] = { record.operation },
  }
  for name, value in pairs(record.tags) do tags[name] = { value } end
  return tags
end

local function destination_of(record)
  local list = json.list()
  for i, recipient in ipairs(record.recipients) do list[i] = recipient.email end
  return list
end

--- The `mail` of the events of a mail.
-- @tparam table record as for `messages.add`
-- @tparam table context { region =, source_ip =, configuration_set = }
-- @treturn table
function event_mail.of(record, context)
  local parsed = parsed_head(record.source)
  local headers, truncated = headers_of(parsed)
  local identity = identities.name_for(record.sender)
  return {
    timestamp = timestamp.iso8601(record.time), messageId = record.message_id, source = record.sender,
    sourceArn = arn.of(context.region, "identity", identity), sendingAccountId = arn.ACCOUNT,
    destination = destination_of(record), headersTruncated = truncated, headers = headers,
    commonHeaders = common_headers(parsed, record), tags = tags_of(record, context),
  }
end

return event_mail
