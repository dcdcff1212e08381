local campaign = require "ses.campaign"
local journals = require "ses.campaign.journal"
local json = require "ses.model.json"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.settle", function()
  local folder, path, ids

  -- Five recipients: in doubt are those of the rows 2, 3 and 4.
  before_each(function()
    folder = tmp_dir.new()
    path = folder .. "/j.sqlite3"
    local journal = assert(journals.open(path, { campaign = "autumn" }))
    local load = assert(journal:load())
    for i = 1, 5 do
      assert(load:add { address = "p" .. i .. "@example.com", row = i + 1, email = "P" .. i .. "@example.com" })
    end
    assert(load:finish())
    ids = {}
    for i, row in ipairs(assert(journal:claim(9))) do ids[i] = row.id end
    local results = {}
    for i = 1, 3 do
      results[i] = { id = ids[i], state = "in_doubt", code = "RequestTimeout", reason = "no answer", at = 1000 * i }
    end
    results[4] = { id = ids[4], state = "sent", message_id = "m4", at = 1000 }
    assert(journal:commit({}, results))
    journal:close()
  end)
  after_each(tmp_dir.remove_all)

  local function options(fields)
    local made = {
      campaign = {
        name = "autumn", audience = { csv = "p.csv" }, message = { from = "a@shop.example", subject = "x", text = "x" },
        journal = path,
      },
      clock = { now = function() return 3500 end },
    }
    for key, value in pairs(fields or {}) do made[key] = value end
    return made
  end

  local function rows()
    local all, journal = {}, assert(journals.open(path, { campaign = "autumn", read_only = true }))
    assert(journal:each(nil, function(row) all[#all + 1] = row end))
    journal:close()
    return all
  end

  local function states()
    local list = {}
    for i, row in ipairs(rows()) do list[i] = row.state end
    return table.concat(list, " ")
  end

  local function event(kind, i, fields)
    local mail = {
      timestamp = "2026-10-05T08:00:05Z", messageId = "m" .. i, destination = { "p" .. i .. "@example.com" },
      tags = { ses_campaign = { "autumn" }, ses_recipient = { ("%d"):format(ids[i]) } },
    }
    for name, value in pairs(fields or {}) do mail[name] = value end
    return json.encode { eventType = kind, mail = mail, reject = { reason = "Bad content" } }
  end

  local function by_events(lines)
    local i = 0
    return assert(campaign.settle(options { events = function()
      i = i + 1
      return lines[i]
    end }))
  end

  it("lists who stands in doubt, masked, with the tags to look for, and changes nothing", function()
    local found = assert(campaign.settle(options()))
    assert.equal(3, #found.in_doubt)
    assert.same({
      row = 3, email = "P***@example.com", code = "RequestTimeout", reason = "no answer", at = 2000,
      tags = { ses_campaign = "autumn", ses_recipient = ("%d"):format(ids[2]) },
    }, found.in_doubt[2])
    assert.equal("in_doubt in_doubt in_doubt sent pending", states())
  end)

  it("settles by what SES's events say, and counts what they do not tell", function()
    local found = by_events {
      event("Delivery", 1), event("Reject", 2), event("Bounce", 1), event("Reject", 1), event("Reject", 4),
      event("Send", 5), event("Send", 3, { tags = { ses_campaign = { "winter" }, ses_recipient = { "3" } } }),
      event("Send", 3, { tags = { ses_campaign = { "autumn" }, ses_recipient = { "test" } } }),
      event("Send", 3, { tags = {} }), "oops", "", "  ",
    }
    local told = {}
    for name, n in pairs(found.events) do told[name] = n > 0 and n or nil end
    assert.same({
      read = 10, sent = 1, failed = 1, delivered = 1, bounced = 1, rejected = 1, known = 1, not_sent = 1,
      other_campaign = 1, unknown = 1, untagged = 1, malformed = 1,
    }, told)
    assert.same({ 1, 1 }, { found.left, found.pending })
    assert.equal("sent failed in_doubt sent pending", states())
    local all = rows()
    assert.same({ "m1", 1791187205 }, { all[1].message_id, all[1].updated })
    assert.is_nil(all[1].code)
    assert.same({ "Reject", "Bad content" }, { all[2].code, all[2].reason })
    assert.equal("m4", all[4].message_id)
  end)

  it("takes no event for another recipient's, be it of an earlier campaign of that name", function()
    local found = by_events { event("Send", 1, { destination = { "somebody@example.com" } }) }
    assert.equal(1, found.events.unknown)
    assert.equal("in_doubt in_doubt in_doubt sent pending", states())
  end)

  it("takes one event for a handler", function()
    assert.equal("sent", campaign.take_event(event("Open", 3), options()))
    assert.equal("known", campaign.take_event(json.decode(event("Open", 3)), options()))
    assert.equal("malformed", campaign.take_event("{}", options()))
    local what, err = campaign.take_event(event("Open", 3), options { journal = folder .. "/none" })
    assert.is_nil(what)
    assert.equal("NotFound", err.code)
  end)

  it("settles by decision all, those in doubt for long, and those of given rows", function()
    local found = assert(campaign.settle(options { as = "failed", older_than = 2000 }))
    assert.same({ 1, 2 }, { found.settled, found.left })
    assert.equal("failed in_doubt in_doubt sent pending", states())
    found = assert(campaign.settle(options { as = "resend", rows = { 4, 2, 5, 99 } }))
    assert.same({ 1, { 2, 5, 99 }, 1, 2 }, { found.settled, found.not_in_doubt, found.left, found.pending })
    assert.equal("failed in_doubt pending sent pending", states())
    found = assert(campaign.settle(options { as = "sent", rows = { 3 }, older_than = 1501 }))
    assert.same({ 0, { 3 } }, { found.settled, found.not_in_doubt })
    found = assert(campaign.settle(options { as = "sent" }))
    assert.same({ 1, 0 }, { found.settled, found.left })
    local all = rows()
    assert.same({ "SettledByHand", 3500 }, { all[1].code, all[1].updated })
    assert.same({ "sent", "SettledByHand", 2000 }, { all[2].state, all[2].code, all[2].updated })
  end)

  it("logs what was settled, and nothing where nothing was", function()
    by_events { "oops" }
    by_events { event("Send", 1) }
    assert(campaign.settle(options { as = "resend" }))
    assert(campaign.settle(options { as = "resend" }))
    local journal = assert(journals.open(path, { campaign = "autumn", read_only = true }))
    local texts = {}
    for i, line in ipairs(journal:logged()) do texts[i] = line.kind .. ": " .. line.text end
    journal:close()
    assert.same({
      "settle: 1 mail in doubt settled by events: 1 sent, 0 failed",
      "settle: 2 mails in doubt settled by hand: to be sent again",
    }, texts)
  end)

  it("works while a run has the journal", function()
    local run = assert(journals.open(path, { campaign = "autumn" }))
    assert.equal("sent", campaign.take_event(event("Send", 1), options()))
    assert.equal(2, assert(campaign.settle(options { as = "sent" })).settled)
    assert.equal(1, #assert(run:claim(9)))
    run:close()
  end)

  it("refuses what makes no sense", function()
    for _, case in ipairs {
      { { as = "gone" }, "as must be 'sent', 'failed' or 'resend', not 'gone'" },
      { { as = "sent", events = function() end }, "as and events exclude each other" },
      { { rows = { 1 } }, "rows needs 'as'" }, { { older_than = 1 }, "older_than needs 'as'" },
    } do
      local found, err = campaign.settle(options(case[1]))
      assert.is_nil(found)
      assert.equal(case[2], err.message)
    end
  end)
end)
