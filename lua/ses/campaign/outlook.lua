--- What a campaign that is not finished waits for, and when it ends, as far as that can be told beforehand.
-- @module ses.campaign.outlook
local estimate = require "ses.campaign.estimate"
local format = require "ses.campaign.format"
local kept_quota = require "ses.campaign.kept_quota"
local keys = require "ses.keys"
local schedule = require "ses.campaign.schedule"

local outlook = {}

-- The schedule with the first day of its warm-up, where there has been one.
local function schedule_of(journal, spec)
  local plan = assert(schedule.new(spec.schedule, spec.pace))
  local first_day, err = journal:meta "first_day"
  if err then return nil, err end
  if first_day then plan:set_first_day(first_day) end
  return plan
end

-- Why nothing may leave now, and until when.
local function wait_of(plan, seen, today)
  if seen.wait_until then return seen.reason, seen.wait_until end
  if not seen.most or today < seen.most then return nil end
  local mails = format.many(seen.most, "mail")
  return ("the warm-up's %s of today are sent; it goes on at %s"):format(mails, plan:text(seen.day_ends)), seen.day_ends
end

--- What the schedule, the account and the campaign's rate let happen.
-- @tparam table journal
-- @tparam table spec of ses.campaign.file
-- @tparam table standing `sending`: mails on their way; `pace`: mails a second, or nil where nobody knows; `now`: unix
--   seconds
-- @treturn table|nil { waits_for = text or nil, waits_until = unix seconds or nil, pace = as given, and no more than
--   the account allows, ends_at = unix seconds or nil, needs_runs = true where the daily quota ends a run before that }
-- @treturn ?ses.Error
function outlook.of(journal, spec, standing)
  local plan, err = schedule_of(journal, spec)
  local pending, seen, today, known
  if plan then pending, err = journal:pending_by_zone() end
  if pending then
    seen = plan:look(standing.now, keys.sorted(pending))
    today, err = journal:sent_on(seen.day)
  end
  if today then known, err = kept_quota.read(journal, standing.now) end
  if not known then return nil, err end
  today = today + standing.sending
  local found = { pace = standing.pace and math.min(standing.pace, known.rate or math.huge) }
  found.waits_for, found.waits_until = wait_of(plan, seen, today)
  local by_quota
  found.ends_at, by_quota = estimate.ends_at {
    schedule = plan, rate = found.pace, pending = pending, now = standing.now, sent_today = today, quota = known.quota,
  }
  found.needs_runs = by_quota and spec.pace.daily_quota ~= "wait" or nil
  return found
end

return outlook
