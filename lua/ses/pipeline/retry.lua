--- The wait between two tries.
-- @module ses.pipeline.retry
local core = require "ses.core"

local retry = {}

--- Waits before the next try, or says that there is no time for it.
-- Full-jitter exponential backoff, no shorter than what the service asked for, which is honoured up to
-- `max_backoff_ms`.
-- @treturn boolean false where the wait would outlast the operation's deadline, or was cancelled
-- @treturn ?ses.Error kind "cancelled"
function retry.wait(pipeline, state, err)
  local settings, clock = pipeline.settings, pipeline.clock
  local wait = core.backoff.delay {
    attempt = state.attempts, initial_ms = settings.initial_backoff_ms, max_ms = settings.max_backoff_ms,
    multiplier = settings.backoff_multiplier, random = pipeline.random.uniform(),
  } / 1000
  if err.retry_after then
    wait = math.max(wait, math.min(err.retry_after, settings.max_backoff_ms / 1000))
  end
  if clock.monotonic() + wait >= state.deadline then return false end
  local slept, cancelled = clock.sleep(wait)
  if not slept then return false, cancelled end
  return true
end

return retry
