local charts = require "ses.campaign.charts"
local html = require "ses.html"

local function utc() return 0 end

local function over_time(fields)
  local options = {
    id = "t", title = "Mails", desc = "What went out", seconds = 60, offset = utc,
    buckets = { { at = 0, sent = 600, failed = 0 }, { at = 60, sent = 300, failed = 300 },
      { at = 240, sent = 600, failed = 0 } },
  }
  for name, value in pairs(fields or {}) do options[name] = value end
  local chart, shown = charts.over_time(options)
  return html.text(chart), shown
end

-- Where the horizontal line of a value lies, by the labels of the axis.
local function y_of(text, label)
  return tonumber(text:match('y="([%d.]+)">' .. label:gsub("%p", "%%%0") .. "</text>")) - 4
end

describe("ses.campaign.charts", function()
  it("steps as people count", function()
    for _, case in ipairs { { 10, 2, 5 }, { 9, 4, 5 }, { 500, 4, 200 }, { 0.9, 4, 0.5 }, { 1e6, 4, 5e5 } } do
      assert.is_true(math.abs(charts.step(case[1], case[2]) - case[3]) < 1e-9 * case[3], case[1])
    end
  end)

  it("draws mails a second to scale, with failed ones above, and nothing where nothing went out", function()
    local text = over_time()
    local zero, five, ten = y_of(text, "0"), y_of(text, "5/s"), y_of(text, "10/s")
    assert.is_true(math.abs((zero + ten) / 2 - five) < 0.11)
    local sent = text:match('class="sent" d="([^"]+)"')
    local path = {}
    for letter, number in sent:gmatch "([MVH])([%d.]+)" do path[#path + 1] = letter .. number end
    local function v(value) return ("V%.1f"):format(value) end
    -- Up to 10/s, down to 5/s, to nothing for two minutes, and up again.
    assert.same({ "M56.0", v(ten), "H209.6", v(five), "H363.2", v(zero), "M670.4", v(ten), "H824.0", v(zero) }, path)
    local failed = text:match('class="failed" d="([^"]+)"')
    assert.is_truthy(failed:find(("V%.1fH209.6V%.1fH363.2"):format(ten, ten), 1, true))
  end)

  it("draws the limit as it changed, and leaves out one that is far above", function()
    local text, shown = over_time { limits = { { at = -100, rate = 20 }, { at = 120, rate = 12 } } }
    assert.is_true(shown)
    local twenty = y_of(text, "20/s")
    assert.is_truthy(text:match(('class="limit" d="M56.0 %.1fH363.2M363.2 [%%d.]+H824.0"'):format(twenty)))
    text, shown = over_time { limits = { { at = 0, rate = 500 } } }
    assert.is_false(shown)
    assert.is_nil(text:find("limit", 1, true))
    assert.equal(false, select(2, over_time()))
  end)

  it("shades pauses, within the picture", function()
    local text = over_time { pauses = { { from = -50, to = -10 }, { from = 120, to = 180 }, { from = 290 } } }
    local _, n = text:gsub('class="pause"', "")
    assert.equal(2, n)
    assert.is_truthy(text:find('class="pause" x="363.2" y="16" width="153.6"', 1, true))
    assert.is_truthy(text:find('class="pause" x="798.4" y="16" width="25.6"', 1, true))
  end)

  it("labels time at round times of the zone, and days by their date", function()
    local buckets = {}
    for i = 0, 71 do buckets[i + 1] = { at = 1790000000 - 1790000000 % 3600 + i * 3600, sent = 1, failed = 0 } end
    local text = over_time { buckets = buckets, seconds = 3600, offset = function() return 7200 end }
    assert.is_truthy(text:find(">22 Sep<", 1, true))
    assert.is_truthy(text:find(">12:00<", 1, true))
    assert.is_nil(text:find(">22:00<", 1, true))
    assert.is_truthy(over_time():find(">00:01<", 1, true))
  end)

  it("draws columns and bars to scale, and shows what is little", function()
    local text = html.text(charts.columns { id = "l", title = "L", desc = "d",
      items = { { label = "<8 ms", n = 100 }, { label = "<16 ms", n = 50 } } })
    local heights = {}
    for height in text:gmatch 'class="sent" [^>]*height="([%d.]+)"' do heights[#heights + 1] = tonumber(height) end
    assert.equal(2, heights[1] / heights[2])
    assert.is_truthy(text:find(">&lt;8 ms<", 1, true))
    local parts = { { class = "a", n = 999999 }, { class = "b", n = 1 }, { class = "c", n = 0 } }
    local bar = html.text(charts.bar(parts, 1e6))
    local width = tonumber(bar:match 'class="b" x="[%d.]+%%" width="([%d.]+)%%"')
    assert.is_true(width > 0.3 and width < 0.5)
    assert.is_nil(bar:find('class="c"', 1, true))
    local sum = 0
    for part in bar:gmatch 'x="[%d.]+%%" width="([%d.]+)%%"' do sum = sum + tonumber(part) end
    assert.is_true(math.abs(sum - 100) < 0.02)
  end)

  it("tells in words what it shows", function()
    local text = over_time { title = 'A & "B"', desc = "<script>" }
    assert.is_truthy(text:find('role="img" aria-labelledby="t-title t-desc"', 1, true))
    assert.is_truthy(text:find('<title id="t-title">A &amp; &quot;B&quot;</title>', 1, true))
    assert.is_truthy(text:find('<desc id="t-desc">&lt;script&gt;</desc>', 1, true))
  end)
end)
