-- Lua values as Lua source: the same value always as the same text.
local lua_text = {}

local WIDTH = 100

local KEYWORDS = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return "
  .. "then true until while"):gmatch("%a+") do
  KEYWORDS[word] = true
end

-- The keys of a map, sorted.
function lua_text.keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local function quote(text)
  return '"' .. text:gsub('[%c"\\]', function(char)
    if char == '"' or char == "\\" then return "\\" .. char end
    return ("\\%03d"):format(char:byte())
  end) .. '"'
end

local function key_text(key)
  if key:find("^[%a_][%w_]*$") and not KEYWORDS[key] then return key end
  return "[" .. quote(key) .. "]"
end

local function constructor(value, indent, used)
  if type(value) == "string" then return quote(value) end
  if type(value) == "number" then return ("%.17g"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  local inner = indent .. "  "
  for i, item in ipairs(value) do parts[i] = constructor(item, inner, #inner) end
  if #value == 0 then
    for i, key in ipairs(lua_text.keys(value)) do
      local name = key_text(key)
      parts[i] = name .. " = " .. constructor(value[key], inner, #inner + #name + 3)
    end
  end
  if #parts == 0 then return "{}" end
  local line = "{ " .. table.concat(parts, ", ") .. " }"
  if not line:find("\n") and used + #line <= WIDTH then return line end
  return "{\n" .. inner .. table.concat(parts, ",\n" .. inner) .. ",\n" .. indent .. "}"
end

-- A chunk that returns `value`, each table on one line where it fits.
function lua_text.chunk(value)
  return "return " .. constructor(value, "", 7) .. "\n"
end

return lua_text
