-- A campaign to addresses of SES's mailbox simulator, whose events come back to it: emulator, configuration set, topic,
-- queue, `ses campaign run`.
local assert = require "luassert"
local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local own_list = require "ses.events.own_list"
local process = require "spec.support.process"
local ses = require "ses"

local feedback_loop = {}

local TOPIC = "arn:aws:sns:us-east-1:000000000000:ses-events"
local TYPES = { "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE" }
local PAUSE_SECONDS = 15

local FILE = [[
return {
  name = %q,
  audience = { csv = "people.csv" },
  message = { from = "news@shop.example", subject = "Hello", text = "Dear reader", config_set = "news" },
  pace = { rate = %g, concurrency = 20 },
  reputation = { minimum = %d, bounce = { warn = 0.04, stop = 0.06 }, complaint = { warn = 1, stop = 1 } },
  events = { %s list = "never.sqlite3", linger = 1 },
}
]]

local Lab = {}
Lab.__index = Lab

-- 3 % of all bounce, every tenth of the first ones, so that it is too much at the pause and not after it. There are two
-- complaints, and some whose answer never comes.
local function people_of(n)
  local people, bounces, doubts = { "email" }, math.floor(n * 0.03), math.max(3, math.floor(n / 200))
  for i = 1, n do
    local kind, label = "success", i
    if i % 10 == 0 and i / 10 <= bounces then
      kind = "bounce"
    elseif i == 5 or i == 11 then
      kind = "complaint"
    elseif i % 10 == 1 and i / 10 < doubts then
      label = "doubt" .. i
    end
    people[#people + 1] = ("%s+%s@simulator.amazonses.com"):format(kind, label)
  end
  return people, bounces, 2, doubts
end

--- Begins with so many recipients; `without_queue`: the campaign does not poll.
function feedback_loop.new(n, options)
  options = options or {}
  local self = setmetatable({ n = n, folder = process.folder(), emulator = inbox.start { rate = 100000 } }, Lab)
  local client = assert(ses.client(self.emulator.client))
  self.client = client
  assert(client:call("CreateConfigurationSet", { ConfigurationSetName = "news" }))
  assert(client:call("CreateConfigurationSetEventDestination", {
    ConfigurationSetName = "news", EventDestinationName = "sns", EventDestination = {
      Enabled = true, MatchingEventTypes = TYPES, SnsDestination = { TopicArn = TOPIC },
    },
  }))
  self.queue_url = self.emulator.url .. "/000000000000/ses-events"
  local people
  people, self.bounces, self.complaints, self.doubts = people_of(n)
  process.write(self.folder .. "/people.csv", table.concat(people, "\n") .. "\n")
  self.emulator.fail { operation = "SendEmail", match = "+doubt", close = true }
  self:write_campaign("autumn", not options.without_queue)
  return self
end

--- Writes a campaign file; `polls`: it polls the queue.
function Lab:write_campaign(name, polls)
  local queue = polls and ("queue_url = %q,"):format(self.queue_url) or ""
  process.write(self.folder .. "/" .. name .. ".lua", FILE:format(name, self.n / PAUSE_SECONDS, self.n / 5, queue))
end

local function argv_of(self, command, ...)
  return { "build/ses", "campaign", command, self.folder .. "/" .. (self.name or "autumn") .. ".lua", ... }
end

--- Runs a command of `ses campaign`; what it prints as JSON.
function Lab:data(command, ...)
  local argv = argv_of(self, command, ...)
  argv[#argv + 1] = "--json"
  local ran = process.run(argv, { env = self.emulator.env })
  assert.equal(0, ran.status, ran.err .. ran.out)
  return json.decode(ran.out)
end

--- Begins `ses campaign run`.
function Lab:start()
  self.running = process.start(argv_of(self, "run", "--json", "--no-progress"), { env = self.emulator.env })
end

--- Waits until the run has ended; its report.
function Lab:finish(seconds)
  local status = self.running.wait(seconds)
  local out, err = self.running.out(), self.running.err()
  self.running.remove()
  self.running = nil
  assert.equal(0, status, out .. err)
  return json.decode(out)
end

--- Waits for a value of the campaign's status.
function Lab:wait_for(fn, seconds)
  local found
  process.eventually(function()
    local ran = process.run(argv_of(self, "status", "--json"))
    found = ran.status == 0 and json.decode(ran.out)
    if not found then assert.matches("has not been run yet", ran.err) end
    return found and fn(found)
  end, seconds)
  return found
end

--- Addresses on the campaign's list.
function Lab:listed()
  local list = assert(own_list.open(self.folder .. "/never.sqlite3"))
  local n = assert(list:count())
  list:close()
  return n
end

--- Addresses on the account's suppression list.
function Lab:suppressed()
  local n = 0
  for _, err in self.client.suppression:each {} do
    assert(not err, tostring(err))
    n = n + 1
  end
  return n
end

function Lab:stop()
  if self.running then
    self.running.signal "KILL"
    self.running.wait(20)
    self.running.remove()
  end
  self.client:close()
  self.emulator.stop()
  process.remove(self.folder)
end

return feedback_loop
