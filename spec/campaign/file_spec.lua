local file = require "ses.campaign.file"
local tmp_dir = require "spec.support.tmp_dir"

local function campaign(fields)
  local made = {
    name = "autumn", audience = { csv = "people.csv" },
    message = { from = "news@shop.example", template = "autumn" },
  }
  for key, value in pairs(fields or {}) do made[key] = value end
  return made
end

local function reason(fields)
  local made, err = file.check(campaign(fields))
  assert.is_nil(made)
  return err.message, err
end

local function message(fields)
  local made = { from = "news@shop.example", template = "autumn" }
  for key, value in pairs(fields) do made[key] = value or nil end
  return { message = made }
end

describe("ses.campaign.file", function()
  after_each(tmp_dir.remove_all)

  it("fills in defaults, and takes paths as relative to the file", function()
    local folder = tmp_dir.new()
    tmp_dir.write(folder .. "/autumn.lua", [[return {
      name = "autumn", audience = { csv = "people.csv" },
      message = { from = "news@shop.example", template = "t" },
    }]])
    local made = assert(file.load(folder .. "/autumn.lua"))
    assert.equal("autumn", made.name)
    assert.equal(folder .. "/people.csv", made.audience.csv)
    assert.equal("email", made.audience.email)
    assert.same({ account = true, lists = {} }, made.audience.suppression)
    assert.equal(folder .. "/autumn.journal.sqlite3", made.journal)
    assert.equal(50, made.pace.concurrency)
    assert.equal("autumn.lua", made.file)
  end)

  it("calls the file with its folder", function()
    local folder = tmp_dir.new()
    tmp_dir.write(folder .. "/autumn.lua", [[local folder = ...
      return { name = "autumn", audience = { csv = folder .. "/x.csv" },
        message = { from = "a@b.example", subject = folder, text = "x" } }]])
    local made = assert(file.load(folder .. "/autumn.lua"))
    assert.equal(folder, made.message.subject)
    assert.equal(folder .. "/x.csv", made.audience.csv)
  end)

  it("names file and line of a mistake in it, in one line", function()
    local folder = tmp_dir.new()
    local function load_error(text)
      tmp_dir.write(folder .. "/autumn.lua", text)
      local made, err = file.load(folder .. "/autumn.lua")
      assert.is_nil(made)
      assert.is_nil(err.message:find("\n", 1, true))
      return err.message
    end
    assert.matches("^autumn.lua: line 2: .*near 'x'", load_error("return {\n  name = 'a' x\n}"))
    assert.matches("^autumn.lua: line 3: .*nil value", load_error("local a\n\nreturn a.b.c"))
    assert.equal("autumn.lua: must return a table, not a nil", load_error("local x = 1"))
    assert.matches("^autumn.lua: boom", load_error("error('boom\\nbang', 0)"))
    local made, err = file.load(folder .. "/missing.lua")
    assert.is_nil(made)
    assert.equal("missing.lua: cannot be opened: No such file or directory", err.message)
  end)

  it("asks what was meant by a key that it does not know", function()
    assert.equal("campaign: audiense is not known; did you mean 'audience'?", reason { audiense = {} })
    assert.equal("campaign: message.subjct is not known; did you mean 'subject'?", (reason(message { subjct = "x" })))
    assert.equal("campaign: pace.rat is not known; did you mean 'rate'?", reason { pace = { rat = 1 } })
    assert.equal("campaign: audience.mail is not known; did you mean 'email'?",
      reason { audience = { csv = "x", mail = "y" } })
  end)

  it("says which field is missing or of another form", function()
    assert.equal("campaign: name must be a string, not a boolean", reason { name = false })
    assert.equal("campaign: audience needs a source: csv, jsonl, sql, contact_list or rows", reason { audience = {} })
    assert.matches("^campaign: name must be of letters", (reason { name = "autumn letter" }))
    assert.matches("^campaign: pace.rate must be above 0", (reason { pace = { rate = 0 } }))
    assert.matches("^campaign: pace.concurrency must be a whole number", (reason { pace = { concurrency = 1.5 } }))
    assert.equal("campaign: pace.account must be a string, not a number", reason { pace = { account = 1 } })
    assert.equal('campaign: pace.daily_quota must be "stop" or "wait"', reason { pace = { daily_quota = "go" } })
    assert.matches("^campaign: schedule.start must be a date and time", (reason { schedule = { start = "noon" } }))
    assert.matches("^campaign: audience.separator must be", (reason { audience = { csv = "x", separator = ":" } }))
    assert.matches("^campaign: message.from", (reason(message { from = "nobody" })))
    assert.matches("^campaign: message.reply_to%[2%]",
      (reason(message { reply_to = { "a@b.example", "nobody" } })))
    assert.matches("^campaign: message.data must be a table of columns or a function",
      (reason(message { data = "first_name" })))
    assert.matches("^campaign: message.data.city must be the name of a column",
      (reason(message { data = { city = 1 } })))
  end)

  it("takes one source of recipients, with what goes with it", function()
    local function fault(audience) return (reason { audience = audience }):match "^campaign: (.*)$" end
    assert.equal("audience.sql stands beside csv; one of them must go", fault { csv = "x", sql = "SELECT 1" })
    assert.equal("audience.topic goes with contact_list, not with csv", fault { csv = "x", topic = "weekly" })
    assert.equal("audience.rows must be a function, not a table", fault { rows = {} })
    assert.equal("audience.database is missing", fault { sql = "SELECT 1" })
    assert.equal("audience.connection stands beside database; one of them must go",
      fault { sql = "SELECT 1", database = "x", connection = io.stdout })
    assert.equal("audience.connection must be a connection of LuaSQL", fault { sql = "SELECT 1", connection = "x" })
    assert.equal("audience.connection must be a connection of LuaSQL", fault { sql = "SELECT 1", connection = {} })
    assert.matches("^audience.database 'mysql://' is not known; give",
      fault { sql = "SELECT 1", database = "mysql://ann:geheim@h/d" })
    assert.is_nil(fault({ sql = "SELECT 1", database = "mysql://ann:geheim@h/d" }):find("geheim", 1, true))
    assert.equal("audience.attributes must be true, or GetContact calls a second, 1000 at most",
      fault { contact_list = "news", attributes = 0 })
    assert.equal("audience.name needs attributes = true, as it is one of a contact's attributes",
      fault { contact_list = "news", name = "name" })
    assert.equal("audience.email must be 'email', where a contact list has its addresses",
      fault { contact_list = "news", email = "mail" })
    local made = assert(file.check(campaign {
      audience = { sql = "SELECT 1", database = "p.sqlite3", timezone = "zone" },
    }, { name = "x", folder = "/f" })).audience
    assert.same({ "/f/p.sqlite3", "email", "zone" }, { made.database, made.email, made.timezone })
  end)

  it("takes lists of who is left out", function()
    local function fault(given)
      return (reason { audience = { csv = "x", suppression = given } }):match "^campaign: audience.suppression(.*)$"
    end
    assert.equal(" must be a boolean or a table, not a string", fault "own.txt")
    assert.equal(".list is not known; did you mean 'lists'?", fault { list = {} })
    assert.equal(".lists.own must be a path or a source, not a boolean", fault { lists = { own = true } })
    assert.equal(".lists.own must not be empty or hold a NUL byte", fault { lists = { own = "" } })
    assert.equal(".lists.1 must have a name of letters, digits, '_' and '-'", fault { lists = { "own.txt" } })
    assert.matches("^.lists.own needs a source: ", fault { lists = { own = {} } })
    assert.equal(".lists.own.name is not known", fault { lists = { own = { csv = "x", name = "n" } } })
    local made = assert(file.check(campaign { audience = { csv = "x", suppression = {
      lists = { own = { csv = "own.csv" }, gone = "gone.txt" },
    } } }, { name = "x", folder = "/f" })).audience.suppression
    assert.same({ true, "gone", "/f/gone.txt", "own", "/f/own.csv" },
      { made.account, made.lists[1].name, made.lists[1].path, made.lists[2].name, made.lists[2].source.csv })
  end)

  it("takes a template or texts of its own, not both and not neither", function()
    assert.matches("message.subject comes from the template", (reason(message { subject = "x" })))
    assert.matches("message needs a template, or a subject", (reason(message { template = false })))
    assert.matches("message needs a text or an html", (reason(message { template = false, subject = "x" })))
    assert(file.check(campaign(message { template = false, subject = "x", text = "y" })))
  end)

  it("takes a call that can carry the message", function()
    assert(file.check(campaign(message { call = "SendBulkEmail" })))
    assert.matches("message.call must be SendEmail or SendBulkEmail", (reason(message { call = "SendRawEmail" })))
    assert.matches("message.call cannot be SendBulkEmail: ",
      (reason(message { call = "SendBulkEmail", template = false, subject = "x", text = "y" })))
  end)

  it("refuses line breaks in headers, and tags that SES would refuse", function()
    assert.matches("message.headers .*line break",
      (reason(message { headers = { ["X-Shop"] = "a\r\nBcc: b@c.example" } })))
    assert.matches("message.from .*line break",
      (reason(message { from = { name = "The\r\nBcc: x", email = "a@b.example" } })))
    assert.matches("message.tags.season must be of letters", (reason(message { tags = { season = "late autumn" } })))
    assert.matches("message.tags.ses_campaign is set by", (reason(message { tags = { ses_campaign = "x" } })))
  end)

  it("does not know a journal of another kind than a path, but keeps its place", function()
    assert.equal("postgres://db/x", file.check(campaign { journal = "postgres://db/x" }).journal)
    assert.equal("/var/j.sqlite3", file.check(campaign { journal = "/var/j.sqlite3" }).journal)
  end)
end)
