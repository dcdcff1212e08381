local core = require "ses.core"

describe("ses.core.json", function()
  it("escapes what may not stand in a JSON string as it is, and gives back what needs no escape", function()
    for text, escaped in pairs {
      [""] = "", ["caf\195\169 / x"] = "caf\195\169 / x", ['a"b\\c'] = [[a\"b\\c]], ["\n\r\t"] = [[\n\r\t]],
      ["\0\31\127"] = [[\u0000\u001f\u007f]], ["x\ny"] = [[x\ny]],
    } do
      assert.equal(escaped, core.json.escape(text))
    end
  end)

  it("finds 16 digits in a row, wherever they stand", function()
    for _, text in ipairs { "1234567890123456", '{"a":-12345678901234567.5}', '"x1234567890123456"' } do
      assert.is_true(core.json.has_long_number(text))
    end
    for _, text in ipairs { "", "123456789012345", "12345678 12345678", "12345678901234.5678" } do
      assert.is_false(core.json.has_long_number(text))
    end
  end)

  it("has nothing to say of what is no string", function()
    for _, value in ipairs { 5, true, {} } do assert.is_nil(core.json.escape(value)) end
    assert.is_nil(core.json.escape())
  end)
end)
