--- Whether a failed try is made again, and the wait before it.
-- @module ses.pipeline.retry
-- Source: "Retry behavior", AWS SDKs and Tools Reference Guide. The mode "legacy" is "standard" here.
local core = require "ses.core"
local retry_after = require "ses.pipeline.retry_after"

local retry = {}

-- AWS's base for the wait after a throttling; not shorter than after another failure.
local THROTTLED_BACKOFF_MS = 1000

--- Makes the state that all calls of a client share: the retry quota.
-- @tparam ses.Settings settings
-- @treturn userdata of ses.core.retry
function retry.new(settings)
  return assert(core.retry.new {
    max_retries = settings.max_retries, initial_backoff_ms = settings.initial_backoff_ms,
    throttled_backoff_ms = math.max(THROTTLED_BACKOFF_MS, settings.initial_backoff_ms),
    max_backoff_ms = settings.max_backoff_ms, multiplier = settings.backoff_multiplier,
  })
end

--- Decides about another try, and waits for its time.
-- @tparam ses.Pipeline pipeline
-- @tparam table state of the call: `tries` so far, `deadline`; `retry_cost` is set
-- @tparam ses.Error err why the last try failed; `retry_quota_exhausted` is set where only the quota
--   stands against another
-- @tparam ?table response the answer, where there was one
-- @treturn boolean
-- @treturn ?ses.Error where the wait was ended
function retry.wait(pipeline, state, err, response)
  local amz_ms, http_ms
  if response then amz_ms, http_ms = retry_after.read(response.headers, pipeline.clock.now()) end
  local verdict, wait_ms, cost = pipeline.retry:decide {
    attempts = state.tries, throttled = err.kind == "throttling",
    amz_retry_after_ms = amz_ms, retry_after_ms = http_ms,
    left_ms = (state.deadline - pipeline.clock.monotonic()) * 1000, random = pipeline.random.uniform(),
  }
  if verdict == "quota" then err.retry_quota_exhausted = true end
  if verdict ~= "again" then return false end
  state.retry_cost = cost
  if pipeline.logger then pipeline.logger:backing_off(state, err, wait_ms) end
  local trace = state.trace
  if trace then
    trace:retry(state)
    trace:enter "ses.retry_delay"
  end
  local waited, ended = pipeline.waits:sleep(wait_ms / 1000)
  if trace then trace:leave(ended) end
  if waited then return true end
  if trace then trace:leave(ended) end
  return false, ended
end

--- A call has succeeded: the quota gets back what its last retry took.
-- @tparam ses.Pipeline pipeline
-- @tparam table state of the call
function retry.succeeded(pipeline, state)
  pipeline.retry:succeed(state.retry_cost)
end

return retry
