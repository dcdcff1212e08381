local call = require "ses.campaign.message.call"

describe("ses.campaign.message.call", function()
  it("chooses SendBulkEmail for a template of SES, a tenth of a second's recipients a call", function()
    local at = call.chooser { template = "autumn" }
    assert.same({ "SendBulkEmail", "a template of SES, up to 5 recipients a call", 5 }, { at(50) })
    assert.same({ "SendBulkEmail", "a template of SES, up to 50 recipients a call", 50 }, { at(10000) })
    assert.same({ "SendEmail", "at a rate below 20 a second a batch would hold its recipients up", 1 }, { at(19) })
  end)

  it("chooses SendEmail where SendBulkEmail cannot", function()
    local name, why, batch = call.chooser { subject = "Hello", text = "Dear all" }(1000)
    assert.same({ "SendEmail", "SendBulkEmail takes templates of SES alone", 1 }, { name, why, batch })
    name, why = call.chooser { template = "autumn", list_management = { contact_list = "all" } }(1000)
    assert.same({ "SendEmail", "SendBulkEmail has no ListManagementOptions" }, { name, why })
  end)

  it("takes what the message says, whatever the rate", function()
    assert.same({ "SendBulkEmail", "message.call says so", 1 },
      { call.chooser { template = "autumn", call = "SendBulkEmail" }(1) })
    assert.same({ "SendEmail", "message.call says so", 1 },
      { call.chooser { template = "autumn", call = "SendEmail" }(1000) })
  end)

  it("looks at the message once, however often the rate is another", function()
    local reads, message = 0, { template = "autumn", subject = nil }
    local at = call.chooser(setmetatable({}, { __index = function(_, name)
      reads = reads + 1
      return message[name]
    end }))
    assert.is_true(reads > 0)
    reads = 0
    for rate = 1, 100 do at(rate) end
    assert.equal(0, reads)
  end)
end)
