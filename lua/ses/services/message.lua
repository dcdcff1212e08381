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
local address = require "ses.mail.address"
local errors = require "ses.errors"
local header = require "ses.mail.header"
local json = require "ses.model.json"
local model = require "ses.model"
local names = require "ses.model.names"
local suggest = require "ses.suggest"

local message = {}

local PLAIN = {
  from = true, to = true, cc = true, bcc = true, reply_to = true, subject = true, text = true, html = true,
  template = true, data = true, raw = true, headers = true, attachments = true, tags = true, config_set = true,
}

-- What each plain field stands for in AWS's request; both at once would leave one of them unheard.
local AWS_TWIN = {
  from = "from_email_address", reply_to = "reply_to_addresses", config_set = "configuration_set_name",
  tags = "email_tags", to = "destination", cc = "destination", bcc = "destination", subject = "content",
  text = "content", html = "content", template = "content", raw = "content", data = "content",
  headers = "content", attachments = "content",
}

local Faults = {}
Faults.__index = Faults

function Faults:add(path, text)
  self[#self + 1] = { path = path, message = text }
end

local function is_list(value)
  return type(value) == "table" and (value[1] ~= nil or next(value) == nil)
end

local function one_address(value, path, faults)
  if type(value) ~= "string" and type(value) ~= "table" then
    return faults:add(path, "must be an address, not a " .. type(value))
  end
  local text, reason = address.format(value)
  if not text then return faults:add(path, reason) end
  return text
end

local function addresses(value, path, faults)
  if value == nil then return nil end
  if not is_list(value) then return { one_address(value, path, faults) } end
  local list = {}
  for i, item in ipairs(value) do list[i] = one_address(item, path .. "[" .. i .. "]", faults) end
  return list
end

-- A map or a list as SES's list of Name and Value, in an order that does not change from run to run.
local function name_values(value, path, faults, check)
  if value == nil then return nil end
  if type(value) ~= "table" then return faults:add(path, "must be a table, not a " .. type(value)) end
  local list = {}
  if is_list(value) then
    for i, item in ipairs(value) do
      if type(item) ~= "table" then return faults:add(path .. "[" .. i .. "]", "must be { name =, value = }") end
      list[i] = { Name = item.name, Value = item.value }
    end
  else
    for name, text in pairs(value) do list[#list + 1] = { Name = name, Value = text } end
    table.sort(list, function(a, b) return tostring(a.Name) < tostring(b.Name) end)
  end
  for _, item in ipairs(list) do
    if type(item.Value) == "number" then item.Value = tostring(item.Value) end
    if type(item.Name) ~= "string" or type(item.Value) ~= "string" then
      faults:add(path, "must have text as names and values")
    elseif check then
      local ok, reason = check(item.Name, item.Value)
      if not ok then faults:add(path .. "." .. item.Name:gsub("[^%w%-_]", "?"), reason) end
    end
  end
  return list
end

local ATTACHMENT = {
  filename = "FileName", data = "RawContent", content_type = "ContentType", content_id = "ContentId",
  disposition = "ContentDisposition", description = "ContentDescription",
  content_transfer_encoding = "ContentTransferEncoding",
}
local DISPOSITION = { attachment = "ATTACHMENT", inline = "INLINE" }

local function attachments(value, faults)
  if value == nil then return nil end
  if not is_list(value) then return faults:add("attachments", "must be a list") end
  local list = {}
  for i, item in ipairs(value) do
    local path = "attachments[" .. i .. "]"
    if type(item) ~= "table" then return faults:add(path, "must be a table, not a " .. type(item)) end
    local made = {}
    for name, field in pairs(item) do
      local member = ATTACHMENT[name]
      if not member then
        faults:add(path .. "." .. tostring(name), "is not known" .. suggest.hint(tostring(name), ATTACHMENT))
      else
        made[member] = field
      end
    end
    if type(item.filename) == "string" then
      local ok, reason = header.check_value(item.filename)
      if not ok then faults:add(path .. ".filename", reason) end
    end
    made.ContentDisposition = DISPOSITION[item.disposition] or item.disposition
    list[i] = made
  end
  return list
end

local function text_part(value, path, faults)
  if value == nil then return nil end
  if type(value) ~= "string" then return faults:add(path, "must be a string, not a " .. type(value)) end
  return { Data = value, Charset = "UTF-8" }
end

local function template_data(data, faults)
  if type(data) == "string" then return data end
  if data == nil then return "{}" end
  if type(data) ~= "table" then return faults:add("data", "must be a table or a string of JSON") end
  -- An empty Lua table could be a list as well; SES wants an object.
  if next(data) == nil then return "{}" end
  local text, reason = json.encode(data)
  if not text then return faults:add("data", reason) end
  return text
end

local function exclude(mail, name, others, faults)
  for _, other in ipairs(others) do
    if mail[other] ~= nil then faults:add(other, "cannot be given together with " .. name) end
  end
end

local function content(mail, faults)
  if mail.raw ~= nil then
    exclude(mail, "raw", { "subject", "text", "html", "template", "data", "headers", "attachments" }, faults)
    return { Raw = { Data = mail.raw } }
  end
  local headers = name_values(mail.headers, "headers", faults, header.check)
  local files = attachments(mail.attachments, faults)
  if mail.template ~= nil then
    exclude(mail, "template", { "subject", "text", "html" }, faults)
    return { Template = {
      TemplateName = mail.template, TemplateData = template_data(mail.data, faults),
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

local function is_plain(mail)
  for _, name in ipairs { "subject", "text", "html", "template", "data", "raw", "headers", "attachments" } do
    if mail[name] ~= nil then return true end
  end
  return mail.content == nil
end

local function known_names()
  local known = {}
  for name in pairs(PLAIN) do known[name] = true end
  for name in pairs(model.shape(model.operation("SendEmail").input).by_snake) do known[name] = true end
  return known
end

-- The fields that are AWS's own, in AWS's names; faults for those that nobody knows.
local function aws_fields(mail, faults)
  local rest, known = {}, nil
  for name, value in pairs(mail) do
    if PLAIN[name] then
      local twin = AWS_TWIN[name]
      if twin and mail[twin] ~= nil then faults:add(name, "cannot be given together with " .. twin) end
    else
      known = known or known_names()
      if known[name] then
        rest[name] = value
      else
        faults:add(tostring(name), "is not known" .. suggest.hint(tostring(name), known))
      end
    end
  end
  return names.to_aws(model.operation("SendEmail").input, rest)
end

local SIMULATOR = "@simulator%.amazonses%.com>?$"

-- `sandbox_mode` keeps a staging system from writing to people.
local function check_sandbox(request, faults)
  for field, list in pairs(request.Destination or {}) do
    for i, text in ipairs(list) do
      if type(text) == "string" and not text:lower():find(SIMULATOR) then
        faults:add("Destination." .. field .. "[" .. i .. "]",
          "is not an address of the mailbox simulator, and sandbox_mode is on")
      end
    end
  end
end

--- Turns a mail into the request of SendEmail, in AWS's names.
-- @tparam table mail see above
-- @tparam table settings of the client: `default_from_address`, `default_config_set`, `sandbox_mode`
-- @treturn table
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", with every fault
function message.request(mail, settings)
  local faults = setmetatable({}, Faults)
  if type(mail) ~= "table" then
    return nil, errors.validation { { path = "", message = "a mail must be a table, not a " .. type(mail) } }
  end
  local request = aws_fields(mail, faults)
  if is_plain(mail) then request.Content = content(mail, faults) end
  if mail.to ~= nil or mail.cc ~= nil or mail.bcc ~= nil then
    request.Destination = {
      ToAddresses = addresses(mail.to, "to", faults), CcAddresses = addresses(mail.cc, "cc", faults),
      BccAddresses = addresses(mail.bcc, "bcc", faults),
    }
  elseif not request.Destination and not (request.Content and request.Content.Raw) then
    faults:add("to", "is required")
  end
  local from = mail.from
  if from == nil and request.FromEmailAddress == nil then from = settings.default_from_address end
  if from ~= nil then request.FromEmailAddress = one_address(from, "from", faults) end
  if request.FromEmailAddress == nil and #faults == 0 and not request.Content.Raw then
    faults:add("from", "is required")
  end
  request.ReplyToAddresses = request.ReplyToAddresses or addresses(mail.reply_to, "reply_to", faults)
  request.EmailTags = request.EmailTags or name_values(mail.tags, "tags", faults)
  request.ConfigurationSetName = request.ConfigurationSetName or mail.config_set or settings.default_config_set
  if settings.sandbox_mode then check_sandbox(request, faults) end
  if #faults > 0 then return nil, errors.validation(faults) end
  return request
end

return message
