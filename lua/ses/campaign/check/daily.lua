--- Checks what the pace of a campaign file says of whole days: `warm_up` and `daily_quota`.
-- @module ses.campaign.check.daily
local fields = require "ses.campaign.check.fields"
local suggest = require "ses.suggest"

local KEYS = { "first_day", "growth", "most" }
local AT_QUOTA = { "stop", "wait" }
-- A growth above this is a slip: the second day would be as if there were no ramp.
local MAX_GROWTH = 100
local MAX_MAILS = 1e9

local function is_count(value)
  return value >= 1 and value <= MAX_MAILS and value % 1 == 0
end

local function check_warm_up(ramp)
  if ramp == nil then return true end
  local section = "pace.warm_up"
  local fine, field, reason = fields.all {
    { fields.keys, section, ramp, KEYS },
    { fields.type, section, ramp, "first_day", "number", true },
    { fields.type, section, ramp, "growth", "number" },
    { fields.type, section, ramp, "most", "number" },
  }
  if not fine then return nil, field, reason end
  if not is_count(ramp.first_day) then
    return nil, section .. ".first_day", "must be a whole number above 0: mails on the first day"
  end
  if ramp.growth and not (ramp.growth >= 1 and ramp.growth <= MAX_GROWTH) then
    return nil, section .. ".growth", "must be from 1 to 100: each day has so many times the mails of the day before"
  end
  if ramp.most and not (is_count(ramp.most) and ramp.most >= ramp.first_day) then
    return nil, section .. ".most", "must be a whole number that is not below first_day: mails on any day"
  end
  return true
end

local function check_quota(value)
  if value == nil or value == "stop" or value == "wait" then return true end
  return nil, "pace.daily_quota", 'must be "stop" or "wait"'
    .. (type(value) == "string" and suggest.hint(value, AT_QUOTA) or "")
end

--- Checks `warm_up` and `daily_quota`.
-- @tparam table pace
-- @treturn boolean|nil
-- @treturn ?string the field at fault
-- @treturn ?string what is wrong with it
local function check(pace)
  return fields.all {
    { fields.type, "pace", pace, "warm_up", "table" },
    { check_warm_up, pace.warm_up },
    { check_quota, pace.daily_quota },
  }
end

return check
