-- What a client tells of its calls, as a collector gets it over a socket.
local child = require "spec.support.child"
local collector_of = require "spec.support.collector"
local observe = require "ses.observe"
local scripted = require "spec.support.scripted"
local ses = require "ses"

local MAIL, OK, failure = scripted.MAIL, scripted.OK, scripted.failure
local named, tree = collector_of.named, collector_of.tree

local TRACE_ID, PARENT_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
local PARENT = { traceparent = ("00-%s-%s-01"):format(TRACE_ID, PARENT_ID), tracestate = "vendor=value" }

local SEND = "request_build(signing) http_request(connection_acquire request_send response_receive) "
  .. "response_parse(json_parse)"

describe("a client that is traced", function()
  local server, collector, traces

  setup(function() server, collector = scripted.start(), collector_of.start() end)
  teardown(function()
    server:stop()
    collector:stop()
  end)
  before_each(function()
    collector:take_all()
    traces = assert(observe.traces { endpoint = collector.url, service_name = "shop" })
  end)
  after_each(function() server:close_clients() end)

  local function client_of(options)
    local all = { traces = traces }
    for name, value in pairs(options or {}) do all[name] = value end
    return server:client(all)
  end

  local function delivered()
    assert(traces:flush())
    return collector:spans()
  end

  it("makes a span of each stage, within those that they belong to", function()
    server:script(OK)
    assert(client_of().emails:send(MAIL))
    assert.equal("operation(request_prepare credential_resolution " .. SEND .. ")", tree(delivered()))
  end)

  it("names the trace and the call's span in the lines of the log", function()
    server:script(failure(503, "ServiceUnavailable"), OK, failure(400, "MessageRejected"))
    local entries = {}
    local client = client_of { log = { level = "debug", sink = function(_, _, entry)
      if entry.operation then entries[#entries + 1] = entry end
    end } }
    assert(client.emails:send(MAIL))
    assert.is_nil(client.emails:send(MAIL))
    local roots = {}
    for _, span in ipairs(delivered()) do
      if not span.parentSpanId or span.parentSpanId == "" then roots[span.traceId] = span.spanId end
    end
    for _, entry in ipairs(entries) do assert.equal(roots[entry.trace_id] or "none", entry.span_id, entry.message) end
    assert.equal("mail sent", entries[7].message)
    assert.are_not.equal(entries[7].trace_id, entries[#entries].trace_id)
  end)

  it("has a child lie within its parent, in time and in trace", function()
    server:script(failure(503, "ServiceUnavailable"), OK)
    assert(client_of().emails:send(MAIL))
    local spans, by_id = delivered(), {}
    for _, span in ipairs(spans) do by_id[span.spanId] = span end
    for _, span in ipairs(spans) do
      local parent = by_id[span.parentSpanId]
      assert.equal(spans[1].traceId, span.traceId)
      assert.matches("^%x+$", span.spanId)
      assert.same({ 32, 16 }, { #span.traceId, #span.spanId })
      assert.is_true(span.from <= span.to, span.name)
      if parent then assert.is_true(parent.from <= span.from and span.to <= parent.to, span.name) end
    end
    local root = spans[1]
    local seconds = tonumber(root.startTimeUnixNano:sub(1, -10))
    assert.is_true(math.abs(seconds - os.time()) <= 60)
    assert.is_true(root.to > root.from)
  end)

  it("shows each try after the first with the wait before it", function()
    server:script(failure(503, "ServiceUnavailable"), { close = true }, OK)
    assert(client_of().emails:send(MAIL))
    local spans = delivered()
    assert.equal("operation(request_prepare credential_resolution " .. SEND
      .. " retry(retry_delay credential_resolution request_build(signing) http_request)"
      .. " retry(retry_delay credential_resolution " .. SEND .. "))", tree(spans))
    local tries, retries = named(spans, "ses.http_request"), named(spans, "ses.retry")
    assert.same({ 503, true, "503" }, { tries[1].attributes["http.response.status_code"], tries[1].error,
      tries[1].attributes["error.type"] })
    assert.same({ nil, true, "ConnectionReset", 1 }, { tries[2].attributes["http.response.status_code"],
      tries[2].error, tries[2].attributes["error.type"], tries[2].attributes["http.request.resend_count"] })
    assert.same({ 200, 2 }, { tries[3].attributes["http.response.status_code"],
      tries[3].attributes["http.request.resend_count"] })
    assert.is_nil(tries[3].error)
    assert.same({ 1, true, 2 }, { retries[1].attributes["retry.count"], retries[1].error,
      retries[2].attributes["retry.count"] })
    assert.is_nil(retries[2].error)
    assert.equal(2, spans[1].attributes["retry.count"])
    assert.is_nil(spans[1].error)
  end)

  it("shows how long a try waited before the next", function()
    server:script(failure(503, "ServiceUnavailable", { ["x-amz-retry-after"] = "200" }), OK)
    assert(client_of({ max_backoff_ms = 5000 }).emails:send(MAIL))
    local wait = named(delivered(), "ses.retry_delay")[1]
    assert.is_true(wait.to - wait.from >= 0.19e9, tostring(wait.to - wait.from))
  end)

  it("tells of a call what OpenTelemetry's conventions and ours name", function()
    server:script(OK)
    local client = client_of { default_config_set = "news", rate_limit_rps = 0.1, rate_limit_burst = 10 }
    assert(client.emails:send {
      from = "Anna <anna@lantern.example>", to = { "b@example.com", "c@example.com" }, cc = "d@example.com",
      template = "autumn", data = { name = "x" },
    })
    local root = delivered()[1]
    local port = tonumber(server.url:match ":(%d+)$")
    assert.same({
      ["rpc.system"] = "aws-api", ["rpc.service"] = "SESv2", ["rpc.method"] = "SendEmail",
      ["ses.operation"] = "SendEmail", ["ses.message_id"] = "m-1", ["ses.recipient_count"] = 3,
      ["ses.template_name"] = "autumn", ["ses.identity"] = "ann***@lantern.example", ["ses.config_set"] = "news",
      ["retry.count"] = 0, ["circuit_breaker.state"] = "closed", ["rate_limit.remaining"] = 7,
      ["aws.region"] = "eu-west-1", ["aws.request_id"] = "r-ok",
    }, root.attributes)
    assert.equal(3, root.kind)
    local sent = named(collector:spans(), "ses.http_request")[1]
    assert.same({
      ["http.request.method"] = "POST", ["http.response.status_code"] = 200, ["server.address"] = "127.0.0.1",
      ["server.port"] = port,
    }, sent.attributes)
    assert.equal(3, sent.kind)
  end)

  it("says of a call that failed why, by a code", function()
    server:script(failure(400, "MessageRejected"))
    local client = client_of { circuit_failure_threshold = 1, max_retries = 0 }
    assert.is_nil(client.emails:send(MAIL))
    assert.is_nil(client:call("SendEmail", { Content = 5 }))
    server:script(failure(500, "InternalFailure"))
    assert.is_nil(client.emails:send(MAIL))
    assert.is_nil(client.emails:send(MAIL))
    local roots = named(delivered(), "ses.operation")
    local found = {}
    for i, root in ipairs(roots) do
      assert.is_true(root.error)
      found[i] = { root.attributes["error.type"], root.attributes["aws.request_id"],
        root.attributes["circuit_breaker.state"] }
    end
    assert.same({ { "MessageRejected", "r-400", "closed" }, { "ValidationException" },
      { "InternalFailure", "r-500", "open" }, { "CircuitOpen", nil, "open" } }, found)
  end)

  it("tells of no address, no words of a mail and no secret", function()
    local SECRET = "wJalrXUtnFEMI-K7MDENG"
    server:script(OK, OK, failure(404, "NotFoundException"), OK)
    local client = client_of { credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = SECRET } }
    assert(client.emails:send {
      from = "Bob <bob@lantern.example>", to = "ada.lovelace@example.com", bcc = "grace@example.com",
      reply_to = "rep@lantern.example", subject = "PRIVATE-SUBJECT", text = "PRIVATE-TEXT",
      html = "<p>PRIVATE-HTML</p>", tags = { { name = "who", value = "PRIVATE-TAG" } },
      headers = { ["X-Mine"] = "PRIVATE-HEADER" },
    })
    assert(client.emails:send {
      from = "x@lantern.example", to = "b@example.com", template = "ada@example.com", data = { word = "PRIVATE-DATA" },
    })
    assert.is_nil(client:call("GetEmailIdentity", { EmailIdentity = "ada.lovelace@example.com" }))
    assert(client:call("DeleteSuppressedDestination", { EmailAddress = "grace@example.com" }))
    local spans = delivered()
    local text = table.concat(collector:bodies())
    for _, word in ipairs { "PRIVATE", SECRET, "AKIDEXAMPLE", "ada.lovelace", "lovelace", "grace", "bob@", "bob*",
      "x@lantern", "ada@", "rep@" } do
      assert.is_nil(text:find(word, 1, true), word)
    end
    local identities = {}
    for i, root in ipairs(named(spans, "ses.operation")) do identities[i] = root.attributes["ses.identity"] or false end
    assert.same({ "bo***@lantern.example", "***@lantern.example", "ada***@example.com", false }, identities)
  end)

  it("belongs to the trace of its caller", function()
    server:script(OK, OK)
    local client = client_of()
    assert(client.emails:send(MAIL, PARENT))
    assert(client:call("DeleteSuppressedDestination", { EmailAddress = "a@example.com" }, PARENT))
    local spans = delivered()
    local roots = named(spans, "ses.operation")
    assert.equal(2, #roots)
    for _, span in ipairs(spans) do assert.same({ TRACE_ID, "vendor=value" }, { span.traceId, span.traceState }) end
    for _, root in ipairs(roots) do assert.same({ PARENT_ID, 0x301 }, { root.parentSpanId, root.flags }) end
    assert.equal(0x101, named(spans, "ses.http_request")[1].flags)
  end)

  it("ignores what is no traceparent, and follows its caller in what is not sampled", function()
    server:repeated(3, OK)
    local client = client_of()
    assert(client.emails:send(MAIL, { traceparent = "00-zz", tracestate = "vendor=value" }))
    assert(client.emails:send(MAIL, { traceparent = 5 }))
    assert(client.emails:send(MAIL, { traceparent = ("00-%s-%s-00"):format(TRACE_ID, PARENT_ID) }))
    local roots = named(delivered(), "ses.operation")
    assert.equal(2, #roots)
    for _, root in ipairs(roots) do
      assert.is_nil(root.parentSpanId)
      assert.is_nil(root.traceState)
      assert.are_not.equal(TRACE_ID, root.traceId)
    end
  end)

  it("shows a source that the call has waited for, and what it gave to later ones", function()
    server:repeated(2, OK)
    local client = client_of {
      credentials = function()
        ses.sleep(0.03)
        return { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" }
      end,
    }
    assert(client.emails:send(MAIL))
    assert(client.emails:send(MAIL))
    local spans = delivered()
    local resolutions = named(spans, "ses.credential_resolution")
    local waited = named(spans, "ses.credential_provider.custom")
    assert.equal(1, #waited)
    assert.equal(resolutions[1].spanId, waited[1].parentSpanId)
    assert.is_true(waited[1].to - waited[1].from >= 0.029e9)
    for i = 1, 2 do assert.equal("custom", resolutions[i].attributes["ses.credential_provider"]) end
  end)

  it("shows a source that gives none", function()
    local client = client_of { credentials = function() return nil, "no luck" end }
    assert.is_nil(client.emails:send(MAIL))
    local spans = delivered()
    assert.equal("operation(request_prepare credential_resolution(credential_provider.custom))", tree(spans))
    for _, span in ipairs(spans) do
      if span.name ~= "ses.request_prepare" then
        assert.same({ true, "CredentialsError" }, { span.error, span.attributes["error.type"] }, span.name)
      end
    end
  end)

  it("has both steps of the signing as events of its one span", function()
    server:script(OK)
    assert(client_of().emails:send(MAIL))
    local signing = named(delivered(), "ses.signing")[1]
    local events = {}
    for i, event in ipairs(signing.events) do events[i] = event.name end
    assert.same({ "ses.signing.canonical_request", "ses.signing.signature" }, events)
    for _, event in ipairs(signing.events) do
      local time = tonumber(event.timeUnixNano:sub(6))
      assert.is_true(signing.from <= time and time <= signing.to)
    end
  end)

  it("gives the batches of a bulk send the trace of its caller", function()
    local answer = { status = 200, headers = { ["x-amzn-RequestId"] = "r" },
      body = '{"BulkEmailEntryResults":[{"Status":"SUCCESS","MessageId":"m"}]}' }
    server:script(answer, answer)
    local entries = { { to = "a@example.com", data = {} }, { to = "b@example.com", data = {} } }
    assert(client_of().emails:send_bulk({ from = "a@example.com", template = "t", entries = entries },
      { batch_size = 1, traceparent = PARENT.traceparent, tracestate = 7 }))
    local roots = named(delivered(), "ses.operation")
    assert.equal(2, #roots)
    for _, root in ipairs(roots) do
      assert.same({ TRACE_ID, "SendBulkEmail", "t", 1 }, { root.traceId, root.attributes["rpc.method"],
        root.attributes["ses.template_name"], root.attributes["ses.recipient_count"] })
    end
  end)

  it("is named by the lines of the log that are of the same call", function()
    server:script(OK)
    local ids = {}
    local client = client_of {
      log = { level = "trace", sink = function(_, _, entry)
        if entry.operation then ids[(entry.trace_id or "none") .. (entry.span_id or "none")] = true end
      end },
    }
    assert(client.emails:send(MAIL))
    local root = delivered()[1]
    assert.same({ [root.traceId .. root.spanId] = true }, ids)
  end)

  it("takes true, or traces, and nothing else", function()
    assert.matches("^traces must be true, or traces", select(2, ses.client { traces = {} }).message)
    assert.equal(traces, client_of().traces)
    assert.is_nil(server:client({}).tracer)
    assert.is_nil(server:client({ traces = false }).tracer)
    assert.matches("^ses.Traces", client_of():describe_config().traces.value)
  end)

  it("costs nothing where it is not: no module of traces is even loaded", function()
    server:script(failure(503, "ServiceUnavailable"), failure(400, "MessageRejected"))
    assert.equal("MessageRejected", child.lua(([[
      local client = require("ses").client { endpoint = %q, region = "eu-west-1", max_retries = 1, metrics = true,
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" } }
      local _, err = client.emails:send({ from = "a@example.com", to = "b@example.com", subject = "s", text = "t" },
        { traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" })
      io.write(err.code)
      for name in pairs(package.loaded) do
        if name:find "^ses%%.observe%%.trace" or name:find "otlp" then io.write(" ", name) end
      end
    ]]):format(server.url .. "/play")))
  end)
end)

describe("traces on the console", function()
  it("are one line a span on stderr, as a tree", function()
    local text = child.lua([[
      local ses = require "ses"
      local client = ses.client { traces = true, region = "eu-west-1", endpoint = "http://127.0.0.1:1", max_retries = 0,
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" } }
      client.emails:send({ from = "anna@lantern.example", to = "b@example.com", subject = "s", text = "t" },
        { traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" })
      assert(client:close())
    ]], { OTEL_TRACES_EXPORTER = "console" })
    local names = {}
    for line in text:gmatch "[^\n]+" do names[#names + 1] = line:match "^ *[%w_.]+" end
    assert.same({ "ses.operation", "  ses.request_prepare", "  ses.credential_resolution", "  ses.request_build",
      "    ses.signing", "  ses.http_request" }, names)
    assert.matches("^ses.operation 0af7651916cd43dd8448eb211c80319c %d+%.%d%d%d ms ERROR .*error.type=Connection",
      text)
    assert.matches("ses.identity=ann%*%*%*@lantern.example", text)
  end)
end)
