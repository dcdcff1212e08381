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

--- Reads a date of HTTP (RFC 9110, section 5.6.7, IMF-fixdate): "Sun, 06 Nov 1994 08:49:37 GMT".
-- @treturn ?integer unix seconds; nil for any other text
function skew.parse_http_date(text)
  local day, month, year, hour, minute, second =
    tostring(text):match("^%a%a%a, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  if not day or not MONTHS[month] then return nil end
  return days(tonumber(year), MONTHS[month], tonumber(day)) * 86400
    + tonumber(hour) * 3600 + tonumber(minute) * 60 + tonumber(second)
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
