--- What every adapter of the journal port keeps.
local assert = require "luassert"

local journal_contract = {}

--- A recipient for a load; `fields` replace what it has.
function journal_contract.person(n, fields)
  local recipient = {
    address = "p" .. n .. "@example.com", row = n + 1, email = "P" .. n .. "@example.com", name = "P " .. n,
    data = '{"n":' .. n .. "}",
  }
  for key, value in pairs(fields or {}) do recipient[key] = value end
  return recipient
end

function journal_contract.load(journal, people, meta)
  local load = assert(journal:load())
  for _, recipient in ipairs(people) do assert(load:add(recipient)) end
  return assert(load:finish(meta))
end

--- The rows of the file that a claim gives.
function journal_contract.claim_rows(journal, n, options)
  local rows = {}
  for i, row in ipairs(assert(journal:claim(n, options))) do rows[i] = row.row end
  return rows
end

--- The ids that a claim gives.
function journal_contract.claim_ids(journal, n, options)
  local ids = {}
  for i, row in ipairs(assert(journal:claim(n, options))) do ids[i] = row.id end
  return ids
end

--- The result of a mail that was taken; `fields` replace what it has.
function journal_contract.sent(id, fields)
  local result = { id = id, state = "sent", message_id = "m-" .. id, at = 1700000000 }
  for key, value in pairs(fields or {}) do result[key] = value end
  return result
end

--- Each row of a state (nil: of all), in file order, with the columns that are named.
function journal_contract.rows(journal, state, ...)
  local list, columns = {}, { ... }
  assert(journal:each(state, function(row)
    local picked = {}
    for _, column in ipairs(columns) do picked[column] = row[column] end
    list[#list + 1] = picked
  end))
  return list
end

local person, load, claim_rows = journal_contract.person, journal_contract.load, journal_contract.claim_rows
local claim_ids, sent = journal_contract.claim_ids, journal_contract.sent

--- Defines the specs with busted's `it`, which a module has to be given. `reopen()` closes the journal,
-- where one is open, as its process would at its end, and opens it again; `other()` opens it besides, to control it.
function journal_contract.define(it, reopen, other)
  for _, part in ipairs { "load", "claims", "control", "feedback", "report" } do
    require("spec.support.journal_contract_" .. part)(it, reopen, other)
  end

  it("gives pending recipients in file order, each once, and what is to be said to them", function()
    local journal = reopen()
    assert.same({ added = 3, known = 0, duplicates = 0 }, load(journal, { person(1), person(2), person(3) }))
    local first = assert(journal:claim(2))
    assert.equal(2, #first)
    assert.is_true(first[1].id < first[2].id)
    first[1].id, first[1].claim = nil, nil
    assert.same({ row = 2, email = "P1@example.com", name = "P 1", data = '{"n":1}' }, first[1])
    assert.same({ 4 }, claim_rows(journal, 2))
    assert.same({}, claim_rows(journal, 2))
    assert.is_nil(assert(journal:claim(2)).wait)
  end)

  it("keeps any text as it was", function()
    local journal = reopen()
    local texts = { "it's", "''", "漢字 😀", "a\\'b", "\\", "%s;--", "$1 $$" }
    local people = {}
    for i, text in ipairs(texts) do people[i] = person(i, { name = text, data = '{"n":"' .. text .. '"}' }) end
    load(journal, people)
    for i, row in ipairs(assert(journal:claim(#texts))) do
      assert.equal(texts[i], row.name)
      assert.equal(people[i].data, row.data)
    end
  end)

  it("keeps the first of recipients with one address", function()
    local journal = reopen()
    local people = {}
    for i = 1, 450 do people[i] = person(i % 300) end
    people[451] = person(5)
    people[452] = person(5)
    assert.same({ added = 300, known = 0, duplicates = 152 }, load(journal, people))
    assert.same({ added = 0, known = 300, duplicates = 152 }, load(journal, people))
    local rows = claim_rows(journal, 500)
    assert.equal(300, #rows)
    for i, row in ipairs(rows) do assert.equal(people[i].row, row) end
  end)

  it("keeps the state of known recipients over another load, and takes the file's newer data", function()
    local journal = reopen()
    load(journal, { person(1), person(2) })
    local ids = claim_ids(journal, 2)
    assert(journal:commit({ ids[1] }, {}))
    assert(journal:commit({}, { sent(ids[1]) }))
    journal = reopen()
    assert.same({ added = 1, known = 2, duplicates = 1 }, load(journal, {
      person(1, { data = "{}", row = 7 }), person(2, { data = '{"new":1}' }), person(3), person(3),
    }))
    local counts = journal:counts()
    assert.same({ 1, 2, 1, 3 }, { counts.sent, counts.pending, counts.duplicates, counts.total })
    assert.equal('{"new":1}', assert(journal:claim(1))[1].data)
  end)

  it("does not write to who is gone from the file", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3) })
    load(journal, { person(1), person(3) })
    assert.same({ 2, 4 }, claim_rows(journal, 9))
    assert.equal(1, journal:counts().removed)
    journal = reopen()
    load(journal, { person(1), person(2), person(3) })
    assert.equal(0, journal:counts().removed)
  end)

  it("judges malformed rows anew at every load", function()
    local journal = reopen()
    local bad = {
      address = "!2", row = 2, email = "x@@y", state = "failed", code = "InvalidAddress", reason = "bad",
    }
    load(journal, { bad, person(2) })
    assert.equal(1, journal:counts().failed)
    assert.equal(0, journal:requeue "failed")
    assert.same({ added = 1, known = 1, duplicates = 0 }, load(journal, { person(1), person(2) }))
    assert.equal(0, journal:counts().failed)
  end)

  it("forgets an aborted load", function()
    local journal = reopen()
    load(journal, { person(1) })
    local aborted = assert(journal:load())
    for i = 2, 300 do assert(aborted:add(person(i))) end
    aborted:abort()
    assert.equal(1, journal:counts().total)
    assert.same({ 2 }, claim_rows(journal, 9))
  end)

  it("keeps what became of a recipient", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3), person(4) })
    local ids = claim_ids(journal, 4)
    assert(journal:commit(ids, {}))
    assert.equal(4, journal:counts().sending)
    assert(journal:commit({}, {
      sent(ids[1]), { id = ids[2], state = "failed", code = "MessageRejected", reason = "it's spam", at = 1700000001 },
      { id = ids[3], state = "in_doubt", code = "RequestTimeout", reason = "no answer", at = 1700000002 },
      { id = ids[4], state = "pending", at = 1700000003 },
    }))
    local listed = {}
    for _, state in ipairs { "sent", "failed", "in_doubt" } do
      assert(journal:each(state, function(row)
        assert.is_number(row.id)
        listed[#listed + 1] = { row.row, row.email, row.code, row.reason, row.message_id, row.updated }
      end))
    end
    assert.same({ 2, "P1@example.com", nil, nil, "m-" .. ids[1], 1700000000 }, listed[1])
    assert.same({ 3, "P2@example.com", "MessageRejected", "it's spam", nil, 1700000001 }, listed[2])
    assert.same({ 4, "P3@example.com", "RequestTimeout", "no answer", nil, 1700000002 }, listed[3])
    assert.same({ { code = "MessageRejected", reason = "it's spam", count = 1, rows = { 3 } } }, journal:failures(9, 9))
  end)

  it("takes a recipient that was not sent to sending again", function()
    local journal = reopen()
    load(journal, { person(1) })
    local ids = claim_ids(journal, 1)
    assert(journal:commit(ids, {}))
    local done, lost = journal:commit(ids, { { id = ids[1], state = "pending", at = 1 } })
    assert.is_true(done)
    assert.is_nil(lost and lost[1])
    assert.equal(1, journal:counts().sending)
    assert(journal:commit({}, { sent(ids[1]) }))
    assert.equal(1, journal:counts().sent)
  end)

  it("leaves out suppressed recipients, and takes them back when they are listed no more", function()
    local journal = reopen()
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
    local journal = reopen()
    local people = {}
    for i = 1, 9 do people[i] = person(i) end
    load(journal, people)
    local results = {}
    for i, id in ipairs(claim_ids(journal, 9)) do
      results[i] = {
        id = id, state = "failed", code = "MessageRejected", reason = i < 4 and "it's spam" or "no", at = 1,
      }
    end
    assert(journal:commit({}, results))
    assert.same({
      { code = "MessageRejected", reason = "no", count = 6, rows = { 5, 6, 7, 8 } },
      { code = "MessageRejected", reason = "it's spam", count = 3, rows = { 2, 3, 4 } },
    }, journal:failures(10, 4))
    assert.equal(9, journal:requeue "failed")
    assert.equal(9, journal:counts().pending)
  end)

  it("stops where a list is wanted no further", function()
    local journal = reopen()
    local people = {}
    for i = 1, 2500 do people[i] = person(i, { state = "failed", code = "X", reason = "x" }) end
    load(journal, people)
    local n = 0
    assert(journal:each("failed", function() n = n + 1 end))
    assert.equal(2500, n)
    assert(journal:each("failed", function(row) return row.row < 5 end))
    assert.equal(2500, journal:counts().failed)
  end)

  it("keeps texts for the campaign, with the load or without", function()
    local journal = reopen()
    assert.is_nil(journal:meta "audience")
    load(journal, {}, { audience = "abc" })
    assert(journal:set_meta("message", "x"))
    assert(journal:set_meta("message", "y"))
    journal = reopen()
    assert.equal("abc", journal:meta "audience")
    assert.equal("y", journal:meta "message")
  end)

  it("copies itself into a file for a run that leaves no trace", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3) }, { audience = "abc" })
    local ids = claim_ids(journal, 1)
    assert(journal:commit(ids, {}))
    assert(journal:commit({}, { sent(ids[1]) }))
    local path = os.tmpname()
    os.remove(path)
    assert(journal:copy(path))
    local copy = assert(require("ses.adapters.journal_sqlite").open(path, { campaign = "autumn", temporary = true }))
    local counts = copy:counts()
    local audience, rows = copy:meta "audience", claim_rows(copy, 9)
    copy:discard()
    assert.same({ 1, 2, 3 }, { counts.sent, counts.pending, counts.total })
    assert.equal("abc", audience)
    assert.same({ 3, 4 }, rows)
  end)
end

return journal_contract
