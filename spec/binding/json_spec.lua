local core = require "ses.core"

describe("ses.core.json", function()
  it("writes a text as a JSON string, and tells where nothing needs an escape", function()
    for text, quoted in pairs {
      [""] = '""', ["caf\195\169 / x"] = '"caf\195\169 / x"', ['a"b\\c'] = [["a\"b\\c"]], ["\n\r\t"] = [["\n\r\t"]],
      ["\0\31\127"] = [["\u0000\u001f\u007f"]], ["x\ny"] = [["x\ny"]],
    } do
      assert.equal(quoted, core.json.quote(text))
      assert.equal(quoted == '"' .. text .. '"', core.json.is_plain(text))
    end
  end)

  it("asks for a string", function()
    assert.has_error(function() core.json.quote {} end)
    assert.has_error(function() core.json.is_plain() end)
  end)
end)
