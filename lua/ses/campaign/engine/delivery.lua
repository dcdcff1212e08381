--- The part of the engine that sends: a slot of the pace, state sending on the disk, the bytes.
-- @module ses.campaign.engine.delivery
local delivery = {}

-- A mail whose slot of the pace is so long gone when it could leave takes another, but not for ever where the
-- process is always late: a journal that was slow, or a process that was stopped, must not end in a burst.
local LATE_SECONDS, MOST_TURNS = 0.1, 3
-- State sending that was written so long ago is written again first: a process that stood still may have lost its
-- recipients to another. Shorter than any lease.
local MARK_SECONDS = 0.5

-- What carries the mails of some rows; those whose mail cannot be made fail alone.
local function pack(self, rows)
  if not self.bulk and #rows == 1 then
    local mail, err = self.message:mail(rows[1])
    if mail then return { rows = rows, mail = mail } end
    return self:_failed(rows[1], err)
  end
  local request, kept, refused = self.message:bulk(rows)
  for _, one in ipairs(refused) do self:_failed(one.row, one.err) end
  return request and { rows = kept, request = request }
end

-- Takes a slot of the pace. Its moment, or nil where there is none any more.
local function take_slot(self)
  local seconds, err = self.pace:reserve(self.clock.monotonic())
  if not seconds then return self:_stop(err) end
  return self.clock.monotonic() + seconds
end

local function wait_until(self, moment)
  local seconds = moment - self.clock.monotonic()
  return seconds <= 0 and not self.stopping or self:_pause(seconds)
end

-- State sending on the disk. The rows that are still this process's; nil where nothing was written.
local function mark(self, rows)
  local lost = self.committer:sending(rows)
  if not lost then return nil end
  local kept = {}
  for i, row in ipairs(rows) do
    if lost[i] then
      self:_record(row, "pending")
      self.taken = self.taken - 1
    else
      kept[#kept + 1] = row
    end
  end
  return kept
end

-- A slot, and state sending on the disk just before it. Whether the rows may leave; those that are left of them;
-- whether they may stand as sending.
local function clear(self, rows)
  local marked_at
  for _ = 1, MOST_TURNS do
    local at = take_slot(self)
    if not at or not wait_until(self, at - self.committer:takes()) then return false, rows, marked_at ~= nil end
    local now = self.clock.monotonic()
    if not marked_at or now - marked_at > MARK_SECONDS then
      local kept = mark(self, rows)
      if not kept then return false, rows, marked_at ~= nil end
      marked_at, rows = now, kept
    end
    if #rows == 0 or not wait_until(self, at) or self.clock.monotonic() - at < LATE_SECONDS then break end
  end
  return not self.stopping, rows, true
end

local function answers_of(self, parcel)
  if parcel.request then return self.send_bulk(parcel.request) end
  local result, err = self.send(parcel.mail)
  if result then return { result } end
  return nil, err
end

--- Sends to the recipients of one call.
-- @tparam table rows
function delivery:_deliver(rows)
  local parcel = pack(self, rows)
  if not parcel then return end
  local may_leave, left, marked = clear(self, parcel.rows)
  if not may_leave then
    for _, row in ipairs(left) do
      if marked then self:_not_sent(row) else self:_give_back(row) end
    end
    return
  end
  if #left < #parcel.rows then
    parcel = #left > 0 and pack(self, left)
    if not parcel then return end
  end
  rows = parcel.rows
  self.tally.in_flight = self.tally.in_flight + #rows
  local began = self.clock.monotonic()
  local answers, err = answers_of(self, parcel)
  self.tally.in_flight = self.tally.in_flight - #rows
  local latency = math.floor((self.clock.monotonic() - began) * 1000 + 0.5)
  self:_settle(rows, answers, err, { latency_ms = latency })
end

return delivery
