local support = require "spec.support.emulator"

describe("the emulator's identity certificates", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local ARN = "arn:aws:acm-pca:us-east-1:000000000000:certificate/"

  local function list()
    return client:ok("ListEmailIdentityCertificates", { EmailIdentity = "example.com" }).Certificates
  end

  it("are associated with an identity or an address of it, and go with it", function()
    client:refused("NotFoundException", "AssociateEmailIdentityCertificate",
      { EmailIdentity = "example.com", CertificateArn = ARN .. "1" })
    client:ok("CreateEmailIdentity", { EmailIdentity = "example.com" })
    client:ok("AssociateEmailIdentityCertificate", { EmailIdentity = "example.com", CertificateArn = ARN .. "1" })
    client:ok("AssociateEmailIdentityCertificate",
      { EmailIdentity = "example.com", CertificateArn = ARN .. "2", FromAddress = "a@example.com" })
    client:ok("AssociateEmailIdentityCertificate",
      { EmailIdentity = "example.com", CertificateArn = ARN .. "3", FromAddress = "a@example.com" })
    assert.equal(2, #list())
    assert.same({ CertificateArn = ARN .. "3", FromAddress = "a@example.com", Status = "ACTIVE" }, list()[2])
    client:ok("DisassociateEmailIdentityCertificate", { EmailIdentity = "example.com" })
    client:refused("NotFoundException", "DisassociateEmailIdentityCertificate", { EmailIdentity = "example.com" })
    assert.equal(1, #list())
    client:ok("DeleteEmailIdentity", { EmailIdentity = "example.com" })
    client:ok("CreateEmailIdentity", { EmailIdentity = "example.com" })
    assert.same({}, list())
  end)
end)
