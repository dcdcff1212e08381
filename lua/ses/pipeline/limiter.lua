--- The rate limit: recipients a second, as SES counts them, in the order in which the calls came.
--
-- `settings.rate_limit_rps` gives the rate, or the account does (`rate_limit = "account"`; with both, the lower
-- counts). Within nginx all workers share it, those of the same account, endpoint and settings.
-- @module ses.pipeline.limiter
local core = require "ses.core"
local errors = require "ses.errors"
local shared = require "ses.pipeline.shared"

local limiter = {}

-- The network takes longer for one request than for the next. So much is left free that what leaves at the rate
-- does not come in above it, in any second.
local HEADROOM = 0.99

-- A process that stood still wakes all at once whose turns came meanwhile, and together they would be too many:
-- who wakes so much too late stands in line again, but not for ever where the process is always late.
local LATE_SECONDS, MOST_TURNS = 0.1, 3

local Limiter = { __name = "ses.Limiter" }
Limiter.__index = Limiter

-- For an account to which SES gives no rate: it will say itself why nothing may be sent.
local NO_RATE = 1

--- Makes a limiter.
-- @tparam ses.Settings settings
-- @tparam table ports `clock`, `waits` (of ses.pipeline.waits), `account` (of ses.pipeline.account, or nil),
--   `store` that processes share, or nil; `meter` and `logger`, or nil
-- @treturn ?ses.Limiter nil where nothing is to be limited
function limiter.new(settings, ports)
  if not (settings.rate_limit_rps or ports.account) then return nil end
  return setmetatable({
    settings = settings, clock = ports.clock, waits = ports.waits, account = ports.account, store = ports.store,
    meter = ports.meter, logger = ports.logger, states = {}, full = settings.rate_limit_rps,
  }, Limiter)
end

-- SES takes a second's worth at once; half of that leaves room for what the network delays.
local ACCOUNT_BURST_SECONDS = 0.5

local function burst_of(self)
  local seconds = self.account and ACCOUNT_BURST_SECONDS or 1
  return self.settings.rate_limit_burst or math.max(1, self.full * seconds)
end

-- One state for each account and endpoint that the client works with: one, as a rule.
local function state_of(self, scope)
  if not self.store then scope = "" end
  local state = self.states[scope]
  if not state then
    local object = assert(core.limiter.new {
      rate = self.full * HEADROOM, burst = burst_of(self), now = self.clock.monotonic(),
    })
    local settings = self.settings
    local key = table.concat({
      "ses", "limiter", scope, tostring(settings.rate_limit), tostring(settings.rate_limit_rps),
      tostring(settings.rate_limit_burst),
    }, ":")
    state = shared.new(object, self.store, key)
    self.states[scope] = state
  end
  return state
end

local function advance(object, self, state, fn, call)
  local rate, burst, now = self.full * HEADROOM, burst_of(self), self.clock.monotonic()
  if object:rate() ~= rate then object:set_rate(rate, now) end
  if state.burst ~= burst then
    object:set_burst(burst)
    state.burst = burst
  end
  return fn(object, now, call)
end

-- Takes a step in the state, whose rate is made what it should be.
local function step(self, state, fn, call)
  return state:step(advance, self, state, fn, call)
end

--- What a call has to know before it stands in line: the account's rate. May make a call of its own.
-- @treturn boolean|nil true
-- @treturn ?ses.Error
function Limiter:prepare(call)
  if not self.account or call.cost == 0 then return true end
  if call.scope then self.account:set_scope(call.scope) end
  local account, err = self.account:get(call.deadline)
  if not account then return nil, err end
  local rate = account.rate > 0 and account.rate or NO_RATE
  self.full = math.min(rate, self.settings.rate_limit_rps or rate)
  return true
end

local function too_long(wait)
  return errors.new {
    kind = "rate_limited", code = "RateLimitExceeded", retryable = true, retry_after = wait,
    message = ("the rate limit asks for a wait of %.1f s, longer than the operation may last"):format(wait),
  }
end

local function reserve(object, now, call)
  return now, object:reserve(call.cost, now)
end

local function held_back(self, call, wait)
  if self.meter then self.meter:held_back(call) end
  if self.logger then self.logger:held_back(call, wait) end
end

-- Takes a turn in the line, and waits for it. → its ticket, or nil, why it does not go, and the ticket to give
-- back; whether it woke too late
local function take_turn(self, state, call)
  local now, wait, ticket = step(self, state, reserve, call)
  if wait ~= 0 then held_back(self, call, wait) end
  if not wait then return nil, errors.from_core(ticket, { kind = "rate_limited" }) end
  if now + wait > call.deadline then return nil, too_long(wait), ticket end
  if wait == 0 then return ticket end
  local _, err = self.waits:sleep(wait)
  if err then return nil, err, ticket end
  return ticket, nil, nil, self.clock.monotonic() - now - wait > LATE_SECONDS
end

--- Waits until the call's recipients may go.
-- @tparam table call `cost`, `deadline`, `scope` (of account and endpoint)
-- @treturn boolean|nil true
-- @treturn number|nil|ses.Error the reservation's ticket; or why it does not go
function Limiter:pass(call)
  local cost = call.cost
  if cost == 0 then return true end
  if self.account then
    local allowed, err = self.account:take(cost)
    if not allowed then
      held_back(self, call)
      return nil, err
    end
  end
  self.scope = call.scope
  local state = state_of(self, call.scope)
  local ticket, err, unused, late
  for _ = 1, MOST_TURNS do
    ticket, err, unused, late = take_turn(self, state, call)
    if not late then break end
  end
  if ticket then return true, ticket end
  self:give_back(call, unused)
  return nil, err
end

local function cancel(object, _, unused) return object:cancel(unused.cost, unused.ticket) end

--- Gives a reservation back that is not used.
function Limiter:give_back(call, ticket)
  if self.account then self.account:give_back(call.cost) end
  if not ticket then return end
  step(self, state_of(self, call.scope), cancel, { cost = call.cost, ticket = ticket })
end

local function throttled(object, now) return object:throttled(now) end

--- SES has throttled: the rate falls for a while.
function Limiter:throttled(call)
  step(self, state_of(self, call.scope), throttled)
end

--- The most recipients that can go at once: more in one call wait until the rate makes up for them. May make a
-- call of its own, where the account has not been asked yet.
-- @tparam number deadline of the monotonic clock
-- @treturn ?number nil where the account cannot be asked
function Limiter:most_at_once(deadline)
  local known = self:prepare { cost = 1, deadline = deadline }
  return known and burst_of(self)
end

local function look(object, now) return object:available(now), object:rate(now) end

--- How it stands.
-- @treturn table `rate` as it is now and `full_rate`, recipients a second; `available` recipients that may go
--   at once, below 0 where some wait
function Limiter:describe()
  if not self.full then return {} end
  local available, rate = step(self, state_of(self, self.scope or ""), look)
  return { available = available, rate = rate / HEADROOM, full_rate = self.full }
end

return limiter
