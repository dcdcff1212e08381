-- A service model in botocore's form, written as Smithy's JSON AST: what the generator must read to the
-- same tables. It has more members and traits than it needs where AWS's own files have them.
local smithy_ast = {}

local NAMESPACE = "com.amazonaws.example#"

local function target(name)
  if not name then return { target = "smithy.api#Unit" } end
  return { target = NAMESPACE .. name }
end

local TIMES = { iso8601 = "date-time", unixTimestamp = "epoch-seconds", rfc822 = "http-date" }
local EMPTY = setmetatable({}, { __index = function() end })

local function traits_of(fields)
  local traits = { ["smithy.api#documentation"] = "<p>Not for the table.</p>" }
  for name, value in pairs(fields) do
    if value ~= nil and value ~= false then traits["smithy.api#" .. name] = value == true and {} or value end
  end
  return traits
end

local LOCATION = { querystring = "httpQuery", header = "httpHeader" }

local function member_of(name, member, required)
  local traits = traits_of {
    required = required or nil, httpLabel = member.location == "uri" or nil,
    httpResponseCode = member.location == "statusCode" or nil,
    jsonName = not member.location and member.locationName ~= name and member.locationName or nil,
    timestampFormat = TIMES[member.timestampFormat], default = not required and false or nil,
  }
  local trait = LOCATION[member.location]
  if trait then traits["smithy.api#" .. trait] = member.locationName end
  if member.contextParam then traits["smithy.rules#contextParam"] = { name = member.contextParam.name } end
  return { target = NAMESPACE .. member.shape, traits = traits }
end

local function bounds(shape)
  if not shape.min and not shape.max then return nil end
  return { min = shape.min, max = shape.max }
end

local NUMBERS = { integer = true, long = true, double = true, float = true }

local function shape_of(shape)
  local size = bounds(shape)
  local row = {
    type = shape.type,
    traits = traits_of {
      length = not NUMBERS[shape.type] and size or nil, range = NUMBERS[shape.type] and size or nil,
      pattern = shape.pattern, sensitive = shape.sensitive, timestampFormat = TIMES[shape.timestampFormat],
      deprecated = shape.deprecated and { message = "no more" } or nil,
      error = shape.exception and (shape.fault and "server" or "client") or nil,
      httpError = (shape.error or EMPTY).httpStatusCode,
    },
  }
  if shape.enum then
    row.type, row.members = "enum", {}
    for i, value in ipairs(shape.enum) do
      row.members["VALUE_" .. i] = { target = "smithy.api#Unit", traits = { ["smithy.api#enumValue"] = value } }
    end
  elseif shape.type == "structure" then
    row.type, row.members = shape.union and "union" or "structure", {}
    local required = {}
    for _, name in ipairs(shape.required or {}) do required[name] = true end
    for name, member in pairs(shape.members) do row.members[name] = member_of(name, member, required[name]) end
  elseif shape.type == "list" then
    row.member = target(shape.member.shape)
  elseif shape.type == "map" then
    row.key, row.value = target(shape.key.shape), target(shape.value.shape)
  end
  return row
end

-- AWS's labels have the members' names; botocore's those of the wire.
local function uri_of(operation, shapes)
  local uri = operation.http.requestUri
  for name, member in pairs(operation.input and shapes[operation.input.shape].members or {}) do
    if member.location == "uri" then uri = uri:gsub("{" .. member.locationName .. "}", "{" .. name .. "}") end
  end
  return uri
end

local function operation_of(operation, page, shapes)
  local errors = {}
  for i, err in ipairs(operation.errors or {}) do errors[i] = target(err.shape) end
  return {
    type = "operation", input = target((operation.input or EMPTY).shape),
    output = target((operation.output or EMPTY).shape), errors = errors[1] and errors or nil,
    traits = traits_of {
      http = { method = operation.http.method, uri = uri_of(operation, shapes), code = 200 },
      idempotent = operation.idempotent, readonly = operation.http.method == "GET" or nil,
      paginated = page and {
        inputToken = page.input_token, outputToken = page.output_token, pageSize = page.limit_key,
        items = page.result_key,
      },
    },
  }
end

-- The AST as a table.
function smithy_ast.of(model)
  local ast = { smithy = "2.0", shapes = {} }
  for name, shape in pairs(model.shapes) do ast.shapes[NAMESPACE .. name] = shape_of(shape) end
  local operations = {}
  for name, operation in pairs(model.operations) do
    ast.shapes[NAMESPACE .. name] = operation_of(operation, (model.pagination or {})[name], model.shapes)
    operations[#operations + 1] = target(name)
  end
  local metadata = model.metadata
  ast.shapes[NAMESPACE .. "Example_v2"] = {
    type = "service", version = metadata.apiVersion, operations = operations,
    traits = {
      ["aws.api#service"] = { sdkId = metadata.serviceId, endpointPrefix = metadata.endpointPrefix },
      ["aws.auth#sigv4"] = { name = metadata.signingName }, ["aws.protocols#restJson1"] = {},
      ["smithy.api#title"] = "Example", ["smithy.rules#endpointRuleSet"] = { version = "1.0" },
    },
  }
  return ast
end

return smithy_ast
