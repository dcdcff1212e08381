--- The engine of a campaign: worker tasks that claim recipients, mark them, send to them, and hand over
-- what became of it.
--
-- The order of each mail is: a slot of the pace, state sending on the disk, the bytes, the outcome. A
-- process that dies anywhere in between leaves the recipient pending (nothing has left) or sending
-- (something may have), and never sent without a record. Where several processes share the journal, each
-- claims recipients for itself, and learns with state sending whether they are still its own.
-- @module ses.campaign.engine
local committer = require "ses.campaign.committer"
local gate = require "ses.campaign.engine.gate"
local pace = require "ses.campaign.pace"
local queue = require "ses.campaign.engine.queue"

local engine = {}

local TICK_SECONDS = 0.1
-- A task takes recipients no earlier than this before their slot of the pace, so that a pause, another rate
-- or another process finds few taken.
local NEAR_SECONDS = 0.25
-- So long nobody may answer before the run gives up.
local PATIENCE_SECONDS = 30
-- The first so many recipients failing alike is no matter of theirs.
local ALIKE = 25

-- Raised through the loop by a second Ctrl-C.
engine.QUIT = setmetatable({}, { __tostring = function() return "interrupted twice" end })

local Engine = { __name = "ses.campaign.Engine" }
Engine.__index = Engine

for _, part in ipairs { "gate", "queue", "results", "delivery" } do
  for name, method in pairs(require("ses.campaign.engine." .. part)) do Engine[name] = method end
end

-- Whoever waits for something looks again at how things stand.
function Engine:_wake()
  for _, name in ipairs { "stop", "idle", "door", "opened" } do self[name]:broadcast() end
end

function Engine:_stop(err)
  if not self.stopping then
    self.stopping = true
    self.stopped_by = err
  end
  self:_wake()
end

-- Waits, but not past a stop, nor past the moment when nothing may leave any more.
function Engine:_pause(seconds)
  local over = self.clock.monotonic() + seconds
  while not self.stopping and not self.closed do
    local left = over - self.clock.monotonic()
    if left <= 0 then return true end
    if self.stop:wait(left) == nil then return false end
  end
  return false
end

-- Waits until the next slot is near.
local function approach(self)
  while self.in_hand > 0 and not self.stopping and not self.closed do
    local far = self.pace:ahead(self.clock.monotonic()) - NEAR_SECONDS
    if far <= 0 or self.stop:wait(far) == nil then return end
  end
end

-- The recipients of the next call, when its slot is near. One task at a time waits for that.
local function next_rows(self)
  while self.at_door and not self.stopping and not self.closed do
    if self.door:wait() == nil then return nil end
  end
  self.at_door = true
  if self.in_hand == 0 then self:_claim() end
  approach(self)
  local rows = self:_take()
  self.at_door = false
  self.door:signal()
  return rows
end

-- Waits for recipients: of others that are busy they may come back to the queue. False where none will come.
local function wait_for_rows(self)
  if not self.claiming and self.busy == 0 and not self:_may_claim() then return false end
  local wait = not self.claiming and self:_may_claim() and self.claim_at - self.clock.monotonic()
  return self.idle:wait(wait and math.max(wait, 0.001) or nil) ~= nil
end

-- A mistake of our own ends the run in order, and is raised then.
local function guarded(self, fn, ...)
  local ran, reason = pcall(fn, self, ...)
  if ran then return end
  self.raised = self.raised or reason
  self:_stop()
end

local function deliver(self, rows)
  self.busy = self.busy + 1
  guarded(self, self._deliver, rows)
  self.busy = self.busy - 1
  if self.busy == 0 then self.idle:broadcast() end
end

local function work(self)
  while not self.stopping do
    if self.closed then
      if self.empty or self.opened:wait() == nil then return end
    else
      local rows = next_rows(self)
      if rows then
        deliver(self, rows)
      elseif not self.closed and not wait_for_rows(self) then
        return
      end
    end
  end
end

-- Looks for Ctrl-C: the first ends the run in order, the second at once. A run that only waits for events has ended.
local function poll(self)
  local n = self.interrupted()
  if n >= 1 and self.lingers then
    self:_stop()
  elseif n >= 1 and not self.interrupt_seen then
    self.interrupt_seen = true
    self:_stop()
  end
  if n >= 2 then
    self.abandoned = true
    error(engine.QUIT, 0)
  end
end

-- What the run waits for, and until when, where that is known.
local function note(self)
  local why = self.lingers or self.closed or self.excluded
  if why then return why.note, why.ends, why.kind == "pause" end
  return self.unanswered
end

-- The tally to show: where processes share the journal, that of all.
function Engine:shown()
  local journal, shown = self.journal, self.tally
  local all = journal.tick and journal:tick()
  if all and self.limit == math.huge then
    shown = { total = self.tally.total, workers = all.workers }
    self.before = self.before or all
    for _, name in ipairs { "sent", "failed", "in_doubt", "deferred" } do
      shown[name] = math.max(self.tally[name], all[name] - self.before[name])
    end
  end
  shown.trouble = journal.trouble
  shown.note, shown.waits_until, shown.paused = note(self)
  return shown
end

local function tick(self)
  while not self.finished do
    self.on_progress(self:shown())
    if self.over:wait(TICK_SECONDS) == nil then return end
  end
end

-- Waits for the events of the last mails, and ends the tasks that listen.
local function linger(self, tasks)
  local listening = self.listening
  if not listening then return end
  if not self.stopping then
    local ends = self.clock.monotonic() + listening.linger
    self.lingers = { note = "all is sent; waits for SES's events", ends = self.clock.now() + listening.linger }
    while not self.stopping do
      local left = ends - self.clock.monotonic()
      if left <= 0 or self.stop:wait(left) == nil then break end
    end
  end
  listening.finish(tasks)
  self.lingers = nil
end

local function main(self, spawn)
  local writing = spawn(self.committer.run, self.committer)
  self:_look()
  local tasks = {}
  for i = 1, self.concurrency do tasks[i] = spawn(work, self) end
  local watching = { spawn(tick, self), spawn(guarded, self, self._watch) }
  local asking, listening = spawn(guarded, self, self._watch_account), {}
  for i, fn in ipairs(self.listening and self.listening.tasks or {}) do listening[i] = spawn(guarded, self, fn) end
  for _, task in ipairs(tasks) do task:wait() end
  asking:cancel()
  asking:wait()
  self.committer:finish()
  local _, reason = writing:wait()
  linger(self, listening)
  self.finished = true
  self.over:broadcast()
  for _, task in ipairs(watching) do task:wait() end
  if self.raised or reason then error(self.raised or reason, 0) end
end

--- Sends to every pending recipient of a journal.
-- @tparam table ports
--
--   - `journal`, `loop`, `clock`
--   - `message`: `mail(row)` gives what `send` takes; where a call carries several, `group(row)` is equal for rows that
--     may share one, and `bulk(rows)` gives what `send_bulk` takes, the rows in it, and those refused
--   - `send`: function(mail) → result | nil, err
--   - `send_bulk`: function(request) → list of { message_id = } or { err = }, one an entry | nil, err
--   - `pace`: where it is not to be made of `rate`
--   - `schedule`: of ses.campaign.schedule; `quota`: of ses.campaign.quota; nil where nothing limits so
--   - `terms`: function(rate that somebody has set, or nil) → { rate =, bulk =, batch =, text =, … } as they are now,
--     which the pace is told; nil where they do not change
--   - `judge`: function → { paused =, warned = } | nil, err (see ses.campaign.reputation); `warn`: function(text), told
--     what that comes to
--   - `listening`: { tasks = functions that take events beside the sending, linger = seconds that they go on once all
--     is sent, finish = function(tasks) that ends them }
--   - `refresh`: function → true | nil, err, which reads the lists again of those who are left out
-- @tparam table options
--
--   - `rate`: recipients a second; `bulk`: by SendBulkEmail, not SendEmail; `batch`: recipients of one call of it
--   - `concurrency`: calls at one time; `limit`: recipients of this run
--   - `sender`: its address; `total`: for the tally; `zoned`: the schedule depends on recipients' time zones
--   - `interrupted`: function → number of Ctrl-C so far; `on_progress`: function(tally), ten times a second
--   - `patience`: seconds that nobody may answer before the run gives up
-- @treturn table { tally = { sent =, failed =, in_doubt =, deferred =, … }, stopped_by = error or nil,
--   interrupted = boolean, seconds = }
function engine.run(ports, options)
  local loop, clock = ports.loop, ports.clock
  local started, batch = clock.monotonic(), options.batch or 1
  local self = setmetatable({
    journal = ports.journal, message = ports.message, send = ports.send, send_bulk = ports.send_bulk, loop = loop,
    clock = clock, concurrency = math.min(options.concurrency, options.limit or options.concurrency),
    limit = options.limit or math.huge, bulk = options.bulk or batch > 1, batch = batch, sender = options.sender,
    interrupted = options.interrupted or function() return 0 end,
    on_progress = options.on_progress or function() end,
    patience = options.patience or PATIENCE_SECONDS, alike = options.alike or ALIKE,
    listening = ports.listening, pace = ports.pace or pace.new(options.rate, started, batch),
    last_answer = started, busy = 0, turn = 0,
    stop = loop.condition(), idle = loop.condition(), door = loop.condition(), over = loop.condition(),
    tally = { sent = 0, failed = 0, in_doubt = 0, deferred = 0, in_flight = 0, total = options.total or 0 },
  }, Engine)
  for _, fields in ipairs { queue.fields(ports, started), gate.fields(ports, options) } do
    for name, value in pairs(fields) do self[name] = value end
  end
  self.committer = committer.new(ports, function(err) self:_stop(err) end)
  local ran, reason = pcall(loop.run, function(spawn) return main(self, spawn) end,
    { poll = function() return poll(self) end })
  if not ran and reason ~= engine.QUIT then error(reason, 0) end
  return {
    tally = self.tally, stopped_by = self.stopped_by, interrupted = self.interrupt_seen == true,
    abandoned = self.abandoned == true, seconds = clock.monotonic() - started,
  }
end

return engine
