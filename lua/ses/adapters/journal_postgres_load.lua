--- The part of a PostgreSQL journal that takes the audience, and the lists of who must not be written to.
-- @module ses.adapters.journal_postgres_load
local insert_each = require("ses.adapters.sql").insert_each
local loads = require "ses.adapters.journal_load"
local postgres = require "ses.adapters.postgres"
local recipients = require "ses.adapters.journal_recipients"

local part = {}

local quote = postgres.quote

local ROWS_PER_INSERT = 200

local INSERT = "INSERT INTO ses_recipients AS r (campaign, " .. recipients.COLUMNS .. ") VALUES "
local ON_CONFLICT = recipients.on_conflict "campaign, address"

local Load = { __name = "ses.adapters.journal_postgres.Load" }
Load.__index = Load

for name, method in pairs(loads.methods) do Load[name] = method end

--- Adds one recipient; a second one with the same `address` is a duplicate, and only counted.
-- @tparam table recipient see ses.adapters.journal_recipients
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Load:add(recipient)
  self.total = self.total + 1
  -- One statement may not meet one recipient twice.
  if self.n == 0 then self.seen = {} end
  if self.seen[recipient.address] then return true end
  self.seen[recipient.address] = true
  return self:_put(("(%d,%s)"):format(self.journal.id, recipients.values(recipient, self.number, quote)))
end

function Load:_count()
  local row, err = self.db:row("SELECT count(*) AS n FROM ses_recipients WHERE campaign = " .. self.journal.id)
  if not row then return nil, err end
  return tonumber(row.n)
end

--- Commits the load.
-- @tparam ?table meta texts to keep with it, by key
-- @treturn table|nil { added =, known =, duplicates = }
-- @treturn ?ses.Error
function Load:finish(meta)
  local done, err = self:_end(meta)
  if not done then return nil, err end
  local duplicates = self.total - self.changed
  done, err = self.db:exec(("UPDATE ses_campaigns SET load = %d, duplicates = %d WHERE id = %d"):format(self.number,
    duplicates, self.journal.id))
  if not done then return nil, err end
  local after
  after, err = self:_count()
  if after then done, err = self.db:commit() end
  if not after or not done then return nil, err end
  local added = after - self.before
  return { added = added, known = self.changed - added, duplicates = duplicates }
end

--- Undoes the load.
function Load:abort()
  self.db:rollback()
end

--- Begins a load of the audience: everything between here and `finish` is one transaction.
-- @treturn table|nil the load
-- @treturn ?ses.Error code "JournalInUse" where other processes are sending
function part:load()
  local others, err = self:others()
  if not others then return nil, err end
  if others > 0 then
    return nil, self:_fault("JournalInUse", ("the audience is another than before, and %d other %s at work on it; "
      .. "wait until they end, or end them by Ctrl-C"):format(others, others == 1 and "process is" or "processes are"))
  end
  local row
  row, err = self.db:row("SELECT load FROM ses_campaigns WHERE id = " .. self.id)
  if not row then return nil, err end
  local done
  done, err = self.db:begin()
  if not done then return nil, err end
  local load = loads.new(Load, {
    db = self.db, journal = self, number = tonumber(row.load) + 1, insert = INSERT, on_conflict = ON_CONFLICT,
    rows_per_insert = ROWS_PER_INSERT,
  })
  -- Rows that were malformed are judged anew, by what the file says now.
  done, err = self.db:exec(([[DELETE FROM ses_recipients WHERE campaign = %d AND state = 'failed'
    AND address LIKE '!%%']]):format(self.id))
  if done then load.before, err = load:_count() end
  if load.before then return load end
  self.db:rollback()
  return nil, err
end

--- Keeps the addresses that must not be written to, until the connection ends.
-- @tparam function next_address see ses.adapters.journal_sqlite_load
-- @treturn integer|nil how many there are
-- @treturn ?ses.Error
function part:set_suppressed(next_address)
  local db = self.db
  local done, err = db:exec [[DROP TABLE IF EXISTS pg_temp.ses_suppressed_next;
    CREATE TEMP TABLE ses_suppressed_next (address text PRIMARY KEY, code text NOT NULL, reason text)]]
  if not done then return nil, err end
  local n
  n, err = insert_each(db, "INSERT INTO ses_suppressed_next (address, code, reason) VALUES %s ON CONFLICT DO NOTHING",
    ROWS_PER_INSERT, recipients.suppressed(next_address, quote))
  if not n then return nil, err end
  done, err = db:exec [[DROP TABLE IF EXISTS pg_temp.ses_suppressed;
    ALTER TABLE pg_temp.ses_suppressed_next RENAME TO ses_suppressed]]
  if not done then return nil, err end
  self.suppressed_on = db.connections
  return n
end

--- Sets pending recipients on the list of `set_suppressed` to suppressed, and those that are on it no more back to
-- pending; neither who has opted out or bounced, nor a row that a worker holds.
-- @treturn integer|nil how many rows changed their state
-- @treturn ?ses.Error code "DatabaseGone" where the list was lost with its connection, and is to be set again
function part:apply_suppressed()
  local connected, err = self.db:connect()
  if not connected then return nil, err end
  if self.suppressed_on ~= self.db.connections then
    return nil, self:_fault("DatabaseGone", "the list of suppressed addresses was lost with the connection")
  end
  local row
  row, err = self.db:row(([[WITH listed AS (
      UPDATE ses_recipients r SET state = 'suppressed', code = s.code, reason = s.reason FROM ses_suppressed s
      WHERE r.campaign = %d AND r.state = 'pending' AND r.worker IS NULL AND r.address = s.address RETURNING 1),
    moved AS (
      UPDATE ses_recipients r SET code = s.code, reason = s.reason FROM ses_suppressed s
      WHERE r.campaign = %d AND r.state = 'suppressed' AND r.address = s.address AND r.code NOT IN %s
        AND (r.code <> s.code OR r.reason IS DISTINCT FROM s.reason)),
    freed AS (
      UPDATE ses_recipients r SET state = 'pending', code = NULL, reason = NULL
      WHERE r.campaign = %d AND r.state = 'suppressed' AND r.code NOT IN %s
        AND NOT EXISTS (SELECT 1 FROM ses_suppressed s WHERE s.address = r.address) RETURNING 1)
    SELECT (SELECT count(*) FROM listed) + (SELECT count(*) FROM freed) AS n]]):format(self.id, self.id,
    recipients.LASTING, self.id, recipients.LASTING))
  if not row then return nil, err end
  return tonumber(row.n)
end

return part
