local support = require "spec.support.emulator"

describe("the emulator's custom verification templates", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function input(more)
    local template = {
      TemplateName = "welcome", FromEmailAddress = "shop@example.com", TemplateSubject = "Is this you?",
      TemplateContent = "<p>Please confirm.</p>", SuccessRedirectionURL = "https://example.com/yes",
      FailureRedirectionURL = "https://example.com/no",
    }
    for key, value in pairs(more or {}) do template[key] = value end
    return template
  end

  it("are created, got, updated, listed and deleted", function()
    client:ok("CreateCustomVerificationEmailTemplate", input())
    client:refused("AlreadyExistsException", "CreateCustomVerificationEmailTemplate", input())
    client:ok("UpdateCustomVerificationEmailTemplate", input { TemplateSubject = "Confirm" })
    local got = client:ok("GetCustomVerificationEmailTemplate", { TemplateName = "welcome" })
    assert.same({ "Confirm", "<p>Please confirm.</p>" }, { got.TemplateSubject, got.TemplateContent })
    local list = client:ok("ListCustomVerificationEmailTemplates").CustomVerificationEmailTemplates
    assert.same({ "welcome", "Confirm" }, { list[1].TemplateName, list[1].TemplateSubject })
    assert.is_nil(list[1].TemplateContent)
    client:ok("DeleteCustomVerificationEmailTemplate", { TemplateName = "welcome" })
    client:refused("NotFoundException", "DeleteCustomVerificationEmailTemplate", { TemplateName = "welcome" })
    client:refused("NotFoundException", "UpdateCustomVerificationEmailTemplate", input())
  end)

  it("refuse what is no URL and no address", function()
    client:refused("BadRequestException", "CreateCustomVerificationEmailTemplate",
      input { SuccessRedirectionURL = "javascript:alert(1)" })
    client:refused("BadRequestException", "CreateCustomVerificationEmailTemplate", input { FromEmailAddress = "shop" })
  end)

  it("are sent to who becomes a pending identity", function()
    client:ok("CreateCustomVerificationEmailTemplate", input())
    local sent = client:ok("SendCustomVerificationEmail",
      { EmailAddress = "new@example.net", TemplateName = "welcome" })
    local mail = client:control("GET", "/messages/" .. sent.MessageId)
    assert.same({ "Is this you?", "SendCustomVerificationEmail" }, { mail.subject, mail.operation })
    assert.equal("PENDING", client:ok("GetEmailIdentity", { EmailIdentity = "new@example.net" }).VerificationStatus)
    client:refused("NotFoundException", "SendCustomVerificationEmail",
      { EmailAddress = "new@example.net", TemplateName = "none" })
  end)
end)
