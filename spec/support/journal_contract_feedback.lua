-- What every journal keeps of what SES's events tell of mails that left.
local assert = require "luassert"
local contract = require "spec.support.journal_contract"
local random = require "spec.support.random"

local person, load, rows = contract.person, contract.load, contract.rows
local claim_ids, claim_rows, sent = contract.claim_ids, contract.claim_rows, contract.sent

-- A journal with so many mails that left at 1000.
local function after_sending(journal, n, fields)
  local people, results = {}, {}
  for i = 1, n do people[i] = person(i) end
  load(journal, people)
  local ids = claim_ids(journal, n)
  assert(journal:commit(ids, {}))
  for i, id in ipairs(ids) do
    results[i] = sent(id, { at = 1000 })
    if fields then
      results[i] = { id = id, at = 1000 }
      for name, value in pairs(fields) do results[i][name] = value end
    end
  end
  assert(journal:commit({}, results))
  return ids
end

local KINDS = {
  send = {}, delivered = { delivery = "delivered", time = 2000 }, delayed = { delivery = "delayed", time = 1500 },
  hard = { delivery = "bounced", bounce_type = "Permanent", subtype = "General", time = 3000 },
  soft = { delivery = "bounced", bounce_type = "Transient", subtype = "MailboxFull", time = 2500 },
  complained = { delivery = "complained", time = 4000 },
  rejected = { delivery = "rejected", state = "failed", code = "Reject", reason = "Bad content", time = 1100 },
  listed = { delivery = "bounced", bounce_type = "Permanent", subtype = "OnAccountSuppressionList", time = 1200 },
}

local function event(kind, id, fields)
  local made = { id = id, state = "sent", message_id = "m-" .. id, at = 1000 }
  for _, part in ipairs { KINDS[kind], fields or {} } do
    for name, value in pairs(part) do made[name] = value end
  end
  return made
end

local function whats(results)
  local list = {}
  for i, result in ipairs(results) do list[i] = result.recorded or result.settled or result.what end
  return table.concat(list, " ")
end

local SEED = 20261125

local COLUMNS = { "row", "state", "delivery", "delivery_at", "bounce_type", "bounce_subtype" }

return function(it, reopen, other)
  it("records what became of mails, and counts it", function()
    local journal = reopen()
    local ids = after_sending(journal, 7)
    local desk = other()
    assert.equal("delivered bounced bounced complained delayed rejected known", whats(assert(desk:record {
      event("delivered", ids[1]), event("hard", ids[2]), event("soft", ids[3]), event("complained", ids[4]),
      event("delayed", ids[5]), event("rejected", ids[6]), event("send", ids[7]),
    })))
    assert.same({
      { row = 2, state = "sent", delivery = "delivered", delivery_at = 2000 },
      { row = 3, state = "sent", delivery = "bounced", delivery_at = 3000, bounce_type = "Permanent",
        bounce_subtype = "General" },
      { row = 4, state = "sent", delivery = "bounced", delivery_at = 2500, bounce_type = "Transient",
        bounce_subtype = "MailboxFull" },
      { row = 5, state = "sent", delivery = "complained", delivery_at = 4000 },
      { row = 6, state = "sent", delivery = "delayed", delivery_at = 1500 },
      { row = 7, state = "sent", delivery = "rejected", delivery_at = 1100 },
      { row = 8, state = "sent" },
    }, rows(journal, nil, (table.unpack or unpack)(COLUMNS))) -- luacheck: ignore
    local counts = journal:counts()
    assert.equal(7, counts.sent)
    assert.same({ delivered = 1, bounced_hard = 1, bounced_soft = 1, complained = 1, delayed = 1, rejected = 1 },
      counts.delivery)
    assert.same({ sent = 7, bounced = 1, complained = 1 }, journal:sent_since(1000))
    assert.same({ sent = 0, bounced = 0, complained = 0 }, journal:sent_since(1010))
  end)

  it("comes to the same in whatever order events come, and however often", function()
    local journal = reopen()
    local kinds, pick = { "send", "delivered", "delayed", "hard", "soft", "complained" }, random.picker(SEED)
    local n = 30
    local ids = after_sending(journal, n)
    for _, id in ipairs(ids) do
      local list, at_once = {}, {}
      for _, kind in ipairs(kinds) do
        for _ = 0, pick.below(2) do table.insert(list, pick.below(#list + 1) + 1, event(kind, id)) end
      end
      for _, one in ipairs(list) do
        at_once[#at_once + 1] = one
        if pick.below(3) == 0 then
          assert(journal:record(at_once))
          at_once = {}
        end
      end
      assert(journal:record(at_once))
    end
    for _, row in ipairs(rows(journal, "sent", "delivery", "delivery_at", "bounce_type", "bounce_subtype")) do
      assert.same({ delivery = "complained", delivery_at = 4000, bounce_type = "Permanent",
        bounce_subtype = "General" }, row)
    end
    assert.same({ complained = n }, journal:counts().delivery)
    assert.same({ sent = n, bounced = n, complained = n }, journal:sent_since(0))
  end)

  it("takes a bounce for good after a delivery for a bounce", function()
    local journal = reopen()
    local ids = after_sending(journal, 1)
    assert.equal("delivered bounced known known", whats(assert(journal:record {
      event("delivered", ids[1]), event("hard", ids[1]), event("delivered", ids[1]), event("soft", ids[1]),
    })))
    assert.same({ bounced_hard = 1 }, journal:counts().delivery)
    assert.same({ sent = 1, bounced = 1, complained = 0 }, journal:sent_since(0))
  end)

  it("counts no bounce for the rates that SES itself made, of its list", function()
    local journal = reopen()
    local ids = after_sending(journal, 2)
    assert(journal:record { event("listed", ids[1]),
      event("complained", ids[2], { subtype = "OnAccountSuppressionList" }) })
    assert.same({ bounced_hard = 1, complained = 1 }, journal:counts().delivery)
    assert.same({ sent = 2, bounced = 0, complained = 0 }, journal:sent_since(0))
  end)

  it("settles who stands in doubt by what is recorded", function()
    local journal = reopen()
    local ids = after_sending(journal, 3, { state = "in_doubt", code = "RequestTimeout", reason = "no answer" })
    for i, result in ipairs(rows(journal, "in_doubt", "row")) do assert.equal(i + 1, result.row) end
    local results = assert(journal:record {
      event("hard", ids[1], { at = 900 }), event("rejected", ids[2], { at = 900 }), event("send", ids[3]),
      event("delivered", ids[3]),
    })
    assert.same({ "sent", "failed", "sent" }, { results[1].settled, results[2].settled, results[3].settled })
    assert.same({ "bounced", "delivered" }, { results[1].recorded, results[4].recorded })
    assert.same({
      { row = 2, state = "sent", delivery = "bounced", message_id = "m-" .. ids[1], updated = 900 },
      { row = 3, state = "failed", code = "Reject", reason = "Bad content", updated = 900 },
      { row = 4, state = "sent", delivery = "delivered", message_id = "m-" .. ids[3], updated = 1000 },
    }, rows(journal, nil, "row", "state", "delivery", "message_id", "code", "reason", "updated"))
    assert.same({ sent = 3, bounced = 1, complained = 0 }, journal:sent_since(1000))
  end)

  it("knows of a mail whose answer is awaited what an event tells, should the answer never come", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3), person(4) })
    local ids = claim_ids(journal, 4)
    assert(journal:commit(ids, {}))
    local desk = other()
    assert.equal("known delivered known", whats(assert(desk:record {
      event("send", ids[1]), event("delivered", ids[2]), event("send", ids[3]),
    })))
    assert.equal(4, journal:counts().sending)
    -- One never answers, one does, and of two nobody knows when the process ends.
    assert(journal:commit({}, {
      { id = ids[1], state = "in_doubt", code = "RequestTimeout", reason = "no answer", at = 1000 },
      sent(ids[2], { at = 1000 }),
    }))
    assert.same({
      { row = 2, state = "sent", message_id = "m-" .. ids[1] },
      { row = 3, state = "sent", message_id = "m-" .. ids[2], delivery = "delivered" },
    }, rows(journal, "sent", "row", "state", "message_id", "code", "reason", "delivery"))
    journal = reopen()
    assert(journal:recover())
    assert.equal(0, journal:counts().sending)
    assert.same({ { row = 5, code = "Interrupted" } }, rows(journal, "in_doubt", "row", "code"))
    assert.same({ 2, 3, 4 }, (function(list)
      for i, row in ipairs(list) do list[i] = row.row end
      return list
    end)(rows(journal, "sent", "row")))
    assert.equal(4, journal:sent_since(0).sent)
  end)

  it("takes nothing that tells of no mail of that recipient", function()
    local journal = reopen()
    local ids = after_sending(journal, 2)
    load(journal, { person(1), person(2), person(3) })
    local pending = claim_ids(journal, 1)[1]
    assert.equal("unknown unknown not_sent other_mail", whats(assert(journal:record {
      event("hard", 4711), event("hard", ids[1], { address = person(2).address }), event("hard", pending),
      event("hard", ids[2], { message_id = "another" }),
    })))
    assert.same({}, journal:counts().delivery)
    assert.same({}, assert(journal:record {}))
    assert.equal("bounced", whats(assert(journal:record { event("hard", ids[1], { address = person(1).address }) })))
  end)

  it("forgets what became of a mail that is written again", function()
    local journal = reopen()
    local ids = after_sending(journal, 1, { state = "in_doubt" })
    assert(journal:record { event("rejected", ids[1]) })
    assert.equal(1, journal:requeue "failed")
    assert.same({ { state = "pending" } }, rows(journal, nil, "state", "delivery", "message_id", "bounce_type"))
  end)

  it("leaves out who must not be written to any more, also whom a run has claimed, whatever the lists say", function()
    local journal = reopen()
    load(journal, { person(1), person(2), person(3) })
    local ids = claim_ids(journal, 2)
    local desk = other()
    assert.equal(2, desk:suppress({ person(1).address, person(3).address, "nobody@example.com" }, "Bounce"))
    assert.equal(0, desk:suppress({ person(1).address }, "Complaint"))
    local done, lost = journal:commit(ids, {})
    assert.same({ true, { true } }, { done, lost })
    assert(journal:commit({}, { { id = ids[1], state = "pending" }, sent(ids[2]) }))
    assert(journal:set_suppressed(function() return nil end))
    assert.equal(0, journal:apply_suppressed())
    assert.same({ { row = 2, code = "Bounce" }, { row = 4, code = "Bounce" } },
      rows(journal, "suppressed", "row", "code", "reason"))
    assert.same({}, claim_rows(journal, 9))
    assert.same({ Bounce = 2 }, journal:counts().suppressed_by)
  end)
end
