-- From a mail to a handler on one machine: the emulator signs and posts as SNS does, ses.nginx.webhook verifies.
local cjson = require "cjson"
local emulator = require "spec.support.emulator"
local free_port = require "spec.support.free_port"
local host = require "ses.emulator.host"
local nginx = require "spec.support.nginx"
local sns_certificates = require "spec.support.sns_certificates"

local TOPIC = "arn:aws:sns:us-east-1:000000000000:ses-events"

local HTTP = [[
  lua_shared_dict ses_cache 1m;
  lua_shared_dict handled 1m;
  init_by_lua_block {
    -- Nobody is there: a webhook that looks for SNS itself finds no certificate.
    require("spec.support.connect_to") { ["sns.us-east-1.amazonaws.com"] = 1 }
    function HANDLED(event) ngx.shared.handled:incr(event.type .. "/" .. (event.message_id or ""), 1, 0) end
  }
  server {
    listen 127.0.0.1:PORT;
    listen SOCKET;
    location = /hook {
      content_by_lua_block {
        require("ses.nginx").webhook { topics = { "TOPIC_ARN" }, emulator = "EMULATOR_URL", on_event = HANDLED }
      }
    }
    location = /strict {
      content_by_lua_block { require("ses.nginx").webhook { topics = { "TOPIC_ARN" }, on_event = HANDLED } }
    }
    location = /wrong {
      content_by_lua_block { require("ses.nginx").webhook { topics = { "TOPIC_ARN" }, emulator = "nowhere" } }
    }
    location = /unsteady {
      content_by_lua_block {
        if ngx.shared.handled:incr("unsteady", 1, 0) % 3 > 0 then return ngx.exit(503) end
        ngx.print "ok"
      }
    }
    location /handled/ { content_by_lua_block { ngx.print(ngx.shared.handled:get(ngx.var.uri:sub(10)) or 0) } }
  }
]]

describe("events from a mail to ses.nginx.webhook, by the emulator", function()
  local server, running, port

  setup(function()
    server, port = emulator.start {}, free_port()
    local values = { PORT = port, TOPIC_ARN = TOPIC, EMULATOR_URL = server.url }
    running = nginx.start((HTTP:gsub("%f[%u_](%u[%u_]+)%f[^%u_]", values)))
  end)
  teardown(function()
    running.stop()
    server:stop()
  end)

  before_each(function()
    server:control("POST", "/reset")
    server:ok("CreateConfigurationSet", { ConfigurationSetName = "events" })
    server:ok("CreateConfigurationSetEventDestination", {
      ConfigurationSetName = "events", EventDestinationName = "sns", EventDestination = {
        Enabled = true, MatchingEventTypes = { "BOUNCE" }, SnsDestination = { TopicArn = TOPIC },
      },
    })
  end)

  local function subscriptions() return server:control("GET", "/subscriptions").subscriptions end

  local function eventually(condition, what)
    assert(host.wait_for(20, condition), what)
  end

  local function subscribe(path, version)
    local shown, status = server:control("POST", "/subscriptions", {
      topic_arn = TOPIC, endpoint = ("http://localhost:%d%s"):format(port, path), signature_version = version,
    })
    assert.equal(200, status)
    assert.is_nil(shown.token)
  end

  local function bounce()
    return server:ok("SendEmail", emulator.mail("bounce@simulator.amazonses.com", {
      ConfigurationSetName = "events",
    })).MessageId
  end

  local function handled(id) return tonumber((running.post("/handled/bounce/" .. id, ""))) end

  -- What the emulator has signed lies in the topic's queue as well.
  local function signed()
    bounce()
    local url = assert(server:sqs("GetQueueUrl", { QueueName = "ses-events" })).QueueUrl
    return cjson.decode(assert(server:sqs("ReceiveMessage", { QueueUrl = url })).Messages[1].Body)
  end

  local function post(path, message)
    local answer, status = running.post(path, cjson.encode(message))
    local code = cjson.decode(answer)
    return status, code.status or code.error.code
  end

  for _, version in ipairs { "1", "2" } do
    it("come signed by version " .. version .. ", once the subscription is confirmed", function()
      subscribe("/hook", version)
      eventually(function() return subscriptions()[1].status == "confirmed" end, "not confirmed")
      local id = bounce()
      eventually(function() return handled(id) == 1 end, "not handled")
      eventually(function() return subscriptions()[1].delivered == 2 end, "not counted")
      local shown = subscriptions()[1]
      assert.same({ 0, nil }, { shown.failed, shown.last_error })
    end)
  end

  it("are not taken where they were altered, or another has signed them", function()
    local message = signed()
    local id = cjson.decode(message.Message).mail.messageId
    local forged = {}
    for name, value in pairs(message) do forged[name] = value end
    forged.Message = message.Message:gsub("bounce@simulator", "other@simulator")
    assert.same({ 403, "InvalidSignature" }, { post("/hook", forged) })
    local authority = sns_certificates.authority { curve = "prime256v1" }
    local other = authority:issue { subject = "sns.amazonaws.com" }
    sns_certificates.sign_message(other.key, forged)
    authority:remove()
    assert.same({ 403, "InvalidSignature" }, { post("/hook", forged) })
    forged.SigningCertURL = server.url .. message.SigningCertURL:match("^https://[^/]+(/.*)$")
    assert.same({ 403, "UntrustedSigningCertUrl" }, { post("/hook", forged) })
    forged.SigningCertURL = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem"
    assert.same({ 403, "CertificateUntrusted" }, { post("/hook", forged) })
    assert.equal(0, handled(id))
    assert.same({ 200, "ok" }, { post("/hook", message) })
    assert.same({ 200, "duplicate" }, { post("/hook", message) })
    assert.equal(1, handled(id))
    for _, code in ipairs { "InvalidSignature", "UntrustedSigningCertUrl", "CertificateUntrusted" } do
      assert.truthy(running.error_log():find("ses webhook: " .. code .. ": ", 1, true), code)
    end
  end)

  it("are not taken by a webhook that was not told of the emulator", function()
    local message = signed()
    assert.same({ 503, "Unavailable" }, { post("/strict", message) })
    assert.equal(0, handled(cjson.decode(message.Message).mail.messageId))
    assert.truthy(running.error_log():find("ses webhook: CertificateUnavailable: ", 1, true))
  end)

  it("make the log warn of the emulator, once", function()
    post("/hook", signed())
    local _, count = running.error_log():gsub("whoever runs it can forge events", "")
    assert.equal(1, count)
    assert.equal(503, (select(2, running.post("/wrong", "{}"))))
    assert.truthy(running.error_log():find("emulator must be the URL of a ses emulator", 1, true))
  end)

  it("are posted again where an endpoint fails, and not where it refuses", function()
    -- Each message is taken at the third time.
    subscribe "/unsteady"
    subscribe "/nothing-here"
    eventually(function()
      local unsteady, nothing = subscriptions()[1], subscriptions()[2]
      return unsteady.delivered == 1 and nothing.failed == 1
    end, "not delivered")
    assert.same({ 0, 0 }, { subscriptions()[1].failed, subscriptions()[2].delivered })
    assert.equal("HTTP 404", subscriptions()[2].last_error)
    -- Who has not confirmed gets no event.
    bounce()
    assert.equal("pending", subscriptions()[1].status)
  end)

  it("are not for whoever guesses a token, and subscriptions name what is wrong", function()
    subscribe "/unsteady"
    local status = server:exchange("GET", "/?Action=ConfirmSubscription&Token=guessed&TopicArn=" .. TOPIC)
    assert.equal(400, status)
    assert.equal("pending", subscriptions()[1].status)
    assert.equal(404, (server:exchange("GET", "/SimpleNotificationService-00.pem")))
    for _, wrong in ipairs {
      {}, { topic_arn = "news", endpoint = "http://127.0.0.1/" }, { topic_arn = TOPIC, endpoint = "x" },
    } do
      assert.equal(400, select(2, server:control("POST", "/subscriptions", wrong)))
    end
  end)
end)
