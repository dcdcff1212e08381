--- Requests from values, by AWS's rest-json protocol.
--
-- What is a list, a map or a structure is known from the shape, so an empty list is `[]` and an empty
-- map `{}`. A value is taken to be valid (see `ses.model.validate`); one that is not gives an error
-- where it cannot be written at all.
-- @module ses.model.serialise
local core = require "ses.core"
local errors = require "ses.errors"
local lazy = require "ses.lazy"
local model = require "ses.model"
local scalar = require "ses.model.scalar"

-- Loaded with the first body that the core does not write.
local writer = lazy "ses.model.writer"

local serialise = {}

-- A value as the text of a path, a query or a header.
local function plain_text(shape, value, usual_time)
  local kind = shape.type
  if kind == "string" then return value end
  if kind == "boolean" then return value and "true" or "false" end
  if kind == "timestamp" then return scalar.time(shape, value, usual_time) end
  if kind == "blob" then return core.base64.encode(value) end
  if kind == "double" or kind == "float" then return scalar.number(value) end
  return scalar.integer(value)
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
  if value == nil or value == "" then scalar.fail(member.name, "is required: it is part of the path") end
  local text = plain_text(member.shape, value, "date-time")
  -- Clients and proxies resolve these: the request would reach another resource.
  if text == "." or text == ".." then scalar.fail(member.name, "must not be '.' or '..': it is part of the path") end
  return encode_text(text)
end

local function path_text(plan, params)
  if #plan.path == 1 then return plan.path[1] end
  local out = {}
  for i, part in ipairs(plan.path) do
    out[i] = type(part) == "string" and part or label_text(part, params)
  end
  return table.concat(out)
end

local function query_text(plan, params)
  if #plan.query == 0 then return "" end
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

local function headers_of(plan, params)
  local headers = {}
  for _, member in ipairs(plan.headers) do
    local value = params[member.name]
    if value ~= nil then
      headers[#headers + 1] = { member.wire, plain_text(member.shape, value, "http-date") }
    end
  end
  return headers
end

local function body_text(plan, params)
  plan.write_body = plan.write_body or writer.members(plan.body)
  local out = {}
  plan.write_body(params, out, 0)
  return (out.secret or out.has_blobs) and out or table.concat(out)
end

local function build(op, params, body)
  local plan = plan_of(op)
  local has_body = plan.always_body or any_given(plan.body, params)
  if has_body and plan.with_body then plan, body = plan.with_body, nil end
  local headers = headers_of(plan, params)
  if op.target then headers[#headers + 1] = { "X-Amz-Target", op.target } end
  if has_body then headers[#headers + 1] = { "Content-Type", op.content_type or "application/json" } end
  return {
    method = plan.method, path = path_text(plan, params), query = query_text(plan, params), headers = headers,
    body = has_body and (body or body_text(plan, params)) or nil,
  }
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
-- @tparam ?string body the JSON of the members of the body, where it is there already (`ses.model.accept`)
-- @treturn table|nil { method =, path = (percent-encoded), query = (encoded, without "?"),
--   headers = { { name, value }, … }, body = string or nil; where a key of ses.dkim or a large blob is in it a
--   list of pieces, as the request of ses.core.http takes them }
-- @treturn ?ses.Error kind "validation": a value that cannot be written
function serialise.request(op, params, body)
  return guarded(op.name, build, op, params or {}, body)
end

--- A body as text.
-- @tparam string|table body of `request`
-- @treturn ?string nil where a key of ses.dkim is in it
function serialise.text(body)
  if type(body) ~= "table" then return body end
  if body.secret then return nil end
  local texts = {}
  for i = 1, #body do
    local piece = body[i]
    texts[i] = type(piece) == "table" and core.base64.encode(piece.base64) or piece
  end
  return table.concat(texts)
end

--- How many bytes a body has.
-- @tparam ?string|table body of `request`
-- @treturn ?integer nil where a key of ses.dkim is in it, or where there is none
function serialise.size(body)
  if type(body) ~= "table" then return body and #body end
  if body.secret then return nil end
  local size = 0
  for i = 1, #body do
    local piece = body[i]
    size = size + (type(piece) == "table" and math.floor((#piece.base64 + 2) / 3) * 4 or #piece)
  end
  return size
end

local function shape_text(shape, value)
  local out = {}
  writer.of(shape)(value, out, 0)
  return serialise.text(out) or scalar.fail("", "holds a private key, which is not written as text")
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
