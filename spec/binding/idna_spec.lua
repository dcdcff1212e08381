local core = require "ses.core"

describe("ses.core.idna", function()
  it("leaves ASCII as it is, in lower case", function()
    assert.equal("example.com", core.idna.to_ascii("Example.COM"))
    assert.equal("xn--bcher-kva.example", core.idna.to_ascii("xn--bcher-kva.example"))
    assert.equal("localhost", core.idna.to_ascii("localhost"))
  end)

  it("converts by IDNA 2008", function()
    assert.equal("xn--bcher-kva.example", core.idna.to_ascii("Bücher.example"))
    assert.equal("xn--strae-oqa.de", core.idna.to_ascii("straße.de"))
    assert.equal("xn--fsqu00a.xn--0zwm56d", core.idna.to_ascii("例子.测试"))
    assert.equal("xn--bcher-kva.example", core.idna.to_ascii("bu\204\136cher.example")) -- decomposed
    assert.equal("xn--bcher-kva.example", core.idna.to_ascii("bücher。example")) -- ideographic full stop
  end)

  it("refuses what no mail domain can be", function()
    local label = ("a"):rep(64)
    for _, domain in ipairs { "", ".", "a..b", ".a", "a.", "-a.com", "a-.com", "a_b.com", "a b.com",
      "a@b.com", "a\r\nb.com", "a\0.com", "\0", label .. ".com", (("a"):rep(60) .. "."):rep(5) .. "com",
      "a\255.com", "\195", "a/b", "\239\188\160b.com", "xn--\195\188.com", "☃-.com",
      ("ü"):rep(64) .. ".com", ("ü"):rep(600) } do
      local ascii, failure = core.idna.to_ascii(domain)
      assert.is_nil(ascii, domain)
      assert.equal("invalid", failure.status)
      assert.equal("domain", failure.field)
    end
  end)
end)
