--- What a journal in SQL tells of its recipients, alike for every database: counts, lists, charts.
--
-- The journal gives `_rows(sql)` (all rows of a query, with numbers for numbers in `NUMBERS`), `_each(sql, fn)`
-- (one after the other), and `_text(sql, …)`, which puts the names of its tables in place of `{recipients}`,
-- `{log}`, `{days}`, the condition that a row is its campaign's in place of `{mine}`, and the number of its last load
-- in place of `{load}`, before it formats.
-- @module ses.adapters.journal_report
local keys = require "ses.keys"

local report = {}

--- Columns of the queries here that are numbers, for databases that give text.
report.NUMBERS = {
  "id", "row", "updated", "latency_ms", "removed", "n", "at", "sent", "failed", "in_doubt", "below_ms", "delivery_at",
  "bounced", "complained",
}

-- Who is gone from the file and will not be written to.
local REMOVED = "(state IN ('pending', 'suppressed') AND load <> {load})"
-- Latencies of more than this are told as one.
local LONGEST_LATENCY_EXPONENT = 17

local function suppressed_by(self, n)
  local by = {}
  if n == 0 then return by end
  local rows, err = self:_rows(self:_text([[SELECT code, reason, count(*) AS n FROM {recipients}
    WHERE {mine} AND state = 'suppressed' AND load = {load} GROUP BY code, reason]]))
  if not rows then return nil, err end
  for _, row in ipairs(rows) do by[row.code .. (row.reason and ":" .. row.reason or "")] = row.n end
  return by
end

-- What became of the mails that left: those that bounced for good apart from the others.
local DELIVERY = [[CASE WHEN state = 'sent' AND delivery = 'bounced' THEN CASE bounce_type WHEN 'Permanent'
  THEN 'bounced_hard' ELSE 'bounced_soft' END WHEN state = 'sent' THEN delivery END]]

--- How many recipients are in each state.
-- @treturn table|nil with every state; `removed`: pending or suppressed ones that the file holds no more;
--   `duplicates`: rows of the file that the last load left out; `total`: recipients that are not removed;
--   `suppressed_by`: number by "code:reason", or by the code alone where there is no reason; `delivery`: numbers of
--   those sent, as far as events tell, by `delayed`, `delivered`, `rejected`, `rendering_failed`, `bounced_hard`,
--   `bounced_soft` and `complained`
-- @treturn ?ses.Error
function report:counts()
  local counts = {
    pending = 0, sending = 0, sent = 0, failed = 0, suppressed = 0, in_doubt = 0, removed = 0, total = 0, delivery = {},
  }
  local rows, err = self:_rows(self:_text("SELECT CASE WHEN " .. REMOVED .. " THEN 'removed' ELSE state END AS state, "
    .. DELIVERY .. " AS delivery, count(*) AS n FROM {recipients} WHERE {mine} GROUP BY 1, 2"))
  if not rows then return nil, err end
  for _, row in ipairs(rows) do
    counts[row.state] = counts[row.state] + row.n
    if row.delivery then counts.delivery[row.delivery] = row.n end
    if row.state ~= "removed" then counts.total = counts.total + row.n end
  end
  counts.suppressed_by, err = suppressed_by(self, counts.suppressed)
  if counts.suppressed_by then counts.duplicates, err = self:_duplicates() end
  if not counts.duplicates then return nil, err end
  return counts
end

local function is(self, column, value)
  return value == nil and column .. " IS NULL" or column .. " = " .. self.quote(value)
end

--- Failed recipients by reason, the most frequent first.
-- @tparam integer groups how many groups at most
-- @tparam integer rows how many row numbers a group lists at most
-- @treturn table|nil list of { code =, reason =, count =, rows = {…} }
-- @treturn ?ses.Error
function report:failures(groups, rows)
  local list, err = self:_rows(self:_text([[SELECT code, reason, count(*) AS n FROM {recipients}
    WHERE {mine} AND state = 'failed' GROUP BY code, reason ORDER BY count(*) DESC, min(row) LIMIT %d]], groups))
  if not list then return nil, err end
  for _, group in ipairs(list) do
    group.count, group.n, group.rows = group.n, nil, {}
    local found
    found, err = self:_rows(self:_text("SELECT row FROM {recipients} WHERE {mine} AND state = 'failed' AND %s AND %s"
      .. " ORDER BY row LIMIT %d", is(self, "code", group.code), is(self, "reason", group.reason), rows))
    if not found then return nil, err end
    for i, row in ipairs(found) do group.rows[i] = row.row end
  end
  return list
end

--- Calls a function for each recipient of a state, in file order. The function must not use the journal.
-- @tparam ?string state nil: of every state
-- @tparam function fn takes { id =, row =, email =, name =, state =, code =, reason =, message_id =, updated =,
--   latency_ms =, language =, variant =, zone =, delivery =, delivery_at =, bounce_type =, bounce_subtype = (see
--   ses.adapters.journal_feedback), removed = boolean }; returns false to end
-- @treturn boolean|nil
-- @treturn ?ses.Error
function report:each(state, fn)
  local sql = self:_text([[SELECT id, row, email, name, state, code, reason, message_id, updated, latency_ms,
    language, variant, zone, delivery, delivery_at, bounce_type, bounce_subtype,
    CASE WHEN ]] .. REMOVED .. [[ THEN 1 ELSE 0 END AS removed
    FROM {recipients} WHERE {mine}%s ORDER BY row, id]], state and " AND " .. is(self, "state", state) or "")
  return self:_each(sql, function(row)
    row.removed = row.removed == 1
    return fn(row)
  end)
end

--- How many recipients are pending in each time zone, with "" for those without one. This reads the whole list.
-- @treturn table|nil numbers by zone
-- @treturn ?ses.Error
function report:pending_by_zone()
  local rows, err = self:_rows(self:_text [[SELECT coalesce(zone, '') AS zone, count(*) AS n FROM {recipients}
    WHERE {mine} AND state = 'pending' AND load = {load} GROUP BY 1]])
  if not rows then return nil, err end
  local by_zone = {}
  for _, row in ipairs(rows) do by_zone[row.zone] = row.n end
  return by_zone
end

--- The time zones of recipients that are pending, as of `pending_by_zone`.
-- @treturn table|nil list of texts, sorted
-- @treturn ?ses.Error
function report:zones()
  local by_zone, err = self:pending_by_zone()
  if not by_zone then return nil, err end
  return keys.sorted(by_zone)
end

--- How many mails left on a day, or may have.
-- @tparam string day "2026-12-01", as the run that sent them called it
-- @treturn integer|nil
-- @treturn ?ses.Error
function report:sent_on(day)
  local rows, err = self:_rows(self:_text("SELECT coalesce(sum(n), 0) AS n FROM {days} WHERE {mine} AND day = %s",
    self.quote(day)))
  if not rows then return nil, err end
  return rows[1].n
end

--- What became of how many over time.
-- @tparam integer seconds of a bucket
-- @tparam ?number since Unix time; without it, all of it
-- @treturn table|nil list of { at = Unix time that the bucket begins, sent =, failed =, in_doubt = }, in order,
--   of buckets that have any
-- @treturn ?ses.Error
function report:timeline(seconds, since)
  local later = since and (" AND updated >= %d"):format(math.floor(since)) or ""
  return self:_rows(self:_text([[SELECT updated / %d * %d AS at,
      sum(CASE state WHEN 'sent' THEN 1 ELSE 0 END) AS sent,
      sum(CASE state WHEN 'failed' THEN 1 ELSE 0 END) AS failed,
      sum(CASE state WHEN 'in_doubt' THEN 1 ELSE 0 END) AS in_doubt
    FROM {recipients} WHERE {mine} AND state IN ('sent', 'failed', 'in_doubt') AND updated IS NOT NULL%s
    GROUP BY 1 ORDER BY 1]], seconds, seconds, later))
end

--- How long SES took to answer, over the mails that it took.
-- @treturn table|nil list of { below_ms = a power of 2, n = }, ascending: n took less than that, and no less than
--   half of it
-- @treturn ?ses.Error
function report:latencies()
  local cases = {}
  for k = 0, LONGEST_LATENCY_EXPONENT - 1 do cases[k + 1] = ("WHEN latency_ms < %d THEN %d"):format(2 ^ k, 2 ^ k) end
  return self:_rows(self:_text([[SELECT CASE %s ELSE %d END AS below_ms, count(*) AS n FROM {recipients}
    WHERE {mine} AND state = 'sent' AND latency_ms IS NOT NULL GROUP BY 1 ORDER BY 1]], table.concat(cases, " "),
    2 ^ LONGEST_LATENCY_EXPONENT))
end

--- How many recipients there are by language, variant and state, without those that are removed.
-- @treturn table|nil list of { language =, variant =, state =, n = }, sorted
-- @treturn ?ses.Error
function report:breakdown()
  return self:_rows(self:_text("SELECT language, variant, state, count(*) AS n FROM {recipients} WHERE {mine}"
    .. " AND NOT " .. REMOVED .. " GROUP BY language, variant, state"
    .. " ORDER BY coalesce(language, ''), coalesce(variant, ''), state"))
end

--- When the first mail left, of those that left at a time or after.
-- @tparam number since Unix time
-- @treturn ?integer Unix time of the first that was sent or is in doubt
-- @treturn ?ses.Error
function report:oldest_sent(since)
  local rows, err = self:_rows(self:_text([[SELECT min(updated) AS at FROM {recipients}
    WHERE {mine} AND state IN ('sent', 'in_doubt') AND updated >= %d]], math.floor(since)))
  if not rows then return nil, err end
  return rows[1] and rows[1].at
end

--- What was logged for the campaign.
-- @treturn table|nil list of { at = Unix time, kind =, text = }, in order
-- @treturn ?ses.Error
function report:logged()
  return self:_rows(self:_text "SELECT at, kind, text FROM {log} WHERE {mine} ORDER BY id")
end

return report
