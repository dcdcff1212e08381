-- A campaign that several machines work on at once through one PostgreSQL journal: programs that start, die, stand
-- still for longer than their lease and go on, until the last ones finish it under a clear sky.
local database = require "spec.simulation.database"
local hosts = require "spec.simulation.hosts"
local journals = require "ses.campaign.journal"
local ledger = require "spec.simulation.ledger"
local life = require "spec.simulation.life"
local message = require "ses.campaign.message"
local newsletter = require "spec.simulation.newsletter"
local weather_kinds = require "spec.simulation.weather"
local witness = require "spec.simulation.witness"

local machines = {}

local NAMES = { "a", "b", "c", "d" }
-- After so many seconds nothing goes wrong any more.
local LEAST_CHAOS, MOST_CHAOS = 4, 25
-- SES may have throttled the rate down to this part (ses.adapters.journal_postgres_rate).
local SLOWEST = 1 / 32
local MOST_LAST_RUNS = 20
-- What else may happen, each of which is a name in spec/simulation/kinds.
machines.KINDS = { "steering", "quiet_hours", "rations", "batches", "settling" }

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
  }, function(host) life.live(self, host) end)
  host.watching = self.world.watching
  self.running[name] = host
end

-- Starts a program that does one thing to the campaign, `fn(host)`, beside those that send.
local function start_beside(self, name, fn)
  local host = self.hosts:start({
    name = name, wall_offset = 0, lateness = self.world.lateness,
    stall_chance = not self.clear and self.stall_chance or 0,
  }, function(host)
    local done, err = fn(host)
    if not done then host:trace("fails: %s", err.code) end
  end)
  host.is_beside = true
  return host
end

local function clear_up(self)
  self.clear = true
  self.world:trace "the sky clears"
  weather_kinds.clear_up(self.weather)
  database.clear_up(self.database_weather)
  for _, host in ipairs(self.hosts.list) do host.stall_chance = 0 end
  -- Some of those that are not at work; one at least is.
  local at_work = 0
  for _, name in ipairs(self.names) do
    local host = self.running[name]
    if host and not host.ended then at_work = at_work + 1 end
  end
  for _, name in ipairs(self.names) do
    local host = self.running[name]
    if (not host or host.ended) and (at_work == 0 or self.draw:chance(0.6)) then
      start(self, name)
      at_work = at_work + 1
    end
  end
  self:each_kind "clear"
end

-- The work is enough for the time in which things go wrong.
local function draw_rates(self)
  local draw, service_rate = self.draw, self.weather.service_rate
  self.spec.pace.rate = math.max(5, #self.people / draw:between(1, 20))
  if draw:chance(0.7) then self.account_rate = service_rate or self.spec.pace.rate * draw:one { 1, 2 } end
end

local function draw_people(self)
  local draw = self.draw
  for i = 1, draw:whole(10, 100) do
    self.people[i] = ("%s%d@example.com"):format(draw:chance(0.03) and "bad" or "p", i)
    if draw:chance(0.03) then self.suppressed[#self.suppressed + 1] = self.people[i] end
  end
end

-- Calls what each kind of events has under a name.
local function each_kind(self, name, ...)
  for _, kind in ipairs(self.kinds) do
    if kind[name] then kind[name](self, ...) end
  end
end

-- Which kinds of events a seed has, unless they are told.
local function draw_kinds(draw, names)
  local kinds, found = names or {}, {}
  if not names and draw:chance(0.7) then
    for _, name in ipairs(machines.KINDS) do
      if draw:chance(0.35) then kinds[#kinds + 1] = name end
    end
  end
  for i, name in ipairs(kinds) do found[i] = require("spec.simulation.kinds." .. name) end
  return found, table.concat(kinds, ", ")
end

-- Templates are those of the newsletter.
local TEMPLATES = { templates = { get = function() return { template_content = newsletter.SPEC.message } end } }

local function prepare(simulated, weather, service, report, parts, options)
  local draw, db = simulated.draw, options.database
  local self = {
    world = simulated, draw = draw, weather = weather, service = service, report = report, parts = parts,
    people = {}, suppressed = {}, zone_of = {}, spec = newsletter.campaign(), hosts = hosts.new(simulated),
    running = {}, wall_offsets = {}, names = {}, stall_chance = draw:one { 0, 0, 0.001, 0.004 },
    again = { failed = draw:one { 0, 0.3 }, in_doubt = draw:one { 0, 0, 0.2 } }, database = db,
    database_weather = database.drawn(draw), lease = draw:one { 1, 2, 5 }, handful = draw:one { 2, 5, 15, 100 },
    -- By which errors a run may be stopped under a clear sky, and for how long nothing may leave then.
    may_stop = {}, longest_wait = 70, each_kind = each_kind, start_beside = start_beside,
  }
  if parts.world then parts.world(self) end
  local sky = self.database_weather
  self.calm_database = sky.loses + sky.loses_answer + sky.belated == 0 and #sky.outages == 0
  self.url = db:url(("lease_seconds=%d&patience_seconds=%d"):format(self.lease, draw:one { 1, 10, 300 }))
  draw_people(self)
  draw_rates(self)
  for i = 1, draw:whole(2, #NAMES) do
    self.names[i] = NAMES[i]
    self.wall_offsets[NAMES[i]] = draw:chance(0.3) and draw:between(-1, 1) * draw:one { 5, 100, 10000 } or 0
  end
  local names
  self.kinds, names = draw_kinds(draw, options.kinds)
  simulated:trace("machines: %d, kinds: %s", #self.names, names)
  self:each_kind "draw"
  if parts.late_world then parts.late_world(self) end
  self.message = assert(message.new(self.spec, TEMPLATES))
  return self
end

-- Under a clear sky a mail leaves at least every so many seconds: the longest that one is waited for, that a lease
-- lasts, and that a slot is where SES has throttled.
local function longest_pause(self)
  local rate = math.min(self.spec.pace.rate, self.account_rate or math.huge)
  return self.longest_wait + self.lease + 2 / (rate * SLOWEST)
end

-- Goes on until nobody is at work any more.
local function run_all(self)
  local longest, mails, since = longest_pause(self), 0, self.world.time
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
  for _ = 1, MOST_LAST_RUNS do
    self.world:trace "the last run"
    start(self, "a")
    run_all(self)
    if not self.pause_to_next or self.witness:left() == 0 then break end
    self.world:advance(self.world.time + self.pause_to_next)
  end
  self.world:settle()
  self:each_kind "finish"
  run_all(self)
end

local function check(self)
  local journal = assert(journals.open(self.url, { campaign = "simulated", read_only = true }))
  local counts = ledger.check(journal, self.people, self.service, self.witness:doubts(), self.report)
  self:each_kind("check", journal)
  journal:close()
  self.witness:check(counts)
end

-- In the place of the machine's clock: that of the program that asks.
local function clock_of(all)
  return {
    now = function() return all.current and all.current:calendar() or all.world:true_wall() end,
    monotonic = function() return (all.current or all.world):monotonic() end,
    sleep = function(seconds) return all.current:sleep(seconds) end,
  }
end

-- Calls a function while whoever asks for the machine's clock gets the world's.
local function by_clock_of(all, fn)
  local real = package.loaded["ses.adapters.clock"]
  package.loaded["ses.adapters.clock"] = clock_of(all)
  local ran, reason = pcall(fn)
  package.loaded["ses.adapters.clock"] = real
  if not ran then error(reason, 0) end
end

function machines.run(simulated, weather, service, report, parts, options)
  local db = assert(options.database, "machines need a database")
  local self = prepare(simulated, weather, service, report, parts, options)
  local draw, watching = self.draw, simulated.watching
  self.witness = witness.new(self)
  function self.hosts.on_switch(host)
    if host.program then watching.breakers = host.program.breakers end
  end
  function self.hosts.on_end(host)
    if not host.is_beside then plan_restart(self, host.name) end
  end
  db:begin(simulated, self.database_weather, parts, function(host, reason) self.witness:refused(host, reason) end)
  local function happen()
    for _, name in ipairs(self.names) do
      simulated:after(draw:chance(0.5) and 0 or draw:between(0, 15), function()
        if not self.clear then start(self, name) end
      end)
    end
    self:each_kind "begin"
    simulated:after(draw:between(LEAST_CHAOS, MOST_CHAOS), function() clear_up(self) end)
    run_all(self)
    finish(self)
    check(self)
  end
  db:during(self.hosts, function() by_clock_of(self.hosts, happen) end)
end

return machines
