local poll = require("ses.emulator.host").wait_for
local support = require "spec.support.emulator"

local IMPORT = {
  ImportDestination = { SuppressionListDestination = { SuppressionListImportAction = "PUT" } },
  ImportDataSource = { S3Url = "s3://bucket/list.csv", DataFormat = "CSV" },
}
local EXPORT = {
  ExportDataSource = { MessageInsightsDataSource = { StartDate = 1700000000, EndDate = 1700100000 } },
  ExportDestination = { DataFormat = "CSV" },
}

describe("the emulator's jobs", function()
  local client

  setup(function() client = support.start { job_seconds = 0 } end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function create_import() return assert(client:result("POST", "/v2/email/import-jobs", IMPORT).JobId) end
  local function create_export() return assert(client:result("POST", "/v2/email/export-jobs", EXPORT).JobId) end
  local function get_import(id) return client:result("GET", "/v2/email/import-jobs/" .. id) end
  local function get_export(id) return client:result("GET", "/v2/email/export-jobs/" .. id) end

  it("are created, processed and completed, in this order", function()
    client:control("POST", "/timing", { job_seconds = 3 })
    local id = create_import()
    local order, last = { CREATED = 1, PROCESSING = 2, COMPLETED = 3 }, 0
    local seen = {}
    assert.is_true(poll(30, function()
      local status = get_import(id).JobStatus
      assert.is_true(order[status] >= last)
      last, seen[status] = order[status], true
      return status == "COMPLETED"
    end))
    assert.is_true(seen.PROCESSING)
    local job = get_import(id)
    assert.same({ 0, 0 }, { job.ProcessedRecordsCount, job.FailedRecordsCount })
    assert.truthy(job.CompletedTimestamp > job.CreatedTimestamp)
    assert.same(IMPORT.ImportDataSource, job.ImportDataSource)
  end)

  it("stay as they were created while there is time", function()
    client:control("POST", "/timing", { job_seconds = 3600 })
    local job = get_export(create_export())
    assert.equal("CREATED", job.JobStatus)
    assert.is_nil(job.CompletedTimestamp)
    assert.equal("MESSAGE_INSIGHTS", job.ExportSourceType)
    assert.same(EXPORT.ExportDataSource, job.ExportDataSource)
  end)

  it("go where a test puts them", function()
    local id = create_import()
    client:control("POST", "/jobs", {
      job_id = id, status = "FAILED", processed = 9, failed = 2, message = "No bucket.",
    })
    local job = get_import(id)
    assert.same({ "FAILED", 9, 2, "No bucket." },
      { job.JobStatus, job.ProcessedRecordsCount, job.FailedRecordsCount, job.FailureInfo.ErrorMessage })
    assert.equal(400, (select(2, client:control("POST", "/jobs", { job_id = id, status = "LOST" }))))
    assert.equal(400, (select(2, client:control("POST", "/jobs", { job_id = "none", status = "FAILED" }))))
  end)

  it("are cancelled while they run, and not after", function()
    client:control("POST", "/timing", { job_seconds = 3600 })
    local id = create_export()
    assert.equal(200, (client:call("PUT", ("/v2/email/export-jobs/%s/cancel"):format(id), {})))
    assert.equal("CANCELLED", get_export(id).JobStatus)
    local status, _, headers = client:call("PUT", ("/v2/email/export-jobs/%s/cancel"):format(id), {})
    assert.equal(400, status)
    assert.equal("BadRequestException", headers["x-amzn-errortype"])
    assert.equal(404, (client:call("PUT", "/v2/email/export-jobs/none/cancel", {})))
  end)

  it("are listed the newest first, by pages, by type and by status", function()
    local first, second, third = create_export(), create_export(), create_export()
    client:control("POST", "/jobs", { job_id = second, status = "FAILED" })
    local page = client:result("POST", "/v2/email/list-export-jobs", { PageSize = 2 })
    assert.same({ third, second }, { page.ExportJobs[1].JobId, page.ExportJobs[2].JobId })
    page = client:result("POST", "/v2/email/list-export-jobs", { PageSize = 2, NextToken = page.NextToken })
    assert.equal(first, page.ExportJobs[1].JobId)
    assert.is_nil(page.NextToken)
    page = client:result("POST", "/v2/email/list-export-jobs", { JobStatus = "FAILED", PageSize = 1 })
    assert.equal(second, page.ExportJobs[1].JobId)
    assert.is_nil(page.NextToken)
    page = client:result("POST", "/v2/email/list-export-jobs", { ExportSourceType = "METRICS_DATA" })
    assert.same({}, page.ExportJobs)
    create_import()
    assert.equal(1, #client:result("POST", "/v2/email/import-jobs/list", { ImportDestinationType = "SUPPRESSION_LIST" })
      .ImportJobs)
    assert.same({}, client:result("POST", "/v2/email/import-jobs/list", { ImportDestinationType = "CONTACT_LIST" })
      .ImportJobs)
  end)

  it("are refused without one destination and a source in S3", function()
    assert.equal(400, (client:call("POST", "/v2/email/import-jobs", {
      ImportDestination = {}, ImportDataSource = IMPORT.ImportDataSource,
    })))
    assert.equal(400, (client:call("POST", "/v2/email/import-jobs", {
      ImportDestination = IMPORT.ImportDestination, ImportDataSource = { S3Url = "http://x", DataFormat = "CSV" },
    })))
    assert.equal(400, (client:call("POST", "/v2/email/export-jobs", {
      ExportDataSource = {}, ExportDestination = { DataFormat = "CSV" },
    })))
    assert.equal(404, (client:call("GET", "/v2/email/import-jobs/none")))
  end)
end)
