--- The report of a campaign: what became of whom, as text and as data.
-- @module ses.campaign.report
local address = require "ses.mail.address"
local json = require "ses.model.json"
local reasons = require "ses.campaign.reasons"
local report_text = require "ses.campaign.report_text"
local timestamp = require "ses.model.timestamp"

local report = {}

local REASONS = 20
local ROWS_OF_A_REASON = 10
local DOUBTS = 100

--- Gathers what a journal knows.
-- @tparam table journal
-- @tparam ?table options `all` = true: every row, not just the first ones
-- @treturn table|nil { counts =, failures = { { code =, reason =, count =, rows = } },
--   in_doubt = { { row =, email = (masked), reason =, at = } } }
-- @treturn ?ses.Error
function report.of(journal, options)
  local limit = options and options.all and math.huge or nil
  local counts, err = journal:counts()
  if not counts then return nil, err end
  local failures
  failures, err = journal:failures(limit and 1e6 or REASONS, limit and 1e9 or ROWS_OF_A_REASON)
  if not failures then return nil, err end
  local doubts = {}
  local done
  done, err = journal:each("in_doubt", function(row)
    doubts[#doubts + 1] = { row = row.row, email = address.mask(row.email), reason = row.reason, at = row.updated }
    return #doubts < (limit or DOUBTS)
  end)
  if not done then return nil, err end
  return { counts = counts, failures = failures, in_doubt = doubts }
end

--- The report as text (see ses.campaign.report_text).
report.text = report_text.of

local function time(unix)
  return unix and timestamp.iso8601(math.floor(unix))
end

-- How the campaign stands, and its history where it is a report's.
local function add_standing(data, result)
  data.standing, data.paused, data.processes = result.standing, result.paused, result.workers
  data.pause_reason, data.reputation = result.pause_reason, result.reputation
  data.pace, data.set_rate, data.at = result.pace, result.set_rate, time(result.at)
  data.waits_for, data.waits_until, data.ends_at = result.waits_for, time(result.waits_until), time(result.ends_at)
  data.needs_runs = result.needs_runs
  if not result.timeline then return end
  data.logged, data.timeline = json.list(), { seconds = result.timeline.seconds, steps = json.list() }
  for i, line in ipairs(result.logged) do
    data.logged[i] = { at = time(line.at), kind = line.kind, text = line.text }
  end
  for i, step in ipairs(result.timeline) do
    data.timeline.steps[i] = { at = time(step.at), sent = step.sent, failed = step.failed, in_doubt = step.in_doubt }
  end
  data.latencies, data.breakdown = json.list(result.latencies), json.list(result.breakdown)
end

--- The report as data that JSON can hold.
-- @tparam table result
-- @treturn table
function report.data(result)
  local counts, failures = result.counts, json.list()
  for i, group in ipairs(result.failures) do
    failures[i] = {
      code = group.code, reason = group.reason, count = group.count, rows = json.list(group.rows),
    }
  end
  local doubts = json.list()
  for i, doubt in ipairs(result.in_doubt) do
    doubts[i] = { row = doubt.row, email = doubt.email, reason = doubt.reason, at = time(doubt.at) }
  end
  local data = {
    campaign = result.campaign, status = result.status, journal = result.journal, failures = failures,
    in_doubt_rows = doubts, notes = json.list(result.notes), inbox = result.inbox,
    seconds = result.seconds, rate = result.rate, run = result.run,
    call = result.call, events = result.events,
    error = result.stopped_by and { code = result.stopped_by.code, message = tostring(result.stopped_by) },
  }
  for _, entry in ipairs(report_text.COUNTS) do data[entry[1]] = counts[entry[1]] end
  data.total = counts.total
  data.delivery = {}
  for _, entry in ipairs(report_text.DELIVERY) do data.delivery[entry[1]] = (counts.delivery or {})[entry[1]] or 0 end
  data.suppressed_by = json.list(reasons.suppressed(counts.suppressed_by))
  if result.standing then add_standing(data, result) end
  return data
end

return report
