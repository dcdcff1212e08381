local process = require "spec.support.process"

describe("tools/terminal_html.lua", function()
  local function page(typescript, ...)
    local result = process.run({ "lua5.4", "tools/terminal_html.lua", ... }, { stdin = typescript })
    assert.equal("", result.err)
    return assert(result.out:match("<pre>(.*)</pre>"))
  end

  it("draws what the screen shows in the end", function()
    assert.equal("one\n50% done\nlast", page "one\r\n10%\r50% done\r\nlast\r\n")
    assert.equal("short", page "a long line\r\27[Kshort\r\n")
    assert.equal("second\nthird", page "first\r\nthird\27[1A\rsecond\27[K")
  end)

  it("draws colours and escapes HTML", function()
    assert.equal('<span style="color:#7ee787;font-weight:700">a &lt; b</span> c', page "\27[1;32ma < b\27[0m c")
  end)

  it("stops at the moment that is asked for", function()
    assert.equal(" 61% ETA", page(" 10% ETA\r 61% ETA\r 99% ETA\r\ndone\r\n", "--until", " 6%d%%"))
  end)

  it("keeps characters beyond ASCII whole", function()
    assert.equal("Grüße 日本 🌍", page "Grüße 日本 🌍\r\n")
  end)
end)
