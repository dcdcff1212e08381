-- Writes AWS's published JSON as the Lua tables that ses carries:
--
--   lua5.4 tools/gen_model.lua sesv2.json lua/ses/model/generated
--   lua5.4 tools/gen_model.lua endpoints.json > lua/ses/model/endpoints.lua
--
-- The first is a service model (operations, shapes, pagination), in botocore's form or in Smithy's JSON
-- AST, the second an endpoint rule set with its partitions; the file itself says which. The same model
-- gives the same bytes, in whichever of its two forms it comes: keys are sorted, and so is what an object
-- of JSON holds in no order.
--
-- A service model becomes a folder of modules, so that a call loads what it needs and no more: one a
-- resource, by the first segment of the path, with its operations and the shapes that nobody else uses;
-- `shared.lua` with the other shapes; `init.lua`, which says where each operation is.
--
-- Patterns are translated where Lua can express them (tools/lua_pattern.lua); the others are listed on
-- standard error and left out of the table.
local folder = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = folder .. "/?.lua;" .. package.path

local cjson = require "cjson"
local lua_pattern = require "lua_pattern"
local lua_text = require "lua_text"
local smithy = require "smithy"

local HEAD = "-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.\n"

local untranslated = {}

local function patterns_of(regex, owner)
  local patterns, reason = lua_pattern.translate(regex)
  if not patterns then
    untranslated[#untranslated + 1] = ("%s: %s (%s)"):format(owner, regex, reason)
  end
  return patterns
end

-- The maps of a structure's members that travel elsewhere than in the body, or under another name.
local LOCATIONS = { uri = "uri", querystring = "query", header = "headers", statusCode = "status_code" }

-- Smithy's names for the forms of a time.
local TIMES = { iso8601 = "date-time", unixTimestamp = "epoch-seconds", rfc822 = "http-date" }

local function time_format(row)
  local format = row.timestampFormat
  return format and assert(TIMES[format], "unknown time format " .. format)
end

local function set(row, field, name, value)
  if value == nil then return end
  row[field] = row[field] or {}
  row[field][name] = value
end

local function structure(shape, row)
  row.members = {}
  for name, member in pairs(shape.members) do
    row.members[name] = member.shape
    if member.location then
      local field = assert(LOCATIONS[member.location], "unknown location " .. member.location)
      set(row, field, name, member.location ~= "uri" and member.locationName or name)
    elseif member.locationName ~= name then
      set(row, "names", name, member.locationName)
    end
    set(row, "timestamp_formats", name, time_format(member))
    assert(not (member.jsonvalue or member.streaming or member.idempotencyToken), "untreated trait: " .. name)
  end
  if shape.required and #shape.required > 0 then
    row.required = { table.unpack(shape.required) }
    table.sort(row.required)
  end
  assert(not shape.payload, "untreated trait: payload")
  row.union, row.fault = shape.union, shape.fault
  row.status = shape.error and shape.error.httpStatusCode
end

local function sorted(list)
  if list then table.sort(list) end
  return list
end

local function shape_row(name, shape)
  local row = {
    type = shape.type, min = shape.min, max = shape.max, enum = sorted(shape.enum), sensitive = shape.sensitive,
    deprecated = shape.deprecated, timestamp_format = time_format(shape),
  }
  if shape.type == "structure" then structure(shape, row) end
  if shape.type == "list" then row.member = shape.member.shape end
  if shape.type == "map" then row.key, row.value = shape.key.shape, shape.value.shape end
  if shape.pattern then row.patterns = patterns_of(shape.pattern, name) end
  return row
end

-- The member of the input that names a multi-region endpoint, where there is one.
local function endpoint_member(shapes, operation)
  if not operation.input then return nil end
  for name, member in pairs(shapes[operation.input.shape].members) do
    if member.contextParam and member.contextParam.name == "EndpointId" then return name end
  end
end

-- The published model gives these a GET and, since they filter, a member for the body. A GET has no body
-- that one could rely on: where AWS's own SDKs filter, they POST the whole input to a path of its own.
local WITH_BODY = {
  ListConfigurationSets = { method = "POST", uri = "/v2/email/list-configuration-sets" },
  ListEmailIdentities = { method = "POST", uri = "/v2/email/list-identities" },
}

-- Labels are named as their members are; botocore's form may name them otherwise.
local function uri_of(shapes, operation)
  local label_names = {}
  for name, member in pairs(operation.input and shapes[operation.input.shape].members or {}) do
    if member.location == "uri" then label_names[member.locationName or name] = name end
  end
  return (operation.http.requestUri:gsub("{([^}+]*)", function(label)
    return "{" .. assert(label_names[label], "no member for the label " .. label)
  end))
end

local function operation_row(model, name, operation)
  local row = {
    method = operation.http.method, uri = uri_of(model.shapes, operation),
    input = operation.input and operation.input.shape,
    output = operation.output and operation.output.shape, errors = {},
    idempotent = operation.idempotent, deprecated = operation.deprecated,
    endpoint_id = endpoint_member(model.shapes, operation),
  }
  assert(not row.uri:find("+}", 1, true), "untreated: a label of several segments, of " .. name)
  for i, err in ipairs(operation.errors or {}) do row.errors[i] = err.shape end
  table.sort(row.errors)
  if row.method == "GET" then row.with_body = WITH_BODY[name] end
  local page = (model.pagination or {})[name]
  row.pagination = page and page.input_token and {
    input_token = page.input_token, output_token = page.output_token,
    limit_key = page.limit_key, result_key = page.result_key,
  }
  return row
end

-- Smithy's own shapes, which a model may refer to without defining them.
local PRELUDE = {
  String = "string", Boolean = "boolean", Integer = "integer", Long = "long", Float = "float",
  Double = "double", Timestamp = "timestamp", Blob = "blob",
}

local function add_prelude(shapes, name)
  if shapes[name] then return end
  assert(PRELUDE[name], "no shape " .. tostring(name))
  shapes[name] = { type = PRELUDE[name] }
end

-- After this every shape that is referred to is there.
local function complete(shapes)
  for _, owner in ipairs(lua_text.keys(shapes)) do
    local row = shapes[owner]
    for _, name in pairs(row.members or {}) do add_prelude(shapes, name) end
    for _, name in pairs { member = row.member, key = row.key, value = row.value } do add_prelude(shapes, name) end
  end
end

local function service_model(model)
  assert(model.metadata.protocol == "rest-json", "only the rest-json protocol is known here")
  local out = {
    api_version = model.metadata.apiVersion, service_id = model.metadata.serviceId,
    signing_name = model.metadata.signingName, endpoint_prefix = model.metadata.endpointPrefix,
    operations = {}, shapes = {},
  }
  for name, operation in pairs(model.operations) do
    out.operations[name] = operation_row(model, name, operation)
  end
  for _, name in ipairs(lua_text.keys(model.shapes)) do
    out.shapes[name] = shape_row(name, model.shapes[name])
  end
  complete(out.shapes)
  return out
end

-- Where an operation stands: the resource that its path begins with.
local function part_of(operation)
  local resource = operation.uri:match("^/v2/email/([%w-]+)") or operation.uri:match("^/([%w-]+)")
  return (assert(resource, "no resource in " .. operation.uri):gsub("-", "_"))
end

-- Notes in `users` that `part` uses the shape, and all that is in it.
local function note_use(shapes, name, part, users)
  if not name then return end
  users[name] = users[name] or {}
  if users[name][part] then return end
  users[name][part] = true
  local row = shapes[name]
  for _, inner in pairs(row.members or {}) do note_use(shapes, inner, part, users) end
  note_use(shapes, row.member, part, users)
  note_use(shapes, row.key, part, users)
  note_use(shapes, row.value, part, users)
end

-- The part that alone uses a shape, or "shared".
local function home_of(used_by)
  local part = used_by and next(used_by)
  return part and next(used_by, part) == nil and part or "shared"
end

-- The modules of a service model: name → value.
local function service_parts(document)
  local data = service_model(smithy.is_ast(document) and smithy.to_botocore(document) or document)
  local parts, users, places = { shared = { operations = {}, shapes = {} } }, {}, {}
  for name, operation in pairs(data.operations) do
    local part = part_of(operation)
    assert(part ~= "shared" and part ~= "init", "a resource has a name of ours: " .. part)
    parts[part] = parts[part] or { operations = {}, shapes = {} }
    parts[part].operations[name], places[name] = operation, part
    note_use(data.shapes, operation.input, part, users)
    note_use(data.shapes, operation.output, part, users)
  end
  for name, row in pairs(data.shapes) do parts[home_of(users[name])].shapes[name] = row end
  data.shapes, data.operations = nil, places
  parts.init = data
  return parts
end

local function endpoint_rules(document)
  local out = { parameters = document.rules.parameters, rules = document.rules.rules, partitions = {} }
  for i, partition in ipairs(document.partitions.partitions) do
    out.partitions[i] = {
      id = partition.id, outputs = partition.outputs, regions = partition.regions,
      region_patterns = assert(lua_pattern.translate(partition.regionRegex)),
    }
  end
  return out
end

-- null and the numbers of cjson as Lua has them.
local function clean(value)
  if value == cjson.null then return nil end
  if type(value) == "number" then return math.tointeger(value) or value end
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, item in pairs(value) do copy[key] = clean(item) end
  return copy
end

local function read(path)
  local file, reason = io.open(path, "rb")
  local read_well, document
  if file then
    read_well, document = pcall(cjson.decode, file:read("a"))
    file:close()
    if read_well then return clean(document) end
    reason = path .. ": it is no JSON"
  end
  io.stderr:write("gen_model.lua: ", reason, "\n")
  os.exit(1)
end

local function write(path, value)
  local file = assert(io.open(path, "wb"))
  assert(file:write(HEAD, lua_text.chunk(value)))
  assert(file:close())
end

local function main()
  local path, target = arg[1], arg[2]
  if not path then
    io.stderr:write("usage: lua5.4 tools/gen_model.lua MODEL.json FOLDER\n"
      .. "       lua5.4 tools/gen_model.lua ENDPOINTS.json > FILE.lua\n")
    os.exit(2)
  end
  local document = read(path)
  if document.rules then
    io.write(HEAD, lua_text.chunk(endpoint_rules(document)))
  else
    local parts = service_parts(document)
    for _, name in ipairs(lua_text.keys(parts)) do write(target .. "/" .. name .. ".lua", parts[name]) end
  end
  for _, line in ipairs(untranslated) do io.stderr:write("pattern left out: ", line, "\n") end
end

main()
