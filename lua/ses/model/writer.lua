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

-- A writer of an object is a text of Lua in which each member has its lines: no list of members is walked for those
-- that are not there.
local HEAD = [[
local type, fail, escape, write = ...
return function(value, out, n)
  if type(value) ~= "table" then fail("", "is not a table") end
  local opened, item = n
]]

local MEMBER = [[
  item = value[NAME]
  if item ~= nil then
    out[n + 1] = n == opened and FIRST or LATER
    n = write[INDEX](item, out, n + 1)
  end
]]

-- Its key opens the quotes as well.
local TEXT = [[
  item = value[NAME]
  if item ~= nil then
    out[n + 1], out[n + 2] = n == opened and FIRST or LATER, escape(item) or fail("", "is not a string")
    out[n + 3] = '"'
    n = n + 3
  end
]]

local FOOT = [[
  out[n + 1] = n == opened and "{}" or "}"
  return n + 1
end
]]

local function lines_of(member, index, is_text)
  local quote = is_text and '"' or ""
  local words = {
    NAME = ("%q"):format(member.name), INDEX = tostring(index),
    FIRST = ("%q"):format("{" .. member.json_first_key .. quote), LATER = ("%q"):format(member.json_key .. quote),
  }
  return ((is_text and TEXT or MEMBER):gsub("%u%u%u%u+", words))
end

--- A writer of an object with some members of a structure, in their order.
-- @tparam {ses.Member,...} members
-- @treturn function
function writer.members(members)
  local parts, writes = { HEAD }, {}
  for i, member in ipairs(members) do
    writes[i] = writer.of(member.shape)
    parts[i + 1] = lines_of(member, i, writes[i] == write_string)
  end
  parts[#parts + 1] = FOOT
  return assert(load(table.concat(parts), "=ses.model.writer"))(type, fail, escape, writes)
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
