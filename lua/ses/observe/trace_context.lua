--- Where a call belongs in the traces of its caller: `traceparent` and `tracestate`.
-- @module ses.observe.trace_context
-- Source: "Trace Context", W3C Recommendation.
local trace_context = {}

local MAX_MEMBERS, MAX_STATE_BYTES = 32, 32 * 514

local function is_zero(id) return not id:find "[^0]" end

--- Reads a `traceparent`.
-- @param text
-- @treturn ?table { trace_id =, parent_id =, sampled = }; nil for what is none, which is to be ignored
function trace_context.parent(text)
  if type(text) ~= "string" then return nil end
  local version, trace_id, parent_id, flags, rest = text:match "^(%x%x)%-(%x+)%-(%x+)%-(%x%x)(.*)$"
  if not version or text:sub(1, 55):find "%u" then return nil end
  if version == "ff" or #trace_id ~= 32 or #parent_id ~= 16 or is_zero(trace_id) or is_zero(parent_id) then
    return nil
  end
  -- A version that is not known yet may have more behind a dash.
  if rest ~= "" and (version == "00" or rest:sub(1, 1) ~= "-") then return nil end
  return { trace_id = trace_id, parent_id = parent_id, sampled = tonumber(flags, 16) % 2 == 1 }
end

local function is_key(key)
  if key:find "^%l[%l%d_*/-]*$" then return #key <= 256 end
  local tenant, system = key:match "^([%l%d][%l%d_*/-]*)@(%l[%l%d_*/-]*)$"
  return tenant ~= nil and #tenant <= 241 and #system <= 14
end

local function is_value(value)
  return #value <= 256 and value:find "^[\32-\126]*[\33-\126]$" ~= nil and not value:find "[,=]"
end

--- Reads a `tracestate`.
-- @param text
-- @treturn ?string as it is to be passed on; nil for what is none, which is to be ignored as a whole
function trace_context.state(text)
  if type(text) ~= "string" or #text > MAX_STATE_BYTES then return nil end
  local members, seen = {}, {}
  for member in (text .. ","):gmatch "([^,]*)," do
    member = member:gsub("^[ \t]+", ""):gsub("[ \t]+$", "")
    if member ~= "" then
      local key, value = member:match "^([^=]+)=(.*)$"
      if not key or seen[key] or not is_key(key) or not is_value(value) then return nil end
      seen[key] = true
      members[#members + 1] = member
    end
  end
  if #members == 0 or #members > MAX_MEMBERS then return nil end
  return table.concat(members, ",")
end

return trace_context
