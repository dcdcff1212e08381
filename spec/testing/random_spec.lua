local fake_random = require "ses.testing.random"
local random_contract = require "spec.support.random_contract"

describe("ses.core.random", function()
  random_contract.define(it, function() return require("ses.core").random end)
end)

describe("ses.testing.random", function()
  random_contract.define(it, fake_random.new)

  it("is the same for the same seed, on every Lua", function()
    local one, same, other = fake_random.new { seed = 7 }, fake_random.new { seed = 7 }, fake_random.new { seed = 8 }
    local number = one.uniform()
    assert.equal(number, same.uniform())
    assert.are_not.equal(number, other.uniform())
    assert.equal("0.0000626", ("%.7f"):format(number))
    assert.equal(one.bytes(32), same.bytes(32))
  end)

  it("gives a list in turn, and again", function()
    local random = fake_random.new { values = { 0, 0.5 } }
    assert.same({ 0, 0.5, 0 }, { random.uniform(), random.uniform(), random.uniform() })
    assert.equal("\128\0", random.bytes(2))
  end)

  it("raises where a number can be none of a random's", function()
    assert.has_error(function() fake_random.new { values = { 0, 1 } } end,
      "values[2] must be a number of at least 0 and less than 1")
    assert.has_error(function() fake_random.new { values = {} } end, "values must be a list that is not empty")
    assert.has_error(function() fake_random.new { seed = 0.5 } end, "seed must be a whole number")
  end)
end)
