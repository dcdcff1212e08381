--- The part of the engine that knows what became of a recipient, and what follows from it.
-- @module ses.campaign.engine.results
local outcome = require "ses.campaign.outcome"

local results = {}

-- So often a recipient is tried whom SES throttles, or cannot serve just now.
local MAX_THROTTLED = 10
local MAX_TRANSIENT = 4
local TRANSIENT_PAUSE = 0.1
local LONGEST_PAUSE = 5
-- A campaign's history tells of throttling once in so long.
local TELL_SECONDS = 60

--- Writes the state of a recipient down.
-- @tparam table row
-- @tparam string state
-- @tparam ?ses.Error err
-- @tparam ?table fields more of the result, see journal:commit
-- @tparam ?string message_id
function results:_record(row, state, err, fields, message_id)
  if self.abandoned then return end
  local result = {
    id = row.id, claim = row.claim, state = state, at = math.floor(self.clock.now()), message_id = message_id,
    code = err and err.code, reason = err and outcome.reason(err.message),
  }
  if fields then
    for name, value in pairs(fields) do result[name] = value end
  end
  self.committer:result(result)
end

local function count(self, name)
  self.tally[name] = self.tally[name] + 1
end

--- A recipient failed for what it is, unless the first ones all fail alike.
-- @tparam table row
-- @tparam ses.Error err
-- @tparam ?table fields more of the result
function results:_failed(row, err, fields)
  self:_record(row, "failed", err, fields)
  count(self, "failed")
  if self.code_of_all == nil then
    self.code_of_all = err.code
  elseif self.code_of_all ~= err.code then
    self.code_of_all = false
  end
  if self.code_of_all and self.tally.sent == 0 and self.tally.failed >= self.alike then self:_stop(err) end
end

-- It is left to another run.
local function later(self, row)
  self:_record(row, "pending", nil, { later = true })
  count(self, "deferred")
end

-- What an outcome means. Each gives the seconds to wait before the recipient goes back to the queue, or nil
-- where it does not.
local meaning = {}

function meaning.in_doubt(self, row, err, fields)
  self:_record(row, "in_doubt", err, fields)
  count(self, "in_doubt")
end

function meaning.daily(self, _, err)
  if self.quota then self.quota:refuse() else self:_stop(err) end
  return 0
end

function meaning.stop(self, _, err)
  self:_stop(err)
  return 0
end

function meaning.throttled(self, row, err)
  local now = self.clock.monotonic()
  row.throttled = (row.throttled or 0) + 1
  self.pace:throttled(now)
  if now >= (self.tell_throttling_at or now) then
    self.tell_throttling_at = now + TELL_SECONDS
    self:_log("throttle", "SES throttles; the sending slows down and comes back")
  end
  if row.throttled >= MAX_THROTTLED then return later(self, row) end
  return math.min(err.retry_after or 0, LONGEST_PAUSE)
end

function meaning.again(self, row)
  row.transient = (row.transient or 0) + 1
  if row.transient >= MAX_TRANSIENT then return later(self, row) end
  return TRANSIENT_PAUSE * 2 ^ row.transient
end

function meaning.wait(self, row, err)
  self.unanswered = outcome.reason(err.message)
  if self.clock.monotonic() - self.last_answer > self.patience then
    self:_stop(err)
    return 0
  end
  return math.min(math.max(err.retry_after or 1, 0.2), LONGEST_PAUSE)
end

function meaning.later(self, row)
  later(self, row)
end

function meaning.failed(self, row, err, fields)
  self:_failed(row, err, fields)
end

local function settle(self, row, result, fields)
  if not result.err then
    self:_record(row, "sent", nil, fields, result.message_id)
    count(self, "sent")
    self.pace:taken()
    return nil
  end
  local wait = meaning[outcome.of(result.err, self.sender)](self, row, result.err, fields)
  if wait then self:_record(row, "pending") end
  return wait
end

-- A call that SES refused as a whole need not be refused for each recipient's sake: they are tried alone.
local function split(self, rows)
  for _, row in ipairs(rows) do
    row.alone = true
    self:_give_back(row, true)
  end
end

-- What came of a call, for each of its rows. Those that go back, and after how many seconds.
local function settle_each(self, rows, answers, err, fields)
  local longest, back = 0, {}
  for i, row in ipairs(rows) do
    local wait = settle(self, row, answers and answers[i] or { err = err }, fields)
    if wait then
      longest = math.max(longest, wait)
      back[#back + 1] = row
    end
  end
  return back, longest
end

--- Settles the recipients of a call by what came of it.
-- @tparam table rows
-- @tparam ?table answers for each { message_id = } or { err = }; nil where the call failed as a whole
-- @tparam ?ses.Error err why it did
-- @tparam table fields more of each result
-- @treturn table rows that go back to the queue
-- @treturn number after how many seconds
function results:_settle(rows, answers, err, fields)
  if self.abandoned then return {}, 0 end
  local of_call = err and outcome.of(err, self.sender)
  if of_call ~= "wait" then
    self.last_answer = self.clock.monotonic()
    self.unanswered = nil
  end
  if of_call == "failed" and #rows > 1 then
    split(self, rows)
    return {}, 0
  end
  return settle_each(self, rows, answers, err, fields)
end

return results
