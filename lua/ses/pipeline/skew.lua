--- A clock that is wrong, learned from the service's answer and put right once a call.
-- @module ses.pipeline.skew
local skew = {}

local MONTHS = {}
for i, name in ipairs { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" } do
  MONTHS[name] = i
end

-- Days from 1970-01-01 to a date of the Gregorian calendar. os.time would bring in the local zone.
local function days(year, month, day)
  if month <= 2 then year, month = year - 1, month + 12 end
  return 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

-- The forms of a date: today's, and two that are obsolete but still to be read.
local FORMS = {
  { "^%a%a%a, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$", "dmyHMS" },
  { "^%a+, (%d%d)%-(%a%a%a)%-(%d%d) (%d%d):(%d%d):(%d%d) GMT$", "dmyHMS" },
  { "^%a%a%a (%a%a%a) ([ %d]%d) (%d%d):(%d%d):(%d%d) (%d%d%d%d)$", "mdHMSy" },
}

local function match_form(text, form)
  local found = { text:match(form[1]) }
  if not found[1] then return nil end
  local fields = {}
  for i = 1, #form[2] do fields[form[2]:sub(i, i)] = found[i] end
  return fields
end

-- Two digits stand for a year that is no more than 50 years ahead of when this was written.
local function full_year(text)
  local year = tonumber(text)
  if #text == 4 then return year end
  return year < 76 and 2000 + year or 1900 + year
end

--- Reads a date of HTTP (RFC 9110, section 5.6.7) in any of its three forms, such as
-- "Sun, 06 Nov 1994 08:49:37 GMT".
-- @treturn ?integer unix seconds; nil for any other text
function skew.parse_http_date(text)
  text = tostring(text)
  for _, form in ipairs(FORMS) do
    local fields = match_form(text, form)
    if fields then
      local month = MONTHS[fields.m]
      if not month then return nil end
      return days(full_year(fields.y), month, tonumber(fields.d)) * 86400
        + tonumber(fields.H) * 3600 + tonumber(fields.M) * 60 + tonumber(fields.S)
    end
  end
  return nil
end

-- SES allows five minutes; below this the clock is not what is wrong.
local TOLERANCE = 240

--- Where the service refused the signature and its Date says that our clock is off, remembers by how
-- much. At most once a call, so that a wrong key does not go round in circles.
-- @treturn boolean whether the request should be signed again
function skew.learn(pipeline, state, err, response)
  if state.skew_learned or not response or err.kind ~= "signing" then return false end
  local date = skew.parse_http_date(response.headers.date)
  if not date then return false end
  local offset = date - pipeline.clock.now()
  -- The time in the signature is what was refused. Since then the clock may have been set, or another call may
  -- have learned how wrong it is.
  if math.abs(date - state.signed_at) < TOLERANCE then return false end
  pipeline.skew_seconds = offset
  state.skew_learned = true
  return true
end

return skew
