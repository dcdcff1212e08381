--- What every adapter of the clock port keeps.
local assert = require "luassert"
local ports = require "ses.ports"

local clock_contract = {}

--- Defines the specs with busted's `it`. `make()` returns a clock.
function clock_contract.define(it, make)
  it("is a clock", function() assert(ports.check("clock", make())) end)

  it("tells the time since 1970, and one that is never set back", function()
    local clock = make()
    assert.is_true(clock.now() > 1.7e9)
    local from = clock.monotonic()
    assert.is_true(clock.monotonic() >= from)
  end)

  it("sleeps no shorter than it is told", function()
    local clock = make()
    local wall, from = clock.now(), clock.monotonic()
    assert.is_true(clock.sleep(0.02))
    assert.is_true(clock.monotonic() - from >= 0.0199)
    assert.is_true(clock.now() - wall >= 0.0199)
    assert.is_true(clock.sleep(0))
  end)
end

return clock_contract
