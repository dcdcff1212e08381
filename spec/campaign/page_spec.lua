local page = require "ses.campaign.page"

local ZONE = { name = "Europe/Berlin", offset = function() return 7200 end }

local function report(fields)
  local made = {
    campaign = "autumn", journal = "/data/j.sqlite3", at = 1790000100, zone = ZONE, standing = "finished", workers = 0,
    counts = {
      total = 10, sent = 5, failed = 2, in_doubt = 1, suppressed = 1, pending = 1, sending = 0, removed = 0,
      duplicates = 3, suppressed_by = { AccountSuppressionList = 1 },
    },
    failures = { { code = "MessageRejected", reason = "spam", count = 2, rows = { 3, 4 } } },
    in_doubt = { { row = 9, email = "p***@example.com", reason = "no answer", at = 1790000005 } },
    timeline = { seconds = 1, { at = 1790000000, sent = 5, failed = 2, in_doubt = 0 },
      { at = 1790000005, sent = 0, failed = 0, in_doubt = 1 } },
    limits = { { at = 1790000000, rate = 10 } }, pauses = { { from = 1790000001, to = 1790000004 } },
    latencies = { { below_ms = 8, n = 4 }, { below_ms = 16384, n = 1 } },
    breakdown = {
      { language = "de", variant = "A", state = "sent", n = 3 }, { variant = "B", state = "sent", n = 2 },
      { variant = "B", state = "failed", n = 2 },
    },
    logged = { { at = 1790000001, kind = "pause", text = "paused by hand" } },
  }
  for name, value in pairs(fields or {}) do made[name] = value end
  return made
end

-- The text of a page as a reader sees it.
local function words(html)
  local body = html:match("<body>(.*)</body>"):gsub("<wbr/>", "")
  body = body:gsub("<[^>]*>", " "):gsub("&lt;", "<"):gsub("&amp;", "&")
  return (body:gsub("%s+", " "))
end

describe("ses.campaign.page", function()
  it("tells in words what became of whom", function()
    local text = words(page.html(report()))
    for _, part in ipairs {
      "As it stood on 21 September 2026, 16:15:00: finished",
      "5 of 10 people have been written to; 1 still waits; 2 mails failed; 1 was left out; 1 stands in doubt.",
      "sent 5 50.0 %", "failed 2 20.0 %", "3 rows of the list named an address for a second time.",
      "spam MessageRejected 2", "9 p***@example.com 21 September 2026, 16:13:25 no answer",
      "on the account's suppression list 1", "Half of the answers came within 8 ms, 95 % within 16.4 s",
      "21 September 2026, 16:13:21 paused by hand", "de 3 3 0 0", "B 4 2 2 0", "Times are Europe/Berlin",
    } do
      assert.is_truthy(text:gsub("&#39;", "'"):find(part, 1, true), part .. "\n" .. text)
    end
  end)

  it("tells what SES's events say of the mails, where there were any", function()
    local one = report()
    assert.is_nil(words(page.html(one)):find("What became of the mails", 1, true))
    one.counts.delivery = { delivered = 3, bounced_hard = 1 }
    local text = words(page.html(one))
    assert.is_truthy(text:find("delivered 3 60.0 %", 1, true), text)
    assert.is_truthy(text:find("bounced for good 1 20.0 %", 1, true))
    assert.is_truthy(text:find("no event yet 1 20.0 %", 1, true))
  end)

  it("needs nothing but itself, and runs no script", function()
    local html = page.html(report())
    for _, pattern in ipairs { "<script", "https?://", "src=", "href=", "url%(", "@import", " on%l+=", "style=" } do
      assert.is_nil(html:find(pattern), pattern)
    end
    assert.is_truthy(html:find([[content="default-src 'none'; style-src 'sha256-]], 1, true))
  end)

  it("allows by its policy just the style sheet that it holds", function()
    local html = page.html(report())
    local name = os.tmpname()
    local file = assert(io.open(name, "wb"))
    file:write(html:match("<style>(.-)</style>"))
    file:close()
    local pipe = assert(io.popen("openssl dgst -sha256 -binary " .. name .. " | base64"))
    local hash = pipe:read "*l"
    pipe:close()
    os.remove(name)
    assert.equal(hash, html:match("'sha256%-([^']+)'"))
  end)

  it("shows no value as HTML", function()
    local evil = "<img src=x onerror=alert(1)>\"'&"
    local html = page.html(report {
      campaign = evil, journal = evil, failures = { { code = evil, reason = evil, count = 2, rows = {} } },
      in_doubt = { { row = 1, email = evil, reason = evil } }, logged = { { at = 1, kind = "x", text = evil } },
      breakdown = { { language = evil, variant = evil, state = "sent", n = 1 } },
      zone = { name = evil, offset = ZONE.offset },
      counts = { total = 3, sent = 1, failed = 2, in_doubt = 1, suppressed = 1, pending = 0, sending = 0, removed = 0,
        duplicates = 0, suppressed_by = { [evil] = 1 } },
    })
    assert.is_nil(html:find("<img", 1, true))
    local _, n = html:gsub("&lt;img src=x onerror=alert%(1%)&gt;&quot;&#39;&amp;", "")
    assert.is_true(n >= 9, n)
  end)

  it("has a table for every chart, with headers, and every element closed", function()
    local html = page.html(report())
    local _, charts = html:gsub('<svg class="chart"', "")
    local _, described = html:gsub("<title id=", "")
    local _, folded = html:gsub("<details>", "")
    assert.same({ 2, 2, 2 }, { charts, described, folded })
    assert.is_truthy(html:find('<th scope="col"', 1, true))
    assert.is_truthy(html:find('<th scope="row"', 1, true))
    local open = {}
    for close, name, rest in html:match("<body>.*</body>"):gmatch "<(/?)(%a%w*)([^>]*)>" do
      if close == "/" then
        assert.equal(table.remove(open), name)
      elseif not rest:find("/$") then
        open[#open + 1] = name
      end
    end
    assert.same({}, open)
  end)

  it("leaves out what there is none of", function()
    local html = page.html(report {
      counts = { total = 0, sent = 0, failed = 0, in_doubt = 0, suppressed = 0, pending = 0, sending = 0, removed = 0,
        duplicates = 0, suppressed_by = {} },
      failures = {}, in_doubt = {}, timeline = { seconds = 1 }, limits = {}, pauses = {}, latencies = {},
      breakdown = {}, logged = {},
    })
    assert.is_nil(html:find("<section>", 1, true))
    assert.is_truthy(words(html):find("0 of 0 people have been written to.", 1, true))
  end)

  it("does not grow with the campaign", function()
    local logged, doubts = {}, {}
    for i = 1, 10000 do logged[i] = { at = i, kind = "rate", text = "1/s" } end
    for i = 1, 100 do doubts[i] = { row = i, email = "p***@example.com" } end
    local made = report { logged = logged, in_doubt = doubts }
    made.counts.in_doubt = 500000
    local html = page.html(made)
    assert.is_true(#html < 100000, #html)
    local text = words(html)
    assert.is_truthy(text:find("9,880 in between", 1, true))
    assert.is_truthy(text:find("And 499,900 more.", 1, true))
  end)
end)
