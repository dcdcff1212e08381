--- What every adapter of the random port keeps.
local assert = require "luassert"
local ports = require "ses.ports"

local random_contract = {}

--- Defines the specs with busted's `it`. `make()` returns a random.
function random_contract.define(it, make)
  it("is a random", function() assert(ports.check("random", make())) end)

  it("gives numbers of at least 0 and less than 1, all over the range", function()
    local random, low, high = make(), 1, 0
    for _ = 1, 1000 do
      local number = random.uniform()
      assert.is_true(number >= 0 and number < 1, number)
      low, high = math.min(low, number), math.max(high, number)
    end
    assert.is_true(low < 0.1 and high > 0.9)
  end)

  it("gives as many bytes as it is asked for", function()
    local random = make()
    for _, n in ipairs { 0, 1, 16, 1000 } do assert.equal(n, #random.bytes(n)) end
    assert.are_not.equal(random.bytes(16), random.bytes(16))
  end)
end

return random_contract
