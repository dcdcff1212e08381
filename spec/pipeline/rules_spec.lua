local json = require "ses.model.json"
local model = require "ses.model"
local rules = require "ses.pipeline.rules"
local validate = require "ses.model.validate"

local MIB = 1024 * 1024

local function outcome(name, params, most)
  local ok, err, warnings = validate.input(model.operation(name), params, rules.new(most))
  return ok and "" or err.message, warnings and warnings[1].path .. " " .. warnings[1].message
end

local function refusal(...) return (outcome(...)) end

local function mail(fields)
  local params = {
    FromEmailAddress = "a@example.com", Destination = { ToAddresses = { "b@example.com" } },
    Content = { Simple = { Subject = { Data = "s" }, Body = { Text = { Data = "t" } } } },
  }
  for name, value in pairs(fields or {}) do params[name] = value end
  return params
end

local function addresses(count)
  local list = {}
  for i = 1, count do list[i] = ("r%d@example.com"):format(i) end
  return list
end

local function bulk(entries)
  return { DefaultContent = { Template = { TemplateName = "t", TemplateData = "{}" } }, BulkEmailEntries = entries }
end

describe("ses.pipeline.rules", function()
  it("finds nothing in what SES takes", function()
    assert.same({ "" }, { outcome("SendEmail", mail {
      FromEmailAddress = '"Lantern, The" <letters@lantern.example>', ReplyToAddresses = { "x@bücher.example" },
      FeedbackForwardingEmailAddress = "bounces@example.com", ConfigurationSetName = "set_1-a",
      EmailTags = { { Name = "campaign", Value = "spring-2024_a" }, { Name = "empty", Value = "" } },
    }) })
    assert.equal("", refusal("CreateEmailIdentity", { EmailIdentity = "bücher.example" }))
    assert.equal("", refusal("CreateEmailIdentity", { EmailIdentity = "joe@example.com" }))
  end)

  it("asks for addresses that are addresses, wherever one stands", function()
    assert.equal("Destination.CcAddresses[2] has no @; FeedbackForwardingEmailAddress has a domain without a dot; "
      .. "FromEmailAddress has two dots in a row before the @; ReplyToAddresses[1] has more than one address",
      refusal("SendEmail", mail {
        FromEmailAddress = "a..b@example.com", ReplyToAddresses = { "a@example.com, b@example.com" },
        FeedbackForwardingEmailAddress = "a@localhost",
        Destination = { CcAddresses = { "ok@example.com", "nobody" } },
      }))
    assert.equal("AdditionalContactEmailAddresses[1] has a domain without a dot", refusal("PutAccountDetails", {
      MailType = "MARKETING", WebsiteURL = "https://example.com", AdditionalContactEmailAddresses = { "a@host" },
    }))
    assert.equal("EmailIdentity has a domain without a dot", refusal("GetEmailIdentity", { EmailIdentity = "host" }))
    assert.equal("EmailIdentity has nothing before the @",
      refusal("CreateEmailIdentity", { EmailIdentity = "@example.com" }))
    assert.equal("FromEmailAddress must not contain a line break",
      refusal("SendEmail", mail { FromEmailAddress = "a@example.com\r\nBcc: b@example.com" }))
  end)

  it("asks for the address alone where it is no field of a mail", function()
    for name, params in pairs {
      CreateContact = { ContactListName = "l" }, GetContact = { ContactListName = "l" },
      UpdateContact = { ContactListName = "l" }, DeleteContact = { ContactListName = "l" },
      PutSuppressedDestination = { Reason = "BOUNCE" }, GetSuppressedDestination = {},
      DeleteSuppressedDestination = {}, SendCustomVerificationEmail = { TemplateName = "t" },
      GetEmailAddressInsights = {},
    } do
      params.EmailAddress = "joe@example.com"
      assert.equal("", refusal(name, params))
      params.EmailAddress = "Joe <joe@example.com>"
      assert.equal("EmailAddress must be the address alone, without a name", refusal(name, params))
      params.EmailAddress = "joe"
      assert.equal("EmailAddress has no @", refusal(name, params))
    end
  end)

  it("warns of a part before the @ that is not ASCII: it is an address by RFC 6531, which SES does not do", function()
    local message, warning = outcome("SendEmail", mail { FromEmailAddress = "jürgen@example.com" })
    assert.equal("", message)
    assert.matches("^FromEmailAddress has characters before the @ that are not ASCII", warning)
  end)

  it("finds in an address the second time what it found the first", function()
    for _ = 1, 2 do
      assert.equal("", refusal("SendEmail", mail { FromEmailAddress = "The Shop <news@shop.example>" }))
      assert.matches("^FromEmailAddress ", refusal("SendEmail", mail { FromEmailAddress = "The Shop <news@shop>" }))
      local _, warning = outcome("SendEmail", mail { FromEmailAddress = "Jü <jürgen@example.com>" })
      assert.matches("not ASCII", warning)
    end
    -- More of them than are remembered.
    for i = 1, 600 do
      assert.equal("", refusal("SendEmail", mail { FromEmailAddress = ("Shop %d <news@shop.example>"):format(i) }))
    end
  end)

  it("counts recipients and entries", function()
    local function to(a, b, c)
      return mail { Destination = {
        ToAddresses = addresses(a), CcAddresses = addresses(b), BccAddresses = addresses(c),
      } }
    end
    assert.equal("", refusal("SendEmail", to(48, 1, 1)))
    assert.equal("Destination has 51 recipients, and SES sends a mail to 50 at most",
      refusal("SendEmail", to(48, 2, 1)))
    local entries = {}
    for i = 1, 50 do entries[i] = { Destination = { ToAddresses = { "a@example.com" } } } end
    assert.same({ "" }, { outcome("SendBulkEmail", bulk(entries)) })
    entries[50] = { Destination = { ToAddresses = addresses(2) } }
    local message, warning = outcome("SendBulkEmail", bulk(entries))
    assert.equal("", message)
    assert.equal("BulkEmailEntries has 51 recipients in all, and SES may take 50 at most in one call", warning)
    entries[51] = { Destination = { ToAddresses = addresses(51) } }
    assert.equal("BulkEmailEntries[51].Destination has 51 recipients, and SES sends a mail to 50 at most; "
      .. "BulkEmailEntries has 51 entries, and SES takes 50 at most", refusal("SendBulkEmail", bulk(entries)))
  end)

  it("asks for template data that is a JSON object, in each place that has it", function()
    for text, fault in pairs {
      ["{}"] = false, ['\n {"a": {"b": [1, 2]}}'] = false, [""] = "must be a JSON object",
      ["[1]"] = "must be a JSON object", ["null"] = "must be a JSON object", ['"{}"'] = "must be a JSON object",
      ["{a:1}"] = "is not JSON: ", ['{"a":1'] = "is not JSON: ", ['{"a":1} x'] = "is not JSON: ",
      ['{"a":12345678901234567,}'] = "is not JSON: ",
    } do
      for path, message in pairs {
        ["Content.Template.TemplateData"] =
          refusal("SendEmail", mail { Content = { Template = { TemplateData = text } } }),
        TemplateData = refusal("TestRenderEmailTemplate", { TemplateName = "t", TemplateData = text }),
        ["DefaultContent.Template.TemplateData"] = refusal("SendBulkEmail",
          { DefaultContent = { Template = { TemplateData = text } }, BulkEmailEntries = {} }),
        ["BulkEmailEntries[1].ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData"] =
          refusal("SendBulkEmail", bulk { { Destination = {}, ReplacementEmailContent = {
            ReplacementTemplate = { ReplacementTemplateData = text } } } }),
      } do
        local wanted = fault and path .. " " .. fault or ""
        assert.equal(wanted, message:sub(1, fault and #wanted or nil), text)
      end
    end
    local long = '{"a":"' .. ("x"):rep(262144 - 8) .. '"}'
    assert.equal("", refusal("TestRenderEmailTemplate", { TemplateName = "t", TemplateData = long }))
    assert.equal("TemplateData has more than 262144 characters",
      refusal("TestRenderEmailTemplate", { TemplateName = "t", TemplateData = " " .. long }))
  end)

  it("asks for tags and names as AWS describes them", function()
    local long = ("x"):rep(257)
    assert.equal("EmailTags[1].Name must be letters, digits, _ and - of ASCII, 256 at most; "
      .. "EmailTags[1].Value must be letters, digits, _ and - of ASCII, 256 at most",
      refusal("SendEmail", mail { EmailTags = { { Name = "a b", Value = long } } }))
    assert.equal("ConfigurationSetName must be letters, digits, _ and - of ASCII, 64 at most",
      refusal("SendEmail", mail { ConfigurationSetName = ("s"):rep(65) }))
    local tags = { { Key = ("é"):rep(129), Value = ("é"):rep(256) } }
    assert.equal("Tags[1].Key has more than 128 characters",
      refusal("TagResource", { ResourceArn = "arn", Tags = tags }))
    for i = 1, 51 do tags[i] = { Key = "k" .. i, Value = "" } end
    assert.equal("Tags has more than 50 tags", refusal("TagResource", { ResourceArn = "arn", Tags = tags }))
  end)

  it("lets no line break into the head of a mail", function()
    local content = mail().Content
    content.Simple.Subject.Data = "Hi\r\nBcc: x@example.com"
    content.Simple.Attachments = { { FileName = "a\nb", RawContent = "", ContentId = "\0" } }
    assert.equal("Content.Simple.Attachments[1].ContentId must not contain NUL; "
      .. "Content.Simple.Attachments[1].FileName must not contain a line break; "
      .. "Content.Simple.Subject.Data must not contain a line break", refusal("SendEmail", mail { Content = content }))
    assert.equal("TemplateContent.Subject must not contain a line break", refusal("CreateEmailTemplate",
      { TemplateName = "t", TemplateContent = { Subject = "a\rb" } }))
  end)

  it("bounds a template", function()
    local function template(size)
      return { TemplateName = "t", TemplateContent = { Subject = "s", Text = "t", Html = ("h"):rep(size - 2) } }
    end
    assert.equal("", refusal("CreateEmailTemplate", template(512000)))
    assert.equal("TemplateContent has 512001 bytes, and a template has 512000 at most",
      refusal("UpdateEmailTemplate", template(512001)))
  end)

  it("bounds a message: raw as its bytes, parts as they will be in the mail", function()
    local function raw(size) return mail { Content = { Raw = { Data = ("x"):rep(size) } } } end
    assert.equal("", refusal("SendEmail", raw(1000), 1000))
    assert.equal("Content makes a message of 1001 bytes or more, and max_message_bytes is 1000",
      refusal("SendEmail", raw(1001), 1000))
    -- 57 bytes of an attachment are one line of 76 characters, and its end.
    local function attached(fields)
      local attachment = { FileName = "f", RawContent = ("x"):rep(57 * 100) }
      for name, value in pairs(fields) do attachment[name] = value end
      local content = mail().Content
      content.Simple.Headers = { { Name = "X-A", Value = "b" } }
      content.Simple.Attachments = { attachment }
      return mail { Content = content }
    end
    local around = #"s" + #"t" + #"X-A: b\r\n"
    assert.equal("", refusal("SendEmail", attached {}, around + 7800))
    assert.matches("^Content makes a message of 7810 bytes or more", refusal("SendEmail", attached {}, around + 7799))
    assert.equal("", refusal("SendEmail", attached { ContentTransferEncoding = "SEVEN_BIT" }, around + 5700))
    local defaults = bulk {}
    defaults.DefaultContent.Template.Attachments = { { FileName = "f", RawContent = ("x"):rep(100) } }
    assert.matches("^DefaultContent makes a message of 140 bytes or more", refusal("SendBulkEmail", defaults, 100))
  end)

  it("never lets more through than SES takes", function()
    local data = ("x"):rep(40 * MIB + 1)
    local params = mail { Content = { Raw = { Data = data } } }
    assert.matches("max_message_bytes is 41943040$", refusal("SendEmail", params))
    assert.matches("max_message_bytes is 41943040$", refusal("SendEmail", params, 100 * MIB))
  end)

  it("stands anything that a caller may put where a table belongs", function()
    for _, odd in ipairs { 5, "text", false, { 5 }, { { 5 } }, { Simple = 5, Template = { Attachments = { 5 } } },
                           { ToAddresses = 5 }, { Simple = { Subject = 5, Body = 5, Headers = { 5 } } } } do
      for _, case in ipairs {
        { "SendEmail", { Content = odd, Destination = odd, EmailTags = odd } },
        { "SendBulkEmail", { DefaultContent = odd, BulkEmailEntries = odd } },
        { "SendBulkEmail", { DefaultContent = {}, BulkEmailEntries = { { Destination = odd } } } },
        { "CreateEmailTemplate", { TemplateName = "t", TemplateContent = odd } },
        { "TagResource", { ResourceArn = "a", Tags = odd } }, { "PutSuppressedDestination", { EmailAddress = odd } },
      } do
        assert.not_equal("", refusal(case[1], case[2]), json.encode(case[2]))
      end
    end
  end)
end)
