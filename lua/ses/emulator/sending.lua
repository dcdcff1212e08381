--- SendEmail and SendBulkEmail.
-- @module ses.emulator.sending
local account = require "ses.emulator.account"
local address = require "ses.mail.address"
local compose = require "ses.emulator.compose"
local errors = require "ses.emulator.errors"
local faults = require "ses.emulator.faults"
local ids = require "ses.emulator.ids"
local messages = require "ses.emulator.messages"
local recipients = require "ses.emulator.recipients"
local store = require "ses.emulator.store"
local templates = require "ses.emulator.templates"
local throttle = require "ses.emulator.throttle"

local sending = {}

local MAX_ENTRIES = 50

local function tags_of(...)
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

local function throttled(kind)
  if kind == "daily" then return errors.fail("LimitExceededException", "Daily message quota exceeded.") end
  return errors.fail("TooManyRequestsException", "Maximum sending rate exceeded.")
end

local function check_account()
  if account.sending_enabled() then return true end
  return errors.fail("SendingPausedException", "Account sending is disabled.")
end

local function emails_of(list)
  local emails = {}
  for i, recipient in ipairs(list) do emails[i] = recipient.email end
  return emails
end

-- Sender and Reply-To; gives the sender's bare address.
local function check_sender(from, reply_to)
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

local function list_of(headers)
  local list = {}
  for _, text in ipairs(headers) do
    for _, mailbox in ipairs(address.parse_list(text, { smtputf8 = true }) or {}) do
      list[#list + 1] = address.format(mailbox) or mailbox.email
    end
  end
  return list
end

local function is_empty(destination)
  for _, list in pairs(destination or {}) do
    if type(list) == "table" and #list > 0 then return false end
  end
  return true
end

-- Where a raw message names its own sender and recipients, the input may leave them out.
local function fill_from_raw(params, mail)
  local filled = {}
  for name, value in pairs(params) do filled[name] = value end
  filled.FromEmailAddress = params.FromEmailAddress or mail.from
  if is_empty(params.Destination) then
    filled.Destination = {
      ToAddresses = list_of(mail.lists.ToAddresses), CcAddresses = list_of(mail.lists.CcAddresses),
      BccAddresses = list_of(mail.lists.BccAddresses),
    }
  end
  return filled
end

local function kind_of(content)
  local kind, count
  for _, name in ipairs { "Simple", "Template", "Raw" } do
    if content[name] then kind, count = name, (count or 0) + 1 end
  end
  if count == 1 then return kind end
  return errors.fail("BadRequestException", "Content must contain exactly one of Simple, Template or Raw.")
end

-- What is known of a send before its bytes are: checked, not yet counted.
local function prepare(params, context)
  local sender, err = check_sender(params.FromEmailAddress, params.ReplyToAddresses)
  if not sender then return nil, err end
  local list, tags
  list, err = recipients.of(params.Destination)
  if not list then return nil, err end
  tags, err = tags_of(params.EmailTags)
  if not tags then return nil, err end
  if context.settings.sandbox then
    local emails = emails_of(list)
    table.insert(emails, 1, sender)
    local ok
    ok, err = recipients.check_verified(emails, context.region)
    if not ok then return nil, err end
  end
  return { recipients = list, tags = tags }
end

local function envelope_of(params, context)
  return {
    message_id = ids.message(context.now), from = params.FromEmailAddress, destination = params.Destination,
    reply_to = params.ReplyToAddresses, region = context.region, now = context.now,
  }
end

local function record_of(envelope, params, details, mail)
  return {
    message_id = envelope.message_id, time = envelope.now, operation = details.operation,
    sender = envelope.from, subject = mail.subject, source = mail.source, recipients = details.recipients,
    tags = details.tags, configuration_set = params.ConfigurationSetName, template = details.template,
  }
end

-- The mail of a template. A failure to render is no error of the send: SES takes it and delivers nothing.
local function render(envelope, content, message, data, details, replaced_headers)
  local rendered, reason = message:render(data)
  if rendered then
    local mail, err = compose.rendered(envelope, content, rendered, replaced_headers)
    if mail then return mail end
    reason = err
  end
  recipients.fail_rendering(details.recipients, reason.message)
  return { source = "", subject = "" }
end

local makers = {}

function makers.Simple(envelope, params)
  return compose.simple(envelope, params.Content.Simple)
end

function makers.Raw(_, _, details) return details.raw end

function makers.Template(envelope, params, details)
  local content = params.Content.Template
  return render(envelope, content, details.message, details.data, details)
end

local function find_template(content, details)
  local message, name = templates.find(content)
  if not message then return nil, name end
  local data, reason = templates.data(content.TemplateData)
  if not data then return errors.fail("BadRequestException", reason) end
  details.message, details.template, details.data = message, name, data
  return true
end

-- Looks at the content before anything is counted. A raw message may complete the parameters.
local function read_content(kind, params)
  local details = { operation = "SendEmail" }
  if kind == "Raw" then
    local mail, err = compose.raw(params.Content.Raw.Data)
    if not mail then return nil, err end
    details.raw = mail
    return details, fill_from_raw(params, mail)
  elseif kind == "Template" then
    local ok, err = find_template(params.Content.Template, details)
    if not ok then return nil, err end
  end
  return details, params
end

--- SendEmail.
function sending.send(params, context)
  local ok, err = check_account()
  if not ok then return nil, err end
  local kind, details, checked
  kind, err = kind_of(params.Content)
  if not kind then return nil, err end
  details, params = read_content(kind, params)
  if not details then return nil, params end
  checked, err = prepare(params, context)
  if not checked then return nil, err end
  details.recipients, details.tags = checked.recipients, checked.tags
  local envelope = envelope_of(params, context)
  recipients.settle(details.recipients)
  local mail
  mail, err = makers[kind](envelope, params, details)
  if not mail then return nil, err end
  ok, err = throttle.take(#details.recipients, context.now)
  if not ok then return throttled(err) end
  messages.add(record_of(envelope, params, details, mail))
  return { MessageId = envelope.message_id }
end

local function failed_entry(status, err)
  return { Status = status, Error = err.message }
end

-- Replacement data stand beside the default data and win over them.
local function merged(default, replacement)
  local data = {}
  for _, source in ipairs { default, replacement } do
    for name, value in pairs(source) do data[name] = value end
  end
  return data
end

local function entry_data(entry, default)
  local replacement = entry.ReplacementEmailContent and entry.ReplacementEmailContent.ReplacementTemplate
  local data, reason = templates.data(replacement and replacement.ReplacementTemplateData)
  if not data then return errors.fail("BadRequestException", reason) end
  return merged(default, data)
end

-- One entry of a bulk send up to where it is counted.
local function prepare_entry(bulk, entry, context)
  local details = { operation = "SendBulkEmail", template = bulk.template }
  local err
  details.recipients, err = recipients.of(entry.Destination)
  if not details.recipients then return nil, failed_entry("INVALID_PARAMETER", err) end
  details.tags, err = tags_of(bulk.params.DefaultEmailTags, entry.ReplacementTags)
  if not details.tags then return nil, failed_entry("INVALID_PARAMETER", err) end
  details.data, err = entry_data(entry, bulk.data)
  if not details.data then return nil, failed_entry("INVALID_PARAMETER", err) end
  if context.settings.sandbox then
    local ok
    ok, err = recipients.check_verified(emails_of(details.recipients), context.region)
    if not ok then return nil, failed_entry("MESSAGE_REJECTED", err) end
  end
  return details
end

local function send_entry(bulk, entry, context)
  local wanted = faults.take_entry(entry.Destination)
  if wanted then return { Status = wanted.entry_status, Error = wanted.message } end
  local details, failure = prepare_entry(bulk, entry, context)
  if not details then return failure end
  local ok, limit = throttle.take(#details.recipients, context.now)
  if not ok then
    local _, err = throttled(limit)
    return failed_entry(limit == "daily" and "ACCOUNT_DAILY_QUOTA_EXCEEDED" or "ACCOUNT_THROTTLED", err)
  end
  local params = bulk.params
  local envelope = envelope_of({
    FromEmailAddress = params.FromEmailAddress, Destination = entry.Destination,
    ReplyToAddresses = params.ReplyToAddresses,
  }, context)
  recipients.settle(details.recipients)
  local mail = render(envelope, bulk.content, bulk.message, details.data, details, entry.ReplacementHeaders)
  messages.add(record_of(envelope, params, details, mail))
  return { Status = "SUCCESS", MessageId = envelope.message_id }
end

local function check_bulk(params, context)
  local content = params.DefaultContent.Template
  if not content then return errors.fail("BadRequestException", "DefaultContent.Template is required.") end
  local count = #params.BulkEmailEntries
  if count == 0 or count > MAX_ENTRIES then
    return errors.fail("BadRequestException", "BulkEmailEntries must have from 1 to %d entries.", MAX_ENTRIES)
  end
  local sender, err = check_sender(params.FromEmailAddress, params.ReplyToAddresses)
  if not sender then return nil, err end
  if context.settings.sandbox then
    local ok
    ok, err = recipients.check_verified({ sender }, context.region)
    if not ok then return nil, err end
  end
  return content
end

--- SendBulkEmail.
function sending.send_bulk(params, context)
  local ok, err = check_account()
  if not ok then return nil, err end
  local bulk = { params = params }
  bulk.content, err = check_bulk(params, context)
  if not bulk.content then return nil, err end
  ok, err = find_template(bulk.content, bulk)
  if not ok then return nil, err end
  local results = store.transaction(function()
    local list = {}
    for i, entry in ipairs(params.BulkEmailEntries) do list[i] = send_entry(bulk, entry, context) end
    return list
  end)
  return { BulkEmailEntryResults = results }
end

return sending
