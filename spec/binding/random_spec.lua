local core = require "ses.core"

describe("ses.core.random", function()
  it("gives as many bytes as asked for", function()
    for _, n in ipairs { 0, 1, 16, 257, 70000 } do
      assert.equal(n, #core.random.bytes(n))
    end
    assert.not_equal(core.random.bytes(16), core.random.bytes(16))
  end)

  it("raises for a length that makes no sense", function()
    assert.has_error(function() core.random.bytes(-1) end)
    assert.has_error(function() core.random.bytes(2 ^ 20 + 1) end)
    assert.has_error(function() core.random.bytes(0 / 0) end)
    assert.has_error(function() core.random.bytes("x") end)
  end)

  it("makes a UUID of 16 bytes, which say all but its version and variant", function()
    assert.equal("00010203-0405-4607-8809-0a0b0c0d0eff",
      core.random.uuid "\0\1\2\3\4\5\6\7\8\9\10\11\12\13\14\255")
    assert.equal("ffffffff-ffff-4fff-bfff-ffffffffffff", core.random.uuid(("\255"):rep(16)))
    assert.has_error(function() core.random.uuid "short" end)
  end)

  it("gives numbers of [0, 1) that spread evenly", function()
    local sum, low, high = 0, 1, 0
    for _ = 1, 10000 do
      local x = core.random.uniform()
      assert.is_true(x >= 0 and x < 1)
      sum, low, high = sum + x, math.min(low, x), math.max(high, x)
    end
    -- Ten standard deviations of the mean of 10,000.
    assert.is_true(math.abs(sum / 10000 - 0.5) < 0.03)
    assert.is_true(low < 0.01 and high > 0.99)
  end)
end)
