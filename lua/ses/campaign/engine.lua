--- The engine of a campaign: worker tasks that claim recipients, mark them, send to them, and hand over
-- what became of it.
--
-- The order of each mail is: a slot of the pace, state sending on the disk, the bytes, the outcome. A
-- process that dies anywhere in between leaves the recipient pending (nothing has left) or sending
-- (something may have), and never sent without a record. Where several processes share the journal, each
-- claims recipients for itself, and learns with state sending whether they are still its own.
-- @module ses.campaign.engine
local committer = require "ses.campaign.committer"
local outcome = require "ses.campaign.outcome"
local pace = require "ses.campaign.pace"

local engine = {}

local MAX_THROTTLED = 10
local TICK_SECONDS = 0.1
-- So long nobody may answer before the run gives up.
local PATIENCE_SECONDS = 30
local LONGEST_PAUSE = 5
-- A mail whose slot of the pace is so long gone when it could leave takes another: a journal that was slow,
-- or a process that was stopped, must not end in a burst.
local LATE_SECONDS = 1
-- The first so many recipients failing alike is no matter of theirs.
local ALIKE = 25

-- Raised through the loop by a second Ctrl-C.
engine.QUIT = setmetatable({}, { __tostring = function() return "interrupted twice" end })

local Engine = { __name = "ses.campaign.Engine" }
Engine.__index = Engine

local function stop(self, err)
  if not self.stopping then
    self.stopping = true
    self.stopped_by = err
  end
  self.stop:broadcast()
  self.idle:broadcast()
end

-- Claims more recipients, one task for all. Where others hold some that may come back, not before it is
-- time to ask again.
local function claim(self)
  local now = self.clock.monotonic()
  if self.drained or self.claiming or now < self.claim_at then return end
  self.claiming = true
  local rows, err = self.journal:claim(math.max(100, 2 * self.concurrency))
  self.claiming = false
  if not rows then return stop(self, err) end
  self.queue, self.head = rows, 1
  if #rows == 0 then
    self.drained = rows.wait == nil
    self.claim_at = self.clock.monotonic() + (rows.wait or 0)
  end
  self.idle:broadcast()
end

-- The next recipient: one that goes back to the queue comes first.
local function take(self)
  if self.stopping or self.taken >= self.limit then return nil end
  if #self.again == 0 and not self.queue[self.head] then claim(self) end
  local row = table.remove(self.again)
  if not row then
    row = self.queue[self.head]
    if not row then return nil end
    self.queue[self.head] = nil
    self.head = self.head + 1
  end
  self.taken = self.taken + 1
  return row
end

local function give_back(self, row)
  self.again[#self.again + 1] = row
  self.taken = self.taken - 1
  self.idle:signal()
end

-- Waits, but not past a stop.
local function pause(self, seconds)
  local over = self.clock.monotonic() + seconds
  while not self.stopping do
    local left = over - self.clock.monotonic()
    if left <= 0 then return true end
    if self.stop:wait(left) == nil then return false end
  end
  return false
end

local function record(self, row, state, err, fields)
  if self.abandoned then return end
  self.committer:result {
    id = row.id, claim = row.claim, state = state, at = math.floor(self.clock.now()),
    message_id = fields and fields.message_id, later = fields and fields.later,
    code = err and err.code, reason = err and outcome.reason(err.message),
  }
end

local function count(self, name)
  self.tally[name] = self.tally[name] + 1
end

local function failed(self, row, err)
  record(self, row, "failed", err)
  count(self, "failed")
  if self.code_of_all == nil then
    self.code_of_all = err.code
  elseif self.code_of_all ~= err.code then
    self.code_of_all = false
  end
  if self.code_of_all and self.tally.sent == 0 and self.tally.failed >= self.alike then stop(self, err) end
end

-- A row that was not sent goes back; `later` leaves it to another run.
local function not_sent(self, row, later)
  record(self, row, "pending", nil, { later = later })
  if later then
    count(self, "deferred")
  else
    give_back(self, row)
  end
end

local on_error = {}

function on_error.in_doubt(self, row, err)
  record(self, row, "in_doubt", err)
  count(self, "in_doubt")
end

function on_error.stop(self, row, err)
  not_sent(self, row)
  stop(self, err)
end

function on_error.throttled(self, row, err)
  row.throttled = (row.throttled or 0) + 1
  self.pace:throttled(self.clock.monotonic())
  not_sent(self, row, row.throttled >= MAX_THROTTLED)
  pause(self, math.min(err.retry_after or 0, LONGEST_PAUSE))
end

function on_error.wait(self, row, err)
  not_sent(self, row)
  self.tally.note = outcome.reason(err.message)
  if self.clock.monotonic() - self.last_answer > self.patience then
    stop(self, err)
  else
    pause(self, math.min(math.max(err.retry_after or 1, 0.2), LONGEST_PAUSE))
  end
end

function on_error.later(self, row)
  not_sent(self, row, true)
end

on_error.failed = failed

local function settle(self, row, result, err)
  if self.abandoned then return end
  if result then
    record(self, row, "sent", nil, { message_id = result.message_id })
    count(self, "sent")
    self.pace:taken()
  end
  local what = err and outcome.of(err, self.sender)
  if what ~= "wait" then
    self.last_answer = self.clock.monotonic()
    self.tally.note = nil
  end
  if what then on_error[what](self, row, err) end
end

-- Waits for a slot of the pace. The moment of the slot, or nil where there is none any more.
local function await_slot(self)
  local now = self.clock.monotonic()
  local seconds, err = self.pace:reserve(now)
  if not seconds then return stop(self, err) end
  local at = self.clock.monotonic() + seconds
  return pause(self, seconds) and at or nil
end

-- A slot and state sending on the disk. False where the recipient is no longer this process's. Where it
-- is not to be sent, whether it may stand as sending all the same.
local function clear_to_send(self, row)
  for round = 1, 2 do
    local at = await_slot(self)
    if not at then return nil, round > 1 end
    local marked = self.committer:sending(row.id, row.claim)
    if not marked then return marked, round > 1 end
    if self.clock.monotonic() - at < LATE_SECONDS then return true end
  end
  return true
end

-- The mail to a recipient, once it may leave.
local function prepare(self, row)
  local mail, err = self.message:mail(row)
  if not mail then return failed(self, row, err) end
  local clear, marked = clear_to_send(self, row)
  if clear == false then
    record(self, row, "pending")
    self.taken = self.taken - 1
    return
  end
  if clear and not self.stopping then return true, mail end
  if clear or marked then return not_sent(self, row) end
  give_back(self, row)
end

local function deliver(self, row)
  local clear, mail = prepare(self, row)
  if not clear then return end
  self.tally.in_flight = self.tally.in_flight + 1
  local result, err = self.send(mail)
  self.tally.in_flight = self.tally.in_flight - 1
  settle(self, row, result, err)
end

local function may_claim(self)
  return not self.drained and not self.stopping and self.taken < self.limit
end

local function work(self)
  while not self.stopping do
    local row = take(self)
    if row then
      self.busy = self.busy + 1
      local ran, reason = pcall(deliver, self, row)
      self.busy = self.busy - 1
      if not ran then
        self.raised = self.raised or reason
        stop(self)
      end
      if self.busy == 0 then self.idle:broadcast() end
    elseif self.claiming or self.busy > 0 or may_claim(self) then
      -- While another is busy, its recipient may come back to the queue.
      local wait = not self.claiming and may_claim(self) and self.claim_at - self.clock.monotonic()
      if self.idle:wait(wait and math.max(wait, 0.001) or nil) == nil then return end
    else
      return
    end
  end
end

-- Looks for Ctrl-C: the first ends the run in order, the second at once.
local function poll(self)
  local n = self.interrupted()
  if n >= 1 and not self.interrupt_seen then
    self.interrupt_seen = true
    stop(self)
  end
  if n >= 2 then
    self.abandoned = true
    error(engine.QUIT, 0)
  end
end

-- The tally to show: where processes share the journal, that of all.
function Engine:shown()
  local journal = self.journal
  local all = journal.tick and journal:tick()
  self.tally.trouble = journal.trouble
  if not all or self.limit < math.huge then return self.tally end
  local shown = { total = self.tally.total, note = self.tally.note, trouble = journal.trouble, workers = all.workers }
  self.before = self.before or all
  for _, name in ipairs { "sent", "failed", "in_doubt", "deferred" } do
    shown[name] = math.max(self.tally[name], all[name] - self.before[name])
  end
  return shown
end

local function tick(self)
  while not self.finished do
    self.on_progress(self:shown())
    if self.over:wait(TICK_SECONDS) == nil then return end
  end
end

local function main(self, spawn)
  local tasks = {}
  for i = 1, self.concurrency do tasks[i] = spawn(work, self) end
  local writing = spawn(self.committer.run, self.committer)
  local ticking = spawn(tick, self)
  for _, task in ipairs(tasks) do task:wait() end
  self.committer:finish()
  local _, reason = writing:wait()
  self.finished = true
  self.over:broadcast()
  ticking:wait()
  if self.raised or reason then error(self.raised or reason, 0) end
end

--- Sends to every pending recipient of a journal.
-- @tparam table ports `journal`, `message` (`mail(row)` → what to send), `send` (function(mail) → result
--   | nil, err), `loop`, `clock`, `pace` (where it is not to be made of `rate`)
-- @tparam table options `rate` (recipients a second), `concurrency`, `limit` (recipients of this run),
--   `sender` (its address), `total` (for the tally), `interrupted` (function → number of Ctrl-C so far),
--   `on_progress` (function(tally), ten times a second), `patience` (seconds)
-- @treturn table { tally = { sent =, failed =, in_doubt =, deferred =, … }, stopped_by = error or nil,
--   interrupted = boolean, seconds = }
function engine.run(ports, options)
  local loop, clock = ports.loop, ports.clock
  local started = clock.monotonic()
  local self = setmetatable({
    journal = ports.journal, message = ports.message, send = ports.send, loop = loop, clock = clock,
    concurrency = math.min(options.concurrency, options.limit or options.concurrency),
    limit = options.limit or math.huge, sender = options.sender,
    interrupted = options.interrupted or function() return 0 end,
    on_progress = options.on_progress or function() end,
    patience = options.patience or PATIENCE_SECONDS, alike = options.alike or ALIKE,
    pace = ports.pace or pace.new(options.rate, started), last_answer = started,
    queue = {}, head = 1, claim_at = started, again = {}, taken = 0, busy = 0,
    stop = loop.condition(), idle = loop.condition(), over = loop.condition(),
    tally = { sent = 0, failed = 0, in_doubt = 0, deferred = 0, in_flight = 0, total = options.total or 0 },
  }, Engine)
  self.committer = committer.new(ports, function(err) stop(self, err) end)
  local ran, reason = pcall(loop.run, function(spawn) return main(self, spawn) end,
    { poll = function() return poll(self) end })
  if not ran and reason ~= engine.QUIT then error(reason, 0) end
  return {
    tally = self.tally, stopped_by = self.stopped_by, interrupted = self.interrupt_seen == true,
    abandoned = self.abandoned == true, seconds = clock.monotonic() - started,
  }
end

return engine
