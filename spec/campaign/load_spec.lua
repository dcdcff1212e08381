local campaign = require "ses.campaign"
local file = require "ses.campaign.file"
local inbox = require "spec.support.inbox"
local journals = require "ses.campaign.journal"
local load = require "ses.campaign.load"
local postgres = require "spec.support.postgres"
local runs = require "ses.campaign.run"
local tmp_dir = require "spec.support.tmp_dir"

local unpack = table.unpack or unpack

describe("ses.campaign.load", function()
  local emulator, client, folder, environment, database

  setup(function()
    emulator = inbox.start { rate = 10000 }
    client = emulator.client
  end)
  teardown(function() emulator.stop() end)
  before_each(function()
    folder = tmp_dir.new()
    environment = require("luasql.sqlite3").sqlite3()
    database = environment:connect(folder .. "/people.sqlite3")
    assert(database:execute "CREATE TABLE people (email TEXT, name TEXT)")
    assert(database:execute "INSERT INTO people VALUES ('ann@example.com', 'Ann'), ('bob@example.com', 'Bob')")
  end)
  after_each(function()
    database:close()
    environment:close()
    tmp_dir.remove_all()
  end)

  -- A campaign file with this audience, in Lua.
  local function write_campaign(audience, journal)
    return tmp_dir.write(folder .. "/autumn.lua", ([[return {
      name = "autumn", audience = %s, journal = %q,
      message = { from = "news@shop.example", subject = "Hello {{name}}", text = "x" },
    }]]):format(audience, journal or "j.sqlite3"))
  end

  local function run(path, options)
    local stages, made = {}, { file = path, client = client, on_stage = function() end }
    made.on_stage = function(text) stages[text] = true end
    for key, value in pairs(options or {}) do made[key] = value end
    local result = assert(campaign.run(made))
    return result, stages["sorting out duplicates"] == true
  end

  local SQL = '{ sql = "SELECT * FROM people", database = "people.sqlite3", name = "name" }'

  it("reads a file of JSON lines again only where it has changed", function()
    tmp_dir.write(folder .. "/people.jsonl", '{"email":"ann@example.com","name":"Ann"}\n')
    local path = write_campaign '{ jsonl = "people.jsonl", name = "name" }'
    local result, has_read = run(path)
    assert.same({ 1, true }, { result.counts.sent, has_read })
    assert.is_false(select(2, run(path)))
    tmp_dir.write(folder .. "/people.jsonl",
      '{"email":"ann@example.com","name":"A"}\n{"email":"bob@example.com","name":"B"}\n')
    result, has_read = run(path)
    assert.same({ 2, true }, { result.counts.sent, has_read })
  end)

  it("asks a database at every run, as nothing tells whether it has changed", function()
    local path = write_campaign(SQL)
    local result, has_read = run(path)
    assert.same({ 2, true }, { result.counts.sent, has_read })
    assert(database:execute "INSERT INTO people VALUES ('ANN@example.com', 'Ann again'), ('eve@example.com', 'Eve')")
    assert(database:execute "DELETE FROM people WHERE name = 'Bob'")
    result, has_read = run(path)
    assert.same({ 3, 1, true }, { result.counts.sent, result.counts.duplicates, has_read })
    assert.equal("Hello Eve", emulator.messages()[1].subject)
  end)

  it("writes to who is in again, and not to who is out, of those who have no mail yet", function()
    local ses = assert(require("ses").client(client))
    assert(ses.contact_lists:create { contact_list_name = "news", topics = {
      { topic_name = "weekly", display_name = "Weekly", default_subscription_status = "OPT_IN" },
    } })
    for _, who in ipairs { "ann", "bob", "eve" } do
      assert(ses.contacts:create { contact_list_name = "news", email_address = who .. "@example.com",
        attributes_data = '{"name":"' .. who .. '"}' })
    end
    local function set(who, status)
      assert(ses.contacts:update { contact_list_name = "news", email_address = who .. "@example.com",
        topic_preferences = { { topic_name = "weekly", subscription_status = status } } })
    end
    local path = write_campaign '{ contact_list = "news", topic = "weekly", attributes = 1000, name = "name" }'
    set("ann", "OPT_OUT")
    local result = run(path, { limit = 1 })
    assert.same({ 1, 1, 1 }, { result.counts.sent, result.counts.suppressed, result.counts.pending })
    assert.same({ ["OptedOut:opted out of topic 'weekly'"] = 1 }, result.counts.suppressed_by)
    set("ann", "OPT_IN")
    local left = emulator.messages()[1].to[1]:find "bob" and "eve" or "bob"
    set(left, "OPT_OUT")
    result = run(path)
    assert.same({ 2, 1, 0 }, { result.counts.sent, result.counts.suppressed, result.counts.pending })
    assert.equal("Hello ann", emulator.messages()[1].subject)
    result = run(path, { dry_run = true })
    assert.same({
      "the mails have no link", "the account's suppression list has 0 addresses",
      "the audience is 3 contacts of contact list 'news'",
      "a run asks SES for the attributes of each contact that it writes to: one call each, 1,000/s at most",
    }, { result.notes[1]:match "the mails have no link", unpack(result.notes, 2) })
    ses.contact_lists:delete { contact_list_name = "news" }
    ses:close()
  end)

  it("ends for Ctrl-C also while each contact takes a call", function()
    local ses = assert(require("ses").client(client))
    assert(ses.contact_lists:create { contact_list_name = "news" })
    for n = 1, 3 do
      assert(ses.contacts:create { contact_list_name = "news", email_address = ("p%d@example.com"):format(n),
        attributes_data = '{"name":"P"}' })
    end
    local looks, last = 0, nil
    local result = run(write_campaign '{ contact_list = "news", attributes = 1000 }', {
      interrupted = function()
        looks = looks + 1
        return last and 1 or 0
      end,
      on_stage = function(text) last = text:match "^reading contact list 'news': 2 contacts$" or last end,
    })
    assert.same({ "interrupted", true }, { result.status, result.nothing_sent })
    assert.is_true(looks > 2)
    ses.contact_lists:delete { contact_list_name = "news" }
    ses:close()
  end)

  it("leaves the audience as it is while other processes write to it, or have just read it", function()
    local missing = postgres.missing()
    if missing then error(missing) end
    local server = postgres.start()
    local ran, err = pcall(function()
      local url = server.url(server.database())
      local path = write_campaign(SQL, url)
      assert.equal(1, run(path, { limit = 1 }).counts.sent)
      local one = runs.new(assert(file.load(path)), { client = client })
      for _, step in ipairs { one.open_client, one.prepare_message, one.open_journal, load.look } do
        assert(step(one))
      end
      assert.is_false(load.is_loaded(one))
      local other = assert(journals.open(url, { campaign = "autumn" }))
      assert.equal(1, #assert(other:claim(1)))
      assert.is_true(load.is_loaded(one))
      other:close()
      assert.is_false(load.is_loaded(one))
      -- One that has read it while this one waited, and is not seen at work yet.
      assert(run(path, { limit = 1 }))
      assert.is_true(load.is_loaded(one))
      one:finish()
    end)
    server.stop()
    if not ran then error(err, 0) end
  end)
end)
