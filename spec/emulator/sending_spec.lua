local json = require "ses.model.json"
local support = require "spec.support.emulator"

describe("sending to the emulator", function()
  local client

  setup(function() client = support.start { rate = 10000 } end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function refused(code, pattern, input)
    local status, body, headers = client:send(input)
    assert.equal(400, status)
    assert.equal(code, headers["x-amzn-errortype"])
    assert.truthy(body.message:find(pattern), body.message)
    assert.equal(0, client:messages().total)
  end

  local function sent(input)
    local status, body = client:send(input)
    assert.equal(200, status, body.message)
    return client:control("GET", "/messages/" .. body.MessageId)
  end

  it("takes a simple mail and keeps it whole", function()
    client:ok("CreateConfigurationSet", { ConfigurationSetName = "news" })
    local mail = sent(support.mail("Åsa <asa@example.com>", {
      Destination = {
        ToAddresses = { "Åsa <asa@example.com>" }, CcAddresses = { "cc@example.com" },
        BccAddresses = { "bcc@example.com" },
      },
      ReplyToAddresses = { "reply@example.com" }, ConfigurationSetName = "news",
      EmailTags = { { Name = "campaign", Value = "spring" } },
      Content = { Simple = {
        Subject = { Data = "Grüße 🎉" },
        Body = { Text = { Data = "Plain" }, Html = { Data = "<p>Rich</p>" } },
        Headers = { { Name = "X-Mine", Value = "1" } },
        Attachments = { { FileName = "a.txt", RawContent = "aGVsbG8=" } },
      } },
    }))
    assert.truthy(mail.id:find("^0100%x+%-%x+%-%x+%-%x+%-%x+%-%x+%-000000$"))
    assert.equal("Grüße 🎉", mail.subject)
    assert.same({ "Åsa <asa@example.com>" }, mail.to)
    assert.same({ "bcc@example.com" }, mail.bcc)
    assert.same({ campaign = "spring" }, mail.tags)
    assert.equal("news", mail.configuration_set)
    assert.equal("Plain", (mail.text:gsub("%s+$", "")))
    assert.equal("<p>Rich</p>", (mail.html:gsub("%s+$", "")))
    assert.equal("a.txt", mail.attachments[1].filename)
    assert.truthy(mail.source:find("X-Mine: 1", 1, true))
    assert.truthy(mail.source:find("<" .. mail.id .. "@email.amazonses.com>", 1, true))
    assert.falsy(mail.source:find("bcc@example.com", 1, true))
    assert.equal("delivered", mail.status)
  end)

  it("takes a raw mail, with the addresses of its headers where the input names none", function()
    local raw = "From: Me <me@example.com>\r\nTo: a@example.com, B <b@example.com>\r\nSubject: =?utf-8?Q?H=C3=B6h?=\r\n"
      .. "\r\nBody\r\n"
    local data = require("ses.core").base64.encode(raw)
    local mail = sent { Content = { Raw = { Data = data } } }
    assert.equal("Me <me@example.com>", mail.from)
    assert.equal(2, #mail.recipients)
    assert.equal("b@example.com", mail.recipients[2].email)
    assert.equal("Höh", mail.subject)
    assert.equal(raw, mail.source)
  end)

  it("keeps any bytes of a raw mail", function()
    local raw = "From: me@example.com\r\nSubject: x\r\n\r\nNUL \0 quote ' and \255\r\n"
    local mail_id = select(2, client:send {
      Content = { Raw = { Data = require("ses.core").base64.encode(raw) } },
      Destination = { ToAddresses = { "a@example.com" } },
    }).MessageId
    local _, _, source = client:exchange("GET", "/messages/" .. mail_id .. "/source")
    assert.equal(raw, source)
  end)

  it("renders a stored and an inline template", function()
    local content = { Subject = "Hi {{name}}", Text = "Dear {{name}}", Html = "<b>{{name}}</b>" }
    client:call("POST", "/v2/email/templates", { TemplateName = "hi", TemplateContent = content })
    local stored = sent(support.mail("a@example.com", { Content = { Template = {
      TemplateName = "hi", TemplateData = '{"name":"Ann & Bob"}',
    } } }))
    assert.equal("Hi Ann & Bob", stored.subject)
    assert.equal("hi", stored.template)
    assert.truthy(stored.html:find("Ann &amp; Bob", 1, true))
    local inline = sent(support.mail("a@example.com", { Content = { Template = {
      TemplateContent = content, TemplateData = '{"name":"Zoë"}',
    } } }))
    assert.equal("Hi Zoë", inline.subject)
  end)

  it("takes a mail whose data miss an attribute, and shows that it was never made", function()
    local mail = sent(support.mail("a@example.com", { Content = { Template = {
      TemplateContent = { Subject = "Hi {{name}}", Text = "x" }, TemplateData = "{}",
    } } }))
    assert.equal("rendering_failure", mail.status)
    assert.truthy(mail.reason:find("name", 1, true))
    assert.equal("", mail.source)
  end)

  it("gives the simulator's addresses their outcome, with labels too", function()
    local outcomes = {
      success = "delivered", bounce = "bounced", complaint = "complained", suppressionlist = "suppressed",
      ooto = "delivered", ["bounce+row7"] = "bounced",
    }
    for name, status in pairs(outcomes) do
      assert.equal(status, sent(support.mail(name .. "@simulator.amazonses.com")).status, name)
    end
  end)

  it("takes a mail to a suppressed address and shows it as suppressed", function()
    client:call("PUT", "/v2/email/suppression/addresses", { EmailAddress = "Gone@Example.com", Reason = "BOUNCE" })
    local mail = sent(support.mail("gone@example.com"))
    assert.equal("suppressed", mail.status)
    client:call("PUT", "/v2/email/account/suppression", { SuppressedReasons = { "COMPLAINT" } })
    assert.equal("delivered", sent(support.mail("gone@example.com")).status)
  end)

  it("gives each recipient its own status and the mail the worst of them", function()
    local mail = sent(support.mail("a@example.com", {
      Destination = { ToAddresses = { "a@example.com", "bounce@simulator.amazonses.com" } },
    }))
    assert.equal("bounced", mail.status)
    assert.equal("delivered", mail.recipients[1].status)
    assert.equal("bounced", mail.recipients[2].status)
  end)

  it("refuses what SES refuses", function()
    refused("BadRequestException", "^1 validation error detected: Content is required$", {})
    refused("BadRequestException", "exactly one of Simple, Template or Raw",
      support.mail("a@b.example", { Content = {} }))
    refused("BadRequestException", "Missing final '@domain'", support.mail("nobody"))
    refused("BadRequestException", "Domain contains", support.mail("a@bücher.example"))
    refused("BadRequestException", "At least one destination", support.mail("x", { Destination = {} }))
    refused("BadRequestException", "FromEmailAddress", support.mail("a@example.com", { FromEmailAddress = "" }))
    refused("BadRequestException", "Invalid tag name", support.mail("a@example.com",
      { EmailTags = { { Name = "a b", Value = "c" } } }))
    local many = {}
    for i = 1, 51 do many[i] = ("u%d@example.com"):format(i) end
    refused("BadRequestException", "Recipient count exceeds 50",
      support.mail("x", { Destination = { ToAddresses = many } }))
  end)

  it("refuses a template that is not there", function()
    local status, body, headers = client:send(support.mail("a@example.com", {
      Content = { Template = { TemplateName = "none", TemplateData = "{}" } },
    }))
    assert.equal(404, status)
    assert.equal("NotFoundException", headers["x-amzn-errortype"])
    assert.equal("Template none does not exist.", body.message)
  end)

  it("refuses a body that is no JSON", function()
    local text = '{"Content":'
    local status, headers = client:exchange("POST", "/v2/email/outbound-emails",
      client:sign("POST", "/v2/email/outbound-emails", text), text)
    assert.equal(400, status)
    assert.equal("SerializationException", headers["x-amzn-errortype"])
  end)

  it("passes over members that the model does not know", function()
    sent(support.mail("a@example.com", { NewInNextYearsApi = { Deep = true } }))
  end)

  it("pauses with the account", function()
    client:call("PUT", "/v2/email/account/sending", { SendingEnabled = false })
    refused("SendingPausedException", "disabled", support.mail("a@example.com"))
    local _, account = client:call("GET", "/v2/email/account")
    assert.is_false(account.SendingEnabled)
    client:call("PUT", "/v2/email/account/sending", { SendingEnabled = true })
    sent(support.mail("a@example.com"))
  end)

  describe("in bulk", function()
    local function bulk(entries, more)
      local input = {
        FromEmailAddress = "sender@example.com",
        DefaultContent = { Template = {
          TemplateContent = { Subject = "Hi {{name}}", Text = "{{name}} of {{place}}" },
          TemplateData = '{"place":"Rome"}',
        } },
        BulkEmailEntries = entries,
      }
      for name, value in pairs(more or {}) do input[name] = value end
      return client:call("POST", "/v2/email/outbound-bulk-emails", input)
    end

    local function entry(to, data)
      return {
        Destination = { ToAddresses = { to } },
        ReplacementEmailContent = { ReplacementTemplate = { ReplacementTemplateData = data } },
      }
    end

    it("gives every entry a status of its own", function()
      local status, body = bulk {
        entry("a@example.com", '{"name":"Ann"}'), entry("nobody", '{"name":"x"}'), entry("b@example.com", "{}"),
        entry("c@example.com", "{"),
      }
      assert.equal(200, status)
      local results = body.BulkEmailEntryResults
      assert.equal("SUCCESS", results[1].Status)
      assert.equal("INVALID_PARAMETER", results[2].Status)
      assert.equal("Missing final '@domain'", results[2].Error)
      assert.equal("SUCCESS", results[3].Status)
      assert.equal("INVALID_PARAMETER", results[4].Status)
      local first = client:control("GET", "/messages/" .. results[1].MessageId)
      assert.equal("Hi Ann", first.subject)
      assert.truthy(first.text:find("Ann of Rome", 1, true))
      assert.equal("rendering_failure", client:control("GET", "/messages/" .. results[3].MessageId).status)
      assert.equal(2, client:messages().total)
    end)

    it("joins tags and headers of the whole and of the entry", function()
      local one = entry("a@example.com", '{"name":"Ann"}')
      one.ReplacementTags = { { Name = "row", Value = "1" } }
      one.ReplacementHeaders = { { Name = "x-row", Value = "1" }, { Name = "X-Seat", Value = "A" } }
      local _, body = bulk({ one }, {
        DefaultEmailTags = { { Name = "campaign", Value = "spring" }, { Name = "row", Value = "none" } },
        DefaultContent = { Template = {
          TemplateContent = { Subject = "x", Text = "y" },
          Headers = { { Name = "X-Row", Value = "none" }, { Name = "X-Shop", Value = "Lumen" } },
        } },
      })
      local mail = client:control("GET", "/messages/" .. body.BulkEmailEntryResults[1].MessageId)
      assert.same({ campaign = "spring", row = "1" }, mail.tags)
      local headers = {}
      for _, header in ipairs(mail.headers) do
        if header[1]:lower():find "^x%-" then headers[#headers + 1] = header[1]:lower() .. "=" .. header[2] end
      end
      table.sort(headers)
      assert.same({ "x-row=1", "x-seat=A", "x-shop=Lumen" }, headers)
    end)

    it("refuses the whole where the whole is wrong", function()
      local status, body = bulk {}
      assert.equal(400, status, json.encode(body))
      local many = {}
      for i = 1, 51 do many[i] = entry("a@example.com", "{}") end
      assert.equal(400, (bulk(many)))
      assert.equal(404, (bulk({ entry("a@example.com", "{}") }, { DefaultContent = { Template = {
        TemplateName = "none",
      } } })))
    end)
  end)
end)

describe("the emulator's limits", function()
  local client

  setup(function() client = support.start { rate = 5, daily = 1000 } end)
  teardown(function() client:stop() end)

  it("count recipients, refuse beyond the rate and recover", function()
    client:control("POST", "/reset")
    local five = { "a@example.com", "b@example.com", "c@example.com", "d@example.com", "e@example.com" }
    assert.equal(200, (client:send(support.mail("x", { Destination = { ToAddresses = five } }))))
    local status, body, headers = client:send(support.mail("a@example.com"))
    assert.equal(429, status)
    assert.equal("TooManyRequestsException", headers["x-amzn-errortype"])
    assert.equal("Maximum sending rate exceeded.", body.message)
    local _, account = client:call("GET", "/v2/email/account")
    assert.same({ Max24HourSend = 1000, MaxSendRate = 5, SentLast24Hours = 5 }, account.SendQuota)
  end)

  it("refuse beyond the daily quota", function()
    client:control("POST", "/reset")
    client:control("POST", "/limits", { rate = 1000, daily = 2 })
    assert.equal(200, (client:send(support.mail("a@example.com"))))
    assert.equal(200, (client:send(support.mail("b@example.com"))))
    local status, body, headers = client:send(support.mail("c@example.com"))
    assert.equal(400, status)
    assert.equal("LimitExceededException", headers["x-amzn-errortype"])
    assert.equal("Daily message quota exceeded.", body.message)
  end)

  it("give entries of a bulk send their status", function()
    client:control("POST", "/reset")
    client:control("POST", "/limits", { rate = 2, daily = 1000 })
    local entries = {}
    for i = 1, 4 do entries[i] = { Destination = { ToAddresses = { ("u%d@example.com"):format(i) } } } end
    local _, body = client:call("POST", "/v2/email/outbound-bulk-emails", {
      FromEmailAddress = "a@example.com", BulkEmailEntries = entries,
      DefaultContent = { Template = { TemplateContent = { Subject = "x", Text = "y" } } },
    })
    assert.equal("SUCCESS", body.BulkEmailEntryResults[1].Status)
    assert.equal("ACCOUNT_THROTTLED", body.BulkEmailEntryResults[4].Status)
  end)
end)

describe("the sandbox", function()
  local client

  setup(function()
    client = support.start {
      sandbox = true, rate = 1000, daily = 1000, identities = { "sender@example.com", "example.org" },
    }
  end)
  teardown(function() client:stop() end)

  it("refuses recipients that are not verified and names all of them", function()
    local status, body, headers = client:send(support.mail("x", { Destination = {
      ToAddresses = { "a@example.com", "ok@sub.example.org" }, CcAddresses = { "b@example.net" },
    } }), { region = "eu-west-1" })
    assert.equal(400, status)
    assert.equal("MessageRejected", headers["x-amzn-errortype"])
    assert.equal("Email address is not verified. The following identities failed the check in region "
      .. "EU-WEST-1: a@example.com, b@example.net", body.message)
  end)

  it("refuses a sender that is not verified", function()
    local status, body = client:send(support.mail("ok@example.org", { FromEmailAddress = "Me <me@example.com>" }))
    assert.equal(400, status)
    assert.truthy(body.message:find("in region US-EAST-1: me@example.com", 1, true))
  end)

  it("lets mail to verified domains, their subdomains and the simulator through", function()
    for _, to in ipairs { "a@example.org", "b@deep.sub.example.org", "bounce@simulator.amazonses.com" } do
      assert.equal(200, (client:send(support.mail(to))), to)
    end
  end)

  it("shows in GetAccount", function()
    local _, account = client:call("GET", "/v2/email/account")
    assert.is_false(account.ProductionAccessEnabled)
  end)

  it("gives entries of a bulk send their status", function()
    local _, body = client:call("POST", "/v2/email/outbound-bulk-emails", {
      FromEmailAddress = "sender@example.com",
      BulkEmailEntries = {
        { Destination = { ToAddresses = { "a@example.org" } } },
        { Destination = { ToAddresses = { "a@example.com" } } },
      },
      DefaultContent = { Template = { TemplateContent = { Subject = "x", Text = "y" } } },
    })
    assert.equal("SUCCESS", body.BulkEmailEntryResults[1].Status)
    assert.equal("MESSAGE_REJECTED", body.BulkEmailEntryResults[2].Status)
  end)
end)
