-- Against the emulator, over real sockets, by its own clock.
local emulator = require "spec.support.emulator"
local ses = require "ses"

describe("jobs:wait_until_done", function()
  local FAST = { interval = 0.02, max_interval = 0.1, timeout = 60 }
  local control, client

  setup(function()
    control = emulator.start {}
    client = assert(ses.client {
      region = "eu-west-1", endpoint = control.url, initial_backoff_ms = 1, max_backoff_ms = 10,
      credentials = { access_key_id = "AKIAEMULATOR00000000", secret_access_key = "emulator-secret-key" },
    })
  end)
  teardown(function()
    client:close()
    control:stop()
  end)

  local function tell(path, wanted)
    local _, status = control:control("POST", path, wanted)
    assert(status == 200, "the emulator did not take it")
  end

  before_each(function() tell("/reset") end)

  local function fast(more)
    local options = {}
    for _, fields in ipairs { FAST, more or {} } do
      for name, value in pairs(fields) do options[name] = value end
    end
    return options
  end

  local function new_import()
    return assert(client.jobs:create_import {
      import_destination = { suppression_list_destination = { suppression_list_import_action = "PUT" } },
      import_data_source = { s3_url = "s3://bucket/list.csv", data_format = "CSV" },
    }).job_id
  end

  local function new_export()
    return assert(client.jobs:create_export {
      export_data_source = { message_insights_data_source = { start_date = 1700000000, end_date = 1700003600 } },
      export_destination = { data_format = "CSV" },
    }).job_id
  end

  it("follows a job through its statuses", function()
    tell("/timing", { job_seconds = 2 })
    local seen, last = {}, nil
    local done = assert(client.jobs:wait_until_done(new_import(), fast {
      kind = "import", on_progress = function(state, told)
        if seen[#seen] ~= state.status then seen[#seen + 1] = state.status end
        last = told
      end,
    }))
    assert.equal("COMPLETED", done.status)
    assert.equal("import", done.kind)
    assert.equal(0, done.failed)
    assert.equal("COMPLETED", seen[#seen])
    assert.is_true(#seen >= 2 and last.polls >= 2)
  end)

  it("counts the records of an import job", function()
    tell("/timing", { job_seconds = 600 })
    local id, told = new_import(), nil
    local done = assert(client.jobs:wait_until_done(id, fast { on_progress = function(state)
      told = state
      if state.status ~= "COMPLETED" then
        tell("/jobs", { job_id = id, status = "COMPLETED", processed = 120, failed = 3 })
      end
    end }))
    assert.equal(120, done.processed)
    assert.equal(3, done.failed)
    assert.equal(id, done.job.job_id)
    assert.equal(done, told)
  end)

  it("finds out by itself that a job is an export", function()
    tell("/timing", { job_seconds = 0.1 })
    local done = assert(client.jobs:wait_until_done(new_export(), fast()))
    assert.equal("export", done.kind)
    assert.equal(0, done.exported)
    assert.equal("MESSAGE_INSIGHTS", done.job.export_source_type)
  end)

  it("tells why a job failed", function()
    local id = new_import()
    tell("/jobs", { job_id = id, status = "FAILED", processed = 5, failed = 5, message = "No such bucket." })
    local done, err = client.jobs:wait_until_done(id, fast())
    assert.is_nil(done)
    assert.equal("JobFailed", err.code)
    assert.equal("No such bucket.", err.failure_info.error_message)
    assert.equal(5, err.job.failed_records_count)
    assert.truthy(tostring(err):find("the import job " .. id .. " has failed: No such bucket.", 1, true))
  end)

  it("tells that a job was cancelled", function()
    tell("/timing", { job_seconds = 600 })
    local id = new_export()
    assert(client.jobs:cancel_export { job_id = id })
    local done, err = client.jobs:wait_until_done(id, fast())
    assert.is_nil(done)
    assert.equal("cancelled", err.kind)
    assert.equal("JobCancelled", err.code)
  end)

  it("gives up when its time is over, or on_progress says so", function()
    tell("/timing", { job_seconds = 600 })
    local id = new_import()
    local done, err = client.jobs:wait_until_done(id, fast { timeout = 0.1 })
    assert.is_nil(done)
    assert.equal("timeout", err.kind)
    assert.equal("WaitTimeout", err.code)
    assert.truthy(err.message:find("did not come to an end within 0.1 s; it is CREATED", 1, true), err.message)
    done, err = client.jobs:wait_until_done(id, fast { on_progress = function() return false end })
    assert.is_nil(done)
    assert.equal("cancelled", err.kind)
  end)

  it("refuses what is no job and no option", function()
    local done, err = client.jobs:wait_until_done("3f2c1b8e-0000-4000-8000-000000000000", fast())
    assert.is_nil(done)
    assert.equal("NotFoundException", err.code)
    assert.equal("validation", select(2, client.jobs:wait_until_done(7, fast())).kind)
    assert.equal("kind", select(2, client.jobs:wait_until_done("j", { kind = "exports" })).field)
    assert.equal("timeout", select(2, client.jobs:wait_until_done("j", { timeout = -1 })).field)
    assert.equal("on_progress", select(2, client.jobs:wait_until_done("j", { on_progress = true })).field)
  end)
end)
