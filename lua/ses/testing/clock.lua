--- A clock that stands still until somebody waits or moves it: the clock port without real time.
-- @module ses.testing.clock
local loop = require "ses.adapters.loop"

local clock = {}

-- 2026-01-01T00:00:00Z
local EPOCH = 1767225600

local function check_seconds(seconds, name)
  if type(seconds) ~= "number" or not (seconds >= 0 and seconds < math.huge) then
    error(name .. " needs seconds, not " .. tostring(seconds), 3)
  end
end

---@class ses.testing.Clock
---@field now fun(): number seconds since 1970
---@field monotonic fun(): number seconds since the clock was made
---@field sleep fun(seconds): true|nil, ses.Error|nil lets the seconds pass at once; in a task of `run` the others go on
---@field advance fun(seconds) lets time pass
---@field set fun(now) sets the wall clock alone, as an administrator does; `monotonic` goes on
---@field slept fun(): number[] what was slept outside of tasks, in order
---@field run fun(fn): any as `ses.run`, in this clock's time: it passes when every task waits
---@field in_task fun(): boolean whether the caller is in a task of `run`

-- Tasks of a loop that is not ours wait in real time; there our sleep passes at once.
local function add_run(made, state)
  function made.in_task() return state.running and loop.current_task() ~= nil end

  function made.run(fn)
    if loop.running() then return loop.run(fn) end
    state.running = true
    local function ended(ok, ...)
      state.running = false
      if not ok then error((...), 0) end
      return ...
    end
    return ended(pcall(loop.run, fn, { place = {
      monotonic = made.monotonic,
      wait = function(_, ms) if ms > 0 then made.advance(ms / 1000) end end,
    } }))
  end
end

--- Makes a clock.
-- @tparam ?table options `now`: seconds since 1970 that it begins at (1767225600, the first second of 2026)
-- @treturn ses.testing.Clock
function clock.new(options)
  local state = { wall = options and options.now or EPOCH, passed = 0, slept = {} }
  local made = {}

  function made.now() return state.wall end

  function made.monotonic() return state.passed end

  function made.advance(seconds)
    check_seconds(seconds, "advance")
    state.wall, state.passed = state.wall + seconds, state.passed + seconds
  end

  function made.set(now)
    check_seconds(now, "set")
    state.wall = now
  end

  function made.sleep(seconds)
    if made.in_task() then return loop.sleep(seconds) end
    if seconds > 0 then made.advance(seconds) end
    state.slept[#state.slept + 1] = seconds
    return true
  end

  function made.slept()
    local list = {}
    for i, seconds in ipairs(state.slept) do list[i] = seconds end
    return list
  end

  add_run(made, state)
  return made
end

return clock
