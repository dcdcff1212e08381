--- The report of a campaign: what became of whom, as text and as data.
-- @module ses.campaign.report
local address = require "ses.mail.address"
local format = require "ses.campaign.format"
local json = require "ses.model.json"

local report = {}

local REASONS = 20
local ROWS_OF_A_REASON = 10
local DOUBTS = 100

--- Gathers what a journal knows.
-- @tparam table journal
-- @tparam ?table options `all` = true: every row, not just the first ones
-- @treturn table|nil { counts =, failures = { { code =, reason =, count =, rows = } },
--   in_doubt = { { row =, email = (masked), reason = } } }
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
    doubts[#doubts + 1] = { row = row.row, email = address.mask(row.email), reason = row.reason }
    return #doubts < (limit or DOUBTS)
  end)
  if not done then return nil, err end
  return { counts = counts, failures = failures, in_doubt = doubts }
end

local function add(lines, text, ...)
  lines[#lines + 1] = select("#", ...) > 0 and text:format(...) or text
end

local function add_failures(lines, found)
  if #found.failures == 0 then return end
  add(lines, "")
  add(lines, "Failed, by reason:")
  local told = 0
  for _, group in ipairs(found.failures) do
    told = told + group.count
    add(lines, "  %s  %s (%s): %s", format.count(group.count), group.reason or "no reason known",
      group.code or "Unknown", format.rows(group.rows, group.count))
  end
  local rest = found.counts.failed - told
  if rest > 0 then add(lines, "  %s  for other reasons", format.count(rest)) end
end

local function add_doubts(lines, found)
  local total = found.counts.in_doubt
  if total == 0 then return end
  add(lines, "")
  add(lines, "In doubt: no answer tells whether these mails were taken, so they are not sent again.")
  for _, doubt in ipairs(found.in_doubt) do
    add(lines, "  row %d  %s  %s", doubt.row, doubt.email, doubt.reason or "")
  end
  if total > #found.in_doubt then add(lines, "  and %s more", format.count(total - #found.in_doubt)) end
end

local ORDER = {
  { "sent", "sent" }, { "failed", "failed" }, { "suppressed", "suppressed" }, { "duplicates", "duplicates" },
  { "in_doubt", "in doubt" }, { "pending", "not written to yet" }, { "sending", "on their way" },
  { "removed", "no longer in the file" },
}
-- These are told even where there are none.
local ALWAYS = { sent = true, failed = true, suppressed = true, duplicates = true, in_doubt = true }

local function add_counts(lines, result)
  local counts, width = result.counts, 0
  for _, entry in ipairs(ORDER) do width = math.max(width, #format.count(counts[entry[1]])) end
  for _, entry in ipairs(ORDER) do
    local n = counts[entry[1]]
    if n > 0 or ALWAYS[entry[1]] then
      local text = format.count(n)
      local label = entry[1] == "pending" and result.status == "dry_run" and "to be sent" or entry[2]
      add(lines, "  %-22s%s%s", label, (" "):rep(width - #text), text)
    end
  end
end

-- Which call carried the mails, and why.
local function add_call(lines, result)
  local call = result.call
  if not (call and call.why and result.run and result.run.sent > 0) then return end
  add(lines, "")
  add(lines, "Sent by %s: %s.", call.name, call.why)
end

local HEADS = {
  finished = "finished", limited = "reached its limit", interrupted = "interrupted", stopped = "stopped",
  incomplete = "ended with recipients left", dry_run = "dry run, nothing was sent", status = "as it stands",
}

local function head(result)
  local text = { result.campaign, ": ", HEADS[result.status] }
  local run = result.run
  if run and run.sent + run.failed + run.in_doubt > 0 then
    text[#text + 1] = (", %s in %s"):format(format.many(run.sent, "message"), format.duration(result.seconds))
    if result.rate then text[#text + 1] = " (" .. format.rate(result.rate) .. ")" end
  elseif run and result.status == "finished" then
    text[#text + 1] = ", nobody was left to write to"
  end
  return table.concat(text)
end

--- The report as text.
-- @tparam table result of ses.campaign.run or ses.campaign.status
-- @treturn string lines, each with a line break
function report.text(result)
  local lines = {}
  add(lines, "%s", head(result))
  add(lines, "")
  add_counts(lines, result)
  add_failures(lines, result)
  add_doubts(lines, result)
  add_call(lines, result)
  if #(result.notes or {}) > 0 then
    add(lines, "")
    for _, note in ipairs(result.notes) do add(lines, "Note: %s", note) end
  end
  if result.inbox then
    add(lines, "")
    add(lines, "See the mail: %s", result.inbox)
  end
  return table.concat(lines, "\n") .. "\n"
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
  local data = {
    campaign = result.campaign, status = result.status, journal = result.journal, failures = failures,
    in_doubt_rows = json.list(result.in_doubt), notes = json.list(result.notes), inbox = result.inbox,
    seconds = result.seconds, rate = result.rate, run = result.run,
    call = result.call,
    error = result.stopped_by and { code = result.stopped_by.code, message = tostring(result.stopped_by) },
  }
  for _, entry in ipairs(ORDER) do data[entry[1]] = counts[entry[1]] end
  data.total = counts.total
  return data
end

return report
