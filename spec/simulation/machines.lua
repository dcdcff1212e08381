-- A campaign that several machines work on at once through one PostgreSQL journal: programs that start, die, stand
-- still for longer than their lease and go on, until the last ones finish it under a clear sky.
local database = require "spec.simulation.database"
local engine = require "ses.campaign.engine"
local hosts = require "spec.simulation.hosts"
local journals = require "ses.campaign.journal"
local ledger = require "spec.simulation.ledger"
local loop = require "ses.adapters.loop"
local message = require "ses.campaign.message"
local newsletter = require "spec.simulation.newsletter"
local process = require "spec.simulation.process"
local sender = require "ses.campaign.sender"
local shared_pace = require "ses.campaign.shared_pace"
local weather_kinds = require "spec.simulation.weather"
local witness = require "spec.simulation.witness"

local machines = {}

local NAMES = { "a", "b", "c", "d" }
-- After so many seconds nothing goes wrong any more.
local LEAST_CHAOS, MOST_CHAOS = 4, 25
-- SES may have throttled the rate down to this part (ses.adapters.journal_postgres_rate).
local SLOWEST = 1 / 32
local SETUP_PAUSE = 0.1

-- ---- a run, as ses.campaign has it ----

local function load(self, journal)
  if journal:meta "audience" then return true end
  return newsletter.load(journal, self.people, { audience = "1" })
end

local function enter_setup(host, journal)
  while true do
    local entered, err = journal:enter_setup()
    if entered or err then return entered, err end
    host:sleep(SETUP_PAUSE)
  end
end

local function suppressed(self)
  local i = 0
  return function()
    i = i + 1
    if self.suppressed[i] then return self.suppressed[i], "SuppressionList", "own" end
    return nil
  end
end

-- Puts back whom the user asks to be written to again.
local function requeue(self, host, journal)
  for _, state in ipairs { "failed", "in_doubt" } do
    if self.draw:chance(self.again[state]) then
      host:trace("puts back who is %s", state)
      host.asks = true
      local done, err = journal:requeue(state)
      host.asks = false
      if not done then return nil, err end
    end
  end
  return true
end

local function set_up(self, host, journal)
  local steps = {
    function() return enter_setup(host, journal) end,
    function() return journal:set_suppressed(suppressed(self)) end,
    function() return load(self, journal) end,
    function() return journal:recover() end,
    function() return requeue(self, host, journal) end,
    function() return journal:apply_suppressed() end,
    function() return journal:leave_setup() end,
  }
  for _, step in ipairs(steps) do
    local done, err = step()
    if not done then return nil, err end
  end
  return true
end

-- Ctrl-C, once or twice. Gives how often it was pressed, as a function.
local function plan_interrupts(self, host)
  local draw, pressed = self.draw, 0
  if self.clear or not draw:chance(0.15) then return nil end
  for _ = 1, draw:whole(1, 2) do
    self.world:after(draw:between(0, 20), function()
      if not host.ended then pressed = pressed + 1 end
    end)
  end
  return function() return pressed end
end

local function plan_kill(self, host)
  local draw = self.draw
  if self.clear or not draw:chance(0.4) then return end
  self.world:after(draw:between(0, 10), function()
    if not self.clear then host:kill "killed" end
  end)
end

local function send_with(self, host, program)
  local function timed(send)
    return function(mail)
      -- All of the program may stand still when a mail is just about to leave.
      host:hesitate(10)
      return program:timed("a send", program.settings.operation_timeout_ms / 1000, function() return send(mail) end)
    end
  end
  local send, send_bulk = sender.of(program.client)
  return timed(send), timed(send_bulk)
end

-- Claims no more at once than is drawn: a claim of the engine's size would give everybody to one.
local function share(self, journal)
  local claim = journal.claim
  function journal.claim(_, n, options) return claim(journal, math.min(n, self.handful), options) end
end

local function run(self, host, program, journal)
  local draw = self.draw
  local interrupted, limit = plan_interrupts(self, host), nil
  if not self.clear and draw:chance(0.1) then limit = draw:whole(1, 20) end
  local ports = {
    journal = journal, message = self.message, loop = program:loop(), clock = program.host.clock,
    pace = shared_pace.new({ journal = journal, loop = loop, clock = program.host.clock }, self.limits),
  }
  share(self, journal)
  ports.send, ports.send_bulk = send_with(self, host, program)
  self.witness:around(host, ports, program)
  local late_start = self.clear
  local result = engine.run(ports, {
    concurrency = draw:whole(1, 12), sender = "news@shop.example", interrupted = interrupted, limit = limit,
    alike = self.clear and math.huge or nil,
  })
  host.finished = self.world.time
  local tally = result.tally
  host:trace("the run ends: %d sent, %d failed, %d in doubt, %d later, %s", tally.sent, tally.failed, tally.in_doubt,
    tally.deferred, result.stopped_by and result.stopped_by.code or result.interrupted and "interrupted"
    or "not stopped")
  program:check_rate()
  if late_start and result.stopped_by then
    self.report("a run under a clear sky is stopped by " .. tostring(result.stopped_by))
  end
  if not (result.stopped_by or result.interrupted or limit) then self.witness:finished(host, result, journal.worker) end
  return result
end

local function clock_of(host)
  return {
    now = function() return host:wall() end, monotonic = function() return host:monotonic() end,
    sleep = function(seconds) return host:sleep(seconds) end,
  }
end

-- One life of a program.
local function live(self, host)
  local settings = process.settings(self.draw)
  local program = process.start(host, self.weather, self.service, settings, self.report, self.parts)
  host.program = program
  host.on_death[1] = function() program.network:abandon() end
  plan_kill(self, host)
  local journal, err = journals.open(self.url, { campaign = "simulated", clock = clock_of(host) })
  local done
  if journal then
    if self.parts.shared then self.parts.shared(journal, host) end
    done, err = set_up(self, host, journal)
    if done then run(self, host, program, journal) end
    journal:close()
  end
  if err then host:trace("the run cannot begin: %s", err.code) end
  program.client:close()
end

-- ---- who runs when ----

local start

local function plan_restart(self, name)
  local pause, comes, idles = self.draw:between(0, 8), self.draw:chance(0.85), self.draw:chance(0.1)
  if self.clear or not comes then return end
  self.world:after(pause, function()
    if not self.clear and (idles or self.witness:left() > 0) then start(self, name) end
  end)
end

function start(self, name)
  local host = self.hosts:start({
    name = name, wall_offset = self.wall_offsets[name], lateness = self.world.lateness,
    stall_chance = not self.clear and self.stall_chance or 0,
  }, function(host) live(self, host) end)
  host.watching = self.world.watching
  self.running[name] = host
end

local function clear_up(self)
  self.clear = true
  self.world:trace "the sky clears"
  weather_kinds.clear_up(self.weather)
  database.clear_up(self.database_weather)
  for _, host in ipairs(self.hosts.list) do host.stall_chance = 0 end
  -- Some of those that are not at work; one at least is.
  for _, name in ipairs(self.names) do
    local host = self.running[name]
    if (not host or host.ended) and (#self.hosts.list == 0 or self.draw:chance(0.6)) then start(self, name) end
  end
end

-- The work is enough for the time in which things go wrong.
local function drawn_limits(draw, people, service_rate)
  local rate, limits = math.max(5, people / draw:between(1, 20)), {}
  if draw:chance(0.7) then
    limits[1] = { key = "account eu-west-1", rate = service_rate or rate * draw:one { 1, 2 } }
  end
  if not limits[1] or rate < limits[1].rate then limits[#limits + 1] = { key = "campaign simulated", rate = rate } end
  return limits
end

local function draw_people(self)
  local draw = self.draw
  for i = 1, draw:whole(10, 100) do
    self.people[i] = ("%s%d@example.com"):format(draw:chance(0.03) and "bad" or "p", i)
    if draw:chance(0.03) then self.suppressed[#self.suppressed + 1] = self.people[i] end
  end
end

local function prepare(simulated, weather, service, report, parts, db)
  local draw = simulated.draw
  local self = {
    world = simulated, draw = draw, weather = weather, service = service, report = report, parts = parts,
    people = {}, suppressed = {}, message = assert(message.new(newsletter.SPEC)), hosts = hosts.new(simulated),
    running = {}, wall_offsets = {}, names = {}, stall_chance = draw:one { 0, 0, 0.001, 0.004 },
    again = { failed = draw:one { 0, 0.3 }, in_doubt = draw:one { 0, 0, 0.2 } }, database = db,
    database_weather = database.drawn(draw), lease = draw:one { 1, 2, 5 }, handful = draw:one { 2, 5, 15, 100 },
  }
  if parts.world then parts.world(self) end
  local sky = self.database_weather
  self.calm_database = sky.loses + sky.loses_answer + sky.belated == 0 and #sky.outages == 0
  self.url = db:url(("lease_seconds=%d&patience_seconds=%d"):format(self.lease, draw:one { 1, 10, 300 }))
  draw_people(self)
  self.limits = drawn_limits(draw, #self.people, weather.service_rate)
  for i = 1, draw:whole(2, #NAMES) do
    self.names[i] = NAMES[i]
    self.wall_offsets[NAMES[i]] = draw:chance(0.3) and draw:between(-1, 1) * draw:one { 5, 100, 10000 } or 0
  end
  return self
end

-- Under a clear sky a mail leaves at least every so many seconds: the longest that one is waited for, that a lease
-- lasts, and that a slot is where SES has throttled.
local function longest_pause(self)
  local rate = math.huge
  for _, limit in ipairs(self.limits) do rate = math.min(rate, limit.rate) end
  return 70 + self.lease + 2 / (rate * SLOWEST)
end

-- Goes on until nobody is at work any more.
local function run_all(self)
  local longest, mails, since = longest_pause(self), 0, 0
  self.hosts:run(function()
    if not self.clear or self.service.mails > mails then
      mails, since = self.service.mails, self.world.time
    elseif self.world.time - since > longest then
      error("the campaign does not come to its end", 0)
    end
    return not self.clear or #self.hosts.list > 0
  end)
end

-- The last word: everybody has ended, and one more run finds what is left to another run.
local function finish(self)
  self.world:trace "the last run"
  start(self, "a")
  run_all(self)
  self.world:settle()
end

local function check(self)
  local journal = assert(journals.open(self.url, { campaign = "simulated", read_only = true }))
  local counts = ledger.check(journal, self.people, self.service, self.witness:put_back(), self.report)
  journal:close()
  self.witness:check(counts)
end

function machines.run(simulated, weather, service, report, parts, options)
  local db = assert(options.database, "machines need a database")
  local self = prepare(simulated, weather, service, report, parts, db)
  local draw, watching = self.draw, simulated.watching
  self.witness = witness.new(self)
  function self.hosts.on_switch(host)
    if host.program then watching.breakers = host.program.breakers end
  end
  function self.hosts.on_end(host) plan_restart(self, host.name) end
  db:begin(simulated, self.database_weather, parts, function(host, reason) self.witness:refused(host, reason) end)
  db:during(self.hosts, function()
    for _, name in ipairs(self.names) do
      simulated:after(draw:chance(0.5) and 0 or draw:between(0, 15), function()
        if not self.clear then start(self, name) end
      end)
    end
    simulated:after(draw:between(LEAST_CHAOS, MOST_CHAOS), function() clear_up(self) end)
    run_all(self)
    finish(self)
    check(self)
  end)
end

return machines
