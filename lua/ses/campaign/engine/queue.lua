--- The part of the engine that has recipients in hand: claimed, and not sent to yet.
--
-- They lie in groups: the rows of one group may share a call.
-- @module ses.campaign.engine.queue
local format = require "ses.campaign.format"

local queue = {}

-- So many calls' worth is claimed, so that few calls leave with less than they could hold, also where the
-- recipients fall into several groups.
local CALLS_IN_HAND = 20
local LEAST_IN_HAND = 100

-- Rows that must not share a call with others.
local ALONE = {}

--- The fields that the queue has in an engine.
-- @tparam table ports of engine.run
-- @tparam number now
-- @treturn table
function queue.fields(ports, now)
  return { groups = {}, in_hand = 0, taken = 0, claim_at = now, refresh = ports.refresh, last_left = now }
end

local function group_of(self, row)
  local key = row.alone and ALONE or self.bulk and self.message:group(row) or ""
  local group = self.groups[key]
  if not group then
    group = { key = key, first = 1, last = 0, most = key == ALONE and 1 or math.huge }
    self.groups[key] = group
  end
  return group
end

local function append(self, row)
  local group = group_of(self, row)
  group.last = group.last + 1
  group[group.last] = row
  self.in_hand = self.in_hand + 1
end

local function shift(self, group)
  local row = group[group.first]
  group[group.first] = nil
  group.first = group.first + 1
  self.in_hand = self.in_hand - 1
  return row
end

-- The group that has most rows, and how many.
local function largest(self)
  local found, most = nil, 0
  for _, group in pairs(self.groups) do
    local n = group.last - group.first + 1
    if n > most or n == most and found and group[group.first].id < found[found.first].id then
      found, most = group, n
    end
  end
  return found, most
end

-- The lists of those who must not be written to are read again at each new day, and after so long a time without
-- a mail.
local LISTS_SECONDS = 3600
local LISTS_PAUSE = 5
-- While the schedule excludes everybody who is left: others may have settled somebody meanwhile.
local LONGEST_WAIT = 60

-- Reads the lists again, where it is time. False where it cannot be done, and nobody may be claimed.
local function refresh_lists(self, seen)
  local now = self.clock.monotonic()
  local is_new_day = self.lists_day and seen.day ~= self.lists_day
  self.lists_day = self.lists_day or seen.day
  if not self.refresh or not is_new_day and now - self.last_left < LISTS_SECONDS then return true end
  local since = now
  while true do
    local done, err = self.refresh()
    if done then break end
    if self.clock.monotonic() - since >= self.patience then return self:_stop(err) end
    if not self:_pause(LISTS_PAUSE) then return false end
  end
  self.lists_day, self.last_left = seen.day, self.clock.monotonic()
  return true
end

-- The warm-up begins with the first recipient who is claimed, whoever claims it.
local function first_day(self, seen, is_claimed)
  if not seen.most or self.is_first_day_known then return true end
  local day, err = self.journal:meta "first_day"
  if not day and not err and is_claimed then
    day = seen.day
    local kept
    kept, err = self.journal:set_meta("first_day", day)
    if kept then self:_log("day", "the warm-up begins") end
  end
  if err then return nil, err end
  if day then
    self.schedule:set_first_day(day)
    self.is_first_day_known = true
  end
  return true
end

-- Why nobody may be claimed though some are left, and until when.
local function excluded(self, seen)
  local most = seen.most and format.many(seen.most, "mail") .. " a day"
  if not (seen.asleep and seen.wakes_at) then
    return seen.day_ends, ("%s: goes on at %s"):format(most or "the schedule", self:_text(seen.day_ends))
  end
  if not most then return seen.wakes_at, "quiet hours until " .. self:_text(seen.wakes_at) end
  local ends = math.min(seen.wakes_at, seen.day_ends)
  return ends, ("quiet hours, and %s: goes on at %s"):format(most, self:_text(ends))
end

local function claimed(self, rows, seen)
  for _, row in ipairs(rows) do append(self, row) end
  self.excluded = nil
  if #rows > 0 then return end
  local wait = rows.wait
  if rows.more and not wait then
    local ends, why = excluded(self, seen)
    wait = math.min(LONGEST_WAIT, math.max(0, ends - self.clock.now()))
    self.excluded = { note = why, ends = ends }
    if seen.most and not seen.asleep then self:_log("day", why) end
  end
  self.drained = wait == nil
  self.claim_at = self.clock.monotonic() + (wait or 0)
end

local function claim(self)
  if self.is_released then
    self.is_released = false
    if not self.committer:flush() then return end
  end
  local seen = self:_see()
  if not refresh_lists(self, seen) then return end
  local known, err = first_day(self, seen, false)
  if not known then return self:_stop(err) end
  seen = self:_see()
  if self.closed or self.stopping then return end
  local most = math.max(LEAST_IN_HAND, 2 * self.concurrency, self.bulk and CALLS_IN_HAND * self.batch or 0)
  local rows
  rows, err = self.journal:claim(most - self.in_hand, { asleep = seen.asleep, day = seen.day, most = seen.most })
  if rows and #rows > 0 then known, err = first_day(self, seen, true) end
  if not rows or not known then return self:_stop(err) end
  claimed(self, rows, seen)
end

-- Claims more recipients, one task for all. Where others hold some that may come back, or none may be written to,
-- not before it is time to ask again.
function queue:_claim()
  if self.drained or self.claiming or self.closed or self.clock.monotonic() < self.claim_at then return end
  self.claiming = true
  claim(self)
  self.claiming = false
  self.idle:broadcast()
end

--- The next recipients, of one call: those that went back to the queue first.
-- @treturn ?table
function queue:_take()
  local most = math.min(self.batch, self.limit - self.taken)
  if self.stopping or self.closed or most < 1 then return nil end
  local group, n = largest(self)
  if n < most and (n == 0 or self.in_hand < CALLS_IN_HAND * most) then
    self:_claim()
    group, n = largest(self)
  end
  if not group or self.stopping or self.closed then return nil end
  local rows = {}
  for i = 1, math.min(n, most, group.most) do rows[i] = shift(self, group) end
  if group.first > group.last then self.groups[group.key] = nil end
  self.taken = self.taken + #rows
  return rows
end

--- Somebody may be there to claim who was not before: given back by this process, or taken from it and pending again
-- by what it wrote of a recipient that was not its own any more.
function queue:_may_come_back()
  self.is_released, self.drained = true, false
  self.claim_at = math.min(self.claim_at, self.clock.monotonic())
end

-- A recipient is not this process's any more, and may be claimed again by anybody.
local function release(self, row)
  self:_record(row, "pending", nil, { release = true })
  self:_may_come_back()
end

--- A recipient whose turn had come goes back to the queue, and is the next; while nothing may leave for it, to the
-- journal.
-- @tparam table row
-- @tparam ?boolean is_marked whether it may stand as sending
function queue:_give_back(row, is_marked)
  self.taken = self.taken - 1
  if not self.stopping and (self.closed or not self:_may(row)) then
    release(self, row)
  else
    if is_marked then self:_record(row, "pending") end
    local group = group_of(self, row)
    group.first = group.first - 1
    group[group.first] = row
    self.in_hand = self.in_hand + 1
  end
  self.idle:signal()
end

-- All rows in hand, which are in hand no more.
local function empty(self)
  local rows = {}
  for _, group in pairs(self.groups) do
    for i = group.first, group.last do rows[#rows + 1] = group[i] end
  end
  table.sort(rows, function(a, b) return a.id < b.id end)
  self.groups, self.in_hand = {}, 0
  return rows
end

--- Gives back to the journal whatever is in hand.
function queue:_release_all()
  for _, row in ipairs(empty(self)) do release(self, row) end
end

--- Another call carries the mails from here on.
-- @tparam boolean bulk
-- @tparam integer batch
function queue:_regroup(bulk, batch)
  if bulk == self.bulk and batch == self.batch then return end
  self.bulk, self.batch = bulk, batch
  for _, row in ipairs(empty(self)) do append(self, row) end
end

--- Whether there may be more to claim, now or later.
function queue:_may_claim()
  return not self.drained and not self.stopping and self.taken < self.limit
end

return queue
