--- The part of the engine that knows whether mail may leave now: the campaign is not paused, its schedule allows it,
-- the account's daily quota has something left.
--
-- While the gate is closed nothing leaves, and whatever was in hand is given back, so that it is claimed by what
-- holds when the gate opens.
-- @module ses.campaign.engine.gate
local known_zones = require "ses.campaign.known_zones"

local gate = {}

-- How often the journal is asked whether somebody has paused the campaign or set another rate.
local LOOK_SECONDS = 0.5
-- The zones of those who are still to be written to are asked for no more often; they only become fewer.
local ZONES_SECONDS = 60

-- So often the rates of bounces and complaints are judged, where events have told of any.
local JUDGE_SECONDS = 5

--- The fields that the gate has in an engine.
-- @tparam table ports of engine.run
-- @tparam table options of engine.run
-- @treturn table
function gate.fields(ports, options)
  return {
    schedule = ports.schedule, quota = ports.quota, terms = ports.terms, zoned = options.zoned,
    judge = ports.judge, judge_at = -math.huge, warn = ports.warn or function() end, rate = options.rate,
    control = { paused = false }, opened = ports.loop.condition(), zones_at = -math.huge,
    empty_at = -math.huge,
  }
end

--- Logs a line in the campaign's history, unless another process has just logged the same.
function gate:_log(kind, text)
  if self.abandoned or not self.journal.log then return end
  local logged = self.journal:logged()
  for i = #(logged or {}), 1, -1 do
    if logged[i].kind == kind then
      if logged[i].text == text and self.clock.now() - logged[i].at < ZONES_SECONDS then return end
      break
    end
  end
  self.journal:log(kind, text)
end

-- ---- the schedule ----

-- The zones of those who are pending; what an earlier answer was where the journal cannot tell now.
local function zones(self)
  local now = self.clock.monotonic()
  if self.zoned and now >= self.zones_at then
    self.zones = self.journal:zones() or self.zones
    self.zones_at = now + ZONES_SECONDS
  end
  return self.zones
end

--- What the schedule says now.
-- @treturn table of Schedule:look; empty where there is no schedule
function gate:_see()
  if not self.schedule then return {} end
  self.seen = self.schedule:look(self.clock.now(), zones(self))
  return self.seen
end

--- The day that a mail counts on that leaves now.
-- @treturn ?string
function gate:_today()
  local seen = self.seen
  if seen and self.clock.now() >= seen.day_ends then seen = self:_see() end
  return seen and seen.day
end

--- Whether a recipient may be written to at this moment. Another machine may have loaded one whose time zone this one
-- does not know: that stops the run.
function gate:_may(row)
  if not self.schedule then return true end
  local known, err = known_zones.check_one(self.schedule, row.zone)
  if not known then
    self:_stop(err)
    return false
  end
  return self.schedule:may(row.zone, self.clock.now())
end

--- A moment as people read it.
-- @tparam number unix seconds
-- @treturn string
function gate:_text(unix)
  if self.schedule then return self.schedule:text(unix) end
  return os.date("!%Y-%m-%d %H:%M UTC", math.floor(unix))
end

-- ---- open and closed ----

local function why_closed(self)
  if self.control.paused then
    return { kind = "pause", note = (self.control.reason or "paused") .. "; ses campaign resume goes on" }
  end
  local seen = self:_see()
  if seen.wait_until and seen.wait_until > self.clock.now() then
    return { kind = "schedule", note = seen.reason, ends = seen.wait_until }
  end
  if self.quota and self.quota:left() <= 0 then
    local ends = self.quota:ends()
    return { kind = "quota", note = self.quota:text(ends and self:_text(ends)), ends = ends }
  end
end

-- Whoever pauses a campaign logs that.
local function log_quota(self, was, why)
  local was_quota, is_quota = was ~= nil and was.kind == "quota", why ~= nil and why.kind == "quota"
  if is_quota and not was_quota then self:_log("quota", why.note) end
  if was_quota and not why then self:_log("quota", "goes on") end
end

local function set(self, why)
  local was = self.closed
  self.closed = why
  log_quota(self, was, why)
  if why and not was then
    self.empty, self.empty_at = false, -math.huge
    self:_release_all()
    self:_wake()
  elseif was and not why then
    self.opened:broadcast()
    self.idle:broadcast()
  end
end

-- Whether nobody is left to write to, so that there is nothing to wait for.
local function look_for_end(self)
  local now = self.clock.monotonic()
  if self.busy > 0 or now < self.empty_at then return end
  self.empty_at = now + ZONES_SECONDS
  self.committer:flush()
  local left = self.journal:zones()
  self.empty = left ~= nil and #left == 0
  if self.empty then self.opened:broadcast() end
end

-- Tells once why the campaign has paused itself, whichever process did that.
local function tell_pause(self)
  local reason = self.control.reason
  if reason and reason ~= self.told_reason then self.warn(reason) end
  self.told_reason = reason
end

-- Looks whether too much comes back.
local function judge(self)
  local now = self.clock.monotonic()
  if not (self.judge and self.control.events) or self.control.paused or now < self.judge_at then return end
  self.judge_at = now + JUDGE_SECONDS
  local judged = self.judge()
  if not judged then return end
  if judged.warned then self.warn(judged.warned) end
  if judged.paused then self.control = self.journal:control() or self.control end
end

--- Another rate, or another size of call: what the run's terms are now. Whoever orders a rate logs that.
function gate:_heed_terms()
  if not self.terms then return end
  local terms = self.terms(self.control.rate)
  if terms.rate == self.rate and terms.bulk == self.bulk and terms.batch == self.batch then return end
  if terms.rate ~= self.rate and self.ordered == self.control.rate then
    self:_log("rate", "the account's limits have changed: " .. terms.text)
  end
  self.ordered = self.control.rate
  self.rate = terms.rate
  self:_regroup(terms.bulk, terms.batch)
  self.pace:change(terms, self.clock.monotonic())
  self.turn = self.turn + 1
  self:_wake()
end

--- Looks whether the gate is to be open or closed, and by whose word.
function gate:_look()
  if self.stopping then return end
  if self.journal.control then
    local control, err = self.journal:control()
    if not control and not err.retryable then return self:_stop(err) end
    self.control = control or self.control
    judge(self)
    tell_pause(self)
  end
  self:_heed_terms()
  set(self, why_closed(self))
  if self.closed then look_for_end(self) end
  if self.excluded and self.clock.now() >= self.excluded.ends then
    self.claim_at = self.clock.monotonic()
    self.idle:broadcast()
  end
end

--- The task that looks, until the run is over.
function gate:_watch()
  while not self.finished do
    if self.over:wait(LOOK_SECONDS) == nil then return end
    if not self.finished then self:_look() end
  end
end

-- The daily quota is used up, nobody is on the way who could leave some of it, and somebody has to wait for it.
local function is_at_end(self)
  if self.quota.waits or self.busy > 0 or not self.quota:is_used_up() then return false end
  self:_look()
  return self.closed ~= nil and self.closed.kind == "quota" and not self.empty
end

--- The task that asks for the account's limits now and then, and for the quota when it is used up.
function gate:_watch_account()
  local quota = self.quota
  while quota and not self.finished and not self.stopping do
    if quota:is_due() then
      quota:ask()
      self:_look()
    elseif is_at_end(self) then
      local ends = quota:ends()
      return self:_stop(quota:error(ends and self:_text(ends)))
    end
    if self.over:wait(LOOK_SECONDS) == nil then return end
  end
end

return gate
