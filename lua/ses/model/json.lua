--- JSON as SES needs it, on cjson.
--
-- cjson decodes; numbers that a double would round are read here. Encoding is our own: Debian's cjson
-- keeps 14 digits of a number and cannot write an empty list.
-- @module ses.model.json
local cjson = require "cjson"
local core = require "ses.core"

local escape, has_long_number = core.json.escape, core.json.has_long_number

local json = {}

local MAX_DEPTH = 200

-- From here on not every integer is a double.
local MAX_EXACT = 2 ^ 53

local has_integers = math.type ~= nil
local to_integer = math.tointeger or function(number) return number end

local codec = cjson.new()
codec.decode_max_depth(MAX_DEPTH)
codec.decode_invalid_numbers(false)

--- JSON's null in a decoded value.
json.null = cjson.null

local List = { __name = "ses.json.list" }

--- Marks a table as a list, so that it is `[]` and not `{}` when it is empty.
-- @tparam ?table list a new one unless given
-- @treturn table the same table
function json.list(list) return setmetatable(list or {}, List) end

--- A string as JSON. The bytes must be UTF-8.
-- @tparam string text
-- @treturn string
function json.quote(text)
  return '"' .. escape(text) .. '"'
end

-- A locale may write a comma; JSON does not.
local function decimals(number, digits)
  local text = ("%." .. digits .. "g"):format(number)
  if text:find("[^%d.e+-]") then text = text:gsub("[^%de+-]+", ".") end
  return text
end

--- A finite number as JSON, in the fewest digits that read back as the same number, whatever the locale.
-- @tparam number number
-- @treturn string
function json.number(number)
  if has_integers and math.type(number) == "integer" then return ("%d"):format(number) end
  if number % 1 == 0 and number > -1e17 and number < 1e17 then
    -- Minus zero would otherwise stay "-0", which some readers take for a float.
    return number == 0 and "0" or ("%.0f"):format(number)
  end
  for digits = 15, 16 do
    local text = decimals(number, digits)
    if tonumber(text) == number then return text end
  end
  return decimals(number, 17)
end

local function fail(reason) error({ reason = reason }, 0) end

-- The number of items of a list, or nil where the keys are not 1 to n.
local function list_length(value)
  local count = 0
  for key in pairs(value) do
    if type(key) ~= "number" then return nil end
    count = count + 1
  end
  for i = 1, count do
    if value[i] == nil then return nil end
  end
  return count
end

local encode

local function encode_object(value, out, depth)
  local keys = {}
  for key in pairs(value) do
    if type(key) ~= "string" then fail("a table has keys that are neither all strings nor 1 to n") end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  out[#out + 1] = "{"
  for i, key in ipairs(keys) do
    out[#out + 1] = (i > 1 and "," or "") .. json.quote(key) .. ":"
    encode(value[key], out, depth + 1)
  end
  out[#out + 1] = "}"
end

local function encode_table(value, out, depth)
  if depth > MAX_DEPTH then fail("nested deeper than " .. MAX_DEPTH .. " levels, or within itself") end
  local length = list_length(value)
  if length == 0 and getmetatable(value) ~= List then length = nil end
  if not length then return encode_object(value, out, depth) end
  out[#out + 1] = "["
  for i = 1, length do
    if i > 1 then out[#out + 1] = "," end
    encode(value[i], out, depth + 1)
  end
  out[#out + 1] = "]"
end

function encode(value, out, depth)
  local kind = type(value)
  if kind == "string" then
    out[#out + 1] = json.quote(value)
  elseif kind == "number" then
    if value ~= value or value == math.huge or value == -math.huge then
      fail("JSON has no infinity and no NaN")
    end
    out[#out + 1] = json.number(value)
  elseif kind == "boolean" then
    out[#out + 1] = tostring(value)
  elseif value == json.null then
    out[#out + 1] = "null"
  elseif kind == "table" then
    encode_table(value, out, depth)
  else
    fail("a " .. kind .. " has no form in JSON")
  end
end

local function guarded(run, ...)
  local ok, result = pcall(run, ...)
  if ok then return result end
  if type(result) ~= "table" or not result.reason then error(result, 0) end
  return nil, result.reason
end

local function encode_text(value)
  local out = {}
  encode(value, out, 1)
  return table.concat(out)
end

--- A value as JSON: the keys of objects sorted, numbers exact.
-- An empty table is `{}`, one marked by `json.list` is `[]`, nil is `null`.
-- @param value
-- @treturn string|nil
-- @treturn ?string what has no form in JSON
function json.encode(value)
  if value == nil then return "null" end
  return guarded(encode_text, value)
end

-- A reader for texts that hold integers of 16 digits and more, which cjson would round, and for those with empty
-- lists, which it takes for empty objects.

local UNESCAPES = {
  b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/",
}

local function utf8_bytes(code)
  if code < 0x80 then return string.char(code) end
  local floor = math.floor
  local last = 0x80 + code % 64
  if code < 0x800 then return string.char(0xC0 + floor(code / 64), last) end
  local middle = 0x80 + floor(code / 64) % 64
  if code < 0x10000 then return string.char(0xE0 + floor(code / 4096), middle, last) end
  return string.char(0xF0 + floor(code / 262144), 0x80 + floor(code / 4096) % 64, middle, last)
end

-- An integer as exact as this Lua can hold it: beyond that its decimal digits as a string.
local function exact_number(text)
  local number = tonumber(text)
  if text:find("[.eE]") or (number > -MAX_EXACT and number < MAX_EXACT) then return number end
  if has_integers then return math.type(number) == "integer" and number or text end
  return text
end

local Reader = {}
Reader.__index = Reader

function Reader:skip() self.at = self.text:find("[^ \t\r\n]", self.at) or #self.text + 1 end

function Reader:unicode(at)
  local hex = self.text:match("^%x%x%x%x", at) or fail("a bad \\u escape")
  return tonumber(hex, 16)
end

-- The escape whose backslash is at `at`: its bytes and where it ends.
function Reader:escape(at)
  local char = self.text:sub(at + 1, at + 1)
  if char ~= "u" then return UNESCAPES[char] or fail("a bad escape"), at + 2 end
  local code, after = self:unicode(at + 2), at + 6
  if code >= 0xDC00 and code <= 0xDFFF then fail("half a surrogate pair") end
  if code >= 0xD800 and code <= 0xDBFF then
    if self.text:sub(after, after + 1) ~= "\\u" then fail("half a surrogate pair") end
    local low = self:unicode(after + 2)
    if low < 0xDC00 or low > 0xDFFF then fail("half a surrogate pair") end
    code, after = 0x10000 + (code - 0xD800) * 1024 + low - 0xDC00, after + 6
  end
  return utf8_bytes(code), after
end

-- Control characters pass as they are, as they do with cjson.
function Reader:string()
  local parts, at = {}, self.at + 1
  while true do
    local stop = self.text:find('["\\]', at) or fail("an open string")
    parts[#parts + 1] = self.text:sub(at, stop - 1)
    if self.text:sub(stop, stop) == '"' then
      self.at = stop + 1
      return table.concat(parts)
    end
    parts[#parts + 1], at = self:escape(stop)
  end
end

function Reader:number()
  local whole = self.text:match("^%-?%d+", self.at) or fail("an unknown word")
  if whole:find("^%-?0%d") then fail("a number with a leading zero") end
  local fraction = self.text:match("^%.%d+", self.at + #whole) or ""
  local exponent = self.text:match("^[eE][-+]?%d+", self.at + #whole + #fraction) or ""
  local text = whole .. fraction .. exponent
  self.at = self.at + #text
  return exact_number(text)
end

-- The items between brackets, each read by `item`.
function Reader:items(close, item)
  self.depth = self.depth + 1
  if self.depth > MAX_DEPTH then fail("nested deeper than " .. MAX_DEPTH .. " levels") end
  self.at = self.at + 1
  self:skip()
  if self.text:sub(self.at, self.at) ~= close then
    repeat
      self:skip()
      item()
      self:skip()
      local char = self.text:sub(self.at, self.at)
      if char ~= "," and char ~= close then fail("neither a comma nor " .. close) end
      self.at = self.at + 1
    until char == close
  else
    self.at = self.at + 1
  end
  self.depth = self.depth - 1
end

function Reader:object()
  local object = {}
  self:items("}", function()
    if self.text:sub(self.at, self.at) ~= '"' then fail("a key that is no string") end
    local key = self:string()
    self:skip()
    if self.text:sub(self.at, self.at) ~= ":" then fail("no colon after a key") end
    self.at = self.at + 1
    object[key] = self:value()
  end)
  return object
end

function Reader:list()
  local list, length = json.list(), 0
  self:items("]", function()
    length = length + 1
    list[length] = self:value()
  end)
  return list
end

local WORDS = { { "true", true }, { "false", false }, { "null", json.null } }

function Reader:value()
  self:skip()
  local char = self.text:sub(self.at, self.at)
  if char == '"' then return self:string() end
  if char == "{" then return self:object() end
  if char == "[" then return self:list() end
  for _, word in ipairs(WORDS) do
    if self.text:sub(self.at, self.at + #word[1] - 1) == word[1] then
      self.at = self.at + #word[1]
      return word[2]
    end
  end
  return self:number()
end

local function read(text)
  local reader = setmetatable({ text = text, at = 1, depth = 0 }, Reader)
  local value = reader:value()
  reader:skip()
  if reader.at <= #text then fail("more text after the value") end
  return value
end

-- cjson gives every number as a float: 1 would print as 1.0 in Lua 5.4.
local function integers(value)
  for key, item in pairs(value) do
    local kind = type(item)
    if kind == "number" then
      value[key] = to_integer(item) or item
    elseif kind == "table" then
      integers(item)
    end
  end
  return value
end

local BIG = "[:,%[]%s*%-?%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d"
local BIG_ALONE = "^%s*%-?%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d"

--- The value of a JSON text.
-- Numbers without a fraction are integers in Lua 5.4. Integers that this Lua cannot hold exactly (beyond
-- 2^53 in LuaJIT, beyond 64 bits in Lua 5.4) are strings of decimal digits. null is `json.null`.
-- @tparam string text
-- @tparam ?boolean keep_lists an empty list is one of `json.list`, so that it is written as a list again
-- @return value, or nil
-- @treturn ?string what is wrong with the text
function json.decode(text, keep_lists)
  if type(text) ~= "string" then return nil, "not a text" end
  local is_big = has_long_number(text) and (text:find(BIG) or text:find(BIG_ALONE))
  if is_big or keep_lists and text:find("%[%s*%]") then return guarded(read, text) end
  local ok, value = pcall(codec.decode, text)
  if not ok then
    -- cjson stumbles over a fraction where the locale is not the one that it was loaded in.
    local again = guarded(read, text)
    if again ~= nil then return again end
    return nil, (tostring(value):gsub("^.-:%d+: ", ""))
  end
  if has_integers then
    if type(value) == "table" then return integers(value) end
    if type(value) == "number" then return to_integer(value) or value end
  end
  return value
end

return json
