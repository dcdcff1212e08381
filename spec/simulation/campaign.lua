-- A campaign, run again and again over crashes and refusals until a last run under a clear sky.
local message = require "ses.campaign.message"
local disk = require "spec.simulation.disk"
local engine = require "ses.campaign.engine"
local ledger = require "spec.simulation.ledger"
local newsletter = require "spec.simulation.newsletter"
local process = require "spec.simulation.process"
local weather_kinds = require "spec.simulation.weather"
local world = require "spec.simulation.world"

local campaign = {}

local MAX_RUNS = 6

-- Doubts that the journal has on record, before they are put back to the queue.
local function note_doubts(self, journal)
  return journal:each("in_doubt", function(row) self.doubts[row.email] = (self.doubts[row.email] or 0) + 1 end)
end

local function resend(self, journal)
  local before = {}
  for address, n in pairs(self.doubts) do before[address] = n end
  local done, err = note_doubts(self, journal)
  if done then done, err = journal:requeue "in_doubt" end
  if not done then self.doubts = before end
  return done, err
end

local function prepare(self, journal)
  local done, err = true, nil
  if not self.loaded then
    done, err = newsletter.load(journal, self.people)
    self.loaded = done ~= nil
  end
  if done then done, err = journal:recover() end
  if done and self.resends then done, err = resend(self, journal) end
  if done and self.draw:chance(0.3) then done, err = journal:requeue "failed" end
  return done, err
end

local function send_with(self, program)
  return function(mail)
    return program:timed("a send", program.settings.operation_timeout_ms / 1000, function()
      return program.client.emails:send(mail, { retry_in_doubt = false })
    end)
  end
end

-- Ctrl-C, once or twice. Gives how often it was pressed, as a function.
local function plan_interrupts(self)
  local pressed = 0
  if self.last or not self.draw:chance(0.3) then return nil end
  for _ = 1, self.draw:whole(1, 2) do
    self.world:after(self.draw:between(0, 20), function() pressed = pressed + 1 end)
  end
  return function() return pressed end
end

-- A clock that is set, and a process that is killed.
local function plan_events(self)
  local draw, simulated = self.draw, self.world
  if draw:chance(0.3) then
    local offset = draw:between(-1, 1) * draw:one { 5, 400, 90000 }
    simulated:after(draw:between(0, 20), function() simulated:set_clock(offset) end)
  end
  if not self.last and draw:chance(0.3) then
    local event = simulated:after(draw:between(0, 20), function() simulated:crash "killed" end)
    self.kill = event
  end
end

local function run_once(self, program, journal)
  local done, err = prepare(self, journal)
  if not done then
    self.world:trace("the run cannot begin: %s", err.code)
    return
  end
  plan_events(self)
  local draw = self.draw
  local result = engine.run({
    journal = journal, message = self.message,
    send = send_with(self, program), loop = program:loop(), clock = program.host.clock,
  }, {
    rate = draw:between(2, 500), concurrency = draw:whole(1, 16), sender = "news@shop.example",
    interrupted = plan_interrupts(self),
    limit = not self.last and draw:chance(0.2) and draw:whole(1, 30) or nil, alike = self.last and math.huge or nil,
  })
  local tally = result.tally
  self.world:trace("the run ends: %d sent, %d failed, %d in doubt, %s", tally.sent, tally.failed, tally.in_doubt,
    result.stopped_by and result.stopped_by.code or result.interrupted and "interrupted" or "not stopped")
  program:check_rate()
  if self.last and result.stopped_by then self.report("the last run is stopped by " .. tostring(result.stopped_by)) end
end

-- One life of the program; whatever way it ends, its journal is as the next one finds it.
local function live(self)
  self.world:restart()
  local settings = process.settings(self.draw)
  if self.draw:chance(0.2) then settings.rate_limit_rps = self.draw:whole(2, 100) end
  local program = process.start(self.world, self.weather, self.service, settings, self.report, self.parts)
  local journal = assert(disk.open(self.world, self.disk_weather, self.path, program.host.clock))
  local broken = self.parts.journal and self.parts.journal(journal)
  local ran, reason = pcall(run_once, self, program, broken or journal)
  if self.kill then self.world:forget(self.kill) end
  if not ran and reason ~= world.CRASH then error(reason, 0) end
  if not self.world.crashed then
    program.client:close()
    journal:close()
  end
end

-- ---- what must hold at the end ----

local function check(self)
  self.world:restart()
  local journal = assert(disk.open(self.world, self.disk_weather, self.path))
  ledger.check(journal, self.people, self.service, { again = self.doubts, assumed = {} },
    self.report)
  journal:close()
end

function campaign.run(simulated, weather, service, report, parts, options)
  local draw = simulated.draw
  local self = {
    world = simulated, draw = draw, weather = weather, service = service, report = report, parts = parts,
    path = options.folder .. "/journal.sqlite3", people = {}, doubts = {}, disk_weather = disk.drawn(draw),
    message = assert(message.new(newsletter.SPEC)), resends = draw:chance(0.2),
  }
  for i = 1, draw:whole(5, 60) do
    self.people[i] = ("%s%d@example.com"):format(draw:chance(0.05) and "bad" or "p", i)
  end
  for _ = 1, draw:whole(1, MAX_RUNS) do
    live(self)
    simulated:advance(simulated.time + draw:between(0, 60))
  end
  self.last = true
  weather_kinds.clear_up(weather)
  disk.clear_up(self.disk_weather)
  live(self)
  simulated:settle()
  check(self)
end

return campaign
