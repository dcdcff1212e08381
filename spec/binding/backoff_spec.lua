local core = require "ses.core"

describe("ses.core.backoff", function()
  it("waits some time up to a bound that grows", function()
    assert.near(50, core.backoff.delay { attempt = 1, random = 0.5 }, 1e-9)
    assert.near(200, core.backoff.delay { attempt = 3, random = 0.5 }, 1e-9)
    assert.near(10000, core.backoff.delay { attempt = 1e9, random = 0.5 }, 1e-9)
    assert.near(3, core.backoff.delay { attempt = 2, initial_ms = 2, multiplier = 3, max_ms = 100, random = 0.5 }, 1e-9)
  end)

  it("names the option that is wrong", function()
    for field, options in pairs {
      random = { attempt = 1 }, attempt = { attempt = 0, random = 0 }, multiplier = { multiplier = 0, random = 0 },
    } do
      local none, failure = core.backoff.delay(options)
      assert.is_nil(none)
      assert.equal(field, failure.field)
    end
  end)
end)
