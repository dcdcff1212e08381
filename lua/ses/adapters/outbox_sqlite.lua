--- An outbox in an SQLite file: mails that were accepted and have yet to reach SES, and what became of them.
--
-- A mail is queued → sending → sent, failed or in_doubt. *sending* is committed before a byte leaves, so that what a
-- process had in hand when it died is known: it stands in doubt, and is not sent again.
--
-- What a function has written is on disk when it returns. Any number of processes of one machine may accept mails; one
-- at a time sends, which is who has the lease. A file, and the two that
-- SQLite keeps beside it, can be read by their owner alone. The content of a mail is deleted, and overwritten in the
-- file, once it is sent or has failed.
-- @module ses.adapters.outbox_sqlite
local core = require "ses.core"
local errors = require "ses.errors"
local lease = require "ses.adapters.outbox_lease"
local sqlite = require "ses.adapters.sqlite"

local outbox_sqlite = {}

local quote = sqlite.quote

local SCHEMA = "1"
-- So long another's transaction is waited for; one takes about a millisecond. SQLite itself looks again after up to
-- 100 ms, which with several workers that write all the time leaves some waiting for a second: here it is looked again
-- at once, or nearly.
local WAIT_SECONDS, SHORTEST_LOOK, LONGEST_LOOK = 5, 0.0002, 0.002
-- So long a key of idempotency gives the same mail.
local KEY_SECONDS = 86400
-- Of old results so many are deleted in one transaction, as it keeps all others waiting.
local PURGED_AT_ONCE = 500
-- Pages of 4 KiB.
local LONG_WAL = 10000

local Outbox = { __name = "ses.adapters.outbox_sqlite.Outbox" }
Outbox.__index = Outbox

for name, method in pairs(lease.methods) do Outbox[name] = method end

local TABLES = {
  "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
  [[CREATE TABLE IF NOT EXISTS mails (
      n INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      holder TEXT,
      key TEXT,
      digest TEXT,
      state TEXT NOT NULL,
      due REAL NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      bytes INTEGER NOT NULL,
      owner TEXT,
      message_id TEXT,
      code TEXT,
      accepted REAL NOT NULL,
      updated REAL NOT NULL)]],
  "CREATE UNIQUE INDEX IF NOT EXISTS mails_key ON mails (key) WHERE key IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS mails_queued ON mails (due, n) WHERE state = 'queued'",
  "CREATE INDEX IF NOT EXISTS mails_open ON mails (state) WHERE state IN ('sending', 'in_doubt')",
  "CREATE INDEX IF NOT EXISTS mails_done ON mails (updated) WHERE state IN ('sent', 'failed')",
  "CREATE TABLE IF NOT EXISTS contents (n INTEGER PRIMARY KEY, body TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS counts (state TEXT PRIMARY KEY, mails INTEGER NOT NULL, bytes INTEGER NOT NULL) "
    .. "WITHOUT ROWID",
  [[INSERT OR IGNORE INTO counts VALUES ('queued', 0, 0), ('sending', 0, 0), ('sent', 0, 0), ('failed', 0, 0),
      ('in_doubt', 0, 0)]],
  -- Counting them each time would take longer the more there are.
  [[CREATE TRIGGER IF NOT EXISTS count_new AFTER INSERT ON mails BEGIN
      UPDATE counts SET mails = mails + 1, bytes = bytes + NEW.bytes WHERE state = NEW.state; END]],
  [[CREATE TRIGGER IF NOT EXISTS count_change AFTER UPDATE OF state, bytes ON mails BEGIN
      UPDATE counts SET mails = mails - 1, bytes = bytes - OLD.bytes WHERE state = OLD.state;
      UPDATE counts SET mails = mails + 1, bytes = bytes + NEW.bytes WHERE state = NEW.state; END]],
  [[CREATE TRIGGER IF NOT EXISTS count_gone AFTER DELETE ON mails BEGIN
      UPDATE counts SET mails = mails - 1, bytes = bytes - OLD.bytes WHERE state = OLD.state; END]],
  lease.TABLE, lease.ROW,
  "INSERT OR IGNORE INTO meta VALUES ('schema', '" .. SCHEMA .. "')",
}

local WORDS = {
  DatabaseReadOnly = "the outbox cannot be written (%s); let this user write to the file and to its folder",
  DatabaseNotOpened = "the outbox cannot be opened (%s); this user must be let to write to its folder",
  DatabaseCorrupt = "the outbox is damaged, or is none (%s); keep the file, and restore what it holds by: "
    .. "sqlite3 FILE .recover | sqlite3 NEW",
  DiskFull = "the outbox's disk is full (%s)",
  DiskFailed = "the outbox's disk fails (%s)",
}

local function describe(code, reason)
  local words = WORDS[code]
  return code, words and words:format(reason) or reason
end

-- Calls a function that fails as a whole until nobody else keeps the file locked.
local function patiently(fn)
  local ends, pause = core.clock.monotonic() + WAIT_SECONDS, SHORTEST_LOOK
  while true do
    local result, err = fn()
    if result ~= nil or not err or err.code ~= "DatabaseLocked" or core.clock.monotonic() >= ends then
      return result, err
    end
    core.clock.sleep(pause)
    pause = math.min(LONGEST_LOOK, pause * 1.2)
  end
end

-- Only one process may be within a transaction, and to the disk it is far. So the commit does not wait for the disk
-- (synchronous=NORMAL), but whoever committed does, after it, while others commit already. A checkpoint that has taken
-- a commit out of the WAL has brought it to the disk itself.
local function sync(self)
  local done, failure = core.private_file.sync(self.path .. "-wal")
  -- The WAL stays for as long as anybody has it open, so that its name need reach the disk but once.
  if done and not self.named then
    done, failure = core.private_file.sync_folder(self.path)
    self.named = done
  end
  if done then return true end
  return nil, errors.from_core(failure, { kind = "client", code = "DiskFailed", file = self.path, in_doubt = true })
end

--- Runs a function in a transaction that writes, once it is this process's turn; see ses.adapters.sqlite.
-- @return what the function returned, once it is on disk; nil and an error, which is `in_doubt` where it may be there
function Outbox:_write(fn)
  local result, err = patiently(function() return self.db:transaction(fn) end)
  if result == nil then return nil, err end
  local done
  done, err = sync(self)
  if not done then return nil, err end
  return result
end

-- ---- opening ----

-- Without a look at what is there each process that starts would have to wait for the lock.
local function has_tables(db)
  local found, err = db:value "SELECT 1 AS value FROM sqlite_master WHERE name = 'meta'"
  if err then return nil, err end
  if not found then return false end
  local schema
  schema, err = db:value "SELECT value FROM meta WHERE key = 'schema'"
  if err then return nil, err end
  if schema == SCHEMA then return true end
  return nil, errors.new {
    kind = "client", code = "OutboxVersion", file = db.path,
    message = ("%s: was written by another version of ses: format %s, this one knows %s"):format(db.path,
      tostring(schema), SCHEMA),
  }
end

local function prepare(db)
  local done, err = db:exec_all {
    "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA secure_delete = ON", "PRAGMA busy_timeout = 0",
  }
  if not done then return nil, err end
  local ready
  ready, err = has_tables(db)
  if ready ~= false then return ready, err end
  return db:transaction(function() return db:exec_all(TABLES) end)
end

local function find(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  if file then return true end
  return nil, errors.new {
    kind = "client", code = "NotFound", file = path,
    message = path .. ": there is no such outbox, or it cannot be read",
  }
end

local function make_private(path)
  local made, failure = core.private_file.make(path)
  if made then return true end
  return nil, errors.from_core(failure, {
    kind = "client", code = failure.status == "state" and "OutboxNotPrivate" or "DatabaseNotOpened", file = path,
  })
end

--- Opens an outbox, which is made where it is missing, with mode 0600.
-- @tparam string path its folder must be there
-- @tparam ?table options `must_exist`: true makes none, and may open another user's
-- @treturn table|nil
-- @treturn ?ses.Error code "OutboxNotPrivate" where others may read the file or replace it, those of
--   ses.adapters.sqlite, "OutboxVersion", "NotFound"
function outbox_sqlite.open(path, options)
  local there, missing = (options and options.must_exist and find or make_private)(path)
  if not there then return nil, missing end
  local db, err = sqlite.open(path, { wait_ms = WAIT_SECONDS * 1000, describe = describe })
  if not db then return nil, err end
  local ready
  ready, err = patiently(function() return prepare(db) end)
  if not ready then
    db:close()
    return nil, err
  end
  return setmetatable({ db = db, path = path }, Outbox)
end

--- Closes the outbox.
function Outbox:close() self.db:close() end

-- ---- accepting ----

-- What is there already under the keys of these entries, by key.
local function known_keys(db, entries)
  local keys, known = {}, {}
  for _, entry in ipairs(entries) do
    if entry.key then keys[#keys + 1] = quote(entry.key) end
  end
  if #keys == 0 then return known end
  local done, err = db:each("SELECT n, id, key, digest, accepted FROM mails WHERE key IN ("
    .. table.concat(keys, ",") .. ")", function(row) known[row.key] = row end)
  if not done then return nil, err end
  return known
end

local function room_of(db, limits)
  local counts, err = db:rows [[SELECT sum(CASE WHEN state IN ('queued', 'sending') THEN mails ELSE 0 END) AS mails,
    sum(bytes) AS bytes FROM counts]]
  if not counts then return nil, err end
  return { mails = limits.mails - counts[1].mails, bytes = limits.bytes - counts[1].bytes }
end

-- What becomes of an entry that is here before; nil where it is new.
local function of_known(row, entry, now, stale)
  if not row then return nil end
  if math.abs(now - row.accepted) >= KEY_SECONDS then
    stale[#stale + 1] = row.n
    return nil
  end
  if row.digest ~= entry.digest then return { reused = true } end
  return { id = row.id, known = true }
end

local MAIL = "INSERT INTO mails (n, id, holder, key, digest, state, due, bytes, accepted, updated) VALUES "

local function mail_row(n, entry, now)
  return ("(%d,%s,%s,%s,%s,'queued',%s,%d,%s,%s)"):format(n, quote(entry.id), quote(entry.holder), quote(entry.key),
    quote(entry.key and entry.digest), quote(now), #entry.body, quote(now), quote(now))
end

-- What is to be written, and what is said of each entry.
local function sort_entries(entries, known, room, last, now)
  local sorted = { results = {}, stale = {}, mails = {}, contents = {} }
  for i, entry in ipairs(entries) do
    local result = of_known(entry.key and known[entry.key], entry, now, sorted.stale)
    if not result and (room.mails < 1 or room.bytes < #entry.body) then result = { full = true } end
    if not result then
      result, last = { id = entry.id }, last + 1
      room.mails, room.bytes = room.mails - 1, room.bytes - #entry.body
      sorted.mails[#sorted.mails + 1] = mail_row(last, entry, now)
      sorted.contents[#sorted.contents + 1] = ("(%d,%s)"):format(last, quote(entry.body))
      if entry.key then known[entry.key] = { id = entry.id, digest = entry.digest, accepted = now } end
    end
    sorted.results[i] = result
  end
  return sorted
end

local function write_sorted(db, sorted)
  if #sorted.stale > 0 then
    local done, err = db:exec("UPDATE mails SET key = NULL WHERE n IN (" .. table.concat(sorted.stale, ",") .. ")")
    if not done then return nil, err end
  end
  if #sorted.mails == 0 then return true end
  return db:exec_all {
    MAIL .. table.concat(sorted.mails, ","),
    "INSERT INTO contents (n, body) VALUES " .. table.concat(sorted.contents, ","),
  }
end

--- Accepts mails, all in one transaction.
-- @tparam table entries each { id =, body =, holder = (who may ask for it), key =, digest = }; an entry whose key came
--   within a day is the mail that came then, where its digest is the same
-- @tparam table limits `mails` that wait, at most; `bytes` of content in the file, at most
-- @treturn table|nil for each entry { id =, known = true where it came before }, { full = true } or { reused = true },
--   which is the same key with another digest
-- @treturn ?ses.Error nothing of it is written
function Outbox:put(entries, limits)
  local db = self.db
  return self:_write(function()
    local known, err = known_keys(db, entries)
    if not known then return nil, err end
    local room
    room, err = room_of(db, limits)
    if not room then return nil, err end
    local last
    last, err = db:value "SELECT coalesce(max(n), 0) AS value FROM mails"
    if not last then return nil, err end
    local sorted = sort_entries(entries, known, room, last, core.clock.now())
    local done
    done, err = write_sorted(db, sorted)
    return done and sorted.results, err
  end)
end

-- ---- asking ----

--- What became of mails.
-- @tparam table ids
-- @treturn table|nil by id { id =, holder =, state =, message_id =, code =, attempts =, accepted =, updated = }, of
--   those that are known
-- @treturn ?ses.Error
function Outbox:states(ids)
  local quoted, found = {}, {}
  for i, id in ipairs(ids) do quoted[i] = quote(id) end
  local done, err = self.db:each(("SELECT id, holder, state, message_id, code, attempts, accepted, updated FROM mails "
    .. "WHERE id IN (%s)"):format(table.concat(quoted, ",")), function(row) found[row.id] = row end)
  if not done then return nil, err end
  return found
end

--- How many mails there are.
-- @treturn table|nil `queued`, `sending`, `sent`, `failed`, `in_doubt`, and `bytes` of content
-- @treturn ?ses.Error
function Outbox:counts()
  local found = { bytes = 0 }
  local done, err = self.db:each("SELECT state, mails, bytes FROM counts", function(row)
    found[row.state], found.bytes = row.mails, found.bytes + row.bytes
  end)
  if not done then return nil, err end
  return found
end

--- The ids of the mails in doubt, the oldest first.
-- @tparam ?integer most (all)
-- @treturn table|nil list of { id =, accepted =, updated = }
-- @treturn ?ses.Error
function Outbox:in_doubt(most)
  return self.db:rows(("SELECT id, accepted, updated FROM mails WHERE state = 'in_doubt' ORDER BY n LIMIT %d"):format(
    most or -1))
end

-- ---- settling and purging ----

--- Settles a mail that is in doubt.
-- @tparam string id
-- @tparam string how "sent", or "queued" to have it sent again
-- @treturn boolean|nil whether it was in doubt
-- @treturn ?ses.Error
function Outbox:settle(id, how)
  local db, now = self.db, quote(core.clock.now())
  return self:_write(function()
    local n, err = db:value(("SELECT n AS value FROM mails WHERE id = %s AND state = 'in_doubt'"):format(quote(id)))
    if err then return nil, err end
    if not n then return false end
    local list = how == "queued" and {
      ("UPDATE mails SET state = 'queued', owner = NULL, code = NULL, due = %s, updated = %s WHERE n = %d"):format(now,
        now, n),
    } or {
      ("UPDATE mails SET state = 'sent', bytes = 0, code = NULL, updated = %s WHERE n = %d"):format(now, n),
      ("DELETE FROM contents WHERE n = %d"):format(n),
    }
    local done
    done, err = db:exec_all(list)
    if not done then return nil, err end
    return true
  end)
end

-- While several processes write all the time no checkpoint comes to the WAL's end, so that it would grow: the others
-- are kept out for a moment.
local function shorten_wal(db)
  local rows, err = db:rows "PRAGMA wal_checkpoint(PASSIVE)"
  if not rows then return nil, err end
  if rows[1].log < LONG_WAL then return true end
  return db:exec_all {
    ("PRAGMA busy_timeout = %d"):format(WAIT_SECONDS * 1000), "PRAGMA wal_checkpoint(RESTART)",
    "PRAGMA busy_timeout = 0",
  }
end

--- Looks after the file: deletes results that are old, and keeps the WAL short. What is in doubt stays until it is
-- settled.
-- @tparam number seconds how old
-- @treturn integer|nil how many results are gone; there may be more where it is not 0
-- @treturn ?ses.Error
function Outbox:tend(seconds)
  local sql = ([[DELETE FROM mails WHERE n IN (SELECT n FROM mails WHERE state IN ('sent', 'failed')
    AND updated < %s ORDER BY updated LIMIT %d)]]):format(quote(core.clock.now() - seconds), PURGED_AT_ONCE)
  local n, err = self:_write(function() return self.db:exec(sql) end)
  if not n then return nil, err end
  local done
  done, err = shorten_wal(self.db)
  return done and n, err
end

return outbox_sqlite
