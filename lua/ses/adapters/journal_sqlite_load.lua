--- The part of an SQLite journal that takes the audience, and the lists of who must not be written to.
-- @module ses.adapters.journal_sqlite_load
local insert_each = require("ses.adapters.sql").insert_each
local loads = require "ses.adapters.journal_load"
local recipients = require "ses.adapters.journal_recipients"
local sqlite = require "ses.adapters.sqlite"

local part = {}

local quote = sqlite.quote

local ROWS_PER_INSERT = 100

local INSERT = "INSERT INTO recipients AS r (" .. recipients.COLUMNS .. ") VALUES "
local ON_CONFLICT = recipients.on_conflict "address"

local Load = { __name = "ses.adapters.journal_sqlite.Load" }
Load.__index = Load

for name, method in pairs(loads.methods) do Load[name] = method end

--- Adds one recipient; a second one with the same `address` is a duplicate, and only counted.
-- @tparam table recipient see ses.adapters.journal_recipients
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Load:add(recipient)
  self.total = self.total + 1
  return self:_put("(" .. recipients.values(recipient, self.number, quote) .. ")")
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
  local done, err = self:_end(meta)
  if done and self.bulk then done, err = self:_index() end
  if done then done, err = self.journal:set_meta("load", tostring(self.number)) end
  if not done then return nil, err end
  local after
  after, err = self.db:value("SELECT count(*) AS value FROM recipients")
  if not after then return nil, err end
  local duplicates = self.total - self.changed
  done, err = self.journal:set_meta("duplicates", tostring(duplicates))
  if done then done, err = self.db:exec "COMMIT" end
  if not done then return nil, err end
  self.journal:_requeued()
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
function part:load()
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
  return loads.new(Load, {
    db = self.db, journal = self, number = number + 1, before = before, bulk = bulk, insert = INSERT,
    on_conflict = bulk and "" or ON_CONFLICT, rows_per_insert = ROWS_PER_INSERT,
  })
end

--- Keeps the addresses that must not be written to, until the journal is closed.
-- @tparam function next_address gives one normalised address after the other, then nil; or nil and an error. After
--   an address come the `code` ("AccountSuppressionList" unless given) and the `reason` that its recipient bears; of
--   one that comes twice the first ones hold
-- @treturn integer|nil how many there are
-- @treturn ?ses.Error the list that was there before holds on
function part:set_suppressed(next_address)
  local db = self.db
  local done, err = db:exec_all {
    "DROP TABLE IF EXISTS temp.suppressed_next",
    "CREATE TEMP TABLE suppressed_next (address TEXT PRIMARY KEY, code TEXT NOT NULL, reason TEXT) WITHOUT ROWID",
  }
  if not done then return nil, err end
  local n
  n, err = insert_each(db, "INSERT OR IGNORE INTO suppressed_next (address, code, reason) VALUES %s", ROWS_PER_INSERT,
    recipients.suppressed(next_address, quote))
  if not n then return nil, err end
  done, err = db:exec_all {
    "DROP TABLE IF EXISTS temp.suppressed", "ALTER TABLE temp.suppressed_next RENAME TO suppressed",
  }
  return done and n, err
end

--- Sets pending recipients on the list of `set_suppressed` to suppressed, and those that are on it no more back to
-- pending; neither who has opted out or bounced, nor a row that this process has in its hands.
-- @treturn integer|nil how many rows changed their state
-- @treturn ?ses.Error
function part:apply_suppressed()
  local held = self:_held_after(0)
  return self.db:transaction(function()
    local listed, err = self.db:exec([[UPDATE recipients SET state = 'suppressed', code = s.code, reason = s.reason
      FROM temp.suppressed AS s WHERE recipients.state = 'pending' AND s.address = recipients.address]] .. held)
    if not listed then return nil, err end
    local moved
    moved, err = self.db:exec([[UPDATE recipients SET code = s.code, reason = s.reason
      FROM temp.suppressed AS s WHERE recipients.state = 'suppressed' AND s.address = recipients.address
        AND recipients.code NOT IN ]] .. recipients.LASTING .. [[
        AND (recipients.code <> s.code OR recipients.reason IS NOT s.reason)]])
    if not moved then return nil, err end
    local freed
    freed, err = self.db:exec([[UPDATE recipients SET state = 'pending', code = NULL, reason = NULL
      WHERE state = 'suppressed' AND code NOT IN ]] .. recipients.LASTING
      .. " AND address NOT IN (SELECT address FROM temp.suppressed)")
    if not freed then return nil, err end
    if freed > 0 then self:_requeued() end
    return listed + freed
  end)
end

return part
