local cjson = require "cjson"
local sns = require("ses.core").sns
local sns_certificates = require "spec.support.sns_certificates"

describe("ses.core.sns", function()
  local authority, leaf, message, text, now

  setup(function()
    authority = sns_certificates.authority { curve = "prime256v1" }
    leaf = authority:issue { subject = "sns.amazonaws.com" }
    message = sns_certificates.sign_message(leaf.key, {
      Type = "Notification", MessageId = "1-2", TopicArn = "arn:aws:sns:eu-west-1:123456789012:events",
      Message = "Grüße\n", Timestamp = "2026-10-05T08:00:05.250Z", SignatureVersion = "2",
      SigningCertURL = "https://sns.eu-west-1.amazonaws.com/a.pem",
    })
    text = cjson.encode(message)
    now = os.time()
  end)
  teardown(function() authority:remove() end)

  it("reads a message", function()
    local read = assert(sns.parse(text))
    assert.same(message, read:fields())
    assert.equal(1791187205.25, read:time())
    assert.equal("eu-west-1", read:region())
    assert.equal("Message\nGrüße\n\nMessageId\n1-2\nTimestamp\n2026-10-05T08:00:05.250Z\n"
      .. "TopicArn\narn:aws:sns:eu-west-1:123456789012:events\nType\nNotification\n", read:string_to_sign())
    assert.is_true(read:check_urls())
    local _, failure = sns.parse "{}"
    assert.same({ status = "parse", field = "Type", message = "is missing" }, failure)
  end)

  it("verifies it", function()
    local trust = assert(sns.trust { anchors = authority.root.pem, intermediates = authority.intermediate.pem })
    assert.equal("ses.sns_trust (1 authorities)", tostring(trust))
    local read = assert(sns.parse(text))
    assert.is_true(read:verify(assert(sns.certificate(leaf.pem, "eu-west-1", now, trust))))
    assert.is_true(read:verify(assert(sns.certificate(leaf.pem, "eu-west-1", now))))
    local other = assert(sns.parse((text:gsub("1%-2", "1-3"))))
    local _, failure = other:verify(assert(sns.certificate(leaf.pem, "eu-west-1", now)))
    assert.same({ status = "signature", field = "Signature", message = "does not match the message" }, failure)
    _, failure = sns.certificate(leaf.pem, "eu-west-1", now + 40 * 86400, trust)
    assert.equal("expired", failure.status)
    _, failure = sns.trust {}
    assert.equal("anchors", failure.field)
  end)

  it("answers what is closed, or of another kind, with an error", function()
    local read = assert(sns.parse(text))
    read:close()
    read:close()
    assert.equal("ses.sns_message (closed)", tostring(read))
    assert.has_error(function() read:fields() end)
    assert.has_error(function() assert(sns.parse(text)):verify("x") end)
    assert.has_error(function() sns.certificate(leaf.pem, "eu-west-1", now, "x") end)
  end)

  it("looks at URLs alone", function()
    assert.equal("eu-west-1", sns.check_cert_url "https://sns.eu-west-1.amazonaws.com/a.pem")
    assert.equal("eu-west-1",
      sns.check_subscribe_url "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1")
    local _, failure = sns.check_cert_url "https://sns.eu-west-1.evil.example/a.pem"
    assert.same({ status = "invalid", field = "url", message = "is not of a host of SNS" }, failure)
    assert.is_nil(sns.check_subscribe_url "https://sns.eu-west-1.amazonaws.com/a.pem")
  end)
end)
