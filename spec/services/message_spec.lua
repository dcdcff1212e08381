local message = require "ses.services.message"

local function request(mail, settings)
  return message.request(mail, settings or {})
end

local function faults_of(mail, settings)
  local made, err = request(mail, settings)
  assert.is_nil(made)
  assert.equal("validation", err.kind)
  local found = {}
  for _, fault in ipairs(err.faults) do found[fault.path] = fault.message end
  return found
end

describe("a plain mail", function()
  it("becomes SendEmail's request", function()
    local made = assert(request {
      from = { name = "Lumen Books", email = "news@lumen.example" }, to = "ada@example.com",
      cc = { "Bob <bob@example.com>", { email = "carol@example.com" } }, reply_to = "help@lumen.example",
      subject = "Hej", text = "Text", html = "<p>Text", headers = { ["X-Campaign"] = "autumn" },
      tags = { campaign = "autumn", batch = 7 }, config_set = "main",
    })
    assert.same({
      FromEmailAddress = "Lumen Books <news@lumen.example>",
      Destination = {
        ToAddresses = { "ada@example.com" },
        CcAddresses = { "Bob <bob@example.com>", "carol@example.com" },
      },
      ReplyToAddresses = { "help@lumen.example" },
      Content = { Simple = {
        Subject = { Data = "Hej", Charset = "UTF-8" },
        Body = { Text = { Data = "Text", Charset = "UTF-8" }, Html = { Data = "<p>Text", Charset = "UTF-8" } },
        Headers = { { Name = "X-Campaign", Value = "autumn" } },
      } },
      EmailTags = { { Name = "batch", Value = "7" }, { Name = "campaign", Value = "autumn" } },
      ConfigurationSetName = "main",
    }, made)
  end)

  it("encodes names and domains that are not ASCII", function()
    local made = assert(request { from = "a@example.com", to = { name = "Zoë", email = "zoe@bücher.example" },
      subject = "s", text = "t" })
    assert.equal("=?UTF-8?Q?Zo=C3=AB?= <zoe@xn--bcher-kva.example>", made.Destination.ToAddresses[1])
  end)

  it("takes the client's sender and configuration set where it names none", function()
    local made = assert(request({ to = "a@example.com", subject = "s", text = "t" },
      { default_from_address = "Shop <shop@example.com>", default_config_set = "std" }))
    assert.equal("Shop <shop@example.com>", made.FromEmailAddress)
    assert.equal("std", made.ConfigurationSetName)
  end)

  it("passes AWS's own fields on in snake_case", function()
    local made = assert(request {
      from_email_address = "a@example.com", destination = { to_addresses = { "b@example.com" } },
      content = { raw = { data = "From: x" } }, tenant_name = "t1",
    })
    assert.same({ Raw = { Data = "From: x" } }, made.Content)
    assert.equal("t1", made.TenantName)
    assert.same({ "b@example.com" }, made.Destination.ToAddresses)
  end)

  it("lets a MIME message name its own sender and recipients", function()
    local made = assert(request { raw = "From: a@example.com\r\nTo: b@example.com\r\n\r\nHi" })
    assert.is_nil(made.FromEmailAddress)
    assert.is_nil(made.Destination)
  end)
end)

describe("a templated mail", function()
  local base = { from = "a@example.com", to = "b@example.com", template = "hello" }

  local function with(data)
    return assert(request { from = base.from, to = base.to, template = base.template, data = data })
      .Content.Template.TemplateData
  end

  it("sends its data as JSON", function()
    assert.equal('{"name":"Ada"}', with { name = "Ada" })
    assert.equal("{}", with {})
    assert.equal("{}", with(nil))
    assert.equal('{"a":1}', with '{"a":1}')
  end)

  it("cannot have a subject of its own as well", function()
    local found = faults_of { from = base.from, to = base.to, template = "hello", subject = "x" }
    assert.equal("cannot be given together with template", found.subject)
  end)
end)

describe("attachments", function()
  it("carry bytes, name and disposition", function()
    local made = assert(request { from = "a@example.com", to = "b@example.com", subject = "s", text = "t",
      attachments = { { filename = "a.png", data = "\137PNG\0", content_type = "image/png", content_id = "logo",
        disposition = "inline" } } })
    assert.same({ { FileName = "a.png", RawContent = "\137PNG\0", ContentType = "image/png",
      ContentId = "logo", ContentDisposition = "INLINE" } }, made.Content.Simple.Attachments)
  end)

  it("refuse a field that nobody reads", function()
    local found = faults_of { from = "a@example.com", to = "b@example.com", subject = "s", text = "t",
      attachments = { { file_name = "a.png", data = "" } } }
    assert.matches("did you mean", found["attachments[1].file_name"])
  end)
end)

describe("a mail with faults", function()
  it("is told every one of them", function()
    local found = faults_of { to = { "a@example.com", "nobody" }, text = "t", colour = "red", Subjet = "x" }
    assert.equal("is required", found.from or "is required")
    assert.truthy(found["to[2]"])
    assert.truthy(found.subject)
    assert.equal("is not known", found.colour:sub(1, 12))
    assert.truthy(found.Subjet)
  end)

  it("cannot smuggle a header in", function()
    local base = { from = "a@example.com", to = "b@example.com", subject = "s", text = "t" }
    local function spoilt(name, value)
      local mail = {}
      for key, item in pairs(base) do mail[key] = item end
      mail[name] = value
      return faults_of(mail)
    end
    assert.truthy(spoilt("subject", "Hi\r\nBcc: c@example.com").subject)
    assert.truthy(spoilt("subject", "Hi\0").subject)
    assert.truthy(spoilt("from", { name = "A\nBcc: c@example.com", email = "a@example.com" }).from)
    assert.truthy(spoilt("to", "b@example.com\r\nBcc: c@example.com").to)
    assert.truthy(spoilt("headers", { ["X-A"] = "1\r\nX-B: 2" })["headers.X-A"])
    assert.truthy(spoilt("headers", { ["X A"] = "1" })["headers.X?A"])
  end)

  it("never shows an address in the error", function()
    local _, err = request { from = "a@example.com", to = "secret person@example.com", subject = "s", text = "t" }
    assert.is_nil(tostring(err):find("secret", 1, true))
  end)
end)

describe("sandbox_mode", function()
  it("lets mail to the mailbox simulator through and no other", function()
    local settings = { sandbox_mode = true }
    local mail = { from = "a@example.com", to = "success+1@simulator.amazonses.com", subject = "s", text = "t" }
    assert.truthy(request(mail, settings))
    mail.cc = "person@example.com"
    assert.truthy(faults_of(mail, settings)["Destination.CcAddresses[1]"])
  end)
end)
