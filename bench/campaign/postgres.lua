-- What a campaign costs a PostgreSQL server, as docs/scale.md has it:
--
--   build/ses bench/campaign/postgres.lua [RECIPIENTS [PARTS]]     PARTS: of units,journal,rate,workers,shared
--
-- The server is a new one with the settings that PostgreSQL has by default, on this machine.
package.path = "./?.lua;" .. package.path
local clock = require "ses.adapters.clock"
local database = require "bench.campaign.database"
local json = require "ses.model.json"
local lab = require "bench.campaign.lab"
local process = require "spec.support.process"
local text = require "bench.campaign.text"

local RECIPIENTS = tonumber(arg[1] or 100000)
local PARTS = text.list(arg[2] or "units,journal,rate,workers,shared")
local CALLS = { "own", "bulk" }

local bench, db

-- Loads the audience of a campaign, and sends to the first of it.
local function load(campaign, server)
  return bench:start(campaign, db.url, server.env, { "--limit", "1" }).taken()
end

local function each(n) return n / RECIPIENTS end

local function million(n) return n * 1e6 / RECIPIENTS end

-- ---- what one recipient costs ----

local function unit_costs(call)
  db:new()
  local server = bench:respond()
  local campaign = bench:campaign { recipients = RECIPIENTS, call = call }
  local at_first = db:costs()
  local loaded = load(campaign, server)
  local before = db:costs()
  local sent = bench:start(campaign, db.url, server.env).taken()
  local after = db:costs()
  local counts = server.counts()
  server.stop()
  lab.check(counts, RECIPIENTS)
  local began, cpu = os.time(), db:cpu()
  db:ask "VACUUM ses_recipients"
  return {
    load = database.between(at_first, before), loaded = loaded, sending = database.between(before, after), sent = sent,
    after = after, vacuum = { cpu = db:cpu() - cpu, seconds = os.time() - began },
  }
end

local function units()
  local cells = {}
  for i, call in ipairs(CALLS) do cells[i] = unit_costs(call) end
  print("\nWhat a recipient costs, with one process:\n")
  text.head { "", "reading the audience", "sending, SendEmail", "sending, SendBulkEmail" }
  local own, bulk = cells[1], cells[2]
  local function row(name, pattern, of)
    text.row { name, pattern:format(of(own.load, own.loaded)), pattern:format(of(own.sending, own.sent)),
      pattern:format(of(bulk.sending, bulk.sent)) }
  end
  row("seconds a million", "%.0f", function(_, run) return million(run.seconds) end)
  row("CPU seconds a million, the database", "%.0f", function(costs) return million(costs.cpu) end)
  row("CPU seconds a million, ses", "%.0f", function(_, run) return million(run.user + run.system) end)
  row("statements", "%.2f", function(costs) return each(costs.statements) end)
  row("transactions", "%.3f", function(costs) return each(costs.transactions) end)
  row("rows updated", "%.2f", function(costs) return each(costs.updated) end)
  row("of them within their page (HOT)", "%.2f", function(costs) return each(costs.hot) end)
  row("dead rows left to VACUUM", "%.2f", function(costs) return each(costs.dead) end)
  row("bytes of WAL", "%.0f", function(costs) return each(costs.wal) end)
  row("whole pages in the WAL", "%.3f", function(costs) return each(costs.pages) end)
  row("bytes of table", "%.0f", function(costs) return each(costs.table_bytes) end)
  row("bytes of indexes", "%.0f", function(costs) return each(costs.index_bytes) end)
  text.row { "VACUUM afterwards, CPU seconds a million", "", ("%.1f"):format(million(own.vacuum.cpu)),
    ("%.1f"):format(million(bulk.vacuum.cpu)) }
end

-- ---- the journal alone ----

local function start_workers(n, ...)
  local jobs = {}
  for i = 1, n do
    jobs[i] = process.start({ "build/ses", "bench/campaign/journal_worker.lua", ... })
  end
  return jobs
end

local function finish_workers(jobs)
  local all = { recipients = 0, seconds = 0, cpu = 0, sql = 0, rows = 0, claims = {}, commits = {}, leases = {} }
  for _, job in ipairs(jobs) do
    if job.wait(36000) ~= 0 then error(job.err(), 0) end
    local seen = assert(json.decode(job.out()))
    job.remove()
    for _, name in ipairs { "recipients", "cpu", "sql", "rows" } do all[name] = all[name] + seen[name] end
    for _, name in ipairs { "claims", "commits", "leases" } do
      for _, value in ipairs(seen[name]) do table.insert(all[name], value) end
    end
    all.seconds = math.max(all.seconds, seen.seconds)
  end
  return all
end

local function latency(values)
  return ("%.1f / %.1f"):format(text.quantile(values, 0.5), text.quantile(values, 0.99))
end

-- A campaign whose audience is loaded: its name.
local function loaded_campaign(server)
  db:new()
  load(bench:campaign { recipients = RECIPIENTS, call = "bulk" }, server)
  return db:ask("SELECT name FROM ses_campaigns")[1]
end

local function journal()
  print("\nThe journal alone, without mail, as fast as it goes:\n")
  text.head { "processes", "recipients a commit", "recipients/s", "claim of 100, ms (median / 99 %)",
    "commit, ms (median / 99 %)", "database CPU s a million", "bytes of SQL each", "bytes of rows each" }
  local server = bench:respond()
  for _, setting in ipairs { { 1, 1 }, { 1, 20 }, { 1, 100 }, { 4, 1 }, { 4, 20 }, { 4, 100 }, { 50, 20 } } do
    local processes, size = setting[1], setting[2]
    local name = loaded_campaign(server)
    local cpu = db:cpu()
    local seen = finish_workers(start_workers(processes, "work", db.url, name, size))
    text.row { processes, size, text.thousands(seen.recipients / seen.seconds), latency(seen.claims),
      latency(seen.commits), ("%.0f"):format(million(db:cpu() - cpu)), ("%.0f"):format(each(seen.sql)),
      ("%.0f"):format(each(seen.rows)) }
  end
  server.stop()
end

-- ---- the one row of the shared rate ----

local function rate()
  print("\nLeases of the shared rate, one row for all, as fast as they go:\n")
  text.head { "processes", "leases/s", "ms (median / 99 %)", "database CPU ms a lease" }
  local server = bench:respond()
  local name = loaded_campaign(server)
  server.stop()
  for _, processes in ipairs { 1, 10, 50 } do
    local cpu = db:cpu()
    local seen = finish_workers(start_workers(processes, "lease", db.url, name, 10))
    text.row { processes, text.thousands(#seen.leases / seen.seconds), latency(seen.leases),
      ("%.2f"):format((db:cpu() - cpu) * 1000 / #seen.leases) }
  end
end

-- ---- processes side by side ----

local function with_workers(n, call)
  db:new()
  local server = bench:respond()
  local campaign = bench:campaign { recipients = RECIPIENTS, call = call }
  load(campaign, server)
  local cpu, jobs, seconds, used = db:cpu(), {}, 0, 0
  for i = 1, n do jobs[i] = bench:start(campaign, db.url, server.env) end
  for _, job in ipairs(jobs) do
    local taken = job.taken()
    seconds, used = math.max(seconds, taken.result.seconds), used + taken.user + taken.system
  end
  local counts = server.counts()
  server.stop()
  lab.check(counts, RECIPIENTS)
  text.row { lab.CALLS[call], n, text.thousands(RECIPIENTS / seconds), ("%.2f"):format(used / seconds),
    ("%.2f"):format((db:cpu() - cpu) / seconds) }
end

local function workers()
  print("\nProcesses side by side, as fast as they go:\n")
  text.head { "call", "processes", "recipients/s", "processors that ses uses", "that the database uses" }
  for _, call in ipairs(CALLS) do
    for _, n in ipairs { 1, 2, 4 } do with_workers(n, call) end
  end
end

-- ---- many processes under one rate ----

-- Of the account, and how long an answer takes, in milliseconds.
local SHARED_RATE, LATENCY = 500, 80
-- So long it is watched, once all are under way.
local WARM_UP, WATCHED = 10, 30

local function share(n, call)
  db:new()
  local server = bench:respond { rate = SHARED_RATE, latency = LATENCY }
  local recipients = SHARED_RATE * (WARM_UP + WATCHED + 10)
  local campaign = bench:campaign { recipients = recipients, call = call, rate = SHARED_RATE, concurrency = 10 }
  load(campaign, server)
  local jobs = {}
  for i = 1, n do jobs[i] = bench:start(campaign, db.url, server.env) end
  local function mails() return server.counts().mails end
  process.eventually(function() return mails() > SHARED_RATE * WARM_UP end, 600)
  local began, sent, before = clock.monotonic(), mails(), db:costs()
  clock.sleep(WATCHED)
  local after = db:costs()
  sent = mails() - sent
  local seconds = clock.monotonic() - began
  for _, job in ipairs(jobs) do job.taken() end
  local counts = server.counts()
  server.stop()
  lab.check(counts, recipients)
  local costs = database.between(before, after)
  text.row { lab.CALLS[call], n, ("%.0f"):format(sent / seconds), ("%.2f"):format(costs.transactions / sent),
    ("%.0f"):format(costs.leases / seconds), ("%.0f"):format(costs.cpu * 1e6 / sent),
    ("%.0f"):format(costs.wal / sent) }
end

local function shared()
  print(("\nMany processes under one rate of %d a second, where an answer takes %d ms:\n"):format(SHARED_RATE, LATENCY))
  text.head { "call", "processes", "recipients/s", "transactions each", "leases/s", "database CPU s a million",
    "bytes of WAL each" }
  for _, n in ipairs { 1, 4, 16, 50 } do share(n, "single") end
  share(50, "bulk")
end

local parts = { units = units, journal = journal, rate = rate, workers = workers, shared = shared }

local function run()
  print("On " .. lab.machine() .. ", " .. process.shell "psql --version")
  for _, part in ipairs(PARTS) do
    -- What VACUUM has to do is counted, so nobody may do it meanwhile.
    db = database.start { settings = part == "units" and { autovacuum = "off" } or nil }
    local ran, err = pcall(parts[part] or error("no part is named " .. part, 0))
    db:stop()
    if not ran then error(err, 0) end
  end
end

bench = lab.new()
local ran, err = pcall(run)
bench:stop()
if not ran then
  io.stderr:write("postgres.lua: ", tostring(err), "\n")
  os.exit(1)
end
