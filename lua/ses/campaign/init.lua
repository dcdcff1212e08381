--- Campaigns: one message to everybody in a file, once each, whatever happens on the way.
--
--     local campaign = require "ses.campaign"
--     local result = assert(campaign.run { file = "autumn.lua" })
--     print(result.counts.sent, result.counts.in_doubt)
--
-- What a run does, in this order: it reads the campaign file and its template; loads the audience into
-- the journal, in one transaction; makes in_doubt of what an earlier run that was cut off had in flight;
-- sends to whoever is pending. Each step that fails ends the run before the next, and nothing is sent
-- before all recipients are known to be fit. Running the same campaign again goes on where it ended.
-- @module ses.campaign
local address = require "ses.mail.address"
local errors = require "ses.errors"
local file = require "ses.campaign.file"
local journals = require "ses.campaign.journal"
local report = require "ses.campaign.report"
local runs = require "ses.campaign.run"
local trial = require "ses.campaign.trial"

local campaign = {}

local function load_spec(options)
  if type(options.campaign) == "table" then return file.check(options.campaign, options.place) end
  return file.load(options.file)
end

local function interrupted_early(one)
  return { status = "interrupted", campaign = one.spec.name, journal = one.journal_path, nothing_sent = true }
end

--- Runs a campaign.
-- @tparam table options
--   `file`: path of a campaign file (see ses.campaign.file), or `campaign`: the table that it would return;
--   `journal`: another path than the campaign's; `limit`: recipients of this run at most;
--   `dry_run`: everything but the sending, leaving no trace; `test_to`: an address that gets the mails of
--   the first `limit` (1) recipients instead; `retry_failed`, `resend_in_doubt`: write again to those who
--   stand so from earlier runs; `client`: options for ses.client, before those of the file;
--   `interrupted`: function → how often Ctrl-C was pressed; `on_begin`: function(name of the campaign);
--   `on_stage`: function(text), what happens before the first mail; `on_progress`: function(tally), ten times a
--   second; `on_sent`: function(tally), once
-- @treturn table|nil { status =, counts =, failures =, in_doubt =, notes =, seconds =, rate =, inbox =,
--   call = { name = "SendEmail" or "SendBulkEmail", batch = recipients of one call, why = }, stopped_by = };
--   `status` is "finished", "limited", "incomplete" (some could not be tried), "stopped" (by the error
--   `stopped_by`), "interrupted", "dry_run" or "test"
-- @treturn ?ses.Error of what was wrong before the first mail; nothing was sent and nothing is left behind
function campaign.run(options)
  local spec, err = load_spec(options)
  if not spec then return nil, err end
  if options.test_to then
    local fine, reason = address.validate(options.test_to)
    if not fine then
      return nil, errors.new { kind = "validation", code = "InvalidParameter", field = "test_to",
        message = "the address to test with " .. reason }
    end
  end
  if options.on_begin then options.on_begin(spec.name) end
  local one = runs.new(spec, options)
  local ran, result, failed = pcall(function()
    if options.test_to then return trial.run(one) end
    local ready, reason = one:prepare()
    if not ready then return nil, reason end
    if options.dry_run then return one:result { status = "dry_run" } end
    return one:send()
  end)
  one:finish()
  if not ran then error(result, 0) end
  if failed == one.INTERRUPTED then return interrupted_early(one) end
  return result, failed
end

--- How a campaign stands, also while it runs.
-- @tparam table options `file` or `campaign`, `journal`, `all` (list every row)
-- @treturn table|nil as of `campaign.run`, with the status "status"
-- @treturn ?ses.Error
function campaign.status(options)
  local spec, err = load_spec(options)
  if not spec then return nil, err end
  local where = options.journal or spec.journal
  local journal
  journal, err = journals.open(where, { campaign = spec.name, read_only = true })
  if not journal then return nil, err end
  local found
  found, err = report.of(journal, { all = options.all })
  journal:close()
  if not found then return nil, err end
  found.status, found.campaign, found.journal = "status", spec.name, journals.shown(where)
  return found
end

return campaign
