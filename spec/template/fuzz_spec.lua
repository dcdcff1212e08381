local fuzz = require "fuzz.template"

describe("the template engine", function()
  it("takes whatever it is given, within its limits and without a call of what runs code", function()
    local result = fuzz.run { seed = 20260101, count = 2000 }
    local finding = result.finding
    assert.is_nil(finding, finding and ("data %d: %s\n%q"):format(finding.data, finding.why, finding.text))
    assert.equal(2000, result.tried)
    -- Much of what can be said against a template has been said.
    assert.is_true(result.kinds >= 30, result.kinds)
  end)
end)
