local support = require "spec.support.emulator"

describe("the emulator's API", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  it("answers an operation that it does not emulate with 501 and its name", function()
    local status, body, headers = client:call("GET", "/v2/email/deliverability-dashboard")
    assert.equal(501, status)
    assert.equal("NotImplementedException", headers["x-amzn-errortype"])
    assert.truthy(body.message:find("GetDeliverabilityDashboardOptions", 1, true))
  end)

  it("answers unknown paths and methods as SES does", function()
    for _, target in ipairs { "/v2/email/emails", "/v2/email/account/details/x", "/v1/thing" } do
      local status, _, headers = client:call("GET", target)
      assert.equal(404, status)
      assert.equal("UnknownOperationException", headers["x-amzn-errortype"])
    end
    assert.equal(404, (client:call("DELETE", "/v2/email/account")))
  end)

  it("gives each answer a request id of its own", function()
    local _, _, first = client:call("GET", "/v2/email/account")
    local _, _, second = client:call("GET", "/v2/email/account")
    assert.not_equal(first["x-amzn-requestid"], second["x-amzn-requestid"])
  end)

  describe("for templates", function()
    local content = { Subject = "Hi {{name}}", Text = "Dear {{name}}" }

    local function create(name)
      return client:call("POST", "/v2/email/templates", { TemplateName = name, TemplateContent = content })
    end

    it("creates, gets, updates, lists and deletes them", function()
      assert.equal(200, (create("one")))
      local status, body, headers = create("one")
      assert.equal(400, status)
      assert.equal("AlreadyExistsException", headers["x-amzn-errortype"])
      assert.equal("Template one already exists.", body.message)
      body = client:result("GET", "/v2/email/templates/one")
      assert.same(content, body.TemplateContent)
      assert.equal(200, (client:call("PUT", "/v2/email/templates/one", { TemplateContent = { Subject = "New" } })))
      body = client:result("GET", "/v2/email/templates/one")
      assert.same({ Subject = "New" }, body.TemplateContent)
      assert.equal(200, (client:call("DELETE", "/v2/email/templates/one")))
      status, body, headers = client:call("GET", "/v2/email/templates/one")
      assert.equal(404, status)
      assert.equal("NotFoundException", headers["x-amzn-errortype"])
      assert.equal("Template one does not exist.", body.message)
      assert.equal(404, (client:call("DELETE", "/v2/email/templates/one")))
      assert.equal(404, (client:call("PUT", "/v2/email/templates/one", { TemplateContent = content })))
    end)

    it("lists them page by page, the newest first", function()
      for i = 1, 5 do create("t" .. i) end
      local names, token = {}, nil
      repeat
        local body = client:result("GET", "/v2/email/templates?PageSize=2" .. (token and "&NextToken=" .. token or ""))
        for _, template in ipairs(body.TemplatesMetadata) do names[#names + 1] = template.TemplateName end
        token = body.NextToken and body.NextToken:gsub("=", "%%3D")
      until not token
      assert.same({ "t5", "t4", "t3", "t2", "t1" }, names)
      assert.equal(400, (client:call("GET", "/v2/email/templates?PageSize=101")))
      assert.equal(400, (client:call("GET", "/v2/email/templates?NextToken=x")))
    end)

    it("lists none as an empty list", function()
      local target = "/v2/email/templates"
      local _, _, text = client:exchange("GET", target, client:sign("GET", target))
      assert.equal('{"TemplatesMetadata":[]}', text)
    end)

    it("renders one, or says which attribute is missing", function()
      create("one")
      local status, body = client:call("POST", "/v2/email/templates/one/render", { TemplateData = '{"name":"Zoë"}' })
      assert.equal(200, status)
      local parsed = require("ses.mail.mime").parse(body.RenderedTemplate)
      assert.equal("Hi Zoë", parsed.subject)
      assert.truthy(parsed.text:find("Dear Zoë", 1, true))
      status, body = client:call("POST", "/v2/email/templates/one/render", { TemplateData = "{}" })
      assert.equal(400, status)
      assert.truthy(body.message:find("name", 1, true))
    end)

    it("refuses one that is no template", function()
      local status, body = client:call("POST", "/v2/email/templates", {
        TemplateName = "bad", TemplateContent = { Text = "{{#if a}}" },
      })
      assert.equal(400, status)
      assert.truthy(body.message:find("^Template is invalid: "))
    end)

    it("uses what an update made of it", function()
      create("one")
      local input = support.mail("a@example.com", {
        Content = { Template = { TemplateName = "one", TemplateData = '{"name":"Ann"}' } },
      })
      client:send(input)
      client:call("PUT", "/v2/email/templates/one", { TemplateContent = { Subject = "Bye {{name}}", Text = "x" } })
      client:send(input)
      assert.equal("Bye Ann", client:messages().messages[1].subject)
    end)
  end)

  describe("for the suppression list", function()
    local path = "/v2/email/suppression/addresses"

    it("puts, gets, lists and deletes addresses, whatever their letter case", function()
      assert.equal(200, (client:call("PUT", path, { EmailAddress = "Gone@Example.COM", Reason = "BOUNCE" })))
      client:call("PUT", path, { EmailAddress = "spam@example.com", Reason = "COMPLAINT" })
      local body = client:result("GET", path .. "/gone%40example.com")
      assert.equal("BOUNCE", body.SuppressedDestination.Reason)
      assert.truthy(math.abs(body.SuppressedDestination.LastUpdateTime - os.time()) < 10)
      body = client:result("GET", path .. "?Reason=COMPLAINT")
      assert.equal(1, #body.SuppressedDestinationSummaries)
      assert.equal("spam@example.com", body.SuppressedDestinationSummaries[1].EmailAddress)
      body = client:result("GET", path)
      assert.equal(2, #body.SuppressedDestinationSummaries)
      assert.equal(200, (client:call("DELETE", path .. "/gone%40example.com")))
      local status, missing = client:call("GET", path .. "/gone%40example.com")
      assert.equal(404, status)
      assert.equal("Email address gone@example.com does not exist on your suppression list.", missing.message)
    end)

    it("refuses another reason", function()
      assert.equal(400, (client:call("PUT", path, { EmailAddress = "a@example.com", Reason = "BORED" })))
    end)
  end)

  describe("for identities", function()
    local path = "/v2/email/identities"

    it("creates them pending, verifies them on demand, lists and deletes them", function()
      local status, body = client:call("POST", path, { EmailIdentity = "Example.com" })
      assert.equal(200, status)
      assert.equal("DOMAIN", body.IdentityType)
      assert.is_false(body.VerifiedForSendingStatus)
      assert.equal(3, #body.DkimAttributes.Tokens)
      client:call("POST", path, { EmailIdentity = "me@example.net" })
      client:control("POST", "/identities", { identity = "example.com", status = "SUCCESS" })
      body = client:result("GET", path .. "/example.com")
      assert.is_true(body.VerifiedForSendingStatus)
      assert.equal("SUCCESS", body.VerificationStatus)
      body = client:result("GET", path)
      assert.equal(2, #body.EmailIdentities)
      assert.is_false(body.EmailIdentities[2].SendingEnabled)
      assert.equal(400, (client:call("POST", path, { EmailIdentity = "me@example.net" })))
      assert.equal(200, (client:call("DELETE", path .. "/me%40example.net")))
      assert.equal(404, (client:call("DELETE", path .. "/me%40example.net")))
    end)

    it("lists them at the path of newer SDKs as well, with the page in the body", function()
      for _, name in ipairs { "a.example", "b.example", "c.example" } do
        client:call("POST", path, { EmailIdentity = name })
      end
      local page = client:result("POST", "/v2/email/list-identities", { PageSize = 2 })
      assert.equal(2, #page.EmailIdentities)
      page = client:result("POST", "/v2/email/list-identities", { PageSize = 2, NextToken = page.NextToken })
      assert.equal("c.example", page.EmailIdentities[1].IdentityName)
      assert.is_nil(page.NextToken)
    end)

    it("refuses what is neither an address nor a domain", function()
      assert.equal(400, (client:call("POST", path, { EmailIdentity = "no domain" })))
    end)
  end)
end)
