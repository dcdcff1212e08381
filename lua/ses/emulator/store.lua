--- The emulator's state in SQLite, through LuaSQL.
--
-- LuaSQL has no bound parameters, so values are written into the statement here and nowhere else.
-- One process, one connection: a statement runs to its end before the next request is looked at, and
-- what is written is read at once. A failed statement raises an error, which the server answers as SES
-- answers a fault of its own.
-- @module ses.emulator.store
local hex = require "ses.hex"

local store = {}

local SCHEMA = {
  [[CREATE TABLE IF NOT EXISTS messages (
      id INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, time REAL NOT NULL,
      operation TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL, count INTEGER NOT NULL,
      subject TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, tags TEXT NOT NULL,
      configuration_set TEXT, template TEXT, size INTEGER NOT NULL)]],
  "CREATE INDEX IF NOT EXISTS messages_status ON messages (status, id)",
  -- Apart from the rest, so that a search reads no bodies.
  "CREATE TABLE IF NOT EXISTS sources (id INTEGER PRIMARY KEY, source BLOB NOT NULL)",
  -- The list of a tenant under its id, that of the account under "".
  [[CREATE TABLE IF NOT EXISTS suppressions (
      id INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, key TEXT NOT NULL, address TEXT NOT NULL,
      reason TEXT NOT NULL, time REAL NOT NULL, UNIQUE (list, key))]],
  -- AUTOINCREMENT: a page token must not mean another row after the last one was deleted.
  [[CREATE TABLE IF NOT EXISTS resources (
      id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, parent TEXT NOT NULL, key TEXT NOT NULL,
      name TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL, value TEXT NOT NULL,
      UNIQUE (kind, parent, key))]],
  "CREATE TABLE IF NOT EXISTS attributes (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
}

local TABLES = { "messages", "sources", "suppressions", "resources", "attributes" }

local connection
-- Set by store.group; `is_open` while a transaction of it is under way.
local schedule, is_open = nil, false

local function execute(sql)
  local result, reason = connection:execute(sql)
  if result == nil then error("SQLite: " .. tostring(reason), 0) end
  return result
end

-- SQLite's statements end at a NUL, so text that has one is written in hexadecimal.
local function quote_text(text)
  if not text:find("%z") then return "'" .. text:gsub("'", "''") .. "'" end
  return "CAST(x'" .. hex.encode(text) .. "' AS TEXT)"
end

local function quote(value)
  if value == nil then return "NULL" end
  if type(value) == "string" then return quote_text(value) end
  if type(value) == "boolean" then return value and "1" or "0" end
  return ("%.17g"):format(value)
end

-- The statement with its values in the places of its question marks.
local function bind(sql, ...)
  local values, count, used = { ... }, select("#", ...), 0
  local text = sql:gsub("%?", function()
    used = used + 1
    return quote(values[used])
  end)
  if used ~= count then error("store: " .. used .. " places for " .. count .. " values", 3) end
  return text
end

--- Opens the database and makes what is missing in it.
-- @tparam string path
function store.open(path)
  local sqlite = require "luasql.sqlite3"
  local reason
  connection, reason = sqlite.sqlite3():connect(path)
  if not connection then error("SQLite: " .. tostring(reason), 0) end
  -- Nothing here must outlive a crash of the machine; a crash of the process loses nothing.
  for _, pragma in ipairs { "journal_mode=WAL", "synchronous=OFF", "cache_size=-65536" } do
    local cursor = execute("PRAGMA " .. pragma)
    if type(cursor) == "userdata" then cursor:close() end
  end
  for _, statement in ipairs(SCHEMA) do execute(statement) end
end

--- Commits writes in groups from now on, which makes a send more than half again as fast. What was
-- written after the last commit is lost where the process is killed without a chance to `commit`.
-- @tparam function later called once a group: must see to it that `store.commit` is called soon
function store.group(later) schedule = later end

--- Ends the group of writes that is under way.
function store.commit()
  if not is_open then return end
  execute("COMMIT")
  is_open = false
end

--- Closes the database.
function store.close()
  if not connection then return end
  store.commit()
  connection:close()
  connection, schedule = nil, nil
end

local function begin_write()
  if not schedule or is_open then return end
  execute("BEGIN IMMEDIATE")
  is_open = true
  schedule()
end

--- Runs a statement that gives no rows.
-- @tparam string sql with a question mark for each value
-- @param ... the values: strings, numbers, booleans, nil
-- @treturn number rows changed
function store.run(sql, ...)
  begin_write()
  return execute(bind(sql, ...))
end

--- Runs a statement for all its rows.
-- @treturn table of tables by column name
function store.rows(sql, ...)
  local cursor = execute(bind(sql, ...))
  local rows = {}
  local row = cursor:fetch({}, "a")
  while row do
    rows[#rows + 1] = row
    row = cursor:fetch({}, "a")
  end
  cursor:close()
  return rows
end

--- Runs a statement for its first row.
-- @treturn ?table nil where there is none
function store.row(sql, ...)
  return store.rows(sql, ...)[1]
end

--- The id of the row that was inserted last.
-- @treturn number
function store.last_id()
  return connection:getlastautoid()
end

--- Runs a function whose statements all happen, or none of them.
-- @tparam function work
-- @return the first thing that it returned
function store.transaction(work)
  begin_write()
  execute("SAVEPOINT work")
  local ok, result = pcall(work)
  if not ok then execute("ROLLBACK TO work") end
  execute("RELEASE work")
  if not ok then error(result, 0) end
  return result
end

--- The pattern of a LIKE that finds rows which hold `text` somewhere; to be used with ESCAPE '\'.
-- @tparam string text
-- @treturn string
function store.containing(text)
  return "%" .. text:gsub("[%%_\\]", "\\%0") .. "%"
end

--- Empties every table.
function store.clear()
  store.transaction(function()
    for _, name in ipairs(TABLES) do store.run("DELETE FROM " .. name) end
  end)
end

return store
