local space = require "ses.template.space"
local template = require "ses.template"

describe("ses.template.space", function()
  it("finds where white space of Unicode ends and begins", function()
    assert.equal(1, space.behind "x ")
    assert.equal(8, space.behind " \t\194\160\227\128\128x")
    assert.equal(4, space.behind " \n\r")
    assert.equal(1, space.before "x \226\128\169\239\187\191")
    assert.equal(0, space.before "\194\160 ")
    assert.equal(0, space.before "")
    -- The end of another character is no white space.
    assert.equal(3, space.before "\226\130\160")
    assert.equal(2, space.before "\195\160")
  end)

  it("is what ~ takes, and what may stand in a tag", function()
    local compiled = assert(template.compile "a\194\160\n{{~\194\160x\227\128\128~}}\226\128\168b")
    assert.equal("a1b", compiled:render { x = 1 })
  end)
end)
