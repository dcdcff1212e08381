-- Mails in doubt are settled while runs are at work, and who has failed is put back: by SES's events, which come late,
-- twice or never, and by decision; by programs that may die at it.
local campaign = require "ses.campaign"
local json = require "ses.model.json"
local timestamp = require "ses.model.timestamp"

local settling = {}

local FIRST_EVENT, LAST_EVENT = 0.1, 15
local MOST_ROUNDS = 8
-- What an event of a mail of this campaign may come to.
local EXPECTED = { sent = true, recorded = true, known = true, other_mail = true, not_sent = true }

local function event_of(service, address, tags, id)
  local own, time = {}, timestamp.iso8601(math.floor(service.world:true_wall()))
  for _, tag in ipairs(tags or {}) do own[tag.Name] = json.list { tag.Value } end
  return json.encode {
    eventType = service.draw:one { "Delivery", "Send" }, delivery = { timestamp = time, recipients = { address } },
    mail = { timestamp = time, messageId = id, destination = { address }, tags = own },
  }
end

function settling.draw(self)
  local draw = self.draw
  -- What is in doubt.
  self.weather.entry_failures = math.max(self.weather.entry_failures, 0.1)
  self.queue, self.events, self.settled = {}, {}, {}
  self.tasks, self.decisions = { "events", "events", "events", "decide", "put_back" }, { "sent", "failed", "resend" }
  function self.service.on_mail(service, address, tags, id)
    local event = { text = event_of(service, address, tags, id), address = address }
    self.events[#self.events + 1] = event
    for _ = 1, draw:one { 0, 1, 1, 2 } do
      self.world:after(draw:between(FIRST_EVENT, LAST_EVENT), function() self.queue[#self.queue + 1] = event end)
    end
  end
end

local function options_of(self, more)
  local options = {
    campaign = { name = self.spec.name, audience = self.spec.audience, message = self.spec.message },
    journal = self.url,
  }
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

-- Takes one event after the other, until there is none or one cannot be taken: that one comes again.
local function take_events(self)
  local queue = self.queue
  while queue[1] do
    local event = queue[1]
    local what, err = campaign.take_event(event.text, options_of(self))
    if not what then return nil, err end
    if queue[1] == event then table.remove(queue, 1) end
    if not EXPECTED[what] then self.report(("the event of the mail to %s is %s"):format(event.address, what)) end
    if what == "sent" then self.settled[event.address] = true end
  end
  return true
end

local function decide(self, host)
  local draw = self.draw
  local as = draw:one(self.decisions)
  local older, rows = draw:chance(0.3) and draw:between(0, 5) or nil, nil
  if draw:chance(0.4) then
    rows = {}
    for i = 1, 10 do rows[i] = draw:whole(2, #self.people + 1) end
  end
  host:trace("settles who is in doubt as %s", as)
  host.asks = true
  return campaign.settle(options_of(self, { as = as, older_than = older, rows = rows }))
end

local function put_back(self, host)
  host:trace "puts back who has failed"
  host.asks = true
  return campaign.put_back(options_of(self, { failed = true, in_doubt = self.draw:chance(0.2) }))
end

local TASKS = { events = take_events, decide = decide, put_back = put_back }

local function begin_round(self)
  local draw = self.draw
  local fn = TASKS[draw:one(self.tasks)]
  self.rounds = (self.rounds or 0) + 1
  local host = self:start_beside("desk " .. self.rounds, function(host)
    local done, err = fn(self, host)
    self.witness.put_back_at = self.world.time
    return done, err
  end)
  if draw:chance(0.2) then
    self.world:after(draw:between(0, 0.3), function()
      if not self.clear then host:kill "killed at the desk" end
    end)
  end
end

function settling.begin(self)
  for _ = 1, self.draw:whole(2, MOST_ROUNDS) do
    self.world:after(self.draw:between(0, 25), function()
      if not self.clear then begin_round(self) end
    end)
  end
end

-- When all is over every event comes once more.
function settling.finish(self)
  self.queue = {}
  for i, event in ipairs(self.events) do self.queue[i] = event end
  self:start_beside("the last desk", function() return take_events(self) end)
end

function settling.check(self, journal)
  assert(journal:each(nil, function(row)
    if row.state == "in_doubt" and self.service:accepted_by(row.email) > 0 then
      self.report(("%s is in doubt, though SES has told of the mail"):format(row.email))
    elseif self.settled[row.email] and row.state ~= "sent" then
      self.report(("%s was settled as sent, and is %s"):format(row.email, row.state))
    end
  end))
end

return settling
