local progress = require "ses.campaign.progress"

local function display(options)
  local out, now = {}, 0
  local made = progress.new {
    write = function(text) out[#out + 1] = text end, clock = { monotonic = function() return now end },
    colour = options.colour, unicode = options.unicode,
    width = function() return options.width or 80 end,
  }
  return made, out, function(seconds) now = now + seconds end
end

local function tally(sent, total, fields)
  local t = { sent = sent, failed = 0, in_doubt = 0, deferred = 0, total = total }
  for key, value in pairs(fields or {}) do t[key] = value end
  return t
end

local function plain(text)
  return (text:gsub("\27%[[%d;]*%a", ""):gsub("\r", ""))
end

local function columns(text)
  return #(plain(text):gsub("[\128-\191]", ""))
end

describe("ses.campaign.progress", function()
  it("shows percent, counts, rate, what is left and failures", function()
    local bar, out, wait = display {}
    for i = 0, 10 do
      bar:update(tally(i * 20, 1000, { failed = i > 5 and 2 or 0 }))
      wait(0.1)
    end
    assert.matches("20%%  202/1,000  2 failed  202/s  ETA 0:04", (plain(out[#out])))
  end)

  it("redraws ten times a second at most", function()
    local bar, out, wait = display {}
    for i = 1, 1000 do
      bar:update(tally(i, 1000))
      wait(0.001)
    end
    assert.is_true(#out >= 9 and #out <= 11, #out .. " draws in a second")
  end)

  it("never is wider than the terminal", function()
    for width = 20, 120 do
      for _, unicode in ipairs { true, false } do
        local bar, out, wait = display { colour = true, unicode = unicode, width = width }
        for i = 0, 30 do
          bar:update(tally(i * 30, 1000, { failed = i, in_doubt = i, note = i == 30 and "connection refused" or nil }))
          wait(0.2)
        end
        for _, text in ipairs(out) do assert.is_true(columns(text) < width) end
      end
    end
  end)

  it("fills its bar as the work goes on", function()
    local bar, out, wait = display { unicode = true }
    local before = -1
    for i = 0, 100 do
      bar:update(tally(i, 100))
      wait(0.1)
      local _, full = out[#out]:gsub("█", "")
      assert.is_true(full >= before)
      before = full
    end
    assert.equal(40, before)
  end)

  it("uses colour only where it may", function()
    for _, colour in ipairs { true, false } do
      local bar, out = display { colour = colour, unicode = true }
      bar:update(tally(1, 2, { failed = 1 }))
      assert.equal(colour, out[1]:find("\27%[%d+m") ~= nil)
    end
  end)

  it("leaves the last state of the bar, and nothing of a stage", function()
    local bar, out = display {}
    bar:update(tally(1, 2))
    bar:finish(tally(2, 2))
    assert.equal("\n", out[#out])
    assert.matches("100%%  2/2", out[#out - 1])
    bar, out = display {}
    bar:stage("reading people.csv: 500 rows")
    assert.matches("500 rows", out[1])
    bar:finish()
    assert.equal("\r\27[K", out[#out])
  end)

  it("says how many processes are at work, where there are several, and what their journal waits for", function()
    local out, clock = {}, { now = 0 }
    local bar = progress.new { write = function(text) out[#out + 1] = text end,
      clock = { monotonic = function() return clock.now end }, width = function() return 200 end }
    local shown = { sent = 1, failed = 0, in_doubt = 0, deferred = 0, total = 2, workers = 4 }
    bar:update(shown)
    assert.matches("4 processes", out[1])
    clock.now, shown.workers, shown.trouble = 1, 1, "the database is gone"
    bar:update(shown)
    assert.is_nil(out[2]:find("process", 1, true))
    assert.matches("waiting: the database is gone", out[2])
  end)

  it("says that it is paused", function()
    local bar, out, wait = display {}
    bar:update(tally(1, 20))
    wait(1)
    bar:update(tally(2, 20, { paused = true, note = "paused by hand" }))
    assert.matches("  2/20  paused\27", out[2])
  end)

  it("says what it waits for", function()
    local bar, out = display {}
    bar:update(tally(1, 2, { note = "connection refused" }))
    assert.matches("waiting: connection refused", out[1])
  end)
end)
