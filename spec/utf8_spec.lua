local utf8_text = require "ses.utf8"

describe("ses.utf8", function()
  it("counts characters, not bytes", function()
    assert.equal(0, utf8_text.length(""))
    assert.equal(5, utf8_text.length("hello"))
    assert.equal(4, utf8_text.length("caf\195\169"))
    assert.equal(2, utf8_text.length("\230\151\165\230\156\172"))
    assert.equal(1, utf8_text.length("\240\159\152\128"))
    assert.equal(1, utf8_text.length("\244\143\191\191"))
  end)

  it("says at which byte a text stops being UTF-8", function()
    for text, at in pairs {
      ["\255"] = 1, ["a\128"] = 2, ["ab\195"] = 3, ["\192\175"] = 1, ["\224\128\175"] = 1,
      ["x\237\160\128"] = 2, ["\244\144\128\128"] = 1, ["\240\128\128\128"] = 1, ["\226\130"] = 1,
      ["\195\169\195("] = 3, ["\248\136\128\128\128"] = 1,
    } do
      local length, where = utf8_text.length(text)
      assert.is_nil(length, ("%q"):format(text))
      assert.equal(at, where, ("%q"):format(text))
    end
  end)
end)
