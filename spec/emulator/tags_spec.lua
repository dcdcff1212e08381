local support = require "spec.support.emulator"

describe("the emulator's tags", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local PREFIX = "arn:aws:ses:us-east-1:000000000000:"

  local function tag(key, value) return { Key = key, Value = value } end

  local function list(arn) return client:ok("ListTagsForResource", { ResourceArn = arn }).Tags end

  it("are on every kind of resource that can be made with them", function()
    local tags = { tag("team", "post") }
    client:ok("CreateConfigurationSet", { ConfigurationSetName = "n", Tags = tags })
    client:ok("CreateContactList", { ContactListName = "n", Tags = tags })
    client:ok("CreateDedicatedIpPool", { PoolName = "n", Tags = tags })
    client:ok("CreateEmailIdentity", { EmailIdentity = "example.com", Tags = tags })
    client:ok("CreateEmailTemplate", { TemplateName = "n", TemplateContent = { Subject = "s" }, Tags = tags })
    client:ok("CreateCustomVerificationEmailTemplate", {
      TemplateName = "n", FromEmailAddress = "a@example.com", TemplateSubject = "s", TemplateContent = "c",
      SuccessRedirectionURL = "https://example.com/y", FailureRedirectionURL = "https://example.com/n", Tags = tags,
    })
    client:ok("CreateMultiRegionEndpoint", {
      EndpointName = "n", Details = { RoutesDetails = { { Region = "eu-west-1" } } }, Tags = tags,
    })
    for _, name in ipairs { "configuration-set/n", "contact-list/n", "dedicated-ip-pool/n", "identity/example.com",
      "template/n", "custom-verification-email-template/n", "multi-region-endpoint/n" } do
      assert.same(tags, list(PREFIX .. name), name)
    end
    assert.same(tags, list(client:ok("CreateTenant", { TenantName = "n", Tags = tags }).TenantArn))
  end)

  it("are added, replaced by their key, and removed", function()
    client:ok("CreateConfigurationSet", { ConfigurationSetName = "n" })
    local arn = PREFIX .. "configuration-set/n"
    assert.same({}, list(arn))
    client:ok("TagResource", { ResourceArn = arn, Tags = { tag("a", "1"), tag("b", "2") } })
    client:ok("TagResource", { ResourceArn = arn, Tags = { tag("a", "3") } })
    assert.same({ tag("b", "2"), tag("a", "3") }, list(arn))
    assert.equal(2, #client:ok("GetConfigurationSet", { ConfigurationSetName = "n" }).Tags)
    client:ok("UntagResource", { ResourceArn = arn, TagKeys = { "b", "none" } })
    assert.same({ tag("a", "3") }, list(arn))
    local many = {}
    for i = 1, 50 do many[i] = tag("k" .. i, "v") end
    client:refused("BadRequestException", "TagResource", { ResourceArn = arn, Tags = many })
  end)

  it("survive an update of their resource", function()
    client:ok("CreateEmailTemplate", {
      TemplateName = "n", TemplateContent = { Subject = "s" }, Tags = { tag("a", "1") },
    })
    client:ok("UpdateEmailTemplate", { TemplateName = "n", TemplateContent = { Subject = "t" } })
    assert.same({ tag("a", "1") }, list(PREFIX .. "template/n"))
  end)

  it("are refused for what is not there", function()
    client:refused("NotFoundException", "ListTagsForResource", { ResourceArn = PREFIX .. "identity/none.example" })
    client:refused("BadRequestException", "ListTagsForResource", { ResourceArn = "arn:aws:s3:::bucket" })
  end)
end)
