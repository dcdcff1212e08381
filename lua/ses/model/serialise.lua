--- Requests from values, by AWS's rest-json protocol.
--
-- What is a list, a map or a structure is known from the shape, so an empty list is `[]` and an empty
-- map `{}`. A value is taken to be valid (see `ses.model.validate`); one that is not gives an error
-- where it cannot be written at all.
-- @module ses.model.serialise
local errors = require "ses.errors"
local json = require "ses.model.json"
local model = require "ses.model"
local timestamp = require "ses.model.timestamp"

local serialise = {}

local function fail(path, message) error({ path = path, message = message }, 0) end

local function seconds_of(value)
  if type(value) == "number" then return value end
  return type(value) == "string" and timestamp.parse(value) or fail("", "is not a time")
end

local function number_text(value)
  if type(value) ~= "number" or value ~= value or value == math.huge or value == -math.huge then
    fail("", "is not a number")
  end
  return json.number(value)
end

-- Digits alone: an exponent is no integer to every reader. A long may be given as its decimal digits or as
-- LuaJIT's int64_t, since LuaJIT's numbers end at 2^53.
local function integer_text(value)
  if type(value) == "string" then return value:match("^%-?%d+$") or fail("", "is not a number") end
  if type(value) == "cdata" then return tostring(value):match("^(%-?%d+)U?LL$") or fail("", "is not a number") end
  local text = number_text(value)
  return text:find("e", 1, true) and ("%.0f"):format(value) or text
end

-- By the names of `ses.Shape.timestamp_format`.
local TIME_TEXT = {
  ["date-time"] = timestamp.iso8601, ["http-date"] = timestamp.http_date, ["epoch-seconds"] = number_text,
}

-- A time as text, in the form that the shape asks for, or the one that goes with its place.
local function time_text(shape, value, usual)
  return TIME_TEXT[shape.timestamp_format or usual](seconds_of(value))
end

-- A writer puts the JSON of a value into `out` after its first `n` items, and gives the new count.
local writers = {}

local function write(shape, value, out, n)
  return writers[shape.type](shape, value, out, n)
end

local function write_members(members, value, out, n)
  if type(value) ~= "table" then fail("", "is not a table") end
  out[n + 1] = "{"
  n = n + 1
  local opened = n
  for i = 1, #members do
    local member = members[i]
    local item = value[member.name]
    if item ~= nil then
      out[n + 1] = n == opened and member.json_first_key or member.json_key
      n = write(member.shape, item, out, n + 1)
    end
  end
  out[n + 1] = "}"
  return n + 1
end

function writers.structure(shape, value, out, n) return write_members(shape.members, value, out, n) end

function writers.list(shape, value, out, n)
  if type(value) ~= "table" then fail("", "is not a list") end
  out[n + 1] = "["
  n = n + 1
  for i = 1, #value do
    if i > 1 then
      n = n + 1
      out[n] = ","
    end
    n = write(shape.member, value[i], out, n)
  end
  out[n + 1] = "]"
  return n + 1
end

function writers.map(shape, value, out, n)
  if type(value) ~= "table" then fail("", "is not a table") end
  local keys = {}
  for key in pairs(value) do
    if type(key) ~= "string" then fail("", "has a key that is not a string") end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  out[n + 1] = "{"
  n = n + 1
  for i = 1, #keys do
    out[n + 1] = (i > 1 and "," or "") .. json.quote(keys[i]) .. ":"
    n = write(shape.value, value[keys[i]], out, n + 1)
  end
  out[n + 1] = "}"
  return n + 1
end

-- A key of ses.dkim stays what it is among the pieces: the core puts it into the request.
local function private_key(shape, value, out, n)
  if shape.name ~= "PrivateKey" or not require("ses.core").dkim.is_key(value) then fail("", "is not a string") end
  out.secret = true
  out[n + 1] = '"'
  out[n + 2] = value
  out[n + 3] = '"'
  return n + 3
end

function writers.string(shape, value, out, n)
  if type(value) ~= "string" then return private_key(shape, value, out, n) end
  out[n + 1] = json.quote(value)
  return n + 1
end

function writers.boolean(_, value, out, n)
  out[n + 1] = value and "true" or "false"
  return n + 1
end

function writers.integer(_, value, out, n)
  out[n + 1] = integer_text(value)
  return n + 1
end

function writers.double(_, value, out, n)
  out[n + 1] = number_text(value)
  return n + 1
end

writers.long, writers.float = writers.integer, writers.double

function writers.timestamp(shape, value, out, n)
  local text = time_text(shape, value, "epoch-seconds")
  out[n + 1] = (shape.timestamp_format or "epoch-seconds") == "epoch-seconds" and text or json.quote(text)
  return n + 1
end

function writers.blob(_, value, out, n)
  if type(value) ~= "string" then fail("", "is not a string") end
  out[n + 1] = '"'
  out[n + 2] = require("ses.core").base64.encode(value)
  out[n + 3] = '"'
  return n + 3
end

-- A value as the text of a path, a query or a header.
local function plain_text(shape, value, usual_time)
  local kind = shape.type
  if kind == "string" then return value end
  if kind == "boolean" then return value and "true" or "false" end
  if kind == "timestamp" then return time_text(shape, value, usual_time) end
  if kind == "blob" then return require("ses.core").base64.encode(value) end
  if kind == "double" or kind == "float" then return number_text(value) end
  return integer_text(value)
end

local function percent(char) return ("%%%02X"):format(char:byte()) end

-- All but the unreserved characters of RFC 3986, slashes among them.
local function encode_text(text)
  if not text:find("[^%w%-._~]") then return text end
  return (text:gsub("[^A-Za-z0-9%-._~]", percent))
end

-- What travels where, prepared once an operation.
local plans = {}

local function split_uri(uri, shape)
  local labels = {}
  for _, member in ipairs(shape.members) do
    if member.location == "uri" then labels[member.wire] = member end
  end
  local parts = {}
  for literal, label in (uri .. "{}"):gmatch("([^{]*){([^}]*)}") do
    parts[#parts + 1] = literal
    if label ~= "" then parts[#parts + 1] = labels[label] end
  end
  return parts
end

local EMPTY = { members = {} }

local function new_plan(method, uri, shape, location_of)
  local plan = { method = method, path = split_uri(uri, shape), body = {}, query = {}, headers = {} }
  for _, member in ipairs(shape.members) do
    local list = plan[location_of(member)]
    if list then list[#list + 1] = member end
  end
  return plan
end

local function own_location(member) return member.location or "body" end

local function path_or_body(member) return member.location == "uri" and "uri" or "body" end

local function plan_of(op)
  local plan = plans[op]
  if plan then return plan end
  local shape = op.input and model.shape(op.input) or EMPTY
  plan = new_plan(op.method, op.uri, shape, own_location)
  -- AWS's SDKs give a body, `{}` at least, to every operation that can have one. Not every proxy passes
  -- the body of a GET.
  plan.always_body = #plan.body > 0 and op.method ~= "GET"
  if op.with_body then
    plan.with_body = new_plan(op.with_body.method, op.with_body.uri, shape, path_or_body)
  end
  plans[op] = plan
  return plan
end

local function any_given(members, params)
  for _, member in ipairs(members) do
    if params[member.name] ~= nil then return true end
  end
  return false
end

local function label_text(member, params)
  local value = params[member.name]
  if value == nil or value == "" then fail(member.name, "is required: it is part of the path") end
  local text = plain_text(member.shape, value, "date-time")
  -- Clients and proxies resolve these: the request would reach another resource.
  if text == "." or text == ".." then fail(member.name, "must not be '.' or '..': it is part of the path") end
  return encode_text(text)
end

local function path_text(plan, params)
  local out = {}
  for i, part in ipairs(plan.path) do
    out[i] = type(part) == "string" and part or label_text(part, params)
  end
  return table.concat(out)
end

local function query_text(plan, params)
  local out = {}
  for _, member in ipairs(plan.query) do
    local value, shape = params[member.name], member.shape
    if value ~= nil then
      local values = shape.type == "list" and value or { value }
      local item_shape = shape.type == "list" and shape.member or shape
      for _, item in ipairs(values) do
        out[#out + 1] = encode_text(member.wire) .. "="
          .. encode_text(plain_text(item_shape, item, "date-time"))
      end
    end
  end
  return table.concat(out, "&")
end

local function build(op, params)
  local plan = plan_of(op)
  local has_body = plan.always_body or any_given(plan.body, params)
  if has_body and plan.with_body then plan = plan.with_body end
  local request = {
    method = plan.method, path = path_text(plan, params), query = query_text(plan, params), headers = {},
  }
  for _, member in ipairs(plan.headers) do
    local value = params[member.name]
    if value ~= nil then
      local text = plain_text(member.shape, value, "http-date")
      request.headers[#request.headers + 1] = { member.wire, text }
    end
  end
  if has_body then
    local out = {}
    write_members(plan.body, params, out, 0)
    request.body = out.secret and out or table.concat(out)
    request.headers[#request.headers + 1] = { "Content-Type", "application/json" }
  end
  return request
end

local function guarded(op_name, run, ...)
  local ok, result = pcall(run, ...)
  if ok then return result end
  if type(result) ~= "table" or not result.message then error(result, 0) end
  return nil, errors.validation({ { path = result.path, message = result.message } }, op_name)
end

--- The HTTP request of an operation.
-- @tparam ses.Operation op from `model.operation`
-- @tparam ?table params the input in AWS's names
-- @treturn table|nil { method =, path = (percent-encoded), query = (encoded, without "?"),
--   headers = { { name, value }, … }, body = string or nil; where a key of ses.dkim is in it a list of
--   pieces, for the request of ses.core.http alone }
-- @treturn ?ses.Error kind "validation": a value that cannot be written
function serialise.request(op, params)
  return guarded(op.name, build, op, params or {})
end

local function shape_text(shape, value)
  local out = {}
  write(shape, value, out, 0)
  if out.secret then fail("", "holds a private key, which is not written as text") end
  return table.concat(out)
end

--- A value as JSON by its shape, such as an answer on the server's side.
-- @param shape name of a shape, or the shape
-- @param value in AWS's names; members that the shape does not know are left out
-- @treturn string|nil
-- @treturn ?ses.Error kind "validation"
function serialise.json(shape, value)
  if type(shape) == "string" then shape = model.shape(shape) end
  return guarded(nil, shape_text, shape, value)
end

return serialise
