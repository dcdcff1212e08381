local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local process = require "spec.support.process"

local PEOPLE = [[
email,name,town
ann@example.com,Ann,Köln
Bob@Example.com,"Bob, the ""second""",東京
bob@example.com,Bob again,Cork
nobody,No One,Cork
gone@example.com,Gone,Cork
zoe@bücher.example,Zoë 🦊,A Coruña
]]

local function campaign_text(fields)
  fields = fields or {}
  return ([[return {
    name = "autumn",
    audience = { csv = "people.csv", name = "name" },
    message = {
      from = { name = "The Shop", email = "news@shop.example" },
      %s
    },
    pace = { rate = %s, concurrency = %s },
  }]]):format(fields.message or 'subject = "{{name}}, how is {{town}}?", text = "Dear {{name}}"',
    fields.rate or "1000", fields.concurrency or 10)
end

local function many(n)
  local lines = { "email,name,town" }
  for i = 1, n do lines[#lines + 1] = ("reader.%d@example.com,Reader %d,Cork"):format(i, i) end
  return table.concat(lines, "\n") .. "\n"
end

-- The processes are the same, whichever Lua this is.
if jit then return end

describe("ses campaign", function()
  local emulator, folder

  local function call(operation, input)
    local result = process.run({ "build/ses", "call", operation, assert(json.encode(input)) }, { env = emulator.env })
    assert.equal("", result.err)
  end

  -- Faults of the emulator, see ses.emulator.faults.
  local function fault(fields)
    process.shell(("curl -sSf --noproxy '*' -X POST -d %s %s/_emulator/faults"):format(
      process.quote(assert(json.encode(fields))), emulator.url))
  end

  local function no_faults()
    process.shell("curl -sSf --noproxy '*' -X DELETE " .. emulator.url .. "/_emulator/faults")
  end

  setup(function()
    emulator = inbox.start { rate = 10000 }
    call("PutSuppressedDestination", { EmailAddress = "Gone@example.com", Reason = "COMPLAINT" })
    call("CreateEmailTemplate", { TemplateName = "autumn",
      TemplateContent = { Subject = "Hello {{name}}", Text = "In {{town}} it is autumn" } })
  end)
  teardown(function() emulator.stop() end)

  before_each(function() folder = process.folder() end)
  after_each(function()
    no_faults()
    process.remove(folder)
  end)

  local function write(fields, people)
    process.write(folder .. "/autumn.lua", type(fields) == "string" and fields or campaign_text(fields))
    process.write(folder .. "/people.csv", people or PEOPLE)
  end

  local function argv(words, command)
    local all = { "build/ses", "campaign", command or "run", folder .. "/autumn.lua" }
    for _, word in ipairs(words or {}) do all[#all + 1] = word end
    return all
  end

  local function run(words, options)
    options = options or {}
    options.env = options.env or emulator.env
    return process.run(argv(words, options.command), options)
  end

  -- Its report as data.
  local function report(words, options)
    local all = { "--json" }
    for _, word in ipairs(words or {}) do all[#all + 1] = word end
    local result = run(all, options)
    return json.decode(result.out), result
  end

  local function files()
    return process.shell("ls -A " .. process.quote(folder)):gsub("\n", " ")
  end

  -- One line on stderr, no trace, no mail.
  local function refuses(line, options)
    local before, listed = emulator.count(), files()
    local result = run(nil, options)
    assert.equal("ses campaign run: " .. line .. "\n", result.err)
    assert.equal("", result.out)
    assert.equal(1, result.status)
    assert.equal(before, emulator.count())
    assert.equal(listed, files())
  end

  it("writes to everybody once, tells what became of whom, and does nothing when it is run again", function()
    write()
    local before = emulator.count()
    local result = run()
    assert.equal("", result.err)
    assert.equal(0, result.status)
    assert.matches("sent%s+3\n%s+failed%s+1\n%s+suppressed%s+1\n%s+duplicates%s+1\n%s+in doubt%s+0\n", result.out)
    assert.matches("1  the address has no @ %(InvalidAddress%): row 5\n", result.out)
    assert.is_truthy(result.out:find("See the mail: " .. emulator.url .. "/\n", 1, true))
    assert.equal(before + 3, emulator.count())

    assert.matches("^autumn: finished, nobody was left to write to\n", run().out)
    local again, ended = report()
    assert.equal(0, ended.status)
    assert.equal(3, again.sent)
    assert.equal("finished", again.status)
    assert.equal(before + 3, emulator.count())
  end)

  it("sends what the file says, with tags of campaign and recipient", function()
    write()
    run()
    local found = {}
    for _, mail in ipairs(emulator.messages()) do found[mail.subject] = found[mail.subject] or mail end
    local mail = emulator.message(assert(found['Bob, the "second", how is 東京?']).id)
    assert.matches("Bob@example.com", mail.to[1])
    assert.matches("^Dear Bob, the \"second\"", mail.text)
    assert.equal("autumn", mail.tags.ses_campaign)
    assert.equal("2", mail.tags.ses_recipient)
    assert.is_truthy(found["Zoë 🦊, how is A Coruña?"])
  end)

  it("sends by a template of SES", function()
    write { message = 'template = "autumn", data = { "name", town = "town" }' }
    local before = emulator.count()
    assert.equal(0, run().status)
    assert.equal(before + 3, emulator.count())
    local mail = emulator.message(emulator.messages()[1].id)
    assert.matches("^Hello ", mail.subject)
    assert.matches("^In .* it is autumn", mail.text)
  end)

  it("writes to new rows of the file, and not to those that are gone from it", function()
    write(nil, many(5))
    assert.equal(2, report({ "--limit", "2" }).sent)
    write(nil, (many(6):gsub("reader.4@[^\n]*\n", "")))
    local result = report()
    assert.equal(5, result.sent)
    assert.equal(1, result.removed)
    assert.equal("finished", result.status)
  end)

  it("notes that the message has changed between two runs", function()
    write(nil, many(4))
    assert.same({}, report({ "--limit", "2" }).notes)
    write({ message = 'subject = "Other", text = "{{name}}"' }, many(4))
    assert.matches("message has changed", report().notes[1])
    assert.same({}, report().notes)
  end)

  it("goes no further than --limit, and says how to go on", function()
    write(nil, many(10))
    local before = emulator.count()
    local result = run { "--limit", "4" }
    assert.equal(0, result.status)
    assert.matches("reached its limit, 4 messages", result.out)
    assert.matches("not written to yet +6\n", result.out)
    assert.is_truthy(result.out:find("To go on: ses campaign run " .. folder .. "/autumn.lua\n", 1, true))
    assert.equal(before + 4, emulator.count())
    assert.equal(10, report().sent)
    assert.equal(before + 10, emulator.count())
  end)

  it("does everything but send in a dry run, and leaves no trace", function()
    write()
    local before, listed = emulator.count(), files()
    local result = run { "--dry-run" }
    assert.equal("", result.err)
    assert.equal(0, result.status)
    assert.matches("dry run, nothing was sent", result.out)
    assert.matches("to be sent +3\n", result.out)
    assert.matches("suppressed +1\n", result.out)
    assert.equal(before, emulator.count())
    assert.equal(listed, files())
    run { "--limit", "2" }
    local rest = report { "--dry-run" }
    assert.equal(2, rest.sent)
    assert.equal(1, rest.pending)
    assert.equal(before + 2, emulator.count())
  end)

  it("sends the first mails to a test address, and to nobody of the audience", function()
    write()
    local before, listed = emulator.count(), files()
    local result = run { "--test-to", "me@shop.example", "--limit", "2" }
    assert.equal("", result.err)
    assert.equal(0, result.status)
    assert.matches("2 test mails sent", result.out)
    assert.equal(before + 2, emulator.count())
    for i = 1, 2 do assert.matches("me@shop.example", emulator.messages()[i].to[1]) end
    assert.equal(listed, files())
    result = run { "--test-to", "nobody" }
    assert.equal("ses campaign run: the address to test with has no @ (InvalidParameter)\n", result.err)
    assert.equal(1, result.status)
  end)

  it("ends in one line for every fault of the audience, before anything is sent", function()
    write(nil, "e-mail,name,town\na@example.com,Ann,Köln\n")
    refuses "people.csv, row 1: has no column 'email'; did you mean 'e-mail'? (InvalidAudience)"
    write(nil, many(600) .. "x@example.com,Eve\n")
    refuses "people.csv, row 602: has 2 fields where the header has 3 (InvalidAudience)"
    write(nil, many(600) .. "x@example.com,E\255ve,Cork\n")
    refuses "people.csv, row 602, field 'name': is not valid UTF-8 (InvalidAudience)"
    write(nil, many(600) .. 'x@example.com,"Eve\r\nBcc: all@example.com",Cork\n')
    refuses "people.csv, row 602, field 'name': must not contain a line break (InvalidAudience)"
    write(nil, 'email,name,town\na@example.com,Ann,"two\nlines"\nb@example.com,Bob,"x\r\nBcc: c@example.com"\n')
    refuses("people.csv, row 2, field 'town': must not contain a line break, as it goes into the subject "
      .. "(InvalidAudience)")
    write(nil, many(2) .. 'x@example.com,"Eve,Cork\n')
    refuses "people.csv, row 4, field 'name': a quote opens and is never closed (InvalidAudience)"
    write({ message = 'template = "autumn", data = { "name" }' })
    refuses "people.csv, row 2, field 'town': missing attribute 'town' (InvalidAudience)"
    process.write(folder .. "/autumn.lua", campaign_text())
    os.remove(folder .. "/people.csv")
    refuses "people.csv: cannot be opened: No such file or directory (InvalidAudience)"
  end)

  it("holds the data of every recipient against the template of SES before anything is sent", function()
    write({ message = 'template = "autumn", data = function(row) return { name = row.name ~= "" and row.name or nil, '
      .. 'town = row.town } end' }, many(810) .. "x@example.com,,Cork\n" .. "y@example.com,Yann,Cork\n")
    refuses "people.csv, row 812, field 'name': missing attribute 'name' (InvalidAudience)"
    write({ message = 'template = "autumn", data = function(row) return { name = row.name, town = { row.town, {} } } '
      .. 'end' }, many(3))
    refuses "people.csv, row 2, field 'town': attribute 'town' holds more than plain values (InvalidAudience)"
  end)

  it("ends in one line for every fault of the campaign file", function()
    write "return {\n  name = 'autumn' oops\n}"
    refuses "autumn.lua: line 2: '}' expected (to close '{' at line 1) near 'oops' (InvalidCampaign)"
    write "return { name = 'autumn', audiense = {} }"
    refuses "autumn.lua: audiense is not known; did you mean 'audience'? (InvalidCampaign)"
    write "error 'no\\nluck'"
    refuses "autumn.lua: line 1: no luck (InvalidCampaign)"
    write { message = 'subject = "{{name", text = "x"' }
    assert.matches("^ses campaign run: autumn.lua: message does not compile: subject: line 1, [^\n]+\n$",
      run().err)
    write { message = 'template = "winter"' }
    refuses("autumn.lua: message.template 'winter' is no template of this account in us-east-1; store it by: "
      .. "ses template push FOLDER --name winter (InvalidCampaign)")
  end)

  it("ends in one line without credentials, with wrong ones, and where the endpoint refuses", function()
    write()
    local function env(changes)
      local made = {}
      for name, value in pairs(emulator.env) do made[name] = value end
      for name, value in pairs(changes) do made[name] = value or nil end
      return made
    end
    local listed = files()
    local result = run(nil, { env = env { AWS_ACCESS_KEY_ID = false, AWS_SECRET_ACCESS_KEY = false } })
    assert.matches("^ses campaign run: [^\n]*no source has AWS credentials[^\n]*; 'ses doctor' says what to do\n$",
      result.err)
    assert.equal(1, result.status)
    result = run(nil, { env = env { AWS_SECRET_ACCESS_KEY = "wrong" } })
    assert.matches("^ses campaign run: [^\n]*InvalidSignatureException[^\n]*\n$", result.err)
    assert.equal(1, result.status)
    result = run(nil, { env = env { AWS_ENDPOINT_URL_SESV2 = "http://127.0.0.1:1" } })
    assert.matches("^ses campaign run: [^\n]*127.0.0.1:1 refuses the connection[^\n]*\n$", result.err)
    assert.equal(1, result.status)
    assert.equal(listed, files())
  end)

  it("finishes what is in flight on Ctrl-C, and says how to go on", function()
    -- Twenty seconds of work, so that it is not over before the signal on a machine that has much to do.
    write({ rate = 20 }, many(400))
    local before = emulator.count()
    local job = process.start(argv { "--no-progress" }, { env = emulator.env })
    process.eventually(function() return emulator.count() > before + 10 end, 20)
    job.signal "INT"
    assert.equal(130, job.wait(20))
    local sent = emulator.count() - before
    assert.equal("ses campaign run: interrupted. To go on: ses campaign run " .. folder .. "/autumn.lua\n", job.err())
    assert.matches("in doubt +0\n", job.out())
    assert.matches(("sent +%d\n"):format(sent), job.out())
    job.remove()
    assert.is_true(sent < 400)
    local status = report(nil, { command = "status" })
    assert.equal(sent, status.sent)
    assert.equal(400 - sent, status.pending)
    assert.equal(0, status.sending)
  end)

  it("quits at once on a second Ctrl-C, and lists what was in flight as in doubt next time", function()
    write({ concurrency = 5 }, many(40))
    local before = emulator.count()
    fault { operation = "SendEmail", skip = 10, delay_ms = 60000 }
    local job = process.start(argv { "--no-progress" }, { env = emulator.env })
    process.eventually(function() return emulator.count() >= before + 10 end, 20)
    process.eventually(function() return report(nil, { command = "status" }).sending == 5 end, 20)
    -- Two that come before the program has looked are one.
    local ended, status
    for _ = 1, 10 do
      job.signal "INT"
      ended, status = pcall(job.wait, 1)
      if ended then break end
    end
    assert.equal(130, status)
    assert.equal("ses campaign run: quit at once; what was in flight will stand in doubt. To go on: ses campaign run "
      .. folder .. "/autumn.lua\n", job.err())
    job.remove()
    no_faults()
    local result = report()
    assert.equal(5, result.in_doubt)
    assert.equal(5, #result.in_doubt_rows)
    assert.equal(35, result.sent)
    assert.matches("5 mails were in flight when an earlier run was cut off", result.notes[1])
  end)

  it("leaves to the next run whom SES cannot serve now, and says so", function()
    write(nil, many(6))
    fault { operation = "SendEmail", match = "reader.2@", status = 503, code = "ServiceUnavailable", message = "Busy." }
    local result = run()
    assert.equal(1, result.status)
    assert.equal("ses campaign run: 1 could not be tried. To go on: ses campaign run " .. folder .. "/autumn.lua\n",
      result.err)
    assert.matches("ended with recipients left, 5 messages", result.out)
    no_faults()
    assert.equal(6, report().sent)
  end)

  it("lets nobody else run the same journal meanwhile, but look at it", function()
    write({ rate = 5 }, many(100))
    local before = emulator.count()
    local job = process.start(argv { "--no-progress" }, { env = emulator.env })
    process.eventually(function() return emulator.count() > before + 2 end, 20)
    local second = run()
    assert.equal("ses campaign run: " .. folder
      .. "/autumn.journal.sqlite3: another process is running this campaign; wait until it ends (JournalInUse)\n",
      second.err)
    assert.equal(1, second.status)
    local status = report(nil, { command = "status" })
    assert.is_true(status.sent > 0 and status.pending > 0)
    job.signal "INT"
    assert.equal(130, job.wait(20))
    job.remove()
  end)

  it("ends where the account may not send any more, leaves the rest, and goes on later", function()
    write(nil, many(60))
    local before = emulator.count()
    fault {
      operation = "SendEmail", skip = 20, status = 400, code = "SendingPausedException",
      message = "Sending is paused.",
    }
    local result = run()
    assert.equal(1, result.status)
    assert.matches("^ses campaign run: stopped: [^\n]*Sending is paused[^\n]*To go on: ses campaign run [^\n]+\n$",
      result.err)
    local sent = emulator.count() - before
    assert.matches(("sent +%d\n"):format(sent), result.out)
    assert.matches(("not written to yet +%d\n"):format(60 - sent), result.out)
    no_faults()
    assert.equal(60, report().sent)
    assert.equal(before + 60, emulator.count())
  end)

  it("lists a mail as in doubt where the connection broke, and sends it again only when it is told to", function()
    write(nil, many(8))
    local before = emulator.count()
    fault { operation = "SendEmail", match = "reader.3@", count = 1, close = true, processed = true }
    local result = run()
    assert.equal(0, result.status)
    assert.matches("in doubt +1\n", result.out)
    assert.matches("row 4  r%*%*%*@example.com", result.out)
    assert.equal(before + 8, emulator.count())
    assert.equal(1, report().in_doubt)
    assert.equal(before + 8, emulator.count())
    local resent = report { "--resend-in-doubt" }
    assert.equal(8, resent.sent)
    assert.equal(0, resent.in_doubt)
    assert.equal(before + 9, emulator.count())
  end)

  it("writes again to those who failed when it is told to", function()
    write(nil, many(4))
    fault {
      operation = "SendEmail", match = "reader.2@", count = 1, status = 400, code = "MessageRejected", message = "No.",
    }
    local first = report()
    assert.equal(1, first.failed)
    assert.equal("MessageRejected", first.failures[1].code)
    assert.equal(1, report().failed)
    local again = report { "--retry-failed" }
    assert.equal(0, again.failed)
    assert.equal(4, again.sent)
  end)

  it("says of a campaign that was not run that it was not", function()
    write()
    local result = run(nil, { command = "status" })
    assert.matches("^ses campaign status: [^\n]*there is no journal; the campaign has not been run yet[^\n]*\n$",
      result.err)
    assert.equal(1, result.status)
  end)

  it("names a misuse in one line", function()
    write()
    local result = run { "--limit", "0" }
    assert.equal(2, result.status)
    assert.equal("ses campaign run: --limit must be at least 1; see 'ses campaign run --help'\n", result.err)
  end)
end)
