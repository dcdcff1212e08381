--- The health of a client: whether mail can be sent, asked of SES by one call (GetAccount) that is kept for a while.
-- @module ses.observe.health
-- Source: GetAccount, Amazon SES API v2 Reference.
local core = require "ses.core"
local errors = require "ses.errors"
local json = require "ses.model.json"
local single_flight = require "ses.pipeline.single_flight"
local suggest = require "ses.suggest"

local health = {}

--- Options, in milliseconds.
health.OPTIONS = {
  max_age_ms = { default = 10000, min = 0, max = 3600000 },
  timeout_ms = { default = 5000, min = 1, max = 60000 },
}

-- Of the daily quota.
local MUCH = 0.8

-- Whoever asks for the others counts as gone when it takes so much longer than it may.
local GRACE_SECONDS = 5

-- ---- words ----

-- A code as AWS writes them, and nothing else that a proxy may have put there.
local function code_of(err)
  return tostring(err.code):match "^[%w_.]+$" or "an error"
end

-- What the service says may name accounts, users and roles: it is left out. Our own words may repeat an ARN of the
-- configuration.
local function words_of(err)
  if err.status then return ("SES answered %s (HTTP %d)"):format(code_of(err), err.status) end
  local line = tostring(err.message):match "^[^\r\n]*":sub(1, 200)
  line = line:gsub("arn:[%w:/_.*+=,@-]+", "(ARN)"):gsub("%f[%w]A[KS]IA%w+", "(access key id)")
  return line
end

-- ---- what the answer means ----

local NOT_ALLOWED = { AccessDenied = true, AccessDeniedException = true, NotAuthorized = true }

-- SES is there and knows us, but does not say how the account stands.
local function is_minor(err)
  return NOT_ALLOWED[err.code] or err.kind == "throttling" or err.kind == "rate_limited"
end

local function of_failure(err)
  local answered = err.status ~= nil
  local refused = (err.kind == "credentials" or err.kind == "signing") and not NOT_ALLOWED[err.code]
  return {
    status = is_minor(err) and "degraded" or "unhealthy",
    details = {
      credentials_ok = not refused,
      -- Without credentials nothing was asked.
      connectivity_ok = answered or err.kind == "throttling" or err.kind == "rate_limited",
      error_message = words_of(err),
    },
  }
end

local function quota_of(quota)
  quota = quota or {}
  return {
    max_24_hour = quota.Max24HourSend, sent_24_hour = quota.SentLast24Hours, max_send_rate = quota.MaxSendRate,
  }
end

local function used(quota)
  local most, sent = quota.max_24_hour, quota.sent_24_hour
  return most and sent and most > 0 and sent / most or 0
end

local function of_account(account)
  local quota, details = quota_of(account.SendQuota), { credentials_ok = true, connectivity_ok = true }
  local status = "healthy"
  details.sending_quota = quota
  details.sandbox_mode = account.ProductionAccessEnabled == false
  if account.SendingEnabled == false then
    status, details.error_message = "unhealthy", "sending is paused for this account"
  elseif used(quota) > MUCH then
    status = "degraded"
    details.error_message = ("%.0f %% of the daily quota are used"):format(used(quota) * 100)
  end
  return { status = status, details = details }
end

local function add_circuit(found, state)
  local details = found.details
  details.circuit_breaker_state = state
  if state == "open" then
    found.status = "unhealthy"
    details.error_message = details.error_message or "the circuit breaker is open"
  elseif state == "half_open" and found.status == "healthy" then
    found.status, details.error_message = "degraded", "the circuit breaker is half open"
  end
  return found
end

-- Asks SES, within so many seconds.
local function ask(client, seconds)
  local from = client.clock.monotonic()
  local account, err
  if seconds > 0 then
    account, err = client:call("GetAccount", {}, { operation_timeout_ms = seconds * 1000 })
  else
    err = errors.new { kind = "timeout", code = "OperationTimeout", message = "no answer within the time allowed" }
  end
  local found = add_circuit(account and of_account(account) or of_failure(err),
    client.closed and "closed" or client:circuit_state())
  found.latency_ms = math.floor((client.clock.monotonic() - from) * 1e5 + 0.5) / 100
  found.last_check = math.floor(client.clock.now())
  return found
end

-- ---- asked once for all ----

-- The same for clients that would get the same answer.
local function key_of(client)
  if client.health_key then return client.health_key end
  local settings, credentials = client.settings, client.credentials
  local who
  if credentials.fixed then
    who = credentials.found and credentials.found:access_key_id()
  elseif credentials.shared then
    who = credentials.shared.key
  end
  -- What a function gives may be anybody's.
  who = who or core.random.bytes(16)
  client.health_key = "ses:health:" .. core.digest.sha256(table.concat({
    settings.region, tostring(settings.endpoint), tostring(settings.use_fips), tostring(settings.use_dualstack), who,
  }, "\n")):sub(1, 32)
  return client.health_key
end

local function read(store, key, max_age, now)
  local text = store:get(key)
  local found = type(text) == "string" and json.decode(text)
  if type(found) ~= "table" then return nil end
  local age = now - found.last_check
  -- A clock that was set back makes it new for ever.
  return age <= max_age and age > -2 and found or nil
end

local function ask_once(client, max_age, timeout)
  local clock, store, key = client.clock, client.host.store(client.settings), key_of(client)
  local ends = clock.monotonic() + timeout
  return single_flight.run({ store = store, clock = clock }, {
    key = key, lease = timeout + GRACE_SECONDS, patience = timeout,
    read = function() return read(store, key, max_age, clock.now()) end,
    work = function()
      local found = ask(client, ends - clock.monotonic())
      local text = json.encode(found)
      if text then store:set(key, text, max_age) end
      return found
    end,
  })
end

-- ---- options ----

local function check(options)
  local checked = {}
  for name in pairs(options) do
    if not health.OPTIONS[name] then
      return nil, errors.validation { {
        path = tostring(name), message = "is no option" .. suggest.hint(tostring(name), health.OPTIONS),
      } }
    end
  end
  for name, range in pairs(health.OPTIONS) do
    local value = options[name]
    if value == nil then value = range.default end
    if type(value) ~= "number" or not (value >= range.min and value <= range.max) then
      return nil, errors.validation { {
        path = name, message = ("must be a number from %d to %d"):format(range.min, range.max),
      } }
    end
    checked[name] = value
  end
  return checked
end

--- The health of a client; see `client:health`.
-- @tparam ses.Client client
-- @tparam ?table options
-- @treturn table
-- @treturn[2] nil
-- @treturn[2] ses.Error
function health.of(client, options)
  local checked, err = check(options or {})
  if not checked then return nil, err end
  local timeout = checked.timeout_ms / 1000
  if checked.max_age_ms == 0 or client.closed then return ask(client, timeout) end
  return ask_once(client, checked.max_age_ms / 1000, timeout)
end

return health
