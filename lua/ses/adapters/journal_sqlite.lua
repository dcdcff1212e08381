--- The journal of a campaign in an SQLite file (see ses.campaign.journal for what a journal does).
--
-- The file is in WAL mode with synchronous=FULL: a commit has reached the disk when it returns, and
-- `ses campaign status` can read while a run writes. Beside it stands `<file>-lock`, empty, which a
-- run holds locked as long as it lives; the operating system frees it however the process ends. Where
-- that lock does not hold (a network's file system, a file that was removed), each run writes a token of
-- its own into the journal, and a run that finds another's there writes nothing more.
-- @module ses.adapters.journal_sqlite
local core = require "ses.core"
local errors = require "ses.errors"
local insert_each = require("ses.adapters.sql").insert_each
local sqlite = require "ses.adapters.sqlite"

local journal_sqlite = {}

local quote = sqlite.quote

local SCHEMA = "1"
local ROWS_PER_INSERT = 100
local BYTES_PER_INSERT = 262144

local Journal = { __name = "ses.adapters.journal_sqlite.Journal" }
Journal.__index = Journal

local Load = { __name = "ses.adapters.journal_sqlite.Load" }
Load.__index = Load

local function fault(path, code, message)
  return errors.new { kind = "client", code = code, message = path .. ": " .. message, file = path }
end

local TABLES = {
  [[CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID]],
  -- `load` is the number of the load that saw the recipient last: who is gone from the file since is
  -- still known, and not written to.
  [[CREATE TABLE IF NOT EXISTS recipients (
      id INTEGER PRIMARY KEY,
      address TEXT NOT NULL,
      row INTEGER NOT NULL,
      load INTEGER NOT NULL,
      state TEXT NOT NULL,
      email TEXT NOT NULL,
      name TEXT,
      data TEXT,
      code TEXT,
      reason TEXT,
      message_id TEXT,
      updated INTEGER)]],
  "CREATE UNIQUE INDEX IF NOT EXISTS recipients_address ON recipients (address)",
}

--- @treturn string|nil the text kept under a key
function Journal:meta(key)
  return self.db:value("SELECT value FROM meta WHERE key = " .. quote(key))
end

--- Keeps a text under a key.
function Journal:set_meta(key, value)
  return self.db:exec(("INSERT OR REPLACE INTO meta (key, value) VALUES (%s, %s)"):format(
    quote(key), quote(value)))
end

-- The number of the load that the journal stands on.
function Journal:_load_number()
  local number, err = self:meta("load")
  if err then return nil, err end
  return tonumber(number or "0")
end

local INSERT = "INSERT INTO recipients (address, row, load, state, email, name, data, code, reason) VALUES "
-- A known recipient keeps its state; what a mail to come would say follows the file.
local ON_CONFLICT = [[ ON CONFLICT (address) DO UPDATE SET load = excluded.load, row = excluded.row,
  email = CASE state WHEN 'pending' THEN excluded.email ELSE email END,
  name = CASE state WHEN 'pending' THEN excluded.name ELSE name END,
  data = CASE state WHEN 'pending' THEN excluded.data ELSE data END
  WHERE load <> excluded.load]]

function Load:_flush()
  if self.n == 0 then return true end
  local sql = INSERT .. table.concat(self.values, ",", 1, self.n) .. (self.bulk and "" or ON_CONFLICT)
  self.n, self.bytes = 0, 0
  local changed, err = self.db:exec(sql)
  if not changed then return nil, err end
  self.changed = self.changed + changed
  return true
end

--- Adds one recipient; a second one with the same `address` is a duplicate, and only counted.
-- @tparam table recipient `address` (what duplicates share), `row`, `email`, `name`, `data` (text);
--   `state` (default "pending"), `code`, `reason`
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Load:add(recipient)
  local text = ("(%s,%d,%d,%s,%s,%s,%s,%s,%s)"):format(quote(recipient.address), recipient.row, self.number,
    quote(recipient.state or "pending"), quote(recipient.email), quote(recipient.name),
    quote(recipient.data), quote(recipient.code), quote(recipient.reason))
  self.n, self.bytes, self.total = self.n + 1, self.bytes + #text, self.total + 1
  self.values[self.n] = text
  if self.n >= ROWS_PER_INSERT or self.bytes >= BYTES_PER_INSERT then return self:_flush() end
  return true
end

-- Drops every second recipient with one address, and makes the index that a first load goes without.
function Load:_index()
  local made = self.db:exec "CREATE UNIQUE INDEX recipients_address ON recipients (address)"
  if made then return true end
  local done, err = self.db:exec "CREATE INDEX recipients_by_address ON recipients (address)"
  if not done then return nil, err end
  local dropped
  dropped, err = self.db:exec [[DELETE FROM recipients WHERE id IN (
    SELECT r.id FROM (SELECT address, min(id) AS first FROM recipients INDEXED BY recipients_by_address
      GROUP BY address HAVING count(*) > 1) AS d
    JOIN recipients AS r INDEXED BY recipients_by_address ON r.address = d.address AND r.id > d.first)]]
  if not dropped then return nil, err end
  self.changed = self.changed - dropped
  return self.db:exec_all {
    "DROP INDEX recipients_by_address",
    "CREATE UNIQUE INDEX recipients_address ON recipients (address)",
  }
end

--- Commits the load.
-- @tparam ?table meta texts to keep with it, by key
-- @treturn table|nil { added =, known =, duplicates = }
-- @treturn ?ses.Error
function Load:finish(meta)
  local done, err = self:_flush()
  if done and self.bulk then done, err = self:_index() end
  if not done then return nil, err end
  for key, value in pairs(meta or {}) do
    done, err = self.journal:set_meta(key, value)
    if not done then return nil, err end
  end
  done, err = self.journal:set_meta("load", tostring(self.number))
  if not done then return nil, err end
  local after
  after, err = self.db:value("SELECT count(*) AS value FROM recipients")
  if not after then return nil, err end
  local duplicates = self.total - self.changed
  done, err = self.journal:set_meta("duplicates", tostring(duplicates))
  if done then done, err = self.db:exec "COMMIT" end
  if not done then return nil, err end
  local added = after - self.before
  return { added = added, known = self.changed - added, duplicates = duplicates }
end

--- Undoes the load.
function Load:abort()
  self.db:exec "ROLLBACK"
end

--- Begins a load of the audience: everything between here and `finish` is one transaction.
-- @treturn table|nil the load
-- @treturn ?ses.Error
function Journal:load()
  local number, err = self:_load_number()
  if not number then return nil, err end
  local done
  done, err = self.db:exec "BEGIN IMMEDIATE"
  if not done then return nil, err end
  -- Rows that were malformed are judged anew, by what the file says now.
  done, err = self.db:exec "DELETE FROM recipients WHERE state = 'failed' AND address LIKE '!%'"
  local before
  if done then before, err = self.db:value("SELECT count(*) AS value FROM recipients") end
  -- Into an empty table a million rows go five times faster without the index, which is sorted at the end.
  local bulk = before == 0
  if bulk then
    done, err = self.db:exec "DROP INDEX recipients_address"
    if not done then before = nil end
  end
  if not before then
    self.db:exec "ROLLBACK"
    return nil, err
  end
  return setmetatable({
    db = self.db, journal = self, number = number + 1, before = before, bulk = bulk, values = {}, n = 0,
    bytes = 0, total = 0, changed = 0,
  }, Load)
end

--- Keeps the addresses that must not be written to, until the journal is closed.
-- @tparam function next_address gives one normalised address after the other, then nil; or nil and an
--   error
-- @treturn integer|nil how many there are
-- @treturn ?ses.Error
function Journal:set_suppressed(next_address)
  local db = self.db
  local done, err = db:exec_all {
    "CREATE TEMP TABLE IF NOT EXISTS suppressed (address TEXT PRIMARY KEY) WITHOUT ROWID",
    "DELETE FROM suppressed",
  }
  if not done then return nil, err end
  return insert_each(db, function(rows)
    return "INSERT OR IGNORE INTO suppressed (address) VALUES " .. rows
  end, ROWS_PER_INSERT, next_address)
end

--- Sets pending recipients on the list of `set_suppressed` to suppressed, and those that are on it no
-- more back to pending.
-- @treturn integer|nil how many rows changed
-- @treturn ?ses.Error
function Journal:apply_suppressed()
  return self.db:transaction(function()
    local listed, err = self.db:exec [[UPDATE recipients SET state = 'suppressed'
      WHERE state = 'pending' AND address IN (SELECT address FROM suppressed)]]
    if not listed then return nil, err end
    local freed
    freed, err = self.db:exec [[UPDATE recipients SET state = 'pending'
      WHERE state = 'suppressed' AND address NOT IN (SELECT address FROM suppressed)]]
    if not freed then return nil, err end
    return listed + freed
  end)
end

-- Whether no later run has taken the journal over; to be asked in a transaction that writes.
function Journal:_is_ours()
  local owner, err = self:meta "owner"
  if err then return nil, err end
  if owner == self.token then return true end
  return nil, fault(self.path, "JournalInUse", "another process has taken this campaign over")
end

--- Turns every recipient that an earlier process left in state sending to in_doubt.
-- @treturn integer|nil how many
-- @treturn ?ses.Error
function Journal:recover()
  return self.db:transaction(function()
    local ours, err = self:_is_ours()
    if not ours then return nil, err end
    return self.db:exec [[UPDATE recipients SET state = 'in_doubt', code = 'Interrupted',
      reason = 'was in flight when an earlier run was cut off' WHERE state = 'sending']]
  end)
end

--- Puts recipients back to pending, so that they are written to again. Malformed addresses stay.
-- @tparam string state "failed" or "in_doubt"
-- @treturn integer|nil how many
-- @treturn ?ses.Error
function Journal:requeue(state)
  return self.db:exec(([[UPDATE recipients SET state = 'pending', code = NULL, reason = NULL
    WHERE state = %s AND address NOT LIKE '!%%']]):format(quote(state)))
end

--- The next pending recipients, in file order; each is given once in the life of this object.
-- @tparam integer n how many at most
-- @treturn table|nil list of { id =, row =, email =, name =, data = }; empty at the end
-- @treturn ?ses.Error
function Journal:claim(n)
  local load, err = self:_load_number()
  if not load then return nil, err end
  local list
  list, err = self.db:rows(([[SELECT id, row, email, name, data FROM recipients
    WHERE id > %d AND state = 'pending' AND load = %d ORDER BY id LIMIT %d]]):format(self.claimed, load, n))
  if not list then return nil, err end
  if #list > 0 then self.claimed = list[#list].id end
  return list
end

local function result_sql(result)
  return ([[UPDATE recipients SET state = %s, code = %s, reason = %s, message_id = %s, updated = %s
    WHERE id = %d]]):format(quote(result.state), quote(result.code), quote(result.reason),
    quote(result.message_id), quote(result.at), result.id)
end

--- Writes what is about to be sent and what has been, in one transaction that has reached the disk
-- when this returns.
-- @tparam table sending ids that go to state sending
-- @tparam table results each { id =, state =, code =, reason =, message_id =, at = unix seconds }
-- @treturn boolean|nil
-- @treturn ?ses.Error nothing of it is written
function Journal:commit(sending, results)
  return self.db:transaction(function()
    local ours, reason = self:_is_ours()
    if not ours then return nil, reason end
    for _, result in ipairs(results) do
      local done, err = self.db:exec(result_sql(result))
      if not done then return nil, err end
    end
    if #sending > 0 then
      local done, err = self.db:exec("UPDATE recipients SET state = 'sending' WHERE id IN ("
        .. table.concat(sending, ",") .. ")")
      if not done then return nil, err end
    end
    return true
  end)
end

--- How many recipients are in each state.
-- @treturn table|nil with every state; `removed`: pending or suppressed ones that the file holds no more;
--   `duplicates`: rows of the file that the last load left out; `total`: recipients that are not removed
-- @treturn ?ses.Error
function Journal:counts()
  local load, err = self:_load_number()
  if not load then return nil, err end
  local counts = {
    pending = 0, sending = 0, sent = 0, failed = 0, suppressed = 0, in_doubt = 0, removed = 0, total = 0,
  }
  local done
  done, err = self.db:each(([[SELECT CASE WHEN state IN ('pending', 'suppressed') AND load <> %d
    THEN 'removed' ELSE state END AS state, count(*) AS n FROM recipients GROUP BY 1]]):format(load),
    function(row)
      counts[row.state] = row.n
      if row.state ~= "removed" then counts.total = counts.total + row.n end
    end)
  if not done then return nil, err end
  counts.duplicates = tonumber(self:meta "duplicates" or "0")
  return counts
end

--- Failed recipients by reason, the most frequent first.
-- @tparam integer groups how many groups at most
-- @tparam integer rows how many row numbers a group lists at most
-- @treturn table|nil list of { code =, reason =, count =, rows = {…} }
-- @treturn ?ses.Error
function Journal:failures(groups, rows)
  local list, err = self.db:rows(([[SELECT code, reason, count(*) AS count FROM recipients
    WHERE state = 'failed' GROUP BY code, reason ORDER BY count DESC, min(row) LIMIT %d]]):format(groups))
  if not list then return nil, err end
  for _, group in ipairs(list) do
    group.rows = {}
    local done
    done, err = self.db:each(([[SELECT row FROM recipients WHERE state = 'failed' AND code IS %s
      AND reason IS %s ORDER BY row LIMIT %d]]):format(quote(group.code), quote(group.reason), rows),
      function(row) table.insert(group.rows, row.row) end)
    if not done then return nil, err end
  end
  return list
end

--- Calls a function for each recipient of a state, in file order.
-- @tparam string state
-- @tparam function fn takes { id =, row =, email =, code =, reason =, message_id =, updated = };
--   returns false to end
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Journal:each(state, fn)
  return self.db:each(([[SELECT id, row, email, code, reason, message_id, updated FROM recipients
    WHERE state = %s ORDER BY row, id]]):format(quote(state)), fn)
end

--- Closes the journal and lets others run it.
function Journal:close()
  if self.db then self.db:close() end
  if self.lock then
    os.remove(self.path .. "-lock")
    self.lock:close()
  end
  self.db, self.lock = nil, nil
end

Journal.__gc = Journal.close

--- Closes the journal and removes it where this object made it: a run that never began leaves no trace.
function Journal:discard()
  if self.db then self.db:close() end
  self.db = nil
  if self.made or self.temporary then
    for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(self.path .. suffix) end
  end
  self:close()
end

--- Copies the journal as it stands, without waiting for whoever runs it.
-- @tparam string path of a file that is not there yet
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Journal:copy(path)
  local done, err = self.db:exec("VACUUM INTO " .. quote(path))
  return done and true, err
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

local function take_lock(path)
  local lock, err = sqlite.open(path .. "-lock", { wait_ms = 0 })
  if not lock then return nil, err end
  -- No file but the lock itself.
  local done
  done, err = lock:exec "PRAGMA journal_mode = MEMORY"
  if done then done, err = lock:exec "BEGIN EXCLUSIVE" end
  if done then return lock end
  lock:close()
  if err.code ~= "DatabaseLocked" then return nil, err end
  return nil, fault(path, "JournalInUse", "another process is running this campaign; wait until it ends")
end

local function new_token()
  return (core.random.bytes(16):gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

local function prepare(journal, options)
  journal.token = new_token()
  local done, err = journal.db:exec_all {
    "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA journal_size_limit = 16777216",
    "PRAGMA cache_size = -4000",
  }
  if not done then return nil, err end
  return journal.db:transaction(function()
    for _, sql in ipairs(TABLES) do
      done, err = journal.db:exec(sql)
      if not done then return nil, err end
    end
    if not journal:meta "schema" then
      done, err = journal:set_meta("schema", SCHEMA)
      if done then done, err = journal:set_meta("campaign", options.campaign) end
    end
    if done then done, err = journal:set_meta("owner", journal.token) end
    return done, err
  end)
end

-- Whether the file is the journal of this campaign.
local function check(journal, options)
  local schema, err = journal:meta "schema"
  if err then return nil, err end
  if schema ~= SCHEMA then
    return nil, fault(journal.path, "JournalVersion",
      ("was written by another version of ses: format %s, this one knows %s"):format(tostring(schema),
        SCHEMA))
  end
  local campaign = journal:meta "campaign"
  if options.campaign and campaign ~= options.campaign then
    return nil, fault(journal.path, "JournalMismatch",
      ("is the journal of the campaign '%s', not of '%s'"):format(tostring(campaign), options.campaign))
  end
  return true
end

--- Opens a journal.
-- @tparam string path
-- @tparam ?table options `campaign`: its name; `read_only`: neither make the file nor lock it;
--   `temporary`: the file is nobody else's, and `discard` removes all of it
-- @treturn table|nil see ses.campaign.journal
-- @treturn ?ses.Error
function journal_sqlite.open(path, options)
  options = options or {}
  local made = not exists(path)
  if made and options.read_only then
    return nil, fault(path, "NotFound", "there is no journal; the campaign has not been run yet")
  end
  local lock, err
  if not options.read_only then
    lock, err = take_lock(path)
    if not lock then return nil, err end
  end
  local db
  db, err = sqlite.open(path)
  local journal = setmetatable({ db = db, lock = lock, path = path, made = made, claimed = 0,
    temporary = options.temporary }, Journal)
  local done = db ~= nil
  if done and not options.read_only then done, err = prepare(journal, options) end
  if done then done, err = check(journal, options) end
  if done then return journal end
  if db and made then journal:discard() else journal:close() end
  return nil, err
end

return journal_sqlite
