--- Addresses of PostgreSQL databases, as libpq writes them:
--
--     postgres://user:password@host:port/database?sslmode=verify-full
--     postgres://user@/database?host=/var/run/postgresql
--
-- What is left out libpq takes from where it always does: the environment (`PGPASSWORD` …), `~/.pgpass`,
-- its defaults. Source: PostgreSQL's documentation, "Connection Strings".
-- @module ses.adapters.postgres_url
local errors = require "ses.errors"
local suggest = require "ses.suggest"

local postgres_url = {}

-- The parameters that libpq is told; the numbers among them.
local LIBPQ = {
  host = true, port = true, user = true, password = true, sslmode = true, sslrootcert = true, sslcert = true,
  sslkey = true, connect_timeout = true, application_name = true, target_session_attrs = true,
}

local function fault(message)
  return errors.new {
    kind = "validation", code = "InvalidParameter", field = "journal",
    message = "the address of the database " .. message,
  }
end

local function decode(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- Host and port of an authority: "db.example:5433", "[::1]:5433", "%2Frun%2Fpostgresql".
local function host_and_port(text)
  local host, port = text:match("^%[([%x:.]+)%]:?(%d*)$")
  if not host then host, port = text:match("^([^:%[%]]*):?(%d*)$") end
  return host, port
end

local function set(fields, name, value)
  if value and value ~= "" then fields[name] = decode(value) end
end

-- Each name=value after the question mark; those in `own` are not libpq's. Without `own`, what is unknown
-- is passed over.
local function read_query(query, fields, own)
  local settings, known = {}, {}
  for _, names in ipairs { LIBPQ, own or {} } do
    for name in pairs(names) do known[name] = true end
  end
  for pair in query:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]+)=(.*)$")
    if own and own[name] then
      settings[name] = tonumber(value)
      if not settings[name] or settings[name] < own[name] then
        return nil, fault(("needs a number of at least %g for %s"):format(own[name], name))
      end
    elseif known[name] then
      set(fields, name, value)
    elseif own then
      name = name or pair
      return nil, fault(("has a parameter '%s' that is not known%s"):format(name, suggest.hint(name, known)))
    end
  end
  return settings
end

local function describe(fields)
  local host, port = fields.host or "", fields.port
  local socket = host:sub(1, 1) == "/"
  if host:find(":", 1, true) then host = "[" .. host .. "]" end
  return ("postgres://%s%s%s/%s%s"):format(fields.user and fields.user .. "@" or "", socket and "" or host,
    port and not socket and ":" .. port or "", fields.dbname or "", socket and "?host=" .. host or "")
end

--- Whether a text is the address of a PostgreSQL database.
-- @tparam string text
-- @treturn boolean
function postgres_url.is(text)
  return text:find("^postgres://") ~= nil or text:find("^postgresql://") ~= nil
end

--- Reads an address.
-- @tparam string text
-- @tparam ?table own names of parameters that the caller takes for itself, each with its least value;
--   without it no parameter is refused
-- @treturn table|nil { fields = what libpq is to be told, by libpq's names; settings = the caller's
--   numbers; shown = the address without its password }
-- @treturn ?ses.Error which does not quote the address
function postgres_url.parse(text, own)
  local rest = text:match("^postgres://(.*)$") or text:match("^postgresql://(.*)$")
  if not rest then return nil, fault "must begin with postgres://" end
  local before, query = rest:match("^([^?]*)%??(.*)$")
  local authority, database = before:match("^([^/]*)/?(.*)$")
  -- A password may hold an '@' that was not encoded: the last one ends it.
  local credentials, place = authority:match("^(.*)@([^@]*)$")
  local fields = {}
  local host, port = host_and_port(place or authority)
  if not host then return nil, fault "has a host that cannot be read" end
  local user, password = (credentials or ""):match("^([^:]*):?(.*)$")
  set(fields, "user", user)
  set(fields, "password", password)
  set(fields, "host", host)
  set(fields, "port", port)
  set(fields, "dbname", database)
  local settings, err = read_query(query, fields, own)
  if not settings then return nil, err end
  for name, value in pairs(fields) do
    if value:find("%z") then return nil, fault("has a NUL byte in its " .. name) end
  end
  return { fields = fields, settings = settings, shown = describe(fields) }
end

--- An address as it may be shown: without its password. Anything else comes back as it is.
-- @tparam string text
-- @treturn string
function postgres_url.shown(text)
  if not postgres_url.is(text) then return text end
  local parsed = postgres_url.parse(text)
  if parsed then return parsed.shown end
  return (text:gsub("^(%a+://).*$", "%1…"))
end

return postgres_url
