--- GetAccount and the switches of the account.
-- @module ses.emulator.account
local suppression = require "ses.emulator.suppression"
local store = require "ses.emulator.store"
local throttle = require "ses.emulator.throttle"

local account = {}

local sending

--- Whether the account may send, from PutAccountSendingAttributes.
-- @treturn boolean
function account.sending_enabled()
  if sending == nil then
    local row = store.row("SELECT value FROM attributes WHERE name = 'sending_enabled'")
    sending = not row or row.value == "true"
  end
  return sending
end

--- GetAccount.
function account.get(_, context)
  local rate, daily = throttle.limits()
  return {
    DedicatedIpAutoWarmupEnabled = false, EnforcementStatus = "HEALTHY",
    ProductionAccessEnabled = not context.settings.sandbox, SendingEnabled = account.sending_enabled(),
    SendQuota = {
      Max24HourSend = daily, MaxSendRate = rate, SentLast24Hours = throttle.sent(context.now),
    },
    SuppressionAttributes = { SuppressedReasons = suppression.account_reasons() },
  }
end

--- PutAccountSendingAttributes.
function account.put_sending(params)
  sending = params.SendingEnabled == true
  store.run([[INSERT INTO attributes (name, value) VALUES ('sending_enabled', ?)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value]], tostring(sending))
  return {}
end

--- Forgets what was read from the store.
function account.reset() sending = nil end

return account
