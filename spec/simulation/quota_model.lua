-- A retry quota that is counted beside the one under test, by the numbers of "Retry behavior", AWS SDKs and Tools
-- Reference Guide.
local quota_model = {}

local FULL, COST, THROTTLED_COST = 500, 14, 5

local Watched = {}
Watched.__index = Watched

-- Puts a model around the retry state of ses.core. `report(text)` is told where they part.
function quota_model.around(retry, report)
  return setmetatable({ retry = retry, report = report, tokens = FULL }, Watched)
end

local function compare(self)
  local found = self.retry:quota()
  if found ~= self.tokens or found < 0 or found > FULL then
    self.report(("the retry quota is %d where it should be %d"):format(found, self.tokens))
  end
end

function Watched:decide(failure)
  local verdict, wait_ms, cost = self.retry:decide(failure)
  if verdict == "again" then
    self.tokens = self.tokens - (failure.throttled and THROTTLED_COST or COST)
  elseif verdict == "quota" and self.tokens >= COST then
    self.report(("a retry is refused with %d tokens left"):format(self.tokens))
  end
  compare(self)
  return verdict, wait_ms, cost
end

function Watched:succeed(cost)
  self.tokens = math.min(FULL, self.tokens + (cost and cost > 0 and cost or 1))
  self.retry:succeed(cost)
  compare(self)
end

function Watched:quota() return self.retry:quota() end

return quota_model
