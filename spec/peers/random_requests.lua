-- Requests to be signed, as odd as HTTP allows, the same for one seed on every Lua.
local random = require "spec.support.random"

local random_requests = {}

local ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
local TOKEN = ALPHANUMERIC .. "-_.!#$&'*+^`|~"
local VISIBLE = ALPHANUMERIC .. "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

local UTF8 = { "ü", "é", "ß", "ሴ", "日", "本", "😀", "\194\160", "\226\128\168", "\239\187\191" }

local function mixed(plain, ...)
  local list = {}
  for c in plain:gmatch(".") do list[#list + 1] = c end
  for _, more in ipairs { ... } do
    for _, text in ipairs(more) do list[#list + 1] = text end
  end
  return list
end

-- "+", escapes in either case, of characters that need none as well, and "%" that escapes nothing, nor
-- may begin an escape with what follows: it could be one of half a character, which smithy cannot hold.
local ESCAPES = {
  "%20", "%2F", "%2f", "%25", "%2B", "%7E", "%41", "%C3%BC", "%e6%97%a5", "%-", "%%z", "%4-", "+", " ",
}
local SEGMENT = mixed("abcXYZ019-._~!$&'()*+,;=:@[]{}|\\^`\"<>", UTF8, ESCAPES)
local PARAMETER = mixed("abcXYZ019-._~!$'()*+,;:@/?[]{}|\\^`\"<>", UTF8, ESCAPES)
local VALUE = mixed(VISIBLE, { " ", " ", "  ", "\t", " \t ", "   " }, UTF8)

-- Headers that smithy leaves unsigned of itself, and ses signs: smithy is told to.
random_requests.SIGNABLE = {
  "cache-control", "from", "max-forwards", "pragma", "referer", "proxy-connection", "sec-fetch-mode", "sec-ch-ua",
}

-- Left unsigned by both.
local UNSIGNED = {
  "Connection", "Expect", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
  "Transfer-Encoding", "Upgrade", "User-Agent", "X-Amzn-Trace-Id", "Authorization",
}

local function path_of(pick)
  local segments = {}
  for i = 1, pick.below(7) do
    local kind = pick.below(10)
    if kind == 0 then segments[i] = ""
    elseif kind == 1 then segments[i] = "."
    elseif kind == 2 then segments[i] = ".."
    elseif kind == 3 then segments[i] = pick.one { "...", "..a", "a..", ".a", "%2E", "%2e%2E", "%2F" }
    else segments[i] = pick.text(SEGMENT, 1, 12) end
  end
  return "/" .. table.concat(segments, "/") .. (pick.chance(30) and "/" or "")
end

local function query_of(pick)
  local pairs_, names = {}, {}
  for i = 1, pick.chance(70) and pick.below(8) or 0 do
    local name
    if #names > 0 and pick.chance(25) then name = pick.one(names) else name = pick.text(PARAMETER, 0, 8) end
    names[#names + 1] = name
    local value = pick.text(PARAMETER, 0, 12)
    if pick.chance(15) then pairs_[i] = name
    elseif pick.chance(5) then pairs_[i] = ""
    else pairs_[i] = name .. "=" .. value .. (pick.chance(10) and "=" or "") end
  end
  return table.concat(pairs_, "&")
end

-- A value, now and then over several lines.
local function value_of(pick)
  local lines = { pick.text(VALUE, 0, 20) }
  while pick.chance(12) do
    lines[#lines + 1] = pick.one { "\n ", "\r\n ", "\r\n\t", "\n  \t " } .. pick.text(VALUE, 1, 10)
  end
  return table.concat(lines)
end

local function any_case(pick, name)
  return (name:gsub("%a", function(c) return pick.chance(50) and c:upper() or c:lower() end))
end

local function headers_of(pick)
  local port = pick.chance(30) and ":8443" or ""
  local headers = { { any_case(pick, "host"), pick.text(ALPHANUMERIC .. ".-", 1, 30) .. port } }
  local names = {}
  for _ = 1, pick.below(9) do
    local kind = pick.below(10)
    local name
    if kind < 3 and #names > 0 then name = any_case(pick, pick.one(names))
    elseif kind == 3 then name = "X-Amz-" .. pick.text(ALPHANUMERIC, 1, 8) .. "-Z"
    elseif kind == 4 then name = any_case(pick, pick.one(random_requests.SIGNABLE))
    elseif kind == 5 then name = any_case(pick, pick.one(UNSIGNED))
    elseif kind == 6 then name = pick.one { "Content-Type", "Accept", "X-Amz-Target", "Content-Length" }
    else name = "Y" .. pick.text(TOKEN, 0, 15) end
    if kind ~= 5 then names[#names + 1] = name end
    headers[#headers + 1] = { name, value_of(pick) }
  end
  -- In any order, the Host among them.
  for i = #headers, 2, -1 do
    local j = pick.below(i) + 1
    headers[i], headers[j] = headers[j], headers[i]
  end
  return headers
end

local function body_of(pick)
  if pick.chance(30) then return "" end
  local out = {}
  for i = 1, pick.chance(5) and 5000 or pick.below(300) do out[i] = string.char(pick.below(256)) end
  return table.concat(out)
end

local function request_of(pick, form)
  local asymmetric, presign = form:find("sigv4a") ~= nil, form:find("query") ~= nil
  local region = pick.one { "eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1", "r" }
  if asymmetric then region = pick.one { "*", "us-*", region, "eu-west-1,us-east-1", "us-east-1,eu-*,cn-north-1" } end
  return {
    form = form, asymmetric = asymmetric, presign = presign,
    method = pick.one { "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "M-SEARCH" },
    path = path_of(pick), query = query_of(pick), headers = headers_of(pick), body = body_of(pick),
    normalize = pick.chance(60), sign_body = not presign and pick.chance(30),
    region = region, service = pick.one { "ses", "email", "execute-api", "s" },
    access_key_id = pick.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, pick.chance(10) and 128 or 20),
    secret_access_key = pick.text(VISIBLE, 1, pick.chance(20) and 150 or 40),
    session_token = pick.chance(50) and pick.text(ALPHANUMERIC .. "+/=", 1, 400) or nil,
    time = pick.below(65536) * 60000 + pick.below(60000), expires = 1 + pick.below(604800) % 604800,
  }
end

local FORMS = {
  { "header", 800 }, { "query", 700 }, { "sigv4a header", 300 }, { "sigv4a query", 200 },
}

-- 2,000 requests, each { form =, method =, path =, query =, headers = { { name, value }, … }, … }.
function random_requests.list(seed)
  local pick, list = random.picker(seed), {}
  for _, form in ipairs(FORMS) do
    for _ = 1, form[2] do list[#list + 1] = request_of(pick, form[1]) end
  end
  return list
end

return random_requests
