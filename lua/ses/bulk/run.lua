--- One bulk send under way: what was read, sent, tried again, and given up.
-- @module ses.bulk.run
local bulk_message = require "ses.services.bulk_message"
local callback = require "ses.bulk.callback"
local errors = require "ses.errors"
local retry = require "ses.pipeline.retry"
local verdict = require "ses.bulk.verdict"
local workers = require "ses.bulk.workers"

local run = {}

-- So many calls in a row that nobody answers, or that SES refuses alike before anything was sent, end a run.
local ALIKE = 3

local function stop(self, err)
  self.stopped_by = self.stopped_by or err
end

local COUNTED_AS = { SUCCESS = "sent", IN_DOUBT = "in_doubt", NOT_SENT = "not_sent" }

-- What became of an entry is known: it is told, or kept at its place. Where an earlier try may have been taken,
-- no later refusal says that nothing was sent.
local function record(self, item, status, err, fields)
  local result = fields or {}
  if item.doubts and item.doubts > 0 then
    result.in_doubt_attempts = item.doubts
    if status ~= "SUCCESS" then status = "IN_DOUBT" end
  end
  result.index, result.status, result.error, result.attempts = item.index, status, err, item.attempts or 0
  local name = COUNTED_AS[status] or "failed"
  self.metrics[name] = self.metrics[name] + 1
  if not self.on_result then
    self.results[item.index] = result
    return
  end
  local failure = callback.call(self.on_result, result, item.given)
  if failure then stop(self, failure) end
end

-- ---- reading ----

-- The next entry that is fit to be sent. Those that SES would refuse fail here, alone.
local function next_fit(self, take)
  while not self.stopped_by do
    local given, index = take()
    if given == nil then return nil end
    self.metrics.entries = self.metrics.entries + 1
    local entry, cost = bulk_message.entry(given, self.client.settings)
    if entry then return { index = index, given = given, entry = entry, cost = cost } end
    record(self, { index = index, given = given }, "INVALID_PARAMETER", cost)
  end
end

-- Entries for one call, or nil when there are no more.
local function next_batch(self)
  return self.source:read(function(take)
    local items, cost = {}, 0
    while #items < self.batch_size do
      local item = self.carried or next_fit(self, take)
      self.carried = nil
      if not item then break end
      if #items > 0 and cost + item.cost > bulk_message.MAX_RECIPIENTS then
        self.carried = item
        break
      end
      items[#items + 1] = item
      cost = cost + item.cost
    end
    return items[1] and items or nil
  end)
end

-- ---- sending ----

local function now(self) return self.client.clock.monotonic() end

local function request_of(self, items)
  local request = { BulkEmailEntries = {} }
  for name, value in pairs(self.request) do request[name] = value end
  for i, item in ipairs(items) do request.BulkEmailEntries[i] = item.entry end
  return request
end

local function call(self, items, deadline)
  local result, err, info = self.client:call("SendBulkEmail", request_of(self, items), {
    retry_in_doubt = self.retry_in_doubt, operation_timeout_ms = math.max(1, (deadline - now(self)) * 1000),
    traceparent = self.traceparent, tracestate = self.tracestate,
  })
  local metrics = self.metrics
  metrics.batches = metrics.batches + 1
  metrics.attempts = metrics.attempts + (info and info.attempts or 0)
  for _, item in ipairs(items) do
    item.attempts = (item.attempts or 0) + (info and info.attempts or 0)
    item.doubts = (item.doubts or 0) + (info and info.in_doubt_attempts or 0)
  end
  return result, err
end

local function call_failed(self, items, err)
  local status, stops, silent = verdict.of_call(err)
  for _, item in ipairs(items) do record(self, item, status, err) end
  self.silent = silent and self.silent + 1 or 0
  if status == "FAILED" then
    self.alike = self.alike_code == err.code and self.alike + 1 or 1
    self.alike_code = err.code
  end
  if stops or self.silent >= ALIKE or self.alike >= ALIKE and self.metrics.sent == 0 then stop(self, err) end
end

-- Records what is settled and returns the rest, each item with the error that it may be tried again for.
local function settle(self, items, result)
  local again = {}
  self.silent = 0
  for i, item in ipairs(items) do
    local said = (result.BulkEmailEntryResults or {})[i]
    local status, err, transient, stops = verdict.of_entry(said)
    if stops then stop(self, err) end
    if err and err.in_doubt then item.doubts = item.doubts + 1 end
    if transient then
      item.status, item.err = status, err
      again[#again + 1] = item
    else
      record(self, item, status, err, { message_id = said and said.MessageId })
    end
  end
  return again
end

local function give_up(self, items)
  for _, item in ipairs(items) do record(self, item, item.status, item.err) end
end

-- Sends a batch, and again those of its entries that SES could not take just now.
local function deliver(self, items)
  local deadline = math.min(now(self) + self.operation_timeout_ms / 1000, self.deadline)
  local state = { tries = 0, deadline = deadline }
  while items[1] do
    state.tries = state.tries + 1
    local result, err = call(self, items, deadline)
    if not result then return call_failed(self, items, err) end
    if state.retry_cost then retry.succeeded(self.client.pipeline, state) end
    items = settle(self, items, result)
    if not items[1] then return end
    if self.stopped_by then return give_up(self, items) end
    if not retry.wait(self.client.pipeline, state, items[1].err) or self.stopped_by then return give_up(self, items) end
    self.metrics.retried = self.metrics.retried + #items
  end
end

local function check_deadline(self)
  if now(self) < self.deadline then return end
  stop(self, errors.new {
    kind = "timeout", code = "RunTimeout", operation = "SendBulkEmail", retryable = true,
    message = "the run's time is over",
  })
end

local function work(self)
  while not self.stopped_by do
    check_deadline(self)
    local items = not self.stopped_by and next_batch(self)
    if not items then return end
    if self.stopped_by then
      for _, item in ipairs(items) do record(self, item, "NOT_SENT", self.stopped_by) end
      return
    end
    deliver(self, items)
  end
end

-- A run that stopped says of each entry that it knows of that it was not sent. What an iterator has not
-- given yet stays in it.
local function report_rest(self)
  if self.source.failure then stop(self, self.source.failure) end
  if not self.stopped_by then return end
  if self.carried then record(self, self.carried, "NOT_SENT", self.stopped_by) end
  self.carried = nil
  if not self.source.is_list then return end
  self.source:read(function(take)
    for given, index in take do
      self.metrics.entries = self.metrics.entries + 1
      record(self, { index = index, given = given }, "NOT_SENT", self.stopped_by)
    end
  end)
end

-- SES takes no more in a second than it says: a batch that waits for longer would only be throttled.
local function batch_size(client, options)
  local size = options.batch_size or bulk_message.MAX_ENTRIES
  local most = client.pipeline:most_at_once(client.clock.monotonic() + client.settings.operation_timeout_ms / 1000)
  return most and math.min(size, math.max(1, math.floor(most))) or size
end

local function worker_count(self, concurrency)
  local size = self.source.size
  return size and math.min(concurrency, math.ceil(size / self.batch_size)) or concurrency
end

local function first(value, other)
  if value ~= nil then return value end
  return other
end

--- Sends to everything that a source gives.
-- @tparam ses.Client client
-- @tparam table request of SendBulkEmail in AWS's names, without entries
-- @tparam table source of ses.bulk.source
-- @tparam table options see `ses.bulk`
-- @treturn table the combined result
function run.run(client, request, source, options)
  local settings = client.settings
  local self = {
    client = client, request = request, source = source, on_result = options.on_result,
    batch_size = batch_size(client, options), retry_in_doubt = first(options.retry_in_doubt, settings.retry_in_doubt),
    operation_timeout_ms = options.operation_timeout_ms or settings.operation_timeout_ms,
    traceparent = options.traceparent, tracestate = options.tracestate, results = {}, silent = 0, alike = 0,
    metrics = {
      entries = 0, sent = 0, failed = 0, in_doubt = 0, not_sent = 0, retried = 0, batches = 0, attempts = 0,
    },
  }
  self.deadline = options.timeout_ms and now(self) + options.timeout_ms / 1000 or math.huge
  workers.run(client.host, worker_count(self, options.concurrency or 4), function() return work(self) end)
  report_rest(self)
  return { results = not self.on_result and self.results or nil, metrics = self.metrics, stopped_by = self.stopped_by }
end

return run
