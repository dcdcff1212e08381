--- Sends what is in an outbox: in a timer of one worker, and of another one where that ends.
--
-- What SES, or the way to it, cannot take just now goes back into the outbox. Where the next mail would meet the same
-- (nobody answers, SES throttles, the day's quota is used up, no credentials), nothing is sent for a while, and then
-- one mail first. What SES refuses for what it is has failed.
-- @module ses.nginx.outbox_drain
local core = require "ses.core"
local errors = require "ses.errors"
local hex = require "ses.hex"
local outcome = require "ses.campaign.outcome"
local parse = require "ses.model.parse"
local tasks = require "ses.adapters.nginx_tasks"

local outbox_drain = {}

-- A worker that does not send looks so often whether it should.
local LOOK_SECONDS = 1
-- One that does looks so often whether another has accepted a mail, which costs no I/O; and into the file so often.
local GLANCE_SECONDS, IDLE_SECONDS = 0.05, 1
-- Without a shared dictionary there is nothing but the file.
local BLIND_SECONDS = 0.25
-- The shortest time between two transactions, so that results share one.
local GATHER_SECONDS = 0.004
-- How long nothing is sent after a failure that all would meet, and a mail is put off that SES cannot take just now:
-- it doubles from the first to the last.
local FIRST_HOLD, LAST_HOLD = 1, 30
local FIRST_WAIT, LAST_WAIT = 2, 300
local TEND_SECONDS = 30
-- How often a worker that ends tries to write its last results.
local LAST_TRIES = 10

local OPTIONS = { retry_in_doubt = false }

local Drain = {}
Drain.__index = Drain

local monotonic = core.clock.monotonic

local function log(level, self, ...) ngx.log(level, "ses outbox ", self.outbox.path, ": ", ...) end

-- The same trouble is told once, until it is over.
local function say(self, about, text)
  if text and self.said[about] ~= text then log(ngx.ERR, self, text) end
  if not text and self.said[about] then log(ngx.NOTICE, self, about, ": it goes on") end
  self.said[about] = text
end

local function doubled(first, last, times) return math.min(last, first * 2 ^ math.min(times, 20)) end

-- ---- what a failure means ----

-- To a campaign these are faults of all of its mails. Here each has a template and a sender of its own, and what is
-- wrong with them is no reason to keep all others.
local OF_THE_MAIL = {
  NotFoundException = true, NotFound = true, MailFromDomainNotVerifiedException = true,
  MailFromDomainNotVerified = true,
}

-- A breaker knows itself when it lets one through.
local function hold_seconds(self, err)
  if err.kind == "circuit_open" then return err.retry_after or FIRST_HOLD end
  return math.max(err.retry_after or 0, doubled(FIRST_HOLD, LAST_HOLD, self.holds))
end

local function hold(self, err)
  local now = monotonic()
  if now < self.hold_until then return end
  self.held_at, self.hold_until, self.holds = now, now + hold_seconds(self, err), self.holds + 1
  say(self, "sending", ("nothing is sent for now: %s (%s)"):format(outcome.reason(err.message), tostring(err.code)))
end

local function failure_of(self, mail, err)
  local what = OF_THE_MAIL[err.code] and "failed" or outcome.of(err)
  local result = { code = err.code }
  if what == "in_doubt" or what == "failed" then
    result.state = what
  else
    result.state, result.untried = "queued", (err.attempts or 0) == 0
    if what == "again" or what == "later" then
      result.wait = doubled(FIRST_WAIT, LAST_WAIT, mail.attempts - 1)
    else
      hold(self, err)
    end
  end
  return result
end

-- What was on its way before says nothing.
local function end_hold(self, began)
  if began < self.held_at then return end
  self.holds, self.hold_until = 0, 0
  say(self, "sending", nil)
end

-- ---- sending ----

local function perform(self, mail)
  local request, reason = parse.json("SendEmailRequest", mail.body)
  if not request then
    return nil, errors.new { kind = "validation", code = "Unreadable", message = tostring(reason) }
  end
  return self.outbox.client:call("SendEmail", request, OPTIONS)
end

local function send(self, mail)
  local began = monotonic()
  local ran, sent, err = pcall(perform, self, mail)
  local result
  if not ran then
    log(ngx.ERR, self, "mail ", mail.id, ": ", outcome.reason(sent))
    result = { state = "in_doubt", code = "Raised" }
  elseif sent then
    end_hold(self, began)
    result = { state = "sent", message_id = sent.MessageId }
  else
    result = failure_of(self, mail, err)
  end
  if result.state == "in_doubt" then log(ngx.WARN, self, "mail ", mail.id, " is in doubt: ", result.code) end
  result.n = mail.n
  self.results[#self.results + 1] = result
  self.in_hand = self.in_hand - 1
  self:wake()
end

-- One of as many as may send at once.
local function send_all(self)
  while not self.ended do
    local mail = table.remove(self.mails, 1)
    if mail then send(self, mail) else self.given:wait() end
  end
end

-- How many more may be taken.
local function room(self)
  if ngx.worker.exiting() or self.lost or monotonic() < self.hold_until then return 0 end
  if self.holds > 0 then return self.in_hand == 0 and 1 or 0 end
  return self.outbox.concurrency - self.in_hand
end

-- ---- the work ----

local function take_results(self)
  local results = self.results
  self.results = {}
  return results
end

-- What could not be written is written with what comes next.
local function put_back(self, results)
  for _, result in ipairs(self.results) do results[#results + 1] = result end
  self.results = results
end

-- → seconds until there is something to do, for all that is known
local function step(self)
  self.woken, self.told = false, self.outbox:_told()
  local results, most = take_results(self), room(self)
  local found, err = self.outbox:_thread("work", self.owner, results, most)
  self.worked_at = monotonic()
  say(self, "the file", err and err.message)
  if not found then
    put_back(self, results)
    return LOOK_SECONDS
  end
  if found.lost and not self.lost then
    self.lost = true
    log(ngx.WARN, self, "another worker has taken over")
  end
  self.in_hand = self.in_hand + #found.mails
  for _, mail in ipairs(found.mails) do self.mails[#self.mails + 1] = mail end
  if #found.mails > 0 then self.given:broadcast() end
  if room(self) > 0 and found.wait then return found.wait end
  return IDLE_SECONDS
end

-- Waits for a result, a mail, the end of a hold, or the end of the worker.
local function rest(self, seconds)
  local ends = monotonic() + seconds
  if self.hold_until > monotonic() then ends = math.min(ends, self.hold_until) end
  local told = self.outbox:_told()
  while not self.woken and not ngx.worker.exiting() do
    local left = ends - monotonic()
    if left <= 0 or self.outbox:_told() ~= self.told and room(self) > 0 then break end
    self.wanted:wait(math.max(0.001, math.min(left, told and GLANCE_SECONDS or BLIND_SECONDS)))
    if not told then break end
  end
  local early = GATHER_SECONDS - (monotonic() - self.worked_at)
  if early > 0 then ngx.sleep(math.max(0.001, early)) end
end

local function tend(self)
  if monotonic() < self.tend_at then return end
  local n = self.outbox:_thread("tend", self.outbox.keep_results)
  self.tend_at = monotonic() + (n and n > 0 and LOOK_SECONDS or TEND_SECONDS)
end

local function work(self)
  while true do
    local wait = step(self)
    local ends = ngx.worker.exiting() or self.lost
    if ends and self.in_hand == 0 then return end
    if not ends then tend(self) end
    rest(self, wait)
  end
end

-- What is not written then stands in doubt for the one that takes over.
local function release(self)
  for _ = 1, LAST_TRIES do
    local results = take_results(self)
    local done, err = self.outbox:_thread("release", self.owner, results)
    if done then return end
    put_back(self, results)
    say(self, "the file", err.message)
    ngx.sleep(0.5)
  end
  log(ngx.ERR, self, "what became of ", #self.results, " mails could not be written: they stand in doubt")
end

local function run(self)
  self.mails, self.results, self.in_hand = {}, {}, 0
  self.holds, self.held_at, self.hold_until = 0, 0, 0
  self.given, self.ended, self.lost = tasks.condition(), false, false
  self.tend_at, self.worked_at = 0, 0
  local threads = {}
  for i = 1, self.outbox.concurrency do threads[i] = ngx.thread.spawn(send_all, self) end
  local ran, reason = pcall(work, self)
  if not ran then log(ngx.ERR, self, tostring(reason)) end
  while self.in_hand > 0 do self.wanted:wait(LOOK_SECONDS) end
  release(self)
  -- These kept the worker from ending while a thread of nginx's wrote the last results.
  self.ended = true
  self.given:broadcast()
  for _, thread in ipairs(threads) do ngx.thread.wait(thread) end
end

-- ---- who sends ----

local function tell_of_doubt(self, ids)
  if #ids == 0 then return end
  log(ngx.ERR, self, #ids, " mails were in flight when a worker ended, and stand in doubt: ", table.concat(ids, " "))
end

local function look(self)
  local ids, err = self.outbox:_thread("take", self.owner, ngx.worker.pid())
  say(self, "the file", err and err.message)
  if not ids then return end
  tell_of_doubt(self, ids)
  run(self)
end

--- Wakes the drain, where it is this worker's.
function Drain:wake()
  self.woken = true
  self.wanted:broadcast()
end

--- Looks from now on, in a timer, whether this worker is to send.
function Drain:start()
  local function tick(ended)
    if ended or self.busy or ngx.worker.exiting() then return end
    self.busy = true
    local ran, reason = pcall(look, self)
    self.busy = false
    if not ran then log(ngx.ERR, self, tostring(reason)) end
  end
  -- The privileged agent is no worker, and may be another user.
  if ngx.worker.id() == nil then return end
  ngx.timer.at(0, tick)
  ngx.timer.every(LOOK_SECONDS, tick)
end

--- Makes the drain of an outbox in this worker.
-- @tparam ses.nginx.Outbox outbox
function outbox_drain.new(outbox)
  return setmetatable({
    outbox = outbox, wanted = tasks.condition(), said = {}, woken = false,
    owner = hex.encode(core.random.bytes(16)),
  }, Drain)
end

return outbox_drain
