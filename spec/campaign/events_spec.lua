local events = require "ses.campaign.events"
local json = require "ses.model.json"

-- As SES publishes it, with what `fields` changes.
local function event(kind, fields, mail)
  local made = {
    eventType = kind,
    mail = {
      timestamp = "2026-10-05T08:00:05.250Z", source = "news@shop.example", messageId = "0100-abc",
      destination = { "Ann@Example.com" },
      tags = {
        ["ses:configuration-set"] = { "news" }, ses_campaign = { "autumn" }, ses_recipient = { "7" },
      },
    },
  }
  for name, value in pairs(mail or {}) do made.mail[name] = value end
  for name, value in pairs(fields or {}) do made[name] = value end
  return made
end

describe("ses.campaign.events", function()
  it("takes every event but two as a word that SES took the mail", function()
    local became = {
      Delivery = "delivered", Bounce = "bounced", Complaint = "complained", DeliveryDelay = "delayed",
    }
    for _, kind in ipairs { "Send", "Delivery", "Bounce", "Complaint", "Open", "Click", "DeliveryDelay" } do
      assert.same({
        type = kind, state = "sent", campaign = "autumn", recipient = 7, address = "ann@example.com",
        message_id = "0100-abc", at = 1791187205, time = 1791187205, delivery = became[kind],
      }, events.read(event(kind)))
    end
  end)

  it("tells when, and of which kind a bounce or a complaint is", function()
    local read = events.read(event("Bounce", { bounce = {
      bounceType = "Permanent", bounceSubType = "General", timestamp = "2026-10-05T09:00:00.9Z",
    } }))
    assert.same({ "Permanent", "General", 1791190800 }, { read.bounce_type, read.subtype, read.time })
    read = events.read(event("Complaint", { complaint = { complaintSubType = "OnAccountSuppressionList" } }))
    assert.same({ "complained", "OnAccountSuppressionList" }, { read.delivery, read.subtype })
  end)

  it("takes a rejected mail and one that could not be rendered for one that was not sent, and says why", function()
    local read = events.read(event("Reject", { reject = { reason = "Bad content" } }))
    assert.same({ "failed", "rejected", "Reject", "Bad content" },
      { read.state, read.delivery, read.code, read.reason })
    read = events.read(event("Rendering Failure", {
      failure = { templateName = "t", errorMessage = "Attribute 'name' of\nann@example.com is missing" },
    }))
    assert.equal("rendering_failed", read.delivery)
    assert.same({ "failed", "RenderingFailure", "Attribute 'name' of a***@example.com is missing" },
      { read.state, read.code, read.reason })
    assert.equal("SES did not send it", events.read(event("Reject")).reason)
  end)

  it("reads notifications, and envelopes of SNS, SQS, Lambda and EventBridge", function()
    local inner = event "Delivery"
    local notification = event "Bounce"
    notification.notificationType, notification.eventType = notification.eventType, nil
    assert.equal("Bounce", events.read(notification).type)
    local sns = { Type = "Notification", TopicArn = "arn:aws:sns:us-east-1:1:t", Message = json.encode(inner) }
    for _, envelope in ipairs {
      sns, { Body = json.encode(sns) }, { messageId = "1", body = json.encode(sns) },
      { ["detail-type"] = "Email Delivered", source = "aws.ses", detail = inner },
    } do
      assert.equal(7, events.read(json.encode(envelope)).recipient)
      assert.equal(7, events.read(envelope).recipient)
    end
  end)

  it("says of what is no event of a campaign's mail what it is instead", function()
    for _, text in ipairs {
      "", "no json", "[]", "17", "null", '"text"', "{}", '{"eventType":"Send"}', '{"eventType":7,"mail":{}}',
      '{"eventType":"Send","mail":"x"}', '{"eventType":"Explosion","mail":{}}', '{"Message":"{"}', '{"Message":null}',
      '{"Message":{"Message":{"Message":{"Message":{"Message":{"Message":{"eventType":"Send"}}}}}}}',
    } do
      local read, what = events.read(text)
      assert.is_nil(read, text)
      assert.equal("malformed", what, text)
    end
    for _, tags in ipairs { json.null, "x", {}, { ses_campaign = {} }, { ses_campaign = 7 } } do
      local read, what = events.read(event("Send", nil, { tags = tags }))
      assert.is_nil(read)
      assert.equal("untagged", what)
    end
    assert.equal("untagged", select(2, events.read '{"eventType":"Send","mail":{}}'))
  end)

  it("gives no recipient, address or time that is not there", function()
    local read = events.read(event("Send", nil, {
      tags = { ses_campaign = "autumn", ses_recipient = { "test" } }, timestamp = "soon", destination = { "a", "b" },
      messageId = 7,
    }))
    assert.same({ type = "Send", state = "sent", campaign = "autumn" }, read)
    read = events.read(event("Send", nil, { tags = { ses_campaign = "autumn", ses_recipient = ("9"):rep(20) } }))
    assert.is_nil(read.recipient)
  end)
end)
