local settings = require "ses.emulator.settings"

describe("ses.emulator.settings", function()
  it("fills in what is not given, a new account's limits in the sandbox", function()
    local production = assert(settings.resolve {})
    assert.same({ "127.0.0.1", 0, 500, 1000000, true, false },
      { production.bind, production.port, production.rate, production.daily, production.verify, production.sandbox })
    local sandbox = assert(settings.resolve { sandbox = true })
    assert.same({ 1, 200 }, { sandbox.rate, sandbox.daily })
    assert.equal(7, assert(settings.resolve { sandbox = true, rate = 7 }).rate)
  end)

  it("names the option that is wrong", function()
    local _, err = settings.resolve { identities = { "a@example.com", 7 } }
    assert.equal("identities[2]", err.field)
    _, err = settings.resolve { rate = 0 / 0 }
    assert.equal("rate", err.field)
    _, err = settings.resolve { verify_after = -1 }
    assert.equal("verify_after", err.field)
    _, err = settings.resolve { job_seconds = 0 / 0 }
    assert.equal("job_seconds", err.field)
    _, err = settings.resolve { sandbx = true }
    assert.truthy(err.message:find("did you mean 'sandbox'", 1, true))
  end)
end)
