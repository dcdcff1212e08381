-- The spans of ses, read by OpenTelemetry's own types and compared with what its SDK writes.
local child = require "spec.support.child"
local collector = require "spec.support.collector"
local http = require "socket.http"
local json = require "ses.model.json"
local process = require "spec.support.process"
local run = require "spec.peers.sdk_run"
local scripted = require "spec.support.scripted"

local PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

local function attributes_of(list)
  local map = {}
  for _, one in ipairs(list or {}) do
    map[one.key] = one.value.intValue and tonumber(one.value.intValue) or one.value.stringValue or one.value.doubleValue
  end
  return map
end

describe("OpenTelemetry", function()
  local reason = run.missing()
  if reason then
    pending(reason)
    return
  end

  local server, job, url, found, at, said

  local function control(path)
    local answer, status = http.request(url .. path, "")
    assert.equal(200, status)
    return answer
  end

  setup(function()
    server = scripted.start()
    job = process.start { "node", "spec/peers/otlp_peer.js", "build/peers" }
    url = "http://127.0.0.1:" .. process.eventually(function() return job.out():match("^(%d+)\n") end, 20)
    server:script(scripted.failure(503, "ServiceUnavailable"), scripted.OK, scripted.failure(400, "MessageRejected"))
    at = os.time()
    said = child.lua(([[
      local client = assert(require("ses").client { traces = true, region = "eu-west-1", endpoint = %q, max_retries = 1,
        rate_limit_rps = 1000.5, credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" } })
      local mail = { from = "Zoë <anna@lantern.example>", to = "b@example.com", template = "Grüße", data = {} }
      assert(client.emails:send(mail, { traceparent = %q, tracestate = "vendor=value" }))
      assert(not client.emails:send(mail))
      assert(not client.emails:send { from = "a@lantern.example", to = "b@example.com", template = ("ä"):rep(200),
        data = {} })
      io.write(tostring(client:close()), " ", client.traces:stats().dropped)
    ]]):format(server.url .. "/play", PARENT), {
      OTEL_EXPORTER_OTLP_ENDPOINT = url, OTEL_SERVICE_NAME = "Bücher",
      OTEL_RESOURCE_ATTRIBUTES = "deployment.environment.name=test",
    })
    found = json.decode(control "/_spans")
    for _, span in ipairs(found.spans) do
      span.map = attributes_of(span.attributes)
      -- The digits that a double can hold.
      span.from, span.to = tonumber(span.startTimeUnixNano:sub(6)), tonumber(span.endTimeUnixNano:sub(6))
    end
  end)
  teardown(function()
    if url then http.request(url .. "/_quit", "") end
    if job then
      job.wait()
      job.remove()
    end
    if server then server:stop() end
  end)

  it("reads every field, and loses none", function()
    assert.same({}, found.faults)
    assert.equal("true 0", said)
    assert.is_true(#found.spans > 20)
  end)

  it("finds parents, trace and state", function()
    local spans = {}
    for _, span in ipairs(found.spans) do
      if span.traceId == PARENT:sub(4, 35) then
        spans[#spans + 1] = span
        assert.equal("vendor=value", span.traceState)
      end
    end
    local try = "http_request(connection_acquire request_send response_receive) response_parse(json_parse)"
    assert.equal("operation(request_prepare credential_resolution request_build(signing) " .. try
      .. " retry(retry_delay credential_resolution request_build(signing) " .. try .. "))",
      collector.tree(spans, PARENT:sub(37, 52)))
  end)

  it("finds children within their parents, and the time of day", function()
    local by_id = {}
    for _, span in ipairs(found.spans) do by_id[span.spanId] = span end
    for _, span in ipairs(found.spans) do
      assert.is_true(span.from <= span.to, span.name)
      local parent = by_id[span.parentSpanId]
      if parent then assert.is_true(parent.from <= span.from and span.to <= parent.to, span.name) end
      assert.is_true(math.abs(tonumber(span.startTimeUnixNano:sub(1, -10)) - at) < 60)
    end
  end)

  it("finds kinds, status and attributes as the conventions have them", function()
    local root, exchanges, refused = found.spans[1], {}, nil
    for _, span in ipairs(found.spans) do
      if span.name == "ses.http_request" then exchanges[#exchanges + 1] = span end
      if span.name == "ses.operation" and span.map["error.type"] == "MessageRejected" then refused = span end
      local client = span.name == "ses.operation" or span.name == "ses.http_request"
      assert.equal(client and "SPAN_KIND_CLIENT" or "SPAN_KIND_INTERNAL", found.kinds[tostring(span.kind)], span.name)
    end
    assert.same({ "aws-api", "SESv2", "SendEmail", "ann***@lantern.example", "Grüße", 1, 1, "m-1" }, {
      root.map["rpc.system"], root.map["rpc.service"], root.map["rpc.method"], root.map["ses.identity"],
      root.map["ses.template_name"], root.map["ses.recipient_count"], root.map["retry.count"],
      root.map["ses.message_id"],
    })
    assert.same({ 503, 200, 400 }, { exchanges[1].map["http.response.status_code"],
      exchanges[2].map["http.response.status_code"], exchanges[3].map["http.response.status_code"] })
    assert.equal("STATUS_CODE_ERROR", found.codes[tostring(refused.status.code)])
    local resource = attributes_of(root.resource.attributes)
    assert.same({ "Bücher", "test", "lua" }, { resource["service.name"], resource["deployment.environment.name"],
      resource["telemetry.sdk.language"] })
    assert.equal("ses", root.scope.name)
  end)

  it("writes with its own SDK the same kinds of values", function()
    local sdk = found.sdk
    for _, span in ipairs(found.spans) do
      for name, value in pairs(span) do
        local own = name == "map" or name == "from" or name == "to" or name == "resource" or name == "scope"
        local optional = name == "parentSpanId" or name == "traceState"
        if not own and not optional then assert.equal(type(sdk[name]), type(value), name) end
      end
    end
    assert.equal(#sdk.traceId, #found.spans[1].traceId)
    assert.equal(#sdk.startTimeUnixNano, #found.spans[1].startTimeUnixNano)
  end)
end)
