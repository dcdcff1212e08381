--- Recipients out of any SQL query, by LuaSQL: a record is the list of its values, and a column's place a
-- position in it.
--
-- PostgreSQL is read by a server-side cursor in a read-only transaction, SQLite row after row: both stay flat
-- in memory. How a connection of another driver reads is that driver's matter.
--
-- NULL is an empty text, as an empty field of a CSV file is. SQLite's numbers are numbers; of PostgreSQL's types
-- integers and floats are numbers, booleans are booleans, JSON is what it holds, and everything else, numeric
-- included, is text as the server writes it.
-- @module ses.campaign.sources.sql
local errors = require "ses.errors"
local fault = require "ses.campaign.sources.fault"
local json = require "ses.model.json"
local postgres_url = require "ses.adapters.postgres_url"
local suggest = require "ses.suggest"
local value = require "ses.campaign.sources.value"

local sql = {}

local ROWS_PER_FETCH = 500

local Source = { __name = "ses.campaign.sources.sql", unit = "row" }
Source.__index = Source

-- What a database says, without the values that it quotes: they are people's.
local function plain(reason)
  local text = errors.is(reason) and reason.message or tostring(reason)
  text = text:gsub("^LuaSQL: ", ""):gsub("%s*[\r\n].*$", "")
  return (text:gsub(': ".*"$', ': "…"'):gsub(": '.*'$", ": '…'"):gsub('value ".-" is', 'value "…" is')
    :gsub("[^%s\"'<>(),;]+@[^%s\"'<>(),;]+", "…"))
end

local function refused(field, reason)
  return errors.new {
    kind = "client", code = errors.is(reason) and reason.code or "DatabaseError", field = field,
    message = field .. ": " .. plain(reason),
  }
end

--- Where records have a column; see ses.campaign.sources.
function Source:locate(column, field)
  local position = self.index[column]
  if position then return position end
  return nil, fault.new(self.name, nil, ("has no column '%s'%s%s"):format(column, suggest.hint(column, self.index),
    field and " (" .. field .. ")" or ""))
end

local function as_number(text)
  return (json.decode(text)) or text
end

-- How text of PostgreSQL's types is read, where it is not just text.
local READ = {
  int2 = as_number, int4 = as_number, int8 = as_number, float4 = as_number, float8 = as_number,
  bool = function(text) return text == "t" end,
  json = function(text) return json.decode(text, true) end, jsonb = function(text) return json.decode(text, true) end,
}

-- The columns of a cursor. False where there are two of one name.
local function set_columns(self, cursor)
  self.columns, self.index, self.read = cursor:getcolnames(), {}, {}
  local types = self.typed and cursor:getcoltypes() or {}
  for i, column in ipairs(self.columns) do
    if self.index[column] then return nil, fault.new(self.name, nil, "names the column '" .. column .. "' twice") end
    self.index[column], self.read[i] = i, READ[types[i]] or false
  end
  return true
end

-- One value as the record has it: the value, or nil and what is wrong with it.
local function clean(found, read)
  if found == nil then return "" end
  if type(found) ~= "string" then return found end
  local reason = value.text_fault(found)
  if reason then return nil, reason end
  if not read then return found end
  found = read(found)
  return found == nil and "" or found
end

-- The cursor that has the next rows, or nil at the end.
local function next_cursor(self)
  if self.ended then return nil end
  local cursor, err = self.db:cursor(self.query)
  if not cursor then return nil, refused("audience.sql", err) end
  if not self.paged then self.ended = true end
  if self.paged and cursor:numrows() < ROWS_PER_FETCH then self.ended = true end
  return cursor
end

--- The next record.
function Source:next()
  while self.cursor do
    local record, reason = self.cursor:fetch({}, "n")
    if record then
      self.row = self.row + 1
      for i, read in ipairs(self.read) do
        local fault_here
        record[i], fault_here = clean(record[i], read)
        if fault_here then return nil, self:fault(fault_here, self.columns[i]) end
      end
      return record
    end
    if reason then return nil, refused("audience.sql", reason) end
    local err
    self.cursor, err = next_cursor(self)
    if err then return nil, err end
  end
end

--- A record by the names of its columns.
function Source:fields(record)
  local fields = {}
  for column, position in pairs(self.index) do fields[column] = record[position] end
  return fields
end

--- An error at the record that was read last.
Source.fault = fault.at_record

--- Ends the query. A connection that was given stays open.
function Source:close()
  if self.cursor then self.cursor:close() end
  self.cursor = nil
  self.db:close()
end

-- A connection of LuaSQL that is the user's.
local Given = {}
Given.__index = Given

function Given:cursor(query)
  local cursor, reason = self.connection:execute(query)
  if cursor and type(cursor) ~= "number" then return cursor end
  return nil, reason or "it gives no rows"
end

function Given.close() end

local function open_sqlite(path)
  local name = path:match("([^/]+)$") or path
  local file, reason = io.open(path, "rb")
  if not file then
    return nil, refused("audience.database", name .. " cannot be opened: " .. reason:gsub("^.*: ", ""))
  end
  file:close()
  local db, err = require("ses.adapters.sqlite").open(path)
  if not db then return nil, err end
  -- A query must not change what it reads.
  local done
  done, err = db:exec "PRAGMA query_only = ON"
  if not done then
    db:close()
    return nil, refused("audience.database", err)
  end
  return { db = db, name = "the query of " .. name }
end

local function open_postgres(url)
  local address, err = postgres_url.parse(url, {})
  if not address then
    err.field, err.message = "audience.database", "audience.database: " .. err.message
    return nil, err
  end
  local db
  db, err = require("ses.adapters.postgres").open(address)
  if not db then return nil, err end
  return { db = db, name = "the query of " .. address.shown, typed = true, paged = true }
end

local function open_database(spec)
  if spec.connection then
    local is_postgres = tostring(spec.connection):find("^PostgreSQL") ~= nil
    return { db = setmetatable({ connection = spec.connection }, Given), name = "the query", typed = is_postgres }
  end
  if postgres_url.is(spec.database) then return open_postgres(spec.database) end
  return open_sqlite(spec.database)
end

-- Declares the server-side cursor that the rows are fetched from.
local function declare(self, query)
  local done, err = self.db:exec "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
  if done then done, err = self.db:begin() end
  if done then done, err = self.db:exec("DECLARE ses_audience NO SCROLL CURSOR FOR " .. query) end
  self.query = ("FETCH %d FROM ses_audience"):format(ROWS_PER_FETCH)
  if done then return true end
  return nil, refused("audience.sql", err)
end

--- Runs the query.
-- @tparam table spec `sql` (the query), and `database` (the path of an SQLite file, or the URL of a PostgreSQL
--   database as ses.adapters.postgres_url reads it) or `connection` (of LuaSQL)
-- @treturn table|nil see ses.campaign.sources
-- @treturn ?ses.Error which quotes no value of the data
function sql.open(spec)
  local opened, err = open_database(spec)
  if not opened then return nil, err end
  local self = setmetatable(opened, Source)
  self.row, self.query = 0, spec.sql:gsub("[%s;]+$", "")
  local done = true
  if self.paged then done, err = declare(self, self.query) end
  if done then self.cursor, err = next_cursor(self) end
  if self.cursor then done, err = set_columns(self, self.cursor) end
  if done and not err then return self end
  self:close()
  return nil, err
end

return sql
