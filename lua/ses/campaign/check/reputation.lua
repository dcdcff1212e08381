--- Checks what a campaign file says of its reputation: which rates of bounces and complaints it bears.
-- @module ses.campaign.check.reputation
local duration = require "ses.duration"
local fields = require "ses.campaign.check.fields"

local KEYS = { "window", "minimum", "bounce", "complaint" }
local RATES = { "warn", "stop" }
local SHORTEST, LONGEST = 60, 30 * 86400

local function check_window(window)
  if window == nil then return true end
  local seconds, reason = window, "must be a length of time, such as 24h or 90m, or a number of seconds"
  if type(window) == "string" then seconds, reason = duration.parse(window) end
  if type(seconds) ~= "number" then return nil, "reputation.window", reason end
  if seconds >= SHORTEST and seconds <= LONGEST then return true end
  return nil, "reputation.window", "must be from one minute to 30 days"
end

local function check_rates(section, rates)
  if rates == nil then return true end
  local fine, field, reason = fields.all {
    { fields.keys, section, rates, RATES },
    { fields.type, section, rates, "warn", "number" },
    { fields.type, section, rates, "stop", "number" },
  }
  if not fine then return nil, field, reason end
  for _, name in ipairs(RATES) do
    local rate = rates[name]
    if rate and not (rate > 0 and rate <= 1) then
      return nil, section .. "." .. name, "must be above 0 and at most 1: 0.05 is 5 %"
    end
  end
  if rates.warn and rates.stop and rates.warn > rates.stop then
    return nil, section .. ".warn", "must not be above stop"
  end
  return true
end

--- Checks it.
-- @param reputation nil, false or a table
-- @treturn boolean|nil
-- @treturn ?string the field at fault
-- @treturn ?string what is wrong with it
local function check(reputation)
  if reputation == nil or reputation == false then return true end
  if type(reputation) ~= "table" then return nil, "reputation", "must be a table, or false" end
  local fine, field, reason = fields.all {
    { fields.keys, "reputation", reputation, KEYS },
    { check_window, reputation.window },
    { fields.type, "reputation", reputation, "minimum", "number" },
    { fields.type, "reputation", reputation, "bounce", "table" },
    { fields.type, "reputation", reputation, "complaint", "table" },
    { check_rates, "reputation.bounce", reputation.bounce },
    { check_rates, "reputation.complaint", reputation.complaint },
  }
  if not fine then return nil, field, reason end
  local minimum = reputation.minimum
  if minimum and not (minimum >= 1 and minimum <= 1e9 and minimum % 1 == 0) then
    return nil, "reputation.minimum", "must be a whole number above 0: mails before anything is judged"
  end
  return true
end

return check
