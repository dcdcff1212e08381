--- A thin layer over LuaSQL's PostgreSQL driver: errors as values, quoting, and a connection that is made
-- again where it was lost.
--
-- LuaSQL waits for the server within the call, so that a statement holds up all tasks of a process until
-- it is answered; what is run here is short. Several statements in one text are one transaction.
-- @module ses.adapters.postgres
local core = require "ses.core"
local errors = require "ses.errors"
local quoter = require("ses.adapters.sql").quoter

local postgres = {}

local Database = { __name = "ses.adapters.postgres.Database" }
Database.__index = Database

-- A server that says nothing is given up after seconds, not after the hours of TCP's own.
local DEFAULTS = {
  connect_timeout = "5", application_name = "ses", keepalives_idle = "5", keepalives_interval = "2",
  keepalives_count = "3", tcp_user_timeout = "10000", client_encoding = "UTF8",
}

-- A commit that was answered has reached the disk, whatever the database's default is. The sessions of one object
-- bear a name that no other has, and a number.
local SESSION = [[SET standard_conforming_strings = on; SET client_min_messages = warning;
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
  SELECT set_config('application_name', left(current_setting('application_name'), 40) || ' %s#%d', false)]]

-- A session whose connection was lost may be alive: it holds locks, and may still be about to run what it was
-- asked, after that has been asked anew.
local END_EARLIER = [[SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE substring(application_name FROM ' %s#([0-9]+)$')::integer < %d]]
local END_PAUSE, END_TRIES = "SELECT pg_sleep(0.02)", 250

local function driver()
  local found, luasql = pcall(require, "luasql.postgres")
  if found then return luasql end
  return nil, errors.new {
    kind = "client", code = "MissingDriver",
    message = "LuaSQL's PostgreSQL driver is not installed; install it with: apt-get install lua-sql-postgres",
  }
end

-- One line of what libpq says. What follows a statement's error quotes the statement and its values, which
-- are people's addresses.
local function plain(reason)
  local text = tostring(reason):gsub("^LuaSQL: ", "")
  text = text:gsub("^error executing statement%. PostgreSQL: (.-)[\r\n].*$", "%1")
  text = text:gsub("^error connecting to database%. PostgreSQL: ", ""):gsub("^ERROR:%s+", "")
  return (text:gsub("%s*[\r\n]+%s*", " "):gsub("%s+$", ""))
end

-- A reason of LuaSQL as an error. libpq's messages do not tell passwords; where one did, it is cut out.
local function fault(self, code, reason)
  reason = plain(reason)
  local password = self.password()
  if password and #password > 0 then
    local from, to = reason:find(password, 1, true)
    while from do
      reason = reason:sub(1, from - 1) .. "…" .. reason:sub(to + 1)
      from, to = reason:find(password, from + 3, true)
    end
  end
  -- The server's words are in its own language; those of the operating system, and these, mostly are not.
  if code == "DatabaseError" and (reason:find("No space left on device", 1, true)
    or reason:find("could not extend file", 1, true)) then code = "DiskFull" end
  return errors.new {
    kind = "client", code = code, message = self.shown .. ": " .. reason,
    retryable = code == "DatabaseGone" or code == "DiskFull",
  }
end

--- Quotes a value for SQL.
-- @param value nil, a string, a number or a boolean
-- @treturn string
postgres.quote = quoter("true", "false")

function Database:_drop()
  if self.connection then self.connection:close() end
  self.connection = nil
end

-- How many rows a statement gives.
local function count_rows(connection, sql)
  local cursor, reason = connection:execute(sql)
  if not cursor then return nil, reason end
  if type(cursor) == "number" then return 0 end
  local n = cursor:numrows()
  cursor:close()
  return n
end

-- Ends what is left on the server of earlier sessions.
local function end_earlier(self, connection)
  local sql = END_EARLIER:format(self.name, self.attempts)
  for _ = 1, END_TRIES do
    local n, reason = count_rows(connection, sql)
    if n and n > 0 then n, reason = count_rows(connection, END_PAUSE) end
    if not n then return nil, reason end
    if n == 0 then return true end
  end
  return nil, "the session before is still at work"
end

--- Makes the connection where there is none.
-- @treturn boolean|nil
-- @treturn ?ses.Error code "DatabaseGone"
function Database:connect()
  if self.connection then return true end
  if not self.environment then return nil, fault(self, "DatabaseError", "is closed") end
  local connection, reason = self.environment:connect(self.conninfo())
  if not connection then return nil, fault(self, "DatabaseGone", reason) end
  self.attempts = self.attempts + 1
  local set
  set, reason = count_rows(connection, SESSION:format(self.name, self.attempts))
  if set and self.attempts > 1 then set, reason = end_earlier(self, connection) end
  if not set then
    connection:close()
    return nil, fault(self, "DatabaseGone", reason)
  end
  self.connection, self.connections = connection, self.connections + 1
  return true
end

-- Runs SQL; where it fails, whether the statement or the connection is at fault.
function Database:_execute(sql)
  local connected, err = self:connect()
  if not connected then return nil, err end
  local result, reason = self.connection:execute(sql)
  if result then return result end
  local alive = self.connection:execute "SELECT 1"
  if type(alive) == "userdata" then
    alive:close()
    return nil, fault(self, "DatabaseError", reason)
  end
  -- The statement's own failure may have been a broken transaction, which answers nothing any more.
  if self.in_transaction and self.connection:execute "ROLLBACK" then
    self.in_transaction = false
    return nil, fault(self, "DatabaseError", reason)
  end
  self:_drop()
  self.in_transaction = false
  return nil, fault(self, "DatabaseGone", reason)
end

--- Runs SQL that gives no rows, or whose rows are of no interest.
-- @tparam string sql
-- @treturn integer|nil how many rows its last statement changed
-- @treturn ?ses.Error code "DatabaseGone" where the connection was lost: whether the statement took place
--   is not known then
function Database:exec(sql)
  local result, err = self:_execute(sql)
  if not result then return nil, err end
  if type(result) == "number" then return math.floor(result) end
  result:close()
  return 0
end

--- The rows of SQL's last statement, all at once; every value is text, or nil.
-- @tparam string sql
-- @treturn table|nil list of rows by column names
-- @treturn ?ses.Error
function Database:rows(sql)
  local cursor, err = self:_execute(sql)
  if not cursor then return nil, err end
  local list = {}
  if type(cursor) == "number" then return list end
  while true do
    local row = cursor:fetch({}, "a")
    if not row then break end
    list[#list + 1] = row
  end
  cursor:close()
  return list
end

--- Runs SQL whose rows the caller fetches one by one; the driver has them all in memory.
-- @tparam string sql
-- @treturn userdata|nil a cursor of LuaSQL
-- @treturn ?ses.Error
function Database:cursor(sql)
  local cursor, err = self:_execute(sql)
  if type(cursor) == "userdata" then return cursor end
  return nil, err or fault(self, "DatabaseError", "the statement gives no rows")
end

--- The first row of SQL's last statement.
-- @treturn table|nil nil where there is none
-- @treturn ?ses.Error
function Database:row(sql)
  local list, err = self:rows(sql)
  if not list then return nil, err end
  return list[1]
end

--- Begins a transaction that `commit` or `rollback` ends. What is lost with the connection is rolled back.
function Database:begin()
  local done, err = self:exec "BEGIN"
  self.in_transaction = done ~= nil
  return done and true, err
end

--- Commits.
function Database:commit()
  if not self.in_transaction then return nil, fault(self, "DatabaseError", "the transaction was lost") end
  local done, err = self:exec "COMMIT"
  self.in_transaction = false
  return done and true, err
end

--- Rolls back.
function Database:rollback()
  if self.in_transaction and self.connection then self:exec "ROLLBACK" end
  self.in_transaction = false
end

--- Closes the database.
function Database:close()
  self:_drop()
  if self.environment then self.environment:close() end
  self.environment = nil
end

Database.__gc = Database.close

-- libpq's own form of a connection's parameters.
local function conninfo_of(fields)
  local all, words = {}, {}
  for name, value in pairs(DEFAULTS) do all[name] = value end
  for name, value in pairs(fields) do all[name] = value end
  for name, value in pairs(all) do words[#words + 1] = name .. "='" .. value:gsub("[\\']", "\\%0") .. "'" end
  return table.concat(words, " ")
end

--- Opens a database, and connects to it.
-- @tparam table address of ses.adapters.postgres_url
-- @treturn table|nil
-- @treturn ?ses.Error
function postgres.open(address)
  local luasql, missing = driver()
  if not luasql then return nil, missing end
  local fields = address.fields
  -- In functions, so that nobody who prints the object prints the password.
  local self = setmetatable({
    shown = address.shown, environment = luasql.postgres(), connections = 0, in_transaction = false,
    name = core.digest.sha256(core.random.bytes(16)):sub(1, 16), attempts = 0,
    conninfo = function() return conninfo_of(fields) end, password = function() return fields.password end,
  }, Database)
  local connected, err = self:connect()
  if connected then return self end
  self:close()
  return nil, err
end

return postgres
