--- What a line of the log may show. Every line passes here, whatever sink it goes to: what is not listed has no way
-- through.
--
-- Keys, tokens and signatures are left out, addresses are cut to their first three characters and the domain, URLs
-- lose their query, of headers those are shown whose values are known to be harmless, and a body is shown by its
-- shape alone.
-- @module ses.observe.redact
local charset = require "ses.mail.charset"
local core = require "ses.core"

local redact = {}

--- What stands for a value that is not shown.
redact.HIDDEN = "[REDACTED]"

-- Bytes of a text that are looked at, and shown. The time that the patterns take grows by the square of a word.
local MOST_READ, MOST_SHOWN = 1024, 500

local SHORTEST_TOKEN = 32

-- ---- addresses ----

local LOCAL_PART = "[%w!#$%%&'*+/=?^_`{|}~.\128-\255-]+"
local DOMAIN = "[%w\128-\255][%w.\128-\255-]*"

-- Of a short one less is left than three characters: never all of it.
local function cut(local_part)
  return local_part:match("^[!-~]?[!-~]?[!-~]?"):sub(1, #local_part - 1) .. "***"
end

-- What is before an @ may be long: only a text that has one is looked at.
local function cut_before(text, at, pattern)
  if not text:find(at, 1, true) then return text end
  return (text:gsub("(" .. LOCAL_PART .. ")(" .. pattern .. DOMAIN .. ")", function(name, domain)
    return cut(name) .. domain
  end))
end

local function cut_addresses(text)
  text = text:gsub('"[^"]*"@', '"***"@')
  return cut_before(cut_before(text, "@", "@"), "%40", "%%40")
end

-- ---- secrets ----

-- Such as a key or a token in base64: long, and of all kinds of characters.
local function hide_token(run)
  if #run >= SHORTEST_TOKEN and run:find "%u" and run:find "%l" and run:find "%d" then return redact.HIDDEN end
end

local function hide_secrets(text)
  text = text:gsub("AWS4%-[%w-]+%s+Credential=[^\r\n]*", redact.HIDDEN)
  text = text:gsub("([Aa][Uu][Tt][Hh][Oo][Rr][Ii][Zz][Aa][Tt][Ii][Oo][Nn]%s*[:=])[^\r\n]*", "%1 " .. redact.HIDDEN)
  text = text:gsub("([Bb]earer%s+)%S+", "%1" .. redact.HIDDEN)
  text = text:gsub("([Xx]%-[Aa][Mm][Zz]%-[%w-]+%s*[=:]%s*)[^%s&]+", "%1" .. redact.HIDDEN)
  text = text:gsub("%f[%w]A[KS]IA%w+", redact.HIDDEN)
  return (text:gsub("[%w+/=]+", hide_token))
end

-- ---- texts ----

local function show_words(text) return cut_addresses(hide_secrets(text)) end

-- Whoever is named before the host is left out, and the query: it may be signed.
local function show_url(url)
  local scheme, host, path, rest = url:match "^([^:]+://)([^/?#]*)([^?#]*)(.*)$"
  path = path:gsub("[^/]+", show_words)
  return scheme .. host:gsub("^.*@", "") .. path .. (rest ~= "" and "?" .. redact.HIDDEN or "")
end

local function show_with_urls(text)
  local out, at = {}, 1
  for from, url, after in text:gmatch "()(%a[%w+.-]*://[^%s\"'<>]+)()" do
    out[#out + 1] = show_words(text:sub(at, from - 1))
    out[#out + 1] = show_url(url)
    at = after
  end
  out[#out + 1] = show_words(text:sub(at))
  return table.concat(out)
end

local function show_text(text)
  if type(text) ~= "string" then return nil end
  -- Most are words of ours, times and ids.
  if core.log_text.is_harmless(text) then return text end
  -- Half a word might not be known for what it is.
  if #text > MOST_READ then text = text:sub(1, MOST_READ):gsub("%S*$", "") end
  local shown = text:find("://", 1, true) and show_with_urls(text) or show_words(text)
  if #shown > MOST_SHOWN then shown = shown:sub(1, MOST_SHOWN) .. "…" end
  return charset.scrub(shown)
end

--- A text of one's own words as it may be shown, in a trace say: addresses are cut, keys and tokens left out.
-- @param text
-- @treturn ?string nil for what is no text
redact.text = show_text

-- ---- headers ----

local SHOWN_HEADERS = {}
for name in ([[amz-sdk-invocation-id amz-sdk-request connection content-length content-type date host retry-after server
  transfer-encoding user-agent x-amz-date x-amz-retry-after x-amzn-errortype x-amzn-requestid]]):gmatch "%S+" do
  SHOWN_HEADERS[name] = true
end

-- A code is one word; in what else stands there a server repeats something.
local function is_harmless(name, value)
  return SHOWN_HEADERS[name] and (name ~= "x-amzn-errortype" or value:find "^[%w_.:/#-]+$")
end

local function show_header(shown, name, value)
  name, value = tostring(name):lower(), tostring(value)
  shown[show_text(name)] = is_harmless(name, value) and show_text(value) or redact.HIDDEN
end

-- A list of { name, value }, or a map.
local function show_headers(headers)
  local shown = {}
  for name, value in pairs(headers) do
    if type(value) == "table" then show_header(shown, value[1], value[2]) else show_header(shown, name, value) end
  end
  return shown
end

-- ---- bodies ----

local DEEPEST = 10

local shape_of

-- A name of AWS's own; any other may be the user's.
local function show_name(name)
  return type(name) == "string" and #name <= 64 and name:find "^%u%w*$" and name or "(name)"
end

local function shape_of_table(value, depth)
  if depth > DEEPEST then return "…" end
  if value[1] ~= nil then return ("list(%d) of %s"):format(#value, shape_of(value[1], depth + 1)) end
  local parts = {}
  for name, item in pairs(value) do parts[#parts + 1] = show_name(name) .. "=" .. shape_of(item, depth + 1) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

function shape_of(value, depth)
  if type(value) == "string" then return ("string(%d)"):format(#value) end
  if type(value) == "table" then return shape_of_table(value, depth) end
  return type(value)
end

local MOST_SHAPE = 2000

local function show_shape(value)
  return shape_of(value, 1):sub(1, MOST_SHAPE)
end

-- ---- signatures ----

-- Of how a request is signed: the algorithm and the scope.
local function show_signing(signing)
  local regions = signing.region_set or signing.region
  if type(regions) == "table" then regions = table.concat(regions, ",") end
  return show_text(("%s %s/%s"):format(signing.name, tostring(regions), signing.service or "ses"))
end

-- ---- entries ----

local function show_number(value)
  return type(value) == "number" and value == value and math.abs(value) < math.huge and value or nil
end

local function show_flag(value) return value == true end

local function fields(show, names)
  for name in names:gmatch "%S+" do redact.fields[#redact.fields + 1] = { name = name, show = show } end
end

--- Every field that a line may have, in the order in which they are written: { name =, show = function(value) }.
redact.fields = {}
fields(show_text, "timestamp level target message operation region message_id")
fields(show_number, "recipient_count")
fields(show_text, "config_set request_id")
fields(show_number, "duration_ms status retry_count")
fields(show_text, "trace_id span_id error_type error_code endpoint template_name identity source")
fields(show_number, "wait_ms body_bytes entries accepted left_out")
fields(show_flag, "reused truncated")
fields(show_headers, "request_headers response_headers")
fields(show_shape, "request_body response_body")
fields(show_signing, "signing")

local shown_fields = redact.fields

--- An entry as it may be shown.
-- @tparam table raw field → value
-- @treturn table a new one, of the fields of `redact.fields` alone
-- @treturn {string,...} names of those that it has, in their order
function redact.entry(raw)
  local entry, names = {}, {}
  for i = 1, #shown_fields do
    local field = shown_fields[i]
    local name = field.name
    local value = raw[name]
    if value ~= nil then
      value = field.show(value)
      entry[name] = value
      if value ~= nil then names[#names + 1] = name end
    end
  end
  return entry, names
end

return redact
