local clock = require "ses.adapters.clock"
local loop = require "ses.adapters.loop"
local ports = require "ses.ports"

describe("ses.adapters.clock", function()
  it("is a clock port", function()
    assert.is_true(ports.check("clock", clock))
    assert.is_true(math.abs(clock.now() - os.time()) < 2)
  end)

  it("sleeps, and lets other tasks run where there are any", function()
    local from = clock.monotonic()
    assert.is_true(clock.sleep(0.01))
    assert.is_true(clock.monotonic() - from >= 0.01)
    local log = {}
    loop.run(function(spawn)
      spawn(function() log[#log + 1] = "other" end)
      clock.sleep(0.001)
      log[#log + 1] = "slept"
    end)
    assert.same({ "other", "slept" }, log)
  end)
end)
