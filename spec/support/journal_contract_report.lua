-- What every journal can tell for a report.
local assert = require "luassert"
local contract = require "spec.support.journal_contract"

local person, load, rows = contract.person, contract.load, contract.rows
local claim_ids, sent = contract.claim_ids, contract.sent

local function people(n, fields)
  local list = {}
  for i = 1, n do list[i] = person(i, fields and fields[i]) end
  return list
end

return function(it, reopen)
  it("tells what became of how many over time", function()
    local journal = reopen()
    load(journal, people(7))
    assert.same({}, journal:timeline(60))
    local ids = claim_ids(journal, 7)
    assert(journal:commit({}, {
      sent(ids[1], { at = 6000 }), sent(ids[2], { at = 6059 }), sent(ids[3], { at = 6060 }),
      { id = ids[4], state = "failed", code = "X", at = 6001 }, { id = ids[5], state = "in_doubt", at = 6200 },
      { id = ids[6], state = "pending", at = 6002 },
    }))
    assert.same({
      { at = 6000, sent = 2, failed = 1, in_doubt = 0 }, { at = 6060, sent = 1, failed = 0, in_doubt = 0 },
      { at = 6180, sent = 0, failed = 0, in_doubt = 1 },
    }, journal:timeline(60))
    assert.equal(1, #journal:timeline(3600))
    assert.same({
      { at = 6000, sent = 1, failed = 0, in_doubt = 0 }, { at = 6060, sent = 1, failed = 0, in_doubt = 0 },
      { at = 6180, sent = 0, failed = 0, in_doubt = 1 },
    }, journal:timeline(60, 6059))
    assert.same({}, journal:timeline(60, 6201))
  end)

  it("tells when the first mail of some time left", function()
    local journal = reopen()
    load(journal, people(4))
    assert.is_nil(journal:oldest_sent(0))
    local ids = claim_ids(journal, 4)
    assert(journal:commit({}, {
      sent(ids[1], { at = 5000 }), sent(ids[2], { at = 3000 }), { id = ids[3], state = "in_doubt", at = 4000 },
      { id = ids[4], state = "failed", code = "X", at = 3500 },
    }))
    assert.equal(3000, journal:oldest_sent(0))
    assert.equal(3000, journal:oldest_sent(3000))
    assert.equal(4000, journal:oldest_sent(3000.5 + 1))
    local none, err = journal:oldest_sent(5001)
    assert.is_nil(none)
    assert.is_nil(err)
  end)

  it("tells how long SES took to answer, by powers of two", function()
    local journal = reopen()
    load(journal, people(8))
    assert.same({}, journal:latencies())
    local ids = claim_ids(journal, 8)
    assert(journal:commit({}, {
      sent(ids[1], { latency_ms = 0 }), sent(ids[2], { latency_ms = 1 }), sent(ids[3], { latency_ms = 64 }),
      sent(ids[4], { latency_ms = 127 }), sent(ids[5], { latency_ms = 128 }), sent(ids[6], { latency_ms = 1e8 }),
      sent(ids[7]), { id = ids[8], state = "failed", code = "X", at = 1, latency_ms = 64 },
    }))
    assert.same({
      { below_ms = 1, n = 1 }, { below_ms = 2, n = 1 }, { below_ms = 128, n = 2 }, { below_ms = 256, n = 1 },
      { below_ms = 131072, n = 1 },
    }, journal:latencies())
    assert.same({ latency_ms = 127 }, rows(journal, "sent", "latency_ms")[4])
  end)

  it("tells recipients by language, variant and state", function()
    local journal = reopen()
    local list = people(6, {
      { language = "de", variant = "A" }, { language = "de", variant = "B" }, { language = "de", variant = "A" },
      { variant = "A" }, { language = "de", variant = "A" },
    })
    load(journal, list)
    local ids = claim_ids(journal, 2)
    assert(journal:commit({}, { sent(ids[1]), sent(ids[2]) }))
    table.remove(list, 5)
    load(journal, list)
    assert.same({
      { state = "pending", n = 1 }, { variant = "A", state = "pending", n = 1 },
      { language = "de", variant = "A", state = "pending", n = 1 },
      { language = "de", variant = "A", state = "sent", n = 1 },
      { language = "de", variant = "B", state = "sent", n = 1 },
    }, journal:breakdown())
  end)

  it("has the zones of those who are waiting, and of nobody else", function()
    local journal = reopen()
    assert.same({}, journal:zones())
    local list = people(4, { { zone = "a" }, { zone = "b" }, { zone = "c" } })
    load(journal, list)
    assert(journal:commit({}, { sent(claim_ids(journal, 1)[1]) }))
    table.remove(list, 2)
    load(journal, list)
    assert.same({ "", "c" }, journal:zones())
  end)

  it("counts those who are waiting by zone", function()
    local journal = reopen()
    assert.same({}, journal:pending_by_zone())
    load(journal, people(5, { { zone = "a" }, { zone = "b" }, { zone = "b" }, { zone = "b" } }))
    assert.same({ [""] = 1, a = 1, b = 3 }, journal:pending_by_zone())
    assert(journal:commit({}, { sent(claim_ids(journal, 2)[2]) }))
    assert.same({ [""] = 1, a = 1, b = 2 }, journal:pending_by_zone())
  end)

  it("counts the mails of a day", function()
    local journal = reopen()
    load(journal, people(4))
    assert.equal(0, journal:sent_on "2026-12-01")
    local ids = claim_ids(journal, 4)
    assert(journal:commit({}, {
      sent(ids[1], { day = "2026-12-01" }), { id = ids[2], state = "in_doubt", at = 1, day = "2026-12-01" },
      { id = ids[3], state = "failed", code = "X", at = 1, day = "2026-12-01" }, sent(ids[4], { day = "2026-12-02" }),
    }))
    assert.same({ 2, 1, 0 },
      { journal:sent_on "2026-12-01", journal:sent_on "2026-12-02", journal:sent_on "it's no day" })
  end)
end
