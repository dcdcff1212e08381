-- One process of many that use a journal in PostgreSQL as a campaign does, without mail:
--
--   build/ses bench/campaign/journal_worker.lua work  URL CAMPAIGN SIZE     claims and commits SIZE recipients at a
--                                                                           time, until none is left
--   build/ses bench/campaign/journal_worker.lua lease URL CAMPAIGN SECONDS  leases slices of the shared rate, one
--                                                                           after the other
--
-- Says what it saw as one line of JSON: { recipients =, seconds =, cpu =, claims =, commits =, leases = (latencies, in
-- milliseconds), sql =, rows = (bytes of statements and of what they gave) }.
local clock = require "ses.adapters.clock"
local journals = require "ses.campaign.journal"
local json = require "ses.model.json"

local mode, url, campaign, amount = arg[1], arg[2], arg[3], tonumber(arg[4])
local DAY = os.date "!%Y-%m-%d"

local journal = assert(journals.open(url, { campaign = campaign }))
local seen = { recipients = 0, sql = 0, rows = 0, claims = {}, commits = {}, leases = {} }

-- The bytes of values, as PostgreSQL gives them: text, with four bytes for its length.
local function count_bytes(db)
  local execute = db._execute
  function db:_execute(sql)
    seen.sql = seen.sql + #sql
    return execute(self, sql)
  end
  local rows = db.rows
  function db:rows(sql)
    local list, err = rows(self, sql)
    for _, row in ipairs(list or {}) do
      for _, text in pairs(row) do seen.rows = seen.rows + #text + 4 end
    end
    return list, err
  end
end

local function timed(list, object, method, ...)
  local began = clock.monotonic()
  local result, err = object[method](object, ...)
  list[#list + 1] = (clock.monotonic() - began) * 1000
  return assert(result, err), err
end

local function results_of(rows)
  local results = {}
  for i, row in ipairs(rows) do
    results[i] = {
      id = row.id, claim = row.claim, state = "sent", at = os.time(), day = DAY, latency_ms = 80,
      message_id = ("0100018f%08x-5e5e5e5e-0000-4000-8000-%012x-000000"):format(row.id, row.id),
    }
  end
  return results
end

-- As the engine's commits are: what was sent, and what comes next.
local function work()
  local results = {}
  while true do
    local rows = timed(seen.claims, journal, "claim", math.max(100, amount), { day = DAY })
    if #rows == 0 and not rows.wait then break end
    if #rows == 0 then clock.sleep(rows.wait) end
    for first = 1, #rows, amount do
      local part, ids, claims = {}, {}, {}
      for i = first, math.min(first + amount - 1, #rows) do
        part[#part + 1], ids[#ids + 1], claims[#claims + 1] = rows[i], rows[i].id, rows[i].claim
      end
      timed(seen.commits, journal, "commit", ids, results, claims)
      results = results_of(part)
      seen.recipients = seen.recipients + #part
    end
    if #rows == 0 and #results > 0 then
      timed(seen.commits, journal, "commit", {}, results, {})
      results = {}
    end
  end
  if #results > 0 then timed(seen.commits, journal, "commit", {}, results, {}) end
end

local function lease()
  local limits = { { key = "bench", rate = 1e6 } }
  local over = clock.monotonic() + amount
  while clock.monotonic() < over do timed(seen.leases, journal, "lease_slots", limits, 1, 1) end
end

count_bytes(journal.db)
local began, cpu = clock.monotonic(), os.clock()
if mode == "lease" then lease() else work() end
seen.seconds, seen.cpu = clock.monotonic() - began, os.clock() - cpu
journal:close()
print(assert(json.encode {
  recipients = seen.recipients, seconds = seen.seconds, cpu = seen.cpu, sql = seen.sql, rows = seen.rows,
  claims = json.list(seen.claims), commits = json.list(seen.commits), leases = json.list(seen.leases),
}))
