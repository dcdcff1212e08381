local json = require "ses.model.json"
local normalise = require "ses.events.normalise"

local MAIL = {
  timestamp = "2026-10-05T08:00:05.250Z", messageId = "0100-abc", source = "News <news@shop.example>",
  sourceArn = "arn:aws:ses:eu-west-1:123456789012:identity/shop.example", sendingAccountId = "123456789012",
  destination = { "ann@example.com", "bob@example.com" },
  commonHeaders = { subject = "Autumn" },
  tags = { ["ses:configuration-set"] = { "news" }, ses_campaign = { "autumn", "winter" } },
}

local function read(event)
  event.mail = event.mail or MAIL
  return assert(normalise.read(json.encode(event)))
end

describe("ses.events.normalise", function()
  it("says of every event whose it is", function()
    local event = read { eventType = "Send", send = {} }
    event.raw = nil
    assert.same({
      type = "send", event_type = "Send", message_id = "0100-abc", time = 1791187205.25, sent_at = 1791187205.25,
      source = "News <news@shop.example>", source_arn = "arn:aws:ses:eu-west-1:123456789012:identity/shop.example",
      sending_account_id = "123456789012", subject = "Autumn", destination = { "ann@example.com", "bob@example.com" },
      recipients = { "ann@example.com", "bob@example.com" }, configuration_set = "news",
      tags = { ["ses:configuration-set"] = "news", ses_campaign = "autumn" },
    }, event)
  end)

  it("reads a bounce", function()
    local event = read {
      eventType = "Bounce",
      bounce = {
        bounceType = "Permanent", bounceSubType = "General", feedbackId = "f-1", timestamp = "2026-10-05T08:01:00.000Z",
        reportingMTA = "dns; mta.example", remoteMtaIp = "192.0.2.1",
        bouncedRecipients = {
          { emailAddress = "bob@example.com", action = "failed", status = "5.1.1", diagnosticCode = "smtp; 550 5.1.1" },
        },
      },
    }
    assert.same({ "bounce", 1791187260, 1791187205.25 }, { event.type, event.time, event.sent_at })
    assert.same({ "bob@example.com" }, event.recipients)
    assert.same({
      type = "Permanent", subtype = "General", feedback_id = "f-1", reporting_mta = "dns; mta.example",
      remote_mta_ip = "192.0.2.1", recipients = {
        { address = "bob@example.com", action = "failed", status = "5.1.1", diagnostic_code = "smtp; 550 5.1.1" },
      },
    }, event.bounce)
    assert.equal("Permanent", event.raw.bounce.bounceType)
  end)

  it("reads a complaint", function()
    local event = read {
      notificationType = "Complaint",
      complaint = {
        complaintFeedbackType = "abuse", complaintSubType = json.null, feedbackId = "f-2", userAgent = "Loop/1.0",
        arrivalDate = "2026-10-05T08:02:00.000Z", timestamp = "2026-10-05T08:03:00.000Z",
        complainedRecipients = { { emailAddress = "ann@example.com" } },
      },
    }
    assert.same({ "complaint", 1791187380 }, { event.type, event.time })
    assert.same({ "ann@example.com" }, event.recipients)
    assert.same({
      feedback_type = "abuse", feedback_id = "f-2", user_agent = "Loop/1.0", arrival_date = 1791187320,
      recipients = { { address = "ann@example.com" } },
    }, event.complaint)
  end)

  it("reads the others", function()
    local cases = {
      { "Delivery", "delivery", {
        delivery = { recipients = { "ann@example.com" }, processingTimeMillis = 546, smtpResponse = "250 ok" },
      }, { recipients = { "ann@example.com" }, processing_time_ms = 546, smtp_response = "250 ok" } },
      { "Reject", "reject", { reject = { reason = "Bad content" } }, { reason = "Bad content" } },
      { "Open", "open", { open = { ipAddress = "192.0.2.1", userAgent = "Mozilla/5.0" } },
        { ip_address = "192.0.2.1", user_agent = "Mozilla/5.0" } },
      { "Click", "click", {
        click = { ipAddress = "192.0.2.1", userAgent = "x", link = "https://x.example/", linkTags = { a = { "b" } } },
      }, { ip_address = "192.0.2.1", user_agent = "x", link = "https://x.example/", link_tags = { a = { "b" } } } },
      { "Rendering Failure", "rendering_failure", {
        failure = { templateName = "t", errorMessage = "Attribute 'name' is not present" },
      }, { template_name = "t", error_message = "Attribute 'name' is not present" } },
      { "DeliveryDelay", "delivery_delay", { deliveryDelay = {
        delayType = "TransientCommunicationFailure", expirationTime = "2026-10-05T08:03:00.000Z",
        delayedRecipients = { { emailAddress = "ann@example.com", status = "4.4.1", diagnosticCode = "smtp; 421" } },
      } }, {
        type = "TransientCommunicationFailure", expires_at = 1791187380,
        recipients = { { address = "ann@example.com", status = "4.4.1", diagnostic_code = "smtp; 421" } },
      } },
      { "Subscription", "subscription", { subscription = {
        contactList = "news", source = "UnsubscribeHeader", newTopicPreferences = { unsubscribeAll = true },
      } }, { contact_list = "news", source = "UnsubscribeHeader", new_topic_preferences = { unsubscribeAll = true } } },
    }
    for _, case in ipairs(cases) do
      case[3].eventType = case[1]
      local event = read(case[3])
      assert.equal(case[2], event.type)
      assert.equal((case[1]:gsub(" ", "")), event.event_type)
      assert.same(case[4], event[case[2]])
    end
  end)

  it("takes an event in the envelopes that it comes in", function()
    local inner = { eventType = "Delivery", mail = MAIL }
    local sns = { Type = "Notification", Message = json.encode(inner) }
    for _, envelope in ipairs {
      inner, sns, { Body = json.encode(sns) }, { Body = json.encode(inner) },
      { messageId = "1", body = json.encode(sns) },
      { ["detail-type"] = "Email Delivered", source = "aws.ses", detail = inner },
    } do
      assert.equal("delivery", assert(normalise.read(envelope)).type)
      assert.equal("delivery", assert(normalise.read(json.encode(envelope))).type)
    end
  end)

  it("takes an event that SES comes to have later, and one that lacks what it should have", function()
    assert.equal("quarantine_release", read { eventType = "QuarantineRelease" }.type)
    local event = read { eventType = "Bounce", mail = { destination = "x", tags = json.null } }
    assert.is_nil(event.bounce)
    assert.same({}, event.recipients)
    assert.same({}, event.tags)
    event = read { eventType = "Bounce", bounce = { bouncedRecipients = { "x", { emailAddress = 7 } } } }
    assert.same({}, event.bounce.recipients)
  end)

  it("says of anything else that it is no event", function()
    for _, text in ipairs {
      "", "x", "[]", "17", "null", "{}", '{"eventType":"Send"}', '{"eventType":7,"mail":{}}',
      '{"eventType":"Send","mail":"x"}', '{"eventType":"../x","mail":{}}', '{"eventType":"","mail":{}}',
      '{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"…"}',
      "Successfully validated SNS topic for Amazon SES event publishing.",
    } do
      local event, err = normalise.read(text)
      assert.is_nil(event, text)
      assert.same({ "parse", "MalformedMessage" }, { err.kind, err.code })
    end
  end)

  it("knows the word by which SES tries a topic, in its envelopes", function()
    local word = "Successfully validated SNS topic for Amazon SES event publishing."
    local succeeded = '{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"…"}'
    for _, text in ipairs { word, succeeded } do
      local of_sns = json.encode { Type = "Notification", Message = text }
      for _, message in ipairs { text, of_sns, json.encode { Body = of_sns } } do
        assert.is_true(normalise.is_trial(message), message)
      end
    end
    for _, text in ipairs { "", "x", "{}", json.encode { Message = "x" }, json.encode { Message = "Not " .. word } } do
      assert.is_false(normalise.is_trial(text), text)
    end
  end)
end)
