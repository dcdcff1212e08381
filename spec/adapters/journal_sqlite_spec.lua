local contract = require "spec.support.journal_contract"
local journals = require "ses.adapters.journal_sqlite"
local process = require "spec.support.process"
local tmp_dir = require "spec.support.tmp_dir"

local person, load, claim_rows = contract.person, contract.load, contract.claim_rows

describe("ses.adapters.journal_sqlite", function()
  local path, journal
  local function reopen(options)
    if journal then journal:close() end
    local err
    journal, err = journals.open(path, options or { campaign = "autumn" })
    return journal, err
  end

  before_each(function()
    path = tmp_dir.new() .. "/autumn.sqlite3"
    assert(reopen())
  end)
  after_each(function()
    if journal then journal:close() end
    journal = nil
    tmp_dir.remove_all()
  end)

  describe("by the contract of journals", function()
    local other
    after_each(function()
      if other then other:close() end
      other = nil
    end)
    contract.define(it, function() return assert(reopen()) end, function()
      other = assert(journals.open(path, { campaign = "autumn", control = true }))
      return other
    end)
  end)

  it("makes in_doubt of what was sending when a process died", function()
    load(journal, { person(1), person(2), person(3) })
    assert(journal:commit({ 1, 2 }, {}))
    assert(journal:commit({}, { { id = 1, state = "sent", message_id = "m", at = 1 } }))
    reopen()
    assert.equal(1, journal:recover())
    local counts = journal:counts()
    assert.same({ 1, 1, 1 }, { counts.sent, counts.in_doubt, counts.pending })
    assert.same({ 4 }, claim_rows(journal, 9))
    local listed = {}
    assert(journal:each("in_doubt", function(row) listed[#listed + 1] = row.row end))
    assert.same({ 3 }, listed)
    assert.equal(1, journal:requeue "in_doubt")
    reopen()
    assert.same({ 3, 4 }, claim_rows(journal, 9))
  end)

  it("writes a commit whole or not at all", function()
    load(journal, { person(1), person(2) })
    local done, err = journal:commit({ "no_id" }, { { id = 1, state = "sent", at = 1 } })
    assert.is_nil(done)
    assert.matches("no such column", err.message)
    assert.equal(2, journal:counts().pending)
  end)

  it("lets one process run it at a time, and others look", function()
    local second, err = journals.open(path, { campaign = "autumn" })
    assert.is_nil(second)
    assert.equal("JournalInUse", err.code)
    assert.equal(path .. ": another process is running this campaign; wait until it ends", err.message)
    load(journal, { person(1) })
    local watcher = assert(journals.open(path, { read_only = true }))
    assert.equal(1, watcher:counts().pending)
    assert(journal:commit({ 1 }, {}))
    assert.equal(1, watcher:counts().sending)
    watcher:close()
    assert(reopen())
  end)

  it("writes nothing more once another has taken it over, where the lock does not hold", function()
    load(journal, { person(1), person(2), person(3) })
    assert(journal:commit({ 1 }, {}))
    os.remove(path .. "-lock")
    local second = assert(journals.open(path, { campaign = "autumn" }))
    assert.equal(1, second:recover())
    local done, err = journal:commit({ 2 }, { { id = 1, state = "sent", message_id = "m", at = 1 } })
    assert.is_nil(done)
    assert.equal("JournalInUse", err.code)
    assert.is_nil((journal:recover()))
    assert.same({ 1, 2 }, { second:counts().in_doubt, second:counts().pending })
    assert(second:commit({ 2 }, {}))
    second:close()
  end)

  it("leaves no lock behind, and no journal that was never begun", function()
    journal:close()
    assert.is_nil(tmp_dir.read(path .. "-lock"))
    path = path .. ".new"
    assert(reopen()):discard()
    for _, suffix in ipairs { "", "-wal", "-shm", "-lock" } do assert.is_nil(tmp_dir.read(path .. suffix)) end
  end)

  it("refuses the journal of another campaign, and what is no journal", function()
    local other, err = reopen { campaign = "winter" }
    assert.is_nil(other)
    assert.equal(path .. ": is the journal of the campaign 'autumn', not of 'winter'", err.message)
    path = path .. ".txt"
    tmp_dir.write(path, ("no database "):rep(500))
    other, err = reopen()
    assert.is_nil(other)
    assert.matches("not a database", err.message)
    assert.equal(("no database "):rep(500), tmp_dir.read(path))
    path = path .. ".missing"
    other, err = reopen { read_only = true }
    assert.is_nil(other)
    assert.equal("NotFound", err.code)
    assert.is_nil(tmp_dir.read(path))
  end)

  it("refuses the journal of an older version, and leaves it as it is", function()
    journal:close()
    journal = nil
    path = path .. ".old"
    local db = assert(require("ses.adapters.sqlite").open(path))
    assert(db:exec_all { "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
      "INSERT INTO meta VALUES ('schema', '1'), ('campaign', 'autumn')",
      "CREATE TABLE recipients (id INTEGER PRIMARY KEY, address TEXT)" })
    local before = assert(db:value "SELECT group_concat(sql) AS value FROM sqlite_master")
    local other, err = reopen()
    assert.is_nil(other)
    assert.equal(path .. ": was written by another version of ses: format 1, this one knows 3", err.message)
    assert.equal(before, db:value "SELECT group_concat(sql) AS value FROM sqlite_master")
    db:close()
  end)

  it("brings the journal of the version before up to date, also for whoever only looks", function()
    local function make_old(name)
      load(journal, { person(1), person(2) })
      assert(journal:commit({}, { contract.sent(contract.claim_ids(journal, 1)[1]) }))
      journal:close()
      journal = nil
      local db = assert(require("ses.adapters.sqlite").open(path))
      for _, column in ipairs { "delivery", "delivery_at", "bounce_type", "bounce_subtype" } do
        assert(db:exec("ALTER TABLE recipients DROP COLUMN " .. column))
      end
      assert(db:exec_all { "DROP TABLE tallies", "UPDATE meta SET value = '2' WHERE key = 'schema'" })
      db:close()
      assert(os.rename(path, path .. name))
      path = path .. name
    end
    make_old ".before"
    local desk = assert(journals.open(path, { campaign = "autumn", read_only = true }))
    assert.same({ 1, 1, {} }, { desk:counts().sent, desk:counts().pending, desk:counts().delivery })
    desk:close()
    reopen()
    assert(journal:record { { id = 1, state = "sent", delivery = "delivered" } })
    assert.same({ delivered = 1 }, journal:counts().delivery)
    assert.equal("3", journal:meta "schema")
  end)

  describe("where the disk fails", function()
    -- A process that may write no file beyond `bytes`, until its journal has been waited for three times.
    local CODE = [[
      local clock = require "ses.adapters.clock"
      local path, bytes, patience = ...
      local function limit(to) os.execute("prlimit --pid $PPID --fsize=" .. to .. ":unlimited") end
      local told, journal = {}, nil
      journal = assert(require("ses.adapters.journal_sqlite").open(path, {
        campaign = "autumn", patience = tonumber(patience),
        clock = { monotonic = clock.monotonic, now = clock.now, sleep = function()
          told[#told + 1] = journal.trouble
          if #told == 3 then limit "unlimited" end
          return true
        end },
      }))
      local ids, results = {}, {}
      for i, row in ipairs(assert(journal:claim(500, { day = "2026-12-01", most = 500 }))) do
        ids[i], results[i] = row.id, { id = row.id, state = "sent", message_id = "m", at = 1, day = "2026-12-01" }
      end
      assert(journal:commit(ids, {}))
      limit(bytes)
      local done, err = journal:commit({}, results)
      local again, still
      if not done then again, still = journal:commit({}, results) end
      limit "unlimited"
      local day = journal.db:value "SELECT n AS value FROM days"
      print(tostring(done), err and err.code, tostring(again), still and still.code, #told, told[1], journal.outages,
        tostring(journal.trouble), day, journal:counts().sent)
    ]]

    local function run(patience)
      local people = {}
      for i = 1, 500 do people[i] = person(i) end
      load(journal, people)
      journal:close()
      journal = nil
      tmp_dir.write(path .. ".lua", CODE)
      local ran = process.run { "sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", jit and "luajit" or "lua5.4",
        path .. ".lua", path, "65536", patience }
      assert.equal("", ran.err)
      local words = {}
      for word in ran.out:gmatch "[^\t\n]+" do words[#words + 1] = word end
      return words
    end

    it("waits, says so, and goes on once it can", function()
      local found = run "300"
      assert.matches("^the journal cannot be written, nothing is sent until it can; " .. path:gsub("%p", "%%%0")
        .. ": the disk fails %(disk I/O error%)", found[6])
      found[6] = nil
      assert.same({ "true", "nil", "nil", "nil", "3", nil, "1", "nil", "500", "500" }, found)
    end)

    it("gives up after a time, and does not wait again", function()
      assert.same({ "nil", "DiskFailed", "nil", "DiskFailed", "0", "nil", "1", "nil", "nil", "0" }, run "0")
    end)

    it("counts a mail once on its day, also where a commit failed that had reached the disk", function()
      load(journal, { person(1), person(2) })
      local ids = contract.claim_ids(journal, 2)
      local connection, told = journal.db.connection, 0
      journal.db.connection = setmetatable({}, { __index = function()
        return function(_, sql)
          local result, reason = connection:execute(sql)
          if sql ~= "COMMIT" then return result, reason end
          told = told + 1
          if told == 1 then return nil, "LuaSQL: disk I/O error" end
          return result, reason
        end
      end })
      assert(journal:commit({}, { contract.sent(ids[1], { day = "2026-12-01" }) }))
      journal.db.connection = connection
      assert.equal(2, told)
      assert.equal(1, journal.db:value "SELECT n AS value FROM days")
    end)
  end)

  it("finds a damaged file before a run, and has words for it", function()
    local people = {}
    for i = 1, 500 do people[i] = person(i) end
    load(journal, people)
    journal:close()
    journal = nil
    local file = assert(io.open(path, "r+b"))
    file:seek("set", 5 * 4096)
    file:write(("damage "):rep(2000))
    file:close()
    local none, err = reopen()
    assert.is_nil(none)
    assert.equal("JournalCorrupt", err.code)
    assert.matches("a new journal would write to everybody again", err.message)
  end)

  it("removes the file that it made, and no other", function()
    journal:close()
    journal = assert(journals.open(path, { campaign = "autumn" }))
    journal:discard()
    assert.is_truthy(tmp_dir.read(path))
    path = path .. ".new"
    journal = assert(journals.open(path, { campaign = "autumn" }))
    journal:discard()
    assert.is_nil(tmp_dir.read(path))
    assert.is_nil(tmp_dir.read(path .. "-wal"))
  end)
end)
