--- The input of an operation from the three places where a request carries it: path, query and body.
-- @module ses.emulator.input
local model = require "ses.model"
local parse = require "ses.model.parse"
local timestamp = require "ses.model.timestamp"

local input = {}

local function unescape(text)
  text = text:gsub("+", " ")
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- Name → list of values, in their order.
local function query_values(query)
  local values = {}
  for pair in query:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    name = unescape(name)
    values[name] = values[name] or {}
    table.insert(values[name], unescape(value))
  end
  return values
end

-- What a text stands for. One that is no number stays a string, and the validator says so.
local function convert(shape, text)
  local kind = shape.type
  if kind == "integer" or kind == "long" or kind == "double" then return tonumber(text) or text end
  if kind == "boolean" then
    if text == "true" then return true end
    if text == "false" then return false end
    return text
  end
  if kind == "timestamp" then return timestamp.parse(text) or tonumber(text) or text end
  return text
end

local function from_query(shape, texts)
  if shape.type ~= "list" then return convert(shape, texts[1]) end
  local list = {}
  for i, text in ipairs(texts) do list[i] = convert(shape.member, text) end
  return list
end

-- A server passes over what a newer client sends and it does not know.
local function known(shape, value)
  if type(value) ~= "table" then return value end
  if shape.type == "structure" then
    for name, item in pairs(value) do
      local member = shape.by_name[name]
      if member then
        value[name] = known(member.shape, item)
      else
        value[name] = nil
      end
    end
  elseif shape.type == "list" then
    for i, item in ipairs(value) do value[i] = known(shape.member, item) end
  end
  return value
end

local function from_body(shape, body)
  if not body or not body:find("%S") then return {} end
  if not body:find("^%s*{") then return nil, "it is no JSON object" end
  local value, reason = parse.json(shape, body)
  if not value then return nil, reason end
  return known(shape, value)
end

--- Reads the input.
-- @tparam ses.Operation op
-- @tparam table labels of the path, by name
-- @tparam string query as it stands in the request line; "" where there is none
-- @tparam ?string body
-- @treturn ?table in AWS's names, not validated
-- @treturn ?string what is wrong with the body
function input.read(op, labels, query, body)
  local shape = op.input and model.shape(op.input)
  if not shape then return {} end
  local params, reason = from_body(shape, body)
  if not params then return nil, reason end
  local values = query ~= "" and query_values(query) or {}
  for _, member in ipairs(shape.members) do
    if member.location == "uri" then
      params[member.name] = labels[member.wire]
    elseif values[member.wire] and (member.location == "query" or params[member.name] == nil) then
      -- What the model has in the body now may have stood in the query when a client was made.
      params[member.name] = from_query(member.shape, values[member.wire])
    end
  end
  return params
end

return input
