-- What every journal keeps to when it gives recipients to a run: time zones that sleep, a day's most, rows that come
-- back.
local assert = require "luassert"
local contract = require "spec.support.journal_contract"

local person, load = contract.person, contract.load
local claim_ids, claim_rows, sent = contract.claim_ids, contract.claim_rows, contract.sent

local TODAY = "2026-12-01"

local function zoned(zones)
  local people = {}
  for i, zone in ipairs(zones) do people[i] = person(i, { zone = zone ~= "" and zone or nil }) end
  return people
end

local function people(n)
  local list = {}
  for i = 1, n do list[i] = person(i) end
  return list
end

return function(it, reopen)
  it("gives no recipient whose time zone sleeps, and begins again where one wakes", function()
    local journal = reopen()
    load(journal, zoned { "a", "b", "", "a", "b", "it's c", "b" })
    assert.same({ "", "a", "b", "it's c" }, journal:zones())
    assert.same({ 3, 4 }, claim_rows(journal, 2, { asleep = { "a", "it's c" } }))
    assert.same({ 6, 8 }, claim_rows(journal, 9, { asleep = { "a", "it's c" } }))
    local none = assert(journal:claim(9, { asleep = { "a", "it's c" } }))
    assert.same({ 0, true }, { #none, none.more })
    assert.is_nil(none.wait)
    -- "a" wakes, who comes first in the file.
    assert.same({ 2 }, claim_rows(journal, 1, { asleep = { "it's c" } }))
    assert.same({ 5 }, claim_rows(journal, 9, { asleep = { "it's c" } }))
    assert.is_true(assert(journal:claim(9, { asleep = { "it's c", "" } })).more)
    assert.same({ 7 }, claim_rows(journal, 9))
    none = assert(journal:claim(9, { asleep = { "a" } }))
    assert.same({ 0 }, { #none, none.more, none.wait })
  end)

  it("keeps those without a time zone asleep by the name of nothing", function()
    local journal = reopen()
    load(journal, zoned { "", "a" })
    assert.same({ 3 }, claim_rows(journal, 9, { asleep = { "" } }))
    assert.same({ 2 }, claim_rows(journal, 9, { asleep = {} }))
  end)

  it("gives a released row again, in its place, and none that is in hand or put off", function()
    local journal = reopen()
    load(journal, people(5))
    local ids = claim_ids(journal, 3)
    assert(journal:commit({ ids[1], ids[3] }, {}))
    assert(journal:commit({}, {
      { id = ids[1], state = "pending", at = 1, release = true },
      { id = ids[3], state = "pending", at = 1, later = true },
    }))
    assert.same({ 2 }, claim_rows(journal, 1))
    assert.same({ 5, 6 }, claim_rows(journal, 9))
    assert.same({}, claim_rows(journal, 9))
    -- Pending, and nothing else, it is this process's still.
    assert(journal:commit({}, { { id = ids[1], state = "pending", at = 1 } }))
    assert.same({}, claim_rows(journal, 9))
    assert.is_nil(assert(journal:claim(9)).more)
    journal = reopen()
    assert(journal:recover())
    assert.same({ 2, 3, 4, 5, 6 }, claim_rows(journal, 9))
  end)

  it("gives no more than a day's most, counting what is in hand and what left, or may have", function()
    local journal = reopen()
    load(journal, people(9))
    local day = { day = TODAY, most = 5 }
    local ids = claim_ids(journal, 3, day)
    assert.equal(3, #ids)
    assert(journal:commit(ids, {}))
    assert(journal:commit({}, { sent(ids[1], { day = TODAY }) }))
    local more = claim_ids(journal, 9, day)
    assert.equal(2, #more)
    local none = assert(journal:claim(9, day))
    assert.same({ 0, true }, { #none, none.more })
    -- What is in hand may come back.
    assert.is_number(none.wait)
    assert(journal:commit({}, {
      { id = ids[2], state = "failed", code = "X", at = 1, day = TODAY },
      { id = ids[3], state = "in_doubt", code = "X", at = 1, day = TODAY },
      { id = more[1], state = "pending", at = 1, later = true, day = TODAY },
      { id = more[2], state = "pending", at = 1, release = true, day = TODAY },
    }))
    ids = claim_ids(journal, 9, day)
    assert.equal(3, #ids)
    local results = {}
    for i, id in ipairs(ids) do results[i] = sent(id, { day = TODAY }) end
    assert(journal:commit({}, results))
    none = assert(journal:claim(9, day))
    assert.same({ 0, true }, { #none, none.more })
    assert.is_nil(none.wait)
    assert.equal(2, #claim_ids(journal, 9, { day = "2026-12-02", most = 9 }))
    assert.is_nil(assert(journal:claim(9, { day = "2026-12-02", most = 9 })).more)
  end)

  it("knows a day's mails over the end of a process, with those that it had in flight", function()
    local journal = reopen()
    load(journal, people(9))
    local day = { day = TODAY, most = 4 }
    local ids = claim_ids(journal, 2, day)
    assert(journal:commit(ids, {}))
    assert(journal:commit({}, { sent(ids[1], { day = TODAY }) }))
    journal = reopen()
    assert(journal:recover(TODAY))
    assert.equal(1, journal:counts().in_doubt)
    assert.equal(2, #claim_ids(journal, 9, day))
  end)
end
