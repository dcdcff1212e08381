--- Campaigns: one message to everybody in a file, once each, whatever happens on the way.
--
--     local campaign = require "ses.campaign"
--     local result = assert(campaign.run { file = "autumn.lua" })
--     print(result.counts.sent, result.counts.in_doubt)
--
-- What a run does, in this order: it reads the campaign file and its template; loads the audience into
-- the journal, in one transaction; makes in_doubt of what an earlier run that was cut off had in flight;
-- sends to whoever is pending. Each step that fails ends the run before the next, and nothing is sent
-- before all recipients are known to be fit. Running the same campaign again goes on where it ended.
-- @module ses.campaign
local address = require "ses.mail.address"
local audience = require "ses.campaign.audience"
local engine = require "ses.campaign.engine"
local errors = require "ses.errors"
local file = require "ses.campaign.file"
local fingerprint = require "ses.campaign.fingerprint"
local format = require "ses.campaign.format"
local journals = require "ses.campaign.journal"
local message = require "ses.campaign.message"
local report = require "ses.campaign.report"

local campaign = {}

-- Rows between two looks for Ctrl-C while the audience is read.
local LOOK_EVERY = 500
-- Seconds between two looks whether another process has read it.
local SETUP_PAUSE = 0.1

local Run = { __name = "ses.campaign.Run" }
Run.__index = Run

local INTERRUPTED = setmetatable({}, { __tostring = function() return "interrupted" end })

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
  return self.message ~= nil, err
end

local function refused(err)
  return err.code == "AccessDeniedException" or err.code == "AccessDenied"
end

-- The account's limits: the rate, and what is left of today's quota.
function Run:ask_account()
  local wanted = self.spec.pace.rate
  local account, err = self.client.account:get()
  if not account then
    if not (wanted and refused(err)) then return nil, err end
    self.rate = wanted
    self:note("the credentials may not ask for the account's limits; pace.rate alone sets the pace")
    return true
  end
  if account.sending_enabled == false then
    return nil, errors.new {
      kind = "client", code = "SendingPausedException", message = "sending is disabled for this account",
    }
  end
  local quota = account.send_quota or {}
  local most = quota.max_send_rate
  if most and most <= 0 then most = nil end
  self.rate, self.account_rate = math.min(wanted or most or 1, most or math.huge), most
  if wanted and most and wanted > most then
    self:note("pace.rate is %s; the account allows %s", format.rate(wanted), format.rate(most))
  end
  local daily = quota.max_24_hour_send
  if daily and daily >= 0 then self.left_today = math.max(0, daily - (quota.sent_last_24_hours or 0)) end
  return true
end

-- Normalised addresses of the account's suppression list, one after the other.
function Run:suppressed_addresses()
  local next_item = self.client.suppression:each {}
  return function()
    while true do
      local item, err = next_item()
      if err then return nil, err end
      if not item then return nil end
      local key = address.normalise(item.email_address)
      if key then return key end
    end
  end
end

function Run:read_suppression()
  if not self.spec.audience.suppression then return self.journal:set_suppressed(function() return nil end) end
  self:stage "reading the account's suppression list"
  local n, err = self.journal:set_suppressed(self:suppressed_addresses())
  if n then return n end
  if refused(err) then
    err.message = err.message .. "; to go without the account's suppression list, set audience.suppression = false"
  end
  return nil, err
end

function Run:apply_suppressed()
  return self.journal:apply_suppressed()
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

-- What the loaded audience depends on; nil where that cannot be told.
function Run:audience_fingerprint(of_csv)
  if not of_csv or not self.spec.source then return nil end
  return fingerprint.of(self.spec.source, self.message:fingerprint(), of_csv)
end

function Run:is_loaded()
  local known = self.journal:meta "audience"
  if not self.spec.source then
    -- Whether a table's audience has changed cannot be told; while others send, it is taken not to have.
    return self.journal.others ~= nil and self.journal:meta "loaded" ~= nil and (self.journal:others() or 0) > 0
  end
  if not known then return false end
  self:stage "looking whether the audience has changed"
  return known == self:audience_fingerprint(fingerprint.file(self.spec.audience.csv))
end

local function read_all(self, people, load)
  local n = 0
  while true do
    local recipient, err = people:next()
    if err then return nil, err end
    if not recipient then return n end
    local added
    added, err = load:add(recipient)
    if not added then return nil, err end
    n = n + 1
    if n % LOOK_EVERY == 0 then
      if self:is_interrupted() then return nil, INTERRUPTED end
      self:stage(("reading %s: %s"):format(people.reader.name, format.many(n, "row")))
    end
  end
end

function Run:load()
  local hash = fingerprint.new()
  local people, err = audience.open(self.spec, self.message, function(chunk) hash:add(chunk) end)
  if not people then return nil, err end
  local load
  load, err = self.journal:load()
  if not load then
    people:close()
    return nil, err
  end
  local n
  n, err = read_all(self, people, load)
  people:close()
  if not n then
    load:abort()
    return nil, err
  end
  self:stage "sorting out duplicates"
  local loaded
  loaded, err = load:finish { audience = self:audience_fingerprint(hash:hex()), loaded = "1" }
  if not loaded then load:abort() end
  return loaded, err
end

-- Says where the message is another than before, once.
function Run:compare_message()
  local now = self.message:fingerprint()
  local before, err = self.journal:meta "message"
  if err then return nil, err end
  if before == now then return true end
  if before then
    self:note("the message has changed since the last run; who was written to before got the earlier one")
  end
  return self.journal:set_meta("message", now)
end

-- What earlier runs left: in flight becomes in_doubt, and what the caller wants tried again, pending.
function Run:recover()
  local journal, options = self.journal, self.options
  local n, err = journal:recover()
  if not n then return nil, err end
  if n > 0 then
    self:note("%s in flight when an earlier run was cut off; now in doubt",
      n == 1 and "1 mail was" or format.count(n) .. " mails were")
  end
  for option, state in pairs { resend_in_doubt = "in_doubt", retry_failed = "failed" } do
    if options[option] then
      n, err = journal:requeue(state)
      if not n then return nil, err end
      if n > 0 then
        self:note("%s back to the queue that %s", format.many(n, "recipient") .. (n == 1 and " goes" or " go"),
          state == "failed" and "had failed" or "stood in doubt")
      end
    end
  end
  return true
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
    self.open_client, self.prepare_message, self.ask_account, self.open_journal, self.enter_setup,
    self.read_suppression,
  }
  for _, step in ipairs(steps) do
    local done, err = step(self)
    if not done then return nil, err end
    if self:is_interrupted() then return nil, INTERRUPTED end
  end
  if not self:is_loaded() then
    local done, err = self:load()
    if not done then return nil, err end
  end
  self.began = true
  for _, step in ipairs { self.compare_message, self.recover, self.apply_suppressed, self.leave_setup } do
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

-- The rates that a shared journal keeps for all processes: the account's, and the campaign's own where that
-- is less. Of the account nothing is known but where it is reached.
function Run:shared_limits()
  local settings, limits = self.client.settings, {}
  local most = self.account_rate
  if most then
    limits[1] = { key = ("account %s %s"):format(tostring(settings.region), settings.endpoint or "aws"), rate = most }
  end
  if not most or self.rate < most then
    limits[#limits + 1] = { key = "campaign " .. self.spec.name, rate = self.rate }
  end
  return limits
end

function Run:pace(loop, clock)
  if not self.journal.lease_slots then return nil end
  return require("ses.campaign.shared_pace").new({ journal = self.journal, loop = loop, clock = clock },
    self:shared_limits())
end

function Run:send()
  local options, spec, client = self.options, self.spec, self.client
  local counts, err = self.journal:counts()
  if not counts then return nil, err end
  local total = math.min(counts.pending + counts.sending, options.limit or math.huge)
  if self.left_today and total > self.left_today then
    self:note("the account may send %s more today; %s are waiting", format.count(self.left_today),
      format.count(total))
  end
  local loop, clock = require "ses.adapters.loop", require "ses.adapters.clock"
  local done = engine.run({
    journal = self.journal, message = self.message, loop = loop, clock = clock, pace = self:pace(loop, clock),
    send = function(mail) return client.emails:send(mail, { retry_in_doubt = false }) end,
  }, {
    rate = self.rate, concurrency = spec.pace.concurrency, limit = options.limit, total = total,
    sender = self:sender(), interrupted = options.interrupted, on_progress = options.on_progress,
    patience = options.patience,
  })
  if options.on_sent then options.on_sent(done.tally) end
  if self.journal.outages then
    self:note("the journal's database could not be reached %s; nothing was sent meanwhile",
      format.many(self.journal.outages, "time"))
  end
  if done.abandoned then return { status = "interrupted", abandoned = true, campaign = spec.name } end
  local result
  result, err = self:result {
    run = done.tally, seconds = done.seconds, stopped_by = done.stopped_by, inbox = loopback(client.settings.endpoint),
    rate = done.seconds > 0 and done.tally.sent > 0 and done.tally.sent / done.seconds or nil,
  }
  if result then result.status = status_of(done, result.counts, options.limit) end
  return result, err
end

function Run:finish()
  if self.journal then
    if self.options.dry_run or not self.began then self.journal:discard() else self.journal:close() end
  end
  if self.client then self.client:close() end
end

local function load_spec(options)
  if type(options.campaign) == "table" then return file.check(options.campaign, options.place) end
  return file.load(options.file)
end

-- Sends the mails of the first fit recipients to one address; no journal, and nobody of the audience.
function Run:test()
  local done, err = self:open_client()
  if done then done, err = self:prepare_message() end
  if not done then return nil, err end
  local people
  people, err = audience.open(self.spec, self.message)
  if not people then return nil, err end
  local sent = 0
  while sent < (self.options.limit or 1) do
    local recipient
    recipient, err = people:next()
    if not recipient then break end
    if recipient.state ~= "failed" then
      recipient.id, recipient.email = "test", self.options.test_to
      local mail
      mail, err = self.message:mail(recipient)
      if mail then mail, err = self.client.emails:send(mail, { retry_in_doubt = false }) end
      if not mail then break end
      sent = sent + 1
    end
  end
  people:close()
  if err then return nil, err end
  return { status = "test", campaign = self.spec.name, sent = sent, inbox = loopback(self.client.settings.endpoint) }
end

local function interrupted_early(self)
  return { status = "interrupted", campaign = self.spec.name, journal = self.journal_path, nothing_sent = true }
end

--- Runs a campaign.
-- @tparam table options
--   `file`: path of a campaign file (see ses.campaign.file), or `campaign`: the table that it would return;
--   `journal`: another path than the campaign's; `limit`: recipients of this run at most;
--   `dry_run`: everything but the sending, leaving no trace; `test_to`: an address that gets the mails of
--   the first `limit` (1) recipients instead; `retry_failed`, `resend_in_doubt`: write again to those who
--   stand so from earlier runs; `client`: options for ses.client, before those of the file;
--   `interrupted`: function → how often Ctrl-C was pressed; `on_stage`: function(text), what happens before
--   the first mail; `on_progress`: function(tally), ten times a second; `on_sent`: function(tally), once
-- @treturn table|nil { status =, counts =, failures =, in_doubt =, notes =, seconds =, rate =, inbox =,
--   stopped_by = }; `status` is "finished", "limited", "incomplete" (some could not be tried), "stopped"
--   (by the error `stopped_by`), "interrupted", "dry_run" or "test"
-- @treturn ?ses.Error of what was wrong before the first mail; nothing was sent and nothing is left behind
function campaign.run(options)
  local spec, err = load_spec(options)
  if not spec then return nil, err end
  if options.test_to then
    local fine, reason = address.validate(options.test_to)
    if not fine then
      return nil, errors.new { kind = "validation", code = "InvalidParameter", field = "test_to",
        message = "the address to test with " .. reason }
    end
  end
  local self = setmetatable({ spec = spec, options = options, notes = {} }, Run)
  local ran, result, failed = pcall(function()
    if options.test_to then return self:test() end
    local ready, reason = self:prepare()
    if not ready then return nil, reason end
    if options.dry_run then return self:result { status = "dry_run" } end
    return self:send()
  end)
  self:finish()
  if not ran then error(result, 0) end
  if failed == INTERRUPTED then return interrupted_early(self) end
  return result, failed
end

--- How a campaign stands, also while it runs.
-- @tparam table options `file` or `campaign`, `journal`, `all` (list every row)
-- @treturn table|nil as of `campaign.run`, with the status "status"
-- @treturn ?ses.Error
function campaign.status(options)
  local spec, err = load_spec(options)
  if not spec then return nil, err end
  local where = options.journal or spec.journal
  local journal
  journal, err = journals.open(where, { campaign = spec.name, read_only = true })
  if not journal then return nil, err end
  local found
  found, err = report.of(journal, { all = options.all })
  journal:close()
  if not found then return nil, err end
  return merged(found, { status = "status", campaign = spec.name, journal = journals.shown(where) })
end

return campaign
