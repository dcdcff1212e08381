--- Checks the pace of a campaign file.
-- @module ses.campaign.check.pace
local check_daily = require "ses.campaign.check.daily"
local fields = require "ses.campaign.check.fields"

local KEYS = { "rate", "concurrency", "warm_up", "daily_quota", "account" }

local function check(pace)
  local fine, field, reason = fields.all {
    { fields.keys, "pace", pace, KEYS },
    { fields.type, "pace", pace, "rate", "number" },
    { fields.type, "pace", pace, "concurrency", "number" },
    { fields.type, "pace", pace, "account", "string" },
    { check_daily, pace },
  }
  if not fine then return nil, field, reason end
  if pace.rate and not (pace.rate > 0 and pace.rate <= 1e6) then
    return nil, "pace.rate", "must be above 0: recipients a second"
  end
  local n = pace.concurrency
  if n and (n < 1 or n > 1000 or n % 1 ~= 0) then
    return nil, "pace.concurrency", "must be a whole number from 1 to 1000"
  end
  return true
end

return check
