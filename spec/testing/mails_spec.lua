local testing = require "ses.testing"

describe("client:sent()", function()
  local client

  before_each(function() client = assert(testing.client()) end)
  after_each(function() client:close() end)

  it("gives mails as they were written", function()
    local result = assert(client.emails:send {
      from = "Lumen Bücher <shop@lantern.example>",
      to = { "ada@example.com", { name = "Bob", email = "bob@example.com" } },
      cc = "carl@example.com", bcc = { "dora@example.com" }, reply_to = "help@lantern.example",
      subject = "Überraschung",
      text = "Hello", html = "<p>Hello</p>", headers = { ["X-Order"] = "7" }, tags = { order = "7" },
      attachments = { { filename = "a.txt", data = "\0bytes", content_type = "text/plain" } }, config_set = "shop",
    })
    local mail = client:sent()[1]
    assert.equal(client.clock.now(), mail.time)
    mail.time = nil
    assert.same({
      from = "Lumen Bücher <shop@lantern.example>", to = { "ada@example.com", "Bob <bob@example.com>" },
      cc = { "carl@example.com" }, bcc = { "dora@example.com" }, reply_to = { "help@lantern.example" },
      subject = "Überraschung", text = "Hello", html = "<p>Hello</p>", headers = { ["X-Order"] = "7" },
      tags = { order = "7" }, config_set = "shop", message_id = result.message_id,
      attachments = { { filename = "a.txt", content_type = "text/plain", data = "\0bytes" } },
    }, mail)
  end)

  it("gives a template and what it is filled with", function()
    assert(client.emails:send {
      from = "shop@lantern.example", to = "ada@example.com", template = "order",
      data = { name = "Ada", items = { 1, 2 } },
    })
    local mail = client:sent()[1]
    assert.same({ "order", { name = "Ada", items = { 1, 2 } } }, { mail.template, mail.data })
    assert.is_nil(mail.subject)
  end)

  it("gives the parts of a raw mail", function()
    assert(client.emails:send { raw = table.concat({
      "From: =?utf-8?q?L=C3=BCmen?= <shop@lantern.example>", "To: ada@example.com", "Subject: Hi", "X-Order: 7", "",
      "Hello",
    }, "\r\n") })
    local mail = client:sent()[1]
    assert.same({ "Lümen <shop@lantern.example>", { "ada@example.com" }, "Hi", "7" },
      { mail.from, mail.to, mail.subject, mail.headers["X-Order"] })
    assert.matches("^Hello", mail.text)
    assert.matches("^From: ", mail.raw)
  end)

  it("gives each entry of a bulk call that was sent", function()
    client:answer("SendBulkEmail", { bulk_email_entry_results = {
      { status = "SUCCESS", message_id = "one" }, { status = "MAIL_FROM_DOMAIN_NOT_VERIFIED" },
      { status = "SUCCESS", message_id = "three" },
    } })
    assert(client:call("SendBulkEmail", {
      FromEmailAddress = "shop@lantern.example", DefaultEmailTags = { { Name = "list", Value = "a" } },
      DefaultContent = { Template = { TemplateName = "order", TemplateData = '{"greeting":"Hi","name":"you"}' } },
      BulkEmailEntries = {
        { Destination = { ToAddresses = { "ada@example.com" } }, ReplacementEmailContent = {
          ReplacementTemplate = { ReplacementTemplateData = '{"name":"Ada"}' } } },
        { Destination = { ToAddresses = { "bob@example.com" } } },
        { Destination = { ToAddresses = { "carl@example.com" } }, ReplacementTags = { { Name = "n", Value = "3" } } },
      },
    }))
    local sent = client:sent()
    assert.equal(2, #sent)
    assert.same({ "order", { greeting = "Hi", name = "Ada" }, "one" },
      { sent[1].template, sent[1].data, sent[1].message_id })
    assert.same({ { "carl@example.com" }, { greeting = "Hi", name = "you" }, { list = "a", n = "3" } },
      { sent[2].to, sent[2].data, sent[2].tags })
  end)

  it("gives what send_bulk sends, batch by batch", function()
    local entries = {}
    for i = 1, 60 do entries[i] = { to = ("reader%d@example.com"):format(i), data = { n = i } } end
    assert(client.emails:send_bulk { from = "shop@lantern.example", template = "order", data = {}, entries = entries })
    assert.equal(60, #client:sent())
    assert.equal(2, #client:calls "SendBulkEmail")
  end)

  it("gives none of what failed", function()
    client:fail("SendEmail", { code = "ConnectionReset" })
    client.emails:send { from = "shop@lantern.example", to = "ada@example.com", subject = "Hi", text = "Hello" }
    assert.same({}, client:sent())
  end)
end)
