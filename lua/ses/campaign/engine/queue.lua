--- The part of the engine that has recipients in hand: claimed, and not sent to yet.
--
-- They lie in groups: the rows of one group may share a call.
-- @module ses.campaign.engine.queue
local queue = {}

-- So many calls' worth is claimed, so that few calls leave with less than they could hold, also where the
-- recipients fall into several groups.
local CALLS_IN_HAND = 20
local LEAST_IN_HAND = 100

-- Rows that must not share a call with others.
local ALONE = {}

--- The fields that the queue has in an engine.
-- @tparam number now
-- @treturn table
function queue.fields(now)
  return { groups = {}, in_hand = 0, taken = 0, claim_at = now }
end

local function group_of(self, row)
  local key = row.alone and ALONE or self.batch > 1 and self.message:group(row) or ""
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

-- Claims more recipients, one task for all. Where others hold some that may come back, not before it is
-- time to ask again.
function queue:_claim()
  if self.drained or self.claiming or self.clock.monotonic() < self.claim_at then return end
  local most = math.max(LEAST_IN_HAND, 2 * self.concurrency, self.batch > 1 and CALLS_IN_HAND * self.batch or 0)
  self.claiming = true
  local rows, err = self.journal:claim(most - self.in_hand)
  self.claiming = false
  if not rows then return self:_stop(err) end
  for _, row in ipairs(rows) do append(self, row) end
  if #rows == 0 then
    self.drained = rows.wait == nil
    self.claim_at = self.clock.monotonic() + (rows.wait or 0)
  end
  self.idle:broadcast()
end

--- The next recipients, of one call: those that went back to the queue first.
-- @treturn ?table
function queue:_take()
  local most = math.min(self.batch, self.limit - self.taken)
  if self.stopping or most < 1 then return nil end
  local group, n = largest(self)
  if n < most and (n == 0 or self.in_hand < CALLS_IN_HAND * most) then
    self:_claim()
    group, n = largest(self)
  end
  if not group or self.stopping then return nil end
  local rows = {}
  for i = 1, math.min(n, most, group.most) do rows[i] = shift(self, group) end
  if group.first > group.last then self.groups[group.key] = nil end
  self.taken = self.taken + #rows
  return rows
end

--- A recipient goes back to the queue, and is the next.
function queue:_give_back(row)
  local group = group_of(self, row)
  group.first = group.first - 1
  group[group.first] = row
  self.in_hand = self.in_hand + 1
  self.taken = self.taken - 1
  self.idle:signal()
end

--- Whether there may be more to claim, now or later.
function queue:_may_claim()
  return not self.drained and not self.stopping and self.taken < self.limit
end

return queue
