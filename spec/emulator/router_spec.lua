local model = require "ses.model"
local router = require "ses.emulator.router"
local serialise = require "ses.model.serialise"

describe("ses.emulator.router", function()
  it("finds every operation of the model by what the serialiser makes of it", function()
    for _, name in ipairs(model.operations()) do
      local op = model.operation(name)
      local params, wanted = {}, {}
      for _, member in ipairs(op.input and model.shape(op.input).members or {}) do
        if member.location == "uri" then
          params[member.name], wanted[member.wire] = "a/b c+%@é", "a/b c+%@é"
        end
      end
      local request = assert(serialise.request(op, params))
      local found, labels = router.find(request.method, request.path)
      assert.equal(name, found and found.name)
      assert.same(wanted, labels)
    end
  end)

  it("finds operations where other versions of SDKs send them", function()
    for target, name in pairs {
      ["POST /v2/email/list-identities"] = "ListEmailIdentities",
      ["POST /v2/email/list-configuration-sets"] = "ListConfigurationSets",
      ["GET /v2/email/contact-lists/a/contacts"] = "ListContacts", ["GET /v2/email/import-jobs"] = "ListImportJobs",
      ["PUT /v1/email/identities/a/dkim/signing"] = "PutEmailIdentityDkimSigningAttributes",
    } do
      assert.equal(name, router.find(target:match("^(%u+) (.+)$")).name)
    end
  end)

  it("finds nothing for another path or method", function()
    assert.is_nil(router.find("GET", "/"))
    assert.is_nil(router.find("GET", "/v2/email"))
    assert.is_nil(router.find("PATCH", "/v2/email/account"))
    assert.is_nil(router.find("GET", "/v2/email/account/more"))
  end)
end)
