--- Amazon SES v2 as data: its operations and shapes, from AWS's own service model.
--
-- `ses.model.generated` is what tools/gen_model.lua wrote: a list of the operations, and one module a
-- resource with its operations and shapes. Each is loaded when an operation of it is first asked for, and a
-- shape is prepared for the serialiser, the validator and the parser when it is: the whole would be
-- 7 ms and 1 MB for a program that sends mail and asks for nothing else.
-- @module ses.model
local errors = require "ses.errors"
local lazy = require "ses.lazy"
local names = require "ses.model.names"
local suggest = require "ses.suggest"

local keys = lazy "ses.keys"

local model = {}

---@class ses.Operation
---@field name string AWS's name
---@field method string
---@field uri string with its labels in braces
---@field input string|nil name of the input's shape
---@field output string|nil name of the output's shape
---@field errors string[] names of the error shapes that the operation is known to answer with
---@field pagination table|nil { input_token =, output_token =, limit_key =, result_key = }
---@field endpoint_id string|nil the member of the input that names a multi-region endpoint
---@field idempotent boolean|nil
---@field deprecated boolean|nil
---@field endpoint (fun(params, region): table|nil, ses.Error|nil)|nil of another service: where a call goes, as of
---  ses.endpoint.resolve
---@field target string|nil of a service with a JSON protocol: its X-Amz-Target
---@field content_type string|nil of the body, where it is not application/json
---@field service_id string|nil of another service
---@field with_body table|nil { method =, uri = } that take the place of the operation's own where a member
---  of the body is given: then all members but those of the path travel in the body

---@class ses.Shape
---@field name string
---@field type string structure, list, map, string, integer, long, double, boolean, timestamp or blob
---@field sensitive boolean|nil
---@field deprecated boolean|nil
---@field min integer|nil characters of a string, items of a list or map, or the least value of a number
---@field max integer|nil
---@field enum string[]|nil the values known so far
---@field known table|nil the same as a set
---@field patterns string[]|nil Lua patterns, one of which matches
---@field members ses.Member[]|nil of a structure, by name
---@field by_name table|nil AWS's name → member
---@field by_wire table|nil name in the JSON → member
---@field by_snake table|nil name in snake_case → member
---@field timestamp_format string|nil "date-time", "epoch-seconds" or "http-date", where it is not the one that
---  goes with the place that the value travels in
---@field union boolean|nil exactly one member is set
---@field status integer|nil the HTTP status of an error shape
---@field member ses.Shape|nil of a list
---@field key ses.Shape|nil of a map
---@field value ses.Shape|nil of a map

---@class ses.Member
---@field name string AWS's name
---@field snake string the name in snake_case
---@field shape ses.Shape
---@field required boolean
---@field location string|nil uri, query, headers or status_code; nil for the body
---@field wire string the name where it travels
---@field json_first_key string that name as a key of JSON
---@field json_key string the same with a comma before it

local operations, shapes = {}, {}

-- What is loaded of the generated modules, by name.
local parts, operation_rows, shape_rows = {}, {}, {}

local function generated() return require "ses.model.generated" end

local function load_part(name)
  if parts[name] then return end
  local part = require("ses.model.generated." .. name)
  for operation, row in pairs(part.operations) do operation_rows[operation] = row end
  for shape, row in pairs(part.shapes) do shape_rows[shape] = row end
  parts[name] = true
end

local function operation_row(name)
  local part = generated().operations[name]
  if not part then return nil end
  load_part(part)
  return operation_rows[name]
end

-- Where the resource of a shape is not loaded yet, nothing says which it is.
local function shape_row(name)
  if shape_rows[name] then return shape_rows[name] end
  load_part "shared"
  if shape_rows[name] then return shape_rows[name] end
  for _, part in pairs(generated().operations) do load_part(part) end
  return shape_rows[name]
end

--- Loads all that is generated, where no file is to be read later.
function model.load_all()
  load_part "shared"
  for _, part in pairs(generated().operations) do load_part(part) end
end

local LOCATIONS = { "uri", "query", "headers", "status_code" }

-- A time that one member writes in a form of its own.
local function with_format(shape, format)
  if not format then return shape end
  local copy = {}
  for field, value in pairs(shape) do copy[field] = value end
  copy.timestamp_format = format
  return copy
end

local function prepare_member(name, shape_name, row, required)
  local member = {
    name = name, snake = names.snake(name), required = required,
    shape = with_format(model.shape(shape_name), row.timestamp_formats and row.timestamp_formats[name]),
    wire = row.names and row.names[name] or name,
  }
  for _, location in ipairs(LOCATIONS) do
    local wire = row[location] and row[location][name]
    if wire then member.location, member.wire = location, wire end
  end
  member.json_first_key = '"' .. member.wire .. '":'
  member.json_key = "," .. member.json_first_key
  return member
end

local function prepare_structure(shape, row)
  local required = {}
  for _, name in ipairs(row.required or {}) do required[name] = true end
  shape.members, shape.by_name, shape.by_wire, shape.by_snake = {}, {}, {}, {}
  for name, shape_name in pairs(row.members) do
    local member = prepare_member(name, shape_name, row, required[name] == true)
    shape.members[#shape.members + 1] = member
    shape.by_name[name], shape.by_wire[member.wire], shape.by_snake[member.snake] = member, member, member
  end
  table.sort(shape.members, function(a, b) return a.name < b.name end)
end

local function set_of(list)
  if not list then return nil end
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

--- The shape of that name, prepared.
-- @tparam string name one that an operation or another shape refers to; any other raises
-- @treturn ses.Shape not to be changed
function model.shape(name)
  local shape = shapes[name]
  if shape then return shape end
  local row = shape_row(name)
  if not row then error("no shape " .. tostring(name) .. " in the model", 2) end
  shape = {
    name = name, type = row.type, sensitive = row.sensitive, min = row.min, max = row.max, enum = row.enum,
    known = set_of(row.enum), patterns = row.patterns, union = row.union, status = row.status,
    deprecated = row.deprecated, timestamp_format = row.timestamp_format,
  }
  -- Known before its members are looked at: a shape may contain itself.
  shapes[name] = shape
  if row.type == "structure" then
    prepare_structure(shape, row)
  elseif row.type == "list" then
    shape.member = model.shape(row.member)
  elseif row.type == "map" then
    shape.key, shape.value = model.shape(row.key), model.shape(row.value)
  end
  return shape
end

--- The operation of that name.
-- @tparam string name AWS's name, such as "SendEmail"
-- @treturn ses.Operation|nil the same table each time, not to be changed
-- @treturn ?ses.Error where SES v2 has none of that name
function model.operation(name)
  local op = operations[name]
  if op then return op end
  local row = type(name) == "string" and operation_row(name)
  if not row then
    local hint = type(name) == "string" and suggest.hint(name, generated().operations) or ""
    return nil, errors.new {
      kind = "validation", code = "UnknownOperation",
      message = "SES v2 has no operation '" .. tostring(name) .. "'" .. hint,
    }
  end
  op = { name = name }
  for field, value in pairs(row) do op[field] = value end
  operations[name] = op
  return op
end

--- Defines operations of another service, in the form of the generated modules.
-- @tparam table part { operations = name → row, shapes = name → row }, with names of shapes that SES has not
-- @treturn table name → ses.Operation
function model.define(part)
  for name, row in pairs(part.shapes) do shape_rows[name] = row end
  local defined = {}
  for name, row in pairs(part.operations) do
    local op = { name = name }
    for field, value in pairs(row) do op[field] = value end
    defined[name] = op
  end
  return defined
end

--- The names of all operations, sorted.
-- @treturn {string,...}
function model.operations()
  return keys.sorted(generated().operations)
end

--- Facts of the service as a whole.
-- @treturn table { api_version =, service_id =, signing_name =, endpoint_prefix = }
function model.service()
  local all = generated()
  return {
    api_version = all.api_version, service_id = all.service_id, signing_name = all.signing_name,
    endpoint_prefix = all.endpoint_prefix,
  }
end

return model
