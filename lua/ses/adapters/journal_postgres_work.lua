--- The part of a PostgreSQL journal that workers compete in: claims, leases, commits.
--
-- A process that sends is a worker: a row in `ses_workers` with a lease that each claim, commit and
-- heartbeat renews, by the server's clock. A claimed recipient bears the worker's number. A worker whose
-- lease has run out is declared gone by any other, for good: its claims go back, what it had in state sending
-- becomes in_doubt. Every statement that claims or commits locks the worker's row first, so that it comes
-- wholly before that or finds itself gone: a process that slept through its lease marks nothing as sending
-- any more, and so sends nothing. What it learns late of a mail that it did send is still written, unless
-- somebody has put the recipient back to the queue.
--
-- A statement whose connection was lost may have been carried out. Each can be repeated: a second time it
-- finds its work done.
-- @module ses.adapters.journal_postgres_work
local postgres = require "ses.adapters.postgres"

local work = {}

local quote = postgres.quote

-- How often a recipient in others' hands is looked for, and the least and the longest pause between two
-- tries to reach a database that is gone.
local LOOK_SECONDS = 0.25
local FIRST_RETRY, LAST_RETRY = 0.1, 2
local PROGRESS_SECONDS = 1

local ALIVE = "EXISTS (SELECT 1 FROM ses_workers WHERE id = %d AND NOT gone)"

local CLAIMABLE = [[campaign = %d AND state = 'pending' AND worker IS NULL AND NOT deferred
  AND load = (SELECT load FROM ses_campaigns WHERE id = %d)]]

-- Tries again for as long as the database is gone. `trouble` tells whoever shows the progress.
function work:_persist(fn)
  local clock = self.clock
  local began, pause = clock.monotonic(), FIRST_RETRY
  while true do
    local result, err = fn()
    if result or not err or err.code ~= "DatabaseGone" or clock.monotonic() - began >= self.patience then
      self.trouble = nil
      return result, err
    end
    self.outages = self.trouble and self.outages or (self.outages or 0) + 1
    self.trouble = "the journal's database cannot be reached, nothing is sent until it is back; " .. err.message
    if not clock.sleep(pause) then return nil, err end
    pause = math.min(LAST_RETRY, pause * 2)
  end
end

function work:_renewal(more)
  return ("UPDATE ses_workers SET lease_until = clock_timestamp() + interval '%g seconds'%s WHERE id = %d AND NOT gone")
    :format(self.lease, more or "", self.worker or 0)
end

-- Becomes a worker. What earlier runs put off is tried again.
function work:_register()
  local row, err = self.db:row(([[UPDATE ses_recipients SET deferred = false WHERE campaign = %d AND deferred;
    INSERT INTO ses_workers (campaign, lease_until)
    VALUES (%d, clock_timestamp() + interval '%g seconds') RETURNING id]]):format(self.id, self.id, self.lease))
  if not row then return nil, err end
  self.worker, self.last, self.unsure = tonumber(row.id), 0, false
  return true
end

--- Declares workers gone whose lease has run out: what they had claimed goes back, what they had in flight
-- is in doubt.
-- @treturn integer|nil how many recipients are in doubt by it
-- @treturn ?ses.Error
function work:recover()
  local row, err = self.db:row(([[WITH dead AS (
      UPDATE ses_workers SET gone = true WHERE campaign = %d AND NOT gone AND lease_until < clock_timestamp()
      RETURNING id),
    back AS (UPDATE ses_recipients r SET worker = NULL FROM dead WHERE r.worker = dead.id AND r.state = 'pending'),
    doubt AS (UPDATE ses_recipients r SET state = 'in_doubt', code = 'Interrupted',
      reason = 'was in flight when the process that sent it was cut off'
      FROM dead WHERE r.worker = dead.id AND r.state = 'sending' RETURNING 1),
    told AS (UPDATE ses_workers SET in_doubt = in_doubt + (SELECT count(*) FROM doubt) WHERE id = %d AND NOT gone
      AND id NOT IN (SELECT id FROM dead))
    SELECT count(*) AS n FROM doubt]]):format(self.id, self.worker or 0))
  if not row then return nil, err end
  return tonumber(row.n)
end

function work:_keep(rows)
  for _, row in ipairs(rows) do
    row.id, row.row, row.claim = tonumber(row.id), tonumber(row.row), self.worker
    self.held[row.id] = self.worker
  end
  table.sort(rows, function(a, b) return a.id < b.id end)
  return rows
end

-- What a claim took whose answer was lost on the way.
function work:_claimed_unheard()
  local rows, err = self.db:rows(([[SELECT id, row, email, name, data FROM ses_recipients
    WHERE worker = %d AND state = 'pending']]):format(self.worker))
  if not rows then return nil, err end
  local unheard = {}
  for _, row in ipairs(rows) do
    if self.held[tonumber(row.id)] ~= self.worker then unheard[#unheard + 1] = row end
  end
  self.unsure = false
  return self:_keep(unheard)
end

function work:_claim_after(last, n)
  local claimable = CLAIMABLE:format(self.id, self.id)
  local rows, err = self.db:rows(([[%s;
    WITH picked AS MATERIALIZED (SELECT id FROM ses_recipients WHERE %s AND id > %d AND %s
      ORDER BY id LIMIT %d FOR UPDATE SKIP LOCKED)
    UPDATE ses_recipients r SET worker = %d FROM picked WHERE r.id = picked.id
      RETURNING r.id, r.row, r.email, r.name, r.data]]):format(self:_renewal(), claimable, last,
    ALIVE:format(self.worker), n, self.worker))
  if not rows then
    self.unsure = err.code == "DatabaseGone"
    return nil, err
  end
  self:_keep(rows)
  if #rows > 0 then self.last = rows[#rows].id end
  return rows
end

-- Why a claim came back empty.
function work:_look()
  local claimable = CLAIMABLE:format(self.id, self.id)
  return self.db:row(([[SELECT %s AS alive, EXISTS (SELECT 1 FROM ses_recipients WHERE %s) AS more,
    EXISTS (SELECT 1 FROM ses_recipients r JOIN ses_workers w ON w.id = r.worker
      WHERE w.campaign = %d AND NOT w.gone AND w.id <> %d AND r.state IN ('pending', 'sending')) AS others]])
    :format(ALIVE:format(self.worker), claimable, self.id, self.worker))
end

function work:_claim(n)
  if not self.worker then
    local done, err = self:_register()
    if not done then return nil, err end
  end
  local rows, err
  if self.unsure then
    rows, err = self:_claimed_unheard()
    if not rows or #rows > 0 then return rows, err end
  end
  rows, err = self:_claim_after(self.last, n)
  if not rows or #rows > 0 then return rows, err end
  local found
  found, err = self:_look()
  if not found then return nil, err end
  if found.alive == "f" then
    self.worker = nil
    return self:_claim(n)
  end
  rows = {}
  if found.more == "t" then
    -- Given back by another, or in another's hands this very moment.
    rows, err = self:_claim_after(0, n)
    if not rows then return nil, err end
    if #rows == 0 then rows.wait = LOOK_SECONDS end
  elseif found.others == "t" then
    found, err = self:recover()
    if not found then return nil, err end
    rows.wait = LOOK_SECONDS
  end
  return rows
end

--- Claims recipients for this worker.
-- @tparam integer n how many at most
-- @treturn table|nil list of { id =, row =, email =, name =, data =, claim = }. Where it is empty, its `wait` is
--   after how many seconds to ask again, because others hold recipients that may come back; nil at the end
-- @treturn ?ses.Error
function work:claim(n)
  return self:_persist(function() return self:_claim(n) end)
end

local COUNTED = { sent = "sent", failed = "failed", in_doubt = "in_doubt" }

-- The worker's tally, added to once for each commit, however often that is tried.
function work:_tally(results)
  local n = {}
  for _, result in ipairs(results) do
    local name = COUNTED[result.state] or (result.later and "deferred")
    if name then n[name] = (n[name] or 0) + 1 end
  end
  local sets = { (", commits = %d"):format(self.commits) }
  for name, more in pairs(n) do
    sets[#sets + 1] = (", %s = %s + CASE WHEN commits < %d THEN %d ELSE 0 END"):format(name, name, self.commits, more)
  end
  return table.concat(sets)
end

function work:_results_sql(results)
  local values = {}
  for i, result in ipairs(results) do
    values[i] = ("(%d::bigint,%s,%s,%s,%s,%s::bigint,%d::bigint,%s)"):format(result.id, quote(result.state),
      quote(result.code), quote(result.reason), quote(result.message_id), quote(result.at),
      result.claim or self.held[result.id] or 0, quote(result.later == true))
  end
  -- Pending, for this worker to try again, it stays this worker's; all else is nobody's.
  return ([[UPDATE ses_recipients r SET state = v.state, code = v.code, reason = v.reason,
      message_id = v.message_id, updated = v.at, deferred = v.later,
      worker = CASE WHEN v.state = 'pending' AND NOT v.later AND v.worker = %d AND %s THEN v.worker END
    FROM (VALUES %s) AS v (id, state, code, reason, message_id, at, worker, later)
    WHERE r.id = v.id AND r.worker = v.worker AND r.state IN ('pending', 'sending', 'in_doubt')]]):format(
    self.worker or 0, ALIVE:format(self.worker or 0), table.concat(values, ","))
end

-- Those of a list of ids that were claimed by the worker that this process is now. It may have been another
-- before, and hold a recipient twice: as what it claimed then, which it has lost, and as what it claims now.
function work:_current(sending, claims)
  local current = {}
  for i, id in ipairs(sending) do
    if (claims and claims[i] or self.held[id]) == self.worker then current[#current + 1] = id end
  end
  return current
end

-- Which of a list of ids were not marked, as a set of their places.
function work:_lost(sending, claims, marked)
  local is_marked, lost = {}, {}
  for _, row in ipairs(marked) do is_marked[tonumber(row.id)] = true end
  for i, id in ipairs(sending) do
    if not is_marked[id] or (claims and claims[i] or self.held[id]) ~= self.worker then lost[i] = true end
  end
  return lost
end

function work:_sending_sql(sending)
  return ([[UPDATE ses_recipients SET state = 'sending' WHERE id IN (%s) AND worker = %d
    AND state IN ('pending', 'sending') AND %s RETURNING id]]):format(table.concat(sending, ","), self.worker or 0,
    ALIVE:format(self.worker or 0))
end

--- Writes what is about to be sent and what has been, in one transaction that has reached the disk when
-- this returns.
-- @tparam table sending ids that go to state sending
-- @tparam table results each { id =, state =, code =, reason =, message_id =, at =, later =, claim = }
-- @tparam ?table claims of `sending`, at the same places: the rows' `claim`; the last ones, unless given
-- @treturn boolean|nil
-- @treturn table|ses.Error where written: the places in `sending`, as a set, of recipients that are this
--   worker's no more and must not be sent; else the error, and nothing is written
function work:commit(sending, results, claims)
  self.commits = self.commits + 1
  local statements = { self:_renewal(self:_tally(results)) }
  if #results > 0 then statements[#statements + 1] = self:_results_sql(results) end
  local current = self:_current(sending, claims)
  if #current > 0 then statements[#statements + 1] = self:_sending_sql(current) end
  local sql = table.concat(statements, ";\n")
  local rows, err = self:_persist(function() return self.db:rows(sql) end)
  if not rows then return nil, err end
  local lost = self:_lost(sending, claims, #current > 0 and rows or {})
  for _, result in ipairs(results) do
    local id, claim = result.id, result.claim or self.held[result.id]
    local over = result.state ~= "pending" or result.later or claim ~= self.worker
    if over and self.held[id] == claim then self.held[id] = nil end
  end
  return true, lost
end

-- What all workers together have done, since the campaign began.
function work:_progress()
  local row, err = self.db:row(([[SELECT coalesce(sum(sent), 0) AS sent, coalesce(sum(failed), 0) AS failed,
    coalesce(sum(in_doubt), 0) AS in_doubt, coalesce(sum(deferred), 0) AS deferred,
    count(*) FILTER (WHERE NOT gone AND lease_until > clock_timestamp()) AS workers
    FROM ses_workers WHERE campaign = %d]]):format(self.id))
  if not row then return nil, err end
  for name, text in pairs(row) do row[name] = tonumber(text) end
  return row
end

--- Keeps the lease alive, takes over from the dead, and looks how far all have come; to be called often.
-- A database that is gone is no error here: the next claim or commit waits for it.
-- @treturn ?table { sent =, failed =, in_doubt =, deferred =, workers = } since the campaign began
function work:tick()
  if self.trouble then return self.progress end
  local now = self.clock.monotonic()
  if now - self.ticked >= math.min(PROGRESS_SECONDS, self.lease / 3) then
    self.ticked = now
    if self.worker and self.db:exec(self:_renewal()) then self:recover() end
    self.progress = self:_progress() or self.progress
  end
  return self.progress
end

--- Gives back what this worker had claimed, and ends it.
function work:release()
  local done = self.db:exec(([[UPDATE ses_recipients SET worker = NULL WHERE worker = %d AND state = 'pending';
    UPDATE ses_workers SET lease_until = clock_timestamp() - interval '1 second' WHERE id = %d AND NOT gone]])
    :format(self.worker, self.worker))
  if done then self:recover() end
end

return work
