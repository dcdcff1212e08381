--- Whole messages: RFC 5322 and MIME, written and read.
--
-- `build` knows no clock and no chance: date and Message-ID are given, and boundaries are made so that
-- they can occur in no part. `parse` takes any bytes and always gives a message.
-- @module ses.mail.mime
local address = require "ses.mail.address"
local charset = require "ses.mail.charset"
local core = require "ses.core"
local encoding = require "ses.mail.encoding"
local errors = require "ses.errors"
local header = require "ses.mail.header"
local suggest = require "ses.suggest"

local mime = {}

--- What `parse` looks at; more is left unread (fields, parts) or taken as text (depth).
mime.MAX_DEPTH = 20
mime.MAX_PARTS = 1000
mime.MAX_FIELDS = 1000

local TYPES = {
  csv = "text/csv", doc = "application/msword", gif = "image/gif", gz = "application/gzip",
  docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  eml = "message/rfc822", htm = "text/html", html = "text/html", ics = "text/calendar", jpeg = "image/jpeg",
  jpg = "image/jpeg", json = "application/json", mp3 = "audio/mpeg", mp4 = "video/mp4",
  pdf = "application/pdf", png = "image/png", svg = "image/svg+xml", txt = "text/plain",
  webp = "image/webp", xls = "application/vnd.ms-excel", xml = "application/xml", zip = "application/zip",
  xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

--- The media type that a file name suggests.
-- @tparam ?string filename
-- @treturn string "application/octet-stream" where the name says nothing
function mime.type_of(filename)
  local extension = filename and filename:match("%.(%w+)$")
  return extension and TYPES[extension:lower()] or "application/octet-stream"
end

local DAYS = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" }
local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

local LAST_TIME = 253402300799 -- the end of the year 9999

--- A time as the Date field has it, in UTC and whatever the locale is.
-- @tparam number time Unix seconds
-- @treturn string
function mime.format_date(time)
  local t = os.date("!*t", math.floor(time))
  return ("%s, %02d %s %04d %02d:%02d:%02d +0000"):format(DAYS[t.wday], t.day, MONTHS[t.month], t.year, t.hour,
    t.min, t.sec)
end

-- Collects faults with the path of what is at fault, and the lines of the message.
local Builder = {}
Builder.__index = Builder

function Builder:fault(path, message)
  self.faults[#self.faults + 1] = { path = path, message = message }
end

function Builder:field(name, value)
  self.lines[#self.lines + 1] = header.fold(name, value)
end

local MESSAGE_FIELDS = {
  "from", "to", "cc", "reply_to", "subject", "text", "html", "headers", "attachments", "date", "message_id", "boundary",
}
local ATTACHMENT_FIELDS = { "data", "filename", "content_type", "content_id", "inline" }

-- Refuses what would otherwise be left out of the message in silence.
function Builder:check_names(given, known, prefix)
  local names, unknown = {}, {}
  for _, name in ipairs(known) do names[name] = true end
  for name in pairs(given) do
    if not names[name] then unknown[#unknown + 1] = tostring(name) end
  end
  table.sort(unknown)
  for _, name in ipairs(unknown) do
    self:fault(prefix .. name, "is not known" .. suggest.hint(name, known))
  end
end

-- The addresses of one field as a list: one address (text or table) is a list of one.
local function as_list(value)
  if value == nil then return {} end
  if type(value) == "string" or value.email ~= nil or value.name ~= nil then return { value } end
  return value
end

function Builder:addresses(name, path, value)
  if value ~= nil and type(value) ~= "string" and type(value) ~= "table" then
    return self:fault(path, "must be an address or a list of addresses")
  end
  local list, out = as_list(value), {}
  for i, item in ipairs(list) do
    local item_path = #list > 1 and ("%s[%d]"):format(path, i) or path
    if type(item) ~= "string" and type(item) ~= "table" then
      self:fault(item_path, "must be an address")
    else
      local text, reason = address.format(item)
      if text then
        out[#out + 1] = text
      else
        self:fault(item_path, reason)
      end
    end
  end
  if #out > 0 then self:field(name, table.concat(out, ", ")) end
  return #list
end

function Builder:from(value)
  local count = self:addresses("From", "from", value)
  if count == 0 then self:fault("from", "is required") end
  if count and count > 1 then self:fault("from", "must be one address") end
end

function Builder:subject(subject)
  if subject == nil then return end
  local ok, reason = header.check_value(subject)
  if not ok then return self:fault("subject", reason) end
  self:field("Subject", header.encode_text(subject, "Subject"))
end

function Builder:date(date)
  if date == nil then return end
  if type(date) == "number" then
    if not (date >= 0 and date <= LAST_TIME) then
      return self:fault("date", "must be a time of the years 1970 to 9999")
    end
    return self:field("Date", mime.format_date(date))
  end
  local ok, reason = header.check_value(date)
  if ok and (#date > 100 or date:find("[^ -~]")) then ok, reason = nil, "must be a date as RFC 5322 has it" end
  if not ok then return self:fault("date", reason) end
  self:field("Date", date)
end

-- An id between angle brackets, which are added where they are missing.
local function bracketed(id)
  if type(id) ~= "string" then return nil, "must be a string" end
  local bare = id:match("^<(.*)>$") or id
  if bare == "" or bare:find("[^!-~]") or bare:find("[<>]") then
    return nil, "must be printable ASCII without spaces and angle brackets"
  end
  if #bare > 500 then return nil, "is longer than 500 characters" end
  return "<" .. bare .. ">"
end

function Builder:message_id(id)
  if id == nil then return end
  local text, reason = bracketed(id)
  if not text then return self:fault("message_id", reason) end
  self:field("Message-ID", text)
end

-- Fields that have an argument of their own, or that the structure decides.
local OWN_FIELDS = {
  ["from"] = true, ["to"] = true, ["cc"] = true, ["bcc"] = true, ["reply-to"] = true, ["subject"] = true,
  ["date"] = true, ["message-id"] = true, ["mime-version"] = true, ["content-type"] = true,
  ["content-transfer-encoding"] = true,
}

local function custom_fields(headers)
  local list = {}
  for i, pair in ipairs(headers) do
    list[i] = { name = pair.name or pair[1], value = pair.value or pair[2], path = ("headers[%d]"):format(i) }
  end
  if #list > 0 then return list end
  for name, value in pairs(headers) do
    list[#list + 1] = { name = name, value = value, path = "headers" }
  end
  table.sort(list, function(a, b) return tostring(a.name) < tostring(b.name) end)
  return list
end

function Builder:headers(headers)
  if headers ~= nil and type(headers) ~= "table" then return self:fault("headers", "must be a table") end
  for _, field in ipairs(custom_fields(headers or {})) do
    local ok, reason = header.check(field.name, field.value)
    if not ok then
      self:fault(field.path, reason)
    elseif OWN_FIELDS[field.name:lower()] then
      self:fault(field.path, "must not hold " .. field.name .. ", which is written from its own argument")
    else
      self:field(field.name, header.encode_text(field.value, field.name))
    end
  end
end

-- A part is { fields = text, body = text }; its body ends without a line break of its own.
local function text_part(subtype, text)
  return {
    fields = ("Content-Type: text/%s; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n")
      :format(subtype),
    body = encoding.encode_quoted_printable(text),
  }
end

-- Boundaries begin with "=_", which quoted-printable and base64 never hold, and no field begins with
-- "--": so none can occur in a part. The kind keeps those of nested parts apart.
local function multipart(kind, parts, seed, parameters)
  local boundary = ("=_%s_%s"):format(kind, seed)
  local out = {}
  for _, part in ipairs(parts) do
    out[#out + 1] = ("--%s\r\n%s\r\n%s\r\n"):format(boundary, part.fields, part.body)
  end
  out[#out + 1] = "--" .. boundary .. "--"
  return {
    fields = header.fold("Content-Type", ('multipart/%s; boundary="%s"%s'):format(kind, boundary, parameters or "")),
    body = table.concat(out),
  }
end

local function check_type(content_type)
  if content_type == nil then return true end
  if type(content_type) ~= "string" or not content_type:find("^[%w!#$&^_.+-]+/[%w!#$&^_.+-]+") then
    return nil, "must be a media type such as application/pdf"
  end
  if #content_type > 255 then return nil, "is longer than 255 characters" end
  if content_type:find("[^ -~]") then return nil, "must be ASCII without control characters" end
  if content_type:lower():find("^multipart/") then return nil, "must not be multipart" end
  return true
end

function Builder:check_attachment(item, path)
  local before = #self.faults
  self:check_names(item, ATTACHMENT_FIELDS, path .. ".")
  if type(item.data) ~= "string" then self:fault(path .. ".data", "must be a string of bytes") end
  if item.filename ~= nil then
    local ok, reason = header.check_value(item.filename)
    if not ok then
      self:fault(path .. ".filename", reason)
    elseif #item.filename > 255 then
      self:fault(path .. ".filename", "is longer than 255 octets")
    end
  end
  local ok, reason = check_type(item.content_type)
  if not ok then self:fault(path .. ".content_type", reason) end
  if item.content_id ~= nil then
    ok, reason = bracketed(item.content_id)
    if not ok then self:fault(path .. ".content_id", reason) end
  end
  return #self.faults == before
end

function Builder:attachment_part(item)
  local content_type = item.content_type or mime.type_of(item.filename)
  local inline = item.content_id ~= nil and item.inline ~= false
  local name, filename = "", ""
  if item.filename then
    name = content_type:find(";") and "" or header.format_parameter("name", item.filename)
    filename = header.format_parameter("filename", item.filename)
  end
  local fields = {
    header.fold("Content-Type", content_type .. name),
    header.fold("Content-Disposition", (inline and "inline" or "attachment") .. filename),
    "Content-Transfer-Encoding: base64\r\n",
  }
  if item.content_id then fields[#fields + 1] = header.fold("Content-ID", (bracketed(item.content_id))) end
  local body = encoding.encode_base64(item.data):gsub("\r\n$", "")
  return { fields = table.concat(fields), body = body }, inline
end

-- The attachments, apart: those that the HTML shows, those that go beside the text.
function Builder:attachments(list)
  local inline_parts, other_parts = {}, {}
  if list ~= nil and type(list) ~= "table" then
    self:fault("attachments", "must be a list")
    list = nil
  end
  for i, item in ipairs(list or {}) do
    local path = ("attachments[%d]"):format(i)
    if type(item) ~= "table" then
      self:fault(path, "must be a table")
    elseif self:check_attachment(item, path) then
      local part, inline = self:attachment_part(item)
      local into = inline and inline_parts or other_parts
      into[#into + 1] = part
    end
  end
  return inline_parts, other_parts
end

function Builder:check_text(path, text)
  if text == nil then return end
  if type(text) ~= "string" then return self:fault(path, "must be a string") end
  if not charset.is_utf8(text) then return self:fault(path, "must be UTF-8") end
end

-- multipart/mixed > multipart/related > multipart/alternative, each only where there is need of it.
local function structure(message, inline_parts, other_parts, seed)
  local part
  if message.text and message.html then
    part = multipart("alternative", { text_part("plain", message.text), text_part("html", message.html) }, seed)
  elseif message.html then
    part = text_part("html", message.html)
  else
    part = text_part("plain", message.text or "")
  end
  if #inline_parts > 0 then
    local kind = part.fields:match("^Content%-Type: ([%w/]+)")
    table.insert(inline_parts, 1, part)
    part = multipart("related", inline_parts, seed, ('; type="%s"'):format(kind))
  end
  if #other_parts > 0 then
    table.insert(other_parts, 1, part)
    part = multipart("mixed", other_parts, seed)
  end
  return part
end

--- Writes a message.
-- @tparam table message
--   `from` (required), `to`, `cc`, `reply_to`: text or { name =, email = }, or a list of them (Bcc is
--   no part of a message);
--   `subject`, `text`, `html`: UTF-8;
--   `headers`: a list of { name, value } or { name =, value = }, or a table of names and values;
--   `attachments`: a list of { data =, filename =, content_type =, content_id = }: one with a
--   `content_id` is shown inside the HTML (`cid:…`), unless `inline` = false;
--   `date`: Unix seconds or the text of the field; `message_id`: with or without angle brackets;
--   `boundary`: what makes the boundaries unique, ASCII letters and digits, else derived from the rest
-- @treturn string|nil ASCII with CRLF line ends, at its end too; lines of at most 998 characters
-- @treturn ?ses.Error kind "validation" with every fault, each named by its argument
function mime.build(message)
  local builder = setmetatable({ faults = {}, lines = {} }, Builder)
  builder:check_names(message, MESSAGE_FIELDS, "")
  builder:from(message.from)
  builder:addresses("To", "to", message.to)
  builder:addresses("Cc", "cc", message.cc)
  builder:addresses("Reply-To", "reply_to", message.reply_to)
  builder:subject(message.subject)
  builder:date(message.date)
  builder:message_id(message.message_id)
  builder:headers(message.headers)
  builder:check_text("text", message.text)
  builder:check_text("html", message.html)
  local inline_parts, other_parts = builder:attachments(message.attachments)
  local seed = message.boundary or core.digest.sha256(table.concat(builder.lines)):sub(1, 24)
  if type(seed) ~= "string" or not seed:find("^%w+$") or #seed > 50 then
    builder:fault("boundary", "must be 1 to 50 ASCII letters and digits")
  end
  if #builder.faults > 0 then return nil, errors.validation(builder.faults) end
  builder.lines[#builder.lines + 1] = "MIME-Version: 1.0\r\n"
  local part = structure(message, inline_parts, other_parts, seed)
  local text = table.concat(builder.lines) .. part.fields .. "\r\n" .. part.body
  return text:sub(-2) == "\r\n" and text or text .. "\r\n"
end

-- Splits an entity at its first empty line: header block, body.
local function split_entity(bytes)
  if bytes:find("^\r?\n") then return "", (bytes:gsub("^\r?\n", "", 1)) end
  local first, last = bytes:find("\n\r?\n")
  if not first then return bytes, "" end
  return bytes:sub(1, first), bytes:sub(last + 1)
end

-- The fields of a header block, unfolded: a list of { name, raw value }.
local function parse_fields(block)
  local fields, current = {}, nil
  for line in (block .. "\n"):gmatch("([^\n]*)\n") do
    line = line:gsub("\r$", "")
    if line:find("^[ \t]") and current then
      current[#current + 1] = line
    else
      local name, value = line:match("^([!-9;-~]+)[ \t]*:(.*)$")
      if name then
        if #fields >= mime.MAX_FIELDS then break end
        current = { value }
        fields[#fields + 1] = { name, current }
      else
        current = nil
      end
    end
  end
  for _, field in ipairs(fields) do
    field[2] = table.concat(field[2]):match("^%s*(.*%S)") or ""
  end
  return fields
end

local function field_value(fields, name)
  for _, field in ipairs(fields) do
    if field[1]:lower() == name then return field[2] end
  end
end

-- The next delimiter line from `position`: where it begins, where the next line does, whether it is
-- the last one.
local function find_delimiter(body, delimiter, position)
  while true do
    local first, last = body:find(delimiter, position, true)
    if not first then return nil end
    if first == 1 or body:byte(first - 1) == 10 then
      local dashes, after = body:match("^(%-?%-?)[ \t]*\r?\n()", last + 1)
      if not dashes then dashes, after = body:match("^(%-?%-?)[ \t]*()$", last + 1) end
      if dashes and dashes ~= "-" then return first, after, dashes == "--" end
    end
    position = last + 1
  end
end

-- Calls `each` with every part between delimiter lines of `boundary`; returns whether there was one.
local function split_parts(body, boundary, each)
  local delimiter = "--" .. boundary
  local first, start, is_last = find_delimiter(body, delimiter, 1)
  local found = false
  while first and not is_last do
    local from = start
    first, start, is_last = find_delimiter(body, delimiter, from)
    -- The line break before the delimiter belongs to it.
    local to = first and first - 1 or #body
    if first then
      if body:byte(to) == 10 then to = to - 1 end
      if body:byte(to) == 13 then to = to - 1 end
    end
    found = true
    each(body:sub(from, to))
  end
  return found
end

local function clean_filename(name)
  name = name and name:gsub("%c", ""):match("[^/\\]*$")
  return name ~= "" and name or nil
end

local Reader = {}
Reader.__index = Reader

function Reader:leaf(entity, body)
  local data = encoding.decode(body, entity.encoding)
  local message, kind = self.message, entity.content_type
  local slot = (kind == "text/plain" and "text") or (kind == "text/html" and "html")
  if slot and not message[slot] and entity.disposition ~= "attachment" and not entity.filename then
    message[slot] = charset.to_utf8(data, entity.charset):gsub("\r\n", "\n")
    return
  end
  message.attachments[#message.attachments + 1] = {
    filename = entity.filename, content_type = kind, size = #data, data = data,
    content_id = entity.content_id, disposition = entity.disposition,
  }
end

local function describe(fields)
  local content_type, parameters = header.parse_parameters(field_value(fields, "content-type") or "text/plain")
  local disposition, extra = header.parse_parameters(field_value(fields, "content-disposition") or "")
  local id = field_value(fields, "content-id")
  return {
    content_type = content_type:find("^[^/%s]+/[^/%s]+$") and content_type or "text/plain",
    charset = parameters.charset, boundary = parameters.boundary,
    filename = clean_filename(extra.filename or parameters.name),
    disposition = disposition ~= "" and disposition or nil,
    encoding = field_value(fields, "content-transfer-encoding"),
    content_id = id and charset.scrub(id:match("^<(.*)>$") or id),
  }
end

function Reader:entity(fields, body, depth)
  local entity = describe(fields)
  local nested = entity.content_type:find("^multipart/") and entity.boundary and entity.boundary ~= ""
  if not nested or depth >= mime.MAX_DEPTH then
    if nested then entity.content_type = "application/octet-stream" end
    return self:leaf(entity, body)
  end
  local found = split_parts(body, entity.boundary, function(part)
    self.parts = self.parts + 1
    if self.parts > mime.MAX_PARTS then return end
    local block, content = split_entity(part)
    self:entity(parse_fields(block), content, depth + 1)
  end)
  if not found then
    entity.content_type = "text/plain"
    self:leaf(entity, body)
  end
end

local function mailboxes(value)
  return value and address.parse_list(charset.scrub(value):gsub("%c", " "), { smtputf8 = true }) or {}
end

--- Reads a message. Takes any bytes: what is broken is read as far as it goes.
-- @tparam string bytes
-- @treturn table
--   `headers`: a list of { name, value } in their order, values unfolded and decoded to UTF-8;
--   `subject`, `date`, `message_id`: text or nil;
--   `from`: { name =, email = } or nil; `to`, `cc`, `bcc`, `reply_to`: lists of such, empty where the
--   field is missing or no list of addresses (`headers` has its text);
--   `text`, `html`: the first such part, as UTF-8 with "\n" line ends, or nil;
--   `attachments`: a list of { filename =, content_type =, size =, data =, content_id =, disposition = }
function mime.parse(bytes)
  local block, body = split_entity(bytes)
  local fields = parse_fields(block)
  local message = { headers = {}, attachments = {} }
  for i, field in ipairs(fields) do message.headers[i] = { field[1], header.decode(field[2]) } end
  for _, name in ipairs { "subject", "date", "message-id" } do
    message[name:gsub("-", "_")] = mime.header(message, name)
  end
  message.from = mailboxes(field_value(fields, "from"))[1]
  for _, name in ipairs { "to", "cc", "bcc", "reply-to" } do
    message[name:gsub("-", "_")] = mailboxes(field_value(fields, name))
  end
  setmetatable({ message = message, parts = 0 }, Reader):entity(fields, body, 0)
  return message
end

--- The value of the first field of a name in a parsed message.
-- @tparam table message of `parse`
-- @tparam string name in any letter case
-- @treturn ?string
function mime.header(message, name)
  return field_value(message.headers, name:lower())
end

return mime
