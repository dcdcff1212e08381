local faults = require "ses.emulator.faults"

describe("ses.emulator.faults", function()
  before_each(faults.clear)

  it("are taken in their order, each as often as it says", function()
    faults.add { status = 500, count = 1 }
    faults.add { status = 503, count = 1, operation = "SendEmail" }
    assert.equal(500, faults.take("GetAccount").status)
    assert.is_nil(faults.take("GetAccount"))
    assert.equal(503, faults.take("SendEmail").status)
    assert.is_nil(faults.take("SendEmail"))
    assert.equal(1, faults.all()[1].hits)
  end)

  it("do not count what they skip", function()
    faults.add { status = 500, count = 1, skip = 2 }
    assert.is_nil(faults.take("SendEmail"))
    assert.is_nil(faults.take("SendEmail"))
    assert.equal(500, faults.take("SendEmail").status)
    assert.is_nil(faults.take("SendEmail"))
  end)

  it("match text as it is, not as a pattern", function()
    faults.add { status = 500, match = "a.b%" }
    assert.is_nil(faults.take("SendEmail", "axb%"))
    assert.is_nil(faults.take("SendEmail"))
    assert.truthy(faults.take("SendEmail", "xa.b%x"))
  end)

  it("come about as often as their probability says", function()
    faults.add { status = 500, probability = 0.3 }
    local hits = 0
    for _ = 1, 4000 do
      if faults.take("SendEmail") then hits = hits + 1 end
    end
    assert.truthy(hits > 1000 and hits < 1400, hits)
  end)

  it("of an entry are taken by its recipients, and by no request", function()
    faults.add { entry_status = "TRANSIENT_FAILURE", match = "b@example.com", count = 1 }
    assert.is_nil(faults.take("SendBulkEmail", "b@example.com"))
    assert.is_nil(faults.take_entry { ToAddresses = { "a@example.com" } })
    assert.equal("TRANSIENT_FAILURE", faults.take_entry({ CcAddresses = { "b@example.com" } }).entry_status)
    assert.is_nil(faults.take_entry { CcAddresses = { "b@example.com" } })
    faults.add { status = 500 }
    assert.is_nil(faults.take_entry { ToAddresses = { "a@example.com" } })
  end)

  it("name the field that is wrong", function()
    for field, wanted in pairs {
      status = { status = 700 }, probability = { status = 500, probability = 2 }, delay_ms = { delay_ms = "1" },
    } do
      local entry, err = faults.add(wanted)
      assert.is_nil(entry)
      assert.equal(field, err.field)
    end
  end)
end)
