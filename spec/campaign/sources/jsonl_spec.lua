local json = require "ses.model.json"
local people = require "spec.support.people"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.sources.jsonl", function()
  after_each(tmp_dir.remove_all)

  local function all(text, fields, mail)
    local folder = tmp_dir.new()
    tmp_dir.write(folder .. "/people.jsonl", text)
    local audience = { jsonl = "people.jsonl" }
    for key, value in pairs(fields or {}) do audience[key] = value end
    return people.all(audience, mail, { folder = folder })
  end

  local function reason(...)
    local list, err = all(...)
    assert.is_true(list == nil)
    assert.is_nil(err.message:find("\n", 1, true))
    return err.message
  end

  it("keeps nested data as they are, for the message to use", function()
    local line = '{"email":"Ann@Example.com","orders":[{"n":12345678901234567,"total":19.90}],"tags":[],"vip":true}'
    local list = assert(all(line .. "\n", nil,
      { text = "{{#each orders}}{{total}}{{/each}}{{#if vip}}!{{/if}}{{#if tags}}?{{/if}}" }))
    assert.equal("ann@example.com", list[1].address)
    assert.equal(1, list[1].row)
    assert.equal(line, list[1].data)
  end)

  it("passes over a byte order mark, CRLF and blank lines, and counts as an editor does", function()
    local list = assert(all('\239\187\191{"email":"a@example.com"}\r\n\r\n  \n{"email":"b@example.com"}\r\n'
      .. '{"email":"c@example.com"}'))
    assert.same({ { "a@example.com", 1 }, { "b@example.com", 4 }, { "c@example.com", 5 } },
      { { list[1].email, list[1].row }, { list[2].email, list[2].row }, { list[3].email, list[3].row } })
    assert.equal('{"email":"a@example.com"}', list[1].data)
  end)

  it("picks by name, also what is nested", function()
    local line = '{"email":"a@example.com","address":{"city":"Köln","zip":"1"},"n":3,"list":[],"a.b":"dots"}\n'
    local list = assert(all(line, nil, { data = { "n", town = "address.city", "list", dots = "a.b" } }))
    assert.equal('{"dots":"dots","list":[],"n":3,"town":"Köln"}', list[1].data)
    list = assert(all(line, nil, { data = { "address.city", "n" }, text = "{{address.city}} {{n}}" }))
    assert.equal('{"address":{"city":"Köln"},"n":3}', list[1].data)
  end)

  it("takes address and name from where the campaign file says", function()
    local list = assert(all('{"to":{"mail":" a@example.com "},"who":"Ann"}\n'
      .. '{"to":{"mail":"b@example.com"},"who":null}\n', { email = "to.mail", name = "who" }))
    assert.same({ "a@example.com", "Ann" }, { list[1].email, list[1].name })
    assert.is_nil(list[2].name)
  end)

  it("leaves out a variable that a line does not have, which the message may need", function()
    local text = '{"email":"a@example.com","city":"Köln"}\n{"email":"b@example.com"}\n'
    local list = assert(all(text, nil, { data = { "city" }, text = "{{#if city}}{{city}}{{/if}}" }))
    assert.equal("{}", list[2].data)
    assert.matches("^people.jsonl, row 2, field 'city': missing attribute",
      reason(text, nil, { data = { "city" }, text = "{{city}}" }))
  end)

  it("gives a function of the campaign file the whole object", function()
    local list = assert(all('{"email":"a@example.com","tags":["x","y"]}\n', nil, {
      data = function(row) return { tag = row.tags[2], email = row.email } end,
    }))
    assert.same({ tag = "y", email = "a@example.com" }, json.decode(list[1].data))
  end)

  it("names the line that is no object", function()
    local good = '{"email":"a@example.com"}\n'
    assert.matches("^people.jsonl, row 2: is no JSON, of which each line must hold one whole object: ",
      reason(good .. '{"email":"b@exam\n'))
    assert.equal("people.jsonl, row 3: must be an object, {…}, not a list", reason(good .. "\n[1]\n"))
    assert.equal("people.jsonl, row 1: must be an object, {…}, not a text", reason '"a@example.com"\n')
    assert.equal("people.jsonl, row 1: is not valid UTF-8", reason '{"email":"a@example.com","x":"\255"}\n')
    assert.equal("people.jsonl: is UTF-16; save it as UTF-8", reason "\255\254{\0")
    assert.equal("people.jsonl, row 2: is longer than 1 MiB",
      reason(good .. '{"email":"b@example.com","x":"' .. ("x"):rep(1100000) .. '"}\n'))
  end)

  it("takes a line that is almost as long", function()
    local list = assert(all('{"email":"a@example.com","x":"' .. ("x"):rep(1000000) .. '"}\n'
      .. '{"email":"b@example.com"}\n'))
    assert.equal(2, #list)
  end)

  it("says so where no line has the field that the campaign file names", function()
    local text = '{"e-mail":"a@example.com"}\n{"e-mail":"b@example.com"}\n'
    assert.equal("people.jsonl, row 2: no row up to here has a field 'email'; did you mean 'e-mail'? (audience.email)",
      reason(text))
    assert.matches("has a field 'nam'.*%(audience.name%)$",
      reason('{"email":"a@example.com","name":"A"}\n', { name = "nam" }))
  end)

  it("makes an address that is missing or no text that recipient's own failure", function()
    local list = assert(all '{"email":"a@example.com"}\n{"mail":"b@example.com"}\n{"email":7}\n{"email":null}\n')
    assert.is_nil(list[1].state)
    assert.same({ "failed", "the address is empty", "!2" }, { list[2].state, list[2].reason, list[2].address })
    assert.same({ "failed", "the address must be a string" }, { list[3].state, list[3].reason })
    assert.equal("the address is empty", list[4].reason)
  end)

  it("lets no control character through, however it is written", function()
    assert.equal("people.jsonl, row 1, field 'email': must not contain a line break",
      reason '{"email":"a@example.com\\nBcc: x@example.com"}\n')
    assert.equal("people.jsonl, row 1, field 'email': must not contain NUL",
      reason '{"email":"a@example.com\\u0000"}\n')
    assert.equal("people.jsonl, row 1, field 'name': must not contain a line break",
      reason('{"email":"a@example.com","name":"A\\r\\nBcc: x"}\n', { name = "name" }))
    assert.equal("people.jsonl, row 1, field 'name': must be a string",
      reason('{"email":"a@example.com","name":["A"]}\n', { name = "name" }))
    -- A raw one, which JSON forbids and SES would refuse.
    assert.equal('{"email":"a@example.com","x":"a\\tb"}', assert(all '{"email":"a@example.com","x":"a\tb"}\n')[1].data)
  end)

  it("counts the last of two fields of one name", function()
    local list = assert(all('{"email":"a@example.com","x":"1","x":"2"}\n', nil, { data = { "x" } }))
    assert.equal('{"x":"2"}', list[1].data)
  end)
end)
