--- Group commit: what many tasks want written to the journal at one moment is one transaction, so that a
-- disk that takes its time for each sync does not set the pace.
-- @module ses.campaign.committer
local committer = {}

-- Shortest time between two transactions; what comes up meanwhile shares the next. A journal holds up all
-- tasks while it writes, so that one that is slow gets no more than half of the time.
local GATHER_SECONDS = 0.004
local LONGEST_GATHER = 0.1

local Committer = { __name = "ses.campaign.Committer" }
Committer.__index = Committer

local function new_batch(self)
  return { sending = {}, claims = {}, results = {}, places = {}, written = self.loop.condition() }
end

--- Makes a committer.
-- @tparam table ports `journal`, `loop`, `clock`
-- @tparam function on_failure called with the error where a transaction fails
function committer.new(ports, on_failure)
  local self = setmetatable({
    journal = ports.journal, loop = ports.loop, clock = ports.clock, on_failure = on_failure,
    wanted = ports.loop.condition(), last = -GATHER_SECONDS, gather = GATHER_SECONDS, ended = false,
  }, Committer)
  self.batch = new_batch(self)
  return self
end

--- Marks recipients as sending, all in one transaction. Returns when that has reached the disk; not before may
-- a byte leave.
-- @tparam table rows of the journal: `id`, and `claim` where the journal gave one
-- @treturn table|nil the places in `rows` of those that are no longer this process's to send, as a set; nil where
--   nothing was written
function Committer:sending(rows)
  if self.failed then return nil end
  local batch = self.batch
  local before = #batch.sending
  for i, row in ipairs(rows) do
    batch.sending[before + i], batch.claims[before + i] = row.id, row.claim
  end
  self.wanted:signal()
  while not batch.done do
    local going = batch.written:wait()
    if going == nil then return nil end
  end
  if batch.failed then return nil end
  local lost = {}
  for i = 1, #rows do lost[i] = batch.lost and batch.lost[before + i] end
  return lost
end

--- How long `sending` takes, as it went last.
-- @treturn number seconds
function Committer:takes()
  return 2 * self.gather
end

-- A transaction has one result of a recipient, the last: a database need not take several in turn.
local function add_result(batch, result)
  local results, places = batch.results, batch.places
  local key = ("%d %s"):format(result.id, tostring(result.claim))
  local place = places[key] or #results + 1
  results[place], places[key] = result, place
end

--- Hands over what became of a recipient; it is written soon.
-- @tparam table result see journal:commit
function Committer:result(result)
  add_result(self.batch, result)
  self.wanted:signal()
end

local function is_empty(batch)
  return #batch.sending == 0 and #batch.results == 0
end

function Committer:_write()
  local batch = self.batch
  self.batch, self.writing = new_batch(self), batch
  local began = self.clock.monotonic()
  local done, err = self.journal:commit(batch.sending, batch.results, batch.claims)
  self.last = self.clock.monotonic()
  self.gather = math.min(math.max(GATHER_SECONDS, self.last - began), LONGEST_GATHER)
  batch.done, batch.failed, self.writing = true, not done, nil
  if done then batch.lost = err end
  batch.written:broadcast()
  if done then return end
  -- Nobody is sent to any more, nor who asked while it was tried. Results are facts, and go into one more try at
  -- the end.
  self.failed = true
  local meanwhile, last = self.batch, new_batch(self)
  for _, part in ipairs { batch, meanwhile } do
    for _, result in ipairs(part.results) do add_result(last, result) end
  end
  self.batch = last
  meanwhile.done, meanwhile.failed = true, true
  meanwhile.written:broadcast()
  self.on_failure(err)
end

--- Waits until all that was handed over so far is written.
-- @treturn boolean false where it was not
function Committer:flush()
  if self.failed then return false end
  local batch = is_empty(self.batch) and self.writing or self.batch
  if batch == self.batch and is_empty(batch) then return true end
  while not batch.done do
    if batch.written:wait() == nil then return false end
  end
  return not batch.failed
end

--- The committer's own task: writes until `finish` is called and all is written, or cannot be.
function Committer:run()
  while true do
    while (self.failed or is_empty(self.batch)) and not self.ended do
      if self.wanted:wait() == nil then return end
    end
    if is_empty(self.batch) then return end
    local last_try = self.failed
    local early = self.gather - (self.clock.monotonic() - self.last)
    if early > 0 and not self.ended and not self.loop.sleep(early) then return end
    self:_write()
    if last_try then return end
  end
end

--- Ends the committer's task once all is written.
function Committer:finish()
  self.ended = true
  self.wanted:signal()
end

return committer
