--- Where requests go: AWS's published endpoint rules for SES v2, evaluated.
--
-- The rules and partitions are `ses.model.endpoints`, generated from AWS's rule set; nothing of them is
-- written here. See "Endpoint rules engine" of the Smithy specification for the language.
-- @module ses.endpoint
local errors = require "ses.errors"

local endpoint = {}

local document

local function data()
  document = document or require "ses.model.endpoints"
  return document
end

local function invalid(message, field)
  return errors.new { kind = "validation", code = "InvalidConfiguration", message = message, field = field }
end

local function is_host_label(text)
  return #text <= 63 and text:find("^[A-Za-z0-9][A-Za-z0-9-]*$") ~= nil
end

local function is_host(text)
  local at = 1
  for label, after in text:gmatch("([^.]*)%.?()") do
    if at > #text then break end
    if not is_host_label(label) then return false end
    at = after
  end
  return text ~= "" and text:sub(-1) ~= "."
end

-- AWS's order: the region is listed, or has a partition's form, or is taken to be of the first partition.
local function partition_of(region)
  local partitions = data().partitions
  for _, partition in ipairs(partitions) do
    for _, name in ipairs(partition.regions) do
      if name == region then return partition.outputs end
    end
  end
  for _, partition in ipairs(partitions) do
    for _, pattern in ipairs(partition.region_patterns) do
      if region:find(pattern) then return partition.outputs end
    end
  end
  return partitions[1].outputs
end

local value_of

local functions = {
  isSet = function(value) return value ~= nil end,
  ["not"] = function(value) return not value end,
  booleanEquals = function(a, b) return a == b end,
  stringEquals = function(a, b) return a == b end,
  getAttr = function(value, path) return value and value[path] end,
  isValidHostLabel = function(text, dots) return dots and is_host(text) or is_host_label(text) end,
  ["aws.partition"] = function(region) return region and partition_of(region) end,
}

local function call(expression, scope)
  local run = functions[expression.fn]
  if not run then error("endpoint rules: unknown function " .. tostring(expression.fn)) end
  local argv = expression.argv
  return run(value_of(argv[1], scope), value_of(argv[2], scope))
end

-- "https://email.{Region}.{PartitionResult#dnsSuffix}" with its braces filled.
local function fill(template, scope)
  return (template:gsub("{([^}]+)}", function(name)
    local object, field = name:match("^(.-)#(.+)$")
    if object then return scope[object][field] end
    return scope[name]
  end))
end

function value_of(expression, scope)
  if type(expression) == "string" then return fill(expression, scope) end
  if type(expression) ~= "table" then return expression end
  if expression.ref then return scope[expression.ref] end
  return call(expression, scope)
end

-- A condition holds where its value is neither false nor missing; what it assigns is seen below it.
local function conditions_hold(conditions, scope)
  for _, condition in ipairs(conditions) do
    local value = call(condition, scope)
    if value == nil or value == false then return false end
    if condition.assign then scope[condition.assign] = value end
  end
  return true
end

local function evaluate(rules, scope)
  for _, rule in ipairs(rules) do
    local inner = setmetatable({}, { __index = scope })
    if conditions_hold(rule.conditions, inner) then
      if rule.type == "tree" then return evaluate(rule.rules, inner) end
      if rule.type == "error" then return nil, invalid(value_of(rule.error, inner)) end
      return { rule = rule.endpoint, scope = inner }
    end
  end
  return nil, invalid("no endpoint rule applies")
end

-- The first scheme that the rules name, or plain SigV4 for the region.
local function signing_of(rule, region)
  local schemes = rule.properties and rule.properties.authSchemes
  local scheme = schemes and schemes[1]
  if not scheme then return { name = "sigv4", service = "ses", region = region } end
  local signing = { name = scheme.name, service = scheme.signingName or "ses" }
  if scheme.name == "sigv4a" then
    signing.region_set = table.concat(scheme.signingRegionSet, ",")
  else
    signing.region = scheme.signingRegion or region
  end
  return signing
end

-- A custom endpoint must be a URL of http or https, with a host, and nothing that would leak (user,
-- password) or be lost (query, fragment).
local function endpoint_fault(url)
  if type(url) ~= "string" then return "must be a URL" end
  local scheme, rest = url:match("^(%a[%w+.-]*)://(.*)$")
  if not scheme then return "must be a URL such as http://127.0.0.1:8080" end
  scheme = scheme:lower()
  if scheme ~= "http" and scheme ~= "https" then return "must be of http or https" end
  if url:find("[%c%s\128-\255]") then return "must be of printable ASCII" end
  local authority = rest:match("^[^/?#]*")
  if authority:find("@", 1, true) then return "must not hold a user or password" end
  if rest:find("[?#]") then return "must not have a query or fragment" end
  local host, port = authority:match("^(%[[%x:.]+%])(.*)$")
  if not host then host, port = authority:match("^([^:%[%]]+)(.*)$") end
  if not host then return "has no host" end
  local number = tonumber(port:match("^:(%d+)$") or "")
  if port ~= "" and not (number and number <= 65535) then return "has no valid port" end
end

local OPTIONS = {
  region = "string", use_fips = "boolean", use_dualstack = "boolean", endpoint_id = "string",
  endpoint = "string",
}

local function option_fault(options)
  for name, kind in pairs(OPTIONS) do
    local value = options[name]
    if value ~= nil and type(value) ~= kind then return name, "must be a " .. kind end
  end
  -- The region becomes part of the host: nothing but a label may.
  if options.region ~= nil and not is_host_label(options.region) then
    return "region", "must be a region such as eu-west-1"
  end
  if options.endpoint ~= nil then
    local fault = endpoint_fault(options.endpoint)
    if fault then return "endpoint", fault end
  end
end

--- The endpoint for a client or a request.
-- @tparam table options
--   `region`; `use_fips`, `use_dualstack` (false); `endpoint_id`, the id of a multi-region endpoint;
--   `endpoint`, a URL to use instead of AWS's own
-- @treturn table|nil { url = (without a slash at its end), signing = { name = "sigv4", service =, region = }
--   or { name = "sigv4a", service =, region_set = (comma-separated, "*" for every region) } }
-- @treturn ?ses.Error kind "validation"
function endpoint.resolve(options)
  local field, fault = option_fault(options)
  if field then return nil, invalid(field .. " " .. fault, field) end
  local result, err = evaluate(data().rules, {
    Region = options.region, UseFIPS = options.use_fips == true, UseDualStack = options.use_dualstack == true,
    EndpointId = options.endpoint_id, Endpoint = options.endpoint,
  })
  if not result then return nil, err end
  return {
    url = (value_of(result.rule.url, result.scope):gsub("/+$", "")),
    signing = signing_of(result.rule, options.region),
  }
end

return endpoint
