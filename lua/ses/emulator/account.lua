--- GetAccount and the switches of the account.
-- @module ses.emulator.account
local attributes = require "ses.emulator.attributes"
local errors = require "ses.emulator.errors"
local suppression = require "ses.emulator.suppression"
local throttle = require "ses.emulator.throttle"
local timing = require "ses.emulator.timing"

local account = {}

local sending

--- Whether the account may send, from PutAccountSendingAttributes.
-- @treturn boolean
function account.sending_enabled()
  if sending == nil then sending = attributes.get "sending_enabled" ~= false end
  return sending
end

local function details(now)
  local stored = attributes.get "details"
  if not stored then return nil end
  local review = timing.status(stored.review, now)
  stored.ReviewDetails = { Status = review == "SUCCESS" and "GRANTED" or review, CaseId = stored.case }
  return stored
end

--- GetAccount.
function account.get(_, context)
  local rate, daily = throttle.limits()
  return {
    DedicatedIpAutoWarmupEnabled = attributes.get "auto_warmup" == true, EnforcementStatus = "HEALTHY",
    ProductionAccessEnabled = not context.settings.sandbox, SendingEnabled = account.sending_enabled(),
    SendQuota = {
      Max24HourSend = daily, MaxSendRate = rate, SentLast24Hours = throttle.sent(context.now),
    },
    SuppressionAttributes = suppression.account_attributes(), Details = details(context.now),
    VdmAttributes = attributes.get "vdm", DeliveryAttributes = attributes.get "delivery",
    PricingAttributes = attributes.get "pricing",
  }
end

--- PutAccountSendingAttributes.
function account.put_sending(params)
  sending = params.SendingEnabled == true
  attributes.put("sending_enabled", sending)
  return {}
end

--- PutAccountDetails. What was asked for is under review as long as an identity is being verified; meanwhile
-- nothing else can be asked for.
function account.put_details(params, context)
  local stored = details(context.now)
  if stored and stored.ReviewDetails.Status == "PENDING" then
    return errors.fail("ConflictException", "The details of the account are under review.")
  end
  params.review, params.case = timing.pending(context.now), ("%d"):format(context.now)
  attributes.put("details", params)
  return {}
end

--- PutAccountDedicatedIpWarmupAttributes.
function account.put_warmup(params)
  attributes.put("auto_warmup", params.AutoWarmupEnabled == true)
  return {}
end

--- PutAccountVdmAttributes.
function account.put_vdm(params)
  attributes.put("vdm", params.VdmAttributes)
  return {}
end

--- PutAccountDeliveryAttributes.
function account.put_delivery(params)
  attributes.put("delivery", params)
  return {}
end

--- PutAccountPricingAttributes.
function account.put_pricing(params)
  attributes.put("pricing", { CurrentPlan = params.Plan })
  return {}
end

--- Forgets what was read from the store.
function account.reset() sending = nil end

return account
