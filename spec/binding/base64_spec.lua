local core = require "ses.core"

describe("ses.core.base64", function()
  local known = {
    [""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foob = "Zm9vYg==", fooba = "Zm9vYmE=",
    foobar = "Zm9vYmFy", ["\0\255\254"] = "AP/+",
  }

  it("encodes and decodes the vectors of RFC 4648", function()
    for bytes, text in pairs(known) do
      assert.equal(text, core.base64.encode(bytes))
      assert.equal(bytes, core.base64.decode(text))
    end
  end)

  it("gives back any bytes", function()
    for length = 0, 300 do
      local bytes = {}
      for i = 1, length do bytes[i] = string.char(math.random(0, 255)) end
      bytes = table.concat(bytes)
      assert.equal(bytes, core.base64.decode(core.base64.encode(bytes)))
    end
  end)

  it("refuses every other way to write the same bytes", function()
    for _, text in ipairs { "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v\n", "Zm 9v", "====", "Z===", "Zg==Zg==",
      "Zm-_", "Zg=A", "Zm9v====", "\0\0\0\0", "Zm9\195" } do
      local bytes, failure = core.base64.decode(text)
      assert.is_nil(bytes, text)
      assert.equal("parse", failure.status)
      assert.matches("^is not base64: ", failure.message)
    end
  end)

  it("says where the fault is", function()
    local _, failure = core.base64.decode("Zm9vZ*9v")
    assert.equal("is not base64: a wrong character at byte 6", failure.message)
  end)
end)
