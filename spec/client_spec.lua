-- The client from one end to the other, against a real server that answers as each case has it.
local core = require "ses.core"
local http_server = require "spec.support.http_server"
local json = require "ses.model.json"
local ses = require "ses"

local server, curl

setup(function()
  server = http_server.start()
  curl = require("ses.adapters.curl").new {}
end)

teardown(function()
  curl:close()
  server.stop()
end)

local function exchange(method, path, body)
  local request = assert(core.http.request(method, server.url .. path))
  if body then request:set_body(body) end
  return assert(curl:perform(request, {})).body
end

local OK = { status = 200, headers = { ["x-amzn-RequestId"] = "r-ok" }, body = '{"MessageId":"m-1"}' }

local function failure(status, code, extra)
  local headers = { ["x-amzn-RequestId"] = "r-" .. status, ["x-amzn-ErrorType"] = code }
  for name, value in pairs(extra or {}) do headers[name] = value end
  return { status = status, headers = headers, body = '{"message":"because"}' }
end

local function script(...)
  local lines = {}
  for i, step in ipairs { ... } do lines[i] = json.encode(step) end
  exchange("POST", "/script", table.concat(lines, "\n"))
end

local function played()
  local list = {}
  for line in exchange("GET", "/played"):gmatch "[^\n]+" do list[#list + 1] = json.decode(line) end
  return list
end

local function client_of(options)
  local all = {
    region = "eu-west-1", endpoint = server.url .. "/play", initial_backoff_ms = 1, max_backoff_ms = 2000,
    credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" },
  }
  for name, value in pairs(options or {}) do all[name] = value end
  return assert(ses.client(all))
end

local MAIL = { from = "a@example.com", to = "b@example.com", subject = "Hi", text = "Hello" }

describe("a client", function()
  it("sends a signed request to the endpoint and gives the answer in snake_case", function()
    script(OK)
    local client = client_of()
    local sent = assert(client.emails:send(MAIL))
    assert.same({ message_id = "m-1", attempts = 1, in_doubt_attempts = 0 }, sent)
    local request = played()[1]
    assert.equal("POST", request.method)
    assert.equal("/play/v2/email/outbound-emails", request.target)
    assert.matches("\nContent%-Type: application/json\n", request.head)
    assert.matches("AWS4%-HMAC%-SHA256 Credential=AKIDEXAMPLE/%d+/eu%-west%-1/ses/aws4_request, ", request.head)
    assert.matches("\namz%-sdk%-request: attempt=1; max=4\n", request.head)
    assert.matches("\namz%-sdk%-invocation%-id: %x+%-%x+%-4%x+%-[89ab]%x+%-%x+\n", request.head)
    assert.same({ ToAddresses = { "b@example.com" } }, json.decode(request.body).Destination)
    client:close()
  end)

  it("tells what SES may refuse, and sends it", function()
    script(OK, OK)
    local told = {}
    local client = client_of { log = { level = "warn", sink = function(level, _, entry)
      told[#told + 1] = { level, entry.message, entry.operation }
    end } }
    local _, _, info = client:call("PutAccountDetails", { MailType = "PIGEON", WebsiteURL = "https://example.com" })
    local warning = { path = "MailType", message = "is none of the values known for MailType" }
    assert.same({ warning }, info.warnings)
    assert.same({ { "warn", "MailType is none of the values known for MailType", "PutAccountDetails" } }, told)
    local sent = assert(client.emails:send {
      from = "a@example.com", to = "b@example.com", subject = "Hi", text = "Hello",
      attachments = { { filename = "a", data = "b", disposition = "SIDEWAYS" } },
    })
    assert.equal("Content.Simple.Attachments[1].ContentDisposition", sent.warnings[1].path)
    assert.equal(2, #played())
    client:close()
  end)

  it("refuses a message that is larger than it was told to send", function()
    local client = client_of { max_message_bytes = 100 }
    local sent, err = client.emails:send { raw = ("x"):rep(101) }
    assert.is_nil(sent)
    assert.equal("Content makes a message of 101 bytes or more, and max_message_bytes is 100", err.message)
    client:close()
  end)

  it("signs so that the mirror of the signature agrees", function()
    script(OK)
    local client = client_of()
    assert(client.emails:send(MAIL))
    local request = played()[1]
    local headers = {}
    for name, value in request.head:gmatch "\n([%w-]+): ([^\n]*)" do headers[#headers + 1] = { name, value } end
    local function verify(body)
      return core.sigv4.verify {
        method = "POST", path = request.target, headers = headers, body = body, time = math.floor(ses.now()),
        access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key",
      }
    end
    assert.is_true((verify(request.body)))
    local ok, refused = verify(request.body .. " ")
    assert.is_nil(ok)
    assert.equal("signature", refused.status)
    client:close()
  end)

  it("signs for all regions where a multi-region endpoint is asked for", function()
    script(OK, failure(500, "InternalFailure"), OK)
    local client = client_of()
    local mail = { endpoint_id = "abc123.456def" }
    for name, value in pairs(MAIL) do mail[name] = value end
    assert(client.emails:send(mail))
    assert(client.emails:send(mail))
    local requests = played()
    assert.equal(3, #requests)
    for _, request in ipairs(requests) do
      assert.matches("AWS4%-ECDSA%-P256%-SHA256 Credential=AKIDEXAMPLE/%d+/ses/aws4_request, ", request.head)
      assert.matches("\nX%-Amz%-Region%-Set: %*\n", request.head)
      local headers = {}
      for name, value in request.head:gmatch "\n([%w-]+): ([^\n]*)" do headers[#headers + 1] = { name, value } end
      local ok, claim = core.sigv4.verify {
        method = "POST", path = request.target, headers = headers, body = request.body,
        time = math.floor(ses.now()), access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key",
      }
      assert.is_true(ok)
      assert.equal("*", claim.region_set)
      assert.equal("abc123.456def", json.decode(request.body).EndpointId)
    end
    client:close()
  end)

  it("refuses a multi-region endpoint's id that is no host label, before anything leaves", function()
    local client = assert(ses.client {
      region = "eu-west-1", credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret" },
    })
    local nothing, err = client:call("SendEmail", {
      EndpointId = "badactor.com?foo=bar", FromEmailAddress = "a@example.com",
      Destination = { ToAddresses = { "b@example.com" } }, Content = { Raw = { Data = "x" } },
    })
    assert.is_nil(nothing)
    assert.equal("EndpointId must be a valid host label", err.message)
    client:close()
  end)

  it("speaks AWS's own names through call", function()
    script { status = 200, body = '{"SendQuota":{"MaxSendRate":14.0,"Max24HourSend":50000},"Novelty":[1]}' }
    local client = client_of()
    local account = assert(client:call("GetAccount"))
    assert.equal(50000, account.SendQuota.Max24HourSend)
    assert.same({ 1 }, account.Novelty)
    local nothing, err = client:call("GetAcount")
    assert.is_nil(nothing)
    assert.matches("did you mean 'GetAccount'", err.message)
    client:close()
  end)

  it("presigns a call for others to make", function()
    script()
    local client = client_of { credentials = {
      access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key", session_token = "to/ken==",
    } }
    local mail = {
      FromEmailAddress = "a@example.com", Destination = { ToAddresses = { "b@example.com" } },
      Content = { Raw = { Data = "x" } },
    }
    for id, scope in pairs { [false] = "region", ["abc.def"] = "region_set" } do
      mail.EndpointId = id or nil
      local presigned = assert(client:presign("SendEmail", mail, { expires = 60 }))
      assert.equal("POST", presigned.method)
      assert.matches("X%-Amz%-Expires=60&", presigned.url)
      assert.is_nil(presigned.url:find("secret", 1, true))
      local host, path, query = presigned.url:match("^http://([^/]+)(/[^?]*)%?(.*)$")
      local headers = { { "Host", host } }
      for _, pair in ipairs(presigned.headers) do headers[#headers + 1] = pair end
      local function verify(later)
        return core.sigv4.verify {
          method = presigned.method, path = path, query = query, headers = headers, body = presigned.body,
          time = math.floor(ses.now()) + later, access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key",
          session_token = "to/ken==",
        }
      end
      local ok, claim = verify(0)
      assert.is_true(ok)
      assert.equal(scope == "region" and "eu-west-1" or "*", claim[scope])
      assert.equal("expired", select(2, verify(100)).status)
    end
    for _, expires in ipairs { 0, 604801, 0 / 0, "60" } do
      local nothing, err = client:presign("GetAccount", nil, { expires = expires })
      assert.is_nil(nothing)
      assert.same({ "validation", "expires" }, { err.kind, err.field })
    end
    local nothing, err = client:presign("SendEmail", {})
    assert.is_nil(nothing)
    assert.same({ "validation", "SendEmail" }, { err.kind, err.operation })
    assert.same({}, played())
    client:close()
    assert.equal("ClientClosed", select(2, client:presign("GetAccount")).code)
  end)

  it("lets nothing leave that is not valid", function()
    script()
    local client = client_of()
    local nothing, err = client:call("SendEmail", { Content = { Simple = { Subject = {} } } })
    assert.is_nil(nothing)
    assert.equal("validation", err.kind)
    assert.equal("SendEmail", err.operation)
    assert.matches("Content%.Simple%.Subject%.Data is required", err.message)
    assert.same({}, played())
    client:close()
  end)

  it("iterates over pages", function()
    script({ status = 200, body = '{"TemplatesMetadata":[{"TemplateName":"a"}],"NextToken":"n/1"}' },
      { status = 200, body = '{"TemplatesMetadata":[{"TemplateName":"b"}]}' })
    local client = client_of()
    local seen = {}
    for template, err in client.templates:each { page_size = 1 } do
      assert.is_nil(err)
      seen[#seen + 1] = template.template_name
    end
    assert.same({ "a", "b" }, seen)
    assert.matches("NextToken=n%%2F1", played()[2].target)
    client:close()
  end)

  it("answers with an error once it is closed", function()
    local client = client_of()
    client:close()
    client:close()
    local sent, err = client.emails:send(MAIL)
    assert.is_nil(sent)
    assert.equal("ClientClosed", err.code)
  end)

  it("never shows its secret", function()
    local client = client_of()
    local text = { tostring(client) }
    for name, entry in pairs(client:describe_config()) do
      text[#text + 1] = name .. tostring(entry.value) .. tostring(entry.source)
    end
    assert.is_nil(table.concat(text):find("secret/key", 1, true))
    client:close()
  end)
end)

describe("a failed try", function()
  it("is made again where that can help, under one invocation id", function()
    script(failure(500, "InternalServiceErrorException"), failure(429, "TooManyRequestsException"), OK)
    local client = client_of()
    local sent = assert(client.emails:send(MAIL))
    assert.equal(3, sent.attempts)
    assert.equal(0, sent.in_doubt_attempts)
    local ids = {}
    for i, request in ipairs(played()) do
      ids[request.head:match "amz%-sdk%-invocation%-id: ([%x-]+)"] = true
      assert.matches("amz%-sdk%-request: attempt=" .. i .. ";", request.head)
    end
    assert.truthy(next(ids))
    assert.is_nil(next(ids, next(ids)))
    client:close()
  end)

  it("is final where the service's verdict is", function()
    script(failure(400, "MessageRejected:http://internal.amazon.com/"))
    local client = client_of()
    local sent, err = client.emails:send(MAIL)
    assert.is_nil(sent)
    assert.same({ "MessageRejected", "client", "because", 400, "r-400", false },
      { err.code, err.kind, err.message, err.status, err.request_id, err.retryable })
    assert.is_nil(err.in_doubt)
    assert.equal(1, #played())
    client:close()
  end)

  it("is given up after max_retries", function()
    script(failure(503, "x"), failure(503, "x"), failure(503, "x"), OK)
    local client = client_of { max_retries = 2 }
    local sent, err = client.emails:send(MAIL)
    assert.is_nil(sent)
    assert.equal(3, err.attempts)
    assert.equal(3, #played())
    client:close()
  end)

  it("waits as long as the service asks, within the operation's time", function()
    script(failure(429, "TooManyRequestsException", { ["Retry-After"] = "1" }), OK)
    local client = client_of { operation_timeout_ms = 500 }
    local sent, err = client.emails:send(MAIL)
    assert.is_nil(sent)
    assert.equal("throttling", err.kind)
    assert.equal(1, err.retry_after)
    assert.equal(1, #played())
    client:close()
  end)

  it("is signed again when our clock turns out to be wrong", function()
    -- The server claims to live in 1994.
    script(failure(403, "RequestTimeTooSkewed", { Date = "Sun, 06 Nov 1994 08:49:37 GMT" }), OK)
    local client = client_of()
    assert(client.emails:send(MAIL))
    assert.matches("X%-Amz%-Date: 19941106T0849%d%dZ", played()[2].head)
    client:close()
  end)
end)

describe("a send in doubt", function()
  local lost = { close = true }

  it("is tried again, and the result says so", function()
    script(lost, OK)
    local client = client_of()
    local sent = assert(client.emails:send(MAIL))
    assert.same({ message_id = "m-1", attempts = 2, in_doubt_attempts = 1 }, sent)
    client:close()
  end)

  it("is not tried again when retry_in_doubt is false", function()
    script(lost, OK)
    local client = client_of { retry_in_doubt = false }
    local sent, err = client.emails:send(MAIL)
    assert.is_nil(sent)
    assert.is_true(err.in_doubt)
    assert.equal("network", err.kind)
    assert.equal(1, #played())
    client:close()
  end)

  it("can be told so for one call alone", function()
    script(lost, OK)
    local client = client_of()
    local sent, err = client.emails:send(MAIL, { retry_in_doubt = false })
    assert.is_nil(sent)
    assert.is_true(err.in_doubt)
    client:close()
  end)

  it("stays in doubt when a later try is refused for good", function()
    script(lost, failure(400, "MessageRejected"))
    local client = client_of()
    local sent, err = client.emails:send(MAIL)
    assert.is_nil(sent)
    assert.equal("MessageRejected", err.code)
    assert.is_true(err.in_doubt)
    client:close()
  end)

  it("is not in doubt when nothing listens", function()
    local client = client_of { endpoint = "http://127.0.0.1:1", max_retries = 0 }
    local sent, err = client.emails:send(MAIL)
    assert.is_nil(sent)
    assert.equal("ConnectionRefused", err.code)
    assert.falsy(err.in_doubt)
    client:close()
  end)

  it("concerns sends alone", function()
    script(lost, { status = 200, body = "{}" })
    local client = client_of { retry_in_doubt = false }
    assert.truthy(client:call("GetAccount"))
    client:close()
  end)
end)

describe("the circuit breaker", function()
  it("keeps a client from a service that fails", function()
    local client = client_of { max_retries = 0, circuit_failure_threshold = 2, circuit_reset_timeout_ms = 60000 }
    script(failure(500, "InternalFailure"), failure(500, "InternalFailure"), OK)
    client:call("GetAccount")
    client:call("GetAccount")
    local result, err = client:call("GetAccount")
    assert.is_nil(result)
    assert.equal("circuit_open", err.kind)
    assert.equal(2, #played())
    client:close()
  end)

  it("does not open on refusals", function()
    local client = client_of { max_retries = 0, circuit_failure_threshold = 2 }
    script(failure(404, "NotFoundException"), failure(404, "NotFoundException"), { status = 200, body = "{}" })
    client:call("GetAccount")
    client:call("GetAccount")
    assert.truthy(client:call("GetAccount"))
    client:close()
  end)
end)

describe("the rate limit", function()
  it("counts recipients and makes them wait", function()
    script(OK, OK)
    local client = client_of { rate_limit_rps = 20, rate_limit_burst = 2 }
    local began = ses.monotonic()
    local mail = { from = MAIL.from, to = { "b@example.com", "c@example.com" }, subject = "s", text = "t" }
    assert(client.emails:send(mail))
    assert(client.emails:send(mail))
    assert.is_true(ses.monotonic() - began >= 0.095)
    client:close()
  end)

  it("says so when a wait would outlast the operation", function()
    script(OK, OK)
    local client = client_of { rate_limit_rps = 0.1, rate_limit_burst = 1, operation_timeout_ms = 1000 }
    assert(client.emails:send(MAIL))
    local sent, err = client.emails:send(MAIL)
    assert.is_nil(sent)
    assert.equal("rate_limited", err.kind)
    assert.equal(1, #played())
    client:close()
  end)
end)

describe("ses.run", function()
  it("keeps many sends under way at once", function()
    local answers = {}
    for i = 1, 50 do answers[i] = OK end
    script((table.unpack or unpack)(answers))
    local client = client_of { max_connections = 10 }
    local sent = 0
    ses.run(function(spawn)
      for _ = 1, 50 do
        spawn(function()
          assert(client.emails:send(MAIL))
          sent = sent + 1
        end)
      end
    end)
    assert.equal(50, sent)
    client:close()
  end)
end)
