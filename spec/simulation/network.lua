-- A transport (see ses.ports) over a network that exists only in the simulation: what becomes of each request is
-- drawn, before or after SES has taken it.
local errors = require "ses.errors"
local loop = require "ses.adapters.loop"
local service = require "spec.simulation.service"

local network = {}

local Network = {}
Network.__index = Network

local function failed(kind, code, in_doubt)
  return {
    err = errors.new {
      kind = kind, code = code, message = "simulated: " .. code, retryable = true, in_doubt = in_doubt,
    },
  }
end

-- How an exchange may go. `reaches`: the request comes to SES, whose answer is `over` where nothing is in its
-- place. `leaves`: bytes are written. `answer` is what the client gets in SES's place; none: it waits in vain.
local FATES = {
  fine = { leaves = true, reaches = true, over = true },
  slow = { leaves = true, reaches = true, over = true, slow = true },
  refused = { answer = function() return failed("network", "ConnectionRefused", false) end },
  unresolved = { answer = function() return failed("network", "NameResolution", false) end },
  tls = { answer = function() return failed("network", "TLSError", false) end },
  unconnected = {},
  reset_before = { leaves = true, answer = function() return failed("network", "ConnectionReset", true) end },
  reset_after = {
    leaves = true, reaches = true, answer = function() return failed("network", "ConnectionReset", true) end,
  },
  lost_request = { leaves = true },
  lost_answer = { leaves = true, reaches = true },
  half_answer = {
    leaves = true, reaches = true, answer = function() return failed("network", "IncompleteResponse", true) end,
  },
  garbage = {
    leaves = true, reaches = true, answer = function() return failed("network", "InvalidResponse", true) end,
  },
}

local function page(status)
  return function()
    return { response = {
      status = status, headers = { ["content-type"] = "text/html" }, body = "<html>" .. status .. "</html>",
    } }
  end
end

-- A proxy between, which answers itself, having passed the request on or not.
FATES.proxy_502 = { leaves = true, answer = page(502) }
FATES.proxy_503 = { leaves = true, answer = page(503) }
FATES.proxy_504 = { leaves = true, reaches = true, answer = page(504) }
FATES.portal = { leaves = true, answer = page(200) }
FATES.empty = { leaves = true, answer = function() return { response = { status = 200, headers = {}, body = "" } } end }

function network.new(world, weather, ses)
  return setmetatable({
    world = world, draw = world.draw, weather = weather, service = ses, open = {}, count = 0, number = 0,
    departures = {}, most = 0,
  }, Network)
end

local function forget(self, exchange)
  if not self.open[exchange.id] then return end
  self.open[exchange.id] = nil
  self.count = self.count - 1
  for _, event in ipairs(exchange.events) do self.world:forget(event) end
  if self.count == 0 then loop.unwatch(self) end
end

local function finish(self, exchange, result, what)
  if not self.open[exchange.id] then return end
  forget(self, exchange)
  self.world:trace("exchange %d ends: %s", exchange.id, what)
  loop.wake(exchange.task, result)
end

-- What is to happen to the exchange as the program knows it. What happens at SES does so whatever becomes of
-- the program, and is no such event.
local function plan(self, exchange, seconds, fn)
  local events = exchange.events
  events[#events + 1] = self.world:after(seconds, fn)
end

local function describe(result)
  if result.err then return result.err.code end
  return "HTTP " .. result.response.status
end

local function reach(self, exchange, fate, delay)
  self.world:after(delay, function()
    self.world:trace("exchange %d reaches SES", exchange.id)
    local answer = { response = self.service:answer(exchange.request) }
    if not fate.over then return end
    plan(self, exchange, self.draw:between(0.005, 0.2), function()
      finish(self, exchange, answer, describe(answer))
    end)
  end)
end

local function begin(self, exchange, options)
  local draw, fate = self.draw, FATES[exchange.fate]
  local connect = draw:between(0.001, 0.05)
  local travel = connect + draw:between(0.001, fate.slow and 60 or 0.2)
  local timeout, connect_timeout = options.timeout_ms / 1000, options.connect_timeout_ms / 1000
  if fate.leaves then
    plan(self, exchange, connect, function()
      exchange.left = true
      if fate.reaches then reach(self, exchange, fate, travel - connect) end
    end)
  elseif not fate.answer and connect_timeout < timeout then
    plan(self, exchange, connect_timeout, function()
      finish(self, exchange, failed("timeout", "ConnectionTimeout", false), "ConnectionTimeout")
    end)
  end
  if fate.answer then
    -- An answer comes after what it answers.
    local answer = fate.answer()
    plan(self, exchange, travel + draw:between(0.001, 0.2), function()
      finish(self, exchange, answer, describe(answer))
    end)
  end
  plan(self, exchange, timeout, function()
    finish(self, exchange, failed("timeout", "RequestTimeout", exchange.left == true), "RequestTimeout")
  end)
end

local function is_out(self)
  for _, outage in ipairs(self.weather.outages) do
    if self.world.time >= outage.from and self.world.time < outage.to then return true end
  end
  return false
end

local function fate_of(self)
  if is_out(self) then return self.draw:weighted(self.weather.outage_fates) end
  return self.draw:weighted(self.weather.fates)
end

local function client_error(code)
  return errors.new { kind = "client", code = code, message = "simulated: " .. code }
end

function Network:perform(request, options)
  if self.closed then return nil, client_error "TransportClosed" end
  if self.world.crashed then return nil, client_error "Crashed" end
  local task = assert(loop.current_task(), "a request outside the simulated loop")
  if loop.is_cancelled(task) then return loop.suspend(task) end
  self.number = self.number + 1
  local exchange = {
    id = self.number, task = task, events = {}, fate = fate_of(self),
    request = { body = request:body(), amz_date = request:header "x-amz-date" },
  }
  self.world:trace("exchange %d begins, to be %s", exchange.id, exchange.fate)
  self.departures[#self.departures + 1] = {
    at = self.world.time, cost = service.cost(service.read(exchange.request)),
  }
  self.open[exchange.id] = exchange
  self.count = self.count + 1
  self.most = math.max(self.most, self.count)
  begin(self, exchange, options)
  loop.watch(self)
  local result, err = loop.suspend(task, function()
    self.world:trace("exchange %d is cancelled", exchange.id)
    forget(self, exchange)
    return exchange.left == true
  end)
  if not result then return nil, err end
  return result.response, result.err
end

-- The loop's source.
function Network:step(ms) self.world:wait(nil, ms) end

function Network:handle() return nil end

function Network:abandon()
  for id = 1, self.number do
    if self.open[id] then forget(self, self.open[id]) end
  end
end

function Network:close()
  self.closed = true
  for id = 1, self.number do
    local exchange = self.open[id]
    if exchange then
      finish(self, exchange, { err = errors.new {
        kind = "cancelled", code = "Cancelled", message = "the transport was closed", in_doubt = exchange.left == true,
      } }, "closed")
    end
  end
end

return network
