local skew = require "ses.pipeline.skew"

describe("ses.pipeline.skew", function()
  it("reads HTTP's date", function()
    assert.equal(784111777, skew.parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"))
    assert.equal(0, skew.parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"))
    assert.equal(1709210096, skew.parse_http_date("Thu, 29 Feb 2024 12:34:56 GMT"))
    assert.is_nil(skew.parse_http_date("yesterday"))
    assert.is_nil(skew.parse_http_date(nil))
  end)

  local function pipeline(now)
    return { skew_seconds = 0, clock = { now = function() return now end } }
  end
  local answer = { headers = { date = "Sun, 06 Nov 1994 08:49:37 GMT" } }

  local NOW = 784111777

  it("learns from a refused signature, once a call", function()
    local line, state = pipeline(NOW - 3600), { signed_at = NOW - 3600 }
    assert.is_true(skew.learn(line, state, { kind = "signing" }, answer))
    assert.equal(3600, line.skew_seconds)
    assert.is_false(skew.learn(line, state, { kind = "signing" }, answer))
  end)

  it("lets a call sign again that was signed before another learned, or before the clock was put right", function()
    local line = pipeline(NOW - 3600)
    for _ = 1, 2 do
      assert.is_true(skew.learn(line, { signed_at = NOW - 3600 }, { kind = "signing" }, answer))
      assert.equal(3600, line.skew_seconds)
    end
    assert.is_true(skew.learn(pipeline(NOW), { signed_at = NOW - 3600 }, { kind = "signing" }, answer))
  end)

  it("leaves a clock alone that is right, or an error that is another", function()
    assert.is_false(skew.learn(pipeline(NOW - 30), { signed_at = NOW - 40 }, { kind = "signing" }, answer))
    assert.is_false(skew.learn(pipeline(0), { signed_at = 0 }, { kind = "client" }, answer))
    assert.is_false(skew.learn(pipeline(0), { signed_at = 0 }, { kind = "signing" }, { headers = {} }))
  end)
end)
