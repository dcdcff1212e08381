--- The part of an SQLite journal that a run works with: claims and commits.
--
-- Claims go through the list once, in file order, and begin again where they must: at a row that came back, or from
-- the start when a time zone has woken or another process has written to the journal. What is in this process's
-- hands (claimed, and not done with) is known by its ids, and given to nobody; it is no more than the run's queue.
-- @module ses.adapters.journal_sqlite_work
local sqlite = require "ses.adapters.sqlite"
local zones = require "ses.adapters.journal_zones"

local work = {}

local quote = sqlite.quote

-- How soon to ask again where the day's number is full, of mails that are still in hand.
local LOOK_SECONDS = 0.25

local COUNTED = { sent = true, in_doubt = true }

-- Whether no later run has taken the journal over; to be asked in a transaction that writes.
function work:_is_ours()
  local owner, err = self:meta "owner"
  if err then return nil, err end
  if owner == self.token then return true end
  return nil, self:_fault("JournalInUse", "another process has taken this campaign over")
end

-- Recipients may have come back to the queue, anywhere in the list.
function work:_requeued()
  self.cursor = 0
end

-- A condition that a row after an id is in nobody's hands.
function work:_held_after(id)
  local ids = {}
  for held in pairs(self.held) do
    if held > id then ids[#ids + 1] = held end
  end
  if #ids == 0 then return "" end
  table.sort(ids)
  return " AND recipients.id NOT IN (" .. table.concat(ids, ",") .. ")"
end

local function add(numbers, key, n)
  numbers[key] = (numbers[key] or 0) + n
end

-- Counts mails that left, by the tally that they fall into.
local function add_tallies(self, tallies)
  for at, n in pairs(tallies) do
    local done, err = self.db:exec(self:_tally_sql(at, n, 0, 0))
    if not done then return nil, err end
  end
  return true
end

local function add_to_day(self, day, n)
  return self.db:exec(([[INSERT INTO days (day, n) VALUES (%s, %d)
    ON CONFLICT (day) DO UPDATE SET n = n + excluded.n]]):format(quote(day), n))
end

-- Ends what is in state sending: it is in doubt, but for whom an event has told meanwhile that SES took the mail. How
-- many there were, and how many are in doubt.
local function end_sending(self)
  local rows, err = self.db:rows "SELECT id, updated, message_id FROM recipients WHERE state = 'sending'"
  if not rows then return nil, err end
  local ids, tallies, doubts = {}, {}, 0
  for i, row in ipairs(rows) do
    ids[i] = row.id
    add(tallies, self._step(row.updated), 1)
    if not row.message_id then doubts = doubts + 1 end
  end
  if #ids == 0 then return 0, 0 end
  local done
  done, err = self.db:exec(([[UPDATE recipients SET
    state = CASE WHEN message_id IS NULL THEN 'in_doubt' ELSE 'sent' END,
    code = CASE WHEN message_id IS NULL THEN 'Interrupted' END,
    reason = CASE WHEN message_id IS NULL THEN 'was in flight when an earlier run was cut off' END
    WHERE id IN (%s)]]):format(table.concat(ids, ",")))
  if done then done, err = add_tallies(self, tallies) end
  return done and #ids, done and doubts or err
end

--- Turns every recipient that an earlier process left in state sending to in_doubt, and begins a new run: whom an
-- earlier one put off is tried again.
-- @tparam ?string day on which the mails in doubt count
-- @treturn integer|nil how many are in doubt by it
-- @treturn ?ses.Error
function work:recover(day)
  return self.db:transaction(function()
    local done, err = self:_is_ours()
    local n, doubts
    if done then
      n, doubts = end_sending(self)
      done, err = n, doubts
    end
    if done and n > 0 and day then done, err = add_to_day(self, day, n) end
    if done then done, err = self:_undefer() end
    if not done then return nil, err end
    return doubts
  end)
end

-- Takes back what earlier runs put off; a text says whether they put anybody off, so that the list need not be read.
function work:_undefer()
  local known, err = self:meta "deferred"
  if not err and known then
    local done
    done, err = self.db:exec "UPDATE recipients SET deferred = FALSE WHERE deferred"
    if done then done, err = self.db:exec "DELETE FROM meta WHERE key = 'deferred'" end
    if not done then return nil, err end
  end
  if err then return nil, err end
  self.undeferred, self.has_deferred = true, false
  return true
end

-- Whether another connection has written since this was asked last.
function work:_others_wrote()
  local rows, err = self.db:rows "PRAGMA data_version"
  if not rows then return nil, err end
  local version = rows[1].data_version
  local wrote = self.data_version ~= nil and self.data_version ~= version
  self.data_version = version
  return wrote
end

-- How many mails the day has room for, and whether it may get more without a new day.
local function room_of(self, options)
  if not options.most then return math.huge end
  local n, err = self.db:value("SELECT n AS value FROM days WHERE day = " .. quote(options.day))
  if err then return nil, err end
  n = n or 0
  return options.most - n - self.in_hand, self.in_hand > 0 and n < options.most
end

local function pending_after(self, load, id)
  return ("id > %d AND state = 'pending' AND load = %d AND NOT deferred%s"):format(id, load, self:_held_after(id))
end

local function claim_after_cursor(self, load, n, asleep)
  return self.db:rows(([[SELECT id, row, email, name, data, language, variant, zone FROM recipients
    WHERE %s%s ORDER BY id LIMIT %d]]):format(pending_after(self, load, self.cursor), zones.awake(asleep, quote), n))
end

-- The next rows, once more from the start where others have written meanwhile.
local function look(self, load, n, asleep)
  local rows, err = claim_after_cursor(self, load, n, asleep)
  if not rows or #rows > 0 then return rows, err end
  local wrote
  wrote, err = self:_others_wrote()
  if not wrote or self.cursor == 0 then return err == nil and rows or nil, err end
  self.cursor = 0
  return claim_after_cursor(self, load, n, asleep)
end

-- Why a list is empty that need not stay so.
local function explain(self, load, rows, options, may_get_room)
  if not options.most and #(options.asleep or {}) == 0 then return rows end
  local more, err = self.db:value(("SELECT 1 AS value FROM recipients WHERE %s LIMIT 1"):format(
    pending_after(self, load, 0)))
  if err then return nil, err end
  if more then
    rows.more = true
    rows.wait = may_get_room and LOOK_SECONDS or nil
  end
  return rows
end

function work:_claim(n, options)
  local load, err = self:_load_number()
  if load and not self.undeferred then
    local done
    done, err = self:_undefer()
    load = done and load
  end
  if not load then return nil, err end
  if zones.have_woken(self, options.asleep) then self.cursor = 0 end
  if self.cursor == 0 then self:_others_wrote() end
  local room, may_get_room = room_of(self, options)
  if not room then return nil, may_get_room end
  local rows = {}
  if room > 0 then rows, err = look(self, load, math.min(n, room), options.asleep) end
  if not rows then return nil, err end
  if #rows == 0 then return explain(self, load, rows, options, room <= 0 and may_get_room) end
  for _, row in ipairs(rows) do self.held[row.id] = true end
  self.in_hand = self.in_hand + #rows
  self.cursor = rows[#rows].id
  return rows
end

--- The next pending recipients, in file order. A row is this process's until a commit says what became of it.
-- @tparam integer n how many at most
-- @tparam ?table options see ses.campaign.journal
-- @treturn table|nil list of { id =, row =, email =, name =, data =, language =, variant =, zone = }; where it is
--   empty, `more` and `wait` say whether it may be filled later
-- @treturn ?ses.Error
function work:claim(n, options)
  return self:_persist("claim", function() return self:_claim(n, options or {}) end)
end

-- An event may have told that SES took a mail whose answer never came, and have settled who stood in doubt.
local function result_sql(result)
  local doubt = result.state == "in_doubt"
  local unless = doubt and "CASE WHEN message_id IS NULL THEN %s END" or "%s"
  return ([[UPDATE recipients SET state = %s, code = ]] .. unless .. ", reason = " .. unless .. [[,
    message_id = coalesce(%s, message_id), updated = %s, latency_ms = %s%s
    WHERE id = %d AND state IN ('pending', 'sending', 'in_doubt')]]):format(
    doubt and "CASE WHEN message_id IS NULL THEN 'in_doubt' ELSE 'sent' END" or quote(result.state),
    quote(result.code), quote(result.reason), quote(result.message_id), quote(result.at), quote(result.latency_ms),
    result.later and ", deferred = TRUE" or "", result.id)
end

-- Of a commit that failed it is not known whether it took place: then what it had counted must not count again.
local function is_counted(self, result)
  return self.db:value(("SELECT 1 AS value FROM recipients WHERE id = %d AND state IN (%s, 'sent') AND updated IS %s")
    :format(result.id, quote(result.state), quote(result.at)))
end

local function write_results(self, results, again)
  local days, tallies = {}, {}
  for _, result in ipairs(results) do
    local known, err
    if again and COUNTED[result.state] then known, err = is_counted(self, result) end
    if err then return nil, err end
    local done
    done, err = self.db:exec(result_sql(result))
    if not done then return nil, err end
    if result.later and not self.has_deferred then
      done, err = self:set_meta("deferred", "1")
      if not done then return nil, err end
    end
    if COUNTED[result.state] and not known then
      add(tallies, self._step(result.at or self.clock.now()), 1)
      if result.day then add(days, result.day, 1) end
    end
  end
  local added, failed = add_tallies(self, tallies)
  if not added then return nil, failed end
  for day, n in pairs(days) do
    local done, err = add_to_day(self, day, n)
    if not done then return nil, err end
  end
  return true
end

-- Marks recipients as sending. Gives the places of those, as a set, whom somebody has taken out of the queue meanwhile.
local function mark(self, sending)
  if #sending == 0 then return {} end
  local ids = table.concat(sending, ",")
  local n, err = self.db:exec(([[UPDATE recipients SET state = 'sending', updated = %d
    WHERE id IN (%s) AND state IN ('pending', 'sending')]]):format(math.floor(self.clock.now()), ids))
  if not n then return nil, err end
  local lost = {}
  if n == #sending then return lost end
  local rows
  rows, err = self.db:rows(("SELECT id FROM recipients WHERE id IN (%s) AND state = 'sending'"):format(ids))
  if not rows then return nil, err end
  local is_marked = {}
  for _, row in ipairs(rows) do is_marked[row.id] = true end
  for i, id in ipairs(sending) do lost[i] = not is_marked[id] or nil end
  return lost
end

local function write(self, sending, results, again)
  local going, err = self:_is_ours()
  if going then going, err = write_results(self, results, again) end
  if not going then return nil, err end
  return mark(self, sending)
end

-- What is done with is in nobody's hands any more.
local function let_go(self, result)
  if result.state == "pending" and not (result.later or result.release) then return end
  if self.held[result.id] then
    self.held[result.id] = nil
    self.in_hand = self.in_hand - 1
  end
  if result.later then self.has_deferred = true end
  if result.release then self.cursor = math.min(self.cursor, result.id - 1) end
end

--- Writes what is about to be sent and what has been, in one transaction that has reached the disk
-- when this returns.
-- @tparam table sending ids that go to state sending
-- @tparam table results see ses.campaign.journal
-- @treturn boolean|nil
-- @treturn table|ses.Error where written: the places in `sending`, as a set, of recipients that were taken out of the
--   queue and must not be sent; else the error, and nothing is written
function work:commit(sending, results)
  local lost, err = self:_persist("commit", function(again)
    return self.db:transaction(function() return write(self, sending, results, again or self.unsure) end)
  end)
  self.unsure = not lost
  if not lost then return nil, err end
  for _, result in ipairs(results) do let_go(self, result) end
  for place in pairs(lost) do let_go(self, { id = sending[place], state = "suppressed" }) end
  return true, lost
end

return work
