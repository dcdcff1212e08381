--- AWS's names and Lua's: FromEmailAddress and from_email_address.
--
-- The rule is that of AWS's SDK for Ruby. Keys of maps that belong to the user (template attributes,
-- topic names) are never touched.
-- @module ses.model.names
local names = {}

local cache = {}

--- A name in snake_case: "Max24HourSend" → "max_24_hour_send", "WebsiteURL" → "website_url".
-- @tparam string name in CamelCase
-- @treturn string
function names.snake(name)
  local snake = cache[name]
  if not snake then
    snake = name:gsub("(%u)(%u%l)", "%1_%2"):gsub("([%l])([%u%d])", "%1_%2"):gsub("(%d)(%u)", "%1_%2"):lower()
    cache[name] = snake
  end
  return snake
end

-- model requires this module, so it is looked up when it is needed.
local function shape_of(shape)
  if type(shape) == "string" then return require("ses.model").shape(shape) end
  return shape
end

local to_aws, to_lua

local function each_value(convert, shape, value)
  if type(value) ~= "table" then return value end
  local out = {}
  for key, item in pairs(value) do out[key] = convert(shape, item) end
  return out
end

function to_aws(shape, value)
  local kind = shape.type
  if kind == "list" then return each_value(to_aws, shape.member, value) end
  if kind == "map" then return each_value(to_aws, shape.value, value) end
  if kind ~= "structure" or type(value) ~= "table" then return value end
  local out = {}
  for key, item in pairs(value) do
    local member = shape.by_snake[key]
    if member then
      out[member.name] = to_aws(member.shape, item)
    elseif out[key] == nil then
      member = shape.by_name[key]
      out[key] = member and to_aws(member.shape, item) or item
    end
  end
  return out
end

function to_lua(shape, value)
  local kind = shape.type
  if kind == "list" then return each_value(to_lua, shape.member, value) end
  if kind == "map" then return each_value(to_lua, shape.value, value) end
  if kind ~= "structure" or type(value) ~= "table" then return value end
  local out = {}
  for key, item in pairs(value) do
    local member = shape.by_name[key]
    if member then
      out[member.snake] = to_lua(member.shape, item)
    else
      out[type(key) == "string" and names.snake(key) or key] = item
    end
  end
  return out
end

--- A copy of `value` with AWS's names.
-- Members that already carry AWS's name, and names that the shape does not know, stay as they are: the
-- validator speaks of the latter.
-- @param shape name of a shape, or the shape
-- @param value
function names.to_aws(shape, value) return to_aws(shape_of(shape), value) end

--- A copy of `value`, an answer with AWS's names, with names in snake_case.
-- A member that the shape does not know gets its name in snake_case; what is in it stays as it is.
-- @param shape name of a shape, or the shape
-- @param value
function names.to_lua(shape, value) return to_lua(shape_of(shape), value) end

return names
