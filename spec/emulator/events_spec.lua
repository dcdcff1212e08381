local normalise = require "ses.events.normalise"
local support = require "spec.support.emulator"

local ALL = {
  "SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "OPEN", "CLICK", "RENDERING_FAILURE", "DELIVERY_DELAY",
}

describe("the emulator's events", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function()
    client:control("POST", "/reset")
    client:ok("CreateConfigurationSet", { ConfigurationSetName = "events" })
  end)

  local function destination(name, types, more)
    local event_destination = {
      Enabled = true, MatchingEventTypes = types, EventBridgeDestination = {
        EventBusArn = "arn:aws:events:us-east-1:000000000000:event-bus/default",
      },
    }
    for key, value in pairs(more or {}) do event_destination[key] = value end
    client:ok("CreateConfigurationSetEventDestination", {
      ConfigurationSetName = "events", EventDestinationName = name, EventDestination = event_destination,
    })
  end

  local function send(to, more)
    local input = support.mail(to, { ConfigurationSetName = "events" })
    for name, value in pairs(more or {}) do input[name] = value end
    return client:ok("SendEmail", input).MessageId
  end

  local function published(id) return client:control("GET", "/events" .. (id and "?message_id=" .. id or "")).events end

  -- Each event as its type, and the subtype where it has one.
  local function told(id)
    local list = {}
    for i, entry in ipairs(published(id)) do
      local event = assert(normalise.read(entry.event))
      local part = event.bounce or event.complaint
      list[i] = event.type .. (part and part.subtype and " " .. part.subtype or "")
      assert.equal(id, event.message_id)
    end
    return list
  end

  it("say of each kind of address what becomes of mail to it", function()
    destination("all", ALL)
    local expected = {
      ["ann@example.com"] = { "send", "delivery" }, ["success+1@simulator.amazonses.com"] = { "send", "delivery" },
      ["ooto@simulator.amazonses.com"] = { "send", "delivery" },
      ["bounce+a@simulator.amazonses.com"] = { "send", "bounce General" },
      ["complaint+b@simulator.amazonses.com"] = { "send", "delivery", "complaint" },
      ["suppressionlist@simulator.amazonses.com"] = { "send", "bounce Suppressed" },
      ["bounced@example.com"] = { "send", "bounce OnAccountSuppressionList" },
      ["complained@example.com"] = { "send", "complaint OnAccountSuppressionList" },
    }
    client:ok("PutSuppressedDestination", { EmailAddress = "bounced@example.com", Reason = "BOUNCE" })
    client:ok("PutSuppressedDestination", { EmailAddress = "complained@example.com", Reason = "COMPLAINT" })
    for email, events in pairs(expected) do assert.same(events, told(send(email)), email) end
  end)

  it("have the whole mail and the whole bounce", function()
    destination("all", ALL)
    local id = send("bounce@simulator.amazonses.com", {
      FromEmailAddress = "Ann <ann@example.com>", EmailTags = { { Name = "campaign", Value = "spring" } },
    })
    local event = published(id)[2].event
    local mail, bounce = event.mail, event.bounce
    assert.equal("Bounce", event.eventType)
    assert.equal("Ann <ann@example.com>", mail.source)
    assert.equal("arn:aws:ses:us-east-1:000000000000:identity/ann@example.com", mail.sourceArn)
    assert.equal("000000000000", mail.sendingAccountId)
    assert.same({ "bounce@simulator.amazonses.com" }, mail.destination)
    assert.is_false(mail.headersTruncated)
    assert.matches("^%d+%-%d+%-%d+T%d+:%d+:%d+[.%d]*Z$", mail.timestamp)
    assert.equal("Hello", mail.commonHeaders.subject)
    assert.same({ "Ann <ann@example.com>" }, mail.commonHeaders.from)
    assert.equal(id, mail.commonHeaders.messageId)
    local names = {}
    for _, header in ipairs(mail.headers) do names[header.name] = header.value end
    assert.equal("bounce@simulator.amazonses.com", names.To)
    assert.same({ "events" }, mail.tags["ses:configuration-set"])
    assert.same({ "example.com" }, mail.tags["ses:from-domain"])
    assert.same({ "127.0.0.1" }, mail.tags["ses:source-ip"])
    assert.same({ "emulator" }, mail.tags["ses:caller-identity"])
    assert.same({ "spring" }, mail.tags.campaign)
    assert.equal("Permanent", bounce.bounceType)
    assert.same({ {
      emailAddress = "bounce@simulator.amazonses.com", action = "failed", status = "5.1.1",
      diagnosticCode = "smtp; 550 5.1.1 user unknown",
    } }, bounce.bouncedRecipients)
    assert.is_string(bounce.feedbackId)
    assert.equal("dsn; emulator.amazonses.com", bounce.reportingMTA)
  end)

  it("leave headers out beyond 10 KiB, and say so", function()
    destination("all", { "SEND" })
    local headers = {}
    for i = 1, 14 do headers[i] = { Name = "X-Long-" .. i, Value = ("x"):rep(800) } end
    local content = {
      Simple = { Subject = { Data = "s" }, Body = { Text = { Data = "t" } }, Headers = headers },
    }
    local mail = published(send("ann@example.com", { Content = content }))[1].event.mail
    assert.is_true(mail.headersTruncated)
    assert.is_true(#mail.headers >= 5)
  end)

  it("go to the destinations that want their type and are enabled", function()
    destination("bounces", { "BOUNCE" })
    destination("off", ALL, { Enabled = false })
    destination("sends", { "SEND", "DELIVERY" })
    local list = {}
    for i, entry in ipairs(published(send "bounce@simulator.amazonses.com")) do
      list[i] = entry.event_destination .. " " .. entry.event.eventType
    end
    assert.same({ "sends Send", "bounces Bounce" }, list)
  end)

  it("go by the default configuration set of the sender's identity", function()
    destination("all", ALL)
    client:ok("CreateEmailIdentity", { EmailIdentity = "example.org", ConfigurationSetName = "events" })
    local from = { FromEmailAddress = "me@mail.example.org" }
    local id = client:ok("SendEmail", support.mail("ann@example.com", from)).MessageId
    assert.same({ "send", "delivery" }, told(id))
    local mail = published(id)[1].event.mail
    assert.same({ "events" }, mail.tags["ses:configuration-set"])
    assert.equal("arn:aws:ses:us-east-1:000000000000:identity/example.org", mail.sourceArn)
    client:ok("SendEmail", support.mail "ann@example.com")
    assert.equal(2, #published())
  end)

  it("tell of a template that could not be rendered, and of each mail of a bulk send", function()
    destination("all", ALL)
    client:ok("CreateEmailTemplate", {
      TemplateName = "greeting", TemplateContent = { Subject = "Hello {{name}}", Text = "Hello {{name}}" },
    })
    local failed = send("ann@example.com", {
      Content = { Template = { TemplateName = "greeting", TemplateData = "{}" } },
    })
    assert.same({ "rendering_failure" }, told(failed))
    assert.equal("greeting", published(failed)[1].event.failure.templateName)
    local results = client:ok("SendBulkEmail", {
      FromEmailAddress = "ann@example.com", ConfigurationSetName = "events",
      DefaultContent = { Template = { TemplateName = "greeting", TemplateData = [[{"name":"you"}]] } },
      BulkEmailEntries = {
        { Destination = { ToAddresses = { "bounce@simulator.amazonses.com" } } },
        { Destination = { ToAddresses = { "ben@example.com" } } },
      },
    }).BulkEmailEntryResults
    assert.same({ "send", "bounce General" }, told(results[1].MessageId))
    assert.same({ "send", "delivery" }, told(results[2].MessageId))
  end)

  it("come for a test that asks for them", function()
    destination("all", ALL)
    local id = send "ann@example.com"
    for _, kind in ipairs { "DeliveryDelay", "Reject", "Open", "Click" } do
      local event, status = client:control("POST", "/events", { message_id = id, type = kind })
      assert.equal(200, status)
      assert.equal(kind, event.eventType)
    end
    assert.same({ "send", "delivery", "delivery_delay", "reject", "open", "click" }, told(id))
    assert.equal(400, select(2, client:control("POST", "/events", { message_id = id, type = "Nothing" })))
    assert.equal(404, select(2, client:control("POST", "/events", { message_id = "none", type = "Open" })))
  end)
end)
