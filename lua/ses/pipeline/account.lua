--- What the account may send, for `rate_limit = "account"`: asked of SES (GetAccount) at the first send and every
-- five minutes from then on, beside the sends where the place allows it.
--
-- SES's daily quota is of the last 24 hours, whichever they are. What this client has sent since SES was asked is
-- added to what SES said. When the quota is used up sends are refused here, and SES is asked every minute whether
-- some of it has come back.
--
-- Within nginx one worker asks for all of the same account and endpoint, and what any of them has sent counts.
-- @module ses.pipeline.account
-- Source: SendQuota, Amazon SES API v2 Reference.
local errors = require "ses.errors"
local json = require "ses.model.json"
local lazy = require "ses.lazy"

local single_flight = lazy "ses.pipeline.single_flight"

local account = {}

local REFRESH_SECONDS = 300
local USED_UP_SECONDS = 60
-- After a question that was not answered.
local AGAIN_SECONDS = 30
-- Whoever waits for another's question looks up at least this often, should the other be gone.
local LOOK_UP_SECONDS = 5

local Account = { __name = "ses.Account" }
Account.__index = Account

--- Makes an account. Nothing is asked yet.
-- @tparam function ask function(timeout_ms) → the result of GetAccount | nil, err
-- @tparam table ports `clock`, `host` (may be nil), `store` that processes share, or nil
-- @treturn ses.Account
function account.new(ask, ports)
  return setmetatable({
    ask = ask, clock = ports.clock, host = ports.host, store = ports.store,
    condition = ports.host and ports.host.condition(), total = 0, next_at = -math.huge,
  }, Account)
end

local function key_of(self, name) return "ses:account:" .. self.scope .. ":" .. name end

-- Adds to what was sent since counting began. → the sum, of all processes where they share a store
local function add(self, cost)
  if self.store and self.scope then
    local sum = self.store:add(key_of(self, "sent"), cost)
    if sum then return sum end
  end
  self.total = self.total + cost
  return self.total
end

-- What was sent since SES was asked, by the sum that `add` gives.
local function since(self, sum)
  local known = self.known
  -- What was given back meanwhile; or the store has lost its count.
  if sum < known.base then known.base = sum end
  return sum - known.base
end

local function is_used_up(self, sum, cost)
  local known = self.known
  return known.daily ~= nil and known.sent + since(self, sum) + cost > known.daily
end

--- Says whose account it is, before it is asked for: that tells it from others in the store.
-- @tparam string scope
function Account:set_scope(scope)
  if scope == self.scope then return end
  local before = self.scope
  self.scope, self.taken = scope, nil
  if not self.known then return end
  -- The count is another one now; where it has begun before, nobody knows what of it SES has told already.
  self.known.base = add(self, 0)
  if before then self.next_at = self.clock.monotonic() end
end

-- For how long an answer holds.
local function period_of(self)
  return is_used_up(self, add(self, 0), 1) and USED_UP_SECONDS or REFRESH_SECONDS
end

local function keep(self, answer)
  self.known = { rate = answer.rate, sent = answer.sent, daily = answer.daily, base = answer.base }
  self.next_at = self.clock.monotonic() + math.max(0, period_of(self) - (self.clock.now() - answer.at))
end

-- → { rate =, sent =, daily =, base = the count when it was asked, at = the time } | nil, err
local function answer_of_service(self, timeout_ms)
  local base, at = add(self, 0), self.clock.now()
  local result, err = self.ask(timeout_ms)
  local quota = result and result.SendQuota
  if not quota then
    return nil, err or errors.new {
      kind = "parse", code = "UnreadableResponse", message = "GetAccount gave no SendQuota",
    }
  end
  local daily = quota.Max24HourSend
  return {
    rate = quota.MaxSendRate or 0, sent = quota.SentLast24Hours or 0, daily = daily and daily >= 0 and daily or nil,
    base = base, at = at,
  }
end

-- What another process was told, where that is news.
local function answer_of_another(self)
  local text = self.store:get(key_of(self, "answer"))
  if type(text) ~= "string" or text == self.taken then return nil end
  local answer = json.decode(text)
  if type(answer) ~= "table" then return nil end
  self.taken = text
  return answer
end

local function find_answer(self, timeout_ms)
  if not (self.store and self.scope) then return answer_of_service(self, timeout_ms) end
  local seconds = timeout_ms / 1000
  return single_flight.run(self, {
    key = key_of(self, "answer"), lease = seconds + LOOK_UP_SECONDS, patience = seconds,
    read = function() return answer_of_another(self) end,
    work = function()
      local answer, err = answer_of_service(self, timeout_ms)
      local text = answer and json.encode(answer)
      if text and self.store:set(key_of(self, "answer"), text, REFRESH_SECONDS) then self.taken = text end
      return answer, err
    end,
  })
end

-- Asks, once whoever asks. → nil, or why there is no answer
local function refresh(self, timeout_ms)
  local flight = { ends = self.clock.monotonic() + timeout_ms / 1000 + LOOK_UP_SECONDS }
  self.flight = flight
  local answer, err = find_answer(self, timeout_ms)
  if self.flight == flight then self.flight = nil end
  if answer then
    keep(self, answer)
    err = nil
  else
    self.next_at = self.clock.monotonic() + AGAIN_SECONDS
  end
  if self.condition then self.condition:broadcast() end
  return err
end

local function refresh_in_background(self)
  if not self.host then return false end
  return self.host.background(function(ended)
    if not ended then refresh(self, 30000) end
  end)
end

local function is_asked(self)
  return self.flight ~= nil and self.clock.monotonic() < self.flight.ends
end

local function wait_for_answer(self, deadline)
  while is_asked(self) do
    local left = deadline - self.clock.monotonic()
    if left <= 0 then break end
    local _, err = self.condition:wait(math.min(left, LOOK_UP_SECONDS))
    if errors.is(err) then return err end
  end
end

local function time_is_over()
  return errors.new {
    kind = "timeout", code = "OperationTimeout",
    message = "the operation's time ran out while the account was asked for",
  }
end

--- What is known, asked for first where nothing is.
-- @tparam number deadline of the monotonic clock
-- @treturn ?table `rate` recipients a second, `daily` recipients in 24 hours (nil: no limit), `sent` of them
-- @treturn ?ses.Error
function Account:get(deadline)
  local stale = self.clock.monotonic() >= self.next_at
  if self.known then
    if stale and not is_asked(self) then
      self.next_at = self.clock.monotonic() + AGAIN_SECONDS
      if not refresh_in_background(self) then refresh(self, math.max(1, (deadline - self.clock.monotonic()) * 500)) end
    end
    return self.known
  end
  local err
  if is_asked(self) and self.host and self.host.can_wait() then err = wait_for_answer(self, deadline) end
  if not err and not self.known then
    local left = deadline - self.clock.monotonic()
    err = left <= 0 and time_is_over() or refresh(self, left * 1000)
  end
  if self.known then return self.known end
  return nil, err
end

--- Counts what is about to be sent.
-- @treturn boolean|nil true
-- @treturn ?ses.Error code "DailyQuotaExceeded" where the quota of 24 hours does not allow it
function Account:take(cost)
  local sum = add(self, cost)
  if not is_used_up(self, sum, 0) then return true end
  add(self, -cost)
  local now = self.clock.monotonic()
  self.next_at = math.min(self.next_at, now + USED_UP_SECONDS)
  local wait = math.max(0, self.next_at - now)
  return nil, errors.new {
    kind = "rate_limited", code = "DailyQuotaExceeded", retryable = true, retry_after = wait,
    message = ("the account's quota of %.0f recipients in 24 hours is used up: it comes back as the sends of the day "
      .. "before become 24 hours old; SES is asked again in %.0f s"):format(self.known.daily, wait),
  }
end

--- What was counted was not sent.
function Account:give_back(cost)
  add(self, -cost)
end

return account
