local ports = require "ses.ports"

describe("ses.ports", function()
  it("says which function a would-be port lacks", function()
    local ok, missing = ports.check("clock", { now = os.time, sleep = os.time })
    assert.is_nil(ok)
    assert.equal("the clock has no function 'monotonic'", missing)
    ok, missing = ports.check("transport", nil)
    assert.is_nil(ok)
    assert.matches("perform", missing)
  end)

  it("knows the ports by their names", function()
    assert.has_error(function() ports.check("telepathy", {}) end)
  end)
end)
