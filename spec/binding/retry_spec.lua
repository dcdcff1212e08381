local core = require "ses.core"

describe("ses.core.retry", function()
  it("says whether to try again, after how long and at what cost", function()
    local retry = assert(core.retry.new())
    local verdict, wait, cost = retry:decide { attempts = 1, left_ms = 1000, random = 0.5 }
    assert.same({ "again", 50, 14 }, { verdict, wait, cost })
    verdict, wait, cost = retry:decide { attempts = 2, throttled = true, left_ms = 5000, random = 0.5 }
    assert.same({ "again", 1000, 5 }, { verdict, wait, cost })
    assert.equal(481, retry:quota())
    retry:succeed(5)
    retry:succeed()
    assert.equal(487, retry:quota())
    assert.equal("ses.retry (487 tokens)", tostring(retry))
  end)

  it("names what stands against another try", function()
    local retry = assert(core.retry.new { max_retries = 1, quota = 20 })
    assert.equal("attempts", (retry:decide { attempts = 2, left_ms = 1000, random = 0 }))
    assert.equal("deadline", (retry:decide { attempts = 1, left_ms = 0, random = 0 }))
    assert.equal("again", (retry:decide { attempts = 1, left_ms = 1, random = 0 }))
    assert.equal("quota", (retry:decide { attempts = 1, left_ms = 1, random = 0 }))
  end)

  it("honours what the service asks for", function()
    local retry = assert(core.retry.new())
    local function wait(failure)
      failure.attempts, failure.left_ms, failure.random = 1, 1e9, 0.5
      return (select(2, retry:decide(failure)))
    end
    assert.equal(700, wait { amz_retry_after_ms = 700 })
    assert.equal(5050, wait { amz_retry_after_ms = 1e9 })
    assert.equal(20000, wait { retry_after_ms = 1e9 })
  end)

  it("names the option that is wrong", function()
    local none, failure = core.retry.new { multiplier = 0 }
    assert.is_nil(none)
    assert.equal("multiplier", failure.field)
    none, failure = assert(core.retry.new()):decide { attempts = 0, random = 0 }
    assert.is_nil(none)
    assert.equal("attempt", failure.field)
  end)
end)
