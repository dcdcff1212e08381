--- A list of one's own of addresses that must not be written to, which handlers of SES's events add to and campaigns
-- leave out.
--
--     local list = assert(own_list.open "never.sqlite3")
--     list:take(event)                                 -- of ses.events.normalise
--     list:add("ann@example.com", "ASKED")
--
--     audience = { csv = "people.csv", suppression = { lists = { never = own_list.source "never.sqlite3" } } }
--
-- It is a table in an SQLite file, or in a PostgreSQL database where several machines share it: `ses_suppressed (email,
-- reason, at)`. What was added is on the disk when `add` returns, an address stands there once in whatever spelling it
-- is given, and any number of processes may add at one time. It reads and writes files: in nginx use it in a worker
-- thread (`ngx.run_worker_thread`), or elsewhere.
-- @module ses.events.own_list
local address = require "ses.mail.address"
local errors = require "ses.errors"
local postgres_url = require "ses.adapters.postgres_url"
local suppression = require "ses.events.suppression"

local own_list = {}

-- Two processes that make the table at one moment do it in turn.
local LOCK = 8315168190438533
local TABLE = "CREATE TABLE IF NOT EXISTS ses_suppressed (email %s PRIMARY KEY, reason %s NOT NULL, at bigint NOT NULL)"

-- So long another process's transaction is waited for.
local WAIT_SECONDS, LOOK_SECONDS = 10, 0.02

local List = { __name = "ses.events.OwnList" }
List.__index = List

local function not_found(shown)
  return errors.new { kind = "client", code = "NotFound", message = shown .. ": there is no list of addresses yet" }
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- SQLite does not wait by itself where several processes set a new file up at one moment.
local function set_up(db)
  local clock = require "ses.adapters.clock"
  local ends = clock.monotonic() + WAIT_SECONDS
  while true do
    local done, err = db:exec_all {
      "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", TABLE:format("TEXT", "TEXT") .. " WITHOUT ROWID",
    }
    if done or err.code ~= "DatabaseLocked" or clock.monotonic() > ends then return done, err end
    clock.sleep(LOOK_SECONDS)
  end
end

-- → the database, how its values are quoted | nil, err
local function open_file(path, read_only)
  if read_only and not exists(path) then return nil, not_found(path) end
  local sqlite = require "ses.adapters.sqlite"
  local db, err = sqlite.open(path, { wait_ms = WAIT_SECONDS * 1000 })
  if not db then return nil, err end
  local done = true
  if not read_only then done, err = set_up(db) end
  if done then return db, sqlite.quote end
  db:close()
  return nil, err
end

local function open_database(url, read_only)
  local postgres = require "ses.adapters.postgres"
  local where, err = postgres_url.parse(url, {})
  if not where then return nil, err end
  local db
  db, err = postgres.open(where)
  if not db then return nil, err end
  local done
  if read_only then
    done, err = db:row "SELECT to_regclass('ses_suppressed') AS found"
    if done and not done.found then done, err = nil, not_found(postgres_url.shown(url)) end
  else
    done, err = db:exec(("SELECT pg_advisory_xact_lock(%d); %s"):format(LOCK, TABLE:format("text", "text")))
  end
  if done then return db, postgres.quote end
  db:close()
  return nil, err
end

--- Opens a list.
-- @tparam string where the path of an SQLite file, or the URL of a PostgreSQL database; what is missing is made
-- @tparam ?table options `read_only`: make nothing
-- @treturn table|nil
-- @treturn ?ses.Error code "NotFound" where there is no list, and none is to be made
function own_list.open(where, options)
  local open = postgres_url.is(where) and open_database or open_file
  local db, quote = open(where, options and options.read_only)
  if not db then return nil, quote end
  return setmetatable({ db = db, quote = quote }, List)
end

--- Adds an address.
-- @tparam string email
-- @tparam string reason such as "BOUNCE" or "COMPLAINT", as SES's list has it
-- @tparam ?number at Unix time; now unless given
-- @treturn boolean|nil whether it was not on the list yet
-- @treturn ?ses.Error kind "validation" where it is no address
function List:add(email, reason, at)
  local key = address.normalise(email)
  if not key then
    return nil, errors.new {
      kind = "validation", code = "InvalidParameter", field = "email", message = "email is no mail address",
    }
  end
  at = math.floor(at or require("ses.adapters.clock").now())
  local n, err = self.db:exec(("INSERT INTO ses_suppressed (email, reason, at) VALUES (%s, %s, %d)"
    .. " ON CONFLICT DO NOTHING"):format(self.quote(key), self.quote(reason), at))
  if not n then return nil, err end
  return n > 0
end

--- Adds whom an event asks to be written to no more: hard bounces and complaints.
-- @tparam table event of ses.events.normalise
-- @treturn integer|nil how many were not on the list yet
-- @treturn ?ses.Error
function List:take(event)
  local n, list, reason = 0, suppression.of(event)
  for _, email in ipairs(list) do
    local is_new, err = self:add(email, reason, event.time)
    if is_new == nil then return nil, err end
    if is_new then n = n + 1 end
  end
  return n
end

--- Takes an address off the list.
-- @tparam string email
-- @treturn boolean|nil whether it was on it
-- @treturn ?ses.Error
function List:remove(email)
  local n, err = self.db:exec("DELETE FROM ses_suppressed WHERE email = " .. self.quote(address.normalise(email) or ""))
  if not n then return nil, err end
  return n > 0
end

--- How many addresses there are.
-- @treturn integer|nil
-- @treturn ?ses.Error
function List:count()
  local rows, err = self.db:rows "SELECT count(*) AS n FROM ses_suppressed"
  return rows and math.floor(tonumber(rows[1].n)), err
end

--- Closes it.
function List:close()
  self.db:close()
end

--- The list as a campaign reads it, for `audience.suppression.lists`.
-- @tparam string where as of `open`
-- @treturn table
function own_list.source(where)
  return { sql = "SELECT email FROM ses_suppressed", database = where }
end

return own_list
