local quiet_hours = require "ses.campaign.quiet_hours"
local time_zone = require "ses.campaign.time_zone"
local timestamp = require "ses.model.timestamp"

local BERLIN = assert(time_zone.open "Europe/Berlin")

-- "asleep until 2026-12-02T07:00Z", by a moment in UTC.
local function at(spec, moment, zone)
  local quiet, till = quiet_hours.new(spec):at(zone or BERLIN, timestamp.parse(moment .. ":00Z"))
  return (quiet and "asleep" or "awake") .. " until " .. timestamp.iso8601(till):gsub(":00Z", "Z")
end

describe("ses.campaign.quiet_hours", function()
  it("begin with the first minute and are over with the last", function()
    local noon = { from = "12:00", to = "13:30" }
    assert.equal("awake until 2026-12-01T11:00Z", at(noon, "2026-12-01T10:59"))
    assert.equal("asleep until 2026-12-01T12:30Z", at(noon, "2026-12-01T11:00"))
    assert.equal("asleep until 2026-12-01T12:30Z", at(noon, "2026-12-01T12:29"))
    assert.equal("awake until 2026-12-02T11:00Z", at(noon, "2026-12-01T12:30"))
  end)

  it("may cross midnight", function()
    local night = { from = "21:00", to = "08:00" }
    assert.equal("asleep until 2026-12-02T07:00Z", at(night, "2026-12-01T20:00"))
    assert.equal("asleep until 2026-12-02T07:00Z", at(night, "2026-12-02T06:59"))
    assert.equal("awake until 2026-12-02T20:00Z", at(night, "2026-12-02T07:00"))
  end)

  it("may begin or end at midnight", function()
    assert.equal("asleep until 2026-12-02T23:00Z", at({ from = "21:00", to = "24:00" }, "2026-12-02T20:00"))
    assert.equal("asleep until 2026-12-02T23:00Z", at({ from = "21:00", to = "00:00" }, "2026-12-02T20:00"))
    assert.equal("asleep until 2026-12-02T07:00Z", at({ from = "00:00", to = "08:00" }, "2026-12-01T23:00"))
  end)

  it("may be whole days, joined to the nights beside them", function()
    -- 2026-12-04 is a Friday.
    local weekend = { days = { "saturday", "sunday" } }
    assert.equal("awake until 2026-12-04T23:00Z", at(weekend, "2026-12-04T20:00"))
    assert.equal("asleep until 2026-12-06T23:00Z", at(weekend, "2026-12-05T11:00"))
    weekend.from, weekend.to = "21:00", "08:00"
    assert.equal("asleep until 2026-12-07T07:00Z", at(weekend, "2026-12-04T20:00"))
  end)

  it("may leave one hour of the week", function()
    local spec = { from = "13:00", to = "12:00" }
    spec.days = { "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" }
    assert.equal("asleep until 2026-12-07T11:00Z", at(spec, "2026-12-01T12:00"))
    assert.equal("awake until 2026-12-07T12:00Z", at(spec, "2026-12-07T11:30"))
  end)

  -- In Berlin the clock goes from 02:00 to 03:00 on 2026-03-29 (01:00Z), and back from 03:00 to 02:00 on
  -- 2026-10-25 (01:00Z).
  it("are an hour shorter where the clock is set forward, and end where it jumps over their end", function()
    assert.equal("asleep until 2026-03-29T06:00Z", at({ from = "21:00", to = "08:00" }, "2026-03-28T20:00"))
    assert.equal("asleep until 2026-03-29T01:00Z", at({ from = "21:00", to = "02:30" }, "2026-03-28T20:00"))
    assert.equal("asleep until 2026-03-29T01:30Z", at({ from = "02:30", to = "03:30" }, "2026-03-29T01:00"))
  end)

  it("do not come where the clock jumps over them", function()
    assert.equal("awake until 2026-03-30T00:00Z", at({ from = "02:00", to = "03:00" }, "2026-03-29T00:30"))
  end)

  it("are an hour longer where the clock is set back, and come again where it shows them twice", function()
    assert.equal("asleep until 2026-10-25T07:00Z", at({ from = "21:00", to = "08:00" }, "2026-10-24T19:00"))
    local early = { from = "21:00", to = "02:30" }
    assert.equal("asleep until 2026-10-25T00:30Z", at(early, "2026-10-24T20:00"))
    assert.equal("awake until 2026-10-25T01:00Z", at(early, "2026-10-25T00:30"))
    assert.equal("asleep until 2026-10-25T01:30Z", at(early, "2026-10-25T01:00"))
  end)

  it("follow zones that skip a day or change at midnight", function()
    -- Samoa went from Thursday 2011-12-29 to Saturday 2011-12-31 (10:00Z).
    local apia = assert(time_zone.open "Pacific/Apia")
    assert.equal("awake until 2011-12-30T10:00Z", at({ days = { "saturday" } }, "2011-12-30T09:00", apia))
    assert.equal("awake until 2012-01-05T10:00Z", at({ days = { "friday" } }, "2011-12-30T09:00", apia))
    -- In Chile the clock went from 00:00 to 01:00 on Sunday 2022-09-11 (04:00Z).
    local santiago = assert(time_zone.open "America/Santiago")
    assert.equal("awake until 2022-09-11T04:00Z", at({ days = { "sunday" } }, "2022-09-11T03:00", santiago))
  end)
end)
