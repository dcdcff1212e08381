--- The journal of a campaign in a PostgreSQL database, which any number of processes on any number of
-- hosts work on at once (see ses.campaign.journal for what a journal does).
--
-- Setting up (reading the audience) is one process's at a time, by an advisory lock that ends with its
-- connection. Claims, leases and commits are in ses.adapters.journal_postgres_work, the shared rate in
-- ses.adapters.journal_postgres_rate.
-- @module ses.adapters.journal_postgres
local errors = require "ses.errors"
local insert_each = require("ses.adapters.sql").insert_each
local postgres = require "ses.adapters.postgres"
local postgres_url = require "ses.adapters.postgres_url"
local schema = require "ses.adapters.journal_postgres_schema"

local journal_postgres = {}

local quote = postgres.quote

local ROWS_PER_INSERT = 200
local BYTES_PER_INSERT = 262144
local ROWS_PER_FETCH = 1000
-- The advisory locks of ses have this for their first half, the campaign for the second.
local LOCK_SPACE = 1936028531
-- A worker that is not heard of for so long is taken for dead.
local LEASE_SECONDS = 15
-- So long a lost database is tried again before the run gives up.
local PATIENCE_SECONDS = 300

local Journal = { __name = "ses.adapters.journal_postgres.Journal" }
Journal.__index = Journal

local Load = { __name = "ses.adapters.journal_postgres.Load" }
Load.__index = Load

for _, part in ipairs { "ses.adapters.journal_postgres_work", "ses.adapters.journal_postgres_rate" } do
  for name, method in pairs(require(part)) do Journal[name] = method end
end

local function fault(self, code, message)
  return errors.new { kind = "client", code = code, message = self.db.shown .. ": " .. message }
end

--- @treturn string|nil the text kept under a key
function Journal:meta(key)
  local row, err = self.db:row(("SELECT value FROM ses_meta WHERE campaign = %d AND key = %s"):format(self.id,
    quote(key)))
  return row and row.value, err
end

--- Keeps a text under a key.
function Journal:set_meta(key, value)
  return self.db:exec(([[INSERT INTO ses_meta (campaign, key, value) VALUES (%d, %s, %s)
    ON CONFLICT (campaign, key) DO UPDATE SET value = excluded.value]]):format(self.id, quote(key), quote(value)))
end

--- Takes the right to set the campaign up, which one process has at a time.
-- @treturn boolean|nil false where another process has it
-- @treturn ?ses.Error
function Journal:enter_setup()
  local row, err = self.db:row(("SELECT pg_try_advisory_lock(%d, %d) AS got"):format(LOCK_SPACE, self.id))
  if not row then return nil, err end
  self.setting_up = row.got == "t"
  return self.setting_up
end

--- Gives that right back.
function Journal:leave_setup()
  self.setting_up = false
  return self.db:exec(("SELECT pg_advisory_unlock(%d, %d)"):format(LOCK_SPACE, self.id))
end

--- How many other processes are at work on the campaign.
-- @treturn integer|nil
-- @treturn ?ses.Error
function Journal:others()
  local row, err = self.db:row(([[SELECT count(*) AS n FROM ses_workers WHERE campaign = %d AND NOT gone
    AND lease_until > clock_timestamp() AND id <> %d]]):format(self.id, self.worker or 0))
  if not row then return nil, err end
  return tonumber(row.n)
end

local INSERT = [[INSERT INTO ses_recipients AS r (campaign, address, row, load, state, email, name, data, code,
  reason) VALUES ]]
-- A known recipient keeps its state; what a mail to come would say follows the file.
local ON_CONFLICT = [[ ON CONFLICT (campaign, address) DO UPDATE SET load = excluded.load, row = excluded.row,
  email = CASE r.state WHEN 'pending' THEN excluded.email ELSE r.email END,
  name = CASE r.state WHEN 'pending' THEN excluded.name ELSE r.name END,
  data = CASE r.state WHEN 'pending' THEN excluded.data ELSE r.data END
  WHERE r.load <> excluded.load]]

function Load:_flush()
  if self.n == 0 then return true end
  local sql = INSERT .. table.concat(self.values, ",", 1, self.n) .. ON_CONFLICT
  self.n, self.bytes, self.seen = 0, 0, {}
  local changed, err = self.db:exec(sql)
  if not changed then return nil, err end
  self.changed = self.changed + changed
  return true
end

--- Adds one recipient; a second one with the same `address` is a duplicate, and only counted.
-- @tparam table recipient see ses.adapters.journal_sqlite
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Load:add(recipient)
  self.total = self.total + 1
  -- One statement may not meet one recipient twice.
  if self.seen[recipient.address] then return true end
  self.seen[recipient.address] = true
  local text = ("(%d,%s,%d,%d,%s,%s,%s,%s,%s,%s)"):format(self.journal.id, quote(recipient.address), recipient.row,
    self.number, quote(recipient.state or "pending"), quote(recipient.email), quote(recipient.name),
    quote(recipient.data), quote(recipient.code), quote(recipient.reason))
  self.n, self.bytes = self.n + 1, self.bytes + #text
  self.values[self.n] = text
  if self.n >= ROWS_PER_INSERT or self.bytes >= BYTES_PER_INSERT then return self:_flush() end
  return true
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
  local done, err = self:_flush()
  if not done then return nil, err end
  for key, value in pairs(meta or {}) do
    done, err = self.journal:set_meta(key, value)
    if not done then return nil, err end
  end
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
function Journal:load()
  local others, err = self:others()
  if not others then return nil, err end
  if others > 0 then
    return nil, fault(self, "JournalInUse", ("the audience is another than before, and %d other %s at work on it; "
      .. "wait until they end, or end them by Ctrl-C"):format(others, others == 1 and "process is" or "processes are"))
  end
  local row
  row, err = self.db:row("SELECT load FROM ses_campaigns WHERE id = " .. self.id)
  if not row then return nil, err end
  local done
  done, err = self.db:begin()
  if not done then return nil, err end
  local load = setmetatable({
    db = self.db, journal = self, number = tonumber(row.load) + 1, values = {}, seen = {}, n = 0, bytes = 0,
    total = 0, changed = 0,
  }, Load)
  -- Rows that were malformed are judged anew, by what the file says now.
  done, err = self.db:exec(([[DELETE FROM ses_recipients WHERE campaign = %d AND state = 'failed'
    AND address LIKE '!%%']]):format(self.id))
  if done then load.before, err = load:_count() end
  if load.before then return load end
  self.db:rollback()
  return nil, err
end

--- Keeps the addresses that must not be written to, until the connection ends.
-- @tparam function next_address see ses.adapters.journal_sqlite
-- @treturn integer|nil how many there are
-- @treturn ?ses.Error
function Journal:set_suppressed(next_address)
  local db = self.db
  local done, err = db:exec [[CREATE TEMP TABLE IF NOT EXISTS ses_suppressed (address text PRIMARY KEY);
    TRUNCATE ses_suppressed]]
  if not done then return nil, err end
  return insert_each(db, function(rows)
    return "INSERT INTO ses_suppressed (address) VALUES " .. rows .. " ON CONFLICT DO NOTHING"
  end, ROWS_PER_INSERT, next_address)
end

--- Sets pending recipients on the list of `set_suppressed` to suppressed, and those that are on it no
-- more back to pending; not those that a worker holds.
-- @treturn integer|nil how many rows changed
-- @treturn ?ses.Error
function Journal:apply_suppressed()
  local row, err = self.db:row(([[WITH listed AS (UPDATE ses_recipients SET state = 'suppressed'
      WHERE campaign = %d AND state = 'pending' AND worker IS NULL
        AND address IN (SELECT address FROM ses_suppressed) RETURNING 1),
    freed AS (UPDATE ses_recipients SET state = 'pending'
      WHERE campaign = %d AND state = 'suppressed' AND address NOT IN (SELECT address FROM ses_suppressed) RETURNING 1)
    SELECT (SELECT count(*) FROM listed) + (SELECT count(*) FROM freed) AS n]]):format(self.id, self.id))
  if not row then return nil, err end
  return tonumber(row.n)
end

--- Puts recipients back to pending, so that they are written to again. Malformed addresses stay.
-- @tparam string state "failed" or "in_doubt"
-- @treturn integer|nil how many
-- @treturn ?ses.Error
function Journal:requeue(state)
  return self.db:exec(([[UPDATE ses_recipients SET state = 'pending', code = NULL, reason = NULL, worker = NULL
    WHERE campaign = %d AND state = %s AND address NOT LIKE '!%%']]):format(self.id, quote(state)))
end

--- How many recipients are in each state; see ses.adapters.journal_sqlite.
-- @treturn table|nil
-- @treturn ?ses.Error
function Journal:counts()
  local counts = {
    pending = 0, sending = 0, sent = 0, failed = 0, suppressed = 0, in_doubt = 0, removed = 0, total = 0,
  }
  local rows, err = self.db:rows(([[SELECT CASE WHEN r.state IN ('pending', 'suppressed') AND r.load <> c.load
      THEN 'removed' ELSE r.state END AS state, count(*) AS n
    FROM ses_recipients r JOIN ses_campaigns c ON c.id = r.campaign WHERE r.campaign = %d GROUP BY 1]]):format(self.id))
  if not rows then return nil, err end
  for _, row in ipairs(rows) do
    local n = tonumber(row.n)
    counts[row.state] = n
    if row.state ~= "removed" then counts.total = counts.total + n end
  end
  local campaign
  campaign, err = self.db:row("SELECT duplicates FROM ses_campaigns WHERE id = " .. self.id)
  if not campaign then return nil, err end
  counts.duplicates = tonumber(campaign.duplicates)
  return counts
end

--- Failed recipients by reason, the most frequent first; see ses.adapters.journal_sqlite.
-- @treturn table|nil
-- @treturn ?ses.Error
function Journal:failures(groups, rows)
  local list, err = self.db:rows(([[SELECT code, reason, count(*) AS count FROM ses_recipients
    WHERE campaign = %d AND state = 'failed' GROUP BY code, reason ORDER BY count(*) DESC, min(row) LIMIT %d]])
    :format(self.id, groups))
  if not list then return nil, err end
  for _, group in ipairs(list) do
    group.count, group.rows = tonumber(group.count), {}
    local found
    found, err = self.db:rows(([[SELECT row FROM ses_recipients WHERE campaign = %d AND state = 'failed'
      AND code IS NOT DISTINCT FROM %s AND reason IS NOT DISTINCT FROM %s ORDER BY row LIMIT %d]]):format(self.id,
      quote(group.code), quote(group.reason), rows))
    if not found then return nil, err end
    for i, row in ipairs(found) do group.rows[i] = tonumber(row.row) end
  end
  return list
end

-- Calls a function for each row of a query, with a page of rows in memory at a time.
local function page(self, sql, fn)
  local done, err = self.db:exec("BEGIN READ ONLY; DECLARE ses_page NO SCROLL CURSOR FOR " .. sql)
  if not done then return nil, err end
  self.db.in_transaction = true
  local going = true
  while going do
    local rows
    rows, err = self.db:rows("FETCH " .. ROWS_PER_FETCH .. " FROM ses_page")
    if not rows then break end
    for _, row in ipairs(rows) do
      for _, name in ipairs { "id", "row", "updated" } do row[name] = tonumber(row[name]) end
      going = fn(row) ~= false
      if not going then break end
    end
    going = going and #rows == ROWS_PER_FETCH
  end
  self.db:rollback()
  if err then return nil, err end
  return true
end

--- Calls a function for each recipient of a state, in file order; see ses.adapters.journal_sqlite. The
-- function must not use the journal.
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Journal:each(state, fn)
  return page(self, ([[SELECT id, row, email, code, reason, message_id, updated FROM ses_recipients
    WHERE campaign = %d AND state = %s ORDER BY row, id]]):format(self.id, quote(state)), fn)
end

--- Copies the journal as it stands into an SQLite journal, for a run that leaves no trace.
-- @tparam string path of a file that is not there yet
-- @treturn boolean|nil
-- @treturn ?ses.Error
function Journal:copy(path)
  local copy, err = require("ses.adapters.journal_sqlite").open(path, { campaign = self.campaign })
  if not copy then return nil, err end
  local load
  load, err = copy:load()
  local done = load ~= nil
  local failed
  if done then
    done, err = page(self, ([[SELECT r.id, r.address, r.row, r.state, r.email, r.name, r.data, r.code, r.reason
      FROM ses_recipients r JOIN ses_campaigns c ON c.id = r.campaign WHERE r.campaign = %d AND r.load = c.load
      ORDER BY r.id]]):format(self.id), function(row)
      local added
      added, failed = load:add(row)
      return added ~= nil
    end)
    if failed then done, err = nil, failed end
  end
  local meta = {}
  for _, key in ipairs { "audience", "message" } do
    if done then meta[key], failed = self:meta(key) end
    if failed then done, err = nil, failed end
  end
  if done then done, err = load:finish(meta) end
  copy:close()
  return done and true, err
end

--- Closes the journal. What this process had claimed goes back to the others.
function Journal:close()
  if self.db then
    if self.worker then self:release() end
    self.db:close()
  end
  self.db, self.worker = nil, nil
end

--- Closes the journal, and forgets a campaign whose audience was never loaded.
function Journal:discard()
  if self.db and self.setting_up then
    self.db:exec(([[DELETE FROM ses_meta WHERE campaign = %d AND (SELECT load FROM ses_campaigns WHERE id = %d) = 0;
      DELETE FROM ses_campaigns WHERE id = %d AND load = 0]]):format(self.id, self.id, self.id))
  end
  self:close()
end

-- The campaign's number; made where it is missing.
local function find_campaign(self, options)
  local find = "SELECT id FROM ses_campaigns WHERE name = " .. quote(self.campaign)
  local row, err = self.db:row(find)
  if not row and not err and not options.read_only then
    local done
    done, err = self.db:exec(("INSERT INTO ses_campaigns (name) VALUES (%s) ON CONFLICT DO NOTHING")
      :format(quote(self.campaign)))
    if done then row, err = self.db:row(find) end
  end
  if row then
    self.id = tonumber(row.id)
    return true
  end
  return nil, err or fault(self, "NotFound", "there is no journal; the campaign has not been run yet")
end

--- Opens a journal.
-- @tparam string where a URL, as ses.adapters.postgres_url reads it; `lease_seconds` among its parameters is
--   how long a worker may be silent before the others take over what it had (15), `patience_seconds` how
--   long a run waits for a database that is gone (300)
-- @tparam table options `campaign`: its name; `read_only`: make nothing; `clock`: the clock port
-- @treturn table|nil see ses.campaign.journal
-- @treturn ?ses.Error
function journal_postgres.open(where, options)
  local address, err = postgres_url.parse(where, { lease_seconds = 1, patience_seconds = 0 })
  if not address then return nil, err end
  local db
  db, err = postgres.open(address)
  if not db then return nil, err end
  local self = setmetatable({
    db = db, campaign = options.campaign, clock = options.clock or require "ses.adapters.clock",
    lease = address.settings.lease_seconds or LEASE_SECONDS,
    patience = address.settings.patience_seconds or PATIENCE_SECONDS,
    held = {}, last = 0, commits = 0, ticked = -math.huge,
  }, Journal)
  local done
  done, err = schema.prepare(db, options.read_only)
  if done then done, err = find_campaign(self, options) end
  if done then return self end
  self:close()
  return nil, err
end

return journal_postgres
