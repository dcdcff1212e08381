--- Writers of JSON, each compiled from a shape when that is first met.
--
-- A writer is a function(value, out, n) that puts the JSON of a value into the list `out` behind its first `n` pieces,
-- and gives the new count. `out.secret` is true once a key of ses.dkim is among the pieces. What cannot be written
-- raises, as of `ses.model.scalar`.
-- @module ses.model.writer
local core = require "ses.core"
local json = require "ses.model.json"
local scalar = require "ses.model.scalar"

local writer = {}

local fail, escape = scalar.fail, core.json.escape

local makers = {}

local compiled = {}

--- The writer of a shape.
-- @tparam ses.Shape shape
-- @treturn function
function writer.of(shape)
  local write = compiled[shape]
  if not write then
    -- A shape within itself finds this one.
    compiled[shape] = function(...) return write(...) end
    write = makers[shape.type](shape)
    compiled[shape] = write
  end
  return write
end

local function write_string(value, out, n)
  out[n + 1], out[n + 2], out[n + 3] = '"', escape(value) or fail("", "is not a string"), '"'
  return n + 3
end

-- The keys of members as the first of an object and as a later one. That of a text opens its quotes as well.
local function keys_of(members, texts)
  local first, later = {}, {}
  for i, member in ipairs(members) do
    local quote = texts[i] and '"' or ""
    first[i], later[i] = "{" .. member.json_first_key .. quote, member.json_key .. quote
  end
  return first, later
end

--- A writer of an object with some members of a structure, in their order.
-- @tparam {ses.Member,...} members
-- @treturn function
function writer.members(members)
  local names, writes, texts, count = {}, {}, {}, #members
  for i, member in ipairs(members) do
    names[i], writes[i] = member.name, writer.of(member.shape)
    texts[i] = writes[i] == write_string
  end
  local first_keys, later_keys = keys_of(members, texts)
  return function(value, out, n)
    if type(value) ~= "table" then fail("", "is not a table") end
    local keys = first_keys
    for i = 1, count do
      local item = value[names[i]]
      if item ~= nil then
        n = n + 1
        out[n] = keys[i]
        keys = later_keys
        if texts[i] then
          out[n + 1], out[n + 2] = escape(item) or fail("", "is not a string"), '"'
          n = n + 2
        else
          n = writes[i](item, out, n)
        end
      end
    end
    n = n + 1
    out[n] = keys == first_keys and "{}" or "}"
    return n
  end
end

function makers.structure(shape) return writer.members(shape.members) end

function makers.list(shape)
  local write = writer.of(shape.member)
  return function(value, out, n)
    if type(value) ~= "table" then fail("", "is not a list") end
    n = n + 1
    out[n] = "["
    for i = 1, #value do
      if i > 1 then
        n = n + 1
        out[n] = ","
      end
      n = write(value[i], out, n)
    end
    out[n + 1] = "]"
    return n + 1
  end
end

local function sorted_keys(map)
  if type(map) ~= "table" then fail("", "is not a table") end
  local keys = {}
  for key in pairs(map) do
    if type(key) ~= "string" then fail("", "has a key that is not a string") end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

function makers.map(shape)
  local write = writer.of(shape.value)
  return function(value, out, n)
    local keys = sorted_keys(value)
    n = n + 1
    out[n] = "{"
    for i = 1, #keys do
      out[n + 1] = (i > 1 and "," or "") .. json.quote(keys[i]) .. ":"
      n = write(value[keys[i]], out, n + 1)
    end
    out[n + 1] = "}"
    return n + 1
  end
end

-- A key of ses.dkim stays what it is among the pieces: the core puts it into the request.
local function write_private_key(value, out, n)
  if type(value) == "string" or not core.dkim.is_key(value) then return write_string(value, out, n) end
  out.secret = true
  out[n + 1], out[n + 2], out[n + 3] = '"', value, '"'
  return n + 3
end

function makers.string(shape)
  return shape.name == "PrivateKey" and write_private_key or write_string
end

local function write_boolean(value, out, n)
  out[n + 1] = value and "true" or "false"
  return n + 1
end

function makers.boolean() return write_boolean end

local function write_integer(value, out, n)
  out[n + 1] = scalar.integer(value)
  return n + 1
end

local function write_double(value, out, n)
  out[n + 1] = scalar.number(value)
  return n + 1
end

function makers.integer() return write_integer end

function makers.double() return write_double end

makers.long, makers.float = makers.integer, makers.double

function makers.timestamp(shape)
  local is_number = (shape.timestamp_format or "epoch-seconds") == "epoch-seconds"
  return function(value, out, n)
    local text = scalar.time(shape, value, "epoch-seconds")
    out[n + 1] = is_number and text or json.quote(text)
    return n + 1
  end
end

-- From so many bytes on a blob is encoded by the core straight into the request, with no copy of it in Lua.
local LARGE_BLOB = 32768

local function write_blob(value, out, n)
  if type(value) ~= "string" then fail("", "is not a string") end
  local is_large = #value >= LARGE_BLOB
  if is_large then out.has_blobs = true end
  out[n + 1], out[n + 2], out[n + 3] = '"', is_large and { base64 = value } or core.base64.encode(value), '"'
  return n + 3
end

function makers.blob() return write_blob end

return writer
