--- The limit on requests at the same time: those beyond it wait in line.
-- @module ses.pipeline.gate
local errors = require "ses.errors"

local gate = {}

local Gate = { __name = "ses.Gate" }
Gate.__index = Gate

--- Makes a gate.
-- @tparam integer limit
-- @tparam table ports `clock`, `host`
-- @treturn ses.Gate
function gate.new(limit, ports)
  return setmetatable({
    limit = limit, clock = ports.clock, host = ports.host, holders = {}, active = 0, first = 1, last = 0, queue = {},
  }, Gate)
end

local function closed()
  return errors.new { kind = "cancelled", code = "ClientClosed", message = "the client was closed meanwhile" }
end

local function refusal()
  return errors.new {
    kind = "rate_limited", code = "TooManyConcurrentRequests", retryable = true,
    message = "as many requests are on their way as may be, and none ended in time",
  }
end

local function hold(self)
  local holder = { thread = coroutine.running() }
  self.holders[holder] = true
  self.active = self.active + 1
  return holder
end

local function is_dead(thread)
  return thread ~= nil and coroutine.status(thread) == "dead"
end

-- A thread that was killed within its request (nginx can) gives nothing back itself.
local function free_dead(self)
  for holder in pairs(self.holders) do
    if is_dead(holder.thread) then self:leave(holder) end
  end
end

local function next_in_line(self)
  while self.first <= self.last do
    local waiter = self.queue[self.first]
    if waiter and not waiter.gone and not is_dead(waiter.thread) then return waiter end
    self.queue[self.first] = nil
    self.first = self.first + 1
  end
end

local function wait_in_line(self, deadline)
  local waiter = { condition = self.host.condition(), thread = coroutine.running() }
  self.last = self.last + 1
  self.queue[self.last] = waiter
  while self.closed or self.active >= self.limit or next_in_line(self) ~= waiter do
    local left = deadline - self.clock.monotonic()
    local err = self.closed and closed() or left <= 0 and refusal()
    if not err then
      local _, ended = waiter.condition:wait(math.min(left, 5))
      err = errors.is(ended) and ended or nil
      free_dead(self)
    end
    if err then
      waiter.gone = true
      self:wake()
      return nil, err
    end
  end
  waiter.gone = true
  local holder = hold(self)
  self:wake()
  return holder
end

--- Goes through, or waits until there is room.
-- @tparam number deadline of the monotonic clock
-- @treturn ?table what is to be given back by `leave`
-- @treturn ?ses.Error
function Gate:enter(deadline)
  if self.active >= self.limit then free_dead(self) end
  if self.active < self.limit and not next_in_line(self) then return hold(self) end
  if not self.host.can_wait() then return nil, refusal() end
  return wait_in_line(self, deadline)
end

--- Wakes who is next, where there is room.
function Gate:wake()
  local waiter = self.active < self.limit and next_in_line(self)
  if waiter then waiter.condition:broadcast() end
end

--- Gives a place back.
function Gate:leave(holder)
  if not self.holders[holder] then return end
  self.holders[holder] = nil
  self.active = self.active - 1
  self:wake()
end

--- Ends all waits.
function Gate:close()
  self.closed = true
  for i = self.first, self.last do
    if self.queue[i] then self.queue[i].condition:broadcast() end
  end
end

return gate
