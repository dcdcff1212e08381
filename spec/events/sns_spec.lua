local cjson = require "cjson"
local clock = require "ses.adapters.clock"
local errors = require "ses.errors"
local sns = require "ses.events.sns"
local sns_certificates = require "spec.support.sns_certificates"
local store_memory = require "ses.adapters.store_memory"
local timestamp = require "ses.model.timestamp"

local TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"
local URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"

-- Amazon has authorities of both kinds of keys; spec/c/sns_test.c has those of RSA.
local EC = { curve = "prime256v1" }

describe("ses.events.sns", function()
  local authority, stranger, leaf, other, foreign
  local now, answers, asked, receiver

  setup(function()
    authority, stranger = sns_certificates.authority(EC), sns_certificates.authority(EC)
    leaf = authority:issue { subject = "sns.amazonaws.com" }
    other = authority:issue { subject = "sns.amazonaws.com" }
    foreign = authority:issue { subject = "mail.example.com" }
  end)
  teardown(function()
    authority:remove()
    stranger:remove()
  end)

  -- The transport port: what a URL gives, and what was asked for. spec/nginx/webhook_spec.lua has real TLS.
  local transport = {
    perform = function(_, request)
      asked[#asked + 1] = request:url()
      local answer = answers[request:url()] or { status = 404, body = "" }
      if answer.kind then return nil, errors.new(answer) end
      return answer
    end,
    close = function() end,
  }

  local function new(options)
    options = options or {}
    options.topics = options.topics or { TOPIC }
    options.transport, options.store = transport, options.store or store_memory.new()
    options.clock = { now = function() return now end, monotonic = function() return now end, sleep = clock.sleep }
    return sns.new(options)
  end

  before_each(function()
    now = clock.now()
    answers, asked = { [URL] = { status = 200, body = leaf.pem } }, {}
    receiver = assert(new())
  end)

  local ids = 0
  -- For what is refused before anybody looks at the signature, which takes openssl's start to make.
  local function unsigned(fields)
    ids = ids + 1
    local message = {
      Type = "Notification", MessageId = "id-" .. ids, TopicArn = TOPIC, Timestamp = timestamp.iso8601(now),
      Message = '{"eventType":"Delivery","mail":{"messageId":"0100-a"}}', SignatureVersion = "2", SigningCertURL = URL,
      Signature = "AAAA",
    }
    for name, value in pairs(fields or {}) do message[name] = value end
    return message
  end

  local function signed(fields, key)
    return sns_certificates.sign_message((key or leaf).key, unsigned(fields))
  end

  local function code_of(message)
    local taken, err = receiver:receive(type(message) == "string" and message or cjson.encode(message))
    assert.is_nil(taken)
    assert.is_true(errors.is(err))
    return err.code, err
  end

  it("takes what SNS has signed, by both versions, and reads the event in it", function()
    for _, version in ipairs { "1", "2" } do
      local given = signed { SignatureVersion = version, Subject = "Amazon SES Email Event Notification" }
      local message = assert(receiver:receive(cjson.encode(given)))
      assert.equal("Notification", message.type)
      assert.equal(given.MessageId, message.message_id)
      assert.equal(TOPIC, message.topic_arn)
      assert.equal(given.Message, message.text)
      assert.equal(timestamp.parse(given.Timestamp), message.time)
      assert.equal("delivery", message.event.type)
      assert.equal("0100-a", message.event.message_id)
    end
    assert.same({ URL }, asked)
  end)

  it("takes a word of SES's own that is no event", function()
    local message = assert(receiver:receive(cjson.encode(signed {
      Message = "Successfully validated SNS topic for Amazon SES event publishing.",
    })))
    assert.is_nil(message.event)
  end)

  it("refuses what was altered, or signed by another's key", function()
    local message = signed()
    message.Message = message.Message:gsub("Delivery", "Bounce")
    assert.equal("InvalidSignature", code_of(message))
    assert.equal("InvalidSignature", code_of(signed(nil, other)))
    -- So that it be new again, or of another time.
    for name, value in pairs { MessageId = "new", Timestamp = timestamp.iso8601(now - 1), Subject = "s" } do
      message = signed()
      message[name] = value
      assert.equal("InvalidSignature", code_of(message))
    end
    message = signed()
    message.Signature = "no base64"
    assert.equal("InvalidSignature", code_of(message))
  end)

  it("refuses what is no message of SNS", function()
    for _, text in ipairs {
      "", "x", "[]", "{}", '{"eventType":"Delivery","mail":{}}', (" "):rep(300 * 1024),
      cjson.encode(unsigned { MessageId = "a\nb" }),
    } do
      assert.equal("MalformedMessage", code_of(text))
    end
    assert.equal("MalformedMessage", code_of(unsigned { SignatureVersion = "3" }))
    assert.same({}, asked)
  end)

  it("takes no message of another topic, and asks nobody for its certificate", function()
    assert.equal("UnknownTopic", code_of(unsigned { TopicArn = TOPIC .. "2" }))
    assert.same({}, asked)
  end)

  it("fetches certificates from SNS alone, in the topic's region", function()
    for _, url in ipairs {
      "https://sns.eu-west-1.evil.example/a.pem", "http://sns.eu-west-1.amazonaws.com/a.pem",
      "https://sns.us-east-1.amazonaws.com/a.pem", "https://sns.s3-eu-west-1.amazonaws.com/a.pem",
      "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem", "file:///etc/passwd", "x",
    } do
      local code, err = code_of(unsigned { SigningCertURL = url })
      assert.equal("UntrustedSigningCertUrl", code)
      assert.equal("SigningCertURL", err.field)
    end
    assert.same({}, asked)
  end)

  it("refuses what is too old or too far ahead, and asks nobody for its certificate", function()
    local function at(offset) return { Timestamp = timestamp.iso8601(now + offset) } end
    for _, offset in ipairs { -4502, 902, -1e6, 1e6 } do assert.equal("StaleMessage", code_of(unsigned(at(offset)))) end
    assert.same({}, asked)
    for _, offset in ipairs { -4490, 890 } do assert(receiver:receive(cjson.encode(signed(at(offset))))) end
    receiver = assert(new { max_age = 60, max_skew = 0 })
    assert.equal("StaleMessage", code_of(unsigned(at(-62))))
    assert.equal("StaleMessage", code_of(unsigned(at(2))))
  end)

  it("takes a message once, and again where it was given back", function()
    local text = cjson.encode(signed())
    local message = assert(receiver:receive(text))
    local code, err = code_of(text)
    assert.same({ "DuplicateMessage", true, true }, { code, err.in_hand, err.retryable })
    assert(receiver:give_back(message))
    message = assert(receiver:receive(text))
    assert(receiver:done(message))
    for _ = 1, 2 do
      code, err = code_of(text)
      assert.same({ "DuplicateMessage", false, false }, { code, err.in_hand, err.retryable })
    end
  end)

  it("remembers a message for as long as it is not stale, and a forged one never", function()
    local text = cjson.encode(signed())
    local forged = cjson.decode(text)
    forged.Message = "x"
    assert.equal("InvalidSignature", code_of(forged))
    local elapsed = 0
    local store = store_memory.new { monotonic = function() return elapsed end }
    receiver = assert(new { store = store })
    assert(receiver:done(assert(receiver:receive(text))))
    now, elapsed = now + 4499, 4499
    assert.equal("DuplicateMessage", code_of(text))
    now, elapsed = now + 2, 4501
    assert.equal("StaleMessage", code_of(text))
  end)

  it("does not keep for long what a worker took and never ended", function()
    local elapsed = 0
    receiver = assert(new { store = store_memory.new { monotonic = function() return elapsed end } })
    local text = cjson.encode(signed())
    assert(receiver:receive(text))
    elapsed = 29
    assert.equal("DuplicateMessage", code_of(text))
    elapsed = 31
    assert(receiver:receive(text))
  end)

  it("refuses a certificate whose time is over, or is not SNS's, or is none", function()
    now = now + 40 * 86400
    assert.equal("CertificateExpired", code_of(unsigned()))
    now = now - 80 * 86400
    assert.equal("CertificateExpired", code_of(unsigned()))
    now = now + 40 * 86400
    for i, answer in ipairs {
      { status = 200, body = foreign.pem }, { status = 200, body = "" }, { status = 200, body = leaf.pem:sub(1, 500) },
      { status = 200, body = (" "):rep(20000) .. leaf.pem }, { status = 404, body = leaf.pem },
      { status = 302, body = leaf.pem },
    } do
      local url = URL:gsub("1%.pem$", "no-" .. i .. ".pem")
      answers[url] = answer
      assert.equal("CertificateUntrusted", code_of(unsigned { SigningCertURL = url }))
    end
  end)

  it("verifies the chain where it has anchors", function()
    local anchors, intermediates = authority.root.pem, authority.intermediate.pem
    receiver = assert(new { anchors = anchors, intermediates = intermediates })
    assert(receiver:receive(cjson.encode(signed())))
    receiver = assert(new { anchors = anchors })
    assert.equal("CertificateUntrusted", code_of(unsigned()))
    receiver = assert(new { anchors = stranger.root.pem, intermediates = stranger.intermediate.pem })
    assert.equal("CertificateUntrusted", code_of(unsigned()))
  end)

  it("keeps a certificate for all that share the store, and looks at its dates again", function()
    local store = store_memory.new()
    for _ = 1, 3 do
      receiver = assert(new { store = store })
      assert(receiver:receive(cjson.encode(signed())))
    end
    assert.equal(1, #asked)
    now = now + 31 * 86400
    assert.equal("CertificateExpired", code_of(unsigned()))
    assert.equal(1, #asked)
  end)

  it("says what may be tried again, and fetches only so often", function()
    answers[URL] = { status = 503, body = "" }
    local code, err = code_of(unsigned())
    assert.same({ "CertificateUnavailable", true }, { code, err.retryable })
    answers[URL] = { kind = "network", code = "ConnectionRefused", message = "no" }
    code, err = code_of(unsigned())
    assert.same({ "CertificateUnavailable", true }, { code, err.retryable })
    local message = unsigned()
    for i = 3, 30 do
      message.SigningCertURL = URL:gsub("1%.pem$", "made-up-" .. i .. ".pem")
      assert.equal("CertificateUntrusted", code_of(message))
    end
    code, err = code_of(unsigned())
    assert.same({ "TooManyCertificates", true }, { code, err.retryable })
    assert.equal(30, #asked)
    now = now + 60
    answers[URL] = { status = 200, body = leaf.pem }
    assert(receiver:receive(cjson.encode(signed())))
  end)

  describe("confirm", function()
    local SUBSCRIBE = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    local function confirmation(fields, make)
      local all = { Type = "SubscriptionConfirmation", Token = "t", SubscribeURL = SUBSCRIBE, Message = "Confirm." }
      for name, value in pairs(fields or {}) do all[name] = value end
      return (make or signed)(all)
    end

    it("asks SNS for the subscription of a topic that is listed", function()
      answers[SUBSCRIBE] = { status = 200, body = "<ConfirmSubscriptionResponse/>" }
      local message = assert(receiver:receive(cjson.encode(confirmation())))
      assert.is_nil(message.event)
      assert.is_true(receiver:confirm(message))
      assert.same({ URL, SUBSCRIBE }, asked)
    end)

    it("does not go elsewhere, nor for another topic", function()
      assert.equal("UnknownTopic", code_of(confirmation({ TopicArn = TOPIC .. "2" }, unsigned)))
      for _, url in ipairs {
        "https://evil.example/?Action=ConfirmSubscription", "http://169.254.169.254/?Action=ConfirmSubscription",
        "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.eu-west-1.amazonaws.com/?Action=Publish",
      } do
        assert.equal("UntrustedSubscribeUrl", code_of(confirmation({ SubscribeURL = url }, unsigned)))
      end
      assert.same({}, asked)
    end)

    it("says what SNS says", function()
      for status, retryable in pairs { [403] = false, [503] = true } do
        answers[SUBSCRIBE] = { status = status, body = "" }
        local done, err = receiver:confirm(assert(receiver:receive(cjson.encode(confirmation()))))
        assert.is_nil(done)
        assert.same({ "ConfirmationFailed", status, retryable }, { err.code, err.status, err.retryable })
      end
      local _, err = receiver:confirm { type = "Notification" }
      assert.equal("InvalidParameter", err.code)
    end)
  end)

  it("tells what options are wrong", function()
    for field, options in pairs {
      topics = { topics = {} }, ["topics[1]"] = { topics = { "*" } }, max_age = { max_age = -1 },
      max_skew = { max_skew = "1" }, anchors = { anchors = "x" }, intermediates = { intermediates = 7 },
      topic = { topic = TOPIC },
    } do
      local made, err = new(options)
      assert.is_nil(made)
      assert.same({ "validation", field }, { err.kind, err.field })
    end
    local _, err = new { intermediates = authority.intermediate.pem }
    assert.equal("anchors", err.field)
    _, err = new { emulator = "127.0.0.1:8009" }
    assert.equal("emulator", err.field)
    _, err = sns.new {}
    assert.equal("topics", err.field)
  end)
end)
