--- The journal of a campaign in a PostgreSQL database, which any number of processes on any number of
-- hosts work on at once (see ses.campaign.journal for what a journal does).
--
-- Setting up (reading the audience) is one process's at a time, by an advisory lock that ends with its
-- connection. What workers compete in is in ses.adapters.journal_postgres_work and journal_postgres_claim, the shared
-- rate in ses.adapters.journal_postgres_rate.
-- @module ses.adapters.journal_postgres
local errors = require "ses.errors"
local feedback = require "ses.adapters.journal_feedback"
local NUMBERS = require("ses.adapters.journal_report").NUMBERS
local postgres = require "ses.adapters.postgres"
local postgres_url = require "ses.adapters.postgres_url"
local schema = require "ses.adapters.journal_postgres_schema"

local journal_postgres = {}

local quote = postgres.quote

local ROWS_PER_FETCH = 1000
-- The advisory locks of ses have this for their first half, the campaign for the second.
local LOCK_SPACE = 1936028531
-- A worker that is not heard of for so long is taken for dead.
local LEASE_SECONDS = 15
-- So long a lost database is tried again before the run gives up.
local PATIENCE_SECONDS = 300

local Journal = { __name = "ses.adapters.journal_postgres.Journal" }
Journal.__index = Journal

for _, part in ipairs {
  "ses.adapters.journal_postgres_load", "ses.adapters.journal_postgres_claim", "ses.adapters.journal_postgres_work",
  "ses.adapters.journal_postgres_rate", "ses.adapters.journal_report", "ses.adapters.journal_control",
  "ses.adapters.journal_feedback", "ses.adapters.journal_patience",
} do
  for name, member in pairs(require(part)) do
    if type(member) == "function" then Journal[name] = member end
  end
end

Journal.quote = quote

function Journal:_fault(code, message)
  return errors.new {
    kind = "client", code = code, message = self.db.shown .. ": " .. message, retryable = code == "DatabaseGone",
  }
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

--- How many processes are at work on the campaign, this one too where it is.
-- @treturn integer|nil
-- @treturn ?ses.Error
function Journal:workers()
  local others, err = self:others()
  if not others then return nil, err end
  return others + (self.worker and 1 or 0)
end

function Journal:_duplicates()
  local row, err = self.db:row("SELECT duplicates FROM ses_campaigns WHERE id = " .. self.id)
  if not row then return nil, err end
  return tonumber(row.duplicates)
end

-- How the parts that all databases share name things here.
local function names_of(id)
  return {
    recipients = "ses_recipients", meta = "ses_meta", log = "ses_log", days = "ses_days",
    mine = "campaign = " .. id, unclaimed = ", worker = NULL",
    load = "(SELECT load FROM ses_campaigns WHERE id = " .. id .. ")",
    log_row = "INSERT INTO ses_log (campaign, at, kind, text) VALUES (" .. id .. ",",
    tallies = "ses_tallies", tally_key = "campaign, worker, at", tally_of = id .. ", 0, ",
    meta_key = "campaign, key", meta_of = id .. ", ",
  }
end

function Journal:_text(template, ...)
  return (template:gsub("{([%a_]+)}", self.names):format(...))
end

local function with_numbers(row)
  for _, name in ipairs(NUMBERS) do row[name] = row[name] and tonumber(row[name]) end
  return row
end

function Journal:_rows(sql)
  local rows, err = self.db:rows(sql)
  if not rows then return nil, err end
  for _, row in ipairs(rows) do with_numbers(row) end
  return rows
end

function Journal:_exec(sql)
  return self.db:exec(sql)
end

-- Runs in one transaction what a function makes of some rows. Those that another holds are left where it is told so:
-- whoever waits for a row while holding others may wait in a circle.
local function record_some(self, ids, fn, skip)
  local done, err = self.db:begin()
  if not done then return nil, err end
  local rows
  rows, err = self:_rows(self:_text("SELECT %s FROM {recipients} WHERE {mine} AND id IN (%s) ORDER BY id"
    .. " FOR NO KEY UPDATE%s", feedback.ROW, table.concat(ids, ","), skip and " SKIP LOCKED" or ""))
  if rows then
    local statements = fn(rows)
    done, err = true, nil
    if #statements > 0 then done, err = self.db:exec(table.concat(statements, ";\n")) end
    if done then done, err = self.db:commit() end
  else
    done = nil
  end
  if done then return rows end
  self.db:rollback()
  return nil, err
end

function Journal:_recording(ids, fn)
  local rows, err = record_some(self, ids, fn, #ids > 1)
  if not rows or #rows == #ids or #ids == 1 then return rows and true, err end
  local seen = {}
  for _, row in ipairs(rows) do seen[row.id] = true end
  for _, id in ipairs(ids) do
    if not seen[id] then
      rows, err = record_some(self, { id }, fn)
      if not rows then return nil, err end
    end
  end
  return true
end

-- Whoever finds the list empty looks at all of it.
function Journal:_requeued() end

-- Calls a function for each row of a query, with a page of rows in memory at a time.
function Journal:_each(sql, fn)
  local done, err = self.db:exec("BEGIN READ ONLY; DECLARE ses_page NO SCROLL CURSOR FOR " .. sql)
  if not done then return nil, err end
  self.db.in_transaction = true
  local going = true
  while going do
    local rows
    rows, err = self.db:rows("FETCH " .. ROWS_PER_FETCH .. " FROM ses_page")
    if not rows then break end
    for _, row in ipairs(rows) do
      going = fn(with_numbers(row)) ~= false
      if not going then break end
    end
    going = going and #rows == ROWS_PER_FETCH
  end
  self.db:rollback()
  if err then return nil, err end
  return true
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
    done, err = self:_each(self:_text [[SELECT id, address, row, state, email, name, data, language, variant, zone,
      code, reason FROM {recipients} WHERE {mine} AND load = {load} ORDER BY id]], function(row)
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
    self.db:exec(self:_text([[DELETE FROM {meta} WHERE {mine} AND {load} = 0;
      DELETE FROM {log} WHERE {mine} AND {load} = 0;
      DELETE FROM ses_campaigns WHERE id = %d AND load = 0]], self.id))
  end
  self:close()
end

-- The campaign's number; made where it is missing.
local function find_campaign(self, options)
  local find = "SELECT id FROM ses_campaigns WHERE name = " .. quote(self.campaign)
  local row, err = self.db:row(find)
  if not row and not err and not (options.read_only or options.control) then
    local done
    done, err = self.db:exec(("INSERT INTO ses_campaigns (name) VALUES (%s) ON CONFLICT DO NOTHING")
      :format(quote(self.campaign)))
    if done then row, err = self.db:row(find) end
  end
  if row then
    self.id = tonumber(row.id)
    self.names = names_of(row.id)
    return true
  end
  return nil, err or self:_fault("NotFound", "there is no journal; the campaign has not been run yet")
end

--- Opens a journal.
-- @tparam string where a URL, as ses.adapters.postgres_url reads it; `lease_seconds` among its parameters is
--   how long a worker may be silent before the others take over what it had (15), `patience_seconds` how
--   long a run waits for a database that is gone (300)
-- @tparam table options `campaign`: its name; `read_only`, `control`: make nothing; `clock`: the clock
--   port
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
  done, err = schema.prepare(db, options.read_only or options.control)
  if done then done, err = find_campaign(self, options) end
  if done then return self end
  self:close()
  return nil, err
end

return journal_postgres
