--- Import and export jobs. There is no S3 here, so that a job moves no records: it goes through the
-- statuses of one in a settable time, or to where POST /_emulator/jobs puts it.
-- @module ses.emulator.jobs
local errors = require "ses.emulator.errors"
local ids = require "ses.emulator.ids"
local resources = require "ses.emulator.resources"
local timing = require "ses.emulator.timing"

local jobs = {}

local MISSING = "Job %s does not exist."

local imports = resources.collection { kind = "import-job", missing = MISSING, newest_first = true }
local exports = resources.collection { kind = "export-job", missing = MISSING, newest_first = true }

local STATUSES = { CREATED = true, PROCESSING = true, COMPLETED = true, FAILED = true, CANCELLED = true }

local function status_of(entry, now)
  local job = entry.value
  if job.status then return job.status end
  local age = now - entry.created
  if age >= job.seconds then return "COMPLETED" end
  return age * 3 < job.seconds and "CREATED" or "PROCESSING"
end

local function completed_at(entry, status)
  if status == "CREATED" or status == "PROCESSING" then return nil end
  return entry.value.ended or entry.created + entry.value.seconds
end

local function add(collection, job, context)
  job.seconds = timing.get().job_seconds
  local entry, err = collection:add(ids.uuid(), job, context.now)
  if not entry then return nil, err end
  return { JobId = entry.name }
end

local function failure_of(entry, status)
  if status ~= "FAILED" then return nil end
  return { ErrorMessage = entry.value.message or "The job failed." }
end

local function only_one(params, first, second)
  if (params[first] ~= nil) ~= (params[second] ~= nil) then return params[first] and first or second end
  return errors.fail("BadRequestException", "Exactly one of %s and %s must be given.", first, second)
end

--- CreateImportJob.
function jobs.create_import(params, context)
  local ok, err = only_one(params.ImportDestination, "SuppressionListDestination", "ContactListDestination")
  if not ok then return nil, err end
  if not params.ImportDataSource.S3Url:find("^s3://[^/]+/.") then
    return errors.fail("BadRequestException", "S3Url must be of the form s3://bucket/object.")
  end
  return add(imports, { ImportDestination = params.ImportDestination, ImportDataSource = params.ImportDataSource },
    context)
end

local function import_summary(entry, now)
  local job, status = entry.value, status_of(entry, now)
  local over = completed_at(entry, status) ~= nil
  return {
    JobId = entry.name, JobStatus = status, CreatedTimestamp = entry.created,
    ImportDestination = job.ImportDestination, ProcessedRecordsCount = over and (job.processed or 0) or nil,
    FailedRecordsCount = over and (job.failed or 0) or nil,
  }
end

--- GetImportJob.
function jobs.get_import(params, context)
  local entry, err = imports:get(params.JobId)
  if not entry then return nil, err end
  local job = import_summary(entry, context.now)
  job.ImportDataSource = entry.value.ImportDataSource
  job.CompletedTimestamp = completed_at(entry, job.JobStatus)
  job.FailureInfo = failure_of(entry, job.JobStatus)
  return job
end

--- ListImportJobs: the newest first.
function jobs.list_imports(params, context)
  local member = ({
    SUPPRESSION_LIST = "SuppressionListDestination", CONTACT_LIST = "ContactListDestination",
  })[params.ImportDestinationType]
  return imports:list("ImportJobs", params, {
    default = 100, max = 1000, show = function(entry) return import_summary(entry, context.now) end,
    wanted = member and function(entry) return entry.value.ImportDestination[member] ~= nil end,
  })
end

--- CreateExportJob.
function jobs.create_export(params, context)
  local source, err = only_one(params.ExportDataSource, "MetricsDataSource", "MessageInsightsDataSource")
  if not source then return nil, err end
  return add(exports, {
    ExportDataSource = params.ExportDataSource, ExportDestination = params.ExportDestination,
    ExportSourceType = source == "MetricsDataSource" and "METRICS_DATA" or "MESSAGE_INSIGHTS",
  }, context)
end

local function export_summary(entry, now)
  local status = status_of(entry, now)
  return {
    JobId = entry.name, JobStatus = status, ExportSourceType = entry.value.ExportSourceType,
    CreatedTimestamp = entry.created, CompletedTimestamp = completed_at(entry, status),
  }
end

--- GetExportJob.
function jobs.get_export(params, context)
  local entry, err = exports:get(params.JobId)
  if not entry then return nil, err end
  local job, stored = export_summary(entry, context.now), entry.value
  job.ExportDataSource, job.ExportDestination = stored.ExportDataSource, stored.ExportDestination
  job.FailureInfo = failure_of(entry, job.JobStatus)
  if job.JobStatus == "COMPLETED" then
    job.Statistics = { ProcessedRecordsCount = stored.processed or 0, ExportedRecordsCount = stored.processed or 0 }
  end
  return job
end

--- ListExportJobs: the newest first.
function jobs.list_exports(params, context)
  local function wanted(entry)
    return (not params.ExportSourceType or params.ExportSourceType == entry.value.ExportSourceType)
      and (not params.JobStatus or params.JobStatus == status_of(entry, context.now))
  end
  return exports:list("ExportJobs", params, {
    default = 100, max = 1000, wanted = wanted, show = function(entry) return export_summary(entry, context.now) end,
  })
end

local function finish(collection, entry, status, now)
  entry.value.status, entry.value.ended = status, now
  return collection:save(entry, now)
end

--- CancelExportJob.
function jobs.cancel_export(params, context)
  local entry, err = exports:get(params.JobId)
  if not entry then return nil, err end
  local status = status_of(entry, context.now)
  if status ~= "CREATED" and status ~= "PROCESSING" then
    return errors.fail("BadRequestException", "Job %s cannot be cancelled: it is %s.", entry.name, status)
  end
  finish(exports, entry, "CANCELLED", context.now)
  return {}
end

--- Puts a job of either kind into a status, where it stays.
-- @tparam table wanted `job_id`, `status`; `processed` and `failed` counts of records; `message` of a failure
-- @tparam number now
-- @treturn ?boolean true
-- @treturn ?string what is wrong
function jobs.set_status(wanted, now)
  if not STATUSES[wanted.status] then return nil, "the status is none of a job's" end
  for _, collection in ipairs { imports, exports } do
    local entry = type(wanted.job_id) == "string" and collection:find(wanted.job_id)
    if entry then
      local job = entry.value
      job.processed, job.failed = tonumber(wanted.processed) or job.processed, tonumber(wanted.failed) or job.failed
      job.message = type(wanted.message) == "string" and wanted.message or job.message
      finish(collection, entry, wanted.status, now)
      return true
    end
  end
  return nil, "there is no such job"
end

return jobs
