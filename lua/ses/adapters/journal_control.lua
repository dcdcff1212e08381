--- What any process may tell a journal in SQL while others run the campaign, alike for every database: pause and
-- rate, log lines, what in-doubt recipients turned out to be.
--
-- Every change of a recipient is guarded by its state, in one statement, so that it meets no recipient that a run
-- has in its hands. What the journal gives, see ses.adapters.journal_report; besides, `_exec(sql)` → number of rows
-- that the statement changed, `_requeued()`, which is told that recipients may have become pending, and in SQL
-- `{log_row}`, the beginning of a statement that logs, `{unclaimed}`, what makes a row nobody's, `{meta_key}`, the
-- columns of a text's key, and `{meta_of}`, the beginning of their values.
-- @module ses.adapters.journal_control
local feedback = require "ses.adapters.journal_feedback"

local control = {}

local SETTLED = { sent = true, failed = true, pending = true }

--- Whether the campaign is paused, and the rate that holds in place of its own.
-- @treturn table|nil { paused = boolean, reason = why, where it has paused itself, rate = mails a second or nil,
--   events = true where events have told of bounces or complaints }; as it was last known where the database is gone
-- @treturn ?ses.Error
function control:control()
  if self.trouble_code == "DatabaseGone" and self.controls then return self.controls end
  local rows, err = self:_rows(self:_text [[SELECT key, value FROM {meta} WHERE {mine}
    AND key IN ('paused', 'rate', 'pause_reason', 'events') AND value <> '']])
  if not rows then
    if err.retryable and self.controls then return self.controls end
    return nil, err
  end
  local values = {}
  for _, row in ipairs(rows) do values[row.key] = row.value end
  local found = { paused = values.paused == "1", rate = tonumber(values.rate or ""), events = values.events and true }
  found.reason = found.paused and values.pause_reason or nil
  self.controls = found
  return found
end

--- Sets what `control` tells every process.
-- @tparam table wanted `paused` (boolean), `rate` (mails a second; false: the campaign's own); what is left out
--   stays as it is
-- @treturn boolean|nil
-- @treturn ?ses.Error
function control:set_control(wanted)
  local done, err = true, nil
  if wanted.paused ~= nil then done, err = self:set_meta("paused", wanted.paused and "1" or "0") end
  if done and wanted.rate ~= nil then
    done, err = self:set_meta("rate", wanted.rate and ("%.17g"):format(wanted.rate) or "")
  end
  return done and true, err
end

--- Keeps a text under a key where there is none, or an empty one.
-- @tparam string key
-- @tparam string value
-- @treturn boolean|nil whether this call did
-- @treturn ?ses.Error
function control:set_meta_once(key, value)
  local n, err = self:_exec(self:_text([[INSERT INTO {meta} AS m ({meta_key}, value) VALUES ({meta_of}%s, %s)
    ON CONFLICT ({meta_key}) DO UPDATE SET value = excluded.value WHERE m.value = '']], self.quote(key),
    self.quote(value)))
  if not n then return nil, err end
  return n > 0
end

--- Logs something that the campaign's history should tell.
-- @tparam string kind one word, such as "pause"
-- @tparam string text
-- @treturn boolean|nil
-- @treturn ?ses.Error
function control:log(kind, text)
  local done, err = self:_exec(self:_text("{log_row} %d, %s, %s)", math.floor(self.clock.now()), self.quote(kind),
    self.quote(text)))
  return done and true, err
end

-- What a recipient becomes that goes back to the queue: whoever opted out meanwhile is not written to.
local PENDING = [[state = CASE WHEN opted_out IS NULL THEN 'pending' ELSE 'suppressed' END,
  code = CASE WHEN opted_out IS NULL THEN NULL ELSE 'OptedOut' END, reason = nullif(opted_out, ''),
  message_id = NULL, latency_ms = NULL, deferred = FALSE, ]] .. feedback.NOTHING .. "{unclaimed}"

local function settled(self, verdict)
  if not SETTLED[verdict.state] then error("a recipient cannot be settled as " .. tostring(verdict.state), 3) end
  local sets
  if verdict.state == "pending" then
    sets = self:_text(PENDING)
  else
    local quote = self.quote
    sets = ("state = %s, code = %s, reason = %s"):format(quote(verdict.state), quote(verdict.code),
      quote(verdict.reason))
    if verdict.message_id then sets = sets .. ", message_id = " .. quote(verdict.message_id) end
  end
  if verdict.at then sets = sets .. (", updated = %d"):format(math.floor(verdict.at)) end
  return sets
end

local function settle(self, sets, verdict, condition)
  local n, err = self:_exec(self:_text("UPDATE {recipients} SET %s WHERE {mine} AND state = 'in_doubt' AND %s", sets,
    condition))
  if n and verdict.state == "pending" then self:_requeued() end
  return n, err
end

--- Settles one recipient, if it stands in doubt.
-- @tparam table verdict `id`, `state` ("sent", "failed", or "pending": to be written to again), `message_id`, `code`,
--   `reason`, `at` (Unix time); `address`: only where it is that recipient's, normalised (an event may be of an
--   earlier campaign of the same name, with the same ids)
-- @treturn boolean|nil whether it stood in doubt
-- @treturn ?ses.Error
function control:settle(verdict)
  local condition = ("id = %d"):format(verdict.id)
  if verdict.address then condition = condition .. " AND address = " .. self.quote(verdict.address) end
  local n, err = settle(self, settled(self, verdict), verdict, condition)
  if not n then return nil, err end
  return n > 0
end

--- Settles every recipient that stands in doubt.
-- @tparam table verdict as of `settle`, without `id`; `before`: only those last touched before that Unix time
-- @treturn integer|nil how many
-- @treturn ?ses.Error
function control:settle_all(verdict)
  local condition = verdict.before
    and ("(updated IS NULL OR updated < %d)"):format(math.floor(verdict.before)) or "1 = 1"
  return settle(self, settled(self, verdict), verdict, condition)
end

--- Puts recipients back to pending, so that they are written to again; not malformed addresses, nor who has opted
-- out since.
-- @tparam string state "failed" or "in_doubt"
-- @tparam ?string code only those with this one
-- @treturn integer|nil how many
-- @treturn ?ses.Error
function control:requeue(state, code)
  local n, err = self:_exec(self:_text("UPDATE {recipients} SET %s WHERE {mine} AND state = %s AND opted_out IS NULL"
    .. " AND address NOT LIKE '!%%'%s", self:_text(PENDING), self.quote(state),
    code and " AND code = " .. self.quote(code) or ""))
  if n then self:_requeued() end
  return n, err
end

return control
