--- How long a service asks to be left alone.
-- @module ses.pipeline.retry_after
-- Sources: RFC 9110, section 10.2.3 (Retry-After); "Retry behavior", AWS SDKs and Tools Reference Guide
-- (x-amz-retry-after).
local skew = require "ses.pipeline.skew"

local retry_after = {}

local function digits(text)
  return type(text) == "string" and tonumber(text:match("^%s*(%d+)%s*$")) or nil
end

-- A date is taken by the clock of whoever wrote it, where that is known.
local function until_date(headers, now)
  local date = skew.parse_http_date(headers["retry-after"])
  local base = skew.parse_http_date(headers.date) or now
  return date and base and math.max(0, date - base) or nil
end

--- Reads both headers. What is no time in them is none.
-- @tparam table headers lower-case names
-- @tparam ?number now seconds since 1970, for a date where the answer has none of its own
-- @treturn ?number milliseconds of `x-amz-retry-after`
-- @treturn ?number milliseconds of `Retry-After`
function retry_after.read(headers, now)
  local amz = digits(headers["x-amz-retry-after"])
  local seconds = digits(headers["retry-after"]) or until_date(headers, now)
  return amz, seconds and seconds * 1000 or nil
end

return retry_after
