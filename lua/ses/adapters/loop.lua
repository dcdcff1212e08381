--- The cooperative loop: many tasks, one thread, one place that waits.
--
-- `loop.run(fn)` runs `fn` as the first task and returns when it and all tasks that it spawned have
-- ended. A task that waits (for an answer, a time, a condition, another task) lets the others run.
--
-- Only a task's own coroutine can yield to the loop. Code in a coroutine of the user's inside a task
-- still works, but an exchange or a sleep in it holds up all tasks while it lasts; conditions and
-- tasks cannot be waited for in it.
--
-- Cancelling: `task:cancel()` ends what the task waits for. The wait returns `nil, err` with
-- `err.kind == "cancelled"`, and so does every later wait of the task, so that it can tidy up and
-- return. An exchange that is cancelled has its connection closed, and `err.in_doubt` tells whether
-- the request may have reached the server. A task that goes on waiting is ended by an error.
-- @module ses.adapters.loop
local core = require "ses.core"
local errors = require "ses.errors"

local loop = {}

-- Waits that a cancelled task may still try before an error ends it.
local PATIENCE = 100
-- With a poll function the loop wakes at least this often.
local POLL_SECONDS = 0.1

-- Where a run takes its time from and what it waits by, unless it is given another place.
local SYSTEM = { monotonic = core.clock.monotonic, wait = core.transport.wait }

local unpack = table.unpack or unpack -- luacheck: ignore

local function pack(...)
  return { n = select("#", ...), ... }
end

---@class ses.Loop
local current -- the loop that runs, or nil

local Task = { __name = "ses.Task" }
Task.__index = Task

function Task:__tostring()
  return "ses.Task (" .. self:status() .. ")"
end

-- ---- timers: a binary heap by time, each entry knowing its place so that it can be taken out ----

local function timer_before(a, b)
  if a.at ~= b.at then return a.at < b.at end
  return a.order < b.order
end

local function timer_place(heap, timer, index)
  heap[index] = timer
  timer.index = index
end

local function timer_up(heap, timer, index)
  while index > 1 do
    local parent = math.floor(index / 2)
    if not timer_before(timer, heap[parent]) then break end
    timer_place(heap, heap[parent], index)
    index = parent
  end
  timer_place(heap, timer, index)
end

local function timer_down(heap, timer, index)
  local count = #heap
  while true do
    local child = index * 2
    if child > count then break end
    if child < count and timer_before(heap[child + 1], heap[child]) then child = child + 1 end
    if not timer_before(heap[child], timer) then break end
    timer_place(heap, heap[child], index)
    index = child
  end
  timer_place(heap, timer, index)
end

local function timer_add(self, seconds, task)
  self.order = self.order + 1
  local timer = { at = self.place.monotonic() + seconds, order = self.order, task = task }
  timer_up(self.timers, timer, #self.timers + 1)
  return timer
end

local function timer_remove(self, timer)
  local heap, index = self.timers, timer.index
  if not index then return end
  timer.index = nil
  local last = table.remove(heap)
  if last == timer then return end
  timer_up(heap, last, index)
  timer_down(heap, last, last.index)
end

-- ---- tasks ----

local function make_ready(self, task)
  local tail = self.tail + 1
  self.tail = tail
  self.ready[tail] = task
end

-- Ends a task's wait with these results.
local function wake(task, ...)
  if not task.waiting then return end
  task.waiting = false
  task.cancel_wait = nil
  if task.timer then
    timer_remove(task.loop, task.timer)
    task.timer = nil
  end
  task.results = pack(...)
  make_ready(task.loop, task)
end

local function cancelled_error(in_doubt)
  return errors.new {
    kind = "cancelled", code = "Cancelled", message = "the task was cancelled",
    in_doubt = in_doubt == true,
  }
end

local function this_task()
  local self = current
  if not self then return nil end
  local task = self.task
  if task and task.thread == coroutine.running() then return task end
  return nil
end

-- A task cannot yield through a C function (a sort's comparison, say).
local function can_yield()
  return coroutine.isyieldable == nil or coroutine.isyieldable()
end

-- Yields until the task is woken and returns what it was woken with. `cancel_wait` is called when the
-- task is cancelled meanwhile; what it returns becomes the error's in_doubt.
local function suspend(task, cancel_wait)
  task.waiting = true
  task.cancel_wait = cancel_wait
  coroutine.yield()
  local results = task.results
  task.results = nil
  return unpack(results, 1, results.n)
end

-- The answer of a wait that a cancelled task begins. The others run first.
local function refuse_wait(task)
  task.refused = task.refused + 1
  if task.refused > PATIENCE then error(cancelled_error(), 0) end
  make_ready(task.loop, task)
  coroutine.yield()
  return nil, cancelled_error()
end

-- A background task does not keep the loop going.
local function count(self, task, change)
  if task.background then
    self.backgrounds = self.backgrounds + change
  else
    self.live = self.live + change
  end
end

local function end_task(task, ok, ...)
  local self = task.loop
  task.ended = true
  task.thread = nil
  count(self, task, -1)
  self.tasks[task] = nil
  if ok then
    task.outcome = pack(...)
  else
    task.failed = true
    task.reason = ...
    if not (task.cancelled and errors.is(task.reason) and task.reason.kind == "cancelled") then
      self.failure_count = self.failure_count + 1
      self.failures[task] = self.failure_count
    end
  end
  for _, waiter in ipairs(task.waiters) do wake(waiter, true) end
  task.waiters = {}
end

local function resume(self, task)
  self.task = task
  local thread = task.thread
  local results = pack(coroutine.resume(thread))
  self.task = nil
  if coroutine.status(thread) == "dead" then
    end_task(task, unpack(results, 1, results.n))
  end
end

local function add_task(self, background, fn, ...)
  local args = pack(...)
  local task = setmetatable({
    loop = self, waiters = {}, refused = 0, waiting = false, ended = false,
    cancelled = self.winding_up == true, background = background,
  }, Task)
  task.thread = coroutine.create(function()
    if task.cancelled then error(cancelled_error(), 0) end
    return fn(unpack(args, 1, args.n))
  end)
  self.task_count = self.task_count + 1
  task.number = self.task_count
  count(self, task, 1)
  self.tasks[task] = true
  make_ready(self, task)
  return task
end

local function new_task(self, fn, ...)
  return add_task(self, false, fn, ...)
end

--- Ends what the task waits for and makes every further wait of it end at once. A task that has not
-- begun never does. Nothing happens to a task that has ended.
function Task:cancel()
  if self.ended or self.cancelled then return end
  self.cancelled = true
  if self.waiting then
    local cancel_wait = self.cancel_wait
    local in_doubt = cancel_wait and cancel_wait() or false
    wake(self, nil, cancelled_error(in_doubt))
  end
end

--- Waits for the task to end.
-- @return what the task's function returned; `nil, err` where it raised an error, `err` being what
--   was raised, or where the task that waits is cancelled itself
function Task:wait()
  if not self.ended then
    local task = this_task()
    if not task or task.loop ~= self.loop or not can_yield() then
      error("task:wait() works in a task of the same loop only", 2)
    end
    if task == self then error("a task cannot wait for itself", 2) end
    if task.cancelled then return refuse_wait(task) end
    self.waiters[#self.waiters + 1] = task
    local ok, err = suspend(task, function()
      for i, waiter in ipairs(self.waiters) do
        if waiter == task then
          table.remove(self.waiters, i)
          break
        end
      end
    end)
    if not ok then return nil, err end
  end
  self.loop.failures[self] = nil
  if self.failed then return nil, self.reason end
  return unpack(self.outcome, 1, self.outcome.n)
end

--- Where the task stands.
-- @treturn string "ready" (to run as soon as it is its turn), "running", "waiting", "done", "failed"
--   (it raised an error) or "cancelled" (cancelled, and ended by that)
function Task:status()
  if self.ended then
    if not self.failed then return "done" end
    return self.cancelled and "cancelled" or "failed"
  end
  if self.waiting then return "waiting" end
  return self.loop.task == self and "running" or "ready"
end

-- ---- the loop itself ----

local function run_ready(self)
  -- Those that become ready meanwhile have their turn after the network had its own.
  local last = self.tail
  while self.head <= last do
    local task = self.ready[self.head]
    self.ready[self.head] = nil
    self.head = self.head + 1
    resume(self, task)
  end
  if self.head > self.tail then self.head, self.tail = 1, 0 end
end

local function expire_timers(self)
  local heap = self.timers
  if not heap[1] then return end
  local now = self.place.monotonic()
  while heap[1] and heap[1].at <= now do
    local timer = heap[1]
    timer_remove(self, timer)
    timer.task.timer = nil
    local timed_out = timer.task.timed_out
    if timed_out then timed_out() end
    wake(timer.task, timer.result)
  end
end

-- Milliseconds until something is due: 0 where a task is ready, -1 for no limit.
local function time_to_wait(self)
  if self.head <= self.tail then return 0 end
  local wait = self.poll and POLL_SECONDS or nil
  if self.timers[1] then
    local left = self.timers[1].at - self.place.monotonic()
    if left < 0 then left = 0 end
    if not wait or left < wait then wait = left end
  end
  return wait and math.ceil(wait * 1000) or -1
end

-- Lets every source (a transport with open exchanges) do its work; waits up to `wait` milliseconds.
local function step_sources(self, wait)
  local sources = {}
  for source in pairs(self.sources) do sources[#sources + 1] = source end
  if #sources == 1 then return sources[1]:step(wait) end
  local handles = {}
  for i, source in ipairs(sources) do handles[i] = source:handle() end
  if #sources > 0 or wait ~= 0 then self.place.wait(handles, wait) end
  for _, source in ipairs(sources) do source:step(0) end
end

local function is_stuck(self, wait)
  return wait < 0 and next(self.sources) == nil
end

local function drive(self)
  while self.live > 0 do
    if self.poll then self.poll() end
    expire_timers(self)
    run_ready(self)
    if self.stop_on and self.stop_on.failed then return end
    if self.live > 0 then
      local wait = time_to_wait(self)
      if is_stuck(self, wait) then
        error("every task waits for another, and none can go on", 0)
      end
      step_sources(self, wait)
    end
  end
end

-- In the order in which they were made, so that one course of events ends in one way.
local function cancel_all(self)
  local list = {}
  for task in pairs(self.tasks) do list[#list + 1] = task end
  table.sort(list, function(a, b) return a.number < b.number end)
  for _, task in ipairs(list) do task:cancel() end
end

-- Cancels what is left and lets it end. A task that raises meanwhile changes nothing.
local function wind_up(self)
  self.poll = nil
  self.stop_on = nil
  self.winding_up = true
  for task in pairs(self.tasks) do task.background = false end
  self.live, self.backgrounds = self.live + self.backgrounds, 0
  cancel_all(self)
  pcall(drive, self)
end

-- The task that failed first of those whose error nobody has taken.
local function first_failure(failures)
  local first
  for task, order in pairs(failures) do
    if not first or order < failures[first] then first = task end
  end
  return first
end

-- Waits until a task that `task` has spawned has ended, be `task` cancelled or not. What is cancelled ends
-- soon, so that this does too. → false where `task` was cancelled meanwhile
local function await_end(task, child)
  child.waiters[#child.waiters + 1] = task
  local ok = suspend(task, function()
    for i, waiter in ipairs(child.waiters) do
      if waiter == task then
        table.remove(child.waiters, i)
        break
      end
    end
  end)
  return ok == true
end

-- A run within a task: its tasks live in the loop that already runs, and have ended when it returns.
local function run_nested(self, fn)
  local task, spawned = this_task(), {}
  local function spawn(...)
    local child = new_task(self, ...)
    spawned[#spawned + 1] = child
    return child
  end
  local results = pack(pcall(fn, spawn))
  local failed, reason = not results[1], results[2]
  local i = 1
  while spawned[i] do
    local child = spawned[i]
    if failed or task.cancelled then
      for later = i, #spawned do spawned[later]:cancel() end
    end
    local unobserved = not child.ended or self.failures[child] ~= nil
    if child.ended or await_end(task, child) then
      self.failures[child] = nil
      if unobserved and child.failed and not child.cancelled and not failed then
        failed, reason = true, child.reason
      end
      i = i + 1
    end
  end
  if failed then error(reason, 0) end
  return unpack(results, 2, results.n)
end

--- Runs `fn(spawn)` as a task, and all tasks that it spawns, until every one has ended.
--
-- `spawn(fn, ...)` starts a task that calls `fn(...)` and returns it at once; the task has `cancel`,
-- `wait` and `status`. When `fn` raises, all other tasks are cancelled and the error is raised again.
-- An error raised by another task is returned by its `wait`; where nobody waited for it, it is raised
-- by `run` when all have ended. A run within a task uses the loop that already runs, and returns when
-- its own tasks have ended.
-- @tparam function fn
-- @tparam ?table options `poll`: a function called at least ten times a second, to look for Ctrl-C,
--   say; an error that it raises cancels all tasks and is raised by `run`. `place`: another time than the
--   system's, as a simulation has it: `monotonic()` → seconds, `wait(handles, ms)`, which returns when one of
--   the sources' handles has something to do, or after `ms` milliseconds unless that is below 0
-- @return what `fn` returned
function loop.run(fn, options)
  if type(fn) ~= "function" then error("loop.run needs a function", 2) end
  if current then
    if not this_task() then error("loop.run cannot be called in a coroutine within a task", 2) end
    return run_nested(current, fn)
  end
  local self = {
    ready = {}, head = 1, tail = 0, timers = {}, order = 0, live = 0, tasks = {}, sources = {},
    task_count = 0, backgrounds = 0, failures = {}, failure_count = 0, poll = options and options.poll,
    place = options and options.place or SYSTEM,
  }
  current = self
  local main = new_task(self, fn, function(...) return new_task(self, ...) end)
  self.stop_on = main
  local ok, err = pcall(drive, self)
  if self.live + self.backgrounds > 0 then wind_up(self) end
  for source in pairs(self.sources) do source:abandon() end
  current = nil
  if not ok then error(err, 0) end
  if main.failed then error(main.reason, 0) end
  local failed = first_failure(self.failures)
  if failed then error(failed.reason, 0) end
  return unpack(main.outcome, 1, main.outcome.n)
end

--- Whether the caller is in a task, so that its waits let others run.
function loop.running()
  return this_task() ~= nil
end

--- Whether `loop.run` can be called here: outside any loop, or in a task's own coroutine.
function loop.can_run()
  return current == nil or this_task() ~= nil and can_yield()
end

local function block(seconds)
  local until_time = core.clock.monotonic() + seconds
  local left = seconds
  while left > 0 do
    core.clock.sleep(left)
    left = until_time - core.clock.monotonic()
  end
  return true
end

--- Waits. In a task the others run meanwhile; elsewhere it blocks.
-- @tparam number seconds
-- @return true | nil, err of kind "cancelled"
function loop.sleep(seconds)
  local task = this_task()
  if not task or not can_yield() then return block(seconds) end
  if task.cancelled then return refuse_wait(task) end
  task.timer = timer_add(task.loop, seconds > 0 and seconds or 0, task)
  task.timer.result = true
  return suspend(task)
end

local Condition = { __name = "ses.Condition" }
Condition.__index = Condition

--- A condition: tasks wait for it, other tasks signal it. A signal that nobody waits for is lost, so
-- the state that it speaks of is to be looked at before a wait.
function loop.condition()
  return setmetatable({ first = 1, last = 0, waiters = {}, count = 0 }, Condition)
end

local function condition_remove(self, entry)
  if self.waiters[entry.index] == entry then
    self.waiters[entry.index] = nil
    self.count = self.count - 1
    if self.count == 0 then self.first, self.last = 1, 0 end
  end
end

local function condition_shift(self)
  while self.first <= self.last do
    local entry = self.waiters[self.first]
    self.waiters[self.first] = nil
    self.first = self.first + 1
    if entry then
      self.count = self.count - 1
      if self.count == 0 then self.first, self.last = 1, 0 end
      return entry.task
    end
  end
end

--- Waits for a signal.
-- @tparam ?number timeout seconds; none by default
-- @return true | false when the time is over | nil, err of kind "cancelled"
function Condition:wait(timeout)
  local task = this_task()
  if not task or not can_yield() then error("condition:wait() works in a task only", 2) end
  if task.cancelled then return refuse_wait(task) end
  self.last = self.last + 1
  local entry = { task = task, index = self.last }
  self.waiters[self.last] = entry
  self.count = self.count + 1
  local function leave() condition_remove(self, entry) end
  if timeout then
    task.timer = timer_add(task.loop, timeout > 0 and timeout or 0, task)
    task.timer.result = false
    task.timed_out = leave
  end
  local ok, err = suspend(task, leave)
  task.timed_out = nil
  return ok, err
end

--- Wakes the task that has waited longest.
function Condition:signal()
  local task = condition_shift(self)
  if task then wake(task, true) end
end

--- Wakes all tasks that wait.
function Condition:broadcast()
  for _ = 1, self.count do self:signal() end
end

-- ---- for adapters ----

--- The task that runs, for an adapter that wants to wait in it; nil outside tasks, and where the
-- task cannot yield because a C function called the code.
function loop.current_task()
  local task = this_task()
  if task and can_yield() then return task end
end

--- Starts a task that is nobody's: `run` does not wait for it but cancels it at the end. `fn` must not
-- raise.
-- @treturn boolean false where no loop runs
function loop.background(fn)
  if not current or current.winding_up then return false end
  add_task(current, true, fn)
  return true
end

--- Waits in `task`, which must be the one that runs, until `loop.wake(task, ...)`; returns what it
-- was woken with. `cancel_wait()` is called when the task is cancelled meanwhile, and returns whether
-- what it waited for is in doubt; the wait then returns `nil, err`.
function loop.suspend(task, cancel_wait)
  if task.cancelled then return refuse_wait(task) end
  return suspend(task, cancel_wait)
end

--- Ends a wait of `loop.suspend` with these results.
loop.wake = wake

--- Whether the task was cancelled, so that a wait would end at once.
function loop.is_cancelled(task)
  return task.cancelled
end

--- Adds a source of events to the loop that runs: `source:handle()` is its ses.core transport,
-- `source:step(wait_ms)` does its work, `source:abandon()` ends all that is open. Nothing outside.
function loop.watch(source)
  if current then current.sources[source] = true end
end

--- Takes a source out again, when it has nothing open.
function loop.unwatch(source)
  if current then current.sources[source] = nil end
end

--- Puts another loop in the place of the one that runs. A place whose `wait` lets other coroutines run loops of
-- their own meanwhile takes its loop out before that, and puts it back.
-- @tparam ?table other what an earlier call has given; nil for no loop
-- @treturn ?table the loop that ran until now
function loop.swap(other)
  local before = current
  current = other
  return before
end

return loop
