--- What is to be said of an account, from GetAccount.
-- @module ses.observe.doctor.account
-- Sources: GetAccount, Amazon SES API v2 Reference; "Request production access" and "Managing your Amazon SES sending
-- limits", Amazon SES Developer Guide.
local finding = require "ses.observe.doctor.finding"

local account = {}

-- Of the daily quota.
local MUCH = 0.8

local REASONS = { "BOUNCE", "COMPLAINT" }

local function of_sending(found)
  if found.EnforcementStatus == "SHUTDOWN" then
    return finding.fault("account", "SES has shut sending down for this account",
      "answer the case that AWS has opened, in the Support Center")
  elseif found.SendingEnabled == false then
    return finding.fault("account", "sending is paused for this account",
      "unless AWS paused it: ses call PutAccountSendingAttributes '{\"SendingEnabled\": true}'")
  elseif found.EnforcementStatus == "PROBATION" then
    return finding.warning("account", "the account is under review: SES may pause it",
      "see the reputation metrics in the console of SES, and answer AWS's mail about it")
  elseif found.ProductionAccessEnabled == false then
    return finding.warning("account", "in the sandbox: mail goes to verified addresses and domains alone",
      "ask for production access, on the account dashboard of SES's console")
  end
  return finding.ok("account", "sending is enabled, with production access")
end

local function whole(number) return ("%.0f"):format(number) end

local function of_quota(quota)
  local most, sent, rate = quota.Max24HourSend, quota.SentLast24Hours or 0, quota.MaxSendRate
  if not most or not rate then return nil end
  local pace = ("%s a second"):format((("%.1f"):format(rate):gsub("%.0$", "")))
  if most < 0 then return finding.ok("quota", "no limit a day, " .. pace) end
  local message = ("%s of %s mails in the last 24 hours, %s"):format(whole(sent), whole(most), pace)
  local more = "ask for a higher quota in the Service Quotas console"
  if sent >= most then
    return finding.fault("quota", message, "wait until the mails of yesterday are 24 hours old, or " .. more)
  elseif sent > most * MUCH then
    return finding.warning("quota", message, more)
  end
  return finding.ok("quota", message)
end

local function of_suppression(attributes)
  local on, missing = {}, {}
  for _, reason in ipairs(attributes.SuppressedReasons or {}) do on[reason] = true end
  for _, reason in ipairs(REASONS) do
    if not on[reason] then missing[#missing + 1] = reason end
  end
  if not missing[1] then return finding.ok("suppression", "bounces and complaints go to the account's list") end
  return finding.warning("suppression",
    ("addresses are not put on the account's suppression list after: %s"):format(table.concat(missing, ", ")),
    "ses call PutAccountSuppressionAttributes '{\"SuppressedReasons\": [\"BOUNCE\", \"COMPLAINT\"]}'")
end

--- What is to be said of an account.
-- @tparam table found the result of GetAccount, by AWS's names
-- @treturn table list of ses.Finding
function account.findings(found)
  local list = { of_sending(found) }
  list[#list + 1] = of_quota(found.SendQuota or {})
  if found.SuppressionAttributes then list[#list + 1] = of_suppression(found.SuppressionAttributes) end
  return list
end

return account
