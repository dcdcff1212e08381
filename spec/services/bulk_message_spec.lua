local bulk_message = require "ses.services.bulk_message"

describe("a message to many", function()
  it("becomes SendBulkEmail's request without entries", function()
    assert.same({
      FromEmailAddress = "Lumen <news@lumen.example>", ReplyToAddresses = { "help@lumen.example" },
      DefaultContent = { Template = {
        TemplateName = "autumn", TemplateData = '{"shop":"Lumen"}', Headers = { { Name = "X-A", Value = "1" } },
      } },
      DefaultEmailTags = { { Name = "batch", Value = "7" } }, ConfigurationSetName = "main", TenantName = "t1",
    }, assert(bulk_message.request({
      from = { name = "Lumen", email = "news@lumen.example" }, reply_to = "help@lumen.example", template = "autumn",
      data = { shop = "Lumen" }, headers = { ["X-A"] = "1" }, tags = { batch = 7 }, tenant_name = "t1", entries = {},
    }, { default_config_set = "main" })))
  end)

  it("may bring its template with it", function()
    local made = assert(bulk_message.request({ subject = "Hi {{n}}", html = "<p>", entries = {} },
      { default_from_address = "a@example.com" }))
    assert.equal("a@example.com", made.FromEmailAddress)
    assert.same({ TemplateContent = { Subject = "Hi {{n}}", Html = "<p>" }, TemplateData = "{}" },
      made.DefaultContent.Template)
  end)

  it("lets AWS's own content stand for itself", function()
    local content = { template = { template_arn = "arn:aws:ses:us-east-1:123456789012:template/x" } }
    local made = assert(bulk_message.request({ default_content = content, bulk_email_entries = { 1 } }, {}))
    assert.same({ DefaultContent = { Template = { TemplateArn = content.template.template_arn } } }, made)
    local _, err = bulk_message.request({ default_content = content, template = "x" }, {})
    assert.matches("template cannot be given together with default_content", err.message, 1, true)
    content = { template = { template_name = "x", template_data = "{" } }
    _, err = bulk_message.request({ default_content = content }, {})
    assert.equal("DefaultContent.Template.TemplateData", err.field)
  end)
end)

describe("an entry", function()
  it("becomes SES's BulkEmailEntry, with its recipients counted", function()
    local entry, count = assert(bulk_message.entry({
      to = { "a@example.com", { name = "Bo", email = "b@example.com" } }, bcc = "c@bücher.example",
      data = { name = "Ada" }, headers = { ["X-B"] = "2" }, tags = { seat = 12 },
    }, {}))
    assert.same({
      Destination = {
        ToAddresses = { "a@example.com", "Bo <b@example.com>" }, BccAddresses = { "c@xn--bcher-kva.example" },
      },
      ReplacementEmailContent = { ReplacementTemplate = { ReplacementTemplateData = '{"name":"Ada"}' } },
      ReplacementHeaders = { { Name = "X-B", Value = "2" } }, ReplacementTags = { { Name = "seat", Value = "12" } },
    }, entry)
    assert.equal(3, count)
  end)

  it("cannot smuggle a header in, nor show an address in its error", function()
    for _, given in ipairs {
      { to = "secret@example.com\r\nBcc: x@example.com" }, { to = "secret person@example.com" },
      { to = "a@example.com", headers = { ["X-A"] = "1\r\nX-B: 2" } },
      { destination = { cc_addresses = { "secret person@example.com" } } },
    } do
      local entry, err = bulk_message.entry(given, {})
      assert.is_nil(entry)
      assert.equal("validation", err.kind)
      assert.is_nil(tostring(err):find("secret", 1, true))
    end
  end)

  it("leaves what is no text to the model's rules", function()
    local _, err = bulk_message.entry({ destination = { to_addresses = { 12 } } }, {})
    assert.equal("Destination.ToAddresses[1]", err.field)
    assert.matches("must be a string", err.message)
  end)
end)
