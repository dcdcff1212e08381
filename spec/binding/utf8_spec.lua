local core = require "ses.core"

describe("ses.core.utf8", function()
  it("counts characters, and says at which byte a text stops being UTF-8", function()
    assert.equal(0, core.utf8.length(""))
    assert.equal(12, core.utf8.length("caf\195\169, \230\151\165\230\156\172 \240\159\152\128 \0"))
    local length, at = core.utf8.length("twelve bytes\195(")
    assert.is_nil(length)
    assert.equal(13, at)
    assert.has_error(function() core.utf8.length {} end)
  end)
end)
