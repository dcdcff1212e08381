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

local function may_go_on(self)
  return not self.stopping and not self.closed
end

-- Waits; false where the run stops or the gate closes. Whether the slot is still good: there is another rate else.
local function wait_until(self, moment, turn)
  local seconds = moment - self.clock.monotonic()
  while seconds > 0 and may_go_on(self) and self.turn == turn do
    if self.stop:wait(seconds) == nil then return false end
    seconds = moment - self.clock.monotonic()
  end
  return may_go_on(self), self.turn == turn
end

-- State sending on the disk, for the rows that are still this process's. False where nothing was written.
local function mark(self, parcel)
  local now = self.clock.monotonic()
  if #parcel.rows == 0 or parcel.marked_at and now - parcel.marked_at <= MARK_SECONDS then return true end
  local lost = self.committer:sending(parcel.rows)
  if not lost then return false end
  local kept = {}
  for i, row in ipairs(parcel.rows) do
    if lost[i] then
      self:_record(row, "pending")
      self.taken = self.taken - 1
    else
      kept[#kept + 1] = row
    end
  end
  if #kept < #parcel.rows then
    parcel.left = true
    self:_may_come_back()
  end
  parcel.rows, parcel.marked_at = kept, now
  return true
end

-- One slot, and state sending on the disk just before it. Nil where nothing may leave any more; else whether it was
-- there in time.
local function take_turn(self, parcel)
  local turn = self.turn
  local at = take_slot(self)
  if not at then return nil end
  local goes_on, is_good = wait_until(self, at - self.committer:takes(), turn)
  if not goes_on then return nil end
  if not is_good then return false end
  if not mark(self, parcel) then return nil end
  if #parcel.rows == 0 then return true end
  goes_on, is_good = wait_until(self, at, turn)
  if not goes_on then return nil end
  return is_good and self.clock.monotonic() - at < LATE_SECONDS
end

-- Waits until the mails may leave. Whether they may.
local function clear(self, parcel)
  local turns = 0
  repeat
    local in_time = take_turn(self, parcel)
    if in_time == nil then return false end
    turns = turns + 1
  until in_time or turns >= MOST_TURNS and parcel.marked_at
  return mark(self, parcel) and may_go_on(self)
end

local function give_back(self, rows, is_marked)
  for _, row in ipairs(rows) do self:_give_back(row, is_marked) end
end

-- Leaves those in a parcel who may be written to at this moment, and for whom there is room in the quota.
local function sift(self, parcel)
  local going, others = {}, {}
  for _, row in ipairs(parcel.rows) do
    local list = self:_may(row) and going or others
    list[#list + 1] = row
  end
  local wanted = #going
  local granted = self.quota and self.quota:grant(wanted) or wanted
  for i = wanted, granted + 1, -1 do
    others[#others + 1] = going[i]
    going[i] = nil
  end
  if granted < wanted then self:_look() end
  give_back(self, others, true)
  parcel.left = parcel.left or #others > 0
  parcel.rows, parcel.granted = going, granted
end

local function answers_of(self, parcel)
  if parcel.request then return self.send_bulk(parcel.request) end
  local result, err = self.send(parcel.mail)
  if result then return { result } end
  return nil, err
end

-- The request without those who have left the parcel.
local function repack(self, parcel)
  if not parcel.left then return parcel end
  if #parcel.rows == 0 then return nil end
  local made = pack(self, parcel.rows)
  if made then made.granted = parcel.granted end
  return made
end

-- What came of the call, and what its results are to tell besides.
local function send(self, parcel)
  local n, began = #parcel.rows, self.clock.monotonic()
  local day = self:_today()
  self.last_left = began
  self.tally.in_flight = self.tally.in_flight + n
  local answers, err = answers_of(self, parcel)
  self.tally.in_flight = self.tally.in_flight - n
  local latency = math.floor((self.clock.monotonic() - began) * 1000 + 0.5)
  return answers, err, { latency_ms = latency, day = day }
end

-- How many mails SES has taken, or may have.
local function used(self)
  return self.tally.sent + self.tally.in_doubt
end

--- Sends to the recipients of one call.
-- @tparam table rows
function delivery:_deliver(rows)
  local parcel = pack(self, rows)
  if not parcel then return end
  if not clear(self, parcel) then return give_back(self, parcel.rows, parcel.marked_at ~= nil) end
  sift(self, parcel)
  local granted, before, back, wait = parcel.granted, used(self), {}, 0
  parcel = repack(self, parcel)
  if parcel then
    local answers, err, fields = send(self, parcel)
    before = used(self)
    back, wait = self:_settle(parcel.rows, answers, err, fields)
  end
  if self.quota then self.quota:settle(granted, used(self) - before) end
  if wait > 0 then self:_pause(wait) end
  give_back(self, back)
end

return delivery
