--- SendEmail.
-- @module ses.emulator.sending
local address = require "ses.mail.address"
local compose = require "ses.emulator.compose"
local contacts = require "ses.emulator.contacts"
local errors = require "ses.emulator.errors"
local outgoing = require "ses.emulator.outgoing"
local recipients = require "ses.emulator.recipients"
local subscriptions = require "ses.emulator.subscriptions"
local throttle = require "ses.emulator.throttle"

local sending = {}

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
  local sender, err = outgoing.check_sender(params.FromEmailAddress, params.ReplyToAddresses)
  if not sender then return nil, err end
  local list, tags
  list, err = recipients.of(params.Destination)
  if not list then return nil, err end
  tags, err = outgoing.tags_of(params.EmailTags)
  if not tags then return nil, err end
  if context.settings.sandbox then
    local emails = outgoing.emails_of(list)
    table.insert(emails, 1, sender)
    local ok
    ok, err = recipients.check_verified(emails, context.region)
    if not ok then return nil, err end
  end
  return { recipients = list, tags = tags }
end

local makers = {}

function makers.Simple(envelope, params)
  return compose.simple(envelope, params.Content.Simple)
end

function makers.Raw(envelope, _, details)
  local mail, link = details.raw, envelope.unsubscribe_link
  if link then mail.source = subscriptions.fill_raw(mail.source, link) end
  return mail
end

function makers.Template(envelope, params, details)
  local content = params.Content.Template
  -- It goes through the template as it is, and is filled in after.
  if envelope.unsubscribe_link then
    details.data[subscriptions.PLACEHOLDER] = ("{{%s}}"):format(subscriptions.PLACEHOLDER)
  end
  return outgoing.render(envelope, content, details.message, details.data, details)
end

-- Looks at the content before anything is counted. A raw message may complete the parameters.
local function read_content(kind, params, operation)
  local details = { operation = operation }
  if kind == "Raw" then
    local mail, err = compose.raw(params.Content.Raw.Data)
    if not mail then return nil, err end
    details.raw = mail
    return details, fill_from_raw(params, mail)
  elseif kind == "Template" then
    local ok, err = outgoing.find_template(params.Content.Template, details)
    if not ok then return nil, err end
  end
  return details, params
end

-- `operation` is the name under which the mail is kept.
local function send(params, context, operation)
  local ok, err = outgoing.check(params)
  if not ok then return nil, err end
  local kind, details, checked
  kind, err = kind_of(params.Content)
  if not kind then return nil, err end
  details, params = read_content(kind, params, operation)
  if not details then return nil, params end
  checked, err = prepare(params, context)
  if not checked then return nil, err end
  local is_unsubscribed
  is_unsubscribed, err = contacts.unsubscribed(params.ListManagementOptions)
  if not is_unsubscribed then return nil, err end
  details.recipients, details.tags = checked.recipients, checked.tags
  local envelope = outgoing.envelope_of(params, context)
  envelope.unsubscribe_link = subscriptions.link(params.ListManagementOptions, details.recipients, context.settings)
  recipients.settle(details.recipients, is_unsubscribed)
  local mail
  mail, err = makers[kind](envelope, params, details)
  if not mail then return nil, err end
  ok, err = throttle.take(#details.recipients, context.now)
  if not ok then return outgoing.throttled(err) end
  outgoing.keep(outgoing.record_of(envelope, params, details, mail), context)
  return { MessageId = envelope.message_id }
end

--- SendEmail.
function sending.send(params, context) return send(params, context, "SendEmail") end

--- SendCustomVerificationEmail: also in the sandbox the recipient need not be verified yet.
-- @tparam table params as for SendEmail
-- @tparam table context
-- @treturn ?table { MessageId = }
-- @treturn ?table the error that SES answers
function sending.send_verification(params, context)
  if context.settings.sandbox then
    local ok, err = recipients.check_verified({ params.FromEmailAddress }, context.region)
    if not ok then return nil, err end
  end
  local unrestricted = setmetatable({ sandbox = false }, { __index = context.settings })
  return send(params, {
    now = context.now, region = context.region, source_ip = context.source_ip, settings = unrestricted,
  }, "SendCustomVerificationEmail")
end

return sending
