-- So many mails a day: a warm-up that grows, and the daily quota of the account, on a calendar that goes faster than
-- the clocks.
local local_time = require "ses.campaign.local_time"
local service = require "spec.simulation.service"

local rations = {}

local DAY = 86400
local SHORTEST_DAY, LONGEST_DAY = 10, 25

local function draw_warm_up(self)
  local draw, people = self.draw, #self.people
  local first = math.max(2, math.floor(people / draw:between(2, 7)))
  self.spec.pace.warm_up = {
    first_day = first, growth = draw:one { 1, 1.5, 2 }, most = draw:chance(0.3) and 2 * first or nil,
  }
end

local function draw_quota(self, day)
  local draw = self.draw
  self.weather.daily = math.max(5, math.floor(#self.people / draw:between(1, 4)))
  self.weather.day_seconds = day
  self.daily = self.weather.daily
  self.spec.pace.daily_quota = draw:one { "wait", "stop" }
  self.may_stop.DailyQuotaExceeded = self.spec.pace.daily_quota == "stop"
end

function rations.draw(self)
  local draw = self.draw
  local day = draw:between(SHORTEST_DAY, LONGEST_DAY)
  self.world.calendar_speed = math.max(self.world.calendar_speed, DAY / day)
  day = DAY / self.world.calendar_speed
  local kind = draw:whole(1, 3)
  if kind ~= 2 then draw_warm_up(self) end
  if kind ~= 1 then draw_quota(self, day) end
  self.asks_account, self.ask_seconds = true, draw:between(1, 10)
  self.account_rate = self.weather.service_rate or service.AMPLE_RATE
  -- On whose day a mail is must be one for all.
  for name in pairs(self.wall_offsets) do self.wall_offsets[name] = 0 end
  self.longest_wait, self.pause_to_next = self.longest_wait + 2 * day, day / 3
  self.calls = {}
end

-- The quota goes on for ever.
function rations.clear(self)
  self.weather.daily = self.daily
end

-- ---- what must hold ----

-- What a program has heard of the quota, and what it has sent since.
function rations.starts(_, host, program)
  local account = program.client.account
  local get = account.get
  function account.get(...)
    local found, err = get(...)
    if found then host.quota = { sent = found.send_quota.sent_last_24_hours, since = 0 } end
    return found, err
  end
end

function rations.leaves(self, call)
  self.calls[#self.calls + 1] = call
  local known = call.host.quota
  if not self.daily or not known then return end
  call.known, known.since = known, known.since + call.n
  if known.sent + known.since > self.daily then
    self.report(("a mail of %s leaves, which makes %d where %d a day may be"):format(call.host.name,
      known.sent + known.since, self.daily))
  end
end

local function count_refused(call)
  local n = 0
  for _ in pairs(call.refused) do n = n + 1 end
  return n
end

function rations.answered(_, call)
  if call.known then call.known.since = call.known.since - count_refused(call) end
end

function rations.ended(self, host, result)
  local code = result.stopped_by and result.stopped_by.code
  -- Unless it is to wait, a run stops at whatever quota there is, also at one that is the weather's.
  if code == "DailyQuotaExceeded" and self.spec.pace.daily_quota == "wait" then
    self.report(("%s stops at the quota, which it should wait for"):format(host.name))
  end
end

-- By how many mails each day begins, and how many there may be.
local function check_days(self)
  local row = self.database:look("SELECT value FROM ses_meta WHERE key = 'first_day'")[1]
  local first = row and local_time.date(row.value)
  local ramp, days, list = self.spec.pace.warm_up, {}, {}
  for _, call in ipairs(self.calls) do
    local day = math.floor((call.calendar + (self.zone_offset or 0)) / DAY)
    if not days[day] then list[#list + 1] = day end
    days[day] = (days[day] or 0) + call.n - count_refused(call)
  end
  for _, day in ipairs(list) do
    local since = math.max(0, day - (first or day))
    local most = math.min(ramp.most or math.huge, math.floor(ramp.first_day * ramp.growth ^ since + 1e-6))
    if days[day] > most then
      self.report(("day %d has %d mails, where there may be %d"):format(since + 1, days[day], most))
    end
  end
end

function rations.check(self, journal)
  if self.spec.pace.warm_up then check_days(self) end
  assert(journal:each("failed", function(row)
    if row.code:lower():find "quota" or (row.reason or ""):lower():find "quota" then
      self.report(("%s has failed by the quota"):format(row.email))
    end
  end))
end

return rations
