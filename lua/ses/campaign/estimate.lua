--- When a campaign will have written to everybody, as far as that can be told beforehand.
--
-- The recipients of all zones are taken to stand mixed in the audience. A campaign goes through it in order,
-- past those who sleep; once they wake, it takes up what it left of them, until all are equally far again.
-- Zones whose clocks go alike are one.
-- @module ses.campaign.estimate
local estimate = {}

local DAY = 86400
-- What ends later cannot be told: nobody knows the rate then, nor the time zones.
local HORIZON = 730 * DAY
local CRUMB = 1e-6
-- Mails of so many seconds leave the last 24 hours at one time.
local TOGETHER = 900

-- All changes of a zone's offset until the horizon, as text.
local function signature(zone, from, to)
  local parts = {}
  local at = from
  while at < to do
    local _, till, offset = zone:period(at)
    parts[#parts + 1] = ("%d@%.0f"):format(offset, math.min(till, to))
    at = till
  end
  return table.concat(parts, " ")
end

-- The recipients by clocks, each { zone = a text that names it, n = how many, share = what part of them is left }.
local function groups_of(schedule, pending, from)
  local list, by_signature = {}, {}
  for text, n in pairs(type(pending) == "table" and pending or { [""] = pending }) do
    local key = schedule.quiet and signature(schedule:zone_of(text), from, from + HORIZON) or ""
    if not by_signature[key] then
      by_signature[key] = { zone = text, n = 0, share = 1, till = -math.huge }
      list[#list + 1] = by_signature[key]
    end
    by_signature[key].n = by_signature[key].n + n
  end
  return list
end

-- How many may be written to at `at`, and until when they are the same.
local function awake_of(schedule, groups, at)
  local n, till = 0, math.huge
  for _, group in ipairs(groups) do
    if at >= group.till then group.awake, group.till = schedule:awake(group.zone, at) end
    if group.awake then n = n + group.n * group.share end
    till = math.min(till, group.till)
  end
  return n, till
end

-- Takes n mails from those who are awake: first from the groups of which most is left, until they are level
-- with the next.
local function send(groups, n)
  local list = {}
  for _, group in ipairs(groups) do
    if group.awake and group.share > 0 then list[#list + 1] = group end
  end
  table.sort(list, function(a, b) return a.share > b.share end)
  local level, width = 0, 0
  for i, group in ipairs(list) do
    width = width + group.n
    local next_share = list[i + 1] and list[i + 1].share or 0
    local most = width * (group.share - next_share)
    if n < most then
      level = group.share - n / width
      break
    end
    n = n - most
  end
  for _, group in ipairs(list) do group.share = math.min(group.share, level) end
end

-- What is left of SES's quota, and when more of it comes back.
local function quota_left(quota, at)
  local next_back = quota.used[quota.first]
  while next_back and next_back.till <= at do
    quota.left, quota.first = quota.left + next_back.n, quota.first + 1
    next_back = quota.used[quota.first]
  end
  return math.max(0, quota.left), next_back and next_back.till or math.huge
end

-- What is left of the day and of SES's quota of 24 hours.
local function budget_of(schedule, state, at)
  local day, day_ends = schedule:day(at)
  if day ~= state.day then state.day, state.sent_today = day, 0 end
  local most = schedule:most(day)
  local budget, till = most and math.max(0, most - state.sent_today) or math.huge, day_ends
  if state.quota then
    local left, more_at = quota_left(state.quota, at)
    state.by_quota = state.by_quota or left < CRUMB
    budget, till = math.min(budget, left), math.min(till, more_at)
  end
  return budget, till
end

local function count(state, n, at)
  state.sent_today = state.sent_today + n
  local quota = state.quota
  if not quota then return end
  quota.left = quota.left - n
  local last = quota.used[#quota.used]
  if last and last.made and at + DAY - last.till < TOGETHER then
    last.n = last.n + n
  else
    quota.used[#quota.used + 1] = { till = at + DAY, n = n, made = true }
  end
end

local function quota_of(given)
  if not given then return nil end
  local quota = { left = given.most, used = {}, first = 1 }
  for i, part in ipairs(given.used or {}) do
    quota.left, quota.used[i] = quota.left - part.n, part
  end
  return quota
end

local function start_of(plan)
  return {
    day = plan.schedule:day(plan.now), sent_today = plan.sent_today or 0, quota = quota_of(plan.quota),
  }
end

--- When the last mail of a campaign would leave.
-- @tparam table plan
--
--   - `schedule`: of ses.campaign.schedule
--   - `rate`: mails a second
--   - `pending`: how many are still to be written to: a number, or a table of numbers by zone ("" for none)
--   - `now`: unix seconds
--   - `sent_today`: mails of this campaign since the day began (0), which count towards the warm-up
--   - `quota`: SES's quota of 24 hours, where it is known: `most`, and `used`: list of { n = mails, till = unix seconds
--     at which they leave those 24 hours }, in the order of time
-- @treturn integer|nil unix seconds; nil where it cannot be told: no rate, no quota, or more than two years
-- @treturn ?boolean whether the quota is used up on the way
function estimate.ends_at(plan)
  local schedule, rate = plan.schedule, plan.rate
  if not rate or rate <= 0 then return nil end
  local at = math.max(plan.now, schedule.starts_at or plan.now)
  local last = at + HORIZON
  local groups, state = groups_of(schedule, plan.pending, at), start_of(plan)
  local left = 0
  for _, group in ipairs(groups) do left = left + group.n end
  if left == 0 then return math.ceil(plan.now) end
  while left >= 0.5 do
    local awake, till = awake_of(schedule, groups, at)
    local budget, budget_till = budget_of(schedule, state, at)
    till = math.min(till, budget_till)
    local n = math.min(awake, budget, rate * (till - at))
    -- Sums of fractions leave a crumb of a mail, which no time is to be spent on.
    if n < CRUMB then n = 0 end
    if n > 0 then
      count(state, n, at)
      send(groups, n)
      left = left - n
    end
    at = n > 0 and n < rate * (till - at) and at + n / rate or till
    if at > last then return nil end
  end
  return math.ceil(at), state.by_quota == true
end

return estimate
