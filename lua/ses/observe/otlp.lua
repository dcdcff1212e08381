--- Spans as OTLP has them, in JSON.
-- @module ses.observe.otlp
-- Source: "OpenTelemetry Protocol Specification" 1.x, and its trace.proto.
local charset = require "ses.mail.charset"
local core = require "ses.core"
local json = require "ses.model.json"
local keys = require "ses.keys"

local otlp = {}

--- The media type of a request.
otlp.CONTENT_TYPE = "application/json"

local MAX_TEXT = 256
local ERROR = 2
-- Of a span's flags: whether it is said here that the parent is another process's, and whether it is.
local REMOTE_IS_KNOWN, IS_REMOTE = 0x100, 0x200

-- 64-bit numbers are strings in OTLP's JSON.
local function whole(number) return ("%.0f"):format(number) end

local function nanoseconds(time)
  local seconds = math.floor(time)
  return ("%.0f%09.0f"):format(seconds, math.floor((time - seconds) * 1e9))
end

local function value_of(value)
  if type(value) == "boolean" then return { boolValue = value } end
  if type(value) == "number" then
    if value % 1 == 0 then return { intValue = whole(value) } end
    return { doubleValue = value }
  end
  value = tostring(value)
  -- Cut between characters.
  if #value > MAX_TEXT then value = value:sub(1, MAX_TEXT):gsub("[\194-\244][\128-\191]*$", "") end
  return { stringValue = charset.scrub(value) }
end

local function attributes_of(map)
  local list = json.list()
  for i, name in ipairs(keys.sorted(map)) do list[i] = { key = name, value = value_of(map[name]) } end
  return list
end

local function events_of(span, at)
  local list = json.list()
  for i, event in ipairs(span.events or {}) do
    list[i] = { name = event.name, timeUnixNano = nanoseconds(at(event.time)) }
  end
  return list
end

local function encode(span, trace)
  local remote = not span.parent and trace.parent_id
  return {
    traceId = trace.trace_id, spanId = span.id, parentSpanId = span.parent or trace.parent_id,
    traceState = trace.state, flags = 1 + REMOTE_IS_KNOWN + (remote and IS_REMOTE or 0), name = span.name,
    kind = span.kind, startTimeUnixNano = nanoseconds(trace.at(span.from)),
    endTimeUnixNano = nanoseconds(trace.at(span.to)), attributes = attributes_of(span.attributes),
    events = events_of(span, trace.at), status = span.failed and { code = ERROR } or nil,
  }
end

--- The body of an ExportTraceServiceRequest.
-- @tparam table resource name → value
-- @tparam table traces list of ses.Trace
-- @treturn string
function otlp.request(resource, traces)
  local spans = json.list()
  for _, trace in ipairs(traces) do
    for _, span in ipairs(trace.spans) do spans[#spans + 1] = encode(span, trace) end
  end
  return assert(json.encode {
    resourceSpans = { {
      resource = { attributes = attributes_of(resource) },
      scopeSpans = { { scope = { name = "ses", version = core.version }, spans = spans } },
    } },
  })
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
