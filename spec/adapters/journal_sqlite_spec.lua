local journals = require "ses.adapters.journal_sqlite"
local tmp_dir = require "spec.support.tmp_dir"

local function person(n, fields)
  local recipient = {
    address = "p" .. n .. "@example.com", row = n + 1, email = "P" .. n .. "@example.com", name = "P " .. n,
    data = '{"n":' .. n .. "}",
  }
  for key, value in pairs(fields or {}) do recipient[key] = value end
  return recipient
end

local function load(journal, people, meta)
  local l = assert(journal:load())
  for _, recipient in ipairs(people) do assert(l:add(recipient)) end
  return assert(l:finish(meta))
end

local function claim_rows(journal, n)
  local rows = {}
  for i, row in ipairs(assert(journal:claim(n))) do rows[i] = row.row end
  return rows
end

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

  it("gives pending recipients in file order, each once", function()
    assert.same({ added = 3, known = 0, duplicates = 0 }, load(journal, { person(1), person(2), person(3) }))
    local first = assert(journal:claim(2))
    assert.same({ id = 1, row = 2, email = "P1@example.com", name = "P 1", data = '{"n":1}' }, first[1])
    assert.same({ 4 }, claim_rows(journal, 2))
    assert.same({}, claim_rows(journal, 2))
  end)

  it("keeps the first of two recipients with one address", function()
    local people = {}
    for i = 1, 250 do people[i] = person(i % 200) end
    assert.same({ added = 200, known = 0, duplicates = 50 }, load(journal, people))
    assert.same({ added = 0, known = 200, duplicates = 50 }, load(journal, people))
    for i, row in ipairs(claim_rows(journal, 250)) do assert.equal(people[i].row, row) end
  end)

  it("keeps the state of known recipients over another load, and takes the file's newer data", function()
    load(journal, { person(1), person(2) })
    assert(journal:commit({}, { { id = 1, state = "sent", message_id = "m-1", at = 1700000000 } }))
    assert.same({ added = 1, known = 2, duplicates = 1 }, load(journal, {
      person(1, { data = "{}", row = 7 }), person(2, { data = '{"new":1}' }), person(3), person(3),
    }))
    local counts = journal:counts()
    assert.equal(1, counts.sent)
    assert.equal(2, counts.pending)
    assert.equal('{"new":1}', assert(journal:claim(1))[1].data)
  end)

  it("does not write to who is gone from the file", function()
    load(journal, { person(1), person(2), person(3) })
    load(journal, { person(1), person(3) })
    assert.same({ 2, 4 }, claim_rows(journal, 9))
    assert.equal(1, journal:counts().removed)
    load(journal, { person(1), person(2), person(3) })
    assert.equal(0, journal:counts().removed)
  end)

  it("judges malformed rows anew at every load", function()
    local bad = {
      address = "!2", row = 2, email = "x@@y", state = "failed", code = "InvalidAddress", reason = "bad",
    }
    load(journal, { bad, person(2) })
    assert.equal(1, journal:counts().failed)
    assert.same({ added = 1, known = 1, duplicates = 0 }, load(journal, { person(1), person(2) }))
    assert.equal(0, journal:counts().failed)
  end)

  it("forgets an aborted load", function()
    load(journal, { person(1) })
    local l = assert(journal:load())
    for i = 2, 300 do assert(l:add(person(i))) end
    l:abort()
    assert.equal(1, journal:counts().total)
    assert.same({ 2 }, claim_rows(journal, 9))
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

  it("leaves out suppressed recipients, and takes them back when they are listed no more", function()
    load(journal, { person(1), person(2), person(3) })
    local function list(...)
      local left = { ... }
      return function() return table.remove(left, 1) end
    end
    assert.equal(2, journal:set_suppressed(list("p2@example.com", "other@example.com")))
    assert.equal(1, journal:apply_suppressed())
    assert.equal(1, journal:counts().suppressed)
    assert.same({ 2, 4 }, claim_rows(journal, 9))
    assert.equal(0, journal:set_suppressed(list()))
    assert.equal(1, journal:apply_suppressed())
    assert.equal(0, journal:counts().suppressed)
    local n, err = journal:set_suppressed(function() return nil, "refused" end)
    assert.is_nil(n)
    assert.equal("refused", err)
  end)

  it("groups failures by their reason and lists their rows", function()
    local people = {}
    for i = 1, 9 do people[i] = person(i) end
    load(journal, people)
    local results = {}
    for i = 1, 9 do
      results[i] = {
        id = i, state = "failed", code = "MessageRejected", reason = i < 4 and "it's spam" or "no", at = 1,
      }
    end
    assert(journal:commit({}, results))
    assert.same({
      { code = "MessageRejected", reason = "no", count = 6, rows = { 5, 6, 7, 8 } },
      { code = "MessageRejected", reason = "it's spam", count = 3, rows = { 2, 3, 4 } },
    }, journal:failures(10, 4))
    assert.equal(9, journal:requeue "failed")
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

  it("keeps texts for the campaign, with the load or without", function()
    assert.is_nil(journal:meta "fingerprint")
    load(journal, {}, { fingerprint = "abc" })
    assert(journal:set_meta("message", "x"))
    reopen()
    assert.equal("abc", journal:meta "fingerprint")
    assert.equal("x", journal:meta "message")
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
