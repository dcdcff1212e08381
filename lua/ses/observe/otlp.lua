--- Spans as OTLP has them, in JSON.
-- @module ses.observe.otlp
-- Source: "OpenTelemetry Protocol Specification" 1.x, and its trace.proto.
local charset = require "ses.mail.charset"
local core = require "ses.core"
local json = require "ses.model.json"

local concat, quote = table.concat, json.quote

local otlp = {}

--- The media type of a request.
otlp.CONTENT_TYPE = "application/json"

local MAX_TEXT = 256
local ERROR = 2
-- Of a span's flags: whether it is said here that the parent is another process's, and whether it is.
local REMOTE_IS_KNOWN, IS_REMOTE = 0x100, 0x200

-- 64-bit numbers are strings in OTLP's JSON.
local function nanoseconds(time)
  local seconds = math.floor(time)
  return ("%.0f%09.0f"):format(seconds, math.floor((time - seconds) * 1e9))
end

-- A trace has many spans: they are written as text at once, with no table for each value.

local function text_of(value)
  -- Cut between characters.
  if #value > MAX_TEXT then value = value:sub(1, MAX_TEXT):gsub("[\194-\244][\128-\191]*$", "") end
  return quote(charset.scrub(value))
end

local function value_of(value)
  local kind = type(value)
  if kind == "string" then return '{"stringValue":' .. text_of(value) .. "}" end
  if kind == "boolean" then return '{"boolValue":' .. tostring(value) .. "}" end
  if kind ~= "number" then return '{"stringValue":' .. text_of(tostring(value)) .. "}" end
  if value % 1 == 0 then return ('{"intValue":"%.0f"}'):format(value) end
  return '{"doubleValue":' .. assert(json.encode(value)) .. "}"
end

-- The names of attributes are few: each is quoted once.
local heads = setmetatable({}, { __index = function(known, name)
  known[name] = '{"key":' .. quote(name) .. ',"value":'
  return known[name]
end })

local function attributes_of(map)
  local list, n = {}, 0
  for name, value in pairs(map) do
    n = n + 1
    list[n] = heads[name] .. value_of(value) .. "}"
  end
  return concat(list, ",")
end

local function events_of(span, offset)
  if not span.events then return "" end
  local list = {}
  for i, event in ipairs(span.events) do
    list[i] = ('{"name":%s,"timeUnixNano":"%s"}'):format(quote(event.name), nanoseconds(event.time + offset))
  end
  return concat(list, ",")
end

local SPAN = '{"attributes":[%s],"endTimeUnixNano":"%s","events":[%s],"flags":%d,"kind":%d,"name":%s,%s"spanId":"%s",'
  .. '"startTimeUnixNano":"%s"%s,"traceId":"%s"%s}'
local PARENT, STATE = '"parentSpanId":"%s",', ',"traceState":%s'
local FAILED = (',"status":{"code":%d}'):format(ERROR)

local function encode(span, trace, state)
  local parent = span.parent or trace.parent_id
  local remote = not span.parent and trace.parent_id
  return SPAN:format(attributes_of(span.attributes), nanoseconds(span.to + trace.offset),
    events_of(span, trace.offset), 1 + REMOTE_IS_KNOWN + (remote and IS_REMOTE or 0), span.kind, quote(span.name),
    parent and PARENT:format(parent) or "", span.id, nanoseconds(span.from + trace.offset),
    span.failed and FAILED or "", trace.trace_id, state)
end

local REQUEST = '{"resourceSpans":[{"resource":{"attributes":[%s]},"scopeSpans":[{"scope":{"name":"ses","version":%s},'
  .. '"spans":['

--- The body of an ExportTraceServiceRequest.
-- @tparam table resource name → value
-- @tparam table traces list of ses.Trace
-- @treturn string
function otlp.request(resource, traces)
  local spans = {}
  for _, trace in ipairs(traces) do
    local state = trace.state and STATE:format(quote(trace.state)) or ""
    for _, span in ipairs(trace.spans) do spans[#spans + 1] = encode(span, trace, state) end
  end
  return REQUEST:format(attributes_of(resource), quote(core.version)) .. concat(spans, ",") .. "]}]}]}"
end

--- How many spans an answer of success says were not taken after all.
-- @tparam ?string body
-- @treturn integer
function otlp.rejected(body)
  local answer = json.decode(body or "")
  local partial = type(answer) == "table" and answer.partialSuccess
  local count = type(partial) == "table" and tonumber(partial.rejectedSpans) or 0
  return count > 0 and math.floor(count) or 0
end

return otlp
