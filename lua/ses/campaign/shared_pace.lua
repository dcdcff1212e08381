--- The pace of a campaign that several processes share: slots out of slices that the journal leases, in the
-- place of ses.campaign.pace.
--
-- A slice is short, so that what a process leaves unused when it ends is little, and a slot is not made up
-- for once its slice is over. It is no longer than what the process can use: a slice is its alone while it
-- lasts, so that slots that it has no task for would be lost to all. And where many processes stand in line it is
-- shorter, so that nobody waits long for the next.
-- @module ses.campaign.shared_pace
local pace = require "ses.campaign.pace"

local shared_pace = {}

local SLICE_SECONDS = 0.05
-- Where the line that slices are taken from is no longer than the one, slots that nobody uses are missed by nobody;
-- it is to be no longer than the other.
local SHORT_LINE, LONGEST_LINE = 0.01, 0.5
-- A lease holds up all tasks; no more than this part of the time is to go into leases.
local LEASE_SHARE = 10
-- After so many slices that were used up, one more call is asked for.
local TRY_MORE = 10
-- A slot may be used so much of its own length late and be the last of its slice all the same.
local LATE_PART = 0.1
-- Tasks that are throttled at the same moment are one throttling.
local ONE_THROTTLING = 1

local Pace = { __name = "ses.campaign.SharedPace" }
Pace.__index = Pace

--- Makes a pace.
-- @tparam table ports `journal` (`lease_slots`, `throttle`), `loop`, `clock`
-- @tparam table limits list of { key =, rate = recipients a second }
-- @tparam ?integer batch recipients of one call (1); see ses.campaign.pace
function shared_pace.new(ports, limits, batch)
  local self = setmetatable({
    journal = ports.journal, clock = ports.clock, next_at = 0, ends = 0, spacing = 0,
    new_slice = ports.loop.condition(), taken_since = 0, leased_at = -math.huge, throttled_at = -math.huge,
  }, Pace)
  self:change { limits = limits, batch = batch or 1 }
  return self
end

--- Other rates, or another size of call. Slots that were taken and not used are void.
-- @tparam table terms `limits`, `batch`
function Pace:change(terms)
  local batch, least = terms.batch, math.huge
  self.limits, self.batch, self.left = {}, batch, 0
  for i, limit in ipairs(terms.limits) do
    local rate = pace.of_calls(limit.rate, batch)
    self.limits[i] = { key = limit.key, rate = rate, whole = limit.rate }
    least = math.min(least, rate)
  end
  self.longest = batch * math.max(1, math.floor(least * SLICE_SECONDS / batch + 0.5))
  self.slice, self.granted, self.used_up = self.longest, 0, 0
  self.ends = self.clock.monotonic()
end

-- How many slots the next slice is to have, by how many of the last one were left, how far ahead this one is, and
-- what part of the time goes into leases.
local function fit(self, ahead, took, between)
  local n, batch = self.slice, self.batch
  self.used_up = self.left == 0 and self.used_up + 1 or 0
  if took * LEASE_SHARE > between then
    n = n + batch
  elseif self.left > 0 and ahead > SHORT_LINE then
    n = self.granted - self.left
  elseif ahead > LONGEST_LINE then
    n = n / 2
  elseif self.used_up >= TRY_MORE and ahead < LONGEST_LINE / 2 then
    n, self.used_up = n + batch, 0
  end
  self.slice = math.min(self.longest, batch * math.max(1, math.floor(n / batch)))
end

-- One task leases; the others wait for it.
function Pace:_lease()
  if self.leasing then return self.new_slice:wait() ~= nil end
  self.leasing = true
  local taken, limits, n, began = self.taken_since, self.limits, self.slice, self.clock.monotonic()
  local slice, err = self.journal:lease_slots(limits, n, taken)
  self.leasing = false
  if slice then
    self.taken_since = self.taken_since - taken
    -- The answer has travelled: by this process's clock the slice begins a little late, never early.
    local now = self.clock.monotonic()
    self.next_at, self.spacing = now + slice.ahead, slice.spacing
    -- By other rates than those that hold now, it is void.
    local holds = limits == self.limits
    if holds then fit(self, slice.ahead, now - began, now - self.leased_at) end
    self.leased_at = now
    self.left, self.granted = holds and n or 0, n
    self.ends = self.next_at + self.left * self.spacing
  end
  self.new_slice:broadcast()
  if not slice then return nil, err end
  return true
end

--- How far ahead the next slot is, at least.
-- @tparam number now
-- @treturn number seconds, 0 where it may be taken now
function Pace:ahead(now)
  return math.max(0, (self.left > 0 and self.next_at or self.ends) - now)
end

--- Takes the slots of the next call.
-- @treturn number|nil seconds to wait before it may leave
-- @treturn ?ses.Error of the journal
function Pace:reserve()
  while true do
    local now = self.clock.monotonic()
    local at, takes = math.max(self.next_at, now), self.batch * self.spacing
    -- One that is late may come into what is left of its slice, but not so that the next slice's first finds it
    -- still there.
    if self.left > 0 and at + takes * (1 - LATE_PART) <= self.ends then
      self.left, self.next_at = self.left - self.batch, at + takes
      return at - now
    end
    local leased, err = self:_lease()
    if not leased then return nil, err end
  end
end

--- SES has throttled.
function Pace:throttled(now)
  if now - self.throttled_at < ONE_THROTTLING then return end
  self.throttled_at = now
  self.journal:throttle(self.limits)
end

--- SES has taken a mail.
function Pace:taken()
  self.taken_since = self.taken_since + 1
end

return shared_pace
