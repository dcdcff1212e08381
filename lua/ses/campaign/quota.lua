--- What the account may still send: SES's daily quota, which is of the last 24 hours, whichever they are, and its rate.
--
-- SES is asked (GetAccount) every five minutes. What this process has sent since is added to what SES said, and what
-- is on its way counts as sent, so that no mail leaves for which there is no room. What other processes and programs
-- send from the same account is known with the next question only: SES refuses what is too much, and that is one more
-- way to learn that the quota is used up.
-- @module ses.campaign.quota
-- Source: SendQuota, Amazon SES API v2 Reference.
local errors = require "ses.errors"
local format = require "ses.campaign.format"

local quota = {}

local DAY = 86400
local EVERY_SECONDS = 300
-- While it is used up it is asked about near the moment when some should come back, but no more often than this. So
-- long after SES has refused a mail the next may leave, twice as long each time.
local SHORTEST_PAUSE = 15
-- After a question that was not answered.
local UNANSWERED_PAUSE = 30

local Quota = { __name = "ses.campaign.Quota" }
Quota.__index = Quota

--- Makes a quota. SES has been asked once already.
-- @tparam table options `ask` (function → the result of GetAccount | nil, err; nil where the credentials may not ask),
--   `account` (its first result), `clock`, `oldest` (function(since) → unix seconds of the campaign's first mail since
--   then, or nil), `waits` (whether a run waits for the quota, or ends), `every` and `pause` (seconds between two
--   questions: 300, and 15 at least while it is used up)
-- @treturn ses.campaign.Quota
function quota.new(options)
  local self = setmetatable({
    ask_account = options.ask, clock = options.clock, oldest = options.oldest, waits = options.waits, held = 0,
    since = 0, every = options.every or EVERY_SECONDS, shortest = options.pause or SHORTEST_PAUSE, refusals = 0,
  }, Quota)
  self.next_at = self.clock.monotonic() + self.every
  if options.account then self:_learn(options.account) end
  return self
end

function Quota:_learn(account)
  local found = account.send_quota or {}
  local rate, daily = found.max_send_rate, found.max_24_hour_send
  self.rate = rate and rate > 0 and rate or nil
  self.daily = daily and daily >= 0 and daily or nil
  self.sent = found.sent_last_24_hours or 0
end

--- How many mails may leave now.
-- @treturn number 0 where SES refuses them; math.huge where there is no quota, or it is not known
function Quota:left()
  if self.refused then return 0 end
  if not self.daily then return math.huge end
  return math.max(0, math.floor(self.daily - self.sent - self.since - self.held))
end

--- Takes room for mails that are about to leave.
-- @tparam integer n
-- @treturn integer for how many of them there is room
function Quota:grant(n)
  local granted = math.min(n, self:left())
  self.held = self.held + granted
  return granted
end

--- Settles what was granted.
-- @tparam integer granted
-- @tparam integer used how many of them SES took, or may have taken
function Quota:settle(granted, used)
  self.held, self.since = self.held - granted, self.since + used
  if used > 0 then self.confirmed, self.refusals = false, 0 end
end

--- SES has refused a mail because the quota is used up.
function Quota:refuse()
  if self.refused then return end
  self.refused, self.confirmed, self.refusals = true, false, self.refusals + 1
  local pause = math.min(self.every, self.shortest * 2 ^ (self.refusals - 1))
  self.try_at = self.clock.monotonic() + pause
end

--- Whether it is used up, and no mail is on its way that might leave some of it.
-- @treturn boolean
function Quota:is_used_up()
  return self.refused or self:left() <= 0 and self.held == 0
end

--- About when some of it comes back: a day after the campaign's first mail of the last 24 hours.
-- @treturn ?number unix seconds; nil where others have used it up
function Quota:ends()
  local oldest = self.oldest and self.oldest(self.clock.now() - DAY)
  return oldest and oldest + DAY
end

--- Whether it is time to ask.
-- @treturn boolean
function Quota:is_due()
  if not self.ask_account and not self.refused then return false end
  return self:is_used_up() and not self.confirmed or self.clock.monotonic() >= self.next_at
end

-- Seconds to the next question.
local function pause(self, answered)
  if not self:is_used_up() then return answered and self.every or UNANSWERED_PAUSE end
  local ends = self:ends()
  local seconds = ends and ends - self.clock.now() or self.every
  if self.refused then seconds = math.min(seconds, self.try_at - self.clock.monotonic()) end
  return math.min(self.every, math.max(self.shortest, seconds))
end

--- Asks SES. What is not answered stays as it was.
function Quota:ask()
  local counted = self.since
  local account = self.ask_account and self.ask_account()
  if account then
    self:_learn(account)
    self.since = self.since - counted
  end
  local now = self.clock.monotonic()
  if self.refused and now >= self.try_at then self.refused = false end
  self.confirmed = true
  self.next_at = now + pause(self, account or not self.ask_account)
end

--- That it is used up, and about when it is not any more.
-- @tparam ?string ends that moment
-- @treturn string
function Quota:text(ends)
  local what = self.daily and ("quota of %s in 24 hours"):format(format.many(self.daily, "mail")) or "daily quota"
  local text = ("the account's %s is used up"):format(what)
  if ends then return text .. ", some of it comes back about " .. ends end
  return text .. ", some of it comes back within 24 hours"
end

--- The same as an error.
-- @tparam ?string ends
-- @treturn ses.Error code "DailyQuotaExceeded"
function Quota:error(ends)
  return errors.new {
    kind = "rate_limited", code = "DailyQuotaExceeded", retryable = true, message = self:text(ends),
  }
end

return quota
