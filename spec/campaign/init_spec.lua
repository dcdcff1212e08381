local campaign = require "ses.campaign"
local inbox = require "spec.support.inbox"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign", function()
  local emulator, folder, client

  setup(function()
    emulator = inbox.start { rate = 10000 }
    client = emulator.client
  end)
  teardown(function() emulator.stop() end)
  before_each(function() folder = tmp_dir.new() end)
  after_each(tmp_dir.remove_all)

  local function options(fields, people)
    tmp_dir.write(folder .. "/people.csv", people or "email,name\nann@example.com,Ann\nbob@example.com,Bob\n")
    local made = {
      client = client,
      campaign = {
        name = "autumn", audience = { csv = folder .. "/people.csv", name = "name" },
        message = { from = "news@shop.example", subject = "Hello {{name}}", text = "Dear {{name}}" },
        journal = folder .. "/j.sqlite3",
      },
    }
    for key, value in pairs(fields or {}) do made[key] = value end
    return made
  end

  it("runs a table as it runs a file, in the caller's own Lua", function()
    local before = emulator.count()
    local last
    local result = assert(campaign.run(options { on_sent = function(tally) last = tally.sent end }))
    assert.equal("finished", result.status)
    assert.equal(2, result.counts.sent)
    assert.equal(2, last)
    assert.equal(emulator.url .. "/", result.inbox)
    assert.equal(before + 2, emulator.count())
    local status = assert(campaign.status(options()))
    assert.equal("status", status.status)
    assert.equal(2, status.counts.sent)
  end)

  it("takes the data of those who are still pending from the file as it is now", function()
    assert(campaign.run(options { limit = 1 }))
    local before = emulator.count()
    assert(campaign.run(options(nil, "email,name\nann@example.com,Anna\nbob@example.com,Robert\n")))
    assert.equal(before + 1, emulator.count())
    assert.equal("Hello Robert", emulator.messages()[1].subject)
  end)

  it("does not read a file again that has not changed", function()
    local stages = {}
    local function run()
      stages = {}
      tmp_dir.write(folder .. "/autumn.lua", [[return {
        name = "autumn", audience = { csv = "people.csv", name = "name" },
        message = { from = "news@shop.example", subject = "Hello {{name}}", text = "x" },
      }]])
      return assert(campaign.run { file = folder .. "/autumn.lua", client = client,
        on_stage = function(text) stages[text] = true end })
    end
    options()
    run()
    assert.is_true(stages["sorting out duplicates"])
    assert.equal("finished", run().status)
    assert.is_nil(stages["sorting out duplicates"])
  end)

  it("sends nothing and leaves nothing where it is interrupted before the first mail", function()
    local before = emulator.count()
    local result = assert(campaign.run(options { interrupted = function() return 1 end }))
    assert.equal("interrupted", result.status)
    assert.is_true(result.nothing_sent)
    assert.equal(before, emulator.count())
    assert.is_nil(tmp_dir.read(folder .. "/j.sqlite3"))
  end)

  it("leaves out who was suppressed since, and writes to who is no more", function()
    local ses = require "ses"
    local c = assert(ses.client(client))
    assert(c.suppression:put { email_address = "Bob@example.com", reason = "BOUNCE" })
    local result = assert(campaign.run(options()))
    assert.same({ 1, 1 }, { result.counts.sent, result.counts.suppressed })
    assert(c.suppression:delete { email_address = "bob@example.com" })
    result = assert(campaign.run(options()))
    assert.same({ 2, 0 }, { result.counts.sent, result.counts.suppressed })
    c:close()
  end)

  it("sends a template of SES several recipients a call, and says so", function()
    local c = assert(require "ses".client(client))
    assert(c.templates:create { template_name = "autumn",
      template_content = { subject = "Hello {{name}}", text = "Dear {{name}}" } })
    c:close()
    local people = { "email,name" }
    for i = 1, 120 do people[i + 1] = ("p%d@example.com,P %d"):format(i, i) end
    local made = options(nil, table.concat(people, "\n") .. "\n")
    made.campaign.message = { from = "news@shop.example", template = "autumn" }
    local function fail(match, status, count)
      emulator.fail { operation = "SendBulkEmail", match = match, entry_status = status, count = count }
    end
    fail("p7@example.com", "ACCOUNT_THROTTLED", 2)
    fail("p8@example.com", "MAIL_FROM_DOMAIN_NOT_VERIFIED", 1)
    local before = emulator.count()
    local result = assert(campaign.run(made))
    assert.same({ "stopped", "MAIL_FROM_DOMAIN_NOT_VERIFIED" }, { result.status, result.stopped_by.code })
    assert.same({ 0, 0 }, { result.counts.in_doubt, result.counts.failed })
    assert.equal(before + result.counts.sent, emulator.count())
    result = assert(campaign.run(made))
    assert.equal("finished", result.status)
    assert.equal(120, result.counts.sent)
    assert.equal(before + 120, emulator.count())
    assert.same({ "SendBulkEmail", 50 }, { result.call.name, result.call.batch })
    assert.matches("\nSent by SendBulkEmail: a template of SES, up to 50 recipients a call%.\n",
      require("ses.campaign.report").text(result))
    local subjects = {}
    for _, mail in ipairs(emulator.messages()) do subjects[mail.subject] = true end
    for i = 1, 120 do assert.is_true(subjects["Hello P " .. i], i) end
  end)

  it("keeps to the account's rate where it asks for more", function()
    local made = options()
    made.campaign.pace = { rate = 1e5 }
    local result = assert(campaign.run(made))
    assert.equal("pace.rate is 100,000/s; the account allows 10,000/s", result.notes[1])
  end)

  it("hands back what was wrong before the first mail", function()
    local made = options(nil, "name\nAnn\n")
    local result, err = campaign.run(made)
    assert.is_nil(result)
    assert.equal("people.csv, row 1: has no column 'email'", err.message)
    made = options()
    made.campaign.nam = "x"
    result, err = campaign.run(made)
    assert.is_nil(result)
    assert.equal("campaign: nam is not known; did you mean 'name'?", err.message)
    made = options()
    made.client = { endpoint = emulator.url, regio = "x" }
    result, err = campaign.run(made)
    assert.is_nil(result)
    assert.matches("regio", err.message)
  end)
end)
