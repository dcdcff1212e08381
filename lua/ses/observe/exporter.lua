--- Takes traces to a collector by OTLP, beside the calls that they are of.
--
-- They wait in a queue that is bounded, and leave in batches: in a task of the loop, in a timer of nginx, and where
-- nothing runs beside a call, by steps that do not wait, each time that a call begins or ends. What the collector does
-- not take stays in the queue and is tried again; what does not fit into it any more is dropped, counted and said.
-- @module ses.observe.exporter
local core = require "ses.core"
local errors = require "ses.errors"
local otlp = require "ses.observe.otlp"

local exporter = {}

local Exporter = { __name = "ses.SpanExporter" }
Exporter.__index = Exporter

-- Whatever should have begun by then never will.
local GRACE_SECONDS = 1
local SAY_SECONDS = 60
local FIRST_PAUSE, LONGEST_PAUSE = 1, 30
-- Of a worker of nginx that is about to end.
local LAST_SECONDS = 2
local LOOK_SECONDS = 0.005

-- What the specification of OTLP/HTTP has tried again.
local RETRYABLE = { [429] = true, [502] = true, [503] = true, [504] = true }

local function now(self) return self.host.clock.monotonic() end

-- ---- telling ----

-- Once a minute at most.
local function say(self, text)
  if self.said_at and now(self) - self.said_at < SAY_SECONDS then return end
  self.said_at = now(self)
  self.warn(text)
end

local function drop(self, spans, reason)
  self.dropped = self.dropped + spans
  say(self, ("traces: %d spans were dropped so far: %s"):format(self.dropped, reason))
end

-- ---- the queue ----

-- The traces at its head that make a batch, and how many spans they have.
local function batch_of(self)
  local list, spans = {}, 0
  for i = self.first, self.last do
    local one = self.queue[i]
    if spans > 0 and spans + #one.spans > self.max_batch then break end
    list[#list + 1], spans = one, spans + #one.spans
  end
  return list, spans
end

local function remove(self, batch)
  for _ = 1, #batch.traces do
    self.queue[self.first] = nil
    self.first = self.first + 1
  end
  self.queued = self.queued - batch.spans
  self.since = now(self)
end

-- ---- one batch ----

local function new_request(self, batch)
  local request, failure = core.http.request("POST", self.endpoint)
  if not request then return nil, errors.from_core(failure) end
  local ok
  ok, failure = request:add_header("Content-Type", otlp.CONTENT_TYPE)
  for name, value in pairs(self.headers) do
    if ok then ok, failure = request:add_header(name, value) end
  end
  if ok then ok, failure = request:set_body(otlp.request(self.resource, batch.traces)) end
  if ok then return request end
  request:close()
  return nil, errors.from_core(failure)
end

local function transport_of(self)
  if self.transport then return self.transport end
  local made, err = self.host.transport { max_connections = self.max_connections }
  self.transport = made
  return made, err
end

local function begin_batch(self)
  local traces, spans = batch_of(self)
  return { traces = traces, spans = spans }
end

-- The pause that the collector asks for, or one that grows.
local function pause(self, response)
  self.failures = self.failures + 1
  local asked = response and tonumber(response.headers["retry-after"])
  local own = math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ^ (self.failures - 1))
  self.retry_at = now(self) + math.min(LONGEST_PAUSE, math.max(own, asked or 0))
end

-- What became of a batch. → nil, or why it is still in the queue
local function settle(self, batch, response, err)
  if not response and err.kind == "cancelled" then return err.message end
  if not response or RETRYABLE[response.status] then
    local reason = err and err.message or ("the collector answered HTTP %d"):format(response.status)
    pause(self, response)
    say(self, "traces: spans could not be delivered, and are tried again: " .. reason)
    return reason
  end
  self.failures, self.retry_at = 0, nil
  remove(self, batch)
  if response.status < 200 or response.status > 299 then
    drop(self, batch.spans, ("the collector answered HTTP %d"):format(response.status))
    return nil
  end
  local rejected = math.min(batch.spans, otlp.rejected(response.body))
  self.sent = self.sent + batch.spans - rejected
  if rejected > 0 then drop(self, rejected, "the collector did not take them") end
end

local function options_of(self, seconds)
  local ms = math.max(1, math.min(self.timeout_ms, seconds * 1000))
  return { connect_timeout_ms = ms, timeout_ms = ms }
end

-- A batch that cannot be written never could.
local function give_up(self, batch, err)
  remove(self, batch)
  drop(self, batch.spans, err.message)
end

-- Sends one batch and waits for the answer. → nil, or why it is still in the queue
local function send_batch(self, seconds)
  local transport, failure = transport_of(self)
  if not transport then return failure.message end
  local batch = begin_batch(self)
  local request, fault = new_request(self, batch)
  if not request then return give_up(self, batch, fault) end
  local response, err = transport:perform(request, options_of(self, seconds))
  request:close()
  return settle(self, batch, response, err)
end

-- Sends until the queue is empty, a batch fails, or the time is over. → nil, or why not all has left
local function send_all(self, seconds)
  local ends = now(self) + seconds
  while self.queued > 0 do
    local left = ends - now(self)
    if left <= 0 then return "the time was over" end
    local reason = send_batch(self, left)
    if reason then return reason end
  end
end

local function guarded(self, seconds)
  self.draining = true
  local ok, reason = pcall(send_all, self, seconds)
  self.draining = false
  return not ok and tostring(reason) or reason
end

-- ---- beside the calls ----

local function due_at(self)
  local at = self.queued >= self.max_batch and now(self) or self.since + self.delay
  return self.retry_at and math.max(at, self.retry_at) or at
end

-- In a task or a timer; `ended` where a worker of nginx is about to end.
local function drain(self, ended)
  self.due = nil
  if self.draining or self.queued == 0 then return end
  local reason = guarded(self, ended and LAST_SECONDS or math.huge)
  if not ended then return self:poll() end
  if reason and self.queued > 0 then
    local spans = self.queued
    self.queue, self.first, self.last, self.queued = {}, 1, 0, 0
    self.said_at = nil
    drop(self, spans, "nginx's worker ended: " .. reason)
  end
end

-- Has the queue sent at its time. → whether there is something that does so
local function start(self, at)
  local current = now(self)
  if self.due and self.due <= at and current < self.due + GRACE_SECONDS then return true end
  local function run(ended) drain(self, ended) end
  local wait = math.max(0, at - current)
  -- A worker of nginx that is about to end starts no timer that waits.
  if not (self.host.later(wait, run) or wait > 0 and self.host.later(0, run)) then return false end
  self.due = at
  return true
end

local function end_exchange(self, response, err)
  local pending = self.exchange
  self.exchange = nil
  pending.request:close()
  return settle(self, pending.batch, response, err)
end

-- Where nothing runs beside a call.
local function begin_exchange(self)
  local transport = transport_of(self)
  if not transport or not transport.begin then return end
  local batch = begin_batch(self)
  local request, err = new_request(self, batch)
  if not request then return give_up(self, batch, err) end
  local id
  id, err = transport:begin(request, options_of(self, math.huge))
  self.exchange = { id = id, batch = batch, request = request }
  if not id then end_exchange(self, nil, err) end
end

--- Does what can be done without waiting; called as each call begins and ends.
function Exporter:poll()
  if self.exchange then
    local done, response, err = self.transport:look(self.exchange.id, 0)
    if not done then return end
    end_exchange(self, response, err)
  end
  if self.queued == 0 or self.draining then return end
  local at = due_at(self)
  -- A task that starts nothing beside it is in a loop that ends.
  if start(self, at) or self.host.can_wait() or now(self) < at then return end
  begin_exchange(self)
end

--- Takes the trace of a call that has ended. It does not wait.
-- @tparam ses.Trace trace
function Exporter:add(trace)
  local spans = #trace.spans
  if self.queued + spans > self.max_queue then
    drop(self, spans, "the queue is full")
  else
    if self.queued == 0 then self.since = now(self) end
    self.last = self.last + 1
    self.queue[self.last] = trace
    self.queued = self.queued + spans
  end
  self:poll()
end

-- ---- flushing ----

-- Waits for what is on its way.
local function await(self, ends)
  while (self.exchange or self.draining) and now(self) < ends do
    if not self.exchange then
      local slept = self.host.clock.sleep(LOOK_SECONDS)
      if not slept then return end
    else
      local left = math.ceil((ends - now(self)) * 1000)
      local done, response, err = self.transport:look(self.exchange.id, self.host.can_wait() and 0 or left)
      if done then
        end_exchange(self, response, err)
      elseif self.host.can_wait() and not self.host.clock.sleep(LOOK_SECONDS) then
        return
      end
    end
  end
end

--- Sends what is in the queue, and waits for it no longer than it is told. Where the caller cannot wait, in nginx
-- outside of requests and timers, it is left to a timer.
-- @tparam number timeout_ms
-- @treturn boolean|nil true
-- @treturn ?ses.Error code "SpansNotDelivered", with `spans`, how many are still in the queue
function Exporter:flush(timeout_ms)
  if self.queued == 0 then return true end
  if not self.host.can_wait() and self.host.later(0, function(ended) drain(self, ended) end) then return true end
  local ends = now(self) + timeout_ms / 1000
  await(self, ends)
  local reason = "the time was over"
  if not (self.draining or self.exchange) then reason = guarded(self, ends - now(self)) end
  if self.queued == 0 then return true end
  local err = errors.new {
    kind = "network", code = "SpansNotDelivered", spans = self.queued, retryable = true,
    message = ("traces: %d spans could not be delivered: %s"):format(self.queued, reason or "the time was over"),
  }
  self.warn(err.message)
  return nil, err
end

--- How it stands.
-- @treturn table `queued`, `sent` and `dropped` spans
function Exporter:stats() return { queued = self.queued, sent = self.sent, dropped = self.dropped } end

--- Makes an exporter. Nothing is connected yet.
-- @tparam table options of `ses.observe.trace_options`
-- @tparam ses.Host host
-- @tparam function warn function(text) is told of what is dropped, or could not be delivered
-- @treturn ses.SpanExporter
function exporter.new(options, host, warn)
  return setmetatable({
    host = host, warn = warn, endpoint = options.endpoint, headers = options.headers or {},
    resource = options.resource, timeout_ms = options.timeout_ms, delay = options.delay_ms / 1000,
    max_queue = options.max_queue, max_batch = math.min(options.max_batch, options.max_queue),
    max_connections = options.max_connections, queue = {}, first = 1, last = 0, queued = 0, sent = 0, dropped = 0,
    failures = 0, since = 0,
  }, Exporter)
end

return exporter
