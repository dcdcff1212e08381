-- One life of a program that works on a simulated campaign: what ses.campaign.run does, on the simulated world's parts.
local engine = require "ses.campaign.engine"
local journals = require "ses.campaign.journal"
local limits = require "ses.campaign.limits"
local newsletter = require "spec.simulation.newsletter"
local process = require "spec.simulation.process"
local recovery = require "ses.campaign.recovery"
local schedule = require "ses.campaign.schedule"
local sender = require "ses.campaign.sender"
local shared_pace = require "ses.campaign.shared_pace"

local life = {}

local SETUP_PAUSE = 0.1

-- ---- what a run begins with ----

local function load(self, journal)
  if journal:meta "audience" then return true end
  return newsletter.load(journal, self.people, { audience = "1" }, self.zone_of)
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

-- Recovers, and puts back whom the user asks to be written to again.
local function recover(self, host, run)
  local options = run.options
  for state, option in pairs { failed = "retry_failed", in_doubt = "resend_in_doubt" } do
    options[option] = self.again[state] > 0 and host.wants[state]
  end
  local requeue = run.journal.requeue
  function run.journal.requeue(journal, state, ...)
    host:trace("puts back who is %s", state)
    host.asks = true
    local n, err = requeue(journal, state, ...)
    host.asks = false
    return n, err
  end
  local done, err = recovery.recover(run)
  run.journal.requeue = nil
  return done, err
end

-- Asks SES what the account may send.
local function ask(self, program, run)
  if not self.asks_account then return true end
  local done, err
  program:run(function() done, err = limits.ask(run) end)
  return done, err
end

local function set_up(self, host, program, run)
  local journal = run.journal
  local steps = {
    function() return ask(self, program, run) end,
    function() return enter_setup(host, journal) end,
    function() return journal:set_suppressed(suppressed(self)) end,
    function() return load(self, journal) end,
    function() return recover(self, host, run) end,
    function() return journal:apply_suppressed() end,
    function() return journal:leave_setup() end,
    function()
      local err
      run.control, err = journal:control()
      return run.control, err
    end,
  }
  for _, step in ipairs(steps) do
    local done, err = step()
    if not done then return nil, err end
  end
  return true
end

-- ---- what befalls it ----

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

-- ---- the run ----

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

local function ports_of(self, host, program, run, terms)
  local loop, journal = program:loop(), run.journal
  share(self, journal)
  local ports = {
    journal = journal, message = self.message, loop = loop, clock = host.clock, schedule = run.schedule,
    quota = self.asks_account and run.quota or nil,
    pace = shared_pace.new({ journal = journal, loop = loop, clock = host.clock }, terms.limits, terms.batch),
    terms = function(ordered) return limits.terms(run, ordered) end,
  }
  ports.send, ports.send_bulk = send_with(self, host, program)
  for _, part in ipairs { "quota", "schedule", "pace" } do
    if ports[part] and self.parts[part] then self.parts[part](ports[part], host) end
  end
  if self.parts.ports then self.parts.ports(ports) end
  self.witness:around(host, ports, program, terms)
  self:each_kind("around", host, ports, program)
  return ports
end

local function tell_result(host, result)
  local tally = result.tally
  host:trace("the run ends: %d sent, %d failed, %d in doubt, %d later, %s", tally.sent, tally.failed, tally.in_doubt,
    tally.deferred, result.stopped_by and result.stopped_by.code or result.interrupted and "interrupted"
    or "not stopped")
end

local function work(self, host, program, run)
  local draw = self.draw
  local interrupted, limit = plan_interrupts(self, host), nil
  if not self.clear and draw:chance(0.1) then limit = draw:whole(1, 20) end
  local terms = limits.terms(run, run.control.rate)
  local ports = ports_of(self, host, program, run, terms)
  local late_start = self.clear
  local result = engine.run(ports, {
    rate = terms.rate, bulk = terms.bulk, batch = terms.batch, concurrency = draw:whole(1, 12),
    sender = "news@shop.example", interrupted = interrupted, limit = limit, alike = self.clear and math.huge or nil,
    zoned = self.spec.schedule ~= nil,
  })
  host.finished = self.world.time
  tell_result(host, result)
  program:check_rate()
  local stopped = result.stopped_by
  if late_start and stopped and not self.may_stop[stopped.code] then
    self.report("a run under a clear sky is stopped by " .. tostring(stopped))
  end
  if not (stopped or result.interrupted or limit) then
    self.witness:finished(host, result, run.journal.worker)
  end
  self:each_kind("ended", host, result)
end

local function run_of(self, program, journal)
  return {
    journal = journal, spec = self.spec, client = program.client, message = self.message, account_name = "simulated",
    quota = { rate = self.account_rate }, schedule = assert(schedule.new(self.spec.schedule, self.spec.pace)),
    options = { ask_seconds = self.ask_seconds }, note = function() end,
  }
end

-- Lives, until the run is over.
-- `self`: of spec.simulation.machines.
function life.live(self, host)
  local settings = process.settings(self.draw)
  local program = process.start(host, self.weather, self.service, settings, self.report, self.parts)
  host.program = program
  host.on_death[1] = function() program.network:abandon() end
  host.wants = { failed = self.draw:chance(self.again.failed), in_doubt = self.draw:chance(self.again.in_doubt) }
  self:each_kind("starts", host, program)
  plan_kill(self, host)
  local journal, err = journals.open(self.url, { campaign = self.spec.name })
  local done
  if journal then
    if self.parts.shared then self.parts.shared(journal, host) end
    local run = run_of(self, program, journal)
    done, err = set_up(self, host, program, run)
    if done then work(self, host, program, run) end
    journal:close()
  end
  if err then host:trace("the run cannot begin: %s", err.code) end
  program.client:close()
end

return life
