--- What SES's events tell of mails that left, in a journal in SQL, alike for every database.
--
-- Besides its state a recipient has what became of its mail, `delivery`, of which the greatest one counts whatever the
-- order in which events come and however often:
--
--     delayed < delivered < rejected, rendering_failed < bounced < complained
--
-- `bounce_type` (Permanent, Transient, Undetermined; the worst) and `bounce_subtype` stay where a complaint follows.
-- Nothing here stands in an index, so that PostgreSQL writes it as a heap-only tuple where the page has room.
--
-- How many mails left in each few seconds, and how many of those came to bounce for good or to a complaint, is
-- counted beside, in `{tallies}`: a rate over the last hours is a sum over some thousand rows. Whoever commits counts
-- the mails, see ses.adapters.journal_sqlite_work and journal_postgres_work.
--
-- The journal gives `_recording(ids, fn)`: calls a function with those rows, locked, perhaps some at a time, in a
-- transaction, and runs the statements that it gives. `{tally_key}` are the columns that tell tallies apart, the last
-- of them `at`, and `{tally_of}` the beginning of their values.
-- @module ses.adapters.journal_feedback
local feedback = {}

-- Seconds of a tally.
local STEP = 10

local RANKS = { delayed = 1, delivered = 2, rejected = 3, rendering_failed = 3, bounced = 4, complained = 5 }
local BOUNCE_RANKS = { Undetermined = 1, Transient = 2, Permanent = 3 }

--- The columns that `_recording` gives of a row.
feedback.ROW = "id, address, state, message_id, updated, delivery, bounce_type, bounce_subtype"

--- The columns of what became of a mail, for the journal's tables.
feedback.COLUMNS = { { "delivery", "text" }, { "delivery_at", "bigint" }, { "bounce_type", "text" },
  { "bounce_subtype", "text" } }

--- What a mail that is written again begins with, in SQL.
feedback.NOTHING = "delivery = NULL, delivery_at = NULL, bounce_type = NULL, bounce_subtype = NULL"

--- When the tally begins that a moment, in Unix time, falls into.
function feedback._step(unix)
  return math.floor(unix / STEP) * STEP
end

--- When the tally begins that comes next.
-- @tparam number now Unix time
-- @treturn integer
function feedback:next_tally(now) -- luacheck: no self
  return feedback._step(now) + STEP
end

-- SES did not try, as the address stands on the account's list; that counts towards no rate.
local function counts(event)
  return event.subtype ~= "OnAccountSuppressionList"
end

-- What a recipient in doubt becomes by an event.
local function settle(change, event)
  change.settled = event.state
  change.sets = { state = event.state, code = event.code, reason = event.reason, updated = event.at }
  change.clear = not event.code
end

-- Takes an event into a row: what it changes, and what it adds to the row's tally. Nil where the event is of another
-- mail than the row's, or of none.
local function merge(row, event)
  local change = { sets = {}, bounced = 0, complained = 0 }
  local sets = change.sets
  if row.state == "in_doubt" then
    settle(change, event)
    sets = change.sets
  elseif row.state ~= "sent" and row.state ~= "sending" then
    return nil, "not_sent"
  elseif row.message_id and event.message_id and row.message_id ~= event.message_id then
    return nil, "other_mail"
  end
  if change.settled == "failed" then return change end
  -- That SES took a mail whose answer is still awaited, and may be lost.
  if not row.message_id then sets.message_id = event.message_id end
  if (RANKS[event.delivery] or 0) > (RANKS[row.delivery] or 0) then
    sets.delivery, sets.delivery_at = event.delivery, event.time
    change.recorded = event.delivery
    if event.delivery == "complained" and counts(event) then change.complained = 1 end
  end
  if (BOUNCE_RANKS[event.bounce_type] or 0) > (BOUNCE_RANKS[row.bounce_type] or 0) then
    sets.bounce_type, sets.bounce_subtype = event.bounce_type, event.subtype
    change.clear_subtype = event.subtype == nil
    change.recorded = event.delivery
    if event.bounce_type == "Permanent" and counts(event) then change.bounced = 1 end
  end
  return change
end

-- One after the other into a row: what the statement sets, and what became of each event.
local function merge_all(row, events, results)
  local sets, nulls, tally = {}, {}, { bounced = 0, complained = 0 }
  for _, event in ipairs(events) do
    local result = results[event.place]
    local change, why = nil, "unknown"
    if not event.address or event.address == row.address then change, why = merge(row, event) end
    if change then
      for name, value in pairs(change.sets) do
        sets[name], row[name], nulls[name] = value, value, nil
      end
      if change.settled and change.clear then nulls.code, nulls.reason = true, true end
      if change.clear_subtype then sets.bounce_subtype, nulls.bounce_subtype = nil, true end
      tally.bounced, tally.complained = tally.bounced + change.bounced, tally.complained + change.complained
      result.settled, result.recorded = change.settled, change.recorded
      result.counted = change.bounced + change.complained > 0
      result.what = (change.settled or change.recorded) and "recorded" or "known"
    else
      result.what = why
    end
  end
  return sets, nulls, tally
end

local function update(self, row, sets, nulls)
  local list = {}
  for name, value in pairs(sets) do list[#list + 1] = ("%s = %s"):format(name, self.quote(value)) end
  for name in pairs(nulls) do list[#list + 1] = name .. " = NULL" end
  if #list == 0 then return nil end
  table.sort(list)
  return self:_text("UPDATE {recipients} SET %s WHERE {mine} AND id = %d", table.concat(list, ", "), row.id)
end

--- A statement that adds to a tally, in SQL.
function feedback:_tally_sql(at, sent, bounced, complained)
  return self:_text([[INSERT INTO {tallies} AS t ({tally_key}, sent, bounced, complained)
    VALUES ({tally_of}%d, %d, %d, %d) ON CONFLICT ({tally_key}) DO UPDATE SET sent = t.sent + excluded.sent,
    bounced = t.bounced + excluded.bounced, complained = t.complained + excluded.complained]], at, sent, bounced,
    complained)
end

-- The statements for some rows. Tallies come last and in order, so that nobody waits for another in a circle.
local function statements_for(self, rows, by_id, results)
  local statements, tallies, order = {}, {}, {}
  for _, row in ipairs(rows) do
    local left_at = row.updated
    local sets, nulls, tally = merge_all(row, by_id[row.id], results)
    statements[#statements + 1] = update(self, row, sets, nulls)
    if tally.bounced + tally.complained > 0 then
      local at = feedback._step(left_at or self.clock.now())
      if not tallies[at] then
        tallies[at] = { bounced = 0, complained = 0 }
        order[#order + 1] = at
      end
      tallies[at].bounced = tallies[at].bounced + tally.bounced
      tallies[at].complained = tallies[at].complained + tally.complained
    end
  end
  table.sort(order)
  for _, at in ipairs(order) do
    statements[#statements + 1] = self:_tally_sql(at, 0, tallies[at].bounced, tallies[at].complained)
  end
  return statements
end

--- Records what events tell of recipients' mails, and settles those that stand in doubt, all of it or, where it
-- fails, perhaps a part: it may be done again. Changes nobody to whom no mail has left.
-- @tparam table events list of { id =, address = (normalised; where it is that recipient's alone), state = "sent", or
--   "failed" where it will not be sent, delivery = one of the above, or nil where the event tells only that SES took
--   the mail, message_id =, at = when the mail was sent, time = of the event (both Unix time, whole), bounce_type =,
--   subtype =, code =, reason = }
-- @treturn table|nil for each event { what = "recorded", "known" (it told nothing new), "other_mail" (of an earlier
--   mail to that recipient), "not_sent" (no mail has left) or "unknown" (no such recipient), settled = what a
--   recipient in doubt became, or nil, recorded = its `delivery` where that was new, counted = whether it counts as a
--   bounce or a complaint }
-- @treturn ?ses.Error
function feedback:record(events)
  local by_id, ids, results = {}, {}, {}
  for i, event in ipairs(events) do
    results[i] = { what = "unknown" }
    event.place = i
    local list = by_id[event.id]
    if not list then
      list = {}
      by_id[event.id] = list
      ids[#ids + 1] = event.id
    end
    list[#list + 1] = event
  end
  if #ids == 0 then return results end
  table.sort(ids)
  local done, err = self:_recording(ids, function(rows) return statements_for(self, rows, by_id, results) end)
  if not done then return nil, err end
  return results
end

--- Leaves out whoever is pending under some addresses, also of those that a run has claimed: it learns so with state
-- sending. No list brings them back.
-- @tparam table addresses list, normalised
-- @tparam string code "Bounce" or "Complaint"
-- @tparam ?string reason
-- @treturn integer|nil how many
-- @treturn ?ses.Error
function feedback:suppress(addresses, code, reason)
  local total = 0
  for _, address in ipairs(addresses) do
    local n, err = self:_exec(self:_text([[UPDATE {recipients} SET state = 'suppressed', code = %s,
      reason = %s{unclaimed} WHERE {mine} AND state = 'pending' AND address = %s]], self.quote(code),
      self.quote(reason), self.quote(address)))
    if not n then return nil, err end
    total = total + n
  end
  return total
end

--- How many mails left since a moment, and what became of them.
-- @tparam number since Unix time, rounded down to ten seconds
-- @treturn table|nil { sent = that left or may have, bounced = of those for good, complained = }
-- @treturn ?ses.Error
function feedback:sent_since(since)
  local rows, err = self:_rows(self:_text([[SELECT coalesce(sum(sent), 0) AS sent,
    coalesce(sum(bounced), 0) AS bounced, coalesce(sum(complained), 0) AS complained FROM {tallies}
    WHERE {mine} AND at >= %d]], feedback._step(math.max(0, since))))
  return rows and rows[1], err
end

return feedback
