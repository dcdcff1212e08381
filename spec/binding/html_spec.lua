local html = require("ses.core").html

describe("core.html", function()
  it("escapes for HTML what Handlebars escapes, in texts of any length", function()
    assert.equal("a&amp;&lt;&gt;&quot;&#x27;&#x60;&#x3D;b\0ü", html.escape "a&<>\"'`=b\0ü")
    assert.equal("plain ü\0 text", html.escape "plain ü\0 text")
    assert.equal("", html.escape "")
    for _, size in ipairs { 170, 171, 205, 5000 } do
      assert.equal(("&quot;"):rep(size) .. "x", html.escape(('"'):rep(size) .. "x"))
    end
  end)

  it("gives nil for what is not UTF-8", function()
    assert.is_nil(html.escape "a\255")
    assert.is_nil(html.escape "<\195")
  end)
end)
