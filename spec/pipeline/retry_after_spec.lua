local retry_after = require "ses.pipeline.retry_after"

describe("ses.pipeline.retry_after", function()
  local function read(amz, http, date, now)
    return { retry_after.read({ ["x-amz-retry-after"] = amz, ["retry-after"] = http, date = date }, now) }
  end

  it("reads milliseconds and seconds", function()
    assert.same({ 1500 }, read("1500"))
    assert.same({ [2] = 7000 }, read(nil, " 7 "))
    assert.same({ 0, 0 }, read("0", "0"))
  end)

  it("reads a date by the clock of whoever wrote it", function()
    local at = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert.same({ [2] = 30000 }, read(nil, at, "Sun, 06 Nov 1994 08:49:07 GMT", 5))
    assert.same({ [2] = 10000 }, read(nil, at, nil, 784111767))
    assert.same({ [2] = 10000 }, read(nil, "Sunday, 06-Nov-94 08:49:37 GMT", nil, 784111767))
    assert.same({ [2] = 10000 }, read(nil, "Sun Nov  6 08:49:37 1994", nil, 784111767))
    assert.same({ [2] = 0 }, read(nil, at, "Mon, 07 Nov 1994 08:49:07 GMT"))
    assert.same({}, read(nil, at))
  end)

  it("takes what is no time for nothing", function()
    for _, text in ipairs { "", "soon", "-1", "1e3", "0x10", "1.5", "inf", "nan", "Sun, 06 Non 1994 08:49:37 GMT" } do
      assert.same({}, read(text, text, nil, 0))
    end
  end)
end)
