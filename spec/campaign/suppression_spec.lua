local campaign = require "ses.campaign"
local file = require "ses.campaign.file"
local inbox = require "spec.support.inbox"
local journals = require "ses.campaign.journal"
local runs = require "ses.campaign.run"
local suppression = require "ses.campaign.suppression"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.suppression", function()
  local emulator, client, folder

  setup(function()
    emulator = inbox.start { rate = 10000 }
    client = emulator.client
  end)
  teardown(function() emulator.stop() end)
  before_each(function()
    folder = tmp_dir.new()
    local lines = { "email" }
    for n = 1, 6 do lines[n + 1] = ("p%d@example.com"):format(n) end
    tmp_dir.write(folder .. "/people.csv", table.concat(lines, "\n") .. "\n")
  end)
  after_each(tmp_dir.remove_all)

  local function write(name, text) return tmp_dir.write(folder .. "/" .. name, text) end

  local function spec_of(given)
    return {
      name = "autumn", audience = { csv = folder .. "/people.csv", suppression = given },
      message = { from = "news@shop.example", subject = "Hello", text = "Dear reader" },
      journal = folder .. "/j.sqlite3",
    }
  end

  local function run(given, options)
    local made = { client = client, campaign = spec_of(given), place = { name = "autumn.lua", folder = folder } }
    for key, value in pairs(options or {}) do made[key] = value end
    return campaign.run(made)
  end

  local function with_account(addresses, action)
    local ses = assert(require("ses").client(client))
    for _, email in ipairs(addresses) do
      assert(ses.suppression:put { email_address = email, reason = "BOUNCE" })
    end
    local ran, err = pcall(action)
    for _, email in ipairs(addresses) do ses.suppression:delete { email_address = email } end
    ses:close()
    if not ran then error(err, 0) end
  end

  -- Who is left out, and by what: "p1": "AccountSuppressionList".
  local function left_out()
    local journal = assert(journals.open(folder .. "/j.sqlite3", { campaign = "autumn", read_only = true }))
    local found = {}
    assert(journal:each("suppressed", function(row)
      found[row.email:match "^[^@]+"] = row.code .. (row.reason and ":" .. row.reason or "")
    end))
    journal:close()
    return found
  end

  it("leaves out who is on the account's list or on one of the campaign's, and says on which", function()
    write("own.txt", "\239\187\191P2@Example.com\r\n\r\nBob <p3@example.com>\n")
    write("gone.csv", "when;E-Mail;email\n2026-01-01;x;p4@example.com\n")
    with_account({ "p1@example.com", "p2@example.com" }, function()
      local result = assert(run { lists = { own = folder .. "/own.txt", unsubscribed = folder .. "/gone.csv" } })
      assert.same({ 2, 4, 0 }, { result.counts.sent, result.counts.suppressed, #result.notes })
      assert.same({ p1 = "AccountSuppressionList", p2 = "AccountSuppressionList", p3 = "SuppressionList:own",
        p4 = "SuppressionList:unsubscribed" }, left_out())
    end)
  end)

  it("reads the account's list unless it is told not to", function()
    write("own.txt", "p2@example.com\n")
    with_account({ "p1@example.com" }, function()
      assert(run({ account = false, lists = { own = folder .. "/own.txt" } }, { limit = 1 }))
      assert.same({ p2 = "SuppressionList:own" }, left_out())
      assert(run(false, { limit = 1 }))
      assert.same({}, left_out())
      assert(run(nil, { limit = 1 }))
      assert.same({}, left_out()) -- p1 has its mail
    end)
  end)

  it("takes every kind of source", function()
    write("a.jsonl", '{"who":{"mail":"p1@example.com"}}\n')
    write("b.csv", "address;x\np2@example.com;1\n")
    local environment = require("luasql.sqlite3").sqlite3()
    local connection = environment:connect(folder .. "/gone.sqlite3")
    assert(connection:execute "CREATE TABLE gone (email TEXT)")
    assert(connection:execute "INSERT INTO gone VALUES ('p3@example.com')")
    connection:close()
    environment:close()
    assert(run { lists = {
      a = { jsonl = folder .. "/a.jsonl", email = "who.mail" },
      b = { csv = folder .. "/b.csv", separator = ";", email = "address" },
      c = { sql = "SELECT email FROM gone", database = folder .. "/gone.sqlite3" },
      d = { rows = function() return ipairs { "p4@example.com" } end },
    } })
    assert.same({ p1 = "SuppressionList:a", p2 = "SuppressionList:b", p3 = "SuppressionList:c",
      p4 = "SuppressionList:d" }, left_out())
  end)

  it("takes of a contact list those who want no mail", function()
    local ses = assert(require("ses").client(client))
    assert(ses.contact_lists:create { contact_list_name = "news", topics = {
      { topic_name = "weekly", display_name = "Weekly", default_subscription_status = "OPT_IN" },
    } })
    for n, status in ipairs { "OPT_OUT", "OPT_IN" } do
      assert(ses.contacts:create { contact_list_name = "news", email_address = "p" .. n .. "@example.com",
        topic_preferences = { { topic_name = "weekly", subscription_status = status } } })
    end
    assert(run { lists = { news = { contact_list = "news", topic = "weekly" } } })
    assert.same({ p1 = "SuppressionList:news" }, left_out())
    ses.contact_lists:delete { contact_list_name = "news" }
    ses:close()
  end)

  it("says how many lines keep nobody from being written to", function()
    write("own.txt", "p1@example.com\nnobody\np2@\n")
    local result = assert(run { account = false, lists = { own = folder .. "/own.txt" } })
    assert.same({ "the suppression list 'own' (own.txt): 2 lines have no address, the first in line 2, and keep nobody "
      .. "from being written to" }, result.notes)
    assert.same({ p1 = "SuppressionList:own" }, left_out())
  end)

  it("sends nothing where a list cannot be read, or has nothing but what is no address", function()
    local before = emulator.count()
    local function fault(list)
      local result, err = run { account = false, lists = { own = list } }
      assert.is_nil(result)
      assert.matches(" %(audience%.suppression%.lists%.own%)$", err.message)
      return (err.message:gsub(" %(audience.*$", ""))
    end
    assert.equal("none.txt: cannot be opened: No such file or directory", fault(folder .. "/none.txt"))
    write("own.txt", "address,since\np1@example.com,2026\np2@example.com,2026\n")
    assert.equal("own.txt: none of its 3 lines has an address", fault(folder .. "/own.txt"))
    write("own.txt", "p1@example.com\n\255\n")
    assert.equal("own.txt, row 2: is not valid UTF-8", fault(folder .. "/own.txt"))
    write("own.csv", "mail\np1@example.com\n")
    assert.equal("own.csv, row 1: has no column 'email'; did you mean 'mail'?", fault { csv = folder .. "/own.csv" })
    assert.equal(before, emulator.count())
    write("own.txt", "")
    assert.equal(6, assert(run { account = false, lists = { own = folder .. "/own.txt" } }).counts.sent)
  end)

  it("says in a dry run how many each list has", function()
    write("own.txt", "p1@example.com\n")
    with_account({ "p2@example.com", "p3@example.com" }, function()
      local result = assert(run({ lists = { own = folder .. "/own.txt" } }, { dry_run = true }))
      assert.same({
        "the account's suppression list has 2 addresses",
        "the suppression list 'own' (own.txt) has 1 address",
        "the audience is 6 rows of people.csv",
      }, result.notes)
      assert.equal(3, result.counts.suppressed)
    end)
  end)

  it("reads the lists again while a run is at work", function()
    write("own.txt", "p1@example.com\n")
    local one = runs.new(assert(file.check(spec_of { account = true, lists = { own = folder .. "/own.txt" } })),
      { client = client })
    assert(one:prepare())
    assert.same({ p1 = "SuppressionList:own" }, left_out())
    write("own.txt", "p2@example.com\nx\n")
    with_account({ "p3@example.com" }, function()
      assert.equal(3, assert(suppression.refresh(one)))
      assert.same({ p2 = "SuppressionList:own", p3 = "AccountSuppressionList" }, left_out())
      assert.equal(0, assert(suppression.refresh(one)))
      -- What was told is not told again.
      assert.equal(1, #one.notes)
      local logged = assert(one.journal:logged())
      assert.same({
        "suppression", "the suppression lists were read again: 3 recipients left out, or written to again",
      }, { logged[#logged].kind, logged[#logged].text })
      os.remove(folder .. "/own.txt")
      local n, err = suppression.refresh(one)
      assert.is_nil(n)
      assert.matches("own.txt: cannot be opened", err.message)
      assert.same({ p2 = "SuppressionList:own", p3 = "AccountSuppressionList" }, left_out())
    end)
    one:finish()
  end)

  it("lets other tasks go on meanwhile", function()
    local lines = {}
    for n = 1, 20000 do lines[n] = ("gone.%d@example.com"):format(n) end
    write("own.txt", table.concat(lines, "\n"))
    local one = runs.new(assert(file.check(spec_of { account = false, lists = { own = folder .. "/own.txt" } })),
      { client = client })
    assert(one:prepare())
    local loop, turns, reading = require "ses.adapters.loop", 0, true
    loop.run(function(spawn)
      spawn(function()
        assert(suppression.refresh(one))
        reading = false
      end)
      spawn(function()
        while reading do
          turns = turns + 1
          loop.sleep(0)
        end
      end)
    end)
    assert.is_true(turns >= 10, turns)
    one:finish()
  end)

  describe("by a list that events add to", function()
    local json = require "ses.model.json"

    -- The campaign file, with a list of its own beside it.
    local function options(name, fields)
      local spec = spec_of(false)
      spec.name, spec.journal, spec.events = name, folder .. "/" .. name .. ".sqlite3", { list = "never.sqlite3" }
      local made = { client = client, campaign = spec, place = { name = "autumn.lua", folder = folder } }
      for key, value in pairs(fields or {}) do made[key] = value end
      return made
    end

    local function bounce(email)
      return json.encode {
        eventType = "Bounce",
        mail = { messageId = "m", destination = { email }, tags = {} },
        bounce = { bounceType = "Permanent", bouncedRecipients = { { emailAddress = email } } },
      }
    end

    it("leaves out who bounces while the campaign is under way, and in every campaign with that list", function()
      assert.equal("dry_run", assert(run(nil, options("autumn", { dry_run = true }))).status)
      assert.is_nil(tmp_dir.read(folder .. "/never.sqlite3"))
      assert.equal("limited", assert(run(nil, options("autumn", { limit = 2 }))).status)
      local what, found = campaign.take_event(bounce "P5@example.com", options "autumn")
      assert.same({ "untagged", 1 }, { what, found.left_out })
      local ended = assert(run(nil, options "autumn"))
      assert.same({ 5, 1, { Bounce = 1 } }, { ended.counts.sent, ended.counts.suppressed, ended.counts.suppressed_by })
      ended = assert(run(nil, options "winter"))
      assert.same({ 5, { ["SuppressionList:events"] = 1 } }, { ended.counts.sent, ended.counts.suppressed_by })
    end)

    it("refuses a list of the same name, and a database that is not known", function()
      local made = options "autumn"
      made.campaign.audience.suppression = { lists = { events = "x.txt" } }
      local _, err = campaign.run(made)
      assert.equal("autumn.lua: audience.suppression.lists.events is the name of events.list; call it otherwise",
        err.message)
      made = options "autumn"
      made.campaign.events.list = "mysql://x/y"
      _, err = campaign.run(made)
      assert.matches("events.list 'mysql://' is not known", err.message, 1, true)
    end)
  end)
end)
