--- Checks what a campaign file says of a source: of the audience, or of a list of addresses to leave out.
-- @module ses.campaign.check.source
local fields = require "ses.campaign.check.fields"
local keys = require "ses.keys"
local postgres_url = require "ses.adapters.postgres_url"
local sources = require "ses.campaign.sources"

local SEPARATORS = { [","] = true, [";"] = true, ["\t"] = true, ["|"] = true }

local MAX_CALLS = 1000

-- The options of all kinds, and whose each is.
local OWNER = {}
for kind, options in pairs(sources.OPTIONS) do
  for _, option in ipairs(options) do OWNER[option] = kind end
end

local function check_kind(section, source)
  local kind = sources.kind(source)
  if not kind then
    local list = table.concat(sources.KINDS, ", ", 1, #sources.KINDS - 1)
    return nil, section, ("needs a source: %s or %s"):format(list, sources.KINDS[#sources.KINDS])
  end
  for _, other in ipairs(sources.KINDS) do
    if other ~= kind and source[other] ~= nil then
      return nil, section .. "." .. other, ("stands beside %s; one of them must go"):format(kind)
    end
  end
  for _, option in ipairs(keys.sorted(OWNER)) do
    if source[option] ~= nil and OWNER[option] ~= kind then
      return nil, section .. "." .. option, ("goes with %s, not with %s"):format(OWNER[option], kind)
    end
  end
  return true
end

local function check_csv(section, source)
  if source.separator and not SEPARATORS[source.separator] then
    return nil, section .. ".separator", "must be a comma, a semicolon, a tab or a bar"
  end
  return true
end

local function check_database(section, database)
  local scheme = database:match("^(%a[%w+.-]*)://")
  if scheme and not postgres_url.is(database) then
    return nil, section .. ".database", ("'%s://' is not known; give the path of an SQLite file, postgres://…, or a "
      .. "connection of LuaSQL as %s.connection"):format(scheme, section)
  end
  return true
end

local function check_connection(section, connection)
  local kind = type(connection)
  local has, method = pcall(function() return connection.execute end)
  if (kind ~= "userdata" and kind ~= "table") or not has or type(method) ~= "function" then
    return nil, section .. ".connection", "must be a connection of LuaSQL"
  end
  return true
end

local function check_sql(section, source)
  if source.database ~= nil and source.connection ~= nil then
    return nil, section .. ".connection", "stands beside database; one of them must go"
  end
  if source.connection ~= nil then return check_connection(section, source.connection) end
  local fine, field, reason = fields.type(section, source, "database", "string", true)
  if not fine then return nil, field, reason end
  return check_database(section, source.database)
end

local function check_contact_list(section, source)
  local calls = source.attributes
  if calls == nil or type(calls) == "boolean" then return true end
  if type(calls) ~= "number" or not (calls > 0 and calls <= MAX_CALLS) then
    return nil, section .. ".attributes", ("must be true, or GetContact calls a second, %d at most"):format(MAX_CALLS)
  end
  return true
end

local CHECKS = { csv = check_csv, sql = check_sql, contact_list = check_contact_list }

--- The keys of every source.
local KEYS = { "email" }
for _, kind in ipairs(sources.KINDS) do
  KEYS[#KEYS + 1] = kind
  for _, option in ipairs(sources.OPTIONS[kind]) do KEYS[#KEYS + 1] = option end
end

local source_check = {}

--- Checks a source.
-- @tparam string section its path in the campaign file, such as "audience"
-- @tparam table source
-- @tparam ?table more names of more keys that it may have
-- @treturn boolean|nil
-- @treturn ?string the field at fault
-- @treturn ?string what is wrong with it
function source_check.check(section, source, more)
  local known = {}
  for _, list in ipairs { KEYS, more or {} } do
    for _, key in ipairs(list) do known[#known + 1] = key end
  end
  local checks = { { fields.keys, section, source, known }, { check_kind, section, source } }
  for _, key in ipairs { "csv", "jsonl", "sql", "contact_list", "email", "separator", "topic" } do
    checks[#checks + 1] = { fields.type, section, source, key, "string" }
  end
  checks[#checks + 1] = { fields.type, section, source, "rows", "function" }
  local fine, field, reason = fields.all(checks)
  if not fine then return nil, field, reason end
  local kind = sources.kind(source)
  return (CHECKS[kind] or function() return true end)(section, source)
end

return source_check
