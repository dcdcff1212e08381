local chunk = require "ses.cli.prompt.chunk"

describe("ses.cli.prompt.chunk", function()
  it("gives the values of an expression, with or without =", function()
    for _, text in ipairs { "1 + 2", "=1 + 2", "  = 1 + 2" } do assert.equal(3, chunk.compile(text, {})()) end
    local fn = chunk.compile("a, b", { a = 1, b = 2 })
    assert.same({ 1, 2 }, { fn() })
  end)

  it("runs statements in its own globals", function()
    local env = {}
    chunk.compile("x = 5", env)()
    assert.equal(5, env.x)
    assert.is_nil(rawget(_G, "x"))
  end)

  it("wants more of what is not complete, and nothing else", function()
    for _, text in ipairs {
      "f {", "f(", "for i = 1, 3 do", "x =", "1 +", "if a then b()", "[[ long", "function f()",
    } do
      local fn, reason = chunk.compile(text, {})
      assert.is_nil(fn, text)
      assert.is_nil(reason, text)
    end
    for _, text in ipairs { "foo bar", "'open", ")", "x = = 1", "1 2" } do
      local fn, reason = chunk.compile(text, {})
      assert.is_nil(fn, text)
      assert.equal("string", type(reason), text)
    end
  end)
end)
