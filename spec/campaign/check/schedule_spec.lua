local check = require "ses.campaign.check.schedule"

local function complaint(value)
  local fine, field, message = check(value)
  assert.is_nil(fine)
  return field .. " " .. message
end

local function quiet(fields)
  return complaint { quiet_hours = fields }
end

describe("ses.campaign.check.schedule", function()
  it("takes what may be said", function()
    for _, value in ipairs {
      {}, { start = "2026-12-01 09:00" }, { start = "2028-02-29T00:00", timezone = "America/New_York" },
      { timezone = "+02:00" }, { timezone = "UTC" },
      { quiet_hours = { from = "21:00", to = "8:00" } }, { quiet_hours = { from = "18:00", to = "24:00" } },
      { quiet_hours = { from = "21:00", to = "08:00", days = { "saturday", "sunday" } } },
      { quiet_hours = { days = { "sunday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday" } } },
    } do
      assert.is_true(check(value))
    end
    assert.is_true(check(nil))
  end)

  it("names the field, and shows how it is written", function()
    assert.equal("schedule must be a table, not a string", complaint "tomorrow")
    assert.equal("schedule.starts is not known; did you mean 'start'?", complaint { starts = "2026-12-01 09:00" })
    assert.equal("schedule.quiet_hours must be a table, not a string", complaint { quiet_hours = "21:00-08:00" })
    assert.equal("schedule.quiet_hours.form is not known; did you mean 'from'?", quiet { form = "21:00", to = "08:00" })
    for _, start in ipairs {
      "2026-12-01", "tomorrow", "2026-02-29 09:00", "2026-13-01 09:00", "2026-12-01 24:00", "2026-12-01 09:00:30",
      "01.12.2026 09:00", "2026-12-01 09:00Z", "", 20261201,
    } do
      assert.equal('schedule.start must be a date and time such as "2026-12-01 09:00"', complaint { start = start })
    end
    for _, time in ipairs { "25:00", "9pm", "21:60", "24:01", "21", 21, "21:00:00", "", "-1:00", true } do
      local wrong = ' must be a time of day such as "21:00"'
      assert.equal("schedule.quiet_hours.from" .. wrong, quiet { from = time, to = "08:00" })
      assert.equal("schedule.quiet_hours.to" .. wrong, quiet { from = "08:00", to = time })
    end
    assert.equal("schedule.quiet_hours.to is missing", quiet { from = "21:00" })
    assert.equal("schedule.quiet_hours.from is missing", quiet { to = "21:00", days = { "sunday" } })
    assert.equal("schedule.quiet_hours needs from and to, or days", quiet {})
    assert.equal("schedule.quiet_hours needs from and to, or days", quiet { days = {} })
  end)

  it("refuses quiet hours that never are or never end", function()
    local same = "schedule.quiet_hours.to is the same time as from; whole days are named in days"
    assert.equal(same, quiet { from = "21:00", to = "21:00" })
    assert.equal(same, quiet { from = "00:00", to = "24:00" })
    assert.equal(same, quiet { from = "8:00", to = "08:00" })
    assert.equal("schedule.quiet_hours.days names all seven days, and leaves none to send on",
      quiet { days = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" } })
  end)

  it("suggests days and zones", function()
    local day = 'schedule.quiet_hours.days[2] must be a day of the week such as "sunday"'
    assert.equal(day .. "; did you mean 'saturday'?", quiet { days = { "sunday", "Saturday" } })
    assert.equal(day .. "; did you mean 'thursday'?", quiet { days = { "sunday", "thurday" } })
    assert.equal(day, quiet { days = { "sunday", 6 } })
    local list = 'schedule.quiet_hours.days must be a list such as { "saturday", "sunday" }'
    assert.equal(list, quiet { days = { sunday = true } })
    assert.equal(list, quiet { days = { nil, "sunday" } })
    assert.equal("schedule.quiet_hours.days must be a table, not a string", quiet { days = "sunday" })
    assert.equal("schedule.timezone cannot be used: the time zone 'Europe/Berln' is not known; did you mean "
      .. "'Europe/Berlin'?", complaint { timezone = "Europe/Berln" })
    assert.equal("schedule.timezone must be a string, not a number", complaint { timezone = 2 })
  end)
end)
