--- What the plain forms of a mail are made of: addresses, tags and headers, attachments, template data.
--
-- Each function turns one plain field into AWS's form of it, and adds what is wrong with it to a list of
-- faults.
-- @module ses.services.plain
local address = require "ses.mail.address"
local header = require "ses.mail.header"
local json = require "ses.model.json"
local model = require "ses.model"
local names = require "ses.model.names"
local suggest = require "ses.suggest"

local plain = {}

local Faults = {}
Faults.__index = Faults

function Faults:add(path, text)
  self[#self + 1] = { path = path, message = text }
end

--- A list of faults: `faults:add(path, message)`.
function plain.faults() return setmetatable({}, Faults) end

--- Whether a table is a list; an empty one is.
function plain.is_list(value)
  return type(value) == "table" and (value[1] ~= nil or next(value) == nil)
end

--- One address as SES takes it, the name and the domain encoded as they need.
function plain.address(value, path, faults)
  if type(value) ~= "string" and type(value) ~= "table" then
    return faults:add(path, "must be an address, not a " .. type(value))
  end
  local text, reason = address.format(value)
  if not text then return faults:add(path, reason) end
  return text
end

--- An address or a list of them, as a list.
function plain.addresses(value, path, faults)
  if value == nil then return nil end
  if not plain.is_list(value) then return { plain.address(value, path, faults) } end
  local list = {}
  for i, item in ipairs(value) do list[i] = plain.address(item, path .. "[" .. i .. "]", faults) end
  return list
end

--- `to`, `cc` and `bcc` as a Destination.
function plain.destination(mail, faults)
  return {
    ToAddresses = plain.addresses(mail.to, "to", faults), CcAddresses = plain.addresses(mail.cc, "cc", faults),
    BccAddresses = plain.addresses(mail.bcc, "bcc", faults),
  }
end

local function by_name(a, b) return tostring(a.Name) < tostring(b.Name) end

--- A map or a list as SES's list of Name and Value, in an order that does not change from run to run.
function plain.name_values(value, path, faults, check)
  if value == nil then return nil end
  if type(value) ~= "table" then return faults:add(path, "must be a table, not a " .. type(value)) end
  local list = {}
  if plain.is_list(value) then
    for i, item in ipairs(value) do
      if type(item) ~= "table" then return faults:add(path .. "[" .. i .. "]", "must be { name =, value = }") end
      list[i] = { Name = item.name, Value = item.value }
    end
  else
    for name, text in pairs(value) do list[#list + 1] = { Name = name, Value = text } end
    table.sort(list, by_name)
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

--- Headers as SES's list of them, each checked.
function plain.headers(value, path, faults)
  return plain.name_values(value, path, faults, header.check)
end

local ATTACHMENT = {
  filename = "FileName", data = "RawContent", content_type = "ContentType", content_id = "ContentId",
  disposition = "ContentDisposition", description = "ContentDescription",
  content_transfer_encoding = "ContentTransferEncoding",
}
--- The fields of an attachment, as keys.
plain.ATTACHMENT_FIELDS = ATTACHMENT

local DISPOSITION = { attachment = "ATTACHMENT", inline = "INLINE" }

--- Attachments as SES's list of them.
function plain.attachments(value, faults)
  if value == nil then return nil end
  if not plain.is_list(value) then return faults:add("attachments", "must be a list") end
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

--- Looks whether a text is what SES takes for template data.
-- @treturn boolean|nil true
-- @treturn ?string what it must be
function plain.check_json(text)
  if type(json.decode(text)) ~= "table" or not text:find("^%s*{") then return nil, "must be a JSON object" end
  return true
end

--- Template data as JSON, from a table or from JSON.
function plain.template_data(data, path, faults)
  if data == nil then return "{}" end
  if type(data) == "string" then
    local ok, reason = plain.check_json(data)
    if not ok then return faults:add(path, reason) end
    return data
  end
  if type(data) ~= "table" then return faults:add(path, "must be a table or a string of JSON") end
  -- An empty Lua table could be a list as well; SES wants an object.
  if next(data) == nil then return "{}" end
  if data[1] ~= nil then return faults:add(path, "must have names as keys: SES wants an object") end
  local text, reason = json.encode(data)
  if not text then return faults:add(path, reason) end
  return text
end

--- Adds a fault for each of `others` that stands beside `name`.
function plain.exclude(mail, name, others, faults)
  for _, other in ipairs(others) do
    if mail[other] ~= nil then faults:add(other, "cannot be given together with " .. name) end
  end
end

local known = {}

local function known_names(shape, fields)
  if known[shape] then return known[shape] end
  local found = {}
  for name in pairs(fields) do found[name] = true end
  for name in pairs(model.shape(shape).by_snake) do found[name] = true end
  known[shape] = found
  return found
end

--- The fields that are AWS's own, in AWS's names; faults for those that nobody knows.
-- @tparam string shape AWS's name of what is to come of it
-- @tparam table mail
-- @tparam table fields the plain ones, as keys; always the same for a shape
-- @tparam table twins what each plain field stands for in AWS's: both at once would leave one unheard
-- @tparam table faults
-- @treturn table
function plain.aws_fields(shape, mail, fields, twins, faults)
  local rest
  for name, value in pairs(mail) do
    if fields[name] then
      local twin = twins[name]
      if twin and mail[twin] ~= nil then faults:add(name, "cannot be given together with " .. twin) end
    else
      local names_here = known_names(shape, fields)
      if names_here[name] then
        rest = rest or {}
        rest[name] = value
      else
        faults:add(tostring(name), "is not known" .. suggest.hint(tostring(name), names_here))
      end
    end
  end
  return rest and names.to_aws(shape, rest) or {}
end

local SIMULATOR = "@simulator%.amazonses%.com>?$"

--- Adds a fault for each recipient that is none of the mailbox simulator: `sandbox_mode` keeps a staging
-- system from writing to people.
function plain.check_sandbox(destination, faults)
  for field, list in pairs(destination or {}) do
    for i, text in ipairs(type(list) == "table" and list or {}) do
      if type(text) == "string" and not text:lower():find(SIMULATOR) then
        faults:add("Destination." .. field .. "[" .. i .. "]",
          "is not an address of the mailbox simulator, and sandbox_mode is on")
      end
    end
  end
end

return plain
