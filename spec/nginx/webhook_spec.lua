local cjson = require "cjson"
local emulator = require "spec.support.emulator"
local free_port = require "spec.support.free_port"
local http = require "socket.http"
local ltn12 = require "ltn12"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local sns_certificates = require "spec.support.sns_certificates"
local sns_server = require "spec.support.sns_server"
local timestamp = require "ses.model.timestamp"

local HOST = "sns.eu-west-1.amazonaws.com"
local TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"

local HTTP = [[
  lua_shared_dict ses_cache 1m;
  lua_shared_dict handled 1m;
  lua_ssl_trusted_certificate ROOT_PEM;
  lua_ssl_verify_depth 3;
  init_by_lua_block {
    require("spec.support.connect_to") {
      ["sns.eu-west-1.amazonaws.com"] = SNS_PORT, ["sns.eu-west-2.amazonaws.com"] = SNS_PORT,
      ["sns.eu-central-1.amazonaws.com"] = FALSE_PORT,
    }
    TOPICS = {}
    for i, region in ipairs { "eu-west-1", "eu-west-2", "eu-central-1" } do
      TOPICS[i] = "arn:aws:sns:" .. region .. ":123456789012:ses-events"
    end
    function HANDLED(event) ngx.shared.handled:incr(event.type .. " " .. (event.message_id or ""), 1, 0) end
    function PEM(path)
      local file = assert(io.open(path))
      local pem = file:read "*a"
      file:close()
      return pem
    end
    ANCHORS, STRANGE = PEM "ROOT_PEM", PEM "STRANGE_PEM"
    INTERMEDIATES = PEM "INTERMEDIATE_PEM"
  }
  server {
    listen 127.0.0.1:PORT;
    listen SOCKET;
    client_body_buffer_size 1k;
    add_header X-Worker $pid always;

    location = /hook {
      content_by_lua_block { require("ses.nginx").webhook { topics = TOPICS, on_event = HANDLED } }
    }
    location = /by-type {
      content_by_lua_block {
        require("ses.nginx").webhook {
          topics = TOPICS, handlers = { bounce = function(event) HANDLED(event) end },
        }
      }
    }
    location = /chain {
      content_by_lua_block {
        require("ses.nginx").webhook { topics = TOPICS, anchors = ANCHORS, intermediates = INTERMEDIATES }
      }
    }
    location = /strange-chain {
      content_by_lua_block {
        require("ses.nginx").webhook { topics = TOPICS, anchors = STRANGE, intermediates = INTERMEDIATES }
      }
    }
    location = /failing {
      content_by_lua_block {
        require("ses.nginx").webhook {
          topics = TOPICS,
          on_event = function(event)
            local times = ngx.shared.handled:incr("failing " .. event.message_id, 1, 0)
            if times == 1 then error "the database is gone" end
            if times == 2 then return nil, "still gone" end
            if times == 3 then
              return nil, require("ses.errors").new { kind = "network", code = "X", message = "gone" }
            end
          end,
        }
      }
    }
    location = /slow {
      content_by_lua_block {
        require("ses.nginx").webhook {
          topics = TOPICS,
          on_event = function(event)
            HANDLED(event)
            repeat ngx.sleep(0.01) until ngx.shared.handled:get "go on"
          end,
        }
      }
    }
    location = /suppress {
      content_by_lua_block {
        require("ses.nginx").webhook { topics = TOPICS, suppress = true, on_event = HANDLED, client = {
          region = "us-east-1", endpoint = "EMULATOR", log = "warn",
          credentials = { access_key_id = "KEY_ID", secret_access_key = "SECRET" },
        } }
      }
    }
    location = /suppress-nowhere {
      content_by_lua_block {
        require("ses.nginx").webhook { topics = TOPICS, suppress = true, on_event = HANDLED, client = {
          region = "us-east-1", endpoint = "http://127.0.0.1:1", max_retries = 0,
          credentials = { access_key_id = "KEY_ID", secret_access_key = "SECRET" },
        } }
      }
    }
    location = /small {
      content_by_lua_block { require("ses.nginx").webhook { topics = TOPICS, max_body = 2000 } }
    }
    location = /wrong {
      content_by_lua_block { require("ses.nginx").webhook { topic = TOPICS } }
    }
    location = /handled {
      content_by_lua_block { ngx.print(ngx.shared.handled:get(ngx.var.arg_key:gsub("+", " ")) or 0) }
    }
    location = /go-on { content_by_lua_block { ngx.shared.handled:set("go on", true) } }
  }
]]

-- Amazon has authorities of both kinds of keys; spec/c/sns_test.c has those of RSA.
local EC = { curve = "prime256v1" }

describe("ses.nginx.webhook", function()
  local authority, stranger, leaf, other, sns, false_sns, running, port, ses

  setup(function()
    authority, stranger = sns_certificates.authority(EC), sns_certificates.authority(EC)
    leaf = authority:issue { subject = "sns.amazonaws.com" }
    other = authority:issue { subject = "mail.example.com" }
    local expired = authority:issue { subject = "sns.amazonaws.com", days = 0 }
    sns = sns_server.start(authority)
    false_sns = sns_server.start(stranger, "sns.eu-central-1.amazonaws.com")
    false_sns.publish("leaf.pem", leaf.pem)
    sns.publish("leaf.pem", leaf.pem)
    sns.publish("other.pem", other.pem)
    sns.publish("expired.pem", expired.pem)
    ses = emulator.start()
    port = free_port()
    local settings = require "ses.emulator.settings"
    local values = {
      ROOT_PEM = authority.root.cert, INTERMEDIATE_PEM = authority.intermediate.cert,
      STRANGE_PEM = stranger.root.cert, SNS_PORT = sns.port, FALSE_PORT = false_sns.port, PORT = port,
      EMULATOR = ses.url, KEY_ID = settings.ACCESS_KEY_ID,
      SECRET = settings.SECRET_ACCESS_KEY,
    }
    running = nginx.start((HTTP:gsub("%f[%u_](%u[%u_]+)%f[^%u_]", values)), { workers = 2 })
  end)
  teardown(function()
    running.stop()
    ses:stop()
    sns.stop()
    false_sns.stop()
    authority:remove()
    stranger:remove()
  end)

  local ids = 0
  local function unsigned(fields, event)
    ids = ids + 1
    local message = {
      Type = "Notification", MessageId = "id-" .. ids, TopicArn = TOPIC, SignatureVersion = "2",
      Timestamp = timestamp.iso8601(os.time()), SigningCertURL = "https://" .. HOST .. "/leaf.pem",
      Message = cjson.encode(event or { eventType = "Delivery", mail = { messageId = "m-" .. ids } }),
      Signature = "AAAA",
    }
    for name, value in pairs(fields or {}) do message[name] = value end
    return message
  end

  local function signed(fields, event, key)
    return sns_certificates.sign_message((key or leaf).key, unsigned(fields, event))
  end

  -- → status, decoded answer, headers
  local function request(method, path, body, headers)
    local out, sent = {}, { ["content-type"] = "text/plain; charset=UTF-8" }
    if body and not (headers and headers["transfer-encoding"]) then sent["content-length"] = #body end
    for name, value in pairs(headers or {}) do sent[name] = value end
    local ok, status, answered = http.request {
      url = ("http://127.0.0.1:%d%s"):format(port, path), method = method, headers = sent,
      source = body and ltn12.source.string(body), sink = ltn12.sink.table(out),
    }
    assert(ok, status)
    local text = table.concat(out)
    return status, text:find("^{") and cjson.decode(text) or text, answered
  end

  local function post(path, message, headers)
    return request("POST", path, type(message) == "string" and message or cjson.encode(message), headers)
  end

  local function handled(key)
    return tonumber((select(2, request("GET", "/handled?key=" .. key:gsub(" ", "+")))))
  end

  local function log() return running.error_log() end

  local function refused(path, message, status, code)
    local got, answer = post(path, message)
    assert.same({ status, code }, { got, answer.error and answer.error.code })
    return answer
  end

  it("takes what SNS has signed, by both versions of the signature", function()
    for _, version in ipairs { "1", "2" } do
      local message = signed { SignatureVersion = version }
      local status, answer = post("/hook", message)
      assert.same({ 200, "ok" }, { status, answer.status })
      assert.equal(1, handled("delivery m-" .. ids))
    end
  end)

  it("fetches a certificate once for all workers", function()
    local workers, count = {}, 0
    process.eventually(function()
      local _, _, headers = post("/hook", signed())
      if not workers[headers["x-worker"]] then count = count + 1 end
      workers[headers["x-worker"]] = true
      return count == 2
    end)
    local _, fetched = sns.asked():gsub("GET /leaf%.pem", "")
    assert.equal(1, fetched)
  end)

  it("calls the handler of the type", function()
    assert.equal(200, (post("/by-type", signed(nil, { eventType = "Bounce", mail = { messageId = "t-1" } }))))
    assert.equal(200, (post("/by-type", signed(nil, { eventType = "Send", mail = { messageId = "t-2" } }))))
    assert.same({ 1, 0 }, { handled "bounce t-1", handled "send t-2" })
  end)

  it("refuses what is not SNS's, and logs why", function()
    local message = signed()
    message.Message = message.Message:gsub("Delivery", "Complaint")
    refused("/hook", message, 403, "InvalidSignature")
    refused("/hook", signed(nil, nil, other), 403, "InvalidSignature")
    local url = "https://" .. HOST
    refused("/hook", signed({ SigningCertURL = url .. "/other.pem" }, nil, other), 403, "CertificateUntrusted")
    refused("/hook", unsigned { SigningCertURL = url .. "/expired.pem" }, 403, "CertificateExpired")
    refused("/hook", unsigned { SigningCertURL = url .. "/none.pem" }, 403, "CertificateUntrusted")
    refused("/hook", unsigned { SigningCertURL = "https://sns.evil.example/leaf.pem" }, 403, "UntrustedSigningCertUrl")
    refused("/hook", unsigned { TopicArn = TOPIC .. "-other" }, 403, "UnknownTopic")
    refused("/hook", unsigned { Timestamp = timestamp.iso8601(os.time() - 5000) }, 403, "StaleMessage")
    refused("/hook", "{}", 400, "MalformedMessage")
    assert.equal(0, handled("complaint m-" .. ids))
    for code, reason in pairs {
      InvalidSignature = "Signature does not match the message", CertificateExpired = "not valid at this time",
      CertificateUntrusted = "of another name than SNS's", UntrustedSigningCertUrl = "not of a host of SNS",
      UnknownTopic = "no messages are taken of the topic", StaleMessage = "%d+ seconds old",
      MalformedMessage = "Type is missing",
    } do
      local line = log():match("ses webhook: (" .. code .. ": [^\n]+)")
      assert.matches(reason, line)
    end
  end)

  it("verifies the chain where it is given authorities", function()
    assert.equal(200, (post("/chain", signed())))
    refused("/strange-chain", signed(), 403, "CertificateUntrusted")
  end)

  -- One whose certificate no authority of ours has issued, and one that is of another name.
  it("fetches no certificate from a server that it does not trust", function()
    for _, region in ipairs { "eu-central-1", "eu-west-2" } do
      local host = "sns." .. region .. ".amazonaws.com"
      refused("/hook", unsigned {
        TopicArn = "arn:aws:sns:" .. region .. ":123456789012:ses-events",
        SigningCertURL = "https://" .. host .. "/leaf.pem",
      }, 503, "Unavailable")
      assert.truthy(log():find("CertificateUnavailable: the signing certificate could not be fetched: "
        .. "the certificate of " .. host .. ":443 is not trusted", 1, true))
    end
    assert.equal("", false_sns.asked())
  end)

  it("handles an event once, whichever worker gets it again", function()
    local message = signed()
    local id, workers, count = ids, {}, 0
    assert.equal("ok", select(2, post("/hook", message)).status)
    process.eventually(function()
      local status, answer, headers = post("/hook", message)
      assert.same({ 200, "duplicate" }, { status, answer.status })
      if not workers[headers["x-worker"]] then count = count + 1 end
      workers[headers["x-worker"]] = true
      return count == 2
    end)
    assert.equal(1, handled("delivery m-" .. id))
  end)

  it("has SNS try again while another request is at the event", function()
    local message = signed()
    local id = ids
    local path = running.folder .. "/slow.json"
    process.write(path, cjson.encode(message))
    local url = ("http://127.0.0.1:%d/slow"):format(port)
    local first = process.start { "curl", "-sS", "--data-binary", "@" .. path, url }
    process.eventually(function() return handled("delivery m-" .. id) == 1 end)
    local status, answer, headers = post("/slow", message)
    assert.same({ 503, "DuplicateMessage", "30" }, { status, answer.error.code, headers["retry-after"] })
    request("POST", "/go-on", "")
    first.wait()
    assert.equal("ok", cjson.decode(first.out()).status)
    first.remove()
    assert.equal("duplicate", select(2, post("/slow", message)).status)
    assert.equal(1, handled("delivery m-" .. id))
  end)

  it("has SNS try again where a handler fails", function()
    local message = signed()
    for _ = 1, 3 do
      local status, answer, headers = post("/failing", message)
      assert.same({ 503, "HandlerFailed", "30" }, { status, answer.error.code, headers["retry-after"] })
    end
    assert.equal(200, (post("/failing", message)))
    assert.equal("duplicate", select(2, post("/failing", message)).status)
    for _, reason in ipairs { "the database is gone", "still gone", "gone (X)" } do
      local found = false
      for line in log():gmatch("[^\n]+") do
        found = found or line:find("message " .. message.MessageId .. " could not be dealt with: ", 1, true)
          and line:find(reason, 1, true)
      end
      assert.truthy(found, reason)
    end
  end)

  it("confirms the subscription of a topic that is listed, and of no other", function()
    local function confirmation(fields)
      local message = unsigned(fields)
      message.Type, message.Token = "SubscriptionConfirmation", "t-" .. ids
      message.SubscribeURL = message.SubscribeURL
        or "https://" .. HOST .. "/?Action=ConfirmSubscription&TopicArn=" .. message.TopicArn .. "&Token=t-" .. ids
      return sns_certificates.sign_message(leaf.key, message)
    end
    assert.equal(200, (post("/hook", confirmation())))
    local query = "GET /?Action=ConfirmSubscription&TopicArn=" .. TOPIC .. "&Token=t-" .. ids .. "\n"
    -- nginx writes its log after it has answered.
    process.eventually(function() return sns.asked():find(query, 1, true) end)
    refused("/hook", confirmation { TopicArn = TOPIC .. "2" }, 403, "UnknownTopic")
    refused("/hook", confirmation { SubscribeURL = "https://evil.example/?Action=ConfirmSubscription" }, 403,
      "UntrustedSubscribeUrl")
    local _, confirmed = sns.asked():gsub("Action=ConfirmSubscription", "")
    assert.equal(1, confirmed)
    local message = unsigned { Type = "UnsubscribeConfirmation", Token = "u",
      SubscribeURL = "https://" .. HOST .. "/?Action=ConfirmSubscription&Token=u" }
    assert.equal(200, (post("/hook", sns_certificates.sign_message(leaf.key, message))))
    assert.truthy(log():find("the subscription of " .. TOPIC .. " has ended", 1, true))
    assert.is_nil(sns.asked():find("Token=u", 1, true))
  end)

  it("takes the word by which SES tries a topic", function()
    assert.equal(200, (post("/hook", signed { Message = "Successfully validated SNS topic for Amazon SES." })))
  end)

  it("puts hard bounces and complaints on the account's list", function()
    local function bounce(kind, subtype, email)
      return { eventType = "Bounce", mail = { messageId = "b" },
        bounce = { bounceType = kind, bounceSubType = subtype, bouncedRecipients = { { emailAddress = email } } } }
    end
    assert.equal(200, (post("/suppress", signed(nil, bounce("Permanent", "General", "Gone <gone@example.com>")))))
    assert.equal(200, (post("/suppress", signed(nil, bounce("Transient", "MailboxFull", "full@example.com")))))
    assert.equal(200, (post("/suppress", signed(nil,
      bounce("Permanent", "OnAccountSuppressionList", "listed@example.com")))))
    assert.equal(200, (post("/suppress", signed(nil, {
      eventType = "Complaint", mail = { messageId = "c" },
      complaint = { complainedRecipients = { { emailAddress = "angry@example.com" } } },
    }))))
    local _, listed = ses:call("GET", "/v2/email/suppression/addresses")
    local reasons = {}
    for _, entry in ipairs(listed.SuppressedDestinationSummaries) do reasons[entry.EmailAddress] = entry.Reason end
    assert.same({ ["gone@example.com"] = "BOUNCE", ["angry@example.com"] = "COMPLAINT" }, reasons)
    -- The client's log is told, too.
    local logged = {}
    for words in running.error_log():gmatch '"target":"ses.events","message":"(%l+)' do logged[#logged + 1] = words end
    assert.same({ "bounce", "bounce", "suppressed", "complaint" }, logged)
  end)

  it("has SNS try again where the list cannot be written", function()
    local function complaint(email)
      return signed(nil, {
        eventType = "Complaint", mail = { messageId = "d" },
        complaint = { complainedRecipients = { { emailAddress = email } } },
      })
    end
    refused("/suppress-nowhere", complaint "angry@example.com", 503, "HandlerFailed")
    assert.equal(0, handled "complaint d")
    -- What is no address cannot be listed, and is no reason to try again.
    assert.equal(200, (post("/suppress-nowhere", complaint "not an address")))
    assert.equal(1, handled "complaint d")
  end)

  it("takes a body that is larger than nginx's buffer, from memory alone", function()
    local event = { eventType = "Delivery", mail = { messageId = "large" }, filler = ("x"):rep(200000) }
    assert.equal(200, (post("/hook", signed(nil, event))))
    assert.equal(1, handled "delivery large")
  end)

  it("serves one message after the other over one connection", function()
    local argv = { "curl", "-sS" }
    for i = 1, 3 do
      local path = ("%s/kept-%d.json"):format(running.folder, i)
      process.write(path, cjson.encode(signed()))
      if i > 1 then argv[#argv + 1] = "--next" end
      for _, word in ipairs {
        "-sS", "--data-binary", "@" .. path, "-w", " %{http_code} %{num_connects}\n",
        ("http://127.0.0.1:%d/hook"):format(port),
      } do
        argv[#argv + 1] = word
      end
    end
    local result = process.run(argv)
    assert.equal('{"status":"ok"} 200 1\n{"status":"ok"} 200 0\n{"status":"ok"} 200 0\n', result.out)
  end)

  it("refuses a body that is too large, or that nginx has put into a file", function()
    refused("/small", (" "):rep(2001), 413, "PayloadTooLarge")
    refused("/hook", (" "):rep(256 * 1024 + 1), 413, "PayloadTooLarge")
    local status, answer = post("/hook", (" "):rep(5000), { ["transfer-encoding"] = "chunked" })
    assert.same({ 413, "PayloadTooLarge" }, { status, answer.error.code })
    assert.truthy(log():find("set client_body_buffer_size to 262144 in this location", 1, true))
  end)

  it("refuses what is no POST of a signed message", function()
    local status, answer, headers = request("GET", "/hook")
    assert.same({ 405, "MethodNotAllowed", "POST" }, { status, answer.error.code, headers.allow })
    refused("/hook", "", 400, "MalformedMessage")
    status, answer = post("/hook", '{"eventType":"Delivery","mail":{}}', { ["x-amz-sns-rawdelivery"] = "true" })
    assert.same({ 400, "MalformedMessage" }, { status, answer.error.code })
    assert.truthy(log():find("turn that off for the subscription", 1, true))
  end)

  it("tells the log of wrong options, and nobody else", function()
    local answer = refused("/wrong", "{}", 503, "Unavailable")
    assert.equal("this endpoint is not set up", answer.error.message)
    assert.truthy(log():find("wrong options: topic is not known; did you mean 'topics'?", 1, true))
  end)

  it("raises nothing", function()
    assert.is_nil(log():find("lua entry thread aborted", 1, true), log())
    assert.is_nil(log():find("attempt to", 1, true), log())
  end)
end)
