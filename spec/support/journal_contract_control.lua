-- What every journal lets other processes tell it while a run works, and remembers.
local assert = require "luassert"
local contract = require "spec.support.journal_contract"

local person, load, rows = contract.person, contract.load, contract.rows
local claim_ids, claim_rows = contract.claim_ids, contract.claim_rows

-- A journal with so many in doubt, and their ids.
local function doubtful(journal, n)
  local people, results = {}, {}
  for i = 1, n do people[i] = person(i) end
  load(journal, people)
  local ids = claim_ids(journal, n)
  assert(journal:commit(ids, {}))
  for i, id in ipairs(ids) do
    results[i] = { id = id, state = "in_doubt", code = "RequestTimeout", reason = "no answer", at = 1000 + i }
  end
  assert(journal:commit({}, results))
  return ids
end

return function(it, reopen, other)
  it("lets another process pause it, set its rate, and change its mind", function()
    local journal = reopen()
    assert.same({ paused = false }, journal:control())
    local desk = other()
    assert(desk:set_control { paused = true })
    assert.same({ paused = true }, journal:control())
    assert(desk:set_control { rate = 12.5 })
    assert.same({ paused = true, rate = 12.5 }, journal:control())
    assert(desk:set_control { paused = false })
    assert.same({ paused = false, rate = 12.5 }, journal:control())
    assert(desk:set_control { rate = false })
    assert.same({ paused = false }, journal:control())
    assert(desk:set_control { paused = true, rate = 3 })
    assert.same({ paused = true, rate = 3 }, reopen():control())
  end)

  it("tells why it has paused itself as long as it is paused, and whether events have told of anything", function()
    local journal = reopen()
    local desk = other()
    assert.is_true(desk:set_meta_once("pause_reason", "it's too much"))
    assert.is_false(journal:set_meta_once("pause_reason", "another"))
    assert.same({ paused = false }, journal:control())
    assert(desk:set_control { paused = true })
    assert.is_true(desk:set_meta_once("events", "1"))
    assert.same({ paused = true, reason = "it's too much", events = true }, journal:control())
    assert(desk:set_meta("pause_reason", ""))
    assert.same({ paused = true, events = true }, journal:control())
    assert.is_true(journal:set_meta_once("pause_reason", "another"))
    assert.equal("another", desk:meta "pause_reason")
  end)

  it("keeps a log, in order, that any process may write to", function()
    local journal = reopen()
    local desk = other()
    assert.same({}, journal:logged())
    local before = os.time()
    assert(journal:log("start", "run with 100%% {mine}"))
    assert(desk:log("pause", "it's paused"))
    assert(journal:log("end", ""))
    local logged = desk:logged()
    for _, line in ipairs(logged) do
      assert.is_true(line.at >= before and line.at <= os.time() + 1)
      line.at = nil
    end
    assert.same({
      { kind = "start", text = "run with 100%% {mine}" }, { kind = "pause", text = "it's paused" },
      { kind = "end", text = "" },
    }, logged)
  end)

  it("settles who stands in doubt, and nobody else", function()
    local journal = reopen()
    local ids = doubtful(journal, 4)
    local desk = other()
    assert.is_true(desk:settle { id = ids[1], state = "sent", message_id = "it's-1", at = 2000 })
    assert.is_false(desk:settle { id = ids[1], state = "failed", code = "Bounce", reason = "bounced", at = 3000 })
    assert.is_true(desk:settle { id = ids[2], state = "failed", code = "Bounce", reason = "100%s {mine}" })
    assert.is_true(desk:settle { id = ids[3], state = "pending" })
    assert.is_false(desk:settle { id = 4711, state = "sent" })
    assert.has_error(function() desk:settle { id = ids[4], state = "sending" } end)
    assert.same({
      { row = 2, state = "sent", message_id = "it's-1", updated = 2000 },
      { row = 3, state = "failed", code = "Bounce", reason = "100%s {mine}", updated = 1002 },
      { row = 4, state = "pending", updated = 1003 },
      { row = 5, state = "in_doubt", code = "RequestTimeout", reason = "no answer", updated = 1004 },
    }, rows(journal, nil, "row", "state", "code", "reason", "message_id", "updated"))
    assert.same({ 4 }, claim_rows(journal, 9))
  end)

  it("settles nobody by an event of another address with the same id", function()
    local journal = reopen()
    local ids = doubtful(journal, 2)
    assert.is_false(journal:settle { id = ids[1], address = person(2).address, state = "sent" })
    assert.is_true(journal:settle { id = ids[1], address = person(1).address, state = "sent" })
    assert.same({ { row = 3 } }, rows(journal, "in_doubt", "row"))
  end)

  it("settles all who stand in doubt, or those who have for long", function()
    local journal = reopen()
    doubtful(journal, 5)
    local desk = other()
    assert.equal(2, desk:settle_all { state = "failed", code = "Given up", before = 1003, at = 2000 })
    assert.same({ { row = 2, updated = 2000 }, { row = 3, updated = 2000 } }, rows(journal, "failed", "row", "updated"))
    assert.equal(3, desk:settle_all { state = "sent" })
    assert.equal(0, desk:settle_all { state = "sent" })
    assert.same({ 3, 2, 0 }, { journal:counts().sent, journal:counts().failed, journal:counts().in_doubt })
  end)

  it("counts those that were in flight as touched when they were marked", function()
    local journal = reopen()
    load(journal, { person(1) })
    local before = os.time()
    assert(journal:commit(claim_ids(journal, 1), {}))
    journal = reopen()
    assert(journal:recover())
    local updated = rows(journal, "in_doubt", "updated")[1].updated
    assert.is_true(updated >= before and updated <= os.time() + 1)
    assert.equal(0, journal:settle_all { state = "sent", before = before })
    assert.equal(1, journal:settle_all { state = "sent", before = os.time() + 5 })
  end)

  it("puts back to the queue who failed for one code alone, where that is asked", function()
    local journal = reopen()
    load(journal, { person(1), person(2) })
    local ids = claim_ids(journal, 2)
    assert(journal:commit({}, {
      { id = ids[1], state = "failed", code = "X", at = 1 }, { id = ids[2], state = "failed", code = "it's Y", at = 1 },
    }))
    assert.equal(0, journal:requeue("failed", "Z"))
    assert.equal(1, journal:requeue("failed", "it's Y"))
    assert.same({ { row = 2, code = "X" } }, rows(journal, "failed", "row", "code"))
  end)

  it("tells how many processes are at work, to whoever asks", function()
    local journal = reopen()
    load(journal, { person(1) })
    local desk = other()
    claim_ids(journal, 1)
    for _ = 1, 3 do
      assert.equal(1, journal:workers())
      assert.equal(1, desk:workers())
    end
    journal:close()
    assert.equal(0, desk:workers())
    journal = reopen()
    claim_ids(journal, 1)
    assert.equal(1, desk:workers())
  end)

  it("takes back into a run what another process puts back to the queue meanwhile", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3) })
    local ids = claim_ids(journal, 2)
    assert(journal:commit({}, {
      { id = ids[1], state = "failed", code = "X", at = 1 }, { id = ids[2], state = "in_doubt", at = 1 },
    }))
    local desk = other()
    assert.equal(1, desk:requeue "failed")
    assert.is_true(desk:settle { id = ids[2], state = "pending" })
    local found = claim_rows(journal, 9)
    for _, row in ipairs(claim_rows(journal, 9)) do found[#found + 1] = row end
    table.sort(found)
    assert.same({ 2, 3, 4 }, found)
  end)

  it("controls a run without ending it or taking it over", function()
    local journal = reopen()
    load(journal, { person(1), person(2) })
    local ids = claim_ids(journal, 1)
    assert(journal:commit(ids, {}))
    local desk = other()
    assert.equal(1, desk:counts().sending)
    assert(desk:log("pause", "x"))
    desk:close()
    assert(journal:commit({}, { contract.sent(ids[1]) }))
    assert.same({ 1, 1 }, { journal:counts().sent, journal:counts().pending })
  end)
end
