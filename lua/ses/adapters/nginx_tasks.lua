--- `ses.run` inside nginx: tasks as light threads of the worker.
--
-- One light thread, the one that called `run`, starts and ends all others, since nginx lets a light
-- thread be awaited and killed by its parent alone.
-- @module ses.adapters.nginx_tasks
local errors = require "ses.errors"
local semaphore = require "ngx.semaphore"

local tasks = {}

local unpack = table.unpack or unpack
local LONG = 3600 -- seconds; a semaphore waits no longer than it is told, so it is asked again

local function pack(...)
  return { n = select("#", ...), ... }
end

-- What a killed task was doing is not known: a send may have left.
local function cancelled_error()
  return errors.new { kind = "cancelled", code = "Cancelled", message = "the task was cancelled", in_doubt = true }
end

local Task = { __name = "ses.Task" }
Task.__index = Task

local function tell(run, action, task)
  run.orders[#run.orders + 1] = { action, task }
  run.wake:post()
end

local function new_task(run, fn, ...)
  local task = setmetatable({ run = run, fn = fn, args = pack(...), waiters = {}, ended = false }, Task)
  run.live = run.live + 1
  run.tasks[task] = true
  tell(run, "start", task)
  return task
end

local function end_task(task, ok, ...)
  if task.ended then return end
  local run = task.run
  task.ended = true
  run.live = run.live - 1
  run.tasks[task] = nil
  task.failed = not ok
  task.results = pack(...)
  local quiet = task.cancelled and errors.is(task.results[1]) and task.results[1].kind == "cancelled"
  if not ok and not quiet then run.failures[#run.failures + 1] = task end
  for _, waiter in ipairs(task.waiters) do waiter:post() end
  run.wake:post()
end

--- Ends the task: at once where nginx can kill what it waits for, else when that has ended. A task that
-- has not begun never does.
function Task:cancel()
  if self.ended or self.cancelled then return end
  self.cancelled = true
  tell(self.run, "cancel", self)
end

--- Waits for the task to end.
-- @return what the task's function returned; `nil, err` where it raised an error, `err` being what was
--   raised
function Task:wait()
  if not self.ended then
    local waiter = semaphore.new(0)
    self.waiters[#self.waiters + 1] = waiter
    repeat waiter:wait(LONG) until self.ended
  end
  self.observed = true
  if self.failed then return nil, self.results[1] end
  return unpack(self.results, 1, self.results.n)
end

--- Where the task stands: "ready", "running", "done", "failed" or "cancelled".
function Task:status()
  if not self.ended then return self.thread and "running" or "ready" end
  if not self.failed then return "done" end
  return self.cancelled and "cancelled" or "failed"
end

local function start(task)
  if task.ended then return end
  if task.cancelled then return end_task(task, false, cancelled_error()) end
  local thread = ngx.thread.spawn(function()
    end_task(task, pcall(task.fn, unpack(task.args, 1, task.args.n)))
  end)
  task.thread = thread
end

local function cancel(task)
  if task.ended then return end
  if not task.thread then return end_task(task, false, cancelled_error()) end
  if ngx.thread.kill(task.thread) then end_task(task, false, cancelled_error()) end
end

local ACTIONS = { start = start, cancel = cancel }

local function follow_orders(run)
  while run.orders[1] do
    local orders = run.orders
    run.orders = {}
    for _, order in ipairs(orders) do ACTIONS[order[1]](order[2]) end
  end
end

local function first_failure(run)
  for _, task in ipairs(run.failures) do
    if not task.observed then return task end
  end
end

--- Runs `fn(spawn)` and all that it spawns until every task has ended; see `ses.adapters.loop`.
-- When `fn` raises, the others are cancelled and the error is raised again.
-- @tparam function fn
-- @return what `fn` returned
function tasks.run(fn)
  if type(fn) ~= "function" then error("ses.run needs a function", 2) end
  local run = { wake = semaphore.new(0), orders = {}, tasks = {}, failures = {}, live = 0 }
  local main = new_task(run, fn, function(...) return new_task(run, ...) end)
  local winding_up = false
  repeat
    follow_orders(run)
    if main.failed and not winding_up then
      winding_up = true
      for task in pairs(run.tasks) do task:cancel() end
    elseif run.live > 0 then
      run.wake:wait(LONG)
    end
  until run.live == 0 and not run.orders[1]
  local failed = main.failed and main or first_failure(run)
  if failed then error(failed.results[1], 0) end
  return unpack(main.results, 1, main.results.n)
end

-- The phases in which nginx lets Lua wait.
local WAITING = { rewrite = true, access = true, content = true, timer = true }

--- Whether the caller may wait for a condition.
function tasks.can_wait()
  return WAITING[ngx.get_phase()] == true
end

local Condition = { __name = "ses.Condition" }
Condition.__index = Condition

--- A condition: light threads of one worker wait for it, others signal it; see `ses.adapters.loop`.
function tasks.condition()
  return setmetatable({}, Condition)
end

--- Waits for a signal, for at most `timeout` seconds.
-- @return true, or false when the time is over
function Condition:wait(timeout)
  self.semaphore = self.semaphore or semaphore.new(0)
  return self.semaphore:wait(timeout or LONG) == true
end

--- Wakes all that wait.
function Condition:broadcast()
  local waiting = self.semaphore and -self.semaphore:count() or 0
  if waiting > 0 then self.semaphore:post(waiting) end
end

--- Runs `fn(ended)` in a timer after so many seconds, beside all requests; `ended` is true where the worker is about
-- to exit, which does not let a timer wait.
-- @tparam number seconds
-- @tparam function fn
-- @treturn boolean false where nginx starts no timer any more
function tasks.later(seconds, fn)
  local called, started = pcall(ngx.timer.at, seconds, function(ended) fn(ended) end)
  return called and started ~= nil and started ~= false
end

--- The same at once.
function tasks.background(fn) return tasks.later(0, fn) end

--- Whether the worker is about to exit.
function tasks.closing() return ngx.worker.exiting() end

--- Writes into nginx's error log.
-- @tparam string level "warn" or "notice"
-- @tparam string text of one line or several, each its own entry
function tasks.say(level, text)
  for line in text:gmatch "[^\n]+" do ngx.log(level == "warn" and ngx.WARN or ngx.NOTICE, "ses: ", line) end
end

return tasks
