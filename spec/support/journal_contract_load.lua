-- What every journal keeps of the audience: its columns, who opted out, who is suppressed and why.
local assert = require "luassert"
local contract = require "spec.support.journal_contract"

local person, load, rows = contract.person, contract.load, contract.rows
local claim_ids, claim_rows, sent = contract.claim_ids, contract.claim_rows, contract.sent

local function list(...)
  local left = { ... }
  return function()
    local entry = table.remove(left, 1)
    if entry then return entry[1], entry[2], entry[3] end
  end
end

return function(it, reopen)
  it("keeps language, variant and time zone, which follow the file until the mail is sent", function()
    local journal = reopen()
    local german = { language = "de-AT", variant = "A", zone = "Europe/Vienna" }
    load(journal, { person(1, german), person(2, german), person(3) })
    local claimed = assert(journal:claim(2))
    assert.same({ "de-AT", "A", "Europe/Vienna" }, { claimed[1].language, claimed[1].variant, claimed[1].zone })
    assert(journal:commit({ claimed[1].id }, {}))
    assert(journal:commit({}, { sent(claimed[1].id) }))
    journal = reopen()
    local english = { language = "en", variant = "B", zone = "+01:00" }
    load(journal, { person(1, english), person(2, english), person(3) })
    assert.same({
      { row = 2, language = "de-AT", variant = "A", zone = "Europe/Vienna" },
      { row = 3, language = "en", variant = "B", zone = "+01:00" }, { row = 4 },
    }, rows(journal, nil, "row", "language", "variant", "zone"))
  end)

  it("lets who failed have what the file says now", function()
    local journal = reopen()
    load(journal, { person(1) })
    local ids = claim_ids(journal, 1)
    assert(journal:commit({}, { { id = ids[1], state = "failed", code = "X", reason = "x", at = 1 } }))
    journal = reopen()
    load(journal, { person(1, { data = '{"new":1}' }) })
    assert.equal(1, journal:requeue "failed")
    assert.equal('{"new":1}', assert(journal:claim(1))[1].data)
  end)

  it("lists every recipient, and who is gone from the file", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3, { state = "failed", address = "!4", code = "X", reason = "x" }) })
    load(journal, { person(1, { name = "Anna" }), person(3, { state = "failed", address = "!4", code = "Y" }) })
    assert.same({
      { row = 2, name = "Anna", state = "pending", removed = false },
      { row = 3, name = "P 2", state = "pending", removed = true },
      { row = 4, name = "P 3", state = "failed", code = "Y", removed = false },
    }, rows(journal, nil, "row", "name", "state", "code", "removed"))
    assert.equal(2, #rows(journal, "pending", "row"))
  end)

  it("leaves out who opted out by the audience, judged anew at every load", function()
    local journal = reopen()
    local out = { state = "suppressed", reason = "UNSUBSCRIBED" }
    load(journal, { person(1), person(2, out), person(3, out) })
    assert.same({
      { row = 3, state = "suppressed", code = "OptedOut", reason = "UNSUBSCRIBED" },
      { row = 4, state = "suppressed", code = "OptedOut", reason = "UNSUBSCRIBED" },
    }, rows(journal, "suppressed", "row", "state", "code", "reason"))
    assert.same({ ["OptedOut:UNSUBSCRIBED"] = 2 }, journal:counts().suppressed_by)
    assert.equal(0, journal:set_suppressed(list()))
    assert.equal(0, journal:apply_suppressed())
    load(journal, { person(1, { state = "suppressed" }), person(2), person(3, out) })
    assert.same({
      { row = 2, state = "suppressed", code = "OptedOut" }, { row = 3, state = "pending" },
      { row = 4, state = "suppressed", code = "OptedOut", reason = "UNSUBSCRIBED" },
    }, rows(journal, nil, "row", "state", "code", "reason"))
    assert.same({ OptedOut = 1, ["OptedOut:UNSUBSCRIBED"] = 1 }, journal:counts().suppressed_by)
    assert.same({ 3 }, claim_rows(journal, 9))
  end)

  it("writes to nobody again who opted out after an earlier mail had failed or stood in doubt", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3), person(4) })
    local ids = claim_ids(journal, 4)
    assert(journal:commit({}, {
      { id = ids[1], state = "failed", code = "X", at = 1 }, { id = ids[2], state = "in_doubt", at = 1 },
      { id = ids[3], state = "in_doubt", at = 1 }, { id = ids[4], state = "in_doubt", at = 1 },
    }))
    journal = reopen()
    local out = { state = "suppressed", reason = "left" }
    load(journal, { person(1, out), person(2, out), person(3, out), person(4) })
    assert.equal(0, journal:requeue "failed")
    assert.equal(1, journal:requeue "in_doubt")
    assert.is_true(journal:settle { id = ids[3], state = "pending" })
    assert.same({ { state = "failed" }, { state = "in_doubt" }, { state = "suppressed" }, { state = "pending" } },
      rows(journal, nil, "state"))
    assert.same({ ["OptedOut:left"] = 1 }, journal:counts().suppressed_by)
    assert.same({ 5 }, claim_rows(journal, 9))
  end)

  it("says by which list a recipient is suppressed; of one on two lists, by the first", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3), person(4, { state = "suppressed" }) })
    assert.equal(5, journal:set_suppressed(list({ "p1@example.com", "AccountSuppressionList" },
      { "p2@example.com", "SuppressionList", "it's ours.csv" },
      { "p1@example.com", "SuppressionList", "it's ours.csv" },
      { "p4@example.com", "SuppressionList", "it's ours.csv" }, { "nobody@example.com" })))
    assert.equal(2, journal:apply_suppressed())
    assert.same({
      { row = 2, code = "AccountSuppressionList" }, { row = 3, code = "SuppressionList", reason = "it's ours.csv" },
      { row = 5, code = "OptedOut" },
    }, rows(journal, "suppressed", "row", "code", "reason"))
    assert.same({ AccountSuppressionList = 1, ["SuppressionList:it's ours.csv"] = 1, OptedOut = 1 },
      journal:counts().suppressed_by)
    -- Listed otherwise, listed no more, and opted out still.
    assert.equal(1, journal:set_suppressed(list({ "p1@example.com", "SuppressionList", "theirs.csv" })))
    assert.equal(1, journal:apply_suppressed())
    assert.same({
      { row = 2, state = "suppressed", code = "SuppressionList", reason = "theirs.csv" },
      { row = 3, state = "pending" }, { row = 4, state = "pending" },
      { row = 5, state = "suppressed", code = "OptedOut" },
    }, rows(journal, nil, "row", "state", "code", "reason"))
  end)

  it("keeps the list that it had where a newer one cannot be read to its end", function()
    local journal = reopen()
    load(journal, { person(1), person(2) })
    assert.equal(1, journal:set_suppressed(list({ "p1@example.com" })))
    local n = 0
    local none, err = journal:set_suppressed(function()
      n = n + 1
      if n == 1 then return "p2@example.com" end
      return nil, "cut off"
    end)
    assert.is_nil(none)
    assert.equal("cut off", err)
    assert.equal(1, journal:apply_suppressed())
    assert.same({ 3 }, claim_rows(journal, 9))
  end)

  it("suppresses during a run whom nobody has in hand, and frees others into the queue", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3), person(4) })
    assert.equal(1, journal:set_suppressed(list({ "p1@example.com" })))
    assert.equal(1, journal:apply_suppressed())
    assert.same({ 3 }, claim_rows(journal, 1))
    assert.equal(2, journal:set_suppressed(list({ "p2@example.com" }, { "p3@example.com" })))
    assert.equal(2, journal:apply_suppressed())
    assert.same({ { row = 4 } }, rows(journal, "suppressed", "row"))
    local found = claim_rows(journal, 9)
    for _, row in ipairs(claim_rows(journal, 9)) do found[#found + 1] = row end
    table.sort(found)
    assert.same({ 2, 5 }, found)
  end)
end
