-- Writes AWS's published JSON as the Lua tables that ses carries:
--
--   lua5.4 tools/gen_model.lua sesv2.json > lua/ses/model/generated.lua
--   lua5.4 tools/gen_model.lua endpoints.json > lua/ses/model/endpoints.lua
--
-- The first is a service model (operations, shapes, pagination), the second an endpoint rule set with
-- its partitions; the file itself says which. The same input gives the same bytes: keys are sorted.
-- Patterns are translated where Lua can express them (tools/lua_pattern.lua); the others are listed on
-- standard error and left out of the table.
local folder = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = folder .. "/?.lua;" .. package.path

local cjson = require "cjson"
local lua_pattern = require "lua_pattern"

local WIDTH = 100

local KEYWORDS = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return "
  .. "then true until while"):gmatch("%a+") do
  KEYWORDS[word] = true
end

local function sorted_keys(map)
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

-- A Lua constructor for `value`, on one line where it fits.
local function constructor(value, indent, used)
  if type(value) == "string" then return quote(value) end
  if type(value) == "number" then return ("%.17g"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts, flat = {}, {}
  local inner = indent .. "  "
  for i, item in ipairs(value) do
    parts[i] = constructor(item, inner, #inner)
    flat[i] = parts[i]
  end
  if #value == 0 then
    for i, key in ipairs(sorted_keys(value)) do
      local name = key_text(key)
      parts[i] = name .. " = " .. constructor(value[key], inner, #inner + #name + 3)
      flat[i] = parts[i]
    end
  end
  if #parts == 0 then return "{}" end
  local line = "{ " .. table.concat(flat, ", ") .. " }"
  if not line:find("\n") and used + #line <= WIDTH then return line end
  return "{\n" .. inner .. table.concat(parts, ",\n" .. inner) .. ",\n" .. indent .. "}"
end

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

local function structure(shape, row)
  row.members = {}
  for name, member in pairs(shape.members) do
    row.members[name] = member.shape
    if member.location then
      local field = assert(LOCATIONS[member.location], "unknown location " .. member.location)
      row[field] = row[field] or {}
      row[field][name] = member.locationName or name
    elseif member.locationName and member.locationName ~= name then
      row.names = row.names or {}
      row.names[name] = member.locationName
    end
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

local function shape_row(name, shape)
  local row = {
    type = shape.type, min = shape.min, max = shape.max, enum = shape.enum, sensitive = shape.sensitive,
    deprecated = shape.deprecated,
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

local function operation_row(model, name, operation)
  local row = {
    method = operation.http.method, uri = operation.http.requestUri,
    input = operation.input and operation.input.shape,
    output = operation.output and operation.output.shape, errors = {},
    idempotent = operation.idempotent, endpoint_id = endpoint_member(model.shapes, operation),
  }
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
  for _, owner in ipairs(sorted_keys(shapes)) do
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
  for _, name in ipairs(sorted_keys(model.shapes)) do
    out.shapes[name] = shape_row(name, model.shapes[name])
  end
  complete(out.shapes)
  return out
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

local function main()
  local path = arg[1]
  if not path then
    io.stderr:write("usage: lua5.4 tools/gen_model.lua FILE.json > FILE.lua\n")
    os.exit(2)
  end
  local file = assert(io.open(path, "rb"))
  local document = clean(cjson.decode(file:read("a")))
  file:close()
  local generate = document.operations and service_model or endpoint_rules
  local data = generate(document)
  io.write("-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.\n")
  io.write("return ", constructor(data, "", 7), "\n")
  for _, line in ipairs(untranslated) do io.stderr:write("pattern left out: ", line, "\n") end
end

main()
