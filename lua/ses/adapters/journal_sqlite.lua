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
local feedback = require "ses.adapters.journal_feedback"
local hex = require "ses.hex"
local sqlite = require "ses.adapters.sqlite"

local journal_sqlite = {}

local quote = sqlite.quote

local SCHEMA, BEFORE = "3", "2"
-- So long a full disk is waited for before the run gives up.
local PATIENCE_SECONDS = 300

local Journal = { __name = "ses.adapters.journal_sqlite.Journal" }
Journal.__index = Journal

for _, part in ipairs {
  "ses.adapters.journal_sqlite_load", "ses.adapters.journal_sqlite_work", "ses.adapters.journal_report",
  "ses.adapters.journal_control", "ses.adapters.journal_feedback", "ses.adapters.journal_patience",
} do
  for name, member in pairs(require(part)) do
    if type(member) == "function" then Journal[name] = member end
  end
end

Journal.quote = quote

-- How the parts that all databases share name things here.
local NAMES = {
  recipients = "recipients", meta = "meta", log = "log", days = "days", mine = "1 = 1", unclaimed = "",
  load = "(SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'load')",
  log_row = "INSERT INTO log (at, kind, text) VALUES (", tallies = "tallies", tally_key = "at", tally_of = "",
  meta_key = "key", meta_of = "",
}

local function fault(path, code, message)
  return errors.new { kind = "client", code = code, message = path .. ": " .. message, file = path }
end

-- What an error of SQLite means for a journal, and what is to be done.
local WORDS = {
  DatabaseReadOnly = {
    "JournalReadOnly", "the journal cannot be written (%s); let this user write to the file and to its folder",
  },
  DatabaseNotOpened = {
    "JournalNotOpened", "the journal cannot be opened (%s); its folder must be there, and this user must be let to "
      .. "write to it and to the file",
  },
  DatabaseCorrupt = {
    "JournalCorrupt", "the journal is damaged, or is none (%s); keep the file, and restore it from a backup or by: "
      .. "sqlite3 FILE .recover | sqlite3 NEW; a new journal would write to everybody again",
  },
  DiskFull = { "DiskFull", "the disk is full (%s); make room, then run the campaign again" },
  DiskFailed = { "DiskFailed", "the disk fails (%s); see to it, then run the campaign again" },
}

local function describe(code, reason)
  local words = WORDS[code]
  if not words then return code, reason end
  return words[1], words[2]:format(reason)
end

local META = [[CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID]]

local TABLES = {
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
      language TEXT,
      variant TEXT,
      zone TEXT,
      code TEXT,
      reason TEXT,
      opted_out TEXT,
      message_id TEXT,
      updated INTEGER,
      latency_ms INTEGER,
      deferred INTEGER NOT NULL DEFAULT 0,
      delivery TEXT,
      delivery_at INTEGER,
      bounce_type TEXT,
      bounce_subtype TEXT)]],
  "CREATE UNIQUE INDEX IF NOT EXISTS recipients_address ON recipients (address)",
  -- Mails that left on a day, or may have.
  [[CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID]],
  [[CREATE TABLE IF NOT EXISTS log (
      id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL)]],
  -- Mails that left, or may have, in ten seconds, and what became of them.
  [[CREATE TABLE IF NOT EXISTS tallies (
      at INTEGER PRIMARY KEY, sent INTEGER NOT NULL, bounced INTEGER NOT NULL, complained INTEGER NOT NULL)]],
}

-- What the format before lacks; `tallies` is made with the tables.
local SINCE_BEFORE = {
  "ALTER TABLE recipients ADD COLUMN delivery TEXT", "ALTER TABLE recipients ADD COLUMN delivery_at INTEGER",
  "ALTER TABLE recipients ADD COLUMN bounce_type TEXT", "ALTER TABLE recipients ADD COLUMN bounce_subtype TEXT",
  TABLES[#TABLES],
}

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

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

function Journal:_duplicates()
  local number, err = self:meta "duplicates"
  if err then return nil, err end
  return tonumber(number or "0")
end

function Journal:_fault(code, message)
  return fault(self.path, code, message)
end

function Journal:_text(template, ...)
  return (template:gsub("{([%a_]+)}", NAMES):format(...))
end

function Journal:_rows(sql)
  return self.db:rows(sql)
end

function Journal:_each(sql, fn)
  return self.db:each(sql, fn)
end

function Journal:_exec(sql)
  return self.db:exec(sql)
end

function Journal:_recording(ids, fn)
  return self.db:transaction(function()
    local rows, err = self.db:rows(("SELECT %s FROM recipients WHERE id IN (%s)"):format(feedback.ROW,
      table.concat(ids, ",")))
    if not rows then return nil, err end
    return self.db:exec_all(fn(rows))
  end)
end

--- How many processes are at work on the campaign: one at most, as it is locked.
-- @treturn integer|nil
-- @treturn ?ses.Error
function Journal:workers()
  if self.lock then return 1 end
  if not exists(self.path .. "-lock") then return 0 end
  local lock, err = sqlite.open(self.path .. "-lock", { wait_ms = 0 })
  if not lock then return nil, err end
  local read
  read, err = lock:rows "SELECT 1 FROM sqlite_master LIMIT 1"
  lock:close()
  if read then return 0 end
  if err.code ~= "DatabaseLocked" then return nil, err end
  return 1
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

-- Whoever asks who runs a campaign holds its lock for a moment; a run must not take that for another one.
local LOCK_WAIT_MS = 200

local function take_lock(path)
  local lock, err = sqlite.open(path .. "-lock", { wait_ms = LOCK_WAIT_MS, describe = describe })
  if not lock then
    if err.code ~= "JournalNotOpened" or not exists(path) then return nil, err end
    local code, words = describe("DatabaseReadOnly", "no file can be made beside it")
    return nil, fault(path, code, words)
  end
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
  return hex.encode(core.random.bytes(16))
end

-- Brings a journal of the format before up to this one; a run at work, of a version of ses that wrote that, does not
-- mind.
local function upgrade(journal)
  return journal.db:transaction(function()
    local schema, err = journal:meta "schema"
    if err then return nil, err end
    if schema ~= BEFORE then return true end
    local done
    done, err = journal.db:exec_all(SINCE_BEFORE)
    if done then done, err = journal:set_meta("schema", SCHEMA) end
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

local function not_there(path)
  return fault(path, "NotFound", "there is no journal; the campaign has not been run yet")
end

-- Brings the file up to this format where it is of the one before. One that a run has just made is empty yet.
local function look_at_format(journal, looks)
  local found, err = journal.db:rows "SELECT count(*) AS n, coalesce(sum(name = 'meta'), 0) AS meta FROM sqlite_master"
  if not found then return nil, err end
  if looks and found[1].n == 0 then return nil, not_there(journal.path) end
  if found[1].meta == 0 then return true end
  local schema
  schema, err = journal:meta "schema"
  if err then return nil, err end
  return schema ~= BEFORE or upgrade(journal)
end

-- A damaged journal may have forgotten who got the mail; it is better found before the first mail than amid them.
local function check_file(journal)
  local rows, err = journal.db:rows "PRAGMA quick_check(1)"
  if not rows then return nil, err end
  local found = rows[1].quick_check
  if found == "ok" then return true end
  local code, words = describe("DatabaseCorrupt", (found:gsub("%s+", " ")))
  return nil, fault(journal.path, code, words)
end

-- Makes what is missing, and takes the journal over.
local function prepare(journal, options)
  journal.token = new_token()
  local done, err = journal.db:exec_all {
    "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA journal_size_limit = 16777216",
    -- 2 MB: filled by a few thousand recipients, so that memory is the same for any number of them.
    "PRAGMA cache_size = -2000",
  }
  if done and not journal.made then done, err = check_file(journal) end
  if done and not journal.made then done, err = look_at_format(journal) end
  if not done then return nil, err end
  return journal.db:transaction(function()
    done, err = journal.db:exec(META)
    if done and not journal:meta "schema" then
      done, err = journal:set_meta("schema", SCHEMA)
      if done then done, err = journal:set_meta("campaign", options.campaign) end
    end
    if done then done, err = check(journal, options) end
    if done then done, err = journal.db:exec_all(TABLES) end
    if done then done, err = journal:set_meta("owner", journal.token) end
    return done, err
  end)
end

--- Opens a journal.
-- @tparam string path
-- @tparam ?table options `campaign`: its name; `read_only`: neither make the file nor lock it; `control`: the same, to
--   tell it something while a run works on it; `temporary`: the file is nobody else's, and `discard` removes all of
--   it; `clock`: the clock port; `patience`: seconds that a run waits for a full disk (300)
-- @treturn table|nil see ses.campaign.journal
-- @treturn ?ses.Error
function journal_sqlite.open(path, options)
  options = options or {}
  local made = not exists(path)
  local looks = options.read_only or options.control
  if made and looks then return nil, not_there(path) end
  local lock, err
  if not looks then
    lock, err = take_lock(path)
    if not lock then return nil, err end
  end
  local db
  db, err = sqlite.open(path, { describe = describe })
  local journal = setmetatable({ db = db, lock = lock, path = path, made = made,
    temporary = options.temporary, clock = options.clock or require "ses.adapters.clock",
    patience = options.patience or PATIENCE_SECONDS, cursor = 0, held = {}, in_hand = 0 }, Journal)
  local done = db ~= nil
  if done then
    if looks then
      done, err = look_at_format(journal, true)
      if done then done, err = check(journal, options) end
    else
      done, err = prepare(journal, options)
    end
  end
  if done then return journal end
  if db and made then journal:discard() else journal:close() end
  return nil, err
end

return journal_sqlite
