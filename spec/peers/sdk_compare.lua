-- What differs between AWS's SDK and ses in one case.
--
-- A difference is { field =, sdk =, ses = }, the last two as texts. Fields are: sent, method, path, query, body,
-- content type, signed header NAME, signature (algorithm, scope, region set), outcome, value (PATH), id, name,
-- message and status.
local json = require "ses.model.json"

local sdk_compare = {}

local function text_of(value)
  if type(value) == "table" then return assert(json.encode(value)) end
  return value == nil and "nothing" or tostring(value)
end

local function comparer()
  local found = {}
  local function compare(field, sdk, ses)
    local a, b = text_of(sdk), text_of(ses)
    if a ~= b then found[#found + 1] = { field = field, sdk = a, ses = b } end
  end
  return compare, found
end

-- ---- requests ----

local function path_of(target) return (target:gsub("%?.*$", "")) end

-- The raw pairs of the query, sorted: their order means nothing.
local function query_of(target)
  local list = json.list()
  for pair in (target:match("%?(.*)$") or ""):gmatch("[^&]+") do list[#list + 1] = pair end
  table.sort(list)
  return list
end

-- The algorithm and the scope without its day, which may have ended meanwhile.
local function signature_of(headers)
  return headers.authorization:match("^(.-), SignedHeaders"):gsub("/%d%d%d%d%d%d%d%d/", "/") .. " "
    .. (headers["x-amz-region-set"] or "")
end

local function signed_headers(headers)
  local set = {}
  for name in headers.authorization:match("SignedHeaders=([^,]+)"):gmatch("[^;]+") do set[name] = "signed" end
  return set
end

local function compare_headers(compare, sdk, ses)
  sdk, ses = signed_headers(sdk), signed_headers(ses)
  local names = {}
  for name in pairs(sdk) do names[name] = true end
  for name in pairs(ses) do names[name] = true end
  for name in pairs(names) do compare("signed header " .. name, sdk[name], ses[name]) end
end

local function compare_requests(compare, sdk, ses)
  compare("sent", sdk ~= nil, ses ~= nil)
  if not sdk or not ses then return end
  compare("method", sdk.method, ses.method)
  compare("path", path_of(sdk.target), path_of(ses.target))
  compare("query", query_of(sdk.target), query_of(ses.target))
  compare("body", sdk.canonical or sdk.body, ses.canonical or ses.body)
  compare("content type", sdk.headers["content-type"], ses.headers["content-type"])
  compare("signature", signature_of(sdk.headers), signature_of(ses.headers))
  compare_headers(compare, sdk.headers, ses.headers)
end

-- ---- answers ----

local function compare_values(compare, path, sdk, ses)
  if type(sdk) ~= "table" or type(ses) ~= "table" then return compare("value (" .. path .. ")", sdk, ses) end
  local keys = {}
  for key in pairs(sdk) do keys[key] = true end
  for key in pairs(ses) do keys[key] = true end
  for key in pairs(keys) do
    local step = type(key) == "number" and "[" .. key .. "]" or "." .. key
    compare_values(compare, path .. step, sdk[key], ses[key])
  end
end

local function compare_outcomes(compare, sdk, ses)
  compare("outcome", sdk.error and "error" or "result", ses.error and "error" or "result")
  compare("id", sdk.id, ses.id)
  if sdk.error and ses.error then
    for _, field in ipairs { "name", "message", "status" } do compare(field, sdk.error[field], ses.error[field]) end
  elseif not sdk.error and not ses.error then
    compare_values(compare, "", sdk.output, ses.output)
  end
end

-- The list of what differs in a case, sorted by field; `sdk` and `ses` are outcomes of sdk_run.
function sdk_compare.differences(case, sdk, ses)
  local compare, found = comparer()
  if case.part == "requests" then compare_requests(compare, sdk.request, ses.request) end
  compare_outcomes(compare, sdk, ses)
  table.sort(found, function(a, b) return a.field < b.field end)
  return found
end

return sdk_compare
