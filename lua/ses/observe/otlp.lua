--- Spans as OTLP has them, in JSON.
-- @module ses.observe.otlp
-- Source: "OpenTelemetry Protocol Specification" 1.x, and its trace.proto.
local core = require "ses.core"
local json = require "ses.model.json"

local otlp = {}

--- The media type of a request.
otlp.CONTENT_TYPE = "application/json"

local REQUEST = '{"resourceSpans":[{"resource":{"attributes":[%s]},'
  .. '"scopeSpans":[{"scope":{"name":"ses","version":"%s"},"spans":['

--- The body of an ExportTraceServiceRequest.
-- @tparam table resource name → value
-- @tparam table traces list of ses.Trace
-- @treturn string
function otlp.request(resource, traces)
  return REQUEST:format(core.otlp.attributes(resource), core.version) .. core.otlp.spans(traces) .. "]}]}]}"
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
