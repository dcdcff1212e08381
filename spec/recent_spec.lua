local recent = require "ses.recent"

describe("ses.recent", function()
  it("has what was added, until it is full and begins anew", function()
    local set = recent.new(2)
    assert.is_nil(set.has.a)
    set:add "a"
    set:add "a"
    set:add "b"
    assert.is_true(set.has.a and set.has.b)
    set:add "c"
    assert.is_true(set.has.c)
    assert.is_nil(set.has.a)
    assert.is_nil(set.has.b)
  end)
end)
