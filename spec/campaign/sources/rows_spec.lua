local json = require "ses.model.json"
local people = require "spec.support.people"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.sources.rows", function()
  after_each(tmp_dir.remove_all)

  local function all(rows, fields, mail)
    local audience = { rows = rows }
    for key, value in pairs(fields or {}) do audience[key] = value end
    return people.all(audience, mail)
  end

  local function reason(...)
    local list, err = all(...)
    assert.is_nil(list)
    assert.is_nil(err.message:find("\n", 1, true))
    return err.message
  end

  local function list_of(...)
    local items, at = { ... }, 0
    return function()
      return function()
        at = at + 1
        return items[at]
      end
    end
  end

  it("gives records and addresses, in their order", function()
    local list = assert(all(list_of({ email = "Ann@example.com", n = 3, tags = json.list() }, "bob@example.com"), nil,
      { text = "{{email}}" }))
    assert.same({ "ann@example.com", 1, '{"email":"Ann@example.com","n":3,"tags":[]}' },
      { list[1].address, list[1].row, list[1].data })
    assert.same({ "bob@example.com", 2, '{"email":"bob@example.com"}' }, { list[2].address, list[2].row, list[2].data })
  end)

  it("takes whatever a for loop takes", function()
    local list = assert(all(function() return ipairs { "a@example.com", { email = "b@example.com" } } end))
    assert.same({ "a@example.com", "b@example.com" }, { list[1].email, list[2].email })
    local path = tmp_dir.write(tmp_dir.new() .. "/list.txt", "a@example.com\nb@example.com\n")
    assert.equal(2, #assert(all(function() return io.lines(path) end)))
    list = assert(all(function()
      return coroutine.wrap(function()
        for n = 1, 3 do coroutine.yield { mail = n .. "@example.com" } end
      end)
    end, { email = "mail" }))
    assert.equal("3@example.com", list[3].email)
    assert.same({}, all(list_of()))
  end)

  it("says in one line what is raised or given in place of a record", function()
    assert.equal("audience.rows: fails: no such table",
      reason(function() error("no such\ntable", 0) end))
    assert.equal("audience.rows: must return an iterator, not a nil", reason(function() end))
    assert.matches("^audience.rows, row 2: the iterator fails: .*boom$", reason(function()
      local n = 0
      return function()
        n = n + 1
        if n == 2 then error "boom" end
        return "a@example.com"
      end
    end))
    assert.equal("audience.rows, row 1: the iterator fails: out of reach",
      reason(function() return function() return nil, "out of reach" end end))
    assert.equal("audience.rows, row 1: the iterator fails: no more",
      reason(function() return function() return false, require("ses.errors").new { kind = "client", code = "X",
        message = "no more" } end end))
    assert.equal("audience.rows, row 1: must be a table or an address, not a boolean", reason(list_of(true)))
  end)

  it("names row and field of what no mail could carry", function()
    assert.equal("audience.rows, row 1, field 'x': is not valid UTF-8",
      reason(list_of { email = "a@example.com", x = { "\255" } }))
    assert.equal("audience.rows, row 1, field 'x': holds a NUL byte",
      reason(list_of { email = "a@example.com", x = "a\0b" }))
    assert.equal("audience.rows, row 1: must have names for keys", reason(list_of { "a@example.com" }))
    assert.matches("^audience.rows, row 1: cannot be written as JSON: .*function",
      reason(list_of { email = "a@example.com", x = print }))
    local loop = { email = "a@example.com" }
    loop.x = loop
    assert.equal("audience.rows, row 1, field 'x': is nested too deep", reason(list_of(loop)))
    assert.matches("no row up to here has a field 'email'; did you mean 'mail'?",
      reason(list_of { mail = "a@example.com" }), 1, true)
  end)
end)
