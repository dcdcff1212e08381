local contract = require "spec.support.journal_contract"
local journals = require "ses.adapters.journal_postgres"
local ports = require "ses.ports"
local postgres = require "spec.support.postgres"
local postgres_adapter = require "ses.adapters.postgres"
local postgres_url = require "ses.adapters.postgres_url"
local process = require "spec.support.process"

local person, load, claim_rows = contract.person, contract.load, contract.claim_rows

describe("ses.adapters.journal_postgres", function()
  if postgres.missing() then
    pending("not tried: " .. postgres.missing())
    return
  end

  local server, url, shared
  local opened = {}

  setup(function()
    server = postgres.start()
    shared = server.url(server.database(), "lease_seconds=1")
    journals.open(shared, { campaign = "autumn" }):close()
  end)
  teardown(function() server.stop() end)
  -- Emptying the tables is much faster than making new ones, for those who do not look at that.
  before_each(function()
    url = shared
    local tables = { "recipients", "workers", "rates", "meta", "days", "log", "tallies", "campaigns" }
    server.psql("DELETE FROM ses_" .. table.concat(tables, "; DELETE FROM ses_"), "d1")
  end)
  local function new_database() url = server.url(server.database()) end
  after_each(function()
    for _, journal in ipairs(opened) do journal:close() end
    opened = {}
  end)

  -- A worker's journal: each is a connection of its own, as another process would have.
  local function open(options, where)
    local journal, err = journals.open(where or url, options or { campaign = "autumn" })
    opened[#opened + 1] = journal
    return journal, err
  end

  local function people(n)
    local list = {}
    for i = 1, n do list[i] = person(i) end
    return list
  end

  -- A worker that is not heard of any more, as if it were killed.
  local function kill(journal)
    local id = journal.worker
    journal.db:close()
    journal.db, journal.worker = nil, nil
    return id
  end

  local function expire(journal, id)
    assert(journal.db:exec("UPDATE ses_workers SET lease_until = clock_timestamp() - interval '1 s' WHERE id = " .. id))
  end

  describe("by the contract of journals", function()
    local current
    contract.define(it, function()
      if current and current.db then current:close() end
      current = assert(open())
      return current
    end, function() return assert(open { campaign = "autumn", control = true }) end)
  end)

  it("is a journal", function()
    assert(ports.check("journal", open()))
  end)

  it("gives each recipient to one worker", function()
    local workers = { open(), open(), open() }
    load(workers[1], people(100))
    local seen, n = {}, 0
    for round = 1, 20 do
      for _, worker in ipairs(workers) do
        for _, row in ipairs(claim_rows(worker, round)) do
          assert.is_nil(seen[row])
          seen[row], n = true, n + 1
        end
      end
    end
    assert.equal(100, n)
    assert.equal(2, workers[1]:others())
  end)

  it("lets no worker end while another holds what may come back", function()
    local a, b = open(), open()
    load(a, people(4))
    local held = assert(a:claim(2))
    assert.equal(2, #assert(b:claim(9)))
    local none = assert(b:claim(9))
    assert.same({}, { none[1] })
    assert.is_number(none.wait)
    assert(a:commit({}, { { id = held[1].id, state = "pending", at = 1, later = true } }))
    a:close()
    assert.same({ 3 }, claim_rows(b, 9))
    assert.is_nil(assert(b:claim(9)).wait)
  end)

  it("tries again in a later run whom it put off", function()
    local a = open()
    load(a, people(1))
    local held = assert(a:claim(1))
    assert(a:commit({ held[1].id }, {}))
    assert(a:commit({}, { { id = held[1].id, state = "pending", at = 1, later = true } }))
    assert.is_nil(assert(a:claim(1)).wait)
    assert.same({ 2 }, claim_rows(open(), 9))
  end)

  it("takes over from a dead worker: claims go back, what was in flight is in doubt", function()
    local a, b = open(), open()
    load(a, people(3))
    local held = assert(a:claim(3))
    assert(a:commit({ held[1].id, held[2].id }, {}))
    assert(a:commit({}, { { id = held[1].id, state = "sent", message_id = "m", at = 1 } }))
    local id = kill(a)
    assert.is_number(assert(b:claim(9)).wait)
    expire(b, id)
    assert.is_number(assert(b:claim(9)).wait)
    assert.same({ 4 }, claim_rows(b, 9))
    local counts = b:counts()
    assert.same({ 1, 1, 1 }, { counts.sent, counts.in_doubt, counts.pending })
  end)

  it("lets a dead worker's lease run out by the server's clock", function()
    local a, b = open(), open()
    load(a, people(1))
    assert.equal(1, #assert(a:claim(1)))
    kill(a)
    process.eventually(function() return #assert(b:claim(9)) == 1 end, 20)
  end)

  it("keeps the lease of a worker that ticks", function()
    local a, b = open(), open()
    load(a, people(1))
    assert.equal(1, #assert(a:claim(1)))
    local over = os.time() + 3
    process.eventually(function()
      a:tick()
      assert.equal(0, #assert(b:claim(9)))
      return os.time() >= over
    end, 20)
    assert.equal(2, a:tick().workers)
  end)

  it("lets a worker that slept through its lease mark nothing any more, and go on as another", function()
    local a, b = open(), open()
    load(a, people(4))
    local held = assert(a:claim(2))
    assert(a:commit({ held[1].id }, {}))
    local old = a.worker
    expire(b, old)
    assert.equal(1, b:recover())
    -- In its own hands again, but of somebody else.
    assert.same({ 3, 4, 5 }, claim_rows(b, 9))
    local done, lost = a:commit({ held[2].id }, {})
    assert.is_true(done)
    assert.same({ true }, lost)
    assert.equal(0, a:counts().sending)
    assert.is_number(assert(a:claim(9)).wait)
    assert.are_not.equal(old, a.worker)
    done, lost = a:commit({ held[2].id, held[1].id }, {})
    assert.is_true(done)
    assert.same({ true, true }, lost)
  end)

  it("tells what it claimed from what it had claimed before it slept", function()
    local a, b = open(), open()
    load(a, people(1))
    local old = assert(a:claim(1))[1]
    expire(b, a.worker)
    assert.equal(0, b:recover())
    local new = assert(a:claim(1))[1]
    assert.equal(old.id, new.id)
    local _, lost = a:commit({ new.id, old.id }, {}, { new.claim, old.claim })
    assert.same({ [2] = true }, lost)
    _, lost = a:commit({ old.id }, {}, { old.claim })
    assert.same({ true }, lost)
    assert(a:commit({}, { { id = old.id, claim = old.claim, state = "pending", at = 1 } }))
    assert.equal(1, a:counts().sending)
  end)

  it("takes the word of such a worker for a mail that it did send, unless that is to be sent again", function()
    local a, b = open(), open()
    load(a, people(3))
    local held = assert(a:claim(3))
    assert(a:commit({ held[1].id, held[2].id, held[3].id }, {}))
    expire(b, a.worker)
    assert.equal(3, b:recover())
    assert(a:commit({}, {
      { id = held[1].id, state = "sent", message_id = "m", at = 1 }, { id = held[2].id, state = "pending", at = 1 },
    }))
    local counts = b:counts()
    assert.same({ 1, 1, 1 }, { counts.sent, counts.in_doubt, counts.pending })
    assert.equal(1, b:requeue "in_doubt")
    assert(a:commit({}, { { id = held[3].id, state = "sent", message_id = "m", at = 1 } }))
    assert.equal(2, b:counts().pending)
    assert.same({ 3, 4 }, claim_rows(b, 9))
  end)

  it("does not lose what it claimed where the answer was lost", function()
    local a = open()
    load(a, people(3))
    assert.same({ 2 }, claim_rows(a, 1))
    -- The server had claimed when the connection broke.
    assert(a.db:exec("UPDATE ses_recipients SET worker = " .. a.worker .. " WHERE row = 3"))
    a.unsure = true
    assert.same({ 3 }, claim_rows(a, 9))
    assert.same({ 4 }, claim_rows(a, 9))
  end)

  it("writes a commit once, also where it was told twice", function()
    local a = open()
    load(a, people(2))
    local held = assert(a:claim(2))
    local ids = { held[1].id, held[2].id }
    assert(a:commit(ids, {}))
    local rows = a.db.rows
    local told = 0
    a.db.rows = function(self, sql)
      told = told + 1
      local found = rows(self, sql)
      if told == 1 then return nil, { code = "DatabaseGone", message = "cut off" } end
      return found
    end
    assert(a:commit({}, { { id = ids[1], state = "sent", message_id = "m", at = 1, day = "2026-12-01" } }))
    a.db.rows = nil
    assert.equal(2, told)
    a.ticked = -math.huge
    assert.equal(1, a:tick().sent)
    assert.equal("1", assert(a.db:row "SELECT n FROM ses_days").n)
    assert.same({ 1, 1 }, { a:counts().sent, a:counts().sending })
  end)

  it("gives no more than a day's most to all workers together", function()
    local a, b = open(), open()
    load(a, people(9))
    local day = { day = "2026-12-01", most = 5 }
    local held = assert(a:claim(3, day))
    assert.equal(2, #assert(b:claim(9, day)))
    local none = assert(b:claim(9, day))
    assert.same({ 0, true }, { #none, none.more })
    assert.is_number(none.wait)
    -- What a dead worker had in flight counts, what it had claimed does not.
    assert(a:commit({ held[1].id }, {}))
    expire(b, kill(a))
    assert.equal(1, b:recover())
    assert.equal(2, #assert(b:claim(9, day)))
    none = assert(b:claim(9, day))
    assert.same({ 0, true }, { #none, none.more })
  end)

  it("keeps to a day's most where many claim at one moment", function()
    load(open(), people(400))
    local code = ([[
      local journal = assert(require("ses.adapters.journal_postgres").open(%q, { campaign = "autumn" }))
      local n, day = 0, "2026-12-01"
      while true do
        local rows = assert(journal:claim(3, { day = day, most = 300 }))
        if #rows == 0 then break end
        local results = {}
        for i, row in ipairs(rows) do
          results[i] = { id = row.id, claim = row.claim, state = "sent", message_id = "m", at = 1, day = day }
        end
        -- Every second time it keeps what it has.
        if n %% 2 == 0 then assert(journal:commit({}, results)) end
        n = n + #rows
      end
      io.write(n)
    ]]):format((url:gsub("lease_seconds=1", "lease_seconds=60")))
    local jobs, total = {}, 0
    for i = 1, 4 do jobs[i] = process.start({ jit and "luajit" or "lua5.4", "-e", code }) end
    for _, job in ipairs(jobs) do
      assert.equal(0, job.wait(60), job.err())
      total = total + tonumber(job.out())
      job.remove()
    end
    assert.equal(300, total)
  end)

  it("gives what one worker released to any other", function()
    local a, b = open(), open()
    load(a, people(2))
    local held = assert(a:claim(2))
    assert(a:commit({ held[1].id, held[2].id }, {}))
    assert.is_number(assert(b:claim(9)).wait)
    assert(a:commit({}, { { id = held[2].id, claim = held[2].claim, state = "pending", at = 1, release = true } }))
    assert.same({ 3 }, claim_rows(b, 9))
    local _, lost = a:commit({ held[2].id }, {}, { held[2].claim })
    assert.same({ true }, lost)
  end)

  it("asks again for the list of suppressed addresses that was lost with its connection", function()
    local a = open()
    load(a, people(2))
    local left = { "p1@example.com" }
    assert.equal(1, a:set_suppressed(function() return table.remove(left) end))
    a.db.connection:close()
    a.db.connection = nil
    local n, err = a:apply_suppressed()
    assert.is_nil(n)
    assert.equal("DatabaseGone", err.code)
    assert.equal(0, a:set_suppressed(function() return nil end))
    assert.equal(0, a:apply_suppressed())
  end)

  it("is paused as it was last known where the database is gone", function()
    local a = open(nil, url .. "&patience_seconds=0")
    assert(open({ campaign = "autumn", control = true }):set_control { paused = true, rate = 3 })
    assert.same({ paused = true, rate = 3 }, a:control())
    server.stop_server "immediate"
    local known = a:control()
    server.start_server()
    assert.same({ paused = true, rate = 3 }, known)
  end)

  it("waits for a database that is gone, says so, and goes on by itself", function()
    local told = {}
    local a
    local clock = {
      monotonic = require("ses.adapters.clock").monotonic, now = require("ses.adapters.clock").now,
      sleep = function()
        told[#told + 1] = a.trouble
        if #told == 3 then server.start_server() end
        return true
      end,
    }
    a = open { campaign = "autumn", clock = clock }
    load(a, people(2))
    local held = assert(a:claim(1))
    server.stop_server "immediate"
    assert(a:commit({ held[1].id }, {}))
    assert.equal(3, #told)
    assert.matches("^the journal's database cannot be reached, nothing is sent until it is back; postgres://ses@/",
      told[1])
    assert.is_nil(a.trouble)
    assert.equal(1, a.outages)
    assert.equal(1, a:counts().sending)
    assert.same({ 3 }, claim_rows(a, 9))
  end)

  it("waits for room on the database's disk", function()
    new_database()
    local told, a, backend = {}, nil, nil
    -- The files of this connection's tables may grow no further than their log of 16 MB, which must not fail.
    local function limit(bytes) server.limit_files(backend, bytes) end
    local clock = {
      monotonic = require("ses.adapters.clock").monotonic, now = require("ses.adapters.clock").now,
      sleep = function()
        told[#told + 1] = a.trouble
        if #told == 3 then limit "unlimited" end
        return true
      end,
    }
    a = open { campaign = "autumn", clock = clock }
    load(a, people(20))
    assert(a.db:exec(([[INSERT INTO ses_recipients (campaign, address, row, load, state, email, data)
      SELECT %d, 'x' || i, i, 0, 'sent', 'x', repeat('x', 1800) FROM generate_series(1, 10000) i]]):format(a.id)))
    local results = {}
    for i, row in ipairs(assert(a:claim(20))) do
      results[i] = { id = row.id, state = "failed", code = "X", reason = ("x"):rep(1500), at = 1 }
    end
    backend = assert(a.db:row "SELECT pg_backend_pid() AS pid").pid
    limit(16 * 1024 * 1024)
    assert(a:commit({}, results))
    assert.equal(3, #told)
    assert.matches("^the journal's disk is full, nothing is sent until there is room; postgres://ses@/", told[1])
    assert.is_nil(a.trouble)
    assert.equal(20, a:counts().failed)
  end)

  it("gives up on a database that stays away", function()
    local a = open(nil, url .. "&patience_seconds=0")
    load(a, people(1))
    assert(a:claim(1))
    server.stop_server "immediate"
    local rows, err = a:claim(1)
    server.start_server()
    assert.is_nil(rows)
    assert.equal("DatabaseGone", err.code)
    assert.is_true(err.retryable)
  end)

  it("lets one process at a time set a campaign up, until its connection ends", function()
    local a, b = open(), open()
    assert.is_true(a:enter_setup())
    assert.is_false(b:enter_setup())
    assert(a:leave_setup())
    assert.is_true(b:enter_setup())
    assert.is_true(open { campaign = "winter" }:enter_setup())
    kill(b)
    process.eventually(function() return a:enter_setup() end)
  end)

  it("takes no other audience while others send", function()
    local a, b = open(), open()
    load(a, people(1))
    assert(a:claim(1))
    local refused, err = b:load()
    assert.is_nil(refused)
    assert.equal("JournalInUse", err.code)
    assert.matches("1 other process is at work on it", err.message)
    a:close()
    assert.same({ added = 0, known = 1, duplicates = 0 }, load(b, people(1)))
  end)

  it("keeps the campaigns of one database apart", function()
    local a, b = open(), open { campaign = "winter" }
    load(a, people(2))
    assert.equal(0, b:counts().total)
    assert.same({}, claim_rows(b, 9))
    load(b, people(1))
    assert.same({ 2 }, claim_rows(b, 9))
    assert.same({ 2, 3 }, claim_rows(a, 9))
  end)

  it("shares a rate by slices that do not overlap", function()
    local a, b = open(), open()
    local limits = { { key = "account", rate = 100 } }
    local clock = require "ses.adapters.clock"
    local starts = {}
    for i = 1, 10 do
      local slice = assert((i % 2 == 0 and a or b):lease_slots(limits, 10, 0))
      starts[i] = clock.monotonic() + slice.ahead
      assert.is_true(math.abs(slice.spacing - 0.01) < 1e-9)
    end
    for i = 2, 10 do assert.is_true(math.abs(starts[i] - starts[i - 1] - 0.1) < 0.05) end
    assert.is_true(math.abs(starts[10] - starts[1] - 0.9) < 0.05)
  end)

  it("holds nobody up by the slots of a slower rate, and lets no slots overlap", function()
    local a, b = open(), open()
    for _ = 1, 4 do assert(a:lease_slots({ { key = "account", rate = 0.1 } }, 1, 0)) end
    -- Four slots are taken; at the new rate they are over in four hundredths of a second.
    local limits = { { key = "account", rate = 90, whole = 100 } }
    local first = assert(b:lease_slots(limits, 10, 0)).ahead
    assert.is_true(first <= 0.04, first)
    assert.is_true(b:lease_slots(limits, 10, 0).ahead > 0.03)
    -- A call of another size changes nothing of the rate.
    assert.is_true(b:lease_slots({ { key = "account", rate = 100 } }, 10, 0).ahead > 0.13)
  end)

  it("halves everybody's pace where SES throttles, and comes back with what is taken", function()
    local a, b = open(), open()
    local limits = { { key = "account", rate = 100 }, { key = "campaign", rate = 1000 } }
    assert(a:lease_slots(limits, 1, 0))
    assert(a:throttle(limits))
    assert(b:throttle(limits))
    assert.is_true(math.abs(b:lease_slots(limits, 1, 0).spacing - 0.02) < 1e-9)
    assert.is_true(math.abs(b:lease_slots(limits, 1, 50).spacing - 1 / 75) < 1e-9)
    assert.is_true(math.abs(b:lease_slots(limits, 1, 500).spacing - 0.01) < 1e-9)
  end)

  it("says that there is no journal, and makes none to look", function()
    new_database()
    local journal, err = open { campaign = "autumn", read_only = true }
    assert.is_nil(journal)
    assert.equal("NotFound", err.code)
    open()
    journal, err = open { campaign = "winter", read_only = true }
    assert.is_nil(journal)
    assert.equal("NotFound", err.code)
  end)

  it("forgets a campaign that was never begun, and none that was", function()
    local a = open()
    assert(a:enter_setup())
    a:discard()
    assert.is_nil((open { campaign = "autumn", read_only = true }))
    a = open()
    assert(a:enter_setup())
    load(a, people(1))
    a:discard()
    assert.equal(1, open({ campaign = "autumn", read_only = true }):counts().total)
  end)

  it("refuses the tables of another version", function()
    new_database()
    local a = open()
    assert(a.db:exec "UPDATE ses_schema SET version = '9'")
    local journal, err = open()
    assert.is_nil(journal)
    assert.equal("JournalVersion", err.code)
  end)

  it("brings the tables of the version before up to date", function()
    new_database()
    local a = open()
    load(a, people(2))
    assert(a:commit({}, { contract.sent(contract.claim_ids(a, 1)[1]) }))
    assert(a.db:exec [[ALTER TABLE ses_recipients DROP COLUMN delivery, DROP COLUMN delivery_at,
      DROP COLUMN bounce_type, DROP COLUMN bounce_subtype; DROP TABLE ses_tallies;
      UPDATE ses_schema SET version = '2']])
    local desk = assert(open { campaign = "autumn", read_only = true })
    assert.same({ 1, 1, {} }, { desk:counts().sent, desk:counts().pending, desk:counts().delivery })
    local id
    assert(desk:each("sent", function(row) id = row.id end))
    assert(desk:record { { id = id, state = "sent", delivery = "delivered" } })
    assert.same({ delivered = 1 }, assert(open()):counts().delivery)
  end)

  it("records what a run holds at the moment once that is done", function()
    local a = open()
    load(a, people(3))
    local ids = contract.claim_ids(a, 3)
    assert(a:commit(ids, {}))
    local other = assert(postgres_adapter.open(postgres_url.parse(url, { lease_seconds = 1 })))
    assert(other:begin())
    assert(other:exec("SELECT 1 FROM ses_recipients WHERE id = " .. ids[2] .. " FOR UPDATE"))
    -- The server ends the wait by itself: in one process nobody is there to end the other's transaction.
    local b = open()
    assert(b.db:exec "SET lock_timeout = 100")
    local events = {}
    for i, id in ipairs(ids) do events[i] = { id = id, state = "sent", delivery = "delivered" } end
    local none, err = b:record(events)
    assert.is_nil(none)
    assert.equal("DatabaseError", err.code)
    assert.is_nil((b:record { events[2] }))
    other:rollback()
    local results = assert(b:record(events))
    assert.same({ "known", "recorded", "known" }, { results[1].what, results[2].what, results[3].what })
    other:close()
  end)

  it("makes its tables once where many begin at one moment", function()
    new_database()
    local code = ([[
      local journal = assert(require("ses.adapters.journal_postgres").open(%q, { campaign = "autumn" }))
      io.write(journal.id)
      journal:close()
    ]]):format(url)
    local jobs = {}
    for i = 1, 5 do
      jobs[i] = process.start({ jit and "luajit" or "lua5.4", "-e", code })
    end
    for _, job in ipairs(jobs) do
      assert.equal(0, job.wait(30), job.err())
      assert.matches("^%d+$", job.out())
      assert.equal(jobs[1].out(), job.out())
    end
    for _, job in ipairs(jobs) do job.remove() end
  end)
end)
