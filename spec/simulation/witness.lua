-- Looks at each moment at what several programs do with one campaign, and says what must not be.
local json = require "ses.model.json"

local witness = {}

-- When the world begins, in the database's time.
local SECONDS = "extract(epoch FROM %s) - %d"
-- Rounding of the database's clock, and of sums.
local ROUNDING = 1e-4
-- A mail whose slot is further gone takes another one (ses.campaign.engine).
local LATE = 1
-- How far ahead slots are taken that others overlap who hold another rate.
local OVERLAP = 1

local Witness = {}
Witness.__index = Witness

-- `simulated`: the run of spec.simulation.machines.
function witness.new(simulated)
  return setmetatable({
    run = simulated, world = simulated.world, database = simulated.database, report = simulated.report,
    slots = {}, departures = {}, rates = {}, owners = {}, epoch = simulated.world:true_wall() - simulated.world.time,
  }, Witness)
end

-- The server refuses a statement.
function Witness:refused(host, reason)
  local text = reason:match "ERROR:%s*([^\n]*)" or reason
  self.report(("the database refuses what %s asks: %s"):format(host.name, text))
end

-- ---- who holds what ----

local function quoted(text) return "'" .. text:gsub("'", "''") .. "'" end

function Witness:_is_gone(worker)
  local rows = self.database:look("SELECT gone FROM ses_workers WHERE id = " .. worker)
  return rows[1] == nil or rows[1].gone == "t"
end

-- Nobody takes a recipient from a worker that is not gone.
local function watch_commits(self, host, journal)
  local commit = journal.commit
  function journal.commit(_, sending, results, claims)
    local done, lost = commit(journal, sending, results, claims)
    if done and claims then
      for place in pairs(lost) do
        if not self:_is_gone(claims[place]) then
          self.report(("a recipient is taken from %s, whose worker %d is not gone"):format(host.name, claims[place]))
        end
      end
    end
    return done, lost
  end
end

local function watch_claims(self, host, journal)
  local claim, recover = journal.claim, journal.recover
  function journal.recover(_, ...)
    local n, err = recover(journal, ...)
    if n and n > 0 then host:trace("takes over, and finds %d in flight", n) end
    return n, err
  end
  function journal.claim(_, ...)
    local rows, err = claim(journal, ...)
    if journal.worker then self.owners[journal.worker] = host end
    host.claimed_at = self.world.time
    return rows, err
  end
end

-- A mail leaves only while its recipient stands as sending, or in doubt because the lease ran out meanwhile; unless
-- somebody has decided what is in doubt.
local function look_at(self, host, address)
  local rows = self.database:look(("SELECT state FROM ses_recipients WHERE email = %s"):format(quoted(address)))
  local state = rows[1] and rows[1].state
  if state == "sending" or state == "in_doubt" then return end
  if self:doubts().decided[address] then return end
  self.report(("a mail of %s leaves for %s, who is %s"):format(host.name, address, state or "not known"))
end

local function watch_network(self, host, network)
  local perform = network.perform
  function network.perform(_, request, options)
    local body = request:body()
    local content = body ~= "" and json.decode(body) or { BulkEmailEntries = {} }
    for _, entry in ipairs(content.BulkEmailEntries or { content }) do
      for _, address in ipairs(entry.Destination.ToAddresses) do look_at(self, host, address) end
    end
    return perform(network, request, options)
  end
end

-- ---- the rate that all share ----

-- A slot is where the database has put it; the program hears of that a little later. With another rate those that
-- are not due yet are void.
local function watch_slots(self, host, ports)
  local journal, pace = ports.journal, ports.pace
  local lease_slots, reserve, change = journal.lease_slots, pace.reserve, pace.change
  local travelled = 0
  function journal.lease_slots(_, ...)
    local slice, err = lease_slots(journal, ...)
    travelled = self.world.time - (host.executed_at or self.world.time)
    return slice, err
  end
  function pace.reserve(_, ...)
    local seconds, err = reserve(pace, ...)
    if seconds then
      local slot = { at = self.world.time + seconds - travelled, n = pace.batch, host = host }
      self.slots[#self.slots + 1] = slot
    end
    return seconds, err
  end
  function pace.change(_, ...)
    for _, slot in ipairs(self.slots) do
      if slot.host == host and slot.at > self.world.time then slot.n = 0 end
    end
    return change(pace, ...)
  end
end

-- What a program holds for the rate, from the time when it learns of it until the next.
local function watch_terms(self, host, ports, first)
  local terms = ports.terms
  local function learn(found)
    if host.rate ~= found.rate then
      host.rate = found.rate
      self.rates[#self.rates + 1] = { host = host, at = self.world.time, rate = found.rate, batch = found.batch }
    end
    return found
  end
  learn(first)
  function ports.terms(...) return learn(terms(...)) end
end

-- To whom a call is.
local function addresses_of(mail)
  local list = {}
  for i, entry in ipairs(mail.entries or { mail }) do list[i] = entry.to.email end
  return list
end

-- Each call: whom it is to, and of whom it is sure that SES has not taken the mail.
local function watch_sends(self, host, ports)
  for _, name in ipairs { "send", "send_bulk" } do
    local send = ports[name]
    ports[name] = function(mail)
      local call = {
        host = host, at = self.world.time, calendar = host:calendar(), to = addresses_of(mail), refused = {},
      }
      call.n = #call.to
      self.departures[#self.departures + 1] = call
      self.run:each_kind("leaves", call)
      local result, err = send(mail)
      for i, address in ipairs(call.to) do
        local failure = err or name == "send_bulk" and result[i].err
        if failure and not failure.in_doubt then call.refused[address] = true end
      end
      self.run:each_kind("answered", call)
      return result, err
    end
  end
end

-- Sorts what has an `at`; what is at one time stays in its order.
local function by_time(list)
  for i, item in ipairs(list) do item.order = i end
  table.sort(list, function(a, b)
    if a.at ~= b.at then return a.at < b.at end
    return a.order < b.order
  end)
  return list
end

-- What programs hold for the rate, with their ends, by time.
local function told_rates(self)
  local list, ended = {}, {}
  for _, told in ipairs(self.rates) do
    list[#list + 1] = told
    local host = told.host
    if host.ended and not ended[host] then
      ended[host] = true
      list[#list + 1] = { host = host, at = host.ended }
    end
  end
  return by_time(list)
end

-- The highest rate that any program holds for the rate, as a list of { at =, rate =, is_new = whether a program learns
-- of another rate than it held, or than the one before it }.
local function highest_rates(self)
  local list, held, last = {}, {}, nil
  for i, told in ipairs(told_rates(self)) do
    local before = held[told.host] or last
    local is_new = told.rate and last and (told.rate ~= last or told.rate ~= before)
    held[told.host] = told.rate
    local highest = 0
    for _, rate in pairs(held) do highest = math.max(highest, rate) end
    list[i] = { at = told.at, rate = highest, is_new = is_new }
    -- While nobody is at work nothing leaves, and the next to come takes up the line where it is.
    if highest == 0 then list[i].rate = list[i - 1].rate end
    last = told.rate or last
  end
  return list
end

-- How many may leave between two moments: at no moment more than the highest rate allows. Programs that hold different
-- ones have the line of slots drawn together and apart, and with each that learns of another a call may overlap.
local function allowed(rates, from, to, overlap)
  local sum = 0
  for i, piece in ipairs(rates) do
    local till = rates[i + 1] and rates[i + 1].at or math.huge
    sum = sum + piece.rate * math.max(0, math.min(to, till) - math.max(from, piece.at))
    if piece.is_new and piece.at >= from - OVERLAP and piece.at <= to then sum = sum + overlap end
  end
  return sum
end

local function check_span(self, list, rates, late, what)
  local largest = 1
  for _, item in ipairs(by_time(list)) do largest = math.max(largest, item.n) end
  for i = 1, #list do
    local sum = list[i].n
    for j = i + 1, #list do
      sum = sum + list[j].n
      -- A call for both ends of the span, one for a slot that is used late in its slice.
      local most = allowed(rates, list[i].at - late, list[j].at, largest) + 2 * largest
      if sum > most + ROUNDING then
        return self.report(("%d %s within %.3f s, where there may be %.1f"):format(sum, what, list[j].at - list[i].at,
          most))
      end
    end
  end
end

-- Whether nothing makes a program late.
function Witness:is_calm()
  return self.run.calm_database and self.run.stall_chance == 0
end

local function check_rate(self)
  local rates, slots = highest_rates(self), {}
  for _, slot in ipairs(self.slots) do
    -- Those of a program that has ended are lost.
    if not (slot.host.ended and slot.at > slot.host.ended) then slots[#slots + 1] = slot end
  end
  -- With another rate some are void that were due already.
  if not self.run.other_rates then check_span(self, slots, rates, 0, "slots") end
  if self:is_calm() then check_span(self, self.departures, rates, LATE, "mails") end
end

-- ---- leases ----

-- For how many of the seconds before a moment a program stood still.
local function still_before(host, moment, seconds)
  local sum = 0
  for _, still in ipairs(host.stills) do
    sum = sum + math.max(0, math.min(still.to, moment) - math.max(still.from, moment - seconds))
  end
  return sum
end

-- A program that is at work is not taken for dead.
local function check_leases(self)
  if not self.run.calm_database then return end
  local lease = self.run.lease
  for _, row in ipairs(self.database:look(("SELECT id, %s AS over FROM ses_workers WHERE gone ORDER BY id"):format(
    SECONDS:format("lease_until", self.epoch)))) do
    local host, over = self.owners[tonumber(row.id)], tonumber(row.over)
    -- A run that ends in order gives its lease back as from a second before.
    if host and (host.finished or host.ended) > over + 1 and still_before(host, over, lease) < lease / 2 then
      self.report(("worker %s of %s is declared gone at %.3f while it is at work"):format(row.id, host.name, over))
    end
  end
end

-- ---- the end ----

-- How many recipients are not done with.
function Witness:left()
  local rows = self.database:look [[SELECT count(*) AS n FROM ses_recipients
    WHERE state IN ('pending', 'sending') AND NOT deferred]]
  return tonumber(rows[1].n)
end

-- A run has come to the end of its work: it holds nobody any more, and where it is alone nobody is left.
function Witness:finished(host, result, worker)
  local held = self.database:look(([[SELECT count(*) AS n FROM ses_recipients WHERE worker = %d
    AND state IN ('pending', 'sending')]]):format(worker or 0))
  if held[1].n ~= "0" then self.report(("%s is finished, and holds %s"):format(host.name, held[1].n)) end
  if result.tally.deferred > 0 or #self.run.hosts.list > 1 then return end
  -- Who is put back when a run has nobody left to claim is the next one's.
  if self.put_back_at and self.put_back_at >= (host.claimed_at or 0) then return end
  local left = self:left()
  if left > 0 then self.report(("%s is finished, and %d are left"):format(host.name, left)) end
end

-- What somebody has decided of those in doubt, by address: `again`, for how many mails more that makes room;
-- `assumed`, whether it is taken for sent; `decided`, either.
function Witness:doubts()
  local found = { again = {}, assumed = {}, decided = {} }
  for _, row in ipairs(self.database:look [[SELECT email, state, count(*) AS n FROM simulated_notes WHERE asked
      GROUP BY email, state]]) do
    if row.state == "sent" then
      found.assumed[row.email] = true
    else
      found.again[row.email] = (found.again[row.email] or 0) + tonumber(row.n)
    end
    found.decided[row.email] = true
  end
  return found
end

-- `terms`: what the run begins with.
function Witness:around(host, ports, program, terms)
  watch_commits(self, host, ports.journal)
  watch_claims(self, host, ports.journal)
  watch_slots(self, host, ports)
  watch_terms(self, host, ports, terms)
  watch_sends(self, host, ports)
  watch_network(self, host, program.network)
end

-- How many came out of doubt, to a state.
local function count_notes(self, state)
  local rows = self.database:look(("SELECT count(*) AS n FROM simulated_notes WHERE state = '%s'"):format(state))
  return tonumber(rows[1].n)
end

-- Each mail is counted once, by the worker that it is of. One that was heard of when its worker was gone, or by an
-- event, need not be, and where it was put back meanwhile it may be twice.
local function check_tallies(self, counts)
  local said = tonumber(self.database:look("SELECT coalesce(sum(sent), 0) AS n FROM ses_workers")[1].n)
  local more = count_notes(self, "pending") + count_notes(self, "failed")
  if said < counts.sent - count_notes(self, "sent") or said > counts.sent + more then
    self.report(("%d are sent, counted as %d"):format(counts.sent, said))
  end
end

-- `counts`: of the journal.
function Witness:check(counts)
  check_tallies(self, counts)
  check_rate(self)
  check_leases(self)
end

return witness
