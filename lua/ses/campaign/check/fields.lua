--- Checks of the fields of a campaign file: each gives true, or nil, the field's path and what is wrong with it.
-- @module ses.campaign.check.fields
local suggest = require "ses.suggest"

local fields = {}

local function path_of(section, key)
  return section == "" and key or section .. "." .. key
end

--- Looks for keys that nobody knows.
-- @tparam string section the path of the table, "" for the campaign itself
-- @tparam table value
-- @tparam table known list of names
function fields.keys(section, value, known)
  local is_known, unknown = {}, {}
  for _, key in ipairs(known) do is_known[key] = true end
  for key in pairs(value) do
    if not is_known[key] then unknown[#unknown + 1] = tostring(key) end
  end
  table.sort(unknown)
  local key = unknown[1]
  if not key then return true end
  return nil, path_of(section, key), "is not known" .. suggest.hint(key, known)
end

--- Looks at the type of a field.
-- @tparam string section
-- @tparam table value
-- @tparam string key
-- @tparam string kind as Lua's `type` calls it
-- @tparam ?boolean required
function fields.type(section, value, key, kind, required)
  local found = value[key]
  if found == nil and not required then return true end
  if found == nil then return nil, path_of(section, key), "is missing" end
  if type(found) ~= kind then
    local article = kind == "number" and "a number" or kind == "table" and "a table" or "a " .. kind
    return nil, path_of(section, key), ("must be %s, not a %s"):format(article, type(found))
  end
  if kind == "string" and (found == "" or found:find("\0", 1, true)) then
    return nil, path_of(section, key), "must not be empty or hold a NUL byte"
  end
  return true
end

--- Runs checks in turn, each { function, arguments … }, until one fails.
-- @tparam table checks
function fields.all(checks)
  for _, check in ipairs(checks) do
    local fine, field, message = check[1](check[2], check[3], check[4], check[5], check[6])
    if not fine then return nil, field, message end
  end
  return true
end

return fields
