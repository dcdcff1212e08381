--- The plain way to say a mail, turned into AWS's SendEmail request.
--
-- | field | form |
-- |---|---|
-- | `from` | an address; default: the client's `default_from_address` |
-- | `to`, `cc`, `bcc`, `reply_to` | an address or a list of them |
-- | `subject`, `text`, `html` | UTF-8 strings; a subject needs `text` or `html` |
-- | `template`, `data` | the name of a template in SES; a table, or a string of JSON |
-- | `raw` | a whole MIME message, as bytes |
-- | `headers` | a map of name → value, or a list of `{ name =, value = }` |
-- | `attachments` | a list of `{ filename =, data =, content_type =, content_id =, disposition =, description = }` |
-- | `tags` | a map of name → value, or a list of `{ name =, value = }` |
-- | `config_set` | default: the client's `default_config_set` |
--
-- An attachment's `data` is its bytes, its `disposition` "attachment" (the default) or "inline".
-- An address is `"a@example.com"`, `"Name <a@example.com>"` or `{ name =, email = }`. Whatever else is
-- given must be a field of SendEmail in snake_case, and is passed on.
-- @module ses.services.message
local errors = require "ses.errors"
local header = require "ses.mail.header"
local plain = require "ses.services.plain"

local message = {}

local PLAIN = {
  from = true, to = true, cc = true, bcc = true, reply_to = true, subject = true, text = true, html = true,
  template = true, data = true, raw = true, headers = true, attachments = true, tags = true, config_set = true,
}

--- The plain fields of a mail, as keys.
message.FIELDS = PLAIN

--- The fields of an attachment, as keys.
message.ATTACHMENT_FIELDS = plain.ATTACHMENT_FIELDS

-- What each plain field stands for in AWS's request; both at once would leave one of them unheard.
local AWS_TWIN = {
  from = "from_email_address", reply_to = "reply_to_addresses", config_set = "configuration_set_name",
  tags = "email_tags", to = "destination", cc = "destination", bcc = "destination", subject = "content",
  text = "content", html = "content", template = "content", raw = "content", data = "content",
  headers = "content", attachments = "content",
}

local function text_part(value, path, faults)
  if value == nil then return nil end
  if type(value) ~= "string" then return faults:add(path, "must be a string, not a " .. type(value)) end
  return { Data = value, Charset = "UTF-8" }
end

local function content(mail, faults)
  if mail.raw ~= nil then
    plain.exclude(mail, "raw", { "subject", "text", "html", "template", "data", "headers", "attachments" }, faults)
    return { Raw = { Data = mail.raw } }
  end
  local headers = plain.headers(mail.headers, "headers", faults)
  local files = plain.attachments(mail.attachments, faults)
  if mail.template ~= nil then
    plain.exclude(mail, "template", { "subject", "text", "html" }, faults)
    return { Template = {
      TemplateName = mail.template, TemplateData = plain.template_data(mail.data, "data", faults),
      Headers = headers, Attachments = files,
    } }
  end
  if mail.data ~= nil then faults:add("data", "needs template") end
  if mail.subject == nil then
    faults:add("subject", "is required, or template, or raw")
  elseif type(mail.subject) == "string" then
    local ok, reason = header.check_value(mail.subject)
    if not ok then faults:add("subject", reason) end
  end
  if mail.text == nil and mail.html == nil then faults:add("text", "or html is required") end
  return { Simple = {
    Subject = text_part(mail.subject, "subject", faults),
    Body = { Text = text_part(mail.text, "text", faults), Html = text_part(mail.html, "html", faults) },
    Headers = headers, Attachments = files,
  } }
end

local OF_CONTENT = { "subject", "text", "html", "template", "data", "raw", "headers", "attachments" }

local function is_plain(mail)
  if mail.content == nil then return true end
  for _, name in ipairs(OF_CONTENT) do
    if mail[name] ~= nil then return true end
  end
  return false
end

--- Turns a mail into the request of SendEmail, in AWS's names.
-- @tparam table mail see above
-- @tparam table settings of the client: `default_from_address`, `default_config_set`, `sandbox_mode`
-- @treturn table
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", with every fault
function message.request(mail, settings)
  local faults = plain.faults()
  if type(mail) ~= "table" then
    return nil, errors.validation { { path = "", message = "a mail must be a table, not a " .. type(mail) } }
  end
  local request = plain.aws_fields("SendEmailRequest", mail, PLAIN, AWS_TWIN, faults)
  if is_plain(mail) then request.Content = content(mail, faults) end
  if mail.to ~= nil or mail.cc ~= nil or mail.bcc ~= nil then
    request.Destination = plain.destination(mail, faults)
  elseif not request.Destination and not (request.Content and request.Content.Raw) then
    faults:add("to", "is required")
  end
  local from = mail.from
  if from == nil and request.FromEmailAddress == nil then from = settings.default_from_address end
  if from ~= nil then request.FromEmailAddress = plain.address(from, "from", faults) end
  if request.FromEmailAddress == nil and #faults == 0 and not request.Content.Raw then
    faults:add("from", "is required")
  end
  request.ReplyToAddresses = request.ReplyToAddresses or plain.addresses(mail.reply_to, "reply_to", faults)
  request.EmailTags = request.EmailTags or plain.name_values(mail.tags, "tags", faults)
  request.ConfigurationSetName = request.ConfigurationSetName or mail.config_set or settings.default_config_set
  if settings.sandbox_mode then plain.check_sandbox(request.Destination, faults) end
  if #faults > 0 then return nil, errors.validation(faults) end
  return request
end

return message
