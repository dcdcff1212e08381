--- The data of each recipient, picked out of records: every column, or those that `message.data` names.
-- @module ses.campaign.picks
local json = require "ses.model.json"
local value = require "ses.campaign.sources.value"

local concat, quote = table.concat, json.quote

local picks = {}

local Picks = { __name = "ses.campaign.Picks" }
Picks.__index = Picks

-- What the rendering of a message may depend on, of values that are neither texts nor tables.
local SHAPES = { number = "n", boolean = "b", userdata = "-" }

local function shape_of(found)
  if found == 0 then return "z" end
  if found == false then return "f" end
  return SHAPES[type(found)]
end

-- Each field by its own name, whatever the records have.
local function whole(self, record)
  local text, reason = self.source.json, nil
  if not text then text, reason = json.encode(record) end
  if not text then return nil, self.source:fault("cannot be written as JSON: " .. reason) end
  return record, text
end

local function put(data, path, found)
  if type(path) ~= "table" then
    data[path] = found
    return
  end
  for i = 1, #path - 1 do
    local inner = data[path[i]]
    if type(inner) ~= "table" then
      inner = {}
      data[path[i]] = inner
    end
    data = inner
  end
  data[path[#path]] = found
end

-- Some of what is nested, at the same paths.
local function nested(self, record)
  local data = {}
  for _, column in ipairs(self.columns) do
    local found = value.at(record, column.place)
    if found ~= nil then put(data, column.path, found) end
  end
  if next(data) == nil then return data, "{}" end
  local text, reason = json.encode(data)
  if not text then return nil, self.source:fault("cannot be written as JSON: " .. reason) end
  return data, text
end

-- Some fields, each a variable of its own.
local function flat(self, record)
  local data, texts, shapes, n, has_shape = {}, {}, {}, 0, true
  for i, column in ipairs(self.columns) do
    local found = record[column.place]
    if found == nil then found = value.at(record, column.place) end
    if type(found) == "string" then
      n = n + 1
      data[column.variable], texts[n], shapes[i] = found, column.key .. quote(found), found == "" and "0" or "1"
    elseif found == nil then
      shapes[i] = "?"
    else
      local text, reason = json.encode(found)
      if not text then return nil, self.source:fault("cannot be written as JSON: " .. reason, column.name) end
      n = n + 1
      data[column.variable], texts[n], shapes[i] = found, column.key .. text, shape_of(found)
      has_shape = has_shape and shapes[i] ~= nil
    end
  end
  return data, "{" .. concat(texts, ",") .. "}", has_shape and concat(shapes) or nil
end

--- The data of a record.
-- @tparam table record
-- @treturn table|nil by variable
-- @treturn string|ses.Error the same as JSON
-- @treturn ?string where no value is a table, the shape of the data; see `Message:check`
function Picks:take(record)
  return self.pick(self, record)
end

--- The column that a variable comes from, where one does.
-- @tparam string variable
-- @treturn string
function Picks:column_of(variable)
  for _, column in ipairs(self.columns or {}) do
    if column.variable == variable then return column.name end
  end
  return variable
end

-- Which column each variable comes from: variable → column.
local function wanted_of(source, data)
  local wanted = {}
  if data then
    for key, column in pairs(data) do wanted[type(key) == "number" and column or key] = column end
  else
    for _, name in ipairs(source.columns) do
      if name ~= "" then wanted[name] = name end
    end
  end
  return wanted
end

--- Prepares the picking.
-- @tparam table source of ses.campaign.sources
-- @tparam ?table data `message.data`: names of columns, some of them under the name of the variable they fill
-- @treturn table|nil with `take` and `column_of`
-- @treturn ?ses.Error a column that is missing
function picks.new(source, data)
  if not data and not source.columns then return setmetatable({ source = source, pick = whole }, Picks) end
  local self = setmetatable({ source = source, columns = {}, pick = flat }, Picks)
  for variable, column in pairs(wanted_of(source, data)) do
    local place, err = source:locate(column, "message.data")
    if not place then return nil, err end
    local path = variable == column and type(place) == "table" and place or variable
    if type(path) == "table" then self.pick = nested end
    table.insert(self.columns, {
      name = column, variable = variable, place = place, path = path, key = json.quote(variable) .. ":",
    })
  end
  table.sort(self.columns, function(a, b)
    if type(a.place) == "number" and a.place ~= b.place then return a.place < b.place end
    return a.variable < b.variable
  end)
  return self
end

return picks
