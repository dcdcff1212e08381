--- The audience of a campaign: recipients, one after the other, out of a CSV file.
--
-- What is wrong with the file ends the whole reading with one error that names row and field: a missing
-- column, a ragged row, a line break in a value that goes into a header, data that the message cannot be
-- rendered with. A malformed address is that recipient's own failure.
-- @module ses.campaign.audience
local address = require "ses.mail.address"
local csv = require "ses.campaign.csv"
local header = require "ses.mail.header"
local json = require "ses.model.json"
local suggest = require "ses.suggest"

local audience = {}

-- Of an address that cannot be, no more than this is kept.
local MAX_KEPT = 320

local Audience = { __name = "ses.campaign.Audience" }
Audience.__index = Audience

local function missing_column(reader, column, field)
  local message = ("has no column '%s'%s"):format(column, suggest.hint(column, reader.index))
  if #reader.columns == 1 and reader.columns[1]:find("[;\t|]") then
    message = message .. "; are the columns separated by another character? See audience.separator"
  end
  if field then message = message .. " (" .. field .. ")" end
  return csv.fault(reader.name, { row = 1 }, message)
end

-- Which column each variable of the message comes from: a list of { variable, position }.
local function columns_of(reader, data)
  local wanted = {}
  if data == nil then
    for name in pairs(reader.index) do wanted[name] = name end
  else
    for key, column in pairs(data) do wanted[type(key) == "number" and column or key] = column end
  end
  local list = {}
  for variable, column in pairs(wanted) do
    local position = reader.index[column]
    if not position then return nil, missing_column(reader, column, "message.data") end
    list[#list + 1] = { variable = variable, position = position, key = json.quote(variable) .. ":" }
  end
  table.sort(list, function(a, b) return a.position < b.position end)
  return list
end

--- Opens an audience.
-- @tparam table campaign of ses.campaign.file
-- @tparam table message of ses.campaign.message
-- @tparam ?function on_chunk sees every block of the file
-- @treturn table|nil with `next` and `close`
-- @treturn ?ses.Error
function audience.open(campaign, message, on_chunk)
  local spec, data = campaign.audience, campaign.message.data
  local reader, err = csv.open(spec.csv, { separator = spec.separator, on_chunk = on_chunk })
  if not reader then return nil, err end
  local self = setmetatable({ reader = reader, message = message, campaign = campaign }, Audience)
  self.email = reader.index[spec.email]
  self.name = spec.name and reader.index[spec.name]
  if not self.email then err = missing_column(reader, spec.email) end
  if not err and spec.name and not self.name then err = missing_column(reader, spec.name, "audience.name") end
  if not err and type(data) ~= "function" then self.columns, err = columns_of(reader, data) end
  if err then
    reader:close()
    return nil, err
  end
  return self
end

function Audience:_fault(field, message)
  local reader = self.reader
  return csv.fault(reader.name, { row = reader.row, line = reader.line, field = field }, message)
end

-- The data by a function of the campaign file.
function Audience:_built(fields)
  local row = {}
  for column, position in pairs(self.reader.index) do row[column] = fields[position] end
  local ran, data = pcall(self.campaign.message.data, row)
  if not ran then
    local reason = tostring(data):gsub("%s*[\r\n]+%s*", " ")
    return nil, self:_fault(nil, "message.data fails: " .. reason)
  end
  if type(data) ~= "table" then
    return nil, self:_fault(nil, "message.data must return a table, not a " .. type(data))
  end
  return data
end

-- The data by columns, the same as JSON, and which of them are empty.
function Audience:_picked(fields)
  local data, text, shape = {}, {}, {}
  for i, column in ipairs(self.columns) do
    local value = fields[column.position]
    data[column.variable] = value
    text[i] = column.key .. json.quote(value)
    shape[i] = value == "" and "0" or "1"
  end
  return data, "{" .. table.concat(text, ",") .. "}", table.concat(shape)
end

-- The column that a variable comes from, where one does.
function Audience:_column_of(variable)
  for _, column in ipairs(self.columns or {}) do
    if column.variable == variable then return self.reader.columns[column.position] end
  end
  return variable
end

-- The data of one recipient as JSON, once the message can be rendered with them.
function Audience:_checked_data(fields)
  local data, text, shape, err
  if self.columns then
    data, text, shape = self:_picked(fields)
  else
    data, err = self:_built(fields)
    if not data then return nil, err end
  end
  local fine, variable, reason = self.message:check(data, shape)
  if not fine then return nil, self:_fault(variable and self:_column_of(variable), reason) end
  if text then return text end
  if next(data) == nil then return "{}" end
  text, reason = json.encode(data)
  if not text then return nil, self:_fault(nil, "message.data: " .. reason) end
  return text
end

local function trim(text)
  return text:match("^[ \t]*(.-)[ \t]*$")
end

--- The next recipient.
-- @treturn table|nil { address =, row =, email =, name =, data = }, for a malformed address with `state`
--   "failed", `code` and `reason`; nil at the end
-- @treturn ?ses.Error
function Audience:next()
  local reader = self.reader
  local fields, err = reader:next()
  if not fields then return nil, err end
  local email = trim(fields[self.email])
  if email:find("[\r\n]") then
    return nil, self:_fault(reader.columns[self.email], "must not contain a line break")
  end
  local name = self.name and fields[self.name]
  if name then
    local fine, reason = header.check_value(name)
    if not fine then return nil, self:_fault(reader.columns[self.name], reason) end
  end
  local data
  data, err = self:_checked_data(fields)
  if not data then return nil, err end
  local key, reason = address.normalise(email)
  if key then return { address = key, row = reader.row, email = email, name = name, data = data } end
  return {
    address = "!" .. reader.row, row = reader.row, email = email:sub(1, MAX_KEPT), name = name,
    state = "failed", code = "InvalidAddress", reason = "the address " .. reason,
  }
end

--- Closes the file.
function Audience:close()
  self.reader:close()
end

return audience
