local ids = require "ses.emulator.ids"

describe("ses.emulator.ids", function()
  it("makes message ids of SES's form, which name their time and are never the same", function()
    local seen = {}
    for _ = 1, 2000 do
      local id = ids.message(1700000000.123)
      assert.truthy(id:find("^0100018bcfe5687b%-%x+%-%x+%-4%x+%-[89ab]%x+%-%x+%-000000$"), id)
      assert.equal(60, #id)
      assert.is_nil(seen[id])
      seen[id] = true
    end
  end)
end)
