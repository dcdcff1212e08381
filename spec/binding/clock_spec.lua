local core = require "ses.core"

describe("ses.core.clock", function()
  it("tells wall time in seconds since the epoch", function()
    assert.is_true(math.abs(core.clock.now() - os.time()) < 2)
  end)

  it("has a clock that goes on, with fractions of a second", function()
    local first = core.clock.monotonic()
    repeat until core.clock.monotonic() > first
    assert.is_true(core.clock.monotonic() - first < 1)
  end)

  it("sleeps as long as it is told", function()
    local from = core.clock.monotonic()
    assert.equal(0, core.clock.sleep(0.02))
    assert.is_true(core.clock.monotonic() - from >= 0.02)
    assert.equal(0, core.clock.sleep(0))
    assert.equal(0, core.clock.sleep(-1))
    assert.has_error(function() core.clock.sleep(1e300) end)
  end)
end)
