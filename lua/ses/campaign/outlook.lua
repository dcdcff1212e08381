--- What a campaign that is not finished waits for, and when it ends, as far as that can be told beforehand.
-- @module ses.campaign.outlook
local estimate = require "ses.campaign.estimate"
local format = require "ses.campaign.format"
local schedule = require "ses.campaign.schedule"

local outlook = {}

local HOUR, DAY = 3600, 86400

-- Mails of the day that ends at `day_ends`, to an hour: those that SES took, and those in doubt.
local function sent_today(journal, day_ends)
  local buckets, err = journal:timeline(HOUR)
  if not buckets then return nil, err end
  local n = 0
  for _, bucket in ipairs(buckets) do
    if bucket.at >= day_ends - DAY then n = n + bucket.sent + bucket.in_doubt end
  end
  return n
end

--- What the schedule lets happen.
-- @tparam table journal
-- @tparam table spec of ses.campaign.file
-- @tparam table standing `pending`: how many are still to be written to; `pace`: mails a second, or nil where nobody
--   knows; `now`: unix seconds
-- @treturn table|nil { waits_for = text or nil, waits_until = unix seconds or nil, ends_at = unix seconds or nil }
-- @treturn ?ses.Error
function outlook.of(journal, spec, standing)
  local plan = assert(schedule.new(spec.schedule, spec.pace))
  local first_day, err = journal:meta "first_day"
  if err then return nil, err end
  if first_day then plan:set_first_day(first_day) end
  local zones
  zones, err = journal:zones()
  if not zones then return nil, err end
  local seen, found, today = plan:look(standing.now, zones), {}, 0
  if seen.most then
    today, err = sent_today(journal, seen.day_ends)
    if not today then return nil, err end
  end
  if seen.wait_until then
    found.waits_for, found.waits_until = seen.reason, seen.wait_until
  elseif seen.most and today >= seen.most then
    found.waits_for = ("the warm-up's %s of today are sent; it goes on at %s"):format(format.many(seen.most, "mail"),
      plan:text(seen.day_ends))
    found.waits_until = seen.day_ends
  end
  found.ends_at = standing.pace and estimate.ends_at {
    schedule = plan, rate = standing.pace, pending = standing.pending, now = standing.now, sent_today = today,
  }
  return found
end

return outlook
