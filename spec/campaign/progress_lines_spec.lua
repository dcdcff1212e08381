local json = require "ses.model.json"
local progress_lines = require "ses.campaign.progress_lines"

local START = 1790000000

local function display()
  local out, now = {}, 0
  local made = progress_lines.new {
    write = function(text) out[#out + 1] = text end,
    clock = { monotonic = function() return now end, now = function() return START + now end },
  }
  made.campaign = "autumn"
  return made, out, function(seconds) now = now + seconds end
end

local function tally(sent, total, fields)
  local t = { sent = sent, failed = 0, in_doubt = 0, deferred = 0, total = total }
  for key, value in pairs(fields or {}) do t[key] = value end
  return t
end

describe("ses.campaign.progress_lines", function()
  it("writes an object a line every five seconds, with its members in one order", function()
    local lines, out, wait = display()
    for i = 0, 120 do
      lines:update(tally(i * 2, 440, { failed = 1 }))
      wait(0.1)
    end
    assert.equal(2, #out)
    assert.equal('{"time":"2026-09-21T14:13:25Z","campaign":"autumn","status":"sending","sent":100,"failed":1,'
      .. '"in_doubt":0,"deferred":0,"total":440,"rate":20,"eta":"2026-09-21T14:13:41Z"}\n', out[1])
    for _, line in ipairs(out) do assert.is_table(json.decode(line)) end
  end)

  it("writes nothing for a run that is over sooner", function()
    local lines, out, wait = display()
    lines:stage "reading people.csv: 500 rows"
    for i = 1, 40 do
      wait(0.1)
      lines:update(tally(i, 40))
    end
    lines:finish(tally(40, 40))
    lines:close "finished"
    assert.same({}, out)
  end)

  it("tells what happens before the first mail, and how it ended", function()
    local lines, out, wait = display()
    wait(5)
    lines:stage "reading people.csv: 1,500,000 rows"
    lines:finish(tally(0, 7))
    lines:close("stopped", "SES says no")
    assert.same({ time = "2026-09-21T14:13:25Z", campaign = "autumn", status = "preparing",
      stage = "reading people.csv: 1,500,000 rows" }, json.decode(out[1]))
    local last = json.decode(out[2])
    assert.same({ "stopped", 7, "SES says no" }, { last.status, last.total, last.note })
  end)

  it("tells what it waits for, and until when", function()
    local lines, out, wait = display()
    wait(6)
    lines:update(tally(1, 10, { note = "quiet hours", waits_until = START + 3600 }))
    local object = json.decode(out[1])
    assert.same({ "waiting", "quiet hours", "2026-09-21T15:13:20Z" },
      { object.status, object.note, object.waits_until })
  end)

  it("tells of a pause and of a wait within a second, and when they are over, without a time of arrival", function()
    local lines, out, wait = display()
    local sent = 0
    local function during(seconds, fields)
      for _ = 1, seconds * 10 do
        sent = fields and sent or sent + 1
        lines:update(tally(sent, 10000, fields))
        wait(0.1)
      end
    end
    during(6)
    during(2, { paused = true })
    during(2, { note = "connection refused" })
    during(2)
    local told = {}
    for i, line in ipairs(out) do
      local object = json.decode(line)
      told[i] = object.status .. (object.eta and " eta" or "") .. (object.note and " " .. object.note or "")
    end
    assert.same({ "sending eta", "paused", "waiting connection refused", "sending eta" }, told)
  end)
end)
