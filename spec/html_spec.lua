local html = require "ses.html"

describe("ses.html", function()
  it("escapes values, and puts marked HTML in as it is", function()
    local piece = html.render('<p title="{title}">{text}{more}</p>', {
      title = "\"'", text = "<b>&", more = html.raw "<i>x</i>",
    })
    assert.equal('<p title="&quot;&#39;">&lt;b&gt;&amp;<i>x</i></p>', html.text(piece))
  end)

  it("does not fill places that stand in a value", function()
    assert.equal("{b}1", html.text(html.render("{a}{b}", { a = "{b}", b = 1 })))
    assert.equal("%1", html.text(html.render("{a}", { a = "%1" })))
    assert.equal("", html.text(html.render("{none}")))
  end)

  it("joins pieces, escaping those that are plain text", function()
    assert.equal("&lt;<b></b>", html.text(html.join { "<", html.raw "<b></b>" }))
  end)

  it("writes numbers and sizes for people", function()
    assert.equal("1,234,567", html.number(1234567))
    assert.equal("999", html.number(999))
    assert.equal("-1,000", html.number(-1000))
    assert.equal("999 B", html.size(999))
    assert.equal("1.5 kB", html.size(1500))
    assert.equal("2.0 MB", html.size(2e6))
  end)

  it("writes times for machine and reader", function()
    assert.equal('<time datetime="2024-02-29T12:30:00Z" data-form="long">2024-02-29 12:30:00 UTC</time>',
      html.text(html.time(1709209800, true)))
  end)
end)
