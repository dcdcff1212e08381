local clock_contract = require "spec.support.clock_contract"
local fake_clock = require "ses.testing.clock"

describe("ses.adapters.clock", function()
  clock_contract.define(it, function() return require "ses.adapters.clock" end)
end)

describe("ses.testing.clock", function()
  clock_contract.define(it, fake_clock.new)

  it("stands still until it is moved, or somebody sleeps", function()
    local clock = fake_clock.new { now = 1000 }
    assert.same({ 1000, 0 }, { clock.now(), clock.monotonic() })
    clock.advance(60)
    assert(clock.sleep(86400))
    assert.same({ 87460, 86460 }, { clock.now(), clock.monotonic() })
    assert.same({ 86400 }, clock.slept())
  end)

  it("can be set, as a machine's is, and its monotonic time goes on", function()
    local clock = fake_clock.new { now = 1000 }
    clock.advance(5)
    clock.set(10)
    assert.same({ 10, 5 }, { clock.now(), clock.monotonic() })
  end)

  it("has tasks wait beside each other", function()
    local clock, order = fake_clock.new(), {}
    local result = clock.run(function(spawn)
      for _, seconds in ipairs { 3600, 60, 600 } do
        spawn(function()
          assert(clock.sleep(seconds))
          order[#order + 1] = seconds
        end)
      end
      return "done"
    end)
    assert.same({ 60, 600, 3600 }, order)
    assert.equal("done", result)
    assert.equal(3600, math.floor(clock.monotonic()))
    assert.is_false(clock.in_task())
  end)

  it("raises again what a task raised", function()
    local clock = fake_clock.new()
    assert.has_error(function() clock.run(function() error("no", 0) end) end, "no")
    assert.equal(1, clock.run(function() return 1 end))
  end)

  it("goes in one direction", function()
    assert.has_error(function() fake_clock.new().advance(-1) end, "advance needs seconds, not -1")
  end)
end)
