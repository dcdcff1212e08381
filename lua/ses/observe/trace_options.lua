--- How traces are made and where they go: what a program says, then OpenTelemetry's own variables, then the default.
-- @module ses.observe.trace_options
-- Source: "SDK environment variables" and "OpenTelemetry Protocol Exporter", OpenTelemetry Specification.
local core = require "ses.core"
local errors = require "ses.errors"
local sampler = require "ses.observe.sampler"
local suggest = require "ses.suggest"

local trace_options = {}

local DEFAULT_ENDPOINT = "http://localhost:4318"

-- ---- kinds of values: function(value, setting) → the value, or nil and what it must be ----

local kinds = {}

function kinds.text(value)
  if type(value) ~= "string" or value == "" or value:find "%c" then return nil, "must be a text" end
  return value
end

function kinds.one_of(value, setting)
  for _, name in ipairs(setting.names) do
    if value == name then return value end
  end
  return nil, "must be one of " .. table.concat(setting.names, ", ")
end

function kinds.number(value, setting)
  local number = tonumber(value)
  if not number or not (number >= setting.min and number <= setting.max) or setting.whole and number % 1 ~= 0 then
    return nil, ("must be a %snumber from %.14g to %.14g"):format(setting.whole and "whole " or "", setting.min,
      setting.max)
  end
  return number
end

function kinds.url(value)
  if type(value) ~= "string" then return nil, "must be an http or https URL" end
  local request, failure = core.http.request("POST", value)
  if not request then return nil, failure.message end
  request:close()
  return value
end

local function percent_decoded(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- "name=value,name=value", as W3C's Baggage has it.
local function list_of_pairs(text)
  local map = {}
  for pair in text:gmatch "[^,]+" do
    local name, value = pair:match "^%s*([^=%s]+)%s*=%s*(.-)%s*$"
    if name then
      map[percent_decoded(name)] = percent_decoded(value)
    elseif pair:find "%S" then
      return nil
    end
  end
  return map
end

function kinds.map(value)
  local map = type(value) == "string" and list_of_pairs(value) or type(value) == "table" and value
  if not map then return nil, "must be name=value, with a comma between" end
  for name, item in pairs(map) do
    if type(name) ~= "string" or type(item) ~= "string" then return nil, "must have texts as names and values" end
  end
  return map
end

-- As names and values of HTTP.
function kinds.headers(value)
  local map, reason = kinds.map(value)
  for name, item in pairs(map or {}) do
    if not name:find "^[%w!#$&'*+.^_`|~-]+$" or item:find "%c" then
      return nil, "must be headers, whose values have no control characters"
    end
  end
  return map, reason
end

local DAY = 24 * 60 * 60 * 1000

-- In the order in which the variables count.
local SETTINGS = {
  { name = "exporter", kind = "one_of", names = { "otlp", "console", "none" }, default = "otlp",
    env = { "OTEL_TRACES_EXPORTER" } },
  { name = "endpoint", kind = "url", env = { "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" } },
  { name = "headers", kind = "headers", env = { "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS" } },
  { name = "service_name", kind = "text", env = { "OTEL_SERVICE_NAME" } },
  { name = "resource_attributes", kind = "map", env = { "OTEL_RESOURCE_ATTRIBUTES" } },
  { name = "sampler", kind = "one_of", names = sampler.names, default = "parentbased_always_on",
    env = { "OTEL_TRACES_SAMPLER" } },
  { name = "sampler_ratio", kind = "number", min = 0, max = 1, default = 1, env = { "OTEL_TRACES_SAMPLER_ARG" } },
  { name = "timeout_ms", kind = "number", whole = true, min = 1, max = DAY, default = 10000,
    env = { "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT" } },
  { name = "delay_ms", kind = "number", whole = true, min = 1, max = DAY, default = 5000,
    env = { "OTEL_BSP_SCHEDULE_DELAY" } },
  { name = "max_queue", kind = "number", whole = true, min = 1, max = 1000000, default = 2048,
    env = { "OTEL_BSP_MAX_QUEUE_SIZE" } },
  { name = "max_batch", kind = "number", whole = true, min = 1, max = 1000000, default = 512,
    env = { "OTEL_BSP_MAX_EXPORT_BATCH_SIZE" } },
  { name = "flush_timeout_ms", kind = "number", whole = true, min = 0, max = DAY, default = 5000, env = {} },
  { name = "max_connections", kind = "number", whole = true, min = 1, max = 100, default = 2, env = {} },
}

local NAMES = {}
for _, setting in ipairs(SETTINGS) do NAMES[setting.name] = true end

local function getenv(name)
  local value = os.getenv(name)
  value = value and value:gsub("^%s+", ""):gsub("%s+$", "")
  return value ~= "" and value or nil
end

local function take(found, faults, setting, value, path)
  local read, reason = kinds[setting.kind](value, setting)
  if read == nil then
    faults[#faults + 1] = { path = path, message = reason }
  else
    found[setting.name] = read
  end
end

local function resolve(setting, options, found, faults)
  if options[setting.name] ~= nil then
    return take(found, faults, setting, options[setting.name], setting.name)
  end
  for _, variable in ipairs(setting.env) do
    local value = getenv(variable)
    if value then return take(found, faults, setting, value, variable) end
  end
  found[setting.name] = setting.default
end

-- The variable for all signals gives what the path of traces comes behind.
local function complete_endpoint(found, faults)
  if found.endpoint then return end
  local general = "OTEL_EXPORTER_OTLP_ENDPOINT"
  local value = getenv(general)
  if value then
    take(found, faults, { name = "endpoint", kind = "url" }, value, general)
  else
    found.endpoint = DEFAULT_ENDPOINT
  end
  found.endpoint = found.endpoint and found.endpoint:gsub("/+$", "") .. "/v1/traces"
end

local function complete_resource(found)
  local resource = {
    ["service.name"] = "unknown_service", ["telemetry.sdk.name"] = "ses", ["telemetry.sdk.language"] = "lua",
    ["telemetry.sdk.version"] = core.version,
  }
  for name, value in pairs(found.resource_attributes or {}) do resource[name] = value end
  if found.service_name then resource["service.name"] = found.service_name end
  found.resource = resource
end

--- Finds every option.
-- @tparam ?table options see `ses.observe.traces`
-- @treturn table with `resource`, the attributes of the resource, besides; `off` where the environment says that
--   nothing is to be traced
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation" with every fault, named by its option or variable; no value is repeated
function trace_options.resolve(options)
  options = options or {}
  local found, faults = {}, {}
  for name in pairs(options) do
    if not NAMES[name] then
      faults[#faults + 1] = { path = tostring(name), message = "is no option of traces"
        .. suggest.hint(tostring(name), NAMES) }
    end
  end
  for _, setting in ipairs(SETTINGS) do resolve(setting, options, found, faults) end
  complete_endpoint(found, faults)
  complete_resource(found)
  if #faults > 0 then return nil, errors.validation(faults) end
  found.off = found.exporter == "none" or (getenv "OTEL_SDK_DISABLED" or ""):lower() == "true"
  return found
end

return trace_options
