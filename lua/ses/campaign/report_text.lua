--- The report of a campaign as text.
-- @module ses.campaign.report_text
local format = require "ses.campaign.format"
local history = require "ses.campaign.history"
local reasons = require "ses.campaign.reasons"

local report_text = {}

-- Of what happened, the last so many lines are told.
local LAST_EVENTS = 20

--- The counts in the order of the report, each { name in a journal's counts, as people call it }.
report_text.COUNTS = {
  { "sent", "sent" }, { "failed", "failed" }, { "suppressed", "suppressed" }, { "duplicates", "duplicates" },
  { "in_doubt", "in doubt" }, { "pending", "not written to yet" }, { "sending", "on their way" },
  { "removed", "no longer in the file" },
}

--- What became of the mails that were sent, in the order of the report, each { name in a journal's `counts().delivery`,
-- as people call it }.
report_text.DELIVERY = {
  { "delivered", "delivered" }, { "delayed", "not delivered yet" }, { "bounced_hard", "bounced for good" },
  { "bounced_soft", "bounced" }, { "complained", "complained of" }, { "rejected", "rejected by SES" },
  { "rendering_failed", "not rendered by SES" },
}

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

local function add_suppressed(lines, found)
  local lists = reasons.suppressed(found.counts.suppressed_by or {})
  if #lists == 0 then return end
  add(lines, "")
  add(lines, "Left out, by list:")
  for _, list in ipairs(lists) do add(lines, "  %s  %s", format.count(list.n), list.text) end
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

-- These are told even where there are none.
local ALWAYS = { sent = true, failed = true, suppressed = true, duplicates = true, in_doubt = true }

local function add_counts(lines, result)
  local counts, width = result.counts, 0
  for _, entry in ipairs(report_text.COUNTS) do width = math.max(width, #format.count(counts[entry[1]])) end
  for _, entry in ipairs(report_text.COUNTS) do
    local n = counts[entry[1]]
    if n > 0 or ALWAYS[entry[1]] then
      local text = format.count(n)
      local label = entry[1] == "pending" and result.status == "dry_run" and "to be sent" or entry[2]
      add(lines, "  %-22s%s%s", label, (" "):rep(width - #text), text)
    end
  end
end

-- What events told of the mails that were sent; nothing where there were none.
local function add_delivery(lines, result)
  local delivery, known, width = result.counts.delivery or {}, 0, 0
  for _, n in pairs(delivery) do known, width = known + n, math.max(width, #format.count(n)) end
  if known == 0 then return end
  add(lines, "")
  add(lines, "Of those sent, by SES's events:")
  for _, entry in ipairs(report_text.DELIVERY) do
    local n = delivery[entry[1]]
    if n then
      local text = format.count(n)
      add(lines, "  %-22s%s%s  %s", entry[2], (" "):rep(width - #text), text, format.percent(n, result.counts.sent))
    end
  end
end

--- How much of what left lately came back, in a sentence.
-- @tparam table found of ses.campaign.reputation's `of`
-- @treturn string
function report_text.reputation(found)
  local sent = math.max(found.sent, 1)
  return ("Of the %s %s %s bounced for good (%.3g %%), %s %s complained of (%.3g %%)."):format(
    format.many(found.sent, "mail"), found.resumed and "since it was resumed"
      or "within " .. format.span(found.window), format.count(found.bounced), found.bounced / sent * 100,
    format.count(found.complained), found.complained == 1 and "was" or "were", found.complained / sent * 100)
end

local function add_reputation(lines, result)
  if not result.reputation then return end
  add(lines, "")
  add(lines, "%s", report_text.reputation(result.reputation))
end

-- Which call carried the mails, and why.
local function add_call(lines, result)
  local call = result.call
  if not (call and call.why and result.run and result.run.sent > 0) then return end
  add(lines, "")
  add(lines, "Sent by %s: %s.", call.name, call.why)
end

local function at(result, unix)
  return format.date(unix, result.zone.offset(unix)) .. " " .. result.zone.name
end

-- What is to come of a campaign that is not finished.
local function add_ahead(lines, result)
  if not result.standing or result.standing == "finished" then return end
  add(lines, "")
  if result.pace then
    add(lines, "Pace: %s%s", format.rate(result.pace), result.set_rate and ", set by ses campaign pace" or "")
  end
  if result.standing == "paused" then
    add(lines, "Waits for: ses campaign resume")
  elseif result.waits_for then
    add(lines, "Waits: %s", result.waits_for)
  end
  if result.ends_at and result.standing ~= "paused" then
    add(lines, "Ends: about %s, in %s%s", at(result, result.ends_at), format.duration(result.ends_at - result.at),
      result.needs_runs and ", where it is run again whenever the daily quota has ended a run"
        or result.standing == "idle" and ", once it goes on" or "")
  end
end

-- When the mails went out, and how fast SES was.
local function add_course(lines, result)
  local timeline = result.timeline
  if not timeline or #timeline == 0 then return end
  add(lines, "")
  add(lines, "Sent from %s to %s", at(result, timeline[1].at), at(result, timeline[#timeline].at + timeline.seconds))
  local half, most = history.below(result.latencies, 0.5), history.below(result.latencies, 0.99)
  if half then
    add(lines, "SES answered half within %s, 99 %% within %s", format.milliseconds(half), format.milliseconds(most))
  end
end

local function add_logged(lines, result)
  local logged = result.timeline and result.logged or {}
  if #logged == 0 then return end
  add(lines, "")
  add(lines, "What happened:")
  local first = math.max(1, #logged - LAST_EVENTS + 1)
  if first > 1 then add(lines, "  (%s before)", format.many(first - 1, "line")) end
  for i = first, #logged do add(lines, "  %s  %s", at(result, logged[i].at), logged[i].text) end
end

local HEADS = {
  finished = "finished", limited = "reached its limit", interrupted = "interrupted", stopped = "stopped",
  incomplete = "ended with recipients left", dry_run = "dry run, nothing was sent",
}

local STANDING = {
  finished = "finished", paused = "paused", working = "being sent", idle = "nothing is at work on it",
}

local function processes(n)
  return format.many(n, "process is", "processes are") .. " at work"
end

--- In a few words how a campaign stands.
-- @tparam table result of ses.campaign.run or ses.campaign.status
-- @treturn string
function report_text.head(result)
  if not result.standing then return HEADS[result.status] end
  local text = result.standing == "paused" and result.pause_reason or STANDING[result.standing]
  return result.workers > 0 and text .. ", " .. processes(result.workers) or text
end

local function head(result)
  local text = { result.campaign, ": ", report_text.head(result) }
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
function report_text.of(result)
  local lines = {}
  add(lines, "%s", head(result))
  add(lines, "")
  add_counts(lines, result)
  add_delivery(lines, result)
  add_reputation(lines, result)
  add_failures(lines, result)
  add_suppressed(lines, result)
  add_doubts(lines, result)
  add_call(lines, result)
  add_ahead(lines, result)
  add_course(lines, result)
  add_logged(lines, result)
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

return report_text
