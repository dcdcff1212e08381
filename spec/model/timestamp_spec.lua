local timestamp = require "ses.model.timestamp"

describe("ses.model.timestamp", function()
  it("writes ISO 8601 in UTC, with milliseconds where there are any", function()
    for seconds, text in pairs {
      [0] = "1970-01-01T00:00:00Z", [1709209800] = "2024-02-29T12:30:00Z", [-1] = "1969-12-31T23:59:59Z",
      [951782400] = "2000-02-29T00:00:00Z", [4107542400] = "2100-03-01T00:00:00Z",
      [253402300799] = "9999-12-31T23:59:59Z", [1709209800.5] = "2024-02-29T12:30:00.500Z",
      [0.9999] = "1970-01-01T00:00:01Z",
    } do
      assert.equal(text, timestamp.iso8601(seconds))
    end
  end)

  it("writes the date of HTTP", function()
    assert.equal("Sun, 06 Nov 1994 08:49:37 GMT", timestamp.http_date(784111777))
    assert.equal("Thu, 01 Jan 1970 00:00:00 GMT", timestamp.http_date(0))
  end)

  it("reads both back", function()
    for _ = 1, 500 do
      local seconds = math.random(-1035593280, 4223371679) * 60 + math.random(0, 59)
      assert.equal(seconds, timestamp.parse(timestamp.iso8601(seconds)))
      assert.equal(seconds, timestamp.parse(timestamp.http_date(seconds)))
    end
    assert.equal(1709209800, timestamp.parse("2024-02-29T14:30:00+02:00"))
    assert.equal(1709209800.25, timestamp.parse("2024-02-29T12:30:00.25Z"))
  end)

  it("agrees with the host's calendar", function()
    for _ = 1, 100 do
      local seconds = math.random(0, 2000000000) * 2
      assert.equal(os.date("!%Y-%m-%dT%H:%M:%SZ", seconds), timestamp.iso8601(seconds))
    end
  end)

  it("refuses what is no time", function()
    for _, text in ipairs {
      "", "yesterday", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
      "2024-01-01T24:00:00Z", "2024-01-01T00:00:00", "2024-01-01", "2024-00-01T00:00:00Z",
      "Sun, 06 Foo 1994 08:49:37 GMT", "2024-01-01T00:00:00.Z",
    } do
      assert.is_nil(timestamp.parse(text), text)
    end
  end)
end)
