local suggest = require "ses.suggest"

describe("ses.suggest", function()
  it("finds the nearest name", function()
    assert.equal("campaign", suggest.nearest("campain", { "send", "campaign", "call" }))
    assert.equal("send", suggest.nearest("sned", { "send", "campaign", "call" }))
  end)

  it("takes the keys of a table as names", function()
    assert.equal("region", suggest.nearest("regoin", { region = true, endpoint = true }))
  end)

  it("finds a name that is written in another style", function()
    assert.equal("FromEmailAddress", suggest.nearest("from_email_adress", { "FromEmailAddress", "Content" }))
  end)

  it("stays silent where nothing is near", function()
    assert.is_nil(suggest.nearest("frobnicate", { "send", "campaign" }))
    assert.is_nil(suggest.nearest("x", {}))
    assert.equal("", suggest.hint("frobnicate", { "send" }))
  end)

  it("gives the same answer for candidates at the same distance, in whatever order", function()
    assert.equal(suggest.nearest("cat", { "bat", "hat" }), suggest.nearest("cat", { "hat", "bat" }))
  end)

  it("makes the end of a sentence", function()
    assert.equal("; did you mean '--rate'?", suggest.hint("rat", { "rate" }, "--"))
  end)
end)
