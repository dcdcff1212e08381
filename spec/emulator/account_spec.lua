local support = require "spec.support.emulator"

describe("the emulator's account", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  it("tells its quota, and what was set", function()
    local account = client:ok "GetAccount"
    assert.same({ false, true, true },
      { account.DedicatedIpAutoWarmupEnabled, account.SendingEnabled, account.ProductionAccessEnabled })
    assert.same({ "BOUNCE", "COMPLAINT" }, account.SuppressionAttributes.SuppressedReasons)
    assert.is_nil(account.Details)
    client:ok("PutAccountDedicatedIpWarmupAttributes", { AutoWarmupEnabled = true })
    client:ok("PutAccountVdmAttributes", { VdmAttributes = { VdmEnabled = "ENABLED" } })
    client:ok("PutAccountSuppressionAttributes", { SuppressedReasons = require("ses.model.json").list() })
    account = client:ok "GetAccount"
    assert.is_true(account.DedicatedIpAutoWarmupEnabled)
    assert.equal("ENABLED", account.VdmAttributes.VdmEnabled)
    assert.same({}, account.SuppressionAttributes.SuppressedReasons)
  end)

  it("sends nothing while sending is switched off", function()
    client:ok("PutAccountSendingAttributes", { SendingEnabled = false })
    assert.is_false(client:ok("GetAccount").SendingEnabled)
    client:refused("SendingPausedException", "SendEmail", support.mail "a@example.com")
    client:ok("PutAccountSendingAttributes", { SendingEnabled = true })
    client:ok("SendEmail", support.mail "a@example.com")
  end)

  it("has details that are under review, and granted after a time", function()
    local details = { MailType = "TRANSACTIONAL", WebsiteURL = "https://example.com/" }
    client:ok("PutAccountDetails", details)
    client:refused("ConflictException", "PutAccountDetails", details)
    local told = client:ok("GetAccount").Details
    assert.same({ "TRANSACTIONAL", "https://example.com/", "PENDING" },
      { told.MailType, told.WebsiteURL, told.ReviewDetails.Status })
    client:control("POST", "/reset")
    client:control("POST", "/timing", { verify_after = 0 })
    client:ok("PutAccountDetails", details)
    assert.equal("GRANTED", client:ok("GetAccount").Details.ReviewDetails.Status)
    client:ok("PutAccountDetails", details)
  end)
end)
