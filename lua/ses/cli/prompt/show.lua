--- Values as the prompt shows them: as Lua would write them, keys in order, long ones cut, secrets left out.
-- @module ses.cli.prompt.show
local secrets = require "ses.cli.prompt.secrets"
local terminal = require "ses.cli.terminal"
local utf8_text = require "ses.utf8"

local show = {}

local MOST_BYTES, MOST_ITEMS, MOST_DEPTH = 300, 100, 10
local HIDDEN = "(not shown)"

local ESCAPES = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }

local function escape(char)
  return ESCAPES[char] or ("\\x%02x"):format(char:byte())
end

-- The first bytes of a text, no character cut in two.
local function head(text)
  if #text <= MOST_BYTES then return text end
  local last = MOST_BYTES
  while last > MOST_BYTES - 4 and text:byte(last + 1) >= 0x80 and text:byte(last + 1) < 0xC0 do last = last - 1 end
  return text:sub(1, last)
end

local function quoted(text)
  local shown = head(text)
  shown = shown:gsub('[%c"\\\127]', escape)
  -- What is no character, or controls a terminal as well (U+0080 to U+009F).
  if not utf8_text.length(shown) then shown = shown:gsub("[\128-\255]", escape) end
  shown = shown:gsub("\194[\128-\159]", function(pair) return escape(pair:sub(1, 1)) .. escape(pair:sub(2)) end)
  local rest = #text > MOST_BYTES and (" … %d bytes"):format(#text) or ""
  return '"' .. shown .. '"' .. rest
end

local function number_text(number)
  return (number % 1 == 0 and math.abs(number) < 2 ^ 53 and "%.0f" or "%.14g"):format(number)
end

local Writer = {}
Writer.__index = Writer

function Writer:paint(colour, text) return terminal.paint(colour, text, self.colour) end

function Writer:scalar(value)
  local kind = type(value)
  if kind == "string" then
    if secrets.is_value(value) then return self:paint("dim", HIDDEN) end
    return self:paint("green", quoted(value))
  end
  if kind == "number" then return self:paint("yellow", number_text(value)) end
  if kind == "boolean" or value == nil then return self:paint("cyan", tostring(value)) end
  return self:paint("dim", (tostring(value):gsub("%c", "?")))
end

local function by_kind_and_name(a, b)
  if type(a) == type(b) and type(a) ~= "boolean" and type(a) ~= "table" then return a < b end
  return tostring(a) < tostring(b)
end

local function keys_beyond(map, length)
  local keys = {}
  for key in pairs(map) do
    local in_list = type(key) == "number" and key >= 1 and key <= length and key % 1 == 0
    if not in_list then keys[#keys + 1] = key end
  end
  table.sort(keys, by_kind_and_name)
  return keys
end

local function key_text(key)
  if type(key) == "string" and key:find "^[%a_][%w_]*$" then return key end
  if type(key) == "string" then return "[" .. quoted(key) .. "]" end
  return "[" .. (tostring(key):gsub("%c", "?")) .. "]"
end

-- The members of a table, each as text; the first ones alone where there are many.
function Writer:members(map, indent, depth)
  local members, keys = {}, keys_beyond(map, #map)
  local count = #map + #keys
  for i = 1, math.min(#map, MOST_ITEMS) do members[i] = self:value(map[i], indent, depth) end
  for _, key in ipairs(keys) do
    if #members >= MOST_ITEMS then break end
    local value = secrets.is_name(key) and map[key] ~= nil and type(map[key]) ~= "table"
      and self:paint("dim", HIDDEN) or self:value(map[key], indent, depth)
    members[#members + 1] = key_text(key) .. " = " .. value
  end
  if count > #members then members[#members + 1] = self:paint("dim", ("… %d more"):format(count - #members)) end
  return members
end

local function width_of(text)
  text = text:gsub("\27%[%d+m", "")
  local _, followers = text:gsub("[\128-\191]", "")
  return #text - followers
end

function Writer:table(map, indent, depth)
  if self.seen[map] then return self:paint("dim", "(as above)") end
  if depth > MOST_DEPTH then return self:paint("dim", "{ … }") end
  self.seen[map] = true
  local deeper = indent .. "  "
  local members = self:members(map, deeper, depth + 1)
  self.seen[map] = nil
  if #members == 0 then return "{}" end
  local line = "{ " .. table.concat(members, ", ") .. " }"
  if not line:find("\n", 1, true) and width_of(indent .. line) <= self.width then return line end
  return "{\n" .. deeper .. table.concat(members, ",\n" .. deeper) .. ",\n" .. indent .. "}"
end

function Writer:value(value, indent, depth)
  local meta = getmetatable(value)
  local tells = type(meta) == "table" and rawget(meta, "__tostring")
  if type(value) ~= "table" or tells then return self:scalar(value) end
  return self:table(value, indent, depth)
end

--- A value as text.
-- @param value
-- @tparam ?table options `colour` (false), `width` in columns (80)
-- @treturn string
function show.value(value, options)
  options = options or {}
  local writer = setmetatable({ colour = options.colour, width = options.width or 80, seen = {} }, Writer)
  return writer:value(value, "", 1)
end

return show
