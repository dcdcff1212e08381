--- A campaign that listens to its queue: SES's events are taken into the journal while mail is sent, and after.
--
-- Several pollers receive at one time, and what they have together is recorded in one transaction of the journal. A
-- message is deleted once that has reached the disk. What is of another campaign, or of mail that is of none, is left
-- in the queue unless the campaign file says otherwise: whoever it is meant for has not seen it. It counts all the same
-- where it says who must not be written to.
-- @module ses.campaign.listener
local errors = require "ses.errors"
local feedback = require "ses.campaign.feedback"
local loop = require "ses.adapters.loop"
local pollers = require "ses.events.sqs"

local listener = {}

local POLLERS = 8
-- So long a call waits for messages, as long as SQS lets it.
local WAIT_SECONDS = 20
-- After an error that does not pass by itself.
local PAUSE_SECONDS = 5
-- So long at most a transaction waits for the events of pollers that are busy.
local GATHER_SECONDS = 0.01

-- Of no recipient of this campaign, and perhaps of somebody else's.
local OTHERS = { other_campaign = true, untagged = true }
local LEFT = "the event is of another campaign or program, and is left to it"

local Listener = { __name = "ses.campaign.Listener" }
Listener.__index = Listener

-- A batch is written by whoever began it.
function Listener:_write(batch)
  self.batch = nil
  local results, judged = feedback.take(self.journal, self.spec, batch.events)
  batch.results, batch.err, batch.done = results, judged, true
  batch.written:broadcast()
  if not results then return end
  feedback.add(self.tally, results)
  if judged.warned then self.warn(judged.warned) end
end

-- A batch is written at once where nobody is busy who may add to it.
function Listener:_look_at_batch()
  if self.batch and #self.batch.events >= self.in_hand then self.batch.full:signal() end
end

-- Takes an event; returns when it is recorded. → its result | nil, err
function Listener:_record(event)
  local batch, is_first = self.batch, false
  if not batch then
    batch, is_first = { events = {}, written = loop.condition(), full = loop.condition() }, true
    self.batch = batch
  end
  local place = #batch.events + 1
  batch.events[place] = event
  self:_look_at_batch()
  if is_first then
    if #batch.events < self.in_hand then batch.full:wait(GATHER_SECONDS) end
    self:_write(batch)
  end
  while not batch.done do
    local going, err = batch.written:wait()
    if going == nil then return nil, err end
  end
  return batch.results and batch.results[place], batch.err
end

function Listener:_take(event)
  self.in_hand = self.in_hand + 1
  local result, err = self:_record(event.raw)
  self.in_hand = self.in_hand - 1
  self:_look_at_batch()
  if not result then return nil, err end
  if OTHERS[result.what] and self.spec.events.others == "leave" then return nil, LEFT end
  return true
end

-- Each thing that goes wrong is told once, until something else does.
function Listener:_tell(err)
  if err == LEFT then
    self.left = self.left + 1
    return
  end
  local text = errors.is(err) and err.message or tostring(err)
  if text ~= self.told then self.warn("events cannot be taken just now: " .. text) end
  self.told = text
end

-- `begins` is called with each message that is dealt with.
local function make_poller(self, wait_seconds, begins)
  return pollers.new {
    client = self.client, queue_url = self.spec.events.queue_url, suppress = self.spec.events.suppress,
    wait_time_seconds = wait_seconds, on_event = function(event)
      begins()
      return self:_take(event)
    end,
    on_error = function(err) self:_tell(err) end, on_malformed = function() self.malformed = self.malformed + 1 end,
  }
end

--- Receives what is there, without waiting: whether the queue can be read at all.
-- @treturn boolean|nil
-- @treturn ?ses.Error of the queue
function Listener:look()
  local one, err = make_poller(self, 0, function() end)
  if not one then return nil, err end
  local counts
  counts, err = one:poll()
  if counts then return true end
  err.field, err.message = "events.queue_url", "events.queue_url: " .. err.message
  return nil, err
end

-- Polls until all is over; where it cannot, tells so and tries again.
local function listen(self, one)
  while not self.ended do
    local counts, err = one.poller:poll()
    one.handles = false
    if not counts and err.kind ~= "cancelled" then self:_tell(err) end
    if not counts and not loop.sleep(PAUSE_SECONDS) then return end
  end
end

--- The tasks that listen, to be spawned beside others, until `finish`.
-- @treturn table list of functions
function Listener:tasks()
  local tasks = {}
  for i = 1, POLLERS do
    local one = { handles = false }
    one.poller = assert(make_poller(self, WAIT_SECONDS, function() one.handles = true end))
    self.at_work[i] = one
    tasks[i] = function() return listen(self, one) end
  end
  return tasks
end

--- Ends the tasks: those that wait for messages at once, the others when they have dealt with what they have.
-- @tparam table tasks as they were spawned, in their order
function Listener:finish(tasks)
  self.ended = true
  for i, task in ipairs(tasks) do
    if not self.at_work[i].handles then task:cancel() end
  end
  for _, task in ipairs(tasks) do task:wait() end
end

--- What is to be said at the end of events that were left in the queue.
-- @treturn table list of texts
function Listener:notes()
  local format = require "ses.campaign.format"
  local notes = {}
  if self.left > 0 then
    notes[1] = ("events of other campaigns or programs are left in the queue (%s met); give each campaign a queue of "
      .. 'its own, or say events.others = "delete"'):format(format.many(self.left, "message"))
  end
  if self.malformed > 0 then
    notes[#notes + 1] = ("%s in the queue that %s no event of SES"):format(format.many(self.malformed, "message"),
      self.malformed == 1 and "is" or "are")
  end
  return notes
end

--- Makes a listener.
-- @tparam table options `client`, `journal`, `spec` (of ses.campaign.file, with `events.queue_url`), `warn`:
--   function(text)
-- @treturn ses.campaign.Listener with `tally`, numbers by the names of ses.campaign.feedback's `COUNTED`
function listener.new(options)
  return setmetatable({
    client = options.client, journal = options.journal, spec = options.spec, warn = options.warn or function() end,
    tally = feedback.tally(), left = 0, malformed = 0, in_hand = 0, at_work = {},
  }, Listener)
end

return listener
