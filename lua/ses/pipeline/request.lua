--- The stages before the transport: validate, serialise, find the endpoint, sign.
-- @module ses.pipeline.request
local accept = require "ses.model.accept"
local core = require "ses.core"
local errors = require "ses.errors"
local lazy = require "ses.lazy"
local rules = require "ses.pipeline.rules"
local serialise = require "ses.model.serialise"

-- Loaded with the first input that is not beyond doubt.
local validate = lazy "ses.model.validate"

local request = {}

-- How endpoints may ask to be signed for.
local SCHEMES = { sigv4 = true, sigv4a = true }

-- What SES may refuse is told, and sent all the same.
local function tell(logger, op, warnings)
  if not (logger and warnings) then return end
  for _, warning in ipairs(warnings) do logger:doubted(op, warning) end
end

--- Validates and serialises once for all tries. Warnings of the validation go to the pipeline's `logger`,
-- where it has one.
-- @treturn table { method =, url =, endpoint =, headers =, body =, signing = }
-- @treturn[2] nil
-- @treturn[2] ses.Error
-- @treturn ?table the warnings, in both cases, each { path =, message = }
function request.prepare(pipeline, op, params)
  pipeline.rules = pipeline.rules or rules.new(pipeline.settings.max_message_bytes)
  local body = accept.body(op, params, pipeline.rules)
  local err, warnings
  if not body then
    body, err, warnings = validate.in_words(op, params, pipeline.rules)
    tell(pipeline.logger, op, warnings)
    if not body then return nil, err, warnings end
  end
  local parts
  parts, err = serialise.request(op, params, body ~= true and body or nil)
  if not parts then return nil, err, warnings end
  local endpoint
  endpoint, err = pipeline.endpoint(params, op)
  if not endpoint then return nil, err, warnings end
  if not SCHEMES[endpoint.signing.name] then
    return nil, errors.new {
      kind = "signing", code = "UnsupportedSigningAlgorithm",
      message = "the endpoint asks for the signing algorithm " .. tostring(endpoint.signing.name)
        .. ", which this version does not have",
    }, warnings
  end
  local base = endpoint.url
  if base:find("/", -1, true) then base = base:gsub("/+$", "") end
  parts.url, parts.endpoint, parts.signing = base .. parts.path, endpoint.url, endpoint.signing
  if parts.query ~= "" then parts.url = parts.url .. "?" .. parts.query end
  return parts, nil, warnings
end

--- A random UUID (RFC 9562, version 4) that names all tries of one call.
function request.invocation_id(random)
  return core.random.uuid(random.bytes(16))
end

local function add_own_headers(http, parts)
  for _, header in ipairs(parts.headers or {}) do
    local ok, failure = http:add_header(header[1], header[2])
    if not ok then return nil, failure end
  end
  return true
end

-- The texts of amz-sdk-request, by the most retries and the attempt: few.
local attempt_texts = {}

local function attempt_text(attempt, max_retries)
  local texts = attempt_texts[max_retries]
  if not texts then
    texts = {}
    attempt_texts[max_retries] = texts
  end
  local text = texts[attempt]
  if not text then
    text = ("attempt=%d; max=%d"):format(attempt, max_retries + 1)
    texts[attempt] = text
  end
  return text
end

local function add_headers(http, state, max_retries)
  local ok, failure = add_own_headers(http, state.parts)
  if not ok then return nil, failure end
  ok, failure = http:add_header("amz-sdk-invocation-id", state.invocation_id)
  if not ok then return nil, failure end
  return http:add_header("amz-sdk-request", attempt_text(state.attempts, max_retries))
end

local function signing_options(pipeline, parts)
  return {
    region = parts.signing.region, region_set = parts.signing.region_set, service = parts.signing.service or "ses",
    time = math.floor(pipeline.clock.now() + pipeline.skew_seconds),
  }
end

--- Builds the signed HTTP request of one try.
-- @treturn userdata a request of ses.core.http; the caller closes it
-- @treturn[2] nil
-- @treturn[2] ses.Error
function request.build(pipeline, state, credentials)
  local parts = state.parts
  local http, failure = core.http.request(parts.method, parts.url)
  if not http then return nil, errors.from_core(failure) end
  local ok
  ok, failure = add_headers(http, state, pipeline.settings.max_retries)
  if ok and parts.body then ok, failure = http:set_body(parts.body) end
  if not ok then return nil, errors.from_core(failure) end
  local options = signing_options(pipeline, parts)
  state.signed_at = options.time
  local meter = pipeline.meter
  local from = meter and pipeline.clock.monotonic()
  local trace = state.trace
  if trace then trace:enter "ses.signing" end
  ok, failure = pipeline.signer:sign(http, credentials, options)
  if meter then meter:signed(pipeline.clock.monotonic() - from) end
  local err = not ok and errors.from_core(failure, { kind = "signing" }) or nil
  if trace then trace:signed(err) end
  if err then return nil, err end
  return http
end

--- Presigns what `prepare` gave: the request as anyone may send it.
-- @tparam number expires seconds
-- @treturn table { method =, url =, headers = { { name, value }, … }, body = }
-- @treturn[2] nil
-- @treturn[2] ses.Error
function request.presign(pipeline, parts, credentials, expires)
  local body = serialise.text(parts.body)
  if parts.body and not body then
    return nil, errors.new {
      kind = "validation", code = "InvalidParameter",
      message = "a request that holds a key of ses.dkim cannot be presigned: others would get the private key",
    }
  end
  local http, failure = core.http.request(parts.method, parts.url)
  if not http then return nil, errors.from_core(failure) end
  local ok, url
  ok, failure = add_own_headers(http, parts)
  if ok and body then ok, failure = http:set_body(body) end
  if ok then
    local options = signing_options(pipeline, parts)
    options.expires = expires
    url, failure = pipeline.signer:presign(http, credentials, options)
  end
  http:close()
  if not url then return nil, errors.from_core(failure, { kind = "signing" }) end
  return { method = parts.method, url = url, headers = parts.headers or {}, body = body }
end

return request
