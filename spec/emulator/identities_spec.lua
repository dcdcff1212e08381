local poll = require("ses.emulator.host").wait_for
local support = require "spec.support.emulator"

local PATH = "/v2/email/identities"

describe("the emulator's identities", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function create(name, more)
    local input = { EmailIdentity = name }
    for key, value in pairs(more or {}) do input[key] = value end
    return client:result("POST", PATH, input)
  end

  local function get(name) return client:result("GET", PATH .. "/" .. name) end

  local function put(name, what, input)
    local status, body = client:call("PUT", ("%s/%s/%s"):format(PATH, name, what), input)
    assert.equal(200, status, body.message)
    return body
  end

  it("stay pending, unless something verifies them", function()
    create "example.com"
    local identity = get "example.com"
    assert.equal("PENDING", identity.VerificationStatus)
    assert.equal("PENDING", identity.DkimAttributes.Status)
    assert.is_false(identity.VerifiedForSendingStatus)
    client:control("POST", "/identities", { identity = "example.com" })
    identity = get "example.com"
    assert.equal("SUCCESS", identity.VerificationStatus)
    assert.equal("SUCCESS", identity.DkimAttributes.Status)
    client:control("POST", "/identities", { identity = "example.com", dkim_status = "FAILED" })
    identity = get "example.com"
    assert.equal("SUCCESS", identity.VerificationStatus)
    assert.equal("FAILED", identity.DkimAttributes.Status)
    local _, status = client:control("POST", "/identities", { identity = "example.com", status = "DONE" })
    assert.equal(400, status)
  end)

  it("are verified by themselves after the time that was asked for", function()
    client:control("POST", "/timing", { verify_after = 0.5 })
    create "example.com"
    create "me@example.net"
    local first = get("example.com").VerificationStatus
    assert.truthy(first == "PENDING" or first == "SUCCESS")
    assert.is_true(poll(20, function() return get("example.com").VerifiedForSendingStatus end))
    assert.equal("SUCCESS", get("example.com").DkimAttributes.Status)
    assert.is_true(poll(20, function() return get("me%40example.net").VerifiedForSendingStatus end))
    client:control("POST", "/timing", { verify_after = -1 })
    create "example.org"
    assert.equal("PENDING", get("example.org").VerificationStatus)
    assert.equal(400, (select(2, client:control("POST", "/timing", { verify_after = "soon" }))))
  end)

  it("have the same three DKIM tokens all the time", function()
    local tokens = create("Example.com").DkimAttributes.Tokens
    assert.equal(3, #tokens)
    for _, token in ipairs(tokens) do assert.truthy(token:find("^%w+$") and #token == 32) end
    assert.same(tokens, get("example.com").DkimAttributes.Tokens)
    assert.is_nil(create("me@example.com").DkimAttributes.Tokens)
  end)

  it("sign by the user's own key, which is never given back", function()
    local own = { DomainSigningSelector = "mail2024", DomainSigningPrivateKey = "TUlJRXBBSUJBQUtDQVFFQQ==" }
    local made = create("example.com", { DkimSigningAttributes = own }).DkimAttributes
    assert.same({ "mail2024" }, made.Tokens)
    assert.equal("EXTERNAL", made.SigningAttributesOrigin)
    assert.is_nil(made.NextSigningKeyLength)
    local body = put("example.com", "dkim/signing", { SigningAttributesOrigin = "AWS_SES" })
    assert.equal(3, #body.DkimTokens)
    assert.equal("PENDING", body.DkimStatus)
    assert.equal(400, (client:call("PUT", PATH .. "/example.com/dkim/signing",
      { SigningAttributesOrigin = "EXTERNAL", SigningAttributes = { DomainSigningSelector = "s" } })))
    body = put("example.com", "dkim/signing", { SigningAttributesOrigin = "EXTERNAL", SigningAttributes = own })
    assert.same({ "mail2024" }, body.DkimTokens)
  end)

  it("take the next key's length and the switch of DKIM", function()
    create "example.com"
    put("example.com", "dkim/signing", {
      SigningAttributesOrigin = "AWS_SES", SigningAttributes = { NextSigningKeyLength = "RSA_1024_BIT" },
    })
    put("example.com", "dkim", { SigningEnabled = false })
    local dkim = get("example.com").DkimAttributes
    assert.equal("RSA_1024_BIT", dkim.NextSigningKeyLength)
    assert.equal("RSA_2048_BIT", dkim.CurrentSigningKeyLength)
    assert.is_false(dkim.SigningEnabled)
  end)

  it("have a MAIL FROM domain below their own, with a status of its own", function()
    create "example.com"
    assert.same({ BehaviorOnMxFailure = "USE_DEFAULT_VALUE" }, get("example.com").MailFromAttributes)
    local status, body = client:call("PUT", PATH .. "/example.com/mail-from", { MailFromDomain = "mail.example.org" })
    assert.equal(400, status)
    assert.truthy(body.message:find("mail.example.org", 1, true))
    put("example.com", "mail-from", { MailFromDomain = "mail.example.com", BehaviorOnMxFailure = "REJECT_MESSAGE" })
    assert.same({
      MailFromDomain = "mail.example.com", BehaviorOnMxFailure = "REJECT_MESSAGE", MailFromDomainStatus = "PENDING",
    }, get("example.com").MailFromAttributes)
    client:control("POST", "/identities", { identity = "example.com", mail_from_status = "SUCCESS" })
    assert.equal("SUCCESS", get("example.com").MailFromAttributes.MailFromDomainStatus)
    assert.equal("PENDING", get("example.com").VerificationStatus)
    put("example.com", "mail-from", {})
    assert.is_nil(get("example.com").MailFromAttributes.MailFromDomain)
  end)

  it("keep feedback, configuration set and tags", function()
    create("example.com", { Tags = { { Key = "team", Value = "post" } } })
    assert.is_true(get("example.com").FeedbackForwardingStatus)
    put("example.com", "feedback", { EmailForwardingEnabled = false })
    local identity = get "example.com"
    assert.is_false(identity.FeedbackForwardingStatus)
    assert.same({ { Key = "team", Value = "post" } }, identity.Tags)
    for _, what in ipairs { "feedback", "dkim", "mail-from", "configuration-set" } do
      assert.equal(404, (client:call("PUT", PATH .. "/none.example/" .. what, {})))
    end
  end)

  it("have policies, which go with them", function()
    create "example.com"
    local path = PATH .. "/example.com/policies"
    local text = '{"Version":"2012-10-17","Statement":[]}'
    assert.equal(200, (client:call("POST", path .. "/first", { Policy = text })))
    local status, _, headers = client:call("POST", path .. "/first", { Policy = text })
    assert.equal(400, status)
    assert.equal("AlreadyExistsException", headers["x-amzn-errortype"])
    assert.equal(400, (client:call("POST", path .. "/bad", { Policy = "no JSON" })))
    assert.equal(200, (client:call("PUT", path .. "/first", { Policy = '{"Version":"2012-10-17"}' })))
    assert.equal(404, (client:call("PUT", path .. "/second", { Policy = text })))
    assert.same({ first = '{"Version":"2012-10-17"}' }, client:result("GET", path).Policies)
    assert.same({ first = '{"Version":"2012-10-17"}' }, get("example.com").Policies)
    assert.equal(200, (client:call("DELETE", path .. "/first")))
    assert.equal(404, (client:call("DELETE", path .. "/first")))
    client:call("POST", path .. "/again", { Policy = text })
    client:call("DELETE", PATH .. "/example.com")
    create "example.com"
    assert.same({}, client:result("GET", path).Policies)
  end)

  it("take twenty policies and no more", function()
    create "example.com"
    for i = 1, 20 do
      assert.equal(200, (client:call("POST", PATH .. "/example.com/policies/p" .. i, { Policy = "{}" })))
    end
    local status, _, headers = client:call("POST", PATH .. "/example.com/policies/p21", { Policy = "{}" })
    assert.equal(400, status)
    assert.equal("LimitExceededException", headers["x-amzn-errortype"])
  end)
end)
