--- The plain way to say one message to many, turned into AWS's SendBulkEmail request and its entries.
--
-- The message:
--
-- | field | form |
-- |---|---|
-- | `from` | an address; default: the client's `default_from_address` |
-- | `reply_to` | an address or a list of them |
-- | `template` | the name of a template in SES |
-- | `subject`, `text`, `html` | in place of `template`: a template in the message itself |
-- | `data` | what the template gets where an entry has nothing of its own; a table, or a string of JSON |
-- | `headers`, `tags` | of every mail: a map of name → value, or a list of `{ name =, value = }` |
-- | `attachments` | of every mail, as for `client.emails:send` |
-- | `config_set` | default: the client's `default_config_set` |
--
-- An entry, one mail each: an address, or
--
-- | field | form |
-- |---|---|
-- | `to`, `cc`, `bcc` | an address or a list of them; 50 in all at most |
-- | `data` | laid over the message's; a table, or a string of JSON |
-- | `headers`, `tags` | of this mail: a map of name → value, or a list of `{ name =, value = }` |
--
-- Whatever else is given must be a field of SendBulkEmail, or of its BulkEmailEntry, in snake_case, and is
-- passed on.
--
-- Source: SendBulkEmail and BulkEmailEntry, Amazon SES API v2 Reference; the limits of one call also in
-- SendBulkTemplatedEmail, Amazon SES API Reference.
-- @module ses.services.bulk_message
local address = require "ses.mail.address"
local errors = require "ses.errors"
local header = require "ses.mail.header"
local model = require "ses.model"
local plain = require "ses.services.plain"
local validate = require "ses.model.validate"

local bulk_message = {}

--- How many entries SES takes in one call.
bulk_message.MAX_ENTRIES = 50

--- How many recipients SES takes in one entry, and in one call.
bulk_message.MAX_RECIPIENTS = 50

local OPERATION = "SendBulkEmail"

local FIELDS = {
  from = true, reply_to = true, template = true, subject = true, text = true, html = true, data = true,
  headers = true, tags = true, attachments = true, config_set = true, entries = true,
}
-- These are known as well, so that the answer can say where they belong.
local PLAIN = { to = true, cc = true, bcc = true, raw = true }
for name in pairs(FIELDS) do PLAIN[name] = true end

local AWS_TWIN = {
  from = "from_email_address", reply_to = "reply_to_addresses", config_set = "configuration_set_name",
  tags = "default_email_tags", entries = "bulk_email_entries", template = "default_content",
  subject = "default_content", text = "default_content", html = "default_content", data = "default_content",
  headers = "default_content", attachments = "default_content",
}

local ENTRY_PLAIN = { to = true, cc = true, bcc = true, data = true, headers = true, tags = true }

local ENTRY_TWIN = {
  to = "destination", cc = "destination", bcc = "destination", data = "replacement_email_content",
  headers = "replacement_headers", tags = "replacement_tags",
}

--- The plain fields of a message to many, as keys.
bulk_message.FIELDS = FIELDS

--- The plain fields of an entry, as keys.
bulk_message.ENTRY_FIELDS = ENTRY_PLAIN

local function inline_template(mail, faults)
  if mail.subject == nil then
    faults:add("subject", "is required, or template")
  elseif type(mail.subject) == "string" then
    local ok, reason = header.check_value(mail.subject)
    if not ok then faults:add("subject", reason) end
  end
  if mail.text == nil and mail.html == nil then faults:add("text", "or html is required, or template") end
  return { Subject = mail.subject, Text = mail.text, Html = mail.html }
end

local function content(mail, faults)
  local made = {
    TemplateData = plain.template_data(mail.data, "data", faults),
    Headers = plain.headers(mail.headers, "headers", faults), Attachments = plain.attachments(mail.attachments, faults),
  }
  if mail.template ~= nil then
    plain.exclude(mail, "template", { "subject", "text", "html" }, faults)
    made.TemplateName = mail.template
  else
    made.TemplateContent = inline_template(mail, faults)
  end
  return { Template = made }
end

local function misplaced(mail, faults)
  for _, name in ipairs { "to", "cc", "bcc" } do
    if mail[name] ~= nil then faults:add(name, "belongs into the entries") end
  end
  if mail.raw ~= nil then faults:add("raw", "cannot be sent in bulk: SES wants a template") end
end

local function check_default_data(request, faults)
  local template = type(request.DefaultContent) == "table" and request.DefaultContent.Template
  local data = type(template) == "table" and template.TemplateData
  if type(data) ~= "string" then return end
  local ok, reason = plain.check_json(data)
  if not ok then faults:add("DefaultContent.Template.TemplateData", reason) end
end

-- The model's own rules, on a request that wants nothing but its entries.
local function check_model(request, faults)
  local entry = { Destination = { ToAddresses = { "success@simulator.amazonses.com" } } }
  local with_entry = { BulkEmailEntries = { entry } }
  for name, value in pairs(request) do with_entry[name] = value end
  local ok, err = validate.input(model.operation(OPERATION), with_entry)
  if ok then return end
  for _, fault in ipairs(err.faults or { { path = "", message = err.message } }) do
    faults[#faults + 1] = fault
  end
end

--- Turns a message into the request of SendBulkEmail, in AWS's names, without its entries.
-- @tparam table mail see above
-- @tparam table settings of the client: `default_from_address`, `default_config_set`
-- @treturn table
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", with every fault
function bulk_message.request(mail, settings)
  if type(mail) ~= "table" then
    return nil, errors.validation({ { path = "", message = "a mail must be a table, not a " .. type(mail) } },
      OPERATION)
  end
  local faults = plain.faults()
  local request = plain.aws_fields("SendBulkEmailRequest", mail, PLAIN, AWS_TWIN, faults)
  request.BulkEmailEntries = nil
  misplaced(mail, faults)
  if request.DefaultContent == nil then request.DefaultContent = content(mail, faults) end
  check_default_data(request, faults)
  local from = mail.from
  if from == nil and request.FromEmailAddress == nil then from = settings.default_from_address end
  if from ~= nil then request.FromEmailAddress = plain.address(from, "from", faults) end
  if from == nil and request.FromEmailAddress == nil and mail.default_content == nil then
    faults:add("from", "is required")
  end
  request.ReplyToAddresses = request.ReplyToAddresses or plain.addresses(mail.reply_to, "reply_to", faults)
  request.DefaultEmailTags = request.DefaultEmailTags or plain.name_values(mail.tags, "tags", faults)
  request.ConfigurationSetName = request.ConfigurationSetName or mail.config_set or settings.default_config_set
  if #faults == 0 then check_model(request, faults) end
  if #faults > 0 then return nil, errors.validation(faults, OPERATION) end
  return request
end

-- Every recipient of a destination that came in AWS's shape; those of the plain form are checked already.
local function check_addresses(destination, faults)
  for field, list in pairs(destination) do
    for i, text in ipairs(type(list) == "table" and list or {}) do
      local ok, reason = true, nil
      -- What is no text the model's own rules speak of.
      if type(text) == "string" then ok, reason = address.parse(text) end
      if not ok then faults:add(("Destination.%s[%d]"):format(field, i), reason) end
    end
  end
end

local function count_recipients(destination)
  local count = 0
  for _, list in pairs(destination) do count = count + (type(list) == "table" and #list or 0) end
  return count
end

local function destination_of(given, entry, faults)
  if given.to ~= nil or given.cc ~= nil or given.bcc ~= nil then
    entry.Destination = plain.destination(given, faults)
  elseif type(entry.Destination) == "table" then
    check_addresses(entry.Destination, faults)
  end
  if type(entry.Destination) ~= "table" then
    faults:add("to", "is required")
    return 0
  end
  local count = count_recipients(entry.Destination)
  if count == 0 and #faults == 0 then
    faults:add("to", "is required")
  elseif count > bulk_message.MAX_RECIPIENTS then
    faults:add("to", ("and cc and bcc have more than %d recipients"):format(bulk_message.MAX_RECIPIENTS))
  end
  return count
end

local function replacement_of(given, entry, faults)
  if given.data ~= nil then
    return { ReplacementTemplate = { ReplacementTemplateData = plain.template_data(given.data, "data", faults) } }
  end
  local replacement = entry.ReplacementEmailContent
  local template = type(replacement) == "table" and replacement.ReplacementTemplate
  local data = type(template) == "table" and template.ReplacementTemplateData
  if type(data) == "string" and data ~= "" then
    local ok, reason = plain.check_json(data)
    if not ok then faults:add("ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData", reason) end
  end
  return replacement
end

local function entry_error(faults)
  return errors.validation(faults, OPERATION)
end

--- Turns an entry into SES's BulkEmailEntry, in AWS's names.
-- @tparam string|table given see above
-- @tparam table settings of the client: `sandbox_mode`
-- @treturn table
-- @treturn integer its recipients
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", with every fault
function bulk_message.entry(given, settings)
  if type(given) == "string" then given = { to = given } end
  if type(given) ~= "table" then
    return nil, entry_error { { path = "", message = "an entry must be a table or an address, not a " .. type(given) } }
  end
  -- { name =, email = } is an address, not an entry.
  if given.email ~= nil and given.to == nil then given = { to = given } end
  local faults = plain.faults()
  local entry = plain.aws_fields("BulkEmailEntry", given, ENTRY_PLAIN, ENTRY_TWIN, faults)
  local count = destination_of(given, entry, faults)
  entry.ReplacementEmailContent = replacement_of(given, entry, faults)
  entry.ReplacementHeaders = entry.ReplacementHeaders or plain.headers(given.headers, "headers", faults)
  entry.ReplacementTags = entry.ReplacementTags or plain.name_values(given.tags, "tags", faults)
  if settings.sandbox_mode then plain.check_sandbox(entry.Destination, faults) end
  if #faults > 0 then return nil, entry_error(faults) end
  local ok, err = validate.value("BulkEmailEntry", entry)
  if not ok then
    err.operation = OPERATION
    return nil, err
  end
  return entry, count
end

return bulk_message
