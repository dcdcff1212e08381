--- How a campaign stands: what became of whom, who is at work on it, what it waits for, when it ends.
-- @module ses.campaign.status
local access = require "ses.campaign.access"
local history = require "ses.campaign.history"
local outlook = require "ses.campaign.outlook"
local report = require "ses.campaign.report"
local reputation = require "ses.campaign.reputation"
local time_zone = require "ses.campaign.time_zone"

local status = {}

-- In one word how it stands.
local function standing(found)
  local left = found.counts.pending + found.counts.sending
  if left == 0 then return "finished" end
  if found.paused then return "paused" end
  return found.workers > 0 and "working" or "idle"
end

-- That the account's quota is used up, where the last word of it is that.
local function quota_wait(logged)
  for i = #logged, 1, -1 do
    local kind = logged[i].kind
    if kind == "quota" and logged[i].text ~= "goes on" then return logged[i].text end
    if kind == "quota" or kind == "start" or kind == "end" then return nil end
  end
end

-- The zone that times are told in; the campaign file's is checked when it is read.
local function zone_of(spec)
  local zone = assert(time_zone.open(spec.schedule and spec.schedule.timezone or "UTC"))
  return { name = zone.name, offset = function(unix) return zone:offset(unix) end }
end

local function gather(journal, spec, options)
  local found, err = report.of(journal, { all = options.all })
  if not found then return nil, err end
  local control, workers
  control, err = journal:control()
  if control then workers, err = journal:workers() end
  if workers then found.logged, err = journal:logged() end
  if not found.logged then return nil, err end
  local clock = options.clock or require "ses.adapters.clock"
  local limits = history.limits(found.logged)
  found.paused, found.pause_reason, found.workers = control.paused, control.reason, workers
  found.set_rate = control.rate
  if control.events and spec.reputation then
    found.reputation, err = reputation.of(journal, spec.reputation, clock.now())
    if not found.reputation then return nil, err end
  end
  found.pace = control.rate or (limits[#limits] and limits[#limits].rate) or spec.pace.rate
  found.status, found.campaign, found.journal = "status", spec.name, spec.shown
  found.at, found.zone = math.floor(clock.now()), zone_of(spec)
  found.standing = standing(found)
  if found.standing == "finished" then return found end
  local ahead
  ahead, err = outlook.of(journal, spec, {
    sending = found.counts.sending, pace = found.pace, now = found.at,
  })
  if not ahead then return nil, err end
  for name, value in pairs(ahead) do found[name] = value end
  if found.workers > 0 then found.waits_for = found.waits_for or quota_wait(found.logged) end
  return found
end

--- How a campaign stands, also while it runs.
-- @tparam table options `file` or `campaign`, `journal`, `all` (list every row)
-- @treturn table|nil { status = "status", campaign =, journal =, standing = "working", "paused", "idle" (nothing is at
--   work on what is left) or "finished", counts =, failures =, in_doubt =, paused =, pause_reason = why it has paused
--   itself, reputation = of ses.campaign.reputation's `of`, where events have told of bounces or complaints,
--   workers = processes at work, set_rate = the rate that was set while it ran, pace = the rate that holds as far as it
--   is known, waits_for = text,
--   waits_until =, ends_at = unix seconds, about, where nothing stops it, needs_runs = true where the daily quota ends
--   a run before that, so that others have to go on, logged = what happened, at = unix seconds,
--   zone = that times are told in }
-- @treturn ?ses.Error
function status.status(options)
  return access.open(options, "read_only", function(journal, spec) return gather(journal, spec, options) end)
end

--- The same with the campaign's history, for a report.
-- @tparam table options as of `status`
-- @treturn table|nil besides: `timeline`, `limits`, `pauses`, `latencies`, `breakdown` (see ses.campaign.history)
-- @treturn ?ses.Error
function status.report(options)
  return access.open(options, "read_only", function(journal, spec)
    local found, err = gather(journal, spec, options)
    if not found then return nil, err end
    local course
    course, err = history.of(journal, found.logged, found.zone.offset(found.at))
    if not course then return nil, err end
    for name, value in pairs(course) do found[name] = value end
    return found
  end)
end

return status
