--- Settling doubt: what became of the mails that nobody knows of, by SES's events or by decision; and taking what
-- those events tell of the others.
-- @module ses.campaign.settle
local access = require "ses.campaign.access"
local address = require "ses.mail.address"
local errors = require "ses.errors"
local feedback = require "ses.campaign.feedback"
local format = require "ses.campaign.format"

local settle = {}

-- Events of one transaction.
local AT_ONCE = 100

local STATES = { sent = "sent", failed = "failed", resend = "pending" }
local BY_HAND = {
  sent = { code = "SettledByHand", reason = "was in doubt; settled by hand as sent" },
  failed = { code = "SettledByHand", reason = "was in doubt; settled by hand as failed" },
  resend = {},
}

local function fault(field, message)
  return errors.new { kind = "validation", code = "InvalidParameter", field = field, message = message }
end

-- Takes every event that an iterator gives.
local function by_events(journal, spec, next_event)
  local tally, list = feedback.tally(), {}
  local function take()
    local results, judged = feedback.take(journal, spec, list)
    if not results then return nil, judged end
    feedback.add(tally, results)
    tally.paused, tally.warned = judged.paused or tally.paused, judged.warned or tally.warned
    list = {}
    return true
  end
  for event in next_event do
    if type(event) ~= "string" or event:find("%S") then list[#list + 1] = event end
    if #list == AT_ONCE then
      local done, err = take()
      if not done then return nil, err end
    end
  end
  local done, err = take()
  return done and tally, err
end

local function log_events(journal, done)
  local n = done.sent + done.failed
  if n == 0 then return true end
  return journal:log("settle", ("%s in doubt settled by events: %s sent, %s failed"):format(format.many(n, "mail"),
    format.count(done.sent), format.count(done.failed)))
end

local function verdict_of(as, now)
  local verdict = { state = STATES[as] }
  for key, value in pairs(BY_HAND[as]) do verdict[key] = value end
  verdict.at = as == "failed" and math.floor(now) or nil
  return verdict
end

-- The ids of the in-doubt recipients in the given rows of the file, and the rows that hold none.
local function ids_of(journal, rows, before)
  local wanted, ids = {}, {}
  for _, row in ipairs(rows) do wanted[row] = true end
  local done, err = journal:each("in_doubt", function(row)
    if wanted[row.row] and (not before or not row.updated or row.updated < before) then
      ids[#ids + 1] = row.id
      wanted[row.row] = nil
    end
    return next(wanted) ~= nil
  end)
  if not done then return nil, err end
  local missing = {}
  for row in pairs(wanted) do missing[#missing + 1] = row end
  table.sort(missing)
  return ids, missing
end

local function by_decision(journal, options, now)
  local before = options.older_than and now - options.older_than
  local verdict = verdict_of(options.as, now)
  if not options.rows then
    verdict.before = before
    local n, err = journal:settle_all(verdict)
    return n, n and {} or err
  end
  local ids, missing = ids_of(journal, options.rows, before)
  if not ids then return nil, missing end
  local n = 0
  for _, id in ipairs(ids) do
    verdict.id = id
    local changed, err = journal:settle(verdict)
    if changed == nil then return nil, err end
    if changed then n = n + 1 end
  end
  return n, missing
end

local function list(journal, spec)
  local rows = {}
  local done, err = journal:each("in_doubt", function(row)
    rows[#rows + 1] = {
      row = row.row, email = address.mask(row.email), code = row.code, reason = row.reason, at = row.updated,
      tags = { ses_campaign = spec.name, ses_recipient = ("%d"):format(row.id) },
    }
  end)
  if not done then return nil, err end
  return rows
end

local function check(options)
  if options.as ~= nil and not STATES[options.as] then
    return nil, fault("as", ("as must be 'sent', 'failed' or 'resend', not '%s'"):format(tostring(options.as)))
  end
  if options.as and options.events then return nil, fault("as", "as and events exclude each other") end
  if not options.as then
    for _, name in ipairs { "older_than", "rows" } do
      if options[name] ~= nil then return nil, fault(name, name .. " needs 'as'") end
    end
  end
  return true
end

local function work(journal, spec, options)
  local result, err = { campaign = spec.name }
  if options.events then
    result.events, err = by_events(journal, spec, options.events)
    if not result.events then return nil, err end
    local logged
    logged, err = log_events(journal, result.events)
    if not logged then return nil, err end
  elseif options.as then
    local clock = options.clock or require "ses.adapters.clock"
    local n, missing = by_decision(journal, options, clock.now())
    if not n then return nil, missing end
    result.settled, result.as, result.not_in_doubt = n, options.as, missing
    if n > 0 then
      local logged
      logged, err = journal:log("settle", ("%s in doubt settled by hand: %s"):format(format.many(n, "mail"),
        options.as == "resend" and "to be sent again" or options.as))
      if not logged then return nil, err end
    end
  else
    result.in_doubt, err = list(journal, spec)
    return result.in_doubt and result, err
  end
  local counts
  counts, err = journal:counts()
  if not counts then return nil, err end
  result.left, result.pending = counts.in_doubt, counts.pending
  return result
end

--- Lists the mails of a campaign that stand in doubt, or settles them; also while it runs.
-- @tparam table options `file` or `campaign`, `journal`; to settle by decision: `as` = "sent", "failed" or "resend"
--   (to be written to again, at the risk of a second mail), `older_than` (seconds since the doubt arose), `rows` (list
--   of row numbers of the audience); to settle by SES's events: `events`, a function that gives one event after
--   the other (JSON text or table), then nil
-- @treturn table|nil { campaign =, in_doubt = { { row =, email = (masked), code =, reason =, at =, tags = } } } of a
--   list; { campaign =, settled =, as =, not_in_doubt = { rows }, left =, pending = } of a decision; { campaign =,
--   events = numbers by the names of ses.campaign.feedback's `COUNTED`, and `paused` and `warned` (see
--   ses.campaign.reputation), left =, pending = } of events
-- @treturn ?ses.Error
function settle.settle(options)
  local fine, err = check(options)
  if not fine then return nil, err end
  return access.open(options, options.as == nil and options.events == nil and "read_only" or "control",
    function(journal, spec) return work(journal, spec, options) end)
end

--- Takes one event, for a handler of SES's events.
-- @tparam string|table event JSON as it comes, or what it decodes to
-- @tparam table options `file` or `campaign`, `journal`
-- @treturn string|nil "sent" or "failed" where the recipient stood in doubt, and is settled so; else "recorded",
--   "known", … (see ses.campaign.feedback)
-- @treturn table|ses.Error the whole result, see ses.campaign.feedback
function settle.take_event(event, options)
  return access.open(options, "control", function(journal, spec)
    local results, err = feedback.take(journal, spec, { event })
    if not results then return nil, err end
    return results[1].settled or results[1].what, results[1]
  end)
end

return settle
