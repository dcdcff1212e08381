-- What people do with a campaign beside its run: look, settle, try again, report, export.
local csv = require "ses.campaign.csv"
local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local process = require "spec.support.process"

local READERS = 12

describe("ses campaign, beside its run,", function()
  local emulator, folder, at_first

  setup(function()
    emulator = inbox.start { rate = 10000 }
  end)
  teardown(function() emulator.stop() end)
  before_each(function()
    folder, at_first = process.folder(), emulator.count()
    process.write(folder .. "/autumn.lua", [[return {
      name = "autumn", audience = { csv = "people.csv", name = "name" }, pace = { rate = 1000, concurrency = 4 },
      message = { from = "news@shop.example", subject = "Hello {{name}}", text = "Dear {{name}}" },
    }]])
    local lines = { "email,name" }
    for i = 1, READERS do lines[i + 1] = ("reader.%d@example.com,Reader %d"):format(i, i) end
    lines[#lines + 1] = "nobody,=1+1"
    process.write(folder .. "/people.csv", table.concat(lines, "\n") .. "\n")
  end)
  after_each(function() process.remove(folder) end)

  local function ses(command, ...)
    local argv = { "build/ses", "campaign", command, folder .. "/autumn.lua" }
    for _, word in ipairs { ... } do argv[#argv + 1] = word end
    return process.run(argv, { env = emulator.env })
  end

  local function data(command, ...)
    local result = ses(command, "--json", ...)
    assert.equal("", result.err)
    return json.decode(result.out)
  end

  -- The mails that came since the spec began.
  local function mails()
    local found = {}
    local all = emulator.messages()
    for i = 1, #all - at_first do found[i] = all[i] end
    return found
  end

  local function mails_to(n)
    local found, wanted = {}, ("reader.%d@example.com"):format(n)
    for _, mail in ipairs(mails()) do
      if mail.to[1]:find(wanted, 1, true) then found[#found + 1] = mail end
    end
    return found
  end

  -- An event as SES would publish it of a mail in the inbox.
  local function event(kind, mail)
    local tags = {}
    for name, value in pairs(emulator.message(mail.id).tags) do tags[name] = { value } end
    return json.encode {
      eventType = kind, mail = { timestamp = "2026-10-05T08:00:05.250Z", messageId = mail.id,
        destination = { mail.to[1]:match "[^<%s]+@[^>%s]+" }, tags = tags },
    }
  end

  local function exported(...)
    local rows = {}
    local result = ses("export", "-o", folder .. "/out.csv", ...)
    assert.equal("", result.err)
    local reader = assert(csv.open(folder .. "/out.csv"))
    while true do
      local fields, err = reader:next()
      assert.is_nil(err)
      if not fields then break end
      local row = {}
      for name, position in pairs(reader.index) do row[name] = fields[position] end
      rows[#rows + 1] = row
    end
    reader:close()
    return rows, result
  end

  it("says of everybody who got the mail, with SES's own id of it", function()
    emulator.fail { operation = "SendEmail", match = "reader.2@", count = 1, status = 400, code = "MessageRejected",
      message = "Spam." }
    emulator.fail { operation = "SendEmail", match = "reader.3@", count = 1, close = true, processed = true }
    assert.equal(0, ses("run").status)
    local got = {}
    for _, mail in ipairs(mails()) do got[mail.to[1]:match "[^<%s]+@[^>%s]+"] = mail.id end
    local rows, result = exported()
    assert.equal(("%d recipients written to %s/out.csv\n"):format(READERS + 1, folder), result.out)
    assert.equal(READERS + 1, #rows)
    for i, row in ipairs(rows) do
      assert.equal(tostring(i + 1), row.row)
      if row.state == "sent" then
        assert.equal(got[row.email], row.message_id)
        assert.matches("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", row.updated)
      end
      if row.state == "sent" or row.state == "in_doubt" then got[row.email] = nil end
    end
    assert.same({}, got)
    assert.same({ "failed", "MessageRejected", "Spam." }, { rows[2].state, rows[2].code, rows[2].reason })
    assert.equal("in_doubt", rows[3].state)
    assert.same({ "nobody", "'=1+1", "failed", "InvalidAddress" },
      { rows[13].email, rows[13].name, rows[13].state, rows[13].code })
    assert.equal(1, #exported("--state", "in_doubt"))
    assert.equal(READERS + 1, select(2, ses("export", "--jsonl").out:gsub("\n", "")))
  end)

  it("lists who stands in doubt, and settles them by the events of their mails", function()
    emulator.fail { operation = "SendEmail", match = "reader.3@", count = 1, close = true, processed = true }
    emulator.fail { operation = "SendEmail", match = "reader.5@", count = 1, close = true, processed = true }
    emulator.fail { operation = "SendEmail", match = "reader.6@", count = 1, close = true, processed = false }
    ses "run"
    local listed = data "settle"
    assert.equal(3, #listed.in_doubt)
    assert.same({ 4, "r***@example.com", "autumn" },
      { listed.in_doubt[1].row, listed.in_doubt[1].email, listed.in_doubt[1].tags.ses_campaign })
    local text = ses("settle").out
    assert.is_nil(text:find("reader.", 1, true))
    assert.is_truthy(text:find("autumn: 3 mails stand in doubt\n", 1, true))
    assert.is_truthy(text:find("ses_recipient=" .. listed.in_doubt[1].tags.ses_recipient .. "\n", 1, true))

    local three, five = mails_to(3)[1], mails_to(5)[1]
    process.write(folder .. "/events.jsonl", table.concat({
      event("Delivery", three), "", "nonsense", event("Bounce", mails_to(1)[1]),
      json.encode { Type = "Notification", Message = event("Reject", five) },
    }, "\n") .. "\n")
    local result = ses("settle", "--events", folder .. "/events.jsonl")
    assert.equal("", result.err)
    assert.equal("autumn: 4 events read; 1 settled as sent, 1 as failed; 1 still in doubt\n"
      .. "  1 told of a delivery\n  1 told of a bounce\n  1 that are no events of SES\n", result.out)
    local rows = exported()
    assert.same({ "sent", three.id }, { rows[3].state, rows[3].message_id })
    assert.same({ "failed", "Reject" }, { rows[5].state, rows[5].code })

    result = process.run({ "build/ses", "campaign", "settle", folder .. "/autumn.lua", "--events", "-", "--json" },
      { stdin = event("Click", three) .. "\n" })
    assert.equal(1, json.decode(result.out).events.known)

    assert.same({ 0, 1, 1 }, (function(found) return { found.settled, found.in_doubt, #found.not_in_doubt } end)(
      data("settle", "--as", "sent", "--row", "7", "--older-than", "1h")))
    result = ses("settle", "--as", "resend", "--row", "7")
    assert.is_truthy(result.out:find("autumn: 1 mail settled to be sent again; 0 still in doubt\n", 1, true))
    assert.equal(0, #mails_to(6))
    ses "run"
    assert.equal(1, #mails_to(6))
    assert.equal("autumn: nobody stands in doubt\n", ses("settle").out)
  end)

  it("writes again to just those whose mail failed, or failed so", function()
    for n, code in pairs { [2] = "MessageRejected", [4] = "MessageRejected", [5] = "BadRequestException" } do
      emulator.fail { operation = "SendEmail", match = ("reader.%d@"):format(n), count = 1, status = 400, code = code,
        message = "No." }
    end
    ses "run"
    local before = emulator.count()
    local result = data("retry", "--failed", "--code", "BadRequestException")
    assert.same({ "finished", 3, 1 }, { result.status, result.failed, result.run.sent })
    assert.equal(before + 1, emulator.count())
    result = data("retry", "--failed")
    assert.same({ 1, 2 }, { result.failed, result.run.sent })
    assert.equal(before + 3, emulator.count())
    assert.equal(0, data("retry", "--failed").run.sent)
    local misused = ses "retry"
    assert.same({ 2, "ses campaign retry: say whom: --failed, --in-doubt or both; see 'ses campaign retry --help'\n" },
      { misused.status, misused.err })
  end)

  it("writes again to those in doubt where it is told to", function()
    emulator.fail { operation = "SendEmail", match = "reader.9@", count = 1, close = true, processed = false }
    ses "run"
    assert.equal(1, data("retry", "--in-doubt").run.sent)
    assert.equal(1, #mails_to(9))
  end)

  it("puts those whose mail failed into the queue of the run at work", function()
    process.write(folder .. "/autumn.lua", (process.read(folder .. "/autumn.lua"):gsub("rate = 1000", "rate = 4")))
    emulator.fail { operation = "SendEmail", match = "reader.1@", count = 1, status = 400, code = "MessageRejected",
      message = "No." }
    local job = process.start({ "build/ses", "campaign", "run", folder .. "/autumn.lua", "--no-progress" },
      { env = emulator.env })
    process.eventually(function()
      local result = ses("status", "--json")
      return result.status == 0 and json.decode(result.out).failed > 1
    end, 20)
    local found = data("retry", "--failed")
    assert.same({ 1, 1 }, { found.put_back, found.processes })
    assert.equal(0, job.wait(30))
    job.remove()
    assert.equal(1, #mails_to(1))
    assert.equal(READERS, data("status").sent)
  end)

  it("reports as text, as data and as a page without an address in it", function()
    emulator.fail { operation = "SendEmail", match = "reader.3@", count = 1, close = true }
    ses "run"
    local result = ses("report", "--html", folder .. "/out.html")
    assert.equal("", result.err)
    assert.is_truthy(result.out:find("\nautumn: finished\n", 1, true) or result.out:find("^autumn: finished\n"))
    assert.is_truthy(result.out:find("\nSent from ", 1, true))
    local page = process.read(folder .. "/out.html")
    assert.matches("^<!DOCTYPE html>.*</html>\n$", page)
    assert.is_truthy(page:find("r***@example.com", 1, true))
    assert.is_nil(page:find("reader.", 1, true))
    assert.equal(page:gsub("As it stood on [^:]+:%d+:%d+", ""), (ses("report", "--html", "-").out:gsub(
      "As it stood on [^:]+:%d+:%d+", "")))
    local found = data "report"
    assert.same({ "finished", READERS - 1, 1 }, { found.standing, found.sent, found.in_doubt })
    assert.is_true(#found.timeline.steps >= 1)
  end)

  it("leaves no part of a file that could not be written, and says why", function()
    ses "run"
    process.shell("mkdir " .. folder .. "/taken")
    local result = ses("export", "-o", folder .. "/taken")
    assert.same({ 1, "" }, { result.status, result.out })
    assert.equal(("ses campaign export: cannot write %s/taken: Is a directory (CannotWrite)\n"):format(folder),
      result.err)
    result = ses("report", "--html", folder .. "/none/x.html")
    assert.equal(("ses campaign report: cannot write %s/none/x.html: No such file or directory (CannotWrite)\n"):format(
      folder), result.err)
    assert.equal("", process.shell("ls " .. folder .. " | grep part || true"))
  end)
end)
