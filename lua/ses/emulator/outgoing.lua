--- What SendEmail and SendBulkEmail have in common.
-- @module ses.emulator.outgoing
local account = require "ses.emulator.account"
local compose = require "ses.emulator.compose"
local configuration_sets = require "ses.emulator.configuration_sets"
local errors = require "ses.emulator.errors"
local ids = require "ses.emulator.ids"
local messages = require "ses.emulator.messages"
local publisher = require "ses.emulator.publisher"
local recipients = require "ses.emulator.recipients"
local templates = require "ses.emulator.templates"
local tenants = require "ses.emulator.tenants"

local outgoing = {}

--- The tags of a mail by name, from lists of which the later win.
-- @tparam ?table ... lists of { Name =, Value = }
-- @treturn ?table
-- @treturn ?table the error that SES answers
function outgoing.tags_of(...)
  local tags = {}
  for i = 1, select("#", ...) do
    for _, tag in ipairs((select(i, ...)) or {}) do
      if not tag.Name:find("^[%w_-]+$") then
        return errors.fail("BadRequestException",
          "Invalid tag name <%s>: only alphanumeric ASCII characters, '_', and '-' are allowed.", tag.Name)
      end
      if not tag.Value:find("^[%w_.@-]+$") then
        return errors.fail("BadRequestException", "Invalid tag value <%s>: only alphanumeric ASCII "
          .. "characters, '_', '-', '.' and '@' are allowed.", tag.Value)
      end
      tags[tag.Name] = tag.Value
    end
  end
  return tags
end

--- The error for a send that is over a limit.
-- @tparam string kind "daily" or "rate"
-- @return nil, the error
function outgoing.throttled(kind)
  if kind == "daily" then return errors.fail("LimitExceededException", "Daily message quota exceeded.") end
  return errors.fail("TooManyRequestsException", "Maximum sending rate exceeded.")
end

--- Whether anything may be sent: by the account, with the configuration set, for the tenant.
-- @tparam table params the input
-- @treturn ?boolean true
-- @treturn ?table the error that SES answers
function outgoing.check(params)
  if not account.sending_enabled() then
    return errors.fail("SendingPausedException", "Account sending is disabled.")
  end
  local ok, err = configuration_sets.check_sending(params.ConfigurationSetName)
  if ok and params.TenantName then ok, err = tenants.operations:find(params) end
  if not ok then return nil, err end
  return true
end

--- The bare addresses of recipients.
-- @tparam table list from `recipients.of`
-- @treturn table
function outgoing.emails_of(list)
  local emails = {}
  for i, recipient in ipairs(list) do emails[i] = recipient.email end
  return emails
end

--- Checks the sender and the addresses for replies.
-- @tparam ?string from
-- @tparam ?table reply_to list
-- @treturn ?string the sender's bare address
-- @treturn ?table the error that SES answers
function outgoing.check_sender(from, reply_to)
  if not from or from == "" then return errors.fail("BadRequestException", "FromEmailAddress is required.") end
  local sender, err = recipients.read(from)
  if not sender then return nil, err end
  for _, text in ipairs(reply_to or {}) do
    local email
    email, err = recipients.read(text)
    if not email then return nil, err end
  end
  return sender
end

--- What a mail needs besides its content.
-- @tparam table params FromEmailAddress, Destination, ReplyToAddresses
-- @tparam table context
-- @treturn table for `ses.emulator.compose`, with a new message id
function outgoing.envelope_of(params, context)
  return {
    message_id = ids.message(context.now), from = params.FromEmailAddress, destination = params.Destination,
    reply_to = params.ReplyToAddresses, region = context.region, now = context.now,
  }
end

--- What is kept of a mail.
-- @tparam table envelope
-- @tparam table params the input
-- @tparam table details `operation`, `recipients`, `tags`, `template`
-- @tparam table mail { subject =, source = }
-- @treturn table for `messages.add`
function outgoing.record_of(envelope, params, details, mail)
  return {
    message_id = envelope.message_id, time = envelope.now, operation = details.operation,
    sender = envelope.from, subject = mail.subject, source = mail.source, recipients = details.recipients,
    tags = details.tags, configuration_set = params.ConfigurationSetName, template = details.template,
  }
end

--- Keeps a mail and publishes its events.
-- @tparam table record from `outgoing.record_of`
-- @tparam table context
function outgoing.keep(record, context)
  messages.add(record)
  publisher.publish(record, context)
end

--- The mail of a template. A failure to render is no error of the send: SES takes it and delivers nothing.
-- @tparam table envelope
-- @tparam table content Content.Template, or DefaultContent.Template
-- @tparam table message the compiled template
-- @tparam table data
-- @tparam table details its `recipients` are told of a failure
-- @tparam ?table replaced_headers of one entry of a bulk send
-- @treturn table { source =, subject = }
function outgoing.render(envelope, content, message, data, details, replaced_headers)
  local rendered, reason = message:render(data)
  if rendered then
    local mail, err = compose.rendered(envelope, content, rendered, replaced_headers)
    if mail then return mail end
    reason = err
  end
  recipients.fail_rendering(details.recipients, reason.message)
  return { source = "", subject = "" }
end

--- Finds the template of a content and reads its data.
-- @tparam table content Content.Template, or DefaultContent.Template
-- @tparam table details gets `message`, `template` (its name) and `data`
-- @treturn ?boolean true
-- @treturn ?table the error that SES answers
function outgoing.find_template(content, details)
  local message, name = templates.find(content)
  if not message then return nil, name end
  local data, reason = templates.data(content.TemplateData)
  if not data then return errors.fail("BadRequestException", reason) end
  details.message, details.template, details.data = message, name, data
  return true
end

return outgoing
