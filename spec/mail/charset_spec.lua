local charset = require "ses.mail.charset"

describe("ses.mail.charset", function()
  it("tells UTF-8 from what only looks like it", function()
    for _, text in ipairs {
      "", "plain", "\0", "\195\164", "\226\130\172", "\240\159\152\128", "\244\143\191\191",
    } do
      assert.is_true(charset.is_utf8(text))
    end
    for _, text in ipairs {
      "\128", "\195", "\195a", "\192\175", "\193\191", "\224\128\175", "\237\160\128", "\240\128\128\128",
      "\244\144\128\128", "\245\128\128\128", "\226\130", "a\255b", "\239\191\189\254",
    } do
      assert.is_false(charset.is_utf8(text))
    end
  end)

  it("replaces what is no UTF-8 and keeps the rest", function()
    assert.equal("a\239\191\189b\195\164", charset.scrub("a\255b\195\164"))
    assert.equal("\239\191\189\239\191\189", charset.scrub("\226\130"))
    assert.equal("\195\164", charset.scrub("\195\164"))
  end)

  it("writes code points of every length", function()
    assert.equal("A\195\164\226\130\172\240\159\152\128",
      charset.utf8_char(0x41) .. charset.utf8_char(0xE4)
        .. charset.utf8_char(0x20AC) .. charset.utf8_char(0x1F600))
  end)

  it("decodes Latin-1 and Windows-1252, and shows unknown charsets as they are", function()
    assert.equal("\195\164\226\130\172", charset.to_utf8("\228\128", "ISO-8859-1"))
    assert.equal("\226\128\156x\226\128\157", charset.to_utf8("\147x\148", "windows-1252"))
    assert.equal("\195\164", charset.to_utf8("\195\164", "utf-8"))
    assert.equal("ab\239\191\189", charset.to_utf8("ab\228", "x-unknown"))
    assert.equal("ab\239\191\189", charset.to_utf8("ab\228"))
  end)
end)
