--- The engine of a campaign: worker tasks that claim recipients, mark them, send to them, and hand over
-- what became of it.
--
-- The order of each mail is: a slot of the pace, state sending on the disk, the bytes, the outcome. A
-- process that dies anywhere in between leaves the recipient pending (nothing has left) or sending
-- (something may have), and never sent without a record.
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

-- The next recipient: one that goes back to the queue comes first.
local function take(self)
  if self.stopping or self.taken >= self.limit then return nil end
  local row = table.remove(self.again)
  if not row then
    row = self.queue[self.head]
    if not row and not self.drained then
      local rows, err = self.journal:claim(math.max(100, 2 * self.concurrency))
      if not rows then
        stop(self, err)
        return nil
      end
      self.queue, self.head, self.drained = rows, 1, #rows == 0
      row = rows[1]
    end
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

local function record(self, row, state, err, message_id)
  if self.abandoned then return end
  self.committer:result {
    id = row.id, state = state, message_id = message_id, at = math.floor(self.clock.now()),
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
  record(self, row, "pending")
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
    record(self, row, "sent", nil, result.message_id)
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

local function deliver(self, row)
  if not pause(self, self.pace:reserve(self.clock.monotonic())) then return give_back(self, row) end
  local mail, err = self.message:mail(row)
  if not mail then return failed(self, row, err) end
  if not self.committer:sending(row.id) then return give_back(self, row) end
  if self.stopping then return not_sent(self, row) end
  self.tally.in_flight = self.tally.in_flight + 1
  local result
  result, err = self.send(mail)
  self.tally.in_flight = self.tally.in_flight - 1
  settle(self, row, result, err)
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
    elseif self.busy == 0 or self.idle:wait() == nil then
      -- While another is busy, its recipient may come back to the queue.
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

local function tick(self)
  while not self.finished do
    self.on_progress(self.tally)
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
--   | nil, err), `loop`, `clock`
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
    pace = pace.new(options.rate, started), last_answer = started,
    queue = {}, head = 1, again = {}, taken = 0, busy = 0,
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
