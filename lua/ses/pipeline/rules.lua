--- What SES asks of a request beyond its model: sizes, counts, addresses, JSON in strings.
--
-- AWS's model has these limits as prose or not at all. They stand here and not in `ses.model`, which is what
-- AWS publishes as data and no more: the emulator, a server, validates by that alone and answers the rest
-- as SES does, and what reads addresses (`ses.mail`) is nothing that the model should need.
--
-- Sources: "Service quotas in Amazon SES", Amazon SES Developer Guide; MessageTag, Tag, SendEmail and
-- SendBulkEmail, Amazon SES API v2 Reference; RFC 5321 and 6531 for addresses. A rule refuses what SES is
-- known to refuse; where AWS's words leave it open, it warns.
-- @module ses.pipeline.rules
local json = require "ses.model.json"
local lazy = require "ses.lazy"
local recent = require "ses.recent"

-- Loaded with the first address, and the first text of a header.
local address = lazy "ses.mail.address"
local header = lazy "ses.mail.header"
local utf8_text = lazy "ses.utf8"

local rules = {}

rules.MAX_RECIPIENTS = 50
rules.MAX_BULK_ENTRIES = 50
rules.MAX_RESOURCE_TAGS = 50
--- Bytes of a template's subject, text and HTML together.
rules.MAX_TEMPLATE = 500 * 1024
--- Bytes of a message that SES takes at most.
rules.MAX_MESSAGE = 40 * 1024 * 1024

local SMTPUTF8 = { smtputf8 = true }

local shapes, operations = {}, {}

-- What the core sees at one look: strings of which their shape's rule has nothing to say; and JSON that is shorter than
-- 51 addresses, each two quotes and a comma at least, can be.
local quick = {
  Destination = 153,
  EmailAddress = "address", EmailTemplateSubject = "printable", AttachmentFileName = "printable",
  AttachmentContentType = "printable", AttachmentContentId = "printable", AttachmentContentDescription = "printable",
}

-- ---- strings ----

-- The last addresses in which nothing was found: a sender's is the same in every request.
local sound = recent.new(256)

function shapes.EmailAddress(value, walk, say)
  if sound.has[value] or address.is_written(value) then return end
  local mailbox, reason = address.parse(value, SMTPUTF8)
  if not mailbox then return say.fault(walk, reason) end
  if mailbox.local_part:find("[\128-\255]") then
    say.warn(walk, "has characters before the @ that are not ASCII, which SES does not send to or from (SMTPUTF8)")
  else
    sound:add(value)
  end
end

function shapes.AdditionalContactEmailAddress(value, walk, say)
  local ok, reason = address.validate(value, SMTPUTF8)
  if not ok then say.fault(walk, reason) end
end

-- An address or a domain.
function shapes.Identity(value, walk, say)
  local email = value:find("@", 1, true) and value or "a@" .. value
  local ok, reason = address.validate(email, SMTPUTF8)
  if not ok then say.fault(walk, reason) end
end

function shapes.EmailTemplateData(value, walk, say)
  if not value:find("^%s*{") then return say.fault(walk, "must be a JSON object") end
  local data, reason = json.decode(value)
  if data == nil then say.fault(walk, "is not JSON: " .. reason) end
end

local function text_of(pattern, longest, what)
  return function(value, walk, say)
    if #value > longest or not value:find(pattern) then say.fault(walk, "must be " .. what) end
  end
end

local tag_text = text_of("^[%w_-]*$", 256, "letters, digits, _ and - of ASCII, 256 at most")
shapes.MessageTagName, shapes.MessageTagValue = tag_text, tag_text

shapes.ConfigurationSetName = text_of("^[%w_-]*$", 64, "letters, digits, _ and - of ASCII, 64 at most")

local function at_most(longest)
  return function(value, walk, say)
    -- Bytes are at least as many as characters.
    if #value > longest and utf8_text.length(value) > longest then
      say.fault(walk, ("has more than %d characters"):format(longest))
    end
  end
end

shapes.TagKey, shapes.TagValue = at_most(128), at_most(256)

-- What becomes a field of the mail's header, or a part of one.
local function header_text(value, walk, say)
  local ok, reason = header.check_value(value)
  if not ok then say.fault(walk, reason) end
end

shapes.AttachmentFileName, shapes.AttachmentContentType = header_text, header_text
shapes.AttachmentContentId, shapes.AttachmentContentDescription = header_text, header_text
shapes.EmailTemplateSubject = header_text

function shapes.Message(value, walk, say)
  local subject = type(value.Subject) == "table" and value.Subject.Data
  if type(subject) ~= "string" then return end
  local ok, reason = header.check_value(subject)
  if not ok then say.fault_at("Subject.Data", walk, reason) end
end

-- ---- counts ----

local RECIPIENT_LISTS = { "ToAddresses", "CcAddresses", "BccAddresses" }

local function recipients_of(destination)
  local count = 0
  for i = 1, type(destination) == "table" and #RECIPIENT_LISTS or 0 do
    local list = destination[RECIPIENT_LISTS[i]]
    if type(list) == "table" then count = count + #list end
  end
  return count
end

function shapes.Destination(value, walk, say)
  local count = recipients_of(value)
  if count > rules.MAX_RECIPIENTS then
    say.fault(walk, ("has %d recipients, and SES sends a mail to %d at most"):format(count, rules.MAX_RECIPIENTS))
  end
end

function shapes.BulkEmailEntryList(value, walk, say)
  if #value > rules.MAX_BULK_ENTRIES then
    return say.fault(walk, ("has %d entries, and SES takes %d at most"):format(#value, rules.MAX_BULK_ENTRIES))
  end
  local count = 0
  for _, entry in ipairs(value) do
    if type(entry) == "table" then count = count + recipients_of(entry.Destination) end
  end
  if count > rules.MAX_RECIPIENTS then
    say.warn(walk, ("has %d recipients in all, and SES may take %d at most in one call"):format(count,
      rules.MAX_RECIPIENTS))
  end
end

function shapes.TagList(value, walk, say)
  if #value > rules.MAX_RESOURCE_TAGS then
    say.fault(walk, ("has more than %d tags"):format(rules.MAX_RESOURCE_TAGS))
  end
end

-- ---- an address alone, where it is no field of a mail ----

local function bare_address(value, walk, say)
  local text = value.EmailAddress
  local mailbox = type(text) == "string" and address.parse(text, SMTPUTF8)
  if mailbox and mailbox.email ~= text then
    say.fault_at("EmailAddress", walk, "must be the address alone, without a name")
  end
end

for _, name in ipairs {
  "CreateContact", "GetContact", "UpdateContact", "DeleteContact", "PutSuppressedDestination",
  "GetSuppressedDestination", "DeleteSuppressedDestination", "SendCustomVerificationEmail",
  "GetEmailAddressInsights",
} do operations[name] = bare_address end

-- ---- sizes ----

local function size_of(text) return type(text) == "string" and #text or 0 end

local function template_size(value, walk, say)
  local content = type(value.TemplateContent) == "table" and value.TemplateContent or {}
  local size = size_of(content.Subject) + size_of(content.Text) + size_of(content.Html)
  if size > rules.MAX_TEMPLATE then
    say.fault_at("TemplateContent", walk, ("has %d bytes, and a template has %d at most"):format(size,
      rules.MAX_TEMPLATE))
  end
end

operations.CreateEmailTemplate, operations.UpdateEmailTemplate = template_size, template_size

-- In lines of 76 characters, as mail has it.
local function base64_size(size)
  local encoded = math.floor((size + 2) / 3) * 4
  return encoded + 2 * math.floor((encoded + 75) / 76)
end

local function items(list)
  return ipairs(type(list) == "table" and list or {})
end

local function headers_size(list)
  local size = 0
  for _, item in items(list) do
    -- A colon, a space and the line's end.
    if type(item) == "table" then size = size + size_of(item.Name) + size_of(item.Value) + 4 end
  end
  return size
end

local function attachments_size(list)
  local size = 0
  for _, item in items(list) do
    if type(item) == "table" then
      local bytes = size_of(item.RawContent)
      local encoding = item.ContentTransferEncoding
      size = size + ((encoding == nil or encoding == "BASE64") and base64_size(bytes) or bytes)
    end
  end
  return size
end

local function content_size(content) return type(content) == "table" and size_of(content.Data) or 0 end

-- Of a simple message or a template.
local function part_size(part)
  if type(part) ~= "table" then return 0 end
  local size, body = content_size(part.Subject), part.Body
  if type(body) == "table" then size = size + content_size(body.Text) + content_size(body.Html) end
  if part.Headers then size = size + headers_size(part.Headers) end
  if part.Attachments then size = size + attachments_size(part.Attachments) end
  return size
end

-- What SES makes of the parts is not less than this: encodings of text, borders and SES's own fields come
-- on top. What a template grows to, SES alone knows.
local function message_size(content)
  if type(content) ~= "table" then return 0 end
  return content_size(content.Raw) + part_size(content.Simple) + part_size(content.Template)
end

-- JSON has more bytes than what it holds but for the line breaks of base64: a 38th of it.
local function message_rule(member)
  return function(params, walk, say)
    local most = walk.rules.max_message_bytes
    if walk.json_bytes and walk.json_bytes < most / 2 then return end
    local size = message_size(params[member])
    if size > most then
      say.fault_at(member, walk,
        ("makes a message of %d bytes or more, and max_message_bytes is %d"):format(size, most))
    end
  end
end

operations.SendEmail, operations.SendBulkEmail = message_rule "Content", message_rule "DefaultContent"

--- The rules for `ses.model.validate.input`.
-- @tparam ?integer max_message_bytes of a mail with its attachments in base64; default and most: what SES
--   takes
-- @treturn table
function rules.new(max_message_bytes)
  return {
    shapes = shapes, operations = operations, quick = quick,
    max_message_bytes = math.min(max_message_bytes or rules.MAX_MESSAGE, rules.MAX_MESSAGE),
  }
end

return rules
