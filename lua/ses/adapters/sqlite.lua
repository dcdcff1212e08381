--- A thin layer over LuaSQL's SQLite driver: errors as values, transactions, quoting.
--
-- LuaSQL 2.6 binds no parameters to SQLite statements, so values are quoted into the text; a value
-- with a NUL byte would end the statement early and is refused.
-- @module ses.adapters.sqlite
local errors = require "ses.errors"
local quoter = require("ses.adapters.sql").quoter

local sqlite = {}

local Database = { __name = "ses.adapters.sqlite.Database" }
Database.__index = Database

-- What SQLite's reasons mean to whoever has to do something about them.
local CODES = {
  { "database is locked", "DatabaseLocked" }, { "database or disk is full", "DiskFull" },
  { "disk I/O error", "DiskFailed" }, { "attempt to write a readonly database", "DatabaseReadOnly" },
  { "unable to open database file", "DatabaseNotOpened" }, { "database disk image is malformed", "DatabaseCorrupt" },
  { "file is not a database", "DatabaseCorrupt" },
}

local function code_of(reason)
  for _, entry in ipairs(CODES) do
    if reason:find(entry[1], 1, true) then return entry[2] end
  end
  return "DatabaseError"
end

-- A reason of LuaSQL as an error.
local function fault(path, reason, describe)
  reason = tostring(reason):gsub("^LuaSQL: ", "")
  local code = code_of(reason)
  if describe then code, reason = describe(code, reason) end
  return errors.new { kind = "client", code = code, message = path .. ": " .. reason, file = path }
end

local function driver()
  local found, luasql = pcall(require, "luasql.sqlite3")
  if found then return luasql end
  return nil, errors.new {
    kind = "client", code = "MissingDriver",
    message = "LuaSQL's SQLite driver is not installed; install it with: apt-get install lua-sql-sqlite3",
  }
end

--- Quotes a value for SQL.
-- @param value nil, a string, a number or a boolean
-- @treturn string
sqlite.quote = quoter("1", "0")

function Database:_fault(reason)
  return fault(self.path, reason, self.describe)
end

--- Runs one statement.
-- @tparam string sql
-- @treturn integer|nil how many rows it changed
-- @treturn ?ses.Error
function Database:exec(sql)
  if not self.connection then return nil, self:_fault "is closed" end
  local result, reason = self.connection:execute(sql)
  if not result then return nil, self:_fault(reason) end
  if type(result) == "number" then return math.floor(result) end
  -- A pragma that answers: LuaSQL runs it only when a row is fetched.
  local _, failed = result:fetch()
  result:close()
  if failed then return nil, self:_fault(failed) end
  return 0
end

--- Runs several statements in turn.
-- @tparam table list of SQL texts
-- @treturn boolean|nil
-- @treturn ?ses.Error of the first that failed
function Database:exec_all(list)
  for _, sql in ipairs(list) do
    local done, err = self:exec(sql)
    if not done then return nil, err end
  end
  return true
end

--- Runs a query whose rows the caller fetches one by one.
-- @tparam string sql
-- @treturn userdata|nil a cursor of LuaSQL
-- @treturn ?ses.Error
function Database:cursor(sql)
  if not self.connection then return nil, self:_fault "is closed" end
  local cursor, reason = self.connection:execute(sql)
  if type(cursor) == "userdata" then return cursor end
  return nil, self:_fault(reason or "the statement gives no rows")
end

--- Calls a function for each row of a query.
-- @tparam string sql
-- @tparam function fn takes the row by column names. Where it returns false the rest is not read.
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Database:each(sql, fn)
  local cursor, err = self:cursor(sql)
  if not cursor then return nil, err end
  while true do
    local row = {}
    local got, failed = cursor:fetch(row, "a")
    if not got then
      if failed then
        cursor:close()
        return nil, self:_fault(failed)
      end
      return true
    end
    if fn(row) == false then
      cursor:close()
      return true
    end
  end
end

--- All rows of a query.
-- @treturn table|nil list of rows by column names
-- @treturn ?ses.Error
function Database:rows(sql)
  local list = {}
  local done, err = self:each(sql, function(row) list[#list + 1] = row end)
  if not done then return nil, err end
  return list
end

--- The first column, named `value`, of the first row of a query.
-- @treturn any nil where there is no row
-- @treturn ?ses.Error
function Database:value(sql)
  local found
  local done, err = self:each(sql, function(row)
    found = row.value
    return false
  end)
  if not done then return nil, err end
  return found
end

--- Runs a function in a transaction that writes; it is rolled back where the function returns nil or
-- raises.
-- @tparam function fn
-- @return what the function returned; nil and an error
function Database:transaction(fn)
  local done, err = self:exec "BEGIN IMMEDIATE"
  if not done then return nil, err end
  local ran, result, reason = pcall(fn)
  if not ran or result == nil then
    self:exec "ROLLBACK"
    if not ran then error(result, 0) end
    return nil, reason
  end
  done, err = self:exec "COMMIT"
  if not done then
    self:exec "ROLLBACK"
    return nil, err
  end
  return result
end

--- Closes the database.
function Database:close()
  if self.connection then self.connection:close() end
  if self.environment then self.environment:close() end
  self.connection, self.environment = nil, nil
end

Database.__gc = Database.close

--- Opens a database file, which is made where it is missing.
-- @tparam string path
-- @tparam ?table options `wait_ms`: how long to wait for another process's lock (default 2000); `describe`:
--   function(code, reason) → code, reason of an error, where the caller has better words
-- @treturn table|nil
-- @treturn ?ses.Error code "DatabaseLocked", "DatabaseReadOnly", "DatabaseNotOpened", "DatabaseCorrupt", "DiskFull",
--   "DiskFailed" (it could not be read or written), else "DatabaseError"
function sqlite.open(path, options)
  options = options or {}
  local luasql, missing = driver()
  if not luasql then return nil, missing end
  local environment = luasql.sqlite3()
  local connection, reason = environment:connect(path, options.wait_ms or 2000)
  if not connection then
    environment:close()
    return nil, fault(path, reason, options.describe)
  end
  return setmetatable({ path = path, environment = environment, connection = connection, describe = options.describe },
    Database)
end

return sqlite
