--- Waits for something that SES does in its own time: asks, waits a little longer each time, asks again.
--
-- What every wait takes as options:
--
-- | option | meaning |
-- |---|---|
-- | `timeout` | seconds until the wait gives up |
-- | `interval` | seconds before the second question; half as long again before each further one |
-- | `max_interval` | seconds that are between two questions at most |
-- | `on_progress` | function(state, { elapsed = seconds, polls = }), after each answer; `false` ends the wait |
-- @module ses.services.waiter
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local waiter = {}

local GROWTH = 1.5
-- Failures in a row, each of them of a whole call with its own retries, that a wait sits out.
local FAILURES = 3

local SECONDS = { timeout = true, interval = true, max_interval = true }

local function check_value(name, value, faults)
  if SECONDS[name] then
    if type(value) ~= "number" or not (value >= 0 and value < math.huge) then
      faults[#faults + 1] = { path = name, message = "must be a number of seconds" }
    end
  elseif name == "on_progress" and type(value) ~= "function" then
    faults[#faults + 1] = { path = name, message = "must be a function" }
  end
end

--- Checks options and fills in defaults.
-- @tparam ?table options
-- @tparam table defaults `timeout`, `interval`, `max_interval`
-- @tparam ?table others the names of further options, as keys
-- @treturn table a new table
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation"
function waiter.options(options, defaults, others)
  local faults, known, made = {}, { on_progress = true }, {}
  for name in pairs(others or {}) do known[name] = true end
  for name, value in pairs(defaults) do known[name], made[name] = true, value end
  for name, value in pairs(options or {}) do
    if not known[name] then
      faults[#faults + 1] = { path = tostring(name), message = "is not known" .. suggest.hint(tostring(name), known) }
    else
      check_value(name, value, faults)
      made[name] = value
    end
  end
  if #faults > 0 then
    table.sort(faults, function(a, b) return a.path < b.path end)
    return nil, errors.validation(faults)
  end
  return made
end

-- Whether the wait goes on after a failed question.
local function sits_out(err, failures)
  if err.kind == "throttling" or err.kind == "circuit_open" or err.kind == "rate_limited" then return true end
  return err.retryable and failures < FAILURES
end

local function timed_out(wait, options)
  local why = wait.err and ("; the last answer was: " .. wait.err.message)
    or wait.words and ("; " .. wait.words) or ""
  return nil, errors.new {
    kind = "timeout", code = "WaitTimeout", retryable = true,
    message = ("%s did not come to an end within %g s%s"):format(wait.subject, options.timeout, why),
  }
end

local function stopped(wait)
  return nil, errors.new {
    kind = "cancelled", code = "Cancelled", message = "the wait for " .. wait.subject .. " was ended by on_progress",
  }
end

-- One question, and what is told of its answer. → whether the wait is over, and its results
local function question(wait, client, options, ask)
  local left = math.max(1, wait.deadline - wait.clock.monotonic()) * 1000
  wait.polls = wait.polls + 1
  local done, state, words = ask {
    operation_timeout_ms = math.min(client.settings.operation_timeout_ms, left),
  }
  if done == nil then
    local err = state
    wait.failures = wait.failures + 1
    if not sits_out(err, wait.failures) then return true, nil, err end
    wait.err = err
    return false
  end
  wait.failures, wait.err, wait.words = 0, nil, words
  if options.on_progress then
    local told = { elapsed = wait.clock.monotonic() - wait.started, polls = wait.polls }
    if options.on_progress(state, told) == false and not done then return true, stopped(wait) end
  end
  if done then return true, state end
  return false
end

-- A tenth more or less, so that many waits that began together do not ask together.
local function pause(wait, interval, random)
  local seconds = interval * (0.9 + 0.2 * random.uniform())
  if wait.err and wait.err.retry_after then seconds = math.max(seconds, wait.err.retry_after) end
  return math.min(seconds, wait.deadline - wait.clock.monotonic())
end

--- Waits until `ask` says that it is over. In a task of `ses.run` and in nginx others go on meanwhile.
-- Throttling, and a few failures of other kinds that may pass, are sat out.
-- @tparam ses.Client client
-- @tparam table options of `waiter.options`
-- @tparam string subject what is waited for, for messages: "the import job j-1"
-- @tparam function ask function(call_options) → true, state where it is over; false, state, words where it is
--   not (`words` say how it stands, for the error of a timeout); nil, err
-- @return the last state
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "timeout", code "WaitTimeout", where the time ran out; "cancelled" where on_progress
--   ended it; else what `ask` gave
function waiter.wait(client, options, subject, ask)
  local clock, random = client.pipeline.clock, client.pipeline.random
  local now = clock.monotonic()
  local wait = {
    clock = clock, subject = subject, started = now, deadline = now + options.timeout, polls = 0, failures = 0,
  }
  local interval = options.interval
  while true do
    local over, state, err = question(wait, client, options, ask)
    if over then return state, err end
    local seconds = pause(wait, interval, random)
    if seconds <= 0 then return timed_out(wait, options) end
    local slept, cancelled = clock.sleep(seconds)
    if not slept then return nil, cancelled end
    interval = math.min(math.max(options.max_interval, options.interval), interval * GROWTH)
  end
end

return waiter
