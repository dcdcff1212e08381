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

-- A copy of `value` in which `rename` has named the members of structures: it gives the new name and, where
-- there is one, the member; and whether the name gives way to another member's of the same name.
local function copy(shape, value, rename)
  if type(value) ~= "table" then return value end
  local out = {}
  local inner = shape.member or shape.value
  if inner then
    for key, item in pairs(value) do out[key] = copy(inner, item, rename) end
    return out
  end
  if shape.type ~= "structure" then return value end
  for key, item in pairs(value) do
    local name, member, gives_way = rename(shape, key)
    if not gives_way or out[name] == nil then
      if member then item = copy(member.shape, item, rename) end
      out[name] = item
    end
  end
  return out
end

local function aws_name(shape, key)
  local member = shape.by_snake[key]
  if member then return member.name, member end
  return key, shape.by_name[key], true
end

local function lua_name(shape, key)
  local member = shape.by_name[key]
  if member then return member.snake, member end
  return type(key) == "string" and names.snake(key) or key
end

--- A copy of `value` with AWS's names.
-- Members that already carry AWS's name, and names that the shape does not know, stay as they are: the
-- validator speaks of the latter.
-- @param shape name of a shape, or the shape
-- @param value
function names.to_aws(shape, value) return copy(shape_of(shape), value, aws_name) end

--- A copy of `value`, an answer with AWS's names, with names in snake_case.
-- A member that the shape does not know gets its name in snake_case; what is in it stays as it is.
-- @param shape name of a shape, or the shape
-- @param value
function names.to_lua(shape, value) return copy(shape_of(shape), value, lua_name) end

return names
