--- How long the things take that SES does by itself: looking at DNS records, running a job.
-- @module ses.emulator.timing
local timing = {}

-- Two thirds of which a job is being processed.
local JOB_SECONDS = 1

local verify_after, job_seconds = nil, JOB_SECONDS

--- Sets them as the emulator was told at its start.
-- @tparam table settings `verify_after` seconds until a pending identity is verified (it stays pending where
--   none are given); `job_seconds` until a job is completed (1)
function timing.reset(settings)
  verify_after, job_seconds = settings.verify_after, settings.job_seconds or JOB_SECONDS
end

--- Changes them for what is created from now on.
-- @tparam table wanted `verify_after` (-1 for never), `job_seconds`
-- @treturn ?boolean true
-- @treturn ?string what is wrong
function timing.set(wanted)
  for _, name in ipairs { "verify_after", "job_seconds" } do
    local value = wanted[name]
    if value ~= nil and (type(value) ~= "number" or value ~= value) then return nil, name .. " must be a number" end
  end
  if (wanted.job_seconds or 0) < 0 then return nil, "job_seconds must be 0 or more" end
  if wanted.verify_after then verify_after = wanted.verify_after >= 0 and wanted.verify_after or nil end
  job_seconds = wanted.job_seconds or job_seconds
  return true
end

--- Both, as they are now.
-- @treturn table
function timing.get() return { verify_after = verify_after, job_seconds = job_seconds } end

--- A state that begins pending.
-- @tparam number now
-- @treturn table { status =, settles_at = } for `timing.status`
function timing.pending(now)
  return { status = "PENDING", settles_at = verify_after and now + verify_after }
end

--- The status of such a state.
-- @tparam table state
-- @tparam number now
-- @treturn string
function timing.status(state, now)
  if state.status == "PENDING" and state.settles_at and now >= state.settles_at then return "SUCCESS" end
  return state.status
end

return timing
