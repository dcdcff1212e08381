local loop = require "ses.adapters.loop"
local waits = require "ses.pipeline.waits"

describe("ses.pipeline.waits", function()
  local time, clock

  before_each(function()
    time = 100
    clock = {
      monotonic = function() return time end,
      sleep = function(seconds)
        time = time + seconds
        return true
      end,
    }
  end)

  -- A place whose waits end after half of their time, as nginx's may.
  local function hasty()
    return {
      can_wait = function() return true end,
      condition = function()
        return { wait = function(_, seconds)
          time = time + (seconds > 1e-3 and seconds / 2 or seconds)
          return false
        end }
      end,
    }
  end

  it("waits by the clock where nothing runs beside it", function()
    assert.is_true(waits.new(clock):sleep(3))
    assert.equal(103, time)
    assert.is_true(waits.new(clock):sleep(0))
    assert.equal(103, time)
  end)

  it("waits no shorter than it is told, even where the place ends its waits early", function()
    assert.is_true(waits.new(clock, hasty()):sleep(3))
    assert.near(103, time, 1e-5)
    assert.is_true(time >= 103 - 1e-6)
  end)

  it("passes on that the task was cancelled, and that all is over", function()
    local host = { can_wait = function() return loop.current_task() ~= nil end, condition = loop.condition }
    local real = require "ses.adapters.clock"
    local all, kinds = waits.new(real, host), {}
    loop.run(function(spawn)
      local tasks = {}
      for i = 1, 3 do tasks[i] = spawn(function() return select(2, all:sleep(600)) end) end
      loop.sleep(0)
      tasks[1]:cancel()
      kinds[1] = tasks[1]:wait().kind
      all:close()
      for i = 2, 3 do kinds[i] = tasks[i]:wait().code end
    end)
    assert.same({ "cancelled", "ClientClosed", "ClientClosed" }, kinds)
    assert.equal("ClientClosed", select(2, all:sleep(1)).code)
  end)
end)
