-- A service model in Smithy's JSON AST (version 2.0 of "JSON AST", Smithy's specification) as the same
-- model in botocore's form, documentation left out. What the generator would have to heed and does not
-- know ends it: a trait overlooked would be a request that AWS refuses.
local smithy = {}

local function name_of(id) return (id:gsub("^.*#", "")) end

-- Traits that say nothing of what travels, or that a client may leave out.
local IGNORED = {
  "aws.api#arn", "aws.api#arnReference", "aws.api#data", "aws.api#service", "aws.auth#sigv4",
  "aws.auth#unsignedPayload", "aws.cloudformation#", "aws.customizations#", "aws.endpoints#", "aws.iam#",
  "aws.protocols#restJson1", "aws.tagging#", "smithy.api#addedDefault", "smithy.api#clientOptional",
  "smithy.api#cors", "smithy.api#default", "smithy.api#documentation", "smithy.api#enumValue",
  "smithy.api#examples", "smithy.api#externalDocumentation", "smithy.api#input", "smithy.api#internal",
  "smithy.api#notProperty", "smithy.api#output", "smithy.api#private", "smithy.api#property",
  "smithy.api#readonly", "smithy.api#references", "smithy.api#resourceIdentifier", "smithy.api#retryable",
  "smithy.api#recommended", "smithy.api#since", "smithy.api#suppress", "smithy.api#tags",
  "smithy.api#title", "smithy.api#uniqueItems", "smithy.api#unstable", "smithy.api#xmlNamespace",
  "smithy.rules#", "smithy.test#", "smithy.waiters#",
}

local function ignored(trait)
  for _, known in ipairs(IGNORED) do
    if trait == known or (known:sub(-1) == "#" and trait:sub(1, #known) == known) then return true end
  end
  return false
end

-- The traits of a shape or a member, each to be taken once; `done` refuses what nobody took.
local Traits = {}
Traits.__index = Traits

local function traits_of(row, owner)
  return setmetatable({ given = row.traits or {}, taken = {}, owner = owner }, Traits)
end

function Traits:take(name)
  if not name:find("#", 1, true) then name = "smithy.api#" .. name end
  self.taken[name] = true
  return self.given[name]
end

function Traits:has(name) return self:take(name) ~= nil or nil end

function Traits:done()
  for name in pairs(self.given) do
    assert(self.taken[name] or ignored(name), "untreated trait " .. name .. " of " .. self.owner)
  end
end

local TIMES = { ["date-time"] = "iso8601", ["epoch-seconds"] = "unixTimestamp", ["http-date"] = "rfc822" }

local function time_format(traits)
  local format = traits:take "timestampFormat"
  return format and assert(TIMES[format], "unknown time format " .. format)
end

local function member_of(name, row, owner)
  local traits = traits_of(row, owner .. "." .. name)
  local member = {
    shape = name_of(row.target), timestampFormat = time_format(traits), locationName = traits:take "jsonName",
  }
  if traits:has "httpLabel" then member.location, member.locationName = "uri", name end
  if traits:has "httpResponseCode" then member.location, member.locationName = "statusCode", name end
  for trait, location in pairs { httpQuery = "querystring", httpHeader = "header" } do
    local wire = traits:take(trait)
    if wire then member.location, member.locationName = location, wire end
  end
  local context = traits:take "smithy.rules#contextParam"
  member.contextParam = context and { name = context.name }
  local required = traits:has "required"
  traits:done()
  return member, required
end

local makers = {}

function makers.structure(id, row, shape, traits)
  shape.type, shape.members, shape.required = "structure", {}, {}
  shape.union = row.type == "union" or nil
  for name, member in pairs(row.members or {}) do
    local required
    shape.members[name], required = member_of(name, member, id)
    if required then shape.required[#shape.required + 1] = name end
  end
  local fault = traits:take "error"
  local status = traits:take "httpError"
  if fault then
    shape.exception, shape.fault = true, fault == "server" or nil
    shape.error = { httpStatusCode = status or (fault == "server" and 500 or 400) }
  end
end

makers.union = makers.structure

-- A member of a list or map that has more to say than its shape is unknown to botocore's form.
local function plain_member(row, owner)
  local member, required = member_of("member", row, owner)
  assert(not (member.timestampFormat or member.locationName or required), "untreated traits of " .. owner)
  return { shape = member.shape }
end

function makers.list(id, row, shape)
  shape.type, shape.member = "list", plain_member(row.member, id)
end

makers.set = makers.list

function makers.map(id, row, shape)
  shape.type, shape.key, shape.value = "map", plain_member(row.key, id), plain_member(row.value, id)
end

function makers.enum(_, row, shape)
  shape.type, shape.enum = "string", {}
  for name, member in pairs(row.members) do
    shape.enum[#shape.enum + 1] = (member.traits or {})["smithy.api#enumValue"] or name
  end
end

-- Enumerations of Smithy 1.0 are a trait.
function makers.string(_, _, shape, traits)
  shape.type = "string"
  for _, item in ipairs(traits:take "enum" or {}) do
    shape.enum = shape.enum or {}
    shape.enum[#shape.enum + 1] = item.value
  end
end

function makers.intEnum(_, _, shape) shape.type = "integer" end

function makers.timestamp(_, _, shape, traits)
  shape.type, shape.timestampFormat = "timestamp", time_format(traits)
end

for _, simple in ipairs { "integer", "long", "float", "double", "boolean", "blob" } do
  makers[simple] = function(_, _, shape) shape.type = simple end
end
makers.byte, makers.short = makers.integer, makers.integer

local function shape_of(id, row)
  local make = assert(makers[row.type], "unknown type " .. tostring(row.type) .. " of " .. id)
  assert(not row.mixins, "mixins are to be flattened first: " .. id)
  local traits = traits_of(row, id)
  local shape = {}
  make(id, row, shape, traits)
  local bounds = traits:take "length" or traits:take "range"
  if bounds then shape.min, shape.max = bounds.min, bounds.max end
  shape.pattern, shape.sensitive = traits:take "pattern", traits:has "sensitive"
  shape.deprecated = traits:has "deprecated"
  traits:done()
  return shape
end

local function target_of(row)
  if not row or row.target == "smithy.api#Unit" then return nil end
  return { shape = name_of(row.target) }
end

local function pagination_of(page, common)
  if not page then return nil end
  return {
    input_token = page.inputToken or common.inputToken, output_token = page.outputToken or common.outputToken,
    limit_key = page.pageSize or common.pageSize, result_key = page.items or common.items,
  }
end

-- `common` is what the service says for all its operations.
local function operation_of(id, row, common)
  local traits = traits_of(row, id)
  local http = assert(traits:take "http", "no HTTP binding: " .. id)
  local operation = {
    name = name_of(id), http = { method = http.method, requestUri = http.uri }, input = target_of(row.input),
    output = target_of(row.output), errors = {}, idempotent = traits:has "idempotent",
    deprecated = traits:has "deprecated",
  }
  for _, list in ipairs { row.errors or {}, common.errors } do
    for _, err in ipairs(list) do operation.errors[#operation.errors + 1] = target_of(err) end
  end
  local page = pagination_of(traits:take "paginated", common.pages)
  traits:done()
  return operation, page
end

local function service_of(ast)
  local found
  for id, row in pairs(ast.shapes) do
    if row.type == "service" then
      assert(not found, "more than one service")
      found = { id = id, row = row }
    end
  end
  assert(found, "no service")
  local traits = traits_of(found.row, found.id)
  assert(traits:take "aws.protocols#restJson1", "only AWS's restJson1 protocol is known here")
  return found.row, traits
end

-- Whether a document is such an AST.
function smithy.is_ast(document) return type(document.smithy) == "string" and document.shapes ~= nil end

-- The model in botocore's form.
function smithy.to_botocore(ast)
  assert(ast.smithy:find("^[12]"), "unknown version of Smithy: " .. ast.smithy)
  local service, traits = service_of(ast)
  local common = { errors = service.errors or {}, pages = traits:take "paginated" or {} }
  local api = traits:take "aws.api#service"
  local model = {
    metadata = {
      protocol = "rest-json", apiVersion = service.version, serviceId = api.sdkId,
      signingName = traits:take("aws.auth#sigv4").name, endpointPrefix = api.endpointPrefix or api.arnNamespace,
    },
    operations = {}, shapes = {}, pagination = {},
  }
  for id, row in pairs(ast.shapes) do
    local name = name_of(id)
    if row.type == "operation" then
      model.operations[name], model.pagination[name] = operation_of(id, row, common)
    elseif row.type ~= "service" and row.type ~= "resource" then
      assert(not model.shapes[name], "two shapes have the name " .. name)
      model.shapes[name] = shape_of(id, row)
    end
  end
  return model
end

return smithy
