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
--
-- While it runs, and after: `campaign.status`, `campaign.report` and `campaign.page` (ses.campaign.status,
-- ses.campaign.page), `campaign.pause`, `resume` and `pace` (ses.campaign.control), `campaign.settle` and `take_event`
-- (ses.campaign.settle), `campaign.events` (ses.campaign.listen), `campaign.export` (ses.campaign.export).
-- @module ses.campaign
local access = require "ses.campaign.access"
local address = require "ses.mail.address"
local control = require "ses.campaign.control"
local errors = require "ses.errors"
local export = require "ses.campaign.export"
local page = require "ses.campaign.page"
local runs = require "ses.campaign.run"
local settle = require "ses.campaign.settle"
local status = require "ses.campaign.status"
local trial = require "ses.campaign.trial"

local campaign = {}

local function interrupted_early(one)
  return { status = "interrupted", campaign = one.spec.name, journal = one.journal_path, nothing_sent = true }
end

--- Runs a campaign.
-- @tparam table options
--   `file`: path of a campaign file (see ses.campaign.file), or `campaign`: the table that it would return;
--   `journal`: another path than the campaign's; `limit`: recipients of this run at most;
--   `dry_run`: everything but the sending, leaving no trace; `test_to`: an address that gets the mails of
--   the first `limit` (1) recipients instead; `retry_failed` (of one code alone: `retry_code`),
--   `resend_in_doubt`: write again to those who stand so from earlier runs; `client`: options for ses.client,
--   before those of the file; `interrupted`: function → how often Ctrl-C was pressed; `on_begin`: function(name of the
--   campaign); `on_stage`: function(text), what happens before the first mail; `on_progress`: function(tally), ten
--   times a second; `on_sent`: function(tally), once
-- @treturn table|nil { status =, counts =, failures =, in_doubt =, notes =, seconds =, rate =, inbox =,
--   call = { name = "SendEmail" or "SendBulkEmail", batch = recipients of one call, why = }, stopped_by = };
--   `status` is "finished", "limited", "incomplete" (some could not be tried), "stopped" (by the error
--   `stopped_by`), "interrupted", "dry_run" or "test"
-- @treturn ?ses.Error of what was wrong before the first mail; nothing was sent and nothing is left behind
function campaign.run(options)
  local spec, err = access.spec(options)
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

--- Takes events from the campaign's queue, see ses.campaign.listen.
function campaign.events(options)
  return require("ses.campaign.listen").events(options)
end

-- Beside the runs at work: see ses.campaign.status, ses.campaign.page, ses.campaign.control, ses.campaign.settle and
-- ses.campaign.export for what these take and give.
campaign.status, campaign.report, campaign.page = status.status, status.report, page.html
campaign.pause, campaign.resume, campaign.pace = control.pause, control.resume, control.pace
campaign.put_back = control.put_back
campaign.settle, campaign.take_event = settle.settle, settle.take_event
campaign.export = export.export

return campaign
