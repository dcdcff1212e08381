--- What a trace tells of a call: names and numbers, and nothing of what is in a mail. No address is told in full.
-- @module ses.observe.span_attributes
-- Source: "Semantic conventions for AWS SDK client spans", OpenTelemetry.
local mails = require "ses.observe.mails"
local recipients = require "ses.pipeline.recipients"
local redact = require "ses.observe.redact"

local span_attributes = {}

--- A sender or an identity: a domain as it is; of an address three characters, fewer of a short one, and the domain.
-- @param text
-- @treturn ?string
function span_attributes.identity(text)
  return type(text) == "string" and redact.text(text:match "<([^<>]*)>%s*$" or text) or nil
end

--- Of a call before anything is known of it.
-- @tparam ses.Operation op
-- @treturn table name → value
function span_attributes.of_call(op)
  return {
    ["rpc.system"] = "aws-api", ["rpc.service"] = op.service_id or "SESv2", ["rpc.method"] = op.name,
    ["ses.operation"] = op.name,
  }
end

--- Adds what the parameters say, which the validator has seen.
-- @tparam table attributes
-- @tparam table call the state of the call
function span_attributes.add_params(attributes, call)
  local params = call.params
  attributes["ses.config_set"] = redact.text(params.ConfigurationSetName)
  attributes["ses.template_name"] = redact.text(mails.template_name(params))
  attributes["ses.identity"] = span_attributes.identity(params.FromEmailAddress or params.EmailIdentity)
  if call.sends then attributes["ses.recipient_count"] = recipients.count(call.op.name, params) end
end

--- Of the exchange of one try.
-- @tparam table call the state of the call
-- @treturn table name → value; no path, since identities and contacts are in some
function span_attributes.of_exchange(call)
  local host = call.parts.url:match "^%a+://([^/?]+)"
  local name, port = host:match "^(.-):(%d+)$"
  local again = call.attempts - 1
  return {
    ["http.request.method"] = call.parts.method, ["server.address"] = name or host,
    ["server.port"] = tonumber(port) or (call.parts.url:find "^https" and 443 or 80),
    ["http.request.resend_count"] = again > 0 and again or nil,
  }
end

return span_attributes
