--- The mails of calls, in the form that people write them.
-- @module ses.testing.mails
local address = require "ses.mail.address"
local json = require "ses.model.json"
local mime = require "ses.mail.mime"

local mails = {}

---@class ses.testing.Mail
---@field from string "Name <address>", or the address alone where it has no name
---@field to string[]
---@field cc string[]
---@field bcc string[]
---@field reply_to string[]
---@field subject string|nil
---@field text string|nil
---@field html string|nil
---@field template string|nil the name of a template in SES
---@field data table|nil what its fields are filled with
---@field headers table name → value
---@field attachments table[] each { filename =, content_type =, content_id =, disposition =, data = }
---@field tags table name → value
---@field config_set string|nil
---@field raw string|nil the MIME message, whose parts are in the fields above
---@field message_id string|nil
---@field time number seconds since 1970

local function written(mailbox)
  if not mailbox then return nil end
  if not mailbox.name or mailbox.name == "" then return mailbox.email end
  return mailbox.name .. " <" .. mailbox.email .. ">"
end

-- What is no address is shown as it is.
local function readable(text)
  return text and (written(address.parse(text, { smtputf8 = true })) or text)
end

local function readable_list(list)
  local out = {}
  for i, text in ipairs(list or {}) do out[i] = readable(text) end
  return out
end

local function written_list(mailboxes)
  local out = {}
  for i, mailbox in ipairs(mailboxes) do out[i] = written(mailbox) end
  return out
end

local function to_map(...)
  local map = {}
  for i = 1, select("#", ...) do
    for _, item in ipairs((select(i, ...)) or {}) do map[item.name] = item.value end
  end
  return map
end

local function attachments_of(list)
  local out = {}
  for i, item in ipairs(list or {}) do
    out[i] = {
      filename = item.file_name, content_type = item.content_type, content_id = item.content_id,
      disposition = item.content_disposition and item.content_disposition:lower(), data = item.raw_content,
    }
  end
  return out
end

local function new_mail(call, destination)
  destination = destination or {}
  return {
    from = readable(call.params.from_email_address), to = readable_list(destination.to_addresses),
    cc = readable_list(destination.cc_addresses), bcc = readable_list(destination.bcc_addresses),
    reply_to = readable_list(call.params.reply_to_addresses), headers = {}, attachments = {}, tags = {},
    config_set = call.params.configuration_set_name, time = call.time,
  }
end

local function text_of(part) return part and part.data end

local function name_of(template)
  return template.template_name or template.template_arn and template.template_arn:match "template/(.*)$"
end

local function data_of(text)
  return text and json.decode(text) or {}
end

local function add_template(mail, template)
  local content = template.template_content or {}
  mail.template, mail.data = name_of(template), data_of(template.template_data)
  mail.subject, mail.text, mail.html = content.subject, content.text, content.html
  mail.headers, mail.attachments = to_map(template.headers), attachments_of(template.attachments)
end

local function add_simple(mail, simple)
  local body = simple.body or {}
  mail.subject, mail.text, mail.html = text_of(simple.subject), text_of(body.text), text_of(body.html)
  mail.headers, mail.attachments = to_map(simple.headers), attachments_of(simple.attachments)
end

-- The envelope of a raw mail goes before its header.
local function add_raw(mail, bytes)
  local parsed = mime.parse(bytes)
  mail.raw, mail.subject, mail.text, mail.html = bytes, parsed.subject, parsed.text, parsed.html
  mail.attachments, mail.from = parsed.attachments, mail.from or written(parsed.from)
  for _, header in ipairs(parsed.headers) do mail.headers[header[1]] = header[2] end
  local has_envelope = #mail.to + #mail.cc + #mail.bcc > 0
  for _, name in ipairs { "to", "cc", "bcc", "reply_to" } do
    if name == "reply_to" and #mail.reply_to == 0 or name ~= "reply_to" and not has_envelope then
      mail[name] = written_list(parsed[name])
    end
  end
end

local MAILS_OF = {}

function MAILS_OF.SendEmail(call)
  local content = call.params.content
  local mail = new_mail(call, call.params.destination)
  if content.simple then add_simple(mail, content.simple) end
  if content.template then add_template(mail, content.template) end
  if content.raw then add_raw(mail, content.raw.data) end
  mail.tags, mail.message_id = to_map(call.params.email_tags), call.answer.message_id
  return { mail }
end

local function entry_mail(call, entry, result)
  local params = call.params
  local mail = new_mail(call, entry.destination)
  add_template(mail, params.default_content.template)
  local replacement = (entry.replacement_email_content or {}).replacement_template or {}
  for name, value in pairs(data_of(replacement.replacement_template_data)) do mail.data[name] = value end
  for name, value in pairs(to_map(entry.replacement_headers)) do mail.headers[name] = value end
  mail.tags = to_map(params.default_email_tags, entry.replacement_tags)
  mail.message_id = result.message_id
  return mail
end

function MAILS_OF.SendBulkEmail(call)
  local list = {}
  for i, entry in ipairs(call.params.bulk_email_entries) do
    local result = (call.answer.bulk_email_entry_results or {})[i]
    if result and result.status == "SUCCESS" then list[#list + 1] = entry_mail(call, entry, result) end
  end
  return list
end

--- The mails that were taken, in their order: a call that failed sent none, nor did an entry of a bulk call that did.
-- @tparam {ses.testing.Call,...} calls
-- @treturn {ses.testing.Mail,...}
function mails.of(calls)
  local list = {}
  for _, call in ipairs(calls) do
    local read = call.answer and MAILS_OF[call.operation]
    for _, mail in ipairs(read and read(call) or {}) do list[#list + 1] = mail end
  end
  return list
end

return mails
