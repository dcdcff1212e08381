--- The transport port over libcurl: one pool of kept-alive connections. In a task of the loop
-- `perform` lets the others run; elsewhere it blocks.
-- @module ses.adapters.curl
local core = require "ses.core"
local errors = require "ses.errors"
local loop = require "ses.adapters.loop"

local curl = {}

local Transport = { __name = "ses.Transport" }
Transport.__index = Transport

function Transport:__tostring()
  return "ses.Transport over " .. tostring(self.core)
end

--- Makes a transport. Nothing is connected yet.
-- @tparam ?table config `max_connections` 100, `idle_timeout_ms` 90000, `max_lifetime_ms` 300000,
--   `max_response_bytes` 64 MiB, `verify_ssl` true, `ca_bundle` (a PEM file in place of the system's
--   certificates), `connect_timeout_ms` 5000, `timeout_ms` none, `user_agent` "ses-lua/VERSION"
-- @return transport | nil, err
function curl.new(config)
  config = config or {}
  local handle, failure = core.transport.new {
    max_connections = config.max_connections, idle_timeout_ms = config.idle_timeout_ms,
    max_lifetime_ms = config.max_lifetime_ms, max_response_bytes = config.max_response_bytes,
    user_agent = config.user_agent,
  }
  if not handle then return nil, errors.from_core(failure) end
  return setmetatable({
    core = handle, open = {}, count = 0,
    options = { verify_ssl = config.verify_ssl, ca_bundle = config.ca_bundle },
    connect_timeout_ms = config.connect_timeout_ms, timeout_ms = config.timeout_ms,
  }, Transport)
end

local function to_error(failure, in_doubt)
  return errors.from_core(failure, {
    code = failure.code, retryable = failure.retryable, in_doubt = in_doubt,
  })
end

local function forget(self, id)
  if not self.open[id] then return end
  self.open[id] = nil
  self.count = self.count - 1
  if self.count == 0 then loop.unwatch(self) end
end

--- Source of the loop: does the work that is due and hands every answer to who waits for it.
function Transport:step(wait_ms)
  local finished, failure = self.core:step(wait_ms)
  if not finished then error(errors.from_core(failure), 0) end
  for _, result in ipairs(finished) do
    local entry = self.open[result.id]
    if entry then
      forget(self, result.id)
      entry.result = result
      if entry.task then loop.wake(entry.task, result) end
    end
  end
end

--- Source of the loop: the transport of ses.core.
function Transport:handle()
  return self.core
end

local function cancel(self, id)
  local _, in_doubt = self.core:cancel(id)
  forget(self, id)
  return in_doubt
end

--- Source of the loop: ends all that is open.
function Transport:abandon()
  local ids = {}
  for id in pairs(self.open) do ids[#ids + 1] = id end
  for _, id in ipairs(ids) do cancel(self, id) end
end

local function wait_in_task(self, id, entry, task)
  entry.task = task
  loop.watch(self)
  return loop.suspend(task, function() return cancel(self, id) end)
end

local function wait_blocking(self, entry)
  while not entry.result do self:step(-1) end
  return entry.result
end

local function closed()
  return nil, errors.new { kind = "client", code = "TransportClosed", message = "the transport is closed" }
end

local NONE = {}

-- What the core is told of an exchange: one table for all, which it reads at once.
local function options_of(self, options)
  options = options or NONE
  local all = self.options
  all.connect_timeout_ms = options.connect_timeout_ms or self.connect_timeout_ms
  all.timeout_ms = options.timeout_ms or self.timeout_ms
  all.direct, all.keep_response = options.direct, options.keep_response
  return all
end

-- → the exchange, its number | nil, err
local function open_exchange(self, request, options)
  local id, failure = self.core:start(request, options_of(self, options))
  if not id then return nil, errors.from_core(failure) end
  local entry = {}
  self.open[id] = entry
  self.count = self.count + 1
  return entry, id
end

local function outcome(result)
  if result.failure then return nil, to_error(result.failure, result.in_doubt) end
  return result.response
end

--- Begins an exchange and does not wait for it, where nothing runs beside the calls of a program. It goes on whenever
-- `look` is called; the request must stay open until it has ended.
-- @param request a request of ses.core.http
-- @tparam ?table options as of `perform`
-- @treturn ?table the exchange
-- @treturn ?ses.Error
function Transport:begin(request, options)
  if self.closed then return closed() end
  local entry, id = open_exchange(self, request, options)
  if not entry then return nil, id end
  entry.id = id
  return entry
end

--- Does what is due of an exchange that was begun.
-- @tparam table exchange
-- @tparam number wait_ms how long it may wait for something to do; 0: not at all
-- @treturn boolean whether it has ended
-- @treturn ?table the response, as of `perform`
-- @treturn ?ses.Error
function Transport:look(exchange, wait_ms)
  if not exchange.result and self.open[exchange.id] == exchange then self:step(wait_ms) end
  if exchange.result then return true, outcome(exchange.result) end
  if self.open[exchange.id] == exchange then return false end
  -- A loop that ended has ended it too.
  return true, nil, errors.new { kind = "cancelled", code = "Cancelled", message = "the exchange was broken off" }
end

--- Sends the request, once, and waits for the answer.
-- @param request a request of ses.core.http
-- @tparam ?table options `connect_timeout_ms`, `timeout_ms` (of all), over those of the transport;
--   `direct`: through no proxy; `release`: the request is closed once it is not needed any more; `keep_response`: the
--   answer is a userdata of ses.core.http, whose bytes never become Lua strings
-- @treturn ?table { status =, headers = { [lower-case name] = value }, body =, timings = (seconds),
--   reused = (over a kept connection) }
-- @treturn ?ses.Error of kind "network", "timeout" or "cancelled"; `in_doubt` where the
--   request may have reached the server to its last byte
function Transport:perform(request, options)
  if self.closed then return closed() end
  local task = loop.current_task()
  if task and loop.is_cancelled(task) then return loop.suspend(task) end
  local entry, id = open_exchange(self, request, options)
  -- The exchange has copies of its own: a thousand of them wait without the memory of a thousand requests.
  if options and options.release then request:close() end
  if not entry then return nil, id end
  local result, err
  if task then
    result, err = wait_in_task(self, id, entry, task)
  else
    result = wait_blocking(self, entry)
  end
  if not result then return nil, err end
  return outcome(result)
end

--- Closes all connections. Exchanges that are open end with an error of kind "cancelled".
function Transport:close()
  if self.closed then return end
  self.closed = true
  local entries = self.open
  for id, entry in pairs(entries) do
    local _, in_doubt = self.core:cancel(id)
    entry.result = {
      failure = {
        status = "cancelled", code = "Cancelled", message = "the transport was closed",
        retryable = false,
      },
      in_doubt = in_doubt,
    }
    if entry.task then loop.wake(entry.task, entry.result) end
  end
  self.open, self.count = {}, 0
  loop.unwatch(self)
  self.core:close()
end

return curl
