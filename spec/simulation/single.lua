-- Single sends by many tasks, some cancelled, now and then with the client closed under them.
local process = require "spec.simulation.process"

local single = {}

local function mail(draw, i)
  local to = { ("%s%d@example.com"):format(draw:chance(0.05) and "bad" or "p", i) }
  if draw:chance(0.2) then to[2] = ("q%d@example.com"):format(i) end
  return { to = to, subject = "Hello", text = "It is on its way." }
end

local function options(draw)
  return {
    retry_in_doubt = draw:one { true, false }, operation_timeout_ms = draw:chance(0.3) and draw:whole(50, 20000) or nil,
  }
end

local function send(self, sent)
  local seconds = (sent.options.operation_timeout_ms or self.settings.operation_timeout_ms) / 1000
  local result, err = self:timed("a send", seconds, function()
    return self.client.emails:send(sent.mail, sent.options)
  end)
  sent.ended, sent.result, sent.err = true, result, err
  self.world:trace("send %d: %s", sent.number, result and "sent" or err.code .. (err.in_doubt and ", in doubt" or ""))
end

-- What SES has of a mail must be what the caller was told.
local function check(self, service, sent)
  local said = sent.result or sent.err or {}
  local doubts, least = said.in_doubt_attempts or 0, sent.result and 1 or 0
  if sent.err and doubts > 0 and not sent.err.in_doubt then self.report "an error keeps silent about a doubt" end
  for _, address in ipairs(sent.mail.to) do
    local n = service:accepted_by(address)
    if n < least then self.report(("the mail to %s was called sent and is not"):format(address)) end
    if n > least + doubts then
      self.report(("%s has %d mails: %s, %d doubts on record"):format(address, n, sent.result and "sent"
        or sent.err and sent.err.code or "not sent", doubts))
    end
  end
end

function single.run(simulated, weather, service, report, parts)
  local draw = simulated.draw
  local settings = process.settings(draw)
  if draw:chance(0.5) then
    settings.rate_limit_rps = draw:whole(2, 100)
    settings.rate_limit_burst = draw:whole(2, 20)
  end
  local self = process.start(simulated, weather, service, settings, report, parts)
  local all, count = {}, draw:whole(5, 30)
  local closes = draw:chance(0.1) and draw:between(0, 10) or nil
  local spread = draw:between(0, 20)
  self:run(function(spawn)
    for i = 1, count do
      local sent = { number = i, mail = mail(draw, i), options = options(draw) }
      all[i] = sent
      local start = draw:between(0, spread)
      local task = spawn(function()
        if self.host.sleep(start) then send(self, sent) end
      end)
      if draw:chance(0.1) then
        local wait = draw:between(0, spread + 5)
        spawn(function()
          self.host.sleep(wait)
          task:cancel()
        end)
      end
    end
    if closes then
      spawn(function()
        self.host.sleep(closes)
        simulated:trace("the client is closed")
        self.client:close()
      end)
    end
  end)
  simulated:settle()
  for _, sent in ipairs(all) do check(self, service, sent) end
  self:check_rate()
end

return single
