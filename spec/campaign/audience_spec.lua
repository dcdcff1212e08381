local audience = require "ses.campaign.audience"
local file = require "ses.campaign.file"
local json = require "ses.model.json"
local message = require "ses.campaign.message"
local tmp_dir = require "spec.support.tmp_dir"
local utf8_text = require "ses.utf8"

describe("ses.campaign.audience", function()
  after_each(tmp_dir.remove_all)

  local function open(csv, fields, mail)
    local folder = tmp_dir.new()
    tmp_dir.write(folder .. "/people.csv", csv)
    local spec = {
      name = "autumn", audience = { csv = "people.csv", name = "name" },
      message = { from = "news@shop.example", subject = "For {{name}}", text = "{{name}}" },
    }
    for key, value in pairs(mail or {}) do spec.message[key] = value end
    for key, value in pairs(fields or {}) do spec.audience[key] = value or nil end
    local campaign = assert(file.check(spec, { name = "autumn.lua", folder = folder }))
    return audience.open(campaign, assert(message.new(campaign)))
  end

  local function all(...)
    local people, err = open(...)
    if not people then return nil, err end
    local list = {}
    while true do
      local recipient, fault = people:next()
      if not recipient then
        people:close()
        if fault then return nil, fault end
        return list
      end
      list[#list + 1] = recipient
    end
  end

  local function reason(...)
    local list, err = all(...)
    assert.is_nil(list)
    assert.is_nil(err.message:find("\n", 1, true))
    return err.message
  end

  it("gives recipients with every column as data", function()
    local list = assert(all "email,name,town\n Ann@Example.com ,Ann,Köln\nbob@bücher.example,Bob,\n")
    assert.equal("Ann@Example.com", list[1].email)
    assert.equal("ann@example.com", list[1].address)
    assert.equal("Ann", list[1].name)
    assert.equal(2, list[1].row)
    assert.same({ email = " Ann@Example.com ", name = "Ann", town = "Köln" }, json.decode(list[1].data))
    assert.equal("bob@xn--bcher-kva.example", list[2].address)
  end)

  it("picks and renames columns, or has a function build the data", function()
    local list = assert(all("email,name,town\na@example.com,Ann,Köln\n", nil, { data = { "name", city = "town" } }))
    assert.same({ name = "Ann", city = "Köln" }, json.decode(list[1].data))
    list = assert(all("email,name,town\na@example.com,Ann,Köln\n", nil, {
      data = function(row) return { name = row.name:upper(), list = json.list { row.town } } end,
    }))
    assert.same({ name = "ANN", list = { "Köln" } }, json.decode(list[1].data))
  end)

  it("makes a malformed address that recipient's own failure, without the address in its reason", function()
    local list = assert(all "email,name\nnobody,Ann\na@example.com,Bob\n,Eve\n")
    assert.equal("failed", list[1].state)
    assert.equal("InvalidAddress", list[1].code)
    assert.equal("the address has no @", list[1].reason)
    assert.equal("!2", list[1].address)
    assert.is_nil(list[2].state)
    assert.equal("the address is empty", list[3].reason)
  end)

  it("keeps whole characters alone of a text that is far too long for an address", function()
    for cut = 0, 2 do
      local list = assert(all("email,name\n" .. ("x"):rep(cut) .. ("東"):rep(200) .. ",Ann\n"))
      assert.is_true(#list[1].email > 300 and #list[1].email <= 320)
      assert.is_truthy(utf8_text.length(list[1].email))
    end
  end)

  it("names the column that is missing, and the one that may be meant", function()
    assert.equal("people.csv, row 1: has no column 'email'; did you mean 'e-mail'?", reason "e-mail,name\n")
    assert.equal("people.csv, row 1: has no column 'name' (audience.name)", reason "email,x\n")
    assert.equal("people.csv, row 1: has no column 'town' (message.data)",
      reason("email,name\n", nil, { data = { "town" } }))
    assert.matches("audience.separator", reason "email;name\n")
  end)

  it("refuses line breaks in what goes into headers", function()
    assert.equal("people.csv, row 2, field 'name': must not contain a line break",
      reason('email,name\na@example.com,"Ann\r\nBcc: eve@example.com"\n', nil, { subject = "x" }))
    assert.equal("people.csv, row 3, field 'city': must not contain a line break, as it goes into the subject",
      reason('email,name,city\na@example.com,Ann,Köln\nb@example.com,Bob,"x\ny"\n', nil,
        { subject = "To {{town}}", text = "x", data = { town = "city" } }))
    assert.equal("people.csv, row 2, field 'email': must not contain a line break",
      reason('email,name\n"a@example.com\nBcc: eve@example.com",Ann\n'))
  end)

  it("names row and variable where the message cannot be rendered", function()
    local text = reason("email,name\na@example.com,Ann\n", nil, { text = "{{first_name}}" })
    assert.matches("^people.csv, row 2, field 'first_name': ", text)
    text = reason("email,name\na@example.com,Ann\nb@example.com,Bob\n", nil, {
      data = function(row) return { name = row.name == "Ann" and "Ann" or nil } end,
    })
    assert.matches("^people.csv, row 3, field 'name': ", text)
  end)

  it("tells a mistake in the function of the campaign file with its row", function()
    assert.matches("^people.csv, row 2: message.data fails: .*boom",
      reason("email,name\na@example.com,Ann\n", nil, { data = function() error "boom" end }))
    assert.equal("people.csv, row 2: message.data must return a table, not a string",
      reason("email,name\na@example.com,Ann\n", nil, { data = function() return "x" end }))
    assert.matches("^people.csv, row 2: message.data: ", reason("email,name\na@example.com,Ann\n", nil, {
      data = function(row) return { name = row.name, fn = print } end,
    }))
  end)

  local LANGUAGES = { languages = { de = { subject = "Hallo", text = "{{gruss}}" } }, text = "x" }

  it("gives each recipient the language of the message that fits, and holds the data against it", function()
    local list = assert(all("email,name,lang\na@example.com,A,de-AT\nb@example.com,B,\nc@example.com,C,fr\n",
      { language = "lang" }, { languages = { de = { subject = "Hallo", text = "{{name}}" } } }))
    assert.same({ "de", "none", "none" }, { list[1].language, list[2].language or "none", list[3].language or "none" })
    assert.equal("people.csv, row 3, field 'gruss': missing attribute 'gruss'",
      reason("email,name,lang\na@example.com,A,\nb@example.com,B,de\n", { language = "lang" }, LANGUAGES))
  end)

  it("gives each address its variant", function()
    local list = assert(all("email,name\na@example.com,A\nb@example.com,B\n", nil,
      { variants = { { name = "one", share = 100 }, { name = "two", share = 0, subject = "Two" } } }))
    assert.same({ "one", "one" }, { list[1].variant, list[2].variant })
  end)

  it("keeps the time zone of a recipient, and counts what is none", function()
    local people = assert(open("email,name,zone,lang\na@example.com,A,Europe/Berlin,de\n"
      .. "b@example.com,B,Europe/Berln,fr\nc@example.com,C,,\nd@example.com,D,a@b.example,fr\n"
      .. "e@example.com,E,+02:00,fr\nnobody,F,Europe/Berln,\n",
      { timezone = "zone", language = "lang" }, { languages = { de = { subject = "Hallo", text = "x" } } }))
    local zones = {}
    for n = 1, 6 do zones[n] = people:next().zone or "none" end
    assert.same({ "Europe/Berlin", "none", "none", "none", "+02:00", "none" }, zones)
    assert.is_nil(people:next())
    people:close()
    assert.same({
      "3 rows with a time zone that is not known ('Europe/Berln' first in row 3, a value of another kind first in "
        .. "row 5): the campaign's own counts there",
      "3 rows with a language that the message is not written in ('fr' first in row 3): the message itself goes there",
    }, people:notes())
  end)

  it("names a column of languages or time zones that is missing", function()
    assert.equal("people.csv, row 1: has no column 'langauge'; did you mean 'language'? (audience.language)",
      reason("email,name,language\n", { language = "langauge" }))
    assert.equal("people.csv, row 1: has no column 'zone' (audience.timezone)",
      reason("email,name\n", { timezone = "zone" }))
  end)

  it("hands on what is wrong with the file itself", function()
    assert.equal("people.csv, row 2: has 1 field where the header has 2", reason "email,name\na@example.com\n")
    assert.equal("people.csv, row 2, field 'name': is not valid UTF-8",
      reason "email,name\na@example.com,Ann\255\n")
  end)
end)
