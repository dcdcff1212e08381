local errors = require "ses.errors"
local show = require "ses.cli.prompt.show"

describe("ses.cli.prompt.show", function()
  it("writes values as Lua would, keys in order", function()
    assert.equal("nil", show.value(nil))
    assert.equal('"a\\"b\\n"', show.value 'a"b\n')
    assert.equal("1000000", show.value(1000000))
    assert.equal("0.5", show.value(0.5))
    assert.equal('{ a = true, b = { 1, 2 }, ["c d"] = "x", e = {} }', show.value {
      e = {}, b = { 1, 2 }, a = true, ["c d"] = "x",
    })
    assert.equal('{ 1, 2, [10] = 3, z = 4 }', show.value { 1, 2, [10] = 3, z = 4 })
  end)

  it("breaks what is wider than the terminal", function()
    local text = show.value({ name = "aaaaaaaaaa", list = { 1, 2 } }, { width = 30 })
    assert.equal('{\n  list = { 1, 2 },\n  name = "aaaaaaaaaa",\n}', text)
    local wide = { a = ("é"):rep(30) }
    assert.equal('{ a = "' .. wide.a .. '" }', show.value(wide, { width = 40 }))
  end)

  it("cuts long texts and long lists, and says how much there was", function()
    assert.equal('"' .. ("a"):rep(300) .. '" … 1000 bytes', show.value(("a"):rep(1000)))
    assert.equal('"a' .. ("é"):rep(149) .. '" … 1001 bytes', show.value("a" .. ("é"):rep(500)))
    local list = {}
    for i = 1, 150 do list[i] = i end
    local text = show.value(list)
    assert.truthy(text:find("100,\n  … 50 more", 1, true), text)
    assert.is_nil(text:find("101", 1, true))
  end)

  it("ends in tables that hold themselves", function()
    local map = { name = "x" }
    map.self = map
    assert.equal('{ name = "x", self = (as above) }', show.value(map))
    local deep = {}
    for _ = 1, 50 do deep = { deep } end
    assert.truthy(show.value(deep):find("{ … }", 1, true))
  end)

  it("lets no text control the terminal", function()
    for _, text in ipairs { "\27[2Ja", "\194\155a", "\155a", "a\8\127" } do
      assert.is_nil(show.value(text):find "[\27\155\8\127]", text)
      assert.is_nil(show.value({ [text] = 1 }):find "[\27\155\8\127]", text)
    end
  end)

  it("shows no secret", function()
    local key = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab"
    for _, value in ipairs {
      key, { key }, { secret_access_key = "x" }, { SecretAccessKey = "x" }, { session_token = "x" },
      { domain_signing_private_key = "x" }, "-----BEGIN PRIVATE KEY-----\nMIIB",
    } do
      local text = show.value(value)
      assert.truthy(text:find("(not shown)", 1, true), text)
      assert.is_nil(text:find("[xw]J", 1), text)
    end
    assert.equal('{ access_key_id = "AKIDEXAMPLE" }', show.value { access_key_id = "AKIDEXAMPLE" })
  end)

  it("lets objects speak for themselves, and colours where it is to", function()
    local err = errors.new { kind = "client", code = "X", message = "went wrong" }
    assert.equal("went wrong (X)", show.value(err))
    assert.equal("{ a = \27[33m1\27[0m }", show.value({ a = 1 }, { colour = true }))
  end)
end)
