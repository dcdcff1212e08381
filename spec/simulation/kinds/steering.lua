-- Somebody pauses the campaign, lets it go on, and orders other rates, from another program, whoever is at work.
local control = require "ses.campaign.control"

local steering = {}

-- How often a run looks for orders (ses.campaign.engine.gate), and what it may take longer where nothing is slow.
local LOOK, MORE = 0.5, 0.1
local ROUNDING = 1e-4
-- The orders before the sky clears, and how long a campaign may stand paused after it.
local MOST_ORDERS, LONGEST_PAUSE = 8, 6
local ORDERS = {
  { "pause", "resume" }, { "pace" }, { "pause", "resume", "resume", "pace", "pace" },
}

local function options_of(self)
  return {
    campaign = { name = self.spec.name, audience = self.spec.audience, message = self.spec.message },
    journal = self.url,
  }
end

local function order(self, what, rate)
  self.desks = (self.desks or 0) + 1
  self:start_beside("desk " .. self.desks, function(host)
    host:trace("orders %s%s", what, rate and (" of %.3f/s"):format(rate) or "")
    local options = options_of(self)
    options.rate = rate
    return control[what](options)
  end)
end

local function drawn_order(self)
  local draw = self.draw
  local what = draw:one(self.orders)
  if what ~= "pace" then return what end
  return what, draw:chance(0.9) and self.spec.pace.rate * draw:one { 0.2, 0.5, 2, 5 } * draw:between(0.8, 1.2)
end

-- The work is enough for some orders.
function steering.draw(self)
  local draw = self.draw
  self.orders, self.other_rates = draw:one(ORDERS), true
  self.spec.pace.rate = math.max(3, #self.people / draw:between(6, 20))
end

function steering.begin(self)
  local draw = self.draw
  for _ = 1, draw:whole(3, MOST_ORDERS) do
    self.world:after(draw:between(0, 20), function()
      if not self.clear then order(self, drawn_order(self)) end
    end)
  end
end

function steering.clear(self)
  local draw = self.draw
  if draw:chance(0.3) then order(self, "pause") end
  self.world:after(draw:between(1, LONGEST_PAUSE), function() order(self, "resume") end)
  if draw:chance(0.5) then order(self, drawn_order(self)) end
end

-- ---- what must hold ----

-- All that the campaign has been told, by time.
local function told_so_far(self)
  local written = self.database.orders
  if self.orders_known ~= written then
    self.orders_told, self.orders_known = self.database:look(([[SELECT at - %d AS at, key, value FROM simulated_orders
      ORDER BY at]]):format(self.world:true_wall() - self.world.time)), written
  end
  return self.orders_told
end

-- What a key said at any time between two moments, as a set; `initial` is what it says before it has a value.
local function said_between(self, key, from, to, initial)
  local found, last = {}, initial
  for _, row in ipairs(told_so_far(self)) do
    local at = row.key == key and tonumber(row.at) or math.huge
    if at <= from then last = row.value elseif at <= to then found[row.value] = true end
  end
  found[last] = true
  return found
end

local function check_told(self, host, told, from)
  local to = self.world.time + ROUNDING
  if not said_between(self, "paused", from - ROUNDING, to, "0")[told.paused and "1" or "0"] then
    self.report(("%s is told that the campaign is %s, which it is not"):format(host.name,
      told.paused and "paused" or "not paused"))
  end
  for value in pairs(said_between(self, "rate", from - ROUNDING, to, "")) do
    if tonumber(value) == told.rate then return end
  end
  self.report(("%s is told of a rate of %s, which nobody has ordered"):format(host.name, tostring(told.rate)))
end

function steering.around(self, host, ports)
  local journal, last = ports.journal, nil
  local ask = journal.control
  host.told = { at = self.world.time, stalled = host.stalled, paused = false }
  function journal.control()
    local from = self.world.time
    local told, err = ask(journal)
    -- Where the database is gone, it is told again what it was told before.
    if told and told ~= last then
      check_told(self, host, told, from)
      host.told, last = { at = self.world.time, stalled = host.stalled, paused = told.paused }, told
    end
    return told, err
  end
end

-- Nothing leaves once a program knows of a pause, and where the database answers it has asked just before.
function steering.leaves(self, call)
  local host = call.host
  local since = self.world.time - host.told.at - (host.stalled - host.told.stalled)
  if host.told.paused and since > MORE then
    self.report(("a mail of %s leaves %.3f s after it has heard of a pause"):format(host.name, since))
  elseif self.calm_database and since > LOOK + MORE then
    self.report(("a mail of %s leaves when it has not asked for orders for %.3f s"):format(host.name, since))
  end
end

return steering
