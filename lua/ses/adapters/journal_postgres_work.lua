--- The part of a PostgreSQL journal that workers compete in: leases and commits; claims are in
-- ses.adapters.journal_postgres_claim.
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

local PROGRESS_SECONDS = 1

local ALIVE = "EXISTS (SELECT 1 FROM ses_workers WHERE id = %d AND NOT gone)"

-- A condition that this process's worker has not been declared gone.
function work:_alive()
  return ALIVE:format(self.worker or 0)
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
-- @tparam ?string day on which the mails in doubt count; the day of the last claim unless given
-- @treturn integer|nil how many recipients are in doubt by it
-- @treturn ?ses.Error
function work:recover(day)
  day = day or self.day
  local row, err = self.db:row(([[WITH dead AS (
      UPDATE ses_workers SET gone = true WHERE campaign = %d AND NOT gone AND lease_until < clock_timestamp()
      RETURNING id),
    back AS (UPDATE ses_recipients r SET worker = NULL FROM dead WHERE r.worker = dead.id AND r.state = 'pending'),
    over AS (UPDATE ses_recipients r SET state = CASE WHEN r.message_id IS NULL THEN 'in_doubt' ELSE 'sent' END,
      code = CASE WHEN r.message_id IS NULL THEN 'Interrupted' END,
      reason = CASE WHEN r.message_id IS NULL THEN 'was in flight when the process that sent it was cut off' END
      FROM dead WHERE r.worker = dead.id AND r.state = 'sending' RETURNING r.state, r.updated),
    doubt AS (SELECT FROM over WHERE state = 'in_doubt'),
    tallied AS (INSERT INTO ses_tallies AS t (campaign, at, worker, sent, bounced, complained)
      SELECT %d, updated / 10 * 10, %d, count(*), 0, 0 FROM over GROUP BY 2 ORDER BY 2
      ON CONFLICT (campaign, at, worker) DO UPDATE SET sent = t.sent + excluded.sent),
    told AS (UPDATE ses_workers SET in_doubt = in_doubt + (SELECT count(*) FROM doubt) WHERE id = %d AND NOT gone
      AND id NOT IN (SELECT id FROM dead)),
    counted AS (INSERT INTO ses_days AS d (campaign, day, worker, n)
      SELECT %d, %s, %d, count(*) FROM over WHERE %s HAVING count(*) > 0
      ON CONFLICT (campaign, day, worker) DO UPDATE SET n = d.n + excluded.n)
    SELECT count(*) AS n FROM doubt]]):format(self.id, self.id, self.worker or 0, self.worker or 0, self.id, quote(day),
    self.worker or 0, day and "true" or "false"))
  if not row then return nil, err end
  return tonumber(row.n)
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

local ON_A_DAY = { sent = true, in_doubt = true }

-- What adds the mails that left to their days' counters, which each worker has its own of. In doubt by the lease of
-- an earlier worker of this process, a mail was counted when that was declared gone.
function work:_days_sql(results)
  local n, values = {}, {}
  for _, result in ipairs(results) do
    if result.day and ON_A_DAY[result.state] and (result.claim or self.held[result.id]) == self.worker then
      n[result.day] = (n[result.day] or 0) + 1
    end
  end
  for day, more in pairs(n) do values[#values + 1] = ("(%s,%d)"):format(quote(day), more) end
  if #values == 0 then return nil end
  return ([[INSERT INTO ses_days AS d (campaign, day, worker, n)
    SELECT %d, v.day, %d, v.n FROM (VALUES %s) AS v (day, n),
      (SELECT 1 FROM ses_workers WHERE id = %d AND NOT gone AND commits < %d FOR UPDATE) AS me
    ON CONFLICT (campaign, day, worker) DO UPDATE SET n = d.n + excluded.n]]):format(self.id, self.worker,
    table.concat(values, ","), self.worker, self.commits)
end

-- What adds the mails that left to their tallies, as their days' counters are added to.
function work:_tallies_sql(results)
  local n, values = {}, {}
  for _, result in ipairs(results) do
    if ON_A_DAY[result.state] and (result.claim or self.held[result.id]) == self.worker then
      local at = self._step(result.at or self.clock.now())
      n[at] = (n[at] or 0) + 1
    end
  end
  for at, more in pairs(n) do values[#values + 1] = ("(%d::bigint,%d)"):format(at, more) end
  if #values == 0 then return nil end
  return ([[INSERT INTO ses_tallies AS t (campaign, at, worker, sent, bounced, complained)
    SELECT %d, v.at, %d, v.n, 0, 0 FROM (VALUES %s) AS v (at, n),
      (SELECT 1 FROM ses_workers WHERE id = %d AND NOT gone AND commits < %d FOR UPDATE) AS me
    ON CONFLICT (campaign, at, worker) DO UPDATE SET sent = t.sent + excluded.sent]]):format(self.id, self.worker,
    table.concat(values, ","), self.worker, self.commits)
end

function work:_results_sql(results)
  local values = {}
  for i, result in ipairs(results) do
    values[i] = ("(%d::bigint,%s,%s,%s,%s,%s::bigint,%s::bigint,%d::bigint,%s,%s)"):format(result.id,
      quote(result.state), quote(result.code), quote(result.reason), quote(result.message_id), quote(result.at),
      quote(result.latency_ms), result.claim or self.held[result.id] or 0, quote(result.later == true),
      quote(result.release == true))
  end
  -- Pending, for this worker to try again, it stays this worker's; all else is nobody's.
  -- An event may have told that SES took a mail whose answer never came.
  return ([[UPDATE ses_recipients r SET
      state = CASE WHEN v.state = 'in_doubt' AND r.message_id IS NOT NULL THEN 'sent' ELSE v.state END,
      code = CASE WHEN v.state <> 'in_doubt' OR r.message_id IS NULL THEN v.code END,
      reason = CASE WHEN v.state <> 'in_doubt' OR r.message_id IS NULL THEN v.reason END,
      message_id = coalesce(v.message_id, r.message_id), updated = v.at, latency_ms = v.latency_ms, deferred = v.later,
      worker = CASE WHEN v.state = 'pending' AND NOT v.later AND NOT v.release AND v.worker = %d AND %s
        THEN v.worker END
    FROM (VALUES %s) AS v (id, state, code, reason, message_id, at, latency_ms, worker, later, release)
    WHERE r.id = v.id AND r.worker = v.worker AND r.state IN ('pending', 'sending', 'in_doubt')]]):format(
    self.worker or 0, self:_alive(), table.concat(values, ","))
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
  return ([[UPDATE ses_recipients SET state = 'sending', updated = %d WHERE id IN (%s) AND worker = %d
    AND state IN ('pending', 'sending') AND %s RETURNING id]]):format(math.floor(self.clock.now()),
    table.concat(sending, ","), self.worker or 0, self:_alive())
end

--- Writes what is about to be sent and what has been, in one transaction that has reached the disk when
-- this returns.
-- @tparam table sending ids that go to state sending
-- @tparam table results see ses.campaign.journal
-- @tparam ?table claims of `sending`, at the same places: the rows' `claim`; the last ones, unless given
-- @treturn boolean|nil
-- @treturn table|ses.Error where written: the places in `sending`, as a set, of recipients that are this
--   worker's no more and must not be sent; else the error, and nothing is written
function work:commit(sending, results, claims)
  self.commits = self.commits + 1
  local statements = { self:_tallies_sql(results) }
  statements[#statements + 1] = self:_days_sql(results)
  statements[#statements + 1] = self:_renewal(self:_tally(results))
  if #results > 0 then statements[#statements + 1] = self:_results_sql(results) end
  local current = self:_current(sending, claims)
  if #current > 0 then statements[#statements + 1] = self:_sending_sql(current) end
  local sql = table.concat(statements, ";\n")
  local rows, err = self:_persist("commit", function() return self.db:rows(sql) end)
  if not rows then return nil, err end
  local lost = self:_lost(sending, claims, #current > 0 and rows or {})
  for _, result in ipairs(results) do
    local id, claim = result.id, result.claim or self.held[result.id]
    local over = result.state ~= "pending" or result.later or result.release or claim ~= self.worker
    if over and self.held[id] == claim then self.held[id] = nil end
    if result.release then self.last = math.min(self.last, id - 1) end
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
  if self.trouble_code == "DatabaseGone" then return self.progress end
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
