local throttle = require "ses.emulator.throttle"

describe("ses.emulator.throttle", function()
  it("lets a second's worth through at once, and then the rate", function()
    throttle.reset(10, -1, 1000, {})
    for _ = 1, 10 do assert.is_true(throttle.take(1, 1000)) end
    assert.same({ false, "rate" }, { throttle.take(1, 1000) })
    assert.is_true(throttle.take(1, 1000.1))
    assert.is_false((throttle.take(1, 1000.1)))
  end)

  it("takes a mail to many while anything is left, and has it paid off", function()
    throttle.reset(1, -1, 1000, {})
    assert.is_true(throttle.take(5, 1000))
    assert.is_false((throttle.take(1, 1004)))
    assert.is_true(throttle.take(1, 1005))
  end)

  it("never lets more than rate and burst through, in any pattern", function()
    throttle.reset(7, -1, 0, {})
    local now, taken = 0, 0
    for _ = 1, 2000 do
      now = now + math.random() * 0.3
      if throttle.take(1, now) then taken = taken + 1 end
    end
    assert.truthy(taken <= 7 * now + 7)
    assert.truthy(taken >= 7 * now * 0.4)
  end)

  it("counts recipients of the last 24 hours and forgets older ones", function()
    throttle.reset(1000, 10, 100000, {})
    assert.is_true(throttle.take(10, 100000))
    assert.same({ false, "daily" }, { throttle.take(1, 100000 + 80000) })
    assert.equal(10, throttle.sent(100000 + 80000))
    assert.equal(0, throttle.sent(100000 + 86500))
    assert.is_true(throttle.take(1, 100000 + 86500))
  end)

  it("begins with what was sent before", function()
    throttle.reset(1000, 10, 600000, { [9999] = 4, [9000] = 3, [1] = 50 })
    assert.equal(7, throttle.sent(600000))
  end)

  it("does not go back with the clock", function()
    throttle.reset(1, -1, 1000, {})
    assert.is_true(throttle.take(1, 1000))
    assert.is_false((throttle.take(1, 900)))
  end)
end)
