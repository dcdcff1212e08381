--- SES's events from a queue of Amazon SQS that is subscribed to their topic of SNS.
--
-- A message is deleted once its handlers have returned. Where one raises an error, or returns false, or nil and a
-- reason, the message stays in the queue and comes again after the queue's visibility timeout. What is no event of SES
-- is told to `on_malformed` and stays, too. A queue should therefore have a dead-letter queue, where such messages end.
-- The word by which SES tries a topic that it is given ("Successfully validated SNS topic …") is deleted.
--
-- SQS may deliver a message more than once, and in any order. What was dealt with in the last hour is known again, by
-- all workers of an nginx with a dictionary of ses, and is deleted without a call of the handlers; that memory is
-- bounded: a handler should bear to see an event again.
--
-- The messages of a round, ten at most, are handled one after the other and deleted together: the visibility timeout
-- must be longer than that takes. While it waits for messages a poller holds one connection of the client's. What it
-- asks of SQS has no part in the limits on sending, the circuit breaker of SES, or the metrics.
--
-- The caller needs the permissions sqs:ReceiveMessage and sqs:DeleteMessage.
-- @module ses.events.sqs
local errors = require "ses.errors"
local json = require "ses.model.json"
local keys = require "ses.keys"
local normalise = require "ses.events.normalise"
local seen = require "ses.events.seen"
local service = require "ses.model.sqs"
local suggest = require "ses.suggest"
local suppression = require "ses.events.suppression"

local sqs = {}

-- Seconds that an event is known for.
local MEMORY = 3600

-- Seconds between two tries of what fails.
local FIRST_PAUSE, LONGEST_PAUSE = 1, 30

-- A pause is looked up from so often, whether it is to end.
local SLICE = 0.5

local OPTIONS = {
  client = "table", queue_url = "string", handlers = "table", on_event = "function", on_malformed = "function",
  on_error = "function", suppress = "boolean", wait_time_seconds = "number", max_messages = "number",
  visibility_timeout = "number", delete = "boolean",
}

local RANGES = {
  wait_time_seconds = { 0, 20, default = 20 }, max_messages = { 1, 10, default = 10 },
  visibility_timeout = { 1, 43200 },
}

local Poller = { __name = "ses.events.Poller" }
Poller.__index = Poller

-- ---- options ----

local function fault(field, message)
  return nil, errors.new {
    kind = "validation", code = "InvalidParameter", field = field, message = field .. " " .. message,
  }
end

local function check_kinds(options)
  for _, name in ipairs(keys.sorted(options)) do
    local kind = OPTIONS[name]
    if not kind then
      return fault(tostring(name), "is no option of a poller" .. suggest.hint(tostring(name), OPTIONS))
    end
    if type(options[name]) ~= kind then return fault(name, "must be a " .. kind) end
  end
  for kind, handler in pairs(options.handlers or {}) do
    if type(kind) ~= "string" or type(handler) ~= "function" then
      return fault("handlers." .. tostring(kind), "must be a function")
    end
  end
  return true
end

local function check_ranges(options)
  for name, range in pairs(RANGES) do
    local value = options[name]
    if value ~= nil and not (value >= range[1] and value <= range[2] and value % 1 == 0) then
      return fault(name, ("must be a whole number from %d to %d"):format(range[1], range[2]))
    end
  end
  return true
end

local function check(options)
  local ok, err = check_kinds(options)
  if ok then ok, err = check_ranges(options) end
  if not ok then return nil, err end
  if not options.client then return fault("client", "is missing") end
  if not options.queue_url then return fault("queue_url", "is missing") end
  if not options.queue_url:find("^https?://[^/?#@%s]+/[^?#%s]+$") then
    return fault("queue_url", "must be the URL of a queue")
  end
  if options.on_event or options.suppress or next(options.handlers or {}) then return true end
  return fault("handlers", "is missing: events would be deleted that nobody was told of")
end

--- Makes a poller. Nothing is asked for yet.
-- @tparam table options
--
-- - `client`: a client of ses, whose credentials and settings are used (required)
-- - `queue_url` (required); the region that is signed for is that of its host, or else the client's
-- - `handlers`: functions by the type of event, such as `{ bounce = function(event, message) … end }`; `on_event`: the
--   same for every event, called after them. Events are as ses.events.normalise has them; the message has `message_id`,
--   `body`, `receive_count` and `receipt` (its receipt handle)
-- - `suppress`: true puts hard bounces and complaints on the account's suppression list, before the handlers are called
-- - `on_malformed`: function(message, err), told of each message that is no event of SES
-- - `on_error`: function(err, message), told of what a handler raised or returned, with its message, and of each call
--   that failed, without
-- - `wait_time_seconds` that one call waits for messages, 0 to 20 (20); `max_messages` of one call, 1 to 10 (10);
--   `visibility_timeout` in seconds, 1 to 43,200 (the queue's own)
-- - `delete`: false leaves all messages in the queue, for who only looks: they come again, to others too, and each is
--   handled once here (true)
-- @treturn ses.events.Poller
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", naming the option
function sqs.new(options)
  local ok, err = check(options)
  if not ok then return nil, err end
  local self = { handlers = {} }
  for name, range in pairs(RANGES) do self[name] = range.default end
  for name, value in pairs(options) do self[name] = value end
  self.host = self.client.host
  self.store = self.host.store(self.client.settings)
  return setmetatable(self, Poller)
end

-- ---- one message ----

-- Where nobody wants to be told, it is said to whoever looks after the program.
local function tell_error(self, err, message, event)
  local logger = self.client.logger
  if logger then logger:event_failed(err, event) end
  if self.on_error then return pcall(self.on_error, err, message) end
  if logger then return end
  local what = message and ("message " .. message.message_id) or "the queue"
  local why = tostring(errors.is(err) and err.message or err)
  self.host.say("warn", ("%s could not be dealt with: %s"):format(what, why))
end

-- → true | nil, why the user's function failed
local function run(fn, event, message)
  local ran, result, reason = pcall(fn, event, message)
  if not ran then return nil, result end
  if result == false or result == nil and reason ~= nil then return nil, reason or "the handler returned false" end
  return true
end

local function handle(self, event, message)
  local logger = self.client.logger
  if logger then logger:event(event) end
  local done, reason = true, nil
  if self.suppress then done, reason = suppression.apply(self.client, event) end
  local handler = self.handlers[event.type]
  if done and handler then done, reason = run(handler, event, message) end
  if done and self.on_event then done, reason = run(self.on_event, event, message) end
  return done, reason
end

-- SNS's own id is the same where SNS put a message into the queue twice.
local function id_of(message, envelope)
  local id = type(envelope) == "table" and envelope.MessageId
  return type(id) == "string" and id or message.message_id
end

local function message_of(given)
  local attributes = given.Attributes or {}
  return {
    message_id = given.MessageId or "", body = given.Body or "", receipt = given.ReceiptHandle,
    receive_count = tonumber(attributes.ApproximateReceiveCount),
  }
end

-- Deals with one message and counts what became of it. → whether it may be deleted
local function take(self, message, counts)
  local envelope = json.decode(message.body)
  local event, err = normalise.read(envelope)
  if not event and normalise.is_trial(message.body) then
    counts.trials = counts.trials + 1
    return true
  elseif not event then
    counts.malformed = counts.malformed + 1
    if self.on_malformed then pcall(self.on_malformed, message, err) end
    return false
  end
  local id = id_of(message, envelope)
  local state
  state, err = seen.take(self.store, self.queue_url, id)
  if state == "done" then
    counts.duplicates = counts.duplicates + 1
    return true
  elseif state == "in_hand" then
    return false
  elseif not state then
    tell_error(self, err, message, event)
  end
  local done, reason = handle(self, event, message)
  if done then
    counts.handled = counts.handled + 1
    seen.done(self.store, self.queue_url, id, MEMORY)
    return true
  end
  counts.failed = counts.failed + 1
  seen.give_back(self.store, self.queue_url, id)
  tell_error(self, reason, message, event)
  return false
end

-- ---- a round ----

local function receive(self)
  local wait_ms, settings = self.wait_time_seconds * 1000, self.client.settings
  return self.client:perform(service.operations.ReceiveMessage, {
    QueueUrl = self.queue_url, MaxNumberOfMessages = self.max_messages, WaitTimeSeconds = self.wait_time_seconds,
    VisibilityTimeout = self.visibility_timeout, MessageSystemAttributeNames = { "ApproximateReceiveCount" },
  }, {
    read_timeout_ms = settings.read_timeout_ms + wait_ms,
    operation_timeout_ms = settings.operation_timeout_ms + wait_ms,
  })
end

-- What cannot be deleted comes again, is known then, and is deleted.
local function delete(self, receipts)
  if #receipts == 0 then return end
  local entries = {}
  for i, receipt in ipairs(receipts) do entries[i] = { Id = tostring(i), ReceiptHandle = receipt } end
  local result, err = self.client:perform(service.operations.DeleteMessageBatch, {
    QueueUrl = self.queue_url, Entries = entries,
  })
  if not result then return tell_error(self, err) end
  for _, failed in ipairs(result.Failed or {}) do
    tell_error(self, errors.new {
      kind = "service", code = failed.Code or "UnknownError", operation = "DeleteMessageBatch",
      message = failed.Message or "the message could not be deleted",
    })
  end
end

--- Receives once, waiting for `wait_time_seconds` at most, and deals with what came.
-- @treturn table { received =, handled =, failed =, malformed =, duplicates =, trials = }: how many messages; `trials`
--   are those by which SES tried the topic
-- @treturn[2] nil
-- @treturn[2] ses.Error where nothing could be received
function Poller:poll()
  local result, err = receive(self)
  if not result then return nil, err end
  local messages = result.Messages or {}
  local counts = {
    received = #messages, handled = 0, failed = 0, malformed = 0, duplicates = 0, trials = 0,
  }
  local receipts = {}
  for _, given in ipairs(messages) do
    local message = message_of(given)
    if take(self, message, counts) and self.delete ~= false then receipts[#receipts + 1] = message.receipt end
  end
  delete(self, receipts)
  return counts
end

-- ---- round after round ----

local function is_over(self) return self.stopped or self.host.closing() end

-- → true | nil, err where the task was cancelled meanwhile
local function pause(self, seconds)
  local ends = self.client.clock.monotonic() + seconds
  while not is_over(self) do
    local left = ends - self.client.clock.monotonic()
    if left <= 0 then break end
    local ok, err = self.host.sleep(math.min(left, SLICE))
    if not ok and err then return nil, err end
  end
  return true
end

local PASSING = { network = true, timeout = true, throttling = true, circuit_open = true, rate_limited = true }

-- Too many messages are in flight, or the queue's key is asked for too often.
local PASSING_CODES = { OverLimit = true, KmsThrottled = true }

local function passes(err) return err.retryable or PASSING[err.kind] or PASSING_CODES[err.code] or false end

local function rounds(self)
  local wait = FIRST_PAUSE
  while not is_over(self) do
    local counts, err = self:poll()
    local ok = true
    if counts then
      wait = FIRST_PAUSE
      if counts.received == 0 and self.wait_time_seconds == 0 then ok, err = pause(self, FIRST_PAUSE) end
    elseif is_over(self) then
      break
    elseif not passes(err) then
      return nil, err
    else
      tell_error(self, err)
      ok, err = pause(self, wait)
      wait = math.min(wait * 2, LONGEST_PAUSE)
    end
    if not ok then return nil, err end
  end
  return true
end

local function busy()
  return nil, errors.new { kind = "client", code = "AlreadyRunning", message = "this poller is running already" }
end

--- Polls until `stop`; in nginx also until the worker is to exit. What passes by itself, such as a network that fails,
-- is waited for.
-- @treturn boolean|nil true once it was stopped
-- @treturn ?ses.Error what does not pass by itself: no such queue, no permission, a closed client, a cancelled task
function Poller:run()
  if self.running then return busy() end
  self.running = true
  local ran, ok, err = pcall(rounds, self)
  self.running = false
  if not ran then error(ok, 0) end
  return ok, err
end

-- Beside everything else nobody waits for an error: it is told, and the queue tried again.
local function go_on(self)
  repeat
    local ok, err = rounds(self)
    if not ok then tell_error(self, err) end
    if ok or self.client.closed or err.kind == "cancelled" then break end
  until not pause(self, LONGEST_PAUSE) or is_over(self)
  self.running = false
end

--- Polls beside everything else: in a timer of nginx (call it in `init_worker_by_lua`, with a client made there), or in
-- a task of `ses.run`, which ends with the tasks that it runs beside. Every failure is told to `on_error`, and tried
-- again.
-- @treturn boolean|nil true
-- @treturn ?ses.Error where there is no such way here: call `run`
function Poller:start()
  if self.running then return busy() end
  self.running = true
  local started = self.host.background(function(ended)
    if ended then self.running = false else go_on(self) end
  end)
  if started then return true end
  self.running = false
  return nil, errors.new {
    kind = "client", code = "NoBackground", message = "nothing runs beside here: call run, or start within ses.run",
  }
end

--- Ends `run` and what `start` began, once the round that is under way has ended; that takes `wait_time_seconds` and
-- the time of the handlers at most. It may be called in a handler. A stopped poller does not run again.
function Poller:stop() self.stopped = true end

function Poller:__tostring() return "ses.events.Poller" .. (self.stopped and " (stopped)" or "") end

return sqs
