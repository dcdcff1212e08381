local format = require "ses.campaign.format"

describe("ses.campaign.format", function()
  it("writes counts in groups of three", function()
    assert.equal("0", format.count(0))
    assert.equal("999", format.count(999))
    assert.equal("1,000", format.count(1000))
    assert.equal("1,234,567", format.count(1234567))
  end)

  it("writes durations as a clock", function()
    assert.equal("0:00", format.duration(0.2))
    assert.equal("0:07", format.duration(6.6))
    assert.equal("12:30", format.duration(750))
    assert.equal("1:02:03", format.duration(3723))
  end)

  it("writes rates and words in number", function()
    assert.equal("182/s", format.rate(181.7))
    assert.equal("0.5/s", format.rate(0.5))
    assert.equal("1 row", format.many(1, "row"))
    assert.equal("2,000 rows", format.many(2000, "row"))
    assert.equal("row 3", format.rows({ 3 }, 1))
    assert.equal("rows 3, 7 and 1,998 more", format.rows({ 3, 7 }, 2000))
  end)

  it("writes parts of a whole, and never as nothing or all what is neither", function()
    assert.same({ "0 %", "0 %", "100 %", "12.5 %", "<0.1 %", ">99.9 %" }, {
      format.percent(0, 0), format.percent(0, 9), format.percent(9, 9), format.percent(1, 8),
      format.percent(1, 1000000), format.percent(999999, 1000000),
    })
  end)

  it("writes numbers, moments and lengths of time as people do", function()
    assert.same({ "0.5", "1,500" }, { format.number(0.5), format.number(1500) })
    assert.same({ "250 ms", "1.5 s", "131 s" }, {
      format.milliseconds(250), format.milliseconds(1500), format.milliseconds(131072),
    })
    assert.equal("21 September 2026, 14:13:20", format.date(1790000000.9))
    assert.equal("21 September 2026, 16:13:20", format.date(1790000000, 7200))
    assert.same({ "1 second", "30 seconds", "5 minutes", "1 hour", "2 days", "1 week" }, {
      format.span(1), format.span(30), format.span(300), format.span(3600), format.span(172800), format.span(604800),
    })
  end)
end)
