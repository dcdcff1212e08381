--- Whether a request is signed by the account, and what SES answers where it is not.
--
-- Sources: "Troubleshoot Signature Version 4" in AWS's IAM user guide for the causes and the words; the
-- codes are those that AWS's rest-json services answer with, as users of SES v2 report them
-- (MissingAuthenticationTokenException, UnrecognizedClientException, InvalidSignatureException and
-- IncompleteSignatureException, each with 403).
-- @module ses.emulator.auth
local core = require "ses.core"
local errors = require "ses.emulator.errors"

local auth = {}

local MAX_SKEW = 300

-- By name, whether its scope is a set of regions, sent beside the credential.
local ALGORITHMS = { ["AWS4-HMAC-SHA256"] = false, ["AWS4-ECDSA-P256-SHA256"] = true }

-- Where a signature is good everywhere.
local DEFAULT_REGION = "us-east-1"

local MISMATCH = "The request signature we calculated does not match the signature you provided. Check "
  .. "your AWS Secret Access Key and signing method. Consult the service documentation for details."

local function header(headers, wanted)
  for _, pair in ipairs(headers) do
    if pair[1]:lower() == wanted then return pair[2] end
  end
end

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function query_value(query, name)
  local value = ("&" .. query):match("&" .. name:gsub("-", "%%-") .. "=([^&]*)")
  return value and unescape(value)
end

local function incomplete(...) return errors.fail("IncompleteSignatureException", ...) end

-- The parts of the Authorization header, each of which AWS names where it is missing.
local function from_header(request, authorization)
  local algorithm = authorization:match("^%S*")
  local has_set = ALGORITHMS[algorithm]
  if has_set == nil then return incomplete("Unsupported AWS 'algorithm': '%s'.", algorithm) end
  local parts, absent = {}, {}
  for _, name in ipairs { "Credential", "Signature", "SignedHeaders" } do
    parts[name] = authorization:match("[%s,]" .. name .. "=([^%s,]+)")
    if not parts[name] then absent[#absent + 1] = ("Authorization header requires '%s' parameter."):format(name) end
  end
  local date = header(request.headers, "x-amz-date") or header(request.headers, "date")
  if not date then
    absent[#absent + 1] = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
  end
  if #absent > 0 then return incomplete("%s", table.concat(absent, " ")) end
  local set = has_set and (header(request.headers, "x-amz-region-set") or "") or nil
  return { credential = parts.Credential, date = date, region_set = set }
end

local function from_query(request)
  local date, credential = query_value(request.query, "X-Amz-Date"), query_value(request.query, "X-Amz-Credential")
  if not date or not credential then
    return incomplete("AWS query-string parameters must include 'X-Amz-Credential' and 'X-Amz-Date'.")
  end
  local has_set = ALGORITHMS[query_value(request.query, "X-Amz-Algorithm") or ""]
  return {
    credential = credential, date = date, expires = tonumber(query_value(request.query, "X-Amz-Expires")),
    region_set = has_set and (query_value(request.query, "X-Amz-Region-Set") or "") or nil,
  }
end

local function read_claim(request)
  local authorization = header(request.headers, "authorization")
  if authorization then return from_header(request, authorization) end
  if query_value(request.query, "X-Amz-Signature") then return from_query(request) end
  return errors.fail("MissingAuthenticationTokenException", "Missing Authentication Token")
end

-- The region that answers where a signature is good in several.
local function region_of(set, settings)
  if settings.region and core.sigv4a.covers(set, settings.region) then return settings.region end
  return set:match("%f[%w-]%l%l%l?%-[%l-]+%-%d+%f[^%w-]") or core.sigv4a.covers(set, DEFAULT_REGION) and DEFAULT_REGION
    or set
end

-- keyid/date/service/aws4_request
local function read_global_scope(claim, settings)
  local key, date, service, term = claim.credential:match("^([^/]+)/([^/]+)/([^/]+)/([^/]+)$")
  if key then
    return { key = key, date = date, region = region_of(claim.region_set, settings), service = service, term = term }
  end
  return incomplete("Credential must have exactly 4 slash-delimited parts, e.g. keyid/date/service/term, got '%s'",
    claim.credential)
end

-- keyid/date/region/service/aws4_request
local function read_scope(claim, settings)
  if claim.region_set then return read_global_scope(claim, settings) end
  local key, date, region, service, term = claim.credential:match("^([^/]+)/([^/]+)/([^/]+)/([^/]+)/([^/]+)$")
  if key then return { key = key, date = date, region = region, service = service, term = term } end
  return incomplete("Credential must have exactly 5 slash-delimited parts, e.g. "
    .. "keyid/date/region/service/term, got '%s'", claim.credential)
end

local function has_session_token(request)
  return header(request.headers, "x-amz-security-token") ~= nil
    or query_value(request.query, "X-Amz-Security-Token") ~= nil
end

-- The account's key is a long-term one, which no session token goes with.
local function check_key(scope, request, settings)
  if scope.key ~= settings.access_key_id or has_session_token(request) then
    return errors.fail("UnrecognizedClientException", "The security token included in the request is invalid.")
  end
  return true
end

local function check_scope(scope, claim, settings, service)
  local function refuse(...) return errors.fail("InvalidSignatureException", ...) end
  if settings.region and scope.region ~= settings.region or not scope.region:find("^%l%l%l?%-[%l-]+%-%d+$") then
    return refuse("Credential should be scoped to a valid region.")
  end
  if scope.service ~= service then
    return refuse("Credential should be scoped to correct service: '%s'.", service)
  end
  if scope.term ~= "aws4_request" then
    return refuse("Credential should be scoped with a valid terminator: 'aws4_request', not '%s'.", scope.term)
  end
  if claim.date:find("^%d+T") and claim.date:sub(1, 8) ~= scope.date then
    return refuse("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
      .. "'%s' != '%s', from '%s'.", scope.date, claim.date:sub(1, 8), claim.date)
  end
  return true
end

local function days(year, month, day)
  if month <= 2 then year, month = year - 1, month + 12 end
  return 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

local function seconds_of(date)
  local y, mo, d, h, mi, s = date:match("^(%d%d%d%d)(%d%d)(%d%d)T(%d%d)(%d%d)(%d%d)Z$")
  if not y then return nil end
  return days(tonumber(y), tonumber(mo), tonumber(d)) * 86400 + h * 3600 + mi * 60 + s
end

local function basic_date(seconds) return os.date("!%Y%m%dT%H%M%SZ", seconds) end

local function check_time(claim, now)
  local signed = seconds_of(claim.date)
  if not signed then return incomplete("Date must be in ISO-8601 'basic format'. Got '%s'.", claim.date) end
  local life = math.max(MAX_SKEW, claim.expires or 0)
  local function refuse(form, bound, sign)
    return errors.fail("InvalidSignatureException", form, claim.date, basic_date(bound), basic_date(now), sign,
      math.floor((sign == "-" and life or MAX_SKEW) / 60))
  end
  if signed < now - life then
    return refuse("Signature expired: %s is now earlier than %s (%s %s %d min.)", now - life, "-")
  elseif signed > now + MAX_SKEW then
    return refuse("Signature not yet current: %s is still later than %s (%s %s %d min.)", now + MAX_SKEW, "+")
  end
  return true
end

local function check_signature(request, scope, settings, now, service)
  local ok, failure = core.sigv4.verify {
    method = request.method, path = request.path, query = request.query, headers = request.headers,
    body = request.body or "", time = now, max_skew = MAX_SKEW,
    access_key_id = settings.access_key_id, secret_access_key = settings.secret_access_key,
    region = scope.region, service = service,
  }
  if ok then return true end
  if failure.status ~= "signature" then
    return incomplete("%s", (failure.field and failure.field .. " " or "") .. failure.message)
  end
  local message = MISMATCH
  if failure.canonical_request then
    message = ("%s\n\nThe Canonical String for this request should have been\n'%s'\n\n"
      .. "The String-to-Sign should have been\n'%s'\n"):format(message, failure.canonical_request,
        failure.string_to_sign)
  end
  return errors.fail("InvalidSignatureException", "%s", message)
end

--- Checks a request.
-- @tparam table request { method =, path =, query =, headers = { { name, value }, … }, body = }, as sent
-- @tparam table settings { access_key_id =, secret_access_key =, region = }
-- @tparam number now seconds since 1970
-- @tparam ?string service that the signature must be for ("ses")
-- @treturn ?table { region = } that the signature is scoped to
-- @treturn ?table the error that SES answers
function auth.check(request, settings, now, service)
  service = service or "ses"
  local claim, err = read_claim(request)
  if not claim then return nil, err end
  local scope, ok
  scope, err = read_scope(claim, settings)
  if not scope then return nil, err end
  ok, err = check_key(scope, request, settings)
  if ok then ok, err = check_scope(scope, claim, settings, service) end
  if ok then ok, err = check_time(claim, math.floor(now)) end
  if ok then ok, err = check_signature(request, scope, settings, math.floor(now), service) end
  if not ok then return nil, err end
  return { region = scope.region }
end

--- The region that a request is scoped to, whether or not its signature holds.
-- @tparam table request
-- @treturn ?string
function auth.claimed_region(request)
  local authorization = header(request.headers, "authorization") or ""
  if ALGORITHMS[authorization:match("^%S*")] then
    return region_of(header(request.headers, "x-amz-region-set") or "", {})
  end
  return authorization:match("Credential=[^/]+/%d+/([%w-]+)/")
end

return auth
