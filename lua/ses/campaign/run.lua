--- One run of a campaign: its steps, in their order, and what they share.
-- @module ses.campaign.run
local address = require "ses.mail.address"
local engine = require "ses.campaign.engine"
local format = require "ses.campaign.format"
local history = require "ses.campaign.history"
local journals = require "ses.campaign.journal"
local known_zones = require "ses.campaign.known_zones"
local limits = require "ses.campaign.limits"
local load = require "ses.campaign.load"
local message = require "ses.campaign.message"
local recovery = require "ses.campaign.recovery"
local own_list = require "ses.events.own_list"
local report = require "ses.campaign.report"
local reputation = require "ses.campaign.reputation"
local schedule = require "ses.campaign.schedule"
local sender = require "ses.campaign.sender"
local suppression = require "ses.campaign.suppression"

local run = {}

-- Seconds between two looks whether another process has read the audience.
local SETUP_PAUSE = 0.1

local Run = { __name = "ses.campaign.Run" }
Run.__index = Run

-- What a step gives for an error where Ctrl-C ended it.
local INTERRUPTED = setmetatable({}, { __tostring = function() return "interrupted" end })

Run.INTERRUPTED = INTERRUPTED

function Run:note(text, ...)
  self.notes[#self.notes + 1] = select("#", ...) > 0 and text:format(...) or text
end

local function merged(...)
  local all = {}
  for _, options in ipairs { ... } do
    for key, value in pairs(options) do all[key] = value end
  end
  return all
end

function Run:open_client()
  local spec = self.spec
  local options = merged({ max_connections = math.max(100, spec.pace.concurrency) }, spec.client or {},
    self.options.client or {})
  local client, err = require("ses").client(options)
  self.client = client
  return client ~= nil, err
end

function Run:prepare_message()
  local err
  self.message, err = message.new(self.spec, self.client)
  if not self.message then return false, err end
  for _, text in ipairs(self.message:notes()) do self:note("%s", text) end
  return true
end

function Run:prepare_schedule()
  local field, reason
  self.schedule, field, reason = schedule.new(self.spec.schedule, self.spec.pace)
  if not self.schedule then error(field .. " " .. reason) end
  return true
end

-- Tells the log of the client.
function Run:warn(text)
  local logger = self.client and self.client.logger
  if logger then logger:warned("ses.campaign", ("%s: %s"):format(self.spec.name, text)) end
end

function Run:stage(text)
  if self.options.on_stage then self.options.on_stage(text) end
end

function Run:is_interrupted()
  return self.options.interrupted ~= nil and self.options.interrupted() > 0
end

-- A dry run works on a copy of the journal that nobody else sees.
function Run:open_journal()
  local spec = self.spec
  local where = self.options.journal or spec.journal
  self.journal_path = journals.shown(where)
  local err
  if not self.options.dry_run then
    self.journal, err = journals.open(where, { campaign = spec.name })
    return self.journal ~= nil, err
  end
  local made = os.tmpname()
  os.remove(made)
  local copy = made .. ".sqlite3"
  local real
  real, err = journals.open(where, { campaign = spec.name, read_only = true })
  if real then
    local copied
    copied, err = real:copy(copy)
    real:close()
    if not copied then
      os.remove(copy)
      return nil, err
    end
  elseif err.code ~= "NotFound" then
    return nil, err
  end
  self.journal, err = journals.open(copy, { campaign = spec.name, temporary = true })
  return self.journal ~= nil, err
end

-- The list that events add to is made where it is missing; a dry run makes none, and does without.
function Run:open_own_list()
  local where = self.spec.events and self.spec.events.list
  if not where then return true end
  local list, err = own_list.open(where, { read_only = self.options.dry_run })
  if list then
    list:close()
    return true
  end
  if not (self.options.dry_run and err.code == "NotFound") then return nil, err end
  local lists = self.spec.audience.suppression.lists
  lists[#lists] = nil
  return true
end

-- Whether the queue can be read; what has come since an earlier run may settle who stands in doubt.
function Run:listen()
  local events = self.spec.events
  if not (events and events.queue_url) or self.options.dry_run then return true end
  self:stage "looking for events in the queue"
  self.listener = require("ses.campaign.listener").new {
    client = self.client, journal = self.journal, spec = self.spec, warn = function(text) self:warn(text) end,
  }
  return self.listener:look()
end

-- What the engine is to know of that.
function Run:listening()
  local listener = self.listener
  return listener and {
    tasks = listener:tasks(), linger = self.spec.events.linger, finish = function(tasks) listener:finish(tasks) end,
  }
end

-- Where several processes share the journal, one at a time sets the campaign up.
function Run:enter_setup()
  local journal = self.journal
  if not journal.enter_setup then return true end
  local clock = require "ses.adapters.clock"
  while true do
    local entered, err = journal:enter_setup()
    if entered or err then return entered, err end
    if self:is_interrupted() then return nil, INTERRUPTED end
    self:stage "another process is reading the audience"
    clock.sleep(SETUP_PAUSE)
  end
end

function Run:leave_setup()
  if not self.journal.leave_setup then return true end
  return self.journal:leave_setup()
end

-- Everything before the first mail.
function Run:prepare()
  local steps = {
    self.open_client, self.prepare_message, self.prepare_schedule, limits.ask, self.open_journal, load.look,
    self.enter_setup, self.open_own_list, suppression.read,
  }
  for _, step in ipairs(steps) do
    local done, err = step(self)
    if not done then return nil, err end
    if self:is_interrupted() then return nil, INTERRUPTED end
  end
  if not load.is_loaded(self) then
    local done, err = load.read(self)
    if not done then return nil, err end
  end
  self.began = true
  steps = {
    recovery.compare_message, recovery.recover, self.apply_suppressed, self.check_zones, self.leave_setup, self.listen,
  }
  for _, step in ipairs(steps) do
    local done, err = step(self)
    if not done then return nil, err end
  end
  return true
end

local function loopback(url)
  local host = url and (url:match("^https?://(%[[^%]]*%])") or url:match("^https?://([^/:]+)"))
  if host == "localhost" or host == "[::1]" or (host and host:find("^127%.")) then return url:gsub("/*$", "/") end
  return nil
end

-- Where the mail can be seen, where that is on this machine.
function Run:inbox()
  return loopback(self.client.settings.endpoint)
end

function Run:apply_suppressed()
  return self.journal:apply_suppressed()
end

-- The journal may have been loaded on a machine that knows more time zones than this one.
function Run:check_zones()
  if not self.schedule.quiet then return true end
  local zones, err = self.journal:zones()
  if not zones then return nil, err end
  return known_zones.check(self.schedule, zones)
end

function Run:result(fields)
  local found, err = report.of(self.journal)
  if not found then return nil, err end
  local result = merged(found, fields)
  result.campaign, result.journal, result.notes = self.spec.name, self.journal_path, self.notes
  return result
end

function Run:sender()
  local from = self.spec.message.from
  if from == nil then from = self.client.settings.default_from_address end
  if type(from) == "table" then return from.email end
  local parsed = from and address.parse(from)
  return parsed and parsed.email
end

local function status_of(done, counts, limit)
  if done.interrupted then return "interrupted" end
  if done.stopped_by then return "stopped" end
  if counts.pending + counts.sending == 0 then return "finished" end
  if limit and done.tally.deferred == 0 then return "limited" end
  return "incomplete"
end

function Run:pace(loop, clock, terms)
  if not self.journal.lease_slots then return nil end
  return require("ses.campaign.shared_pace").new({ journal = self.journal, loop = loop, clock = clock }, terms.limits,
    terms.batch)
end

function Run:note_quota(total)
  local left = self.quota:left()
  if total > left then
    self:note("the account may send %s more today; %s are waiting", format.count(left), format.count(total))
  end
end

-- Says in the history at which rate the sending begins, where that was not the rate before.
local function log_rate(journal, terms)
  local logged, err = journal:logged()
  if not logged then return nil, err end
  local limits_before = history.limits(logged)
  local last = limits_before[#limits_before]
  if last and last.rate and format.rate(last.rate) == terms.text then return true end
  return journal:log("rate", "the rate is " .. terms.text)
end

function Run:send()
  local options, spec, client = self.options, self.spec, self.client
  local counts, err = self.journal:counts()
  local control
  if counts then control, err = self.journal:control() end
  if not control then return nil, err end
  local total = math.min(counts.pending + counts.sending, options.limit or math.huge)
  self:note_quota(total)
  local loop, clock = require "ses.adapters.loop", require "ses.adapters.clock"
  local terms = limits.terms(self, control.rate)
  local send, send_bulk = sender.of(client)
  self.journal:log("start", ("a run, %s to write to"):format(format.many(total, "recipient")))
  log_rate(self.journal, terms)
  limits.keep(self)
  local done = engine.run({
    journal = self.journal, message = self.message, loop = loop, clock = clock, send = send, send_bulk = send_bulk,
    pace = self:pace(loop, clock, terms), schedule = self.schedule, quota = self.quota,
    terms = function(ordered)
      terms = limits.terms(self, ordered)
      return terms
    end,
    refresh = function() return suppression.refresh(self) end,
    judge = spec.reputation and function() return reputation.judge(self.journal, spec.reputation, clock.now()) end,
    warn = function(text) self:warn(text) end, listening = self:listening(),
  }, {
    rate = terms.rate, bulk = terms.bulk, batch = terms.batch, concurrency = spec.pace.concurrency,
    limit = options.limit, total = total, sender = self:sender(), interrupted = options.interrupted,
    on_progress = options.on_progress, patience = options.patience, zoned = spec.schedule ~= nil,
  })
  if options.on_sent then options.on_sent(done.tally) end
  if self.journal.outages then
    self:note("%s %s; nothing was sent meanwhile", self.journal.outage, format.many(self.journal.outages, "time"))
  end
  for _, text in ipairs(self.listener and self.listener:notes() or {}) do self:note("%s", text) end
  if done.abandoned then return { status = "interrupted", abandoned = true, campaign = spec.name } end
  local result
  result, err = self:result {
    run = done.tally, seconds = done.seconds, call = { name = terms.call, why = terms.why, batch = terms.batch },
    stopped_by = done.stopped_by, inbox = self:inbox(), events = self.listener and self.listener.tally,
    rate = done.seconds > 0 and done.tally.sent > 0 and done.tally.sent / done.seconds or nil,
  }
  if not result then return nil, err end
  result.status = status_of(done, result.counts, options.limit)
  self.journal:log("end", ("a run ends: %s, %s sent"):format(result.status, format.count(done.tally.sent)))
  return result
end

function Run:finish()
  if self.journal then
    if self.options.dry_run or not self.began then self.journal:discard() else self.journal:close() end
  end
  if self.client then self.client:close() end
end

--- Begins a run: nothing is done yet.
-- @tparam table spec of ses.campaign.file
-- @tparam table options of ses.campaign.run
-- @treturn ses.campaign.Run
function run.new(spec, options)
  return setmetatable({ spec = spec, options = options, notes = {} }, Run)
end

return run
