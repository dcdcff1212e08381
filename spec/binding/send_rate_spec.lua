local core = require "ses.core"

describe("ses.core.send_rate", function()
  it("limits nothing until the service throttles, and then sends in turn", function()
    local rate = assert(core.send_rate.new(0))
    for i = 1, 100 do rate:update(false, i / 10) end
    assert.equal(0, rate:enter(10))
    assert.equal(math.huge, rate:rate())
    rate:update(true, 10)
    assert.near(0.7 * rate:measured(), rate:rate(), 1e-9)
    local last = -1
    for place = 1, 10 do
      assert.equal(place, rate:enter(10))
      local wait = rate:wait(place, 10)
      assert.is_true(wait >= last)
      last = wait
    end
    assert.is_true(last > 0)
    assert.equal(0, rate:wait(10, 10 + last))
    rate:leave(10)
    assert.equal(10, rate:enter(10))
  end)
end)
