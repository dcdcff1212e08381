-- Bulk sends, several at once, over one client.
local process = require "spec.simulation.process"

local bulk = {}

local function entries(draw, run)
  local list = {}
  for i = 1, draw:whole(1, 60) do
    list[i] = { to = ("%s%d-%d@example.com"):format(draw:chance(0.05) and "bad" or "p", run, i) }
    if draw:chance(0.1) then list[i].cc = ("q%d-%d@example.com"):format(run, i) end
    if draw:chance(0.02) then list[i].to = "nobody" end
  end
  return list
end

local function iterator(list)
  local i = 0
  return function()
    i = i + 1
    return list[i]
  end
end

local function options(draw, job)
  local chosen = {
    concurrency = draw:whole(1, 5), batch_size = draw:whole(1, 20), retry_in_doubt = draw:one { true, false },
    operation_timeout_ms = draw:chance(0.3) and draw:whole(500, 20000) or nil,
    timeout_ms = draw:chance(0.3) and draw:whole(500, 60000) or nil,
  }
  if draw:chance(0.5) then
    chosen.on_result = function(result)
      if job.results[result.index] then job.twice = result.index end
      job.results[result.index] = result
    end
  end
  return chosen
end

-- A run that is cancelled, or whose client is closed, says of no entry that it was not sent where it was.
local function interfere(self, spawn, task)
  local draw = self.world.draw
  local wait, closes = draw:between(0, 5), draw:chance(0.5)
  spawn(function()
    self.host.sleep(wait)
    if not closes then return task:cancel() end
    self.world:trace("the client is closed")
    self.client:close()
  end)
end

local function send(self, job)
  local mail = { from = "news@shop.example", template = "autumn", entries = job.entries }
  if job.streams then mail.entries = iterator(job.entries) end
  local limit = job.options.timeout_ms and (job.options.timeout_ms
    + (job.options.operation_timeout_ms or self.settings.operation_timeout_ms)) / 1000 or math.huge
  local result, err = self:timed("a bulk send", limit, function()
    return self.client.emails:send_bulk(mail, job.options)
  end)
  if not result then return self.report("a bulk send could not begin: " .. tostring(err)) end
  job.metrics, job.stopped_by = result.metrics, result.stopped_by
  for i, one in pairs(result.results or {}) do job.results[i] = one end
end

-- Statuses of an entry that may have left all the same.
local function check_entry(self, service, entry, result)
  local doubts = result.in_doubt_attempts or 0
  local least = result.status == "SUCCESS" and 1 or 0
  for _, address in ipairs { entry.to, entry.cc } do
    local n = service:accepted_by(address)
    if n < least then self.report(("the entry to %s was called sent and is not"):format(address)) end
    if n > least + doubts then
      self.report(("%s has %d mails: %s, %d doubts on record"):format(address, n, result.status, doubts))
    end
  end
end

local COUNTED_AS = { SUCCESS = "sent", IN_DOUBT = "in_doubt", NOT_SENT = "not_sent" }

local function check(self, service, job)
  if not job.metrics then return end
  local seen = { sent = 0, in_doubt = 0, not_sent = 0, failed = 0 }
  if job.twice then self.report(("entry %d was told of twice"):format(job.twice)) end
  for i, entry in ipairs(job.entries) do
    local result = job.results[i]
    if result then
      local name = COUNTED_AS[result.status] or "failed"
      seen[name] = seen[name] + 1
      check_entry(self, service, entry, result)
    elseif not job.streams or not job.stopped_by then
      self.report(("nothing is said of entry %d"):format(i))
    elseif service:accepted_by(entry.to) > 0 then
      self.report(("entry %d was sent and nothing is said of it"):format(i))
    end
  end
  for name, n in pairs(seen) do
    if job.metrics[name] ~= n then self.report(("%d are %s, counted as %d"):format(n, name, job.metrics[name])) end
  end
end

function bulk.run(simulated, weather, service, report, parts)
  local draw = simulated.draw
  local settings = process.settings(draw)
  if draw:chance(0.3) then settings.rate_limit_rps = draw:whole(5, 200) end
  local self = process.start(simulated, weather, service, settings, report, parts)
  local jobs = {}
  self:run(function(spawn)
    for i = 1, draw:whole(1, 3) do
      local job = { results = {}, entries = entries(draw, i), streams = draw:chance(0.5) }
      job.options = options(draw, job)
      jobs[i] = job
      local task = spawn(send, self, job)
      if draw:chance(0.1) then interfere(self, spawn, task) end
    end
  end)
  simulated:settle()
  for _, job in ipairs(jobs) do check(self, service, job) end
  self:check_rate()
end

return bulk
