--- Import and export jobs: `client.jobs`.
-- @module ses.services.jobs
local errors = require "ses.errors"
local service = require "ses.services.service"
local waiter = require "ses.services.waiter"

local jobs = {}

local DEFAULTS = { timeout = 3600, interval = 2, max_interval = 30 }

local GET = { import = "GetImportJob", export = "GetExportJob" }

-- What both kinds of job have in common, under one name each.
local function summary(kind, job)
  local statistics = job.statistics or {}
  return {
    kind = kind, status = job.job_status, job = job,
    processed = job.processed_records_count or statistics.processed_records_count,
    failed = job.failed_records_count, exported = statistics.exported_records_count,
  }
end

local function failure(job_id, state)
  local info = state.job.failure_info or {}
  local cancelled = state.status == "CANCELLED"
  local why = info.error_message and ": " .. info.error_message or ""
  return nil, errors.new {
    kind = cancelled and "cancelled" or "client", code = cancelled and "JobCancelled" or "JobFailed",
    operation = GET[state.kind], failure_info = state.job.failure_info, job = state.job,
    message = ("the %s job %s %s%s"):format(state.kind, job_id, cancelled and "was cancelled" or "has failed", why),
  }
end

-- Asks for an import job first and, where there is none of that id, for an export job.
local function find(client, job_id, kind, options)
  local first = kind or "import"
  local job, err = service.call(client, GET[first], { job_id = job_id }, options)
  if job then return first, job end
  if kind or err.code ~= "NotFoundException" then return nil, err end
  job, err = service.call(client, GET.export, { job_id = job_id }, options)
  if job then return "export", job end
  return nil, err
end

--- Waits until an import or export job has ended.
--
-- `on_progress` and the result have a table { kind = "import" | "export", status =, processed =, failed =,
-- exported =, job = }: `processed` and `failed` are records of an import job, `processed` and `exported` of an
-- export job, each nil as long as SES does not tell; `job` is the answer of GetImportJob or GetExportJob.
-- @tparam string job_id
-- @tparam ?table options `kind`: "import" or "export" (it is found out where it is not given); `timeout` in
--   seconds (3600), `interval` (2) and `max_interval` (30), `on_progress`: see ses.services.waiter
-- @treturn table where the job is COMPLETED
-- @treturn[2] nil
-- @treturn[2] ses.Error code "JobFailed" or "JobCancelled", with `failure_info` ({ error_message =,
--   failed_records_s3_url = }) and `job`; kind "timeout", code "WaitTimeout"; or of the call
-- Source: GetImportJob, GetExportJob, Amazon SES API v2 Reference.
function jobs:wait_until_done(job_id, options)
  local settings, err = waiter.options(options, DEFAULTS, { kind = true })
  if not settings then return nil, err end
  local kind = settings.kind
  if kind ~= nil and not GET[kind] then
    return nil, errors.validation { { path = "kind", message = "must be 'import' or 'export'" } }
  end
  local state
  state, err = waiter.wait(self.client, settings, "job " .. tostring(job_id), function(call_options)
    local found, job = find(self.client, job_id, kind, call_options)
    if not found then return nil, job end
    kind = found
    local now = summary(kind, job)
    local over = now.status == "COMPLETED" or now.status == "FAILED" or now.status == "CANCELLED"
    return over, now, "it is " .. tostring(now.status)
  end)
  if not state then return nil, err end
  if state.status ~= "COMPLETED" then return failure(job_id, state) end
  return state
end

return jobs
