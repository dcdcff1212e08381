-- What a client counts, against what really happened at the server.
local child = require "spec.support.child"
local inbox = require "spec.support.inbox"
local observe = require "ses.observe"
local process = require "spec.support.process"
local scripted = require "spec.support.scripted"
local ses = require "ses"
local text_format = require "spec.support.metrics_text"

local MAIL, OK, failure = scripted.MAIL, scripted.OK, scripted.failure

local function read(client) return text_format.parse(client.metrics:text()) end

describe("a client that is measured", function()
  local server, metrics

  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)
  before_each(function() metrics = observe.metrics() end)
  after_each(function() server:close_clients() end)

  local function client_of(options)
    local all = { metrics = metrics }
    for name, value in pairs(options or {}) do all[name] = value end
    return server:client(all)
  end

  local function requests(client)
    local found = read(client)
    local function of(status) return found.sum("ses_requests_total", { status = status }) end
    return { of "success", of "error", of "in_doubt", found.sum "ses_retries_total", found.sum "ses_errors_total",
      found.sum "ses_emails_sent_total" }
  end

  it("writes the file of its registry as it is closed, and tells where that fails", function()
    local folder = process.folder()
    server:script(OK)
    local client = client_of { metrics = assert(observe.metrics { textfile = folder .. "/ses.prom" }) }
    assert(client.emails:send(MAIL))
    assert.is_true(client:close())
    local file = assert(io.open(folder .. "/ses.prom"))
    assert.equal(1, text_format.parse(file:read "*a").sum "ses_emails_sent_total")
    file:close()

    local broken = client_of {
      metrics = assert(observe.metrics { textfile = folder .. "/missing/ses.prom" }),
      log = { sink = function() error "the disk is full" end },
    }
    local closed, err = broken:close()
    assert.same({ nil, "CannotWrite", 1 }, { closed, err.code, #err.others })
    assert.equal("LinesNotDelivered", err.others[1].code)

    local made, fault = observe.metrics { textfile = "ses.txt" }
    assert.same({ nil, "textfile must be a path that ends in .prom" }, { made, fault.message })
  end)

  it("counts a mail that SES accepts, with its recipients by type", function()
    server:script(OK)
    local client = client_of { default_config_set = "news" }
    assert(client.emails:send {
      from = "a@example.com", to = { "b@example.com", "c@example.com" }, cc = "d@example.com",
      bcc = { "e@example.com", "f@example.com", "g@example.com" }, subject = "Hi", text = "Hello",
    })
    local found = read(client)
    assert.same({ 1, 0, 0, 0, 0, 1 }, requests(client))
    assert.equal(1, found.value("ses_requests_total",
      { operation = "SendEmail", status = "success", region = "eu-west-1" }))
    assert.equal(1, found.value("ses_emails_sent_total", { config_set = "news", region = "eu-west-1" }))
    for kind, count in pairs { to = 2, cc = 1, bcc = 3 } do
      assert.equal(count, found.value("ses_recipients_total", { type = kind }))
    end
    local labels = { operation = "SendEmail", region = "eu-west-1" }
    assert.equal(1, found.value("ses_request_duration_seconds_count", labels))
    assert.is_true(found.value("ses_request_duration_seconds_sum", labels) > 0)
    assert.equal(1, found.value "ses_signing_duration_seconds_count")
    local played = server:played()
    assert.equal(#played[#played].body, found.value("ses_request_size_bytes_sum", { operation = "SendEmail" }))
    assert.equal(0, found.sum "ses_template_renders_total")
  end)

  it("counts each try, so that errors less retries are the calls that failed", function()
    server:script(failure(503, "ServiceUnavailable"), failure(429, "TooManyRequestsException"), OK,
      failure(400, "MessageRejected"))
    local client = client_of()
    assert(client.emails:send(MAIL))
    assert.is_nil(client.emails:send(MAIL))
    assert.same({ 1, 3, 0, 2, 3, 1 }, requests(client))
    local found = read(client)
    for kind, count in pairs { service = 1, throttling = 1, client = 1 } do
      assert.equal(count, found.value("ses_errors_total",
        { operation = "SendEmail", error_type = kind, region = "eu-west-1" }), kind)
    end
    assert.equal(2, found.value("ses_retries_total", { operation = "SendEmail", region = "eu-west-1" }))
    assert.equal(4, found.sum "ses_request_duration_seconds_count")
  end)

  it("counts a send that may have been taken as in doubt, and no other request", function()
    local broken = { status = 502, headers = {}, body = "bad gateway" }
    server:script(broken, OK, broken, broken)
    local client = client_of { max_retries = 1 }
    assert(client.emails:send(MAIL))
    assert.is_nil(client:call("GetAccount"))
    assert.same({ 1, 2, 1, 2, 3, 1 }, requests(client))
    assert.equal(1, read(client).sum("ses_requests_total", { status = "in_doubt", operation = "SendEmail" }))
  end)

  it("counts what is refused before a request as an error, and as nothing else", function()
    local client = client_of()
    assert.is_nil(client.emails:send { from = "a@example.com" })
    assert.is_nil(client:call("SendEmail", { Content = 5 }))
    assert.is_nil(client.emails:send_bulk { from = "a@example.com", entries = {} })
    assert.same({ 0, 0, 0, 0, 3, 0 }, requests(client))
    assert.equal(3, read(client).sum("ses_errors_total", { error_type = "validation" }))
  end)

  it("counts a connection that nobody takes as a request with an error", function()
    local client = client_of { endpoint = "http://127.0.0.1:1", max_retries = 2 }
    assert.is_nil(client.emails:send(MAIL))
    assert.same({ 0, 3, 0, 2, 3, 0 }, requests(client))
    assert.equal(3, read(client).sum("ses_errors_total", { error_type = "network" }))
  end)

  it("counts the trips of the circuit breaker, and shows its state", function()
    server:repeated(2, failure(500, "InternalFailure"))
    local client = client_of { max_retries = 0, circuit_failure_threshold = 2, circuit_reset_timeout_ms = 50,
      circuit_half_open_requests = 2 }
    assert.equal(0, read(client).value "ses_circuit_breaker_state")
    for _ = 1, 5 do client.emails:send(MAIL) end
    local found = read(client)
    assert.same({ 1, 2 }, { found.value "ses_circuit_breaker_trips_total", found.value "ses_circuit_breaker_state" })
    assert.equal(3, found.sum("ses_errors_total", { error_type = "circuit_open" }))
    assert.equal(2, found.sum "ses_requests_total")
    ses.sleep(0.06)
    assert.equal(1, read(client).value "ses_circuit_breaker_state")
    -- A trial that fails opens it again.
    server:script(failure(500, "InternalFailure"))
    client.emails:send(MAIL)
    found = read(client)
    assert.same({ 2, 2 }, { found.value "ses_circuit_breaker_trips_total", found.value "ses_circuit_breaker_state" })
  end)

  it("counts the calls that the rate limit holds back, each once", function()
    server:script(OK, OK, OK)
    local client = client_of { rate_limit_rps = 20, rate_limit_burst = 1, operation_timeout_ms = 5000 }
    for _ = 1, 3 do assert(client.emails:send(MAIL)) end
    assert.equal(2, read(client).value "ses_rate_limit_hits_total")
    client:close()
    client = client_of { rate_limit_rps = 0.001, rate_limit_burst = 1, operation_timeout_ms = 1000 }
    server:script(OK)
    assert(client.emails:send(MAIL))
    assert.equal("RateLimitExceeded", select(2, client.emails:send(MAIL)).code)
    assert.equal(3, read(client).value "ses_rate_limit_hits_total")
  end)

  it("shows the requests that are on their way and the connections that are not in use", function()
    local client, during = client_of { max_connections = 5, endpoint = server.url .. "/silent" }, nil
    ses.run(function(spawn)
      local tasks = {}
      for i = 1, 2 do tasks[i] = spawn(function() client.emails:send(MAIL) end) end
      ses.sleep(0.1)
      during = read(client)
      for _, task in ipairs(tasks) do task:cancel() end
    end)
    local labels, after = { operation = "SendEmail" }, read(client)
    assert.same({ 2, 5, 3 }, { during.value("ses_active_requests", labels), during.value "ses_connection_pool_size",
      during.value "ses_connection_pool_available" })
    assert.same({ 0, 5, 5 }, { after.value("ses_active_requests", labels), after.value "ses_connection_pool_size",
      after.value "ses_connection_pool_available" })
  end)

  it("shows when the credentials expire, where they do", function()
    local function given(expiration)
      return function()
        return { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key", expiration = expiration }
      end
    end
    server:script(OK, OK)
    local client = client_of { credentials = given(os.time() + 1000) }
    assert.is_nil(read(client).value "ses_credential_expiry_seconds")
    assert(client.emails:send(MAIL))
    local seconds = read(client).value "ses_credential_expiry_seconds"
    assert.is_true(seconds > 990 and seconds <= 1000, tostring(seconds))
    client:close()
    assert.is_nil(read(client).value "ses_credential_expiry_seconds")
    client = client_of()
    assert(client.emails:send(MAIL))
    assert.is_nil(read(client).value "ses_credential_expiry_seconds")
  end)

  it("has the process's registry by `true`, and refuses what is none", function()
    local one, other = client_of { metrics = true }, client_of { metrics = true }
    assert.equal(one.metrics, other.metrics)
    assert.are_not.equal(one.metrics, metrics)
    assert.is_nil(server:client({}).metrics)
    assert.is_nil(server:client({ metrics = false }).metrics)
    assert.matches("^metrics must be true, or a registry", select(2, ses.client { metrics = {} }).message)
    assert.equal(true, one:describe_config().metrics.value)
    assert.matches("^ses.Metrics", client_of():describe_config().metrics.value)
  end)

  it("costs nothing where it is not: no module of metrics is even loaded", function()
    assert.equal("MessageRejected", child.lua(([[
      local client = require("ses").client { endpoint = %q, region = "eu-west-1", max_retries = 1,
        rate_limit_rps = 1000, credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" } }
      local _, err = client.emails:send { from = "a@example.com", to = "b@example.com", subject = "s", text = "t" }
      io.write(err.code)
      for name in pairs(package.loaded) do
        if name:find "^ses%%.observe" then io.write(" ", name) end
      end
    ]]):format(server.url .. "/play"), (function()
      server:script(failure(503, "ServiceUnavailable"), failure(400, "MessageRejected"))
      return {}
    end)()))
  end)
end)

describe("a client of the emulator that is measured", function()
  local emulator, client

  setup(function()
    emulator = inbox.start { rate = 1000000, daily = -1, verify = false }
  end)
  teardown(function() emulator.stop() end)
  before_each(function()
    local options = { metrics = observe.metrics(), initial_backoff_ms = 1, max_backoff_ms = 5 }
    for name, value in pairs(emulator.client) do options[name] = value end
    client = assert(ses.client(options))
  end)
  after_each(function() client:close() end)

  it("counts the entries of a bulk send that SES has accepted", function()
    local before = emulator.count()
    client.templates:create { template_name = "greeting", template_content = { subject = "Hi {{name}}", text = "t" } }
    local entries = {}
    for i = 1, 60 do entries[i] = { to = ("p%d@example.com"):format(i), cc = "c@example.com", data = { name = i } } end
    -- Five that SES refuses for good, and four that it takes when they are sent again.
    emulator.fail { operation = "SendBulkEmail", entry_status = "MESSAGE_REJECTED", count = 5 }
    emulator.fail { operation = "SendBulkEmail", entry_status = "TRANSIENT_FAILURE", count = 4 }
    local sent = assert(client.emails:send_bulk({
      from = "a@example.com", template = "greeting", entries = entries,
    }, { batch_size = 20 }))
    local found = read(client)
    local accepted = 55
    assert.equal(accepted, sent.metrics.sent)
    assert.equal(accepted, found.value("ses_bulk_emails_sent_total", { config_set = "", region = "us-east-1" }))
    assert.equal(accepted, found.value("ses_template_renders_total", { template_name = "greeting" }))
    assert.equal(accepted, found.value("ses_recipients_total", { type = "to" }))
    assert.equal(accepted, found.value("ses_recipients_total", { type = "cc" }))
    assert.equal(sent.metrics.batches, found.value("ses_bulk_batch_size_count", { config_set = "" }))
    assert.equal(60 + 4, found.value("ses_bulk_batch_size_sum", { config_set = "" }))
    assert.equal(0, found.sum "ses_emails_sent_total")
    assert.equal(accepted, emulator.count() - before)
  end)

  it("counts the recipients of a raw mail by its header, where nothing else names them", function()
    local raw = table.concat({
      "From: a@example.com", 'To: "Doe, Jane" <jane@example.com>,', "  bob@example.com (Bob, the other)",
      "CC: =?UTF-8?Q?J=C3=B6rg?= <joerg@example.com>", "Bcc: x@example.com, y@example.com, z@example.com",
      "X-To: nobody@example.com", "Subject: s", "", "To: not@example.com", "",
    }, "\r\n")
    assert(client.emails:send { from = "a@example.com", raw = raw })
    local found = read(client)
    for kind, count in pairs { to = 2, cc = 1, bcc = 3 } do
      assert.equal(count, found.value("ses_recipients_total", { type = kind }), kind)
    end
    assert(client.emails:send { from = "a@example.com", to = "one@example.com", raw = raw })
    found = read(client)
    assert.same({ 3, 1, 3, 2 }, {
      found.value("ses_recipients_total", { type = "to" }), found.value("ses_recipients_total", { type = "cc" }),
      found.value("ses_recipients_total", { type = "bcc" }), found.sum "ses_emails_sent_total",
    })
  end)

  it("counts renderings by the template's name", function()
    client.templates:create { template_name = "letter", template_content = { subject = "Hi {{name}}", text = "t" } }
    local data = { name = "Ann" }
    assert(client.emails:send { from = "a@example.com", to = "b@example.com", template = "letter", data = data })
    assert(client:call("TestRenderEmailTemplate", { TemplateName = "letter", TemplateData = '{"name":"Ann"}' }))
    assert.is_nil(client.emails:send { from = "a@example.com", to = "b@example.com", template = "none", data = data })
    local found = read(client)
    assert.equal(2, found.value("ses_template_renders_total", { template_name = "letter" }))
    assert.is_nil(found.value("ses_template_renders_total", { template_name = "none" }))
  end)
end)
