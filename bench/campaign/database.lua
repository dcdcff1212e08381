-- A PostgreSQL server of its own for a measurement, and what it has cost so far.
local postgres = require "spec.support.postgres"
local process = require "spec.support.process"

local database = {}

local TICKS = tonumber(process.shell "getconf CLK_TCK")

local function lines_of(text)
  local list = {}
  for line in text:gmatch "[^\n]+" do list[#list + 1] = line end
  return list
end

-- The fields of /proc/PID/stat behind the name: CPU time of the process itself, and of its children that ended.
local function cpu_of(pid, with_children)
  local found, text = pcall(process.read, "/proc/" .. pid .. "/stat")
  if not found then return 0 end
  local fields = {}
  for field in text:match("%) (.*)$"):gmatch "%S+" do fields[#fields + 1] = tonumber(field) end
  local ticks = fields[12] + fields[13]
  if with_children then ticks = ticks + fields[14] + fields[15] end
  return ticks / TICKS
end

local Database = {}
Database.__index = Database

--- Starts one. Options: `settings` (a table of PostgreSQL's, by their names).
function database.start(options)
  local self = setmetatable({ server = postgres.start() }, Database)
  local settings = { shared_preload_libraries = "pg_stat_statements" }
  for name, value in pairs(options and options.settings or {}) do settings[name] = value end
  for name, value in pairs(settings) do
    self.server.psql(("ALTER SYSTEM SET %s = '%s'"):format(name, value))
  end
  self.server.stop_server()
  self.server.start_server()
  self:new()
  return self
end

--- A new, empty database in the place of the one before.
function Database:new()
  if self.name then self.server.psql("DROP DATABASE " .. self.name) end
  self.name = self.server.database()
  self.url = self.server.url(self.name)
  self:ask "CREATE EXTENSION pg_stat_statements"
end

--- What a query prints: its lines.
function Database:ask(sql)
  return lines_of(self.server.psql(sql, self.name))
end

function Database:number(sql)
  return tonumber(self:ask(sql)[1])
end

-- CPU seconds of the server, its backends and its helpers, those included that have ended.
function Database:cpu()
  local postmaster = process.read(self.server.folder .. "/data/postmaster.pid"):match "^(%d+)"
  local seconds = cpu_of(postmaster, true)
  for pid in process.shell("pgrep -P " .. postmaster):gmatch "%d+" do seconds = seconds + cpu_of(pid) end
  return seconds
end

function Database:sum(expression, from)
  return self:number(("SELECT coalesce(sum(%s), 0) FROM %s"):format(expression, from))
end

--- What it has cost so far; to be taken twice and subtracted. The tables of a journal may not be there yet.
function Database:costs()
  local function sum(...) return self:sum(...) end
  return {
    cpu = self:cpu(), wal = self:number "SELECT pg_current_wal_lsn() - '0/0'",
    pages = self:number "SELECT wal_fpi FROM pg_stat_wal", syncs = self:number "SELECT wal_sync FROM pg_stat_wal",
    transactions = self:number "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()",
    statements = sum("calls", "pg_stat_statements"), updated = sum("n_tup_upd", "pg_stat_user_tables"),
    hot = sum("n_tup_hot_upd", "pg_stat_user_tables"), dead = sum("n_dead_tup", "pg_stat_user_tables"),
    leases = sum("n_tup_upd", "pg_stat_user_tables WHERE relname = 'ses_rates'"),
    table_bytes = sum("pg_table_size(oid)", "pg_class WHERE relname = 'ses_recipients'"),
    index_bytes = sum("pg_indexes_size(oid)", "pg_class WHERE relname = 'ses_recipients'"),
  }
end

--- The costs between two takings.
function database.between(before, after)
  local costs = {}
  for name, value in pairs(after) do costs[name] = value - (before[name] or 0) end
  return costs
end

function Database:stop()
  self.server.stop()
end

return database
