local journals = require "ses.campaign.journal"
local report = require "ses.campaign.report"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.report", function()
  local journal

  before_each(function()
    journal = assert(journals.open(tmp_dir.new() .. "/j.sqlite3", { campaign = "autumn" }))
    local load = assert(journal:load())
    for i = 1, 30 do assert(load:add { address = i .. "@example.com", row = i + 1, email = i .. "@example.com" }) end
    assert(load:add { address = "30@example.com", row = 32, email = "30@example.com" })
    assert(load:finish())
    local results = {}
    for i = 1, 12 do results[i] = { id = i, state = "failed", code = "MessageRejected", reason = "spam", at = 1 } end
    for i = 13, 28 do results[i] = { id = i, state = "sent", message_id = "m", at = 1 } end
    results[29] = { id = 29, state = "in_doubt", code = "RequestTimeout", reason = "no answer", at = 1 }
    assert(journal:commit({}, results))
  end)
  after_each(function()
    journal:close()
    tmp_dir.remove_all()
  end)

  local function result(fields)
    local made = assert(report.of(journal))
    made.campaign, made.status, made.notes = "autumn", "incomplete", { "the message has changed" }
    made.run = { sent = 16, failed = 12, in_doubt = 1 }
    made.seconds, made.rate, made.inbox = 4, 4, "http://127.0.0.1:8080/"
    for key, value in pairs(fields or {}) do made[key] = value end
    return made
  end

  it("tells every count, the reasons with their rows, and the doubts", function()
    assert.equal([[
autumn: ended with recipients left, 16 messages in 0:04 (4.0/s)

  sent                  16
  failed                12
  suppressed             0
  duplicates             1
  in doubt               1
  not written to yet     1

Failed, by reason:
  12  spam (MessageRejected): rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more

In doubt: no answer tells whether these mails were taken, so they are not sent again.
  row 30  2***@example.com  no answer

Note: the message has changed

See the mail: http://127.0.0.1:8080/
]], report.text(result()))
  end)

  it("tells what SES's events say of the mails that were sent", function()
    local events = {}
    for i = 13, 20 do events[#events + 1] = { id = i, state = "sent", delivery = "delivered" } end
    events[#events + 1] = { id = 21, state = "sent", delivery = "bounced", bounce_type = "Permanent" }
    assert(journal:record(events))
    assert.is_truthy(report.text(result()):find([[

Of those sent, by SES's events:
  delivered             8  50.0 %
  bounced for good      1  6.3 %
]], 1, true))
    assert.same({ 8, 1, 0 }, (function(d) return { d.delivered, d.bounced_hard, d.complained } end)(
      report.data(result()).delivery))
  end)

  it("lists every row where it is asked to", function()
    local all = assert(report.of(journal, { all = true }))
    assert.equal(12, #all.failures[1].rows)
  end)

  it("is data for JSON as well, with lists that are lists when they are empty", function()
    local json = require "ses.model.json"
    local data = report.data(result { notes = {}, in_doubt = {}, failures = {} })
    local text = assert(json.encode(data))
    assert.matches('"failures":%[%]', text)
    assert.matches('"in_doubt_rows":%[%]', text)
    local read = json.decode(text)
    assert.equal(16, read.sent)
    assert.equal(1, read.in_doubt)
    assert.equal(1, read.duplicates)
  end)
end)
