-- A campaign that several processes work on at once: its files, an emulator, a PostgreSQL server, and worker
-- processes that can be killed, stopped and started.
local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local postgres = require "spec.support.postgres"
local process = require "spec.support.process"

local machines = {}

local Machines = {}
Machines.__index = Machines

local CAMPAIGN = [[
return {
  name = "everywhere",
  audience = { csv = "recipients.csv", email = "email" },
  message = { from = "news@shop.example", %s },
  pace = { concurrency = %d, rate = %s, daily_quota = %q },
}
]]

-- A program that asks for the account's limits every second.
local PROGRAM = [[
local file, journal = ...
local result = assert(require("ses.campaign").run { file = file, journal = journal, ask_seconds = 1 })
local counts = result.counts
print(result.status, result.stopped_by or "", ("%d sent, %d pending, %d sending"):format(counts.sent, counts.pending,
  counts.sending), result.run.deferred .. " deferred")
os.exit(result.status == "finished" and 0 or 1)
]]

--- Options: `recipients`, `rate` and `daily` (of the account), `pace` (of the campaign, where it is another),
-- `concurrency` (of each process), `lease` (seconds), `daily_quota` (of the campaign), `template`: the message is a
-- template of SES, so that SendBulkEmail carries it.
function machines.new(options)
  local folder = process.folder()
  local lines = { "email,n" }
  for n = 1, options.recipients do lines[n + 1] = ("reader.%d@example.com,%d"):format(n, n) end
  process.write(folder .. "/recipients.csv", table.concat(lines, "\n") .. "\n")
  process.write(folder .. "/campaign.lua", CAMPAIGN:format(
    options.template and 'template = "numbers"' or 'subject = "Number {{n}}", text = "Dear number {{n}}."',
    options.concurrency, tostring(options.pace),
    options.daily_quota or "stop"))
  process.write(folder .. "/program.lua", PROGRAM)
  local self = setmetatable({ folder = folder, recipients = options.recipients, workers = {} }, Machines)
  self.server = postgres.start()
  self.journal = self.server.url(self.server.database(), "lease_seconds=" .. options.lease)
  self.emulator = inbox.start { rate = options.rate, daily = options.daily }
  if options.template then
    local template = { TemplateName = "numbers", TemplateContent = { Subject = "Number {{n}}", Text = "Dear {{n}}." } }
    local made = process.run({ "build/ses", "call", "CreateEmailTemplate", assert(json.encode(template)) },
      { env = self.emulator.env })
    assert(made.status == 0, made.err)
  end
  return self
end

local function start(self, name, argv)
  local old = self.workers[name]
  if old then old.remove() end
  self.workers[name] = process.start(argv, { env = self.emulator.env })
end

--- Starts a worker, by a name of its own; its last process must have ended.
function Machines:start(name)
  start(self, name, {
    "build/ses", "campaign", "run", self.folder .. "/campaign.lua", "--no-progress", "--journal", self.journal,
  })
end

--- The same as a program that asks for the account's limits more often.
function Machines:start_program(name)
  start(self, name, { "build/ses", self.folder .. "/program.lua", self.folder .. "/campaign.lua", self.journal })
end

--- Tells the campaign something, as any process may.
function Machines:control(fn)
  local options = { campaign = "everywhere", control = true }
  local journal = assert(require("ses.campaign.journal").open(self.journal, options))
  local result = fn(journal)
  journal:close()
  return result
end

--- Sends a worker a signal, where it still runs.
function Machines:signal(name, signal)
  process.shell(("kill -%s %s 2>/dev/null"):format(signal, self.workers[name].pid))
end

--- The exit status of a worker, nil while it runs.
function Machines:status(name)
  local ran, status = pcall(self.workers[name].wait, 0.02)
  return ran and status or nil
end

--- How many mails each recipient has, by address.
function Machines:mails()
  local n = {}
  for _, mail in ipairs(self.emulator.all()) do
    for _, to in ipairs(mail.to) do
      local key = (to:match "<([^<>]+)>%s*$" or to):lower()
      n[key] = (n[key] or 0) + 1
    end
  end
  return n
end

--- The state of each recipient, by address.
function Machines:states()
  local db = assert(require("ses.adapters.postgres").open(require("ses.adapters.postgres_url").parse(self.journal)))
  local rows, states = assert(db:rows "SELECT address, state FROM ses_recipients"), {}
  for _, row in ipairs(rows) do states[row.address] = row.state end
  db:close()
  return states
end

function Machines:stop()
  for name, worker in pairs(self.workers) do
    self:signal(name, "KILL")
    worker.remove()
  end
  self.emulator.stop()
  self.server.stop()
  process.remove(self.folder)
end

return machines
