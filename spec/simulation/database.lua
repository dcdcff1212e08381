-- The real PostgreSQL server behind the simulated world: its clock is the world's, and what lies between it and a
-- program goes wrong as is drawn.
--
-- Faults come between the journal and LuaSQL: a statement takes its time; the connection is lost before it, or
-- after it was carried out, or it is carried out when the program has long given it up; the program dies before it
-- or after it; the database is gone for a while. The server runs one statement at a time, so that a course of
-- events is the same each time.
local journals = require "ses.campaign.journal"
local postgres = require "spec.support.postgres"

local database = {}

local Database = {}
Database.__index = Database

-- In here the journal's tables are, and a clock that goes by the simulation's.
local SCHEMA = [[
  CREATE SCHEMA simulated;
  CREATE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$ SELECT to_timestamp(current_setting('sim.now')::float8) $$;
  ALTER DATABASE %s SET search_path = simulated, pg_catalog, public;
  ALTER DATABASE %s SET lock_timeout = 2]]

-- Keeps what becomes of who was in doubt, in the transaction that does it: `asked` where it is what a user asks for. So
-- too of a mail that an event has told of before its answer came, if it ever did.
local NOTES = [[
  CREATE TABLE simulated_notes (email text NOT NULL, state text NOT NULL, asked boolean NOT NULL);
  CREATE FUNCTION simulated_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO simulated_notes VALUES (NEW.email, NEW.state, current_setting('sim.asked')::boolean);
    RETURN NULL;
  END $$;
  CREATE TRIGGER simulated_note AFTER UPDATE ON ses_recipients FOR EACH ROW
    WHEN (OLD.state = 'in_doubt' AND NEW.state <> 'in_doubt' OR OLD.state = 'sending' AND NEW.state = 'sent'
      AND OLD.message_id IS NOT NULL) EXECUTE FUNCTION simulated_note()]]

-- Keeps when a campaign was told something, and what.
local ORDERS = [[
  CREATE TABLE simulated_orders (at float8 NOT NULL, key text NOT NULL, value text NOT NULL);
  CREATE FUNCTION simulated_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO simulated_orders VALUES (current_setting('sim.now')::float8, NEW.key, NEW.value);
    RETURN NULL;
  END $$;
  CREATE TRIGGER simulated_order AFTER INSERT OR UPDATE ON ses_meta FOR EACH ROW
    WHEN (NEW.key IN ('paused', 'rate')) EXECUTE FUNCTION simulated_order()]]

-- Nothing here needs to outlive the machine, and nothing comes in between.
local SERVER = {
  "fsync = off", "full_page_writes = off", "autovacuum = off", "jit = off", "max_parallel_workers = 0",
}

-- Seconds between two looks of a statement that waits for another's transaction, and after which two that wait
-- for each other are told so.
local FIRST_LOOK, LAST_LOOK, DEADLOCK = 0.01, 1, 3

local function run(connection, sql)
  local result, reason = connection:execute(sql)
  if not result then error(reason .. "\n" .. sql, 0) end
  if type(result) == "userdata" then result:close() end
end

local function rows_of(connection, sql)
  local cursor = assert(connection:execute(sql))
  local list = {}
  while true do
    local row = cursor:fetch({}, "a")
    if not row then break end
    list[#list + 1] = row
  end
  cursor:close()
  return list
end

--- Why there is none here; nil where there is.
database.missing = postgres.missing

-- Starts a server. End it by `stop`.
function database.start()
  local server = postgres.start()
  local self = setmetatable({
    server = server, free = {}, orders = 0, driver = require("luasql.postgres").postgres(),
  }, Database)
  local made, err = pcall(function()
    self.name = server.database()
    local first = self:_connect()
    for _, setting in ipairs(SERVER) do run(first, "ALTER SYSTEM SET " .. setting) end
    run(first, "SELECT pg_reload_conf()")
    run(first, SCHEMA:format(self.name, self.name))
    first:close()
    self.observer = self:_connect()
    -- The tables, which outlive every course of events.
    assert(journals.open(self:url(), { campaign = "simulated" })):close()
    run(self.observer, NOTES)
    run(self.observer, ORDERS)
  end)
  if not made then
    server.stop()
    error(err, 0)
  end
  return self
end

function Database:stop()
  self.server.stop()
end

function Database:url(parameters) return self.server.url(self.name, parameters) end

function Database:_connect()
  return assert(self.driver:connect(("dbname=%s host=%s user=ses client_encoding=UTF8"):format(self.name,
    self.server.folder)))
end

-- What the database holds, as nobody in the world sees it.
function Database:look(sql) return rows_of(self.observer, sql) end

-- ---- a connection as a program has it ----

local Connection = {}
Connection.__index = Connection

local GONE = "LuaSQL: server closed the connection unexpectedly"
local UNREACHABLE = "LuaSQL: error connecting to database. PostgreSQL: connection to server failed: Connection refused"

local function close(result)
  if type(result) == "userdata" then result:close() end
end

-- Ends the session on the server: what it has not committed is undone, its locks are free.
local function end_session(self)
  local real = self.real
  if not real then return end
  self.real = nil
  self.database.sessions[self] = nil
  local alive = (not self.in_transaction or real:execute "ROLLBACK") and real:execute "DISCARD ALL"
  if alive then
    table.insert(self.database.free, real)
  else
    -- The program has had the server end it.
    real:close()
  end
end

-- Waits until the sessions that a statement tells to end have ended, which takes no time in the world.
local function await_ends(self, sql)
  sql = sql:gsub("pg_terminate_backend%(pid%)", "pid")
  repeat until #self:look(sql) == 0
end

-- The program has this connection no more. The server may hear of that later.
local function lose(self)
  if self.lost then return end
  self.lost = true
  local draw, weather = self.database.world.draw, self.database.weather
  if draw:chance(weather.lingers) then
    self.database.world:after(draw:between(0, 10), function() end_session(self) end)
  else
    end_session(self)
  end
end

-- Runs SQL on the server, where it takes place at this very moment.
local function perform(self, sql, verb, asked)
  local db, real = self.database, self.real
  if db.parts.sql then sql = db.parts.sql(sql, self.host) end
  if verb == "ROLLBACK" then
    self.in_transaction = false
    return real:execute(sql)
  end
  local guarded = self.in_transaction and verb ~= "COMMIT"
  if guarded then real:execute "SAVEPOINT simulated" end
  local settings = ("SET sim.now = '%.6f'; SET sim.asked = %s; "):format(db.world:true_wall(), tostring(asked))
  local result, reason = real:execute(settings .. sql)
  if guarded and not result and reason:find "lock timeout" then real:execute "ROLLBACK TO simulated" end
  if verb == "BEGIN" and result then self.in_transaction = true end
  if verb == "COMMIT" then self.in_transaction = false end
  if sql:find("pg_terminate_backend", 1, true) then await_ends(db, sql) end
  if sql:find("INTO ses_meta", 1, true) then db.orders = db.orders + 1 end
  if self.host then self.host.executed_at = db.world.time end
  return result, reason
end

-- The same, once nobody else holds what it needs.
local function perform_in_turn(self, sql, verb)
  local world = self.database.world
  local since, pause = world.time, FIRST_LOOK
  while true do
    local result, reason = perform(self, sql, verb, self.host.asks)
    if result or not reason:find "lock timeout" then return result, reason end
    if self.in_transaction and world.time - since > DEADLOCK then
      return nil, "LuaSQL: error executing statement. PostgreSQL: ERROR:  deadlock detected"
    end
    self.host:trace("%s waits for a lock", verb)
    self.host:block(pause)
    if self.lost then return nil, GONE end
    pause = math.min(2 * pause, LAST_LOOK)
  end
end

-- The server gets to a statement when the program has given it up.
local function perform_late(self, sql, verb)
  local world, asked = self.database.world, self.host.asks
  self.lost = true
  world:after(world.draw:between(0, 3), function()
    if not self.real then return end
    self.host:trace("%s is carried out late", verb)
    close(perform(self, sql, verb, asked))
    end_session(self)
  end)
end

local function strikes(self, name)
  local chance = self.database.weather[name]
  return chance > 0 and self.database.world.draw:chance(chance)
end

local function travel(self)
  local draw, latency = self.database.world.draw, self.database.weather.latency
  self.host:block(draw:between(0.0002, draw:chance(0.03) and 10 * latency or latency))
  self.host:hesitate(3)
  return not self.lost
end

local function break_off(self)
  self.host:trace "loses its connection to the database"
  lose(self)
  return nil, GONE
end

function Connection:execute(sql)
  local host, verb = self.host, sql:match "^%s*(%u+)"
  if not host then return perform(self, sql, verb, false) end
  if self.lost or not travel(self) then return nil, GONE end
  if strikes(self, "dies") then host:kill("before " .. verb) end
  if strikes(self, "loses") then return break_off(self) end
  if not self.in_transaction and verb ~= "BEGIN" and strikes(self, "belated") then
    perform_late(self, sql, verb)
    return break_off(self)
  end
  local result, reason = perform_in_turn(self, sql, verb)
  if self.lost then return nil, GONE end
  if strikes(self, "dies_after") then host:kill("after " .. verb) end
  if strikes(self, "loses_answer") then
    close(result)
    return break_off(self)
  end
  if not travel(self) then
    close(result)
    return nil, GONE
  end
  if not result then self.database.on_refusal(host, reason) end
  return result, reason
end

function Connection:close()
  if self.lost then return end
  self.lost = true
  end_session(self)
end

-- All sessions, in the order in which they began.
local function sessions(self)
  local list = {}
  for connection in pairs(self.sessions) do list[#list + 1] = connection end
  table.sort(list, function(a, b) return self.sessions[a] < self.sessions[b] end)
  return list
end

local function end_all(self)
  for _, connection in ipairs(sessions(self)) do
    connection.lost = true
    end_session(connection)
  end
end

-- ---- LuaSQL, as a program has it ----

local function is_gone(self)
  local now = self.world.time
  for _, outage in ipairs(self.weather.outages) do
    if now >= outage.from and now < outage.to then return true end
  end
  return false
end

local Environment = {}
Environment.__index = Environment

function Environment:connect()
  local host, db = self.host, self.database
  if host then
    host:block(db.world.draw:between(0.001, 5 * db.weather.latency))
    if is_gone(db) or db.world.draw:chance(db.weather.unreachable) then return nil, UNREACHABLE end
  end
  local connection = setmetatable({ database = db, host = host }, Connection)
  connection.real = table.remove(db.free) or db:_connect()
  db.opened = db.opened + 1
  db.sessions[connection] = db.opened
  if host then
    host.on_death[#host.on_death + 1] = function() lose(connection) end
  end
  return connection
end

function Environment:close() end -- luacheck: ignore

-- Calls a function with LuaSQL's driver replaced by one whose connections go through the simulated world.
function Database:during(hosts, fn)
  local real = package.loaded["luasql.postgres"]
  package.loaded["luasql.postgres"] = {
    postgres = function() return setmetatable({ database = self, host = hosts.current }, Environment) end,
  }
  local ran, reason = pcall(fn)
  end_all(self)
  package.loaded["luasql.postgres"] = real
  if not ran then error(reason, 0) end
end

-- ---- a course of events ----

local KINDS = {
  { dies = 0, dies_after = 0, loses = 0, loses_answer = 0, belated = 0, lingers = 0, unreachable = 0 },
  { dies = 0.002, dies_after = 0.004, loses = 0, loses_answer = 0, belated = 0, lingers = 0.1, unreachable = 0 },
  { dies = 0, dies_after = 0, loses = 0.01, loses_answer = 0.02, belated = 0, lingers = 0.2, unreachable = 0.2 },
  {
    dies = 0.001, dies_after = 0.001, loses = 0.003, loses_answer = 0.005, belated = 0.005, lingers = 0.3,
    unreachable = 0.1,
  },
}

-- How the way to the database is, for a while.
function database.drawn(draw)
  local found = { outages = {} }
  for name, value in pairs(draw:one(KINDS)) do found[name] = value end
  found.latency = draw:one { 0.001, 0.001, 0.005, 0.05 }
  while draw:chance(0.25) and #found.outages < 3 do
    local from = draw:between(0, 30)
    found.outages[#found.outages + 1] = { from = from, to = from + draw:between(0.1, 12) }
  end
  return found
end

-- No fault any more.
function database.clear_up(weather)
  for name in pairs(KINDS[1]) do weather[name] = 0 end
  weather.latency, weather.outages = math.min(weather.latency, 0.005), {}
end

local function plan_outage(self, outage)
  self.world:at(outage.from, function()
    if not is_gone(self) then return end
    self.world:trace "the database is gone"
    end_all(self)
  end)
end

-- Empties the database for the programs of another world. `on_refusal(host, reason)` hears of each statement that
-- the server refuses.
function Database:begin(world, weather, parts, on_refusal)
  self.world, self.weather, self.parts, self.on_refusal = world, weather, parts, on_refusal
  -- `orders`: how often a campaign may have been told something.
  self.sessions, self.opened, self.orders = {}, 0, 0
  local tables = {}
  for i, row in ipairs(self:look [[SELECT tablename FROM pg_tables WHERE schemaname = 'simulated'
      AND tablename <> 'ses_schema' ORDER BY tablename]]) do
    tables[i] = row.tablename
  end
  run(self.observer, "TRUNCATE " .. table.concat(tables, ", ") .. " RESTART IDENTITY")
  for _, outage in ipairs(weather.outages) do plan_outage(self, outage) end
end

return database
