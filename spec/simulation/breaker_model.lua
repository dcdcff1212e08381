-- A breaker that runs beside the one under test and says what that should do, by the words of ses/breaker.h.
local breaker_model = {}

-- Sums of seconds are rounded.
local ROUNDING = 1e-6

local Watched = {}
Watched.__index = Watched

local function enter(self, phase, now)
  self.phase, self.since, self.failures, self.trials, self.passed = phase, now, 0, 0, 0
end

-- Puts a model around a breaker of ses.core, made with these options. `report(text)` is told where they part.
function breaker_model.around(breaker, options, report)
  local self = setmetatable({
    breaker = breaker, report = report, threshold = options.failure_threshold, timeout = options.reset_timeout,
    wanted = options.half_open_requests, admitted = 0, told = 0, era = {},
  }, Watched)
  enter(self, "closed", 0)
  self.generation = 1
  return self
end

local function change(self, phase, now)
  enter(self, phase, now)
  self.generation = self.generation + 1
end

local function pass_time(self, now)
  if self.phase == "closed" or now - self.since < self.timeout - ROUNDING then return end
  if self.phase == "open" then return change(self, "half_open", now) end
  -- Trials of which nothing was heard are given up.
  self.trials, self.since = self.passed, now
end

local function may_go(self, now)
  pass_time(self, now)
  if self.phase == "open" then return false end
  if self.phase == "closed" then return true end
  if self.trials == self.wanted then return false end
  self.trials = self.trials + 1
  return true
end

function Watched:allow(now)
  local expected = may_go(self, now)
  local allowed, second = self.breaker:allow(now)
  if allowed ~= expected then
    self.report(("the breaker %s where it is %s"):format(allowed and "lets through" or "refuses", self.phase))
  end
  if allowed then
    self.admitted = self.admitted + 1
    self.era[second] = self.era[second] or self.generation
  elseif not (second >= 0 and second <= self.timeout + 1e-6) then
    self.report(("the breaker asks for a wait of %.3f s"):format(second))
  end
  return allowed, second
end

local function is_current(self, generation) return self.era[generation] == self.generation end

function Watched:success(now, generation)
  self.told = self.told + 1
  self.breaker:success(now, generation)
  if not is_current(self, generation) then return end
  if self.phase == "closed" then
    self.failures = 0
  elseif self.phase == "half_open" and self.passed < self.trials then
    self.passed = self.passed + 1
    if self.passed == self.wanted then change(self, "closed", now) end
  end
end

function Watched:failure(now, generation)
  self.told = self.told + 1
  self.breaker:failure(now, generation)
  if not is_current(self, generation) then return end
  if self.phase == "half_open" then return change(self, "open", now) end
  if self.phase == "closed" then
    self.failures = self.failures + 1
    if self.failures >= self.threshold then change(self, "open", now) end
  end
end

function Watched:cancel(generation)
  self.told = self.told + 1
  self.breaker:cancel(generation)
  if is_current(self, generation) and self.phase == "half_open" and self.trials > self.passed then
    self.trials = self.trials - 1
  end
end

function Watched:state(now)
  pass_time(self, now)
  local found = self.breaker:state(now)
  if found ~= self.phase then self.report(("the breaker is %s where it should be %s"):format(found, self.phase)) end
  return found
end

-- Whether every request that was let through had an outcome.
function Watched:check()
  if self.told == self.admitted then return end
  self.report(("the breaker let %d through and was told of %d"):format(self.admitted, self.told))
end

return breaker_model
