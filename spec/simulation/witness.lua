-- Looks at each moment at what several programs do with one campaign, and says what must not be.
local json = require "ses.model.json"

local witness = {}

-- When the world begins, in the database's time.
local SECONDS = "extract(epoch FROM %s) - %d"
-- Rounding of the database's clock, and of sums.
local ROUNDING = 1e-4
-- A mail whose slot is further gone takes another one (ses.campaign.engine).
local LATE = 1

local Witness = {}
Witness.__index = Witness

-- `simulated`: the run of spec.simulation.machines.
function witness.new(simulated)
  return setmetatable({
    run = simulated, world = simulated.world, database = simulated.database, report = simulated.report,
    slots = {}, departures = {}, owners = {}, epoch = simulated.world:true_wall() - simulated.world.time,
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
    return rows, err
  end
end

-- A mail leaves only while its recipient stands as sending, or in doubt because the lease ran out meanwhile.
local function look_at(self, host, address)
  local rows = self.database:look(("SELECT state FROM ses_recipients WHERE email = %s"):format(quoted(address)))
  local state = rows[1] and rows[1].state
  if state == "sending" or state == "in_doubt" or self:put_back()[address] then return end
  self.report(("a mail of %s leaves for %s, who is %s"):format(host.name, address, state or "not known"))
end

local function watch_network(self, host, network)
  local perform = network.perform
  function network.perform(_, request, options)
    local body = request:body()
    if body ~= "" then
      for _, address in ipairs(json.decode(body).Destination.ToAddresses) do look_at(self, host, address) end
    end
    return perform(network, request, options)
  end
end

-- ---- the rate that all share ----

-- A slot is where the database has put it; the program hears of that a little later.
local function watch_slots(self, host, ports)
  local journal, pace = ports.journal, ports.pace
  local lease_slots, reserve = journal.lease_slots, pace.reserve
  local travelled = 0
  function journal.lease_slots(_, ...)
    local slice, err = lease_slots(journal, ...)
    travelled = self.world.time - (host.executed_at or self.world.time)
    return slice, err
  end
  function pace.reserve(_, ...)
    local seconds, err = reserve(pace, ...)
    if seconds then self.slots[#self.slots + 1] = self.world.time + seconds - travelled end
    return seconds, err
  end
end

local function watch_sends(self, ports)
  local send = ports.send
  function ports.send(mail)
    self.departures[#self.departures + 1] = self.world.time
    return send(mail)
  end
end

local function check_span(self, list, rate, late, what)
  table.sort(list)
  for i = 1, #list do
    for j = i + 1, #list do
      local span = list[j] - list[i] + late
      -- One for both ends of the span, one for a slot that is used late in its slice.
      if j - i + 1 > rate * span + 2 + ROUNDING then
        return self.report(("%d %s within %.3f s, where the rate is %.1f a second"):format(j - i + 1, what,
          list[j] - list[i], rate))
      end
    end
  end
end

local function is_calm(self)
  local run = self.run
  local weather = run.calm_database and run.stall_chance == 0
  return weather
end

local function check_rate(self)
  local rate = math.huge
  for _, limit in ipairs(self.run.limits) do rate = math.min(rate, limit.rate) end
  check_span(self, self.slots, rate, 0, "slots")
  if is_calm(self) then check_span(self, self.departures, rate, LATE, "mails") end
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
  local left = self:left()
  if left > 0 then self.report(("%s is finished, and %d are left"):format(host.name, left)) end
end

-- By address, how often somebody in doubt was put back to the queue.
function Witness:put_back()
  local found = {}
  for _, row in ipairs(self.database:look [[SELECT email, count(*) AS n FROM simulated_notes
      WHERE state = 'pending' AND asked GROUP BY email]]) do
    found[row.email] = tonumber(row.n)
  end
  return found
end

function Witness:around(host, ports, program)
  watch_commits(self, host, ports.journal)
  watch_claims(self, host, ports.journal)
  watch_slots(self, host, ports)
  watch_sends(self, ports)
  watch_network(self, host, program.network)
end

-- How many came out of doubt, to a state.
local function count_notes(self, state)
  local rows = self.database:look(("SELECT count(*) AS n FROM simulated_notes WHERE state = '%s'"):format(state))
  return tonumber(rows[1].n)
end

-- Each mail is counted once, by the worker that it is of. One that was heard of when its worker was gone need not
-- be, and where it was put back meanwhile it may be twice.
local function check_tallies(self, counts)
  local said = tonumber(self.database:look("SELECT coalesce(sum(sent), 0) AS n FROM ses_workers")[1].n)
  if said < counts.sent - count_notes(self, "sent") or said > counts.sent + count_notes(self, "pending") then
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
