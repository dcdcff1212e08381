local database = require "ses.campaign.zone.database"
local process = require "spec.support.process"
local random = require "spec.support.random"
local time_zone = require "ses.campaign.time_zone"
local timestamp = require "ses.model.timestamp"
local tmp_dir = require "spec.support.tmp_dir"

local SEED = 20261201

-- Zones with something of their own: rules that never end, hours below zero and above 24, summer time that is
-- set back, half hours, a skipped day, a sign that is the other way round, changes at midnight.
local ODD = {
  "Europe/Berlin", "America/New_York", "Europe/Dublin", "America/Nuuk", "Asia/Gaza", "Africa/Casablanca",
  "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Chatham", "America/St_Johns", "America/Havana",
  "America/Santiago", "Africa/Cairo", "Asia/Tehran", "Antarctica/Troll", "Etc/GMT+3", "Etc/UTC", "EST5EDT", "Iran",
  "America/Argentina/Buenos_Aires", "Africa/Monrovia", "Europe/Lisbon", "Asia/Beirut", "Factory",
}

local FIRST = timestamp.days(1890, 1, 1) * 86400
local LAST = timestamp.days(2150, 1, 1) * 86400

-- Changes of a zone, as far as it is asked, are what is most easily got wrong.
local function around_changes(zone, list)
  local at = FIRST
  while at < LAST do
    local _, to = zone:period(at)
    if to >= LAST then return end
    for _, near in ipairs { -1, 0, 1 } do list[#list + 1] = to + near end
    at = to
  end
end

local function instants(zone, pick)
  local list = {}
  around_changes(zone, list)
  while #list > 200 do
    list[pick.below(#list) + 1] = list[#list]
    list[#list] = nil
  end
  for _ = 1, 100 do list[#list + 1] = FIRST + (pick.below(65536) * 65536 + pick.below(65536)) % (LAST - FIRST) end
  return list
end

local function seconds_of(text)
  local sign, hours, minutes, seconds = text:match("^([+-])(%d%d):(%d%d):(%d%d)$")
  return (hours * 3600 + minutes * 60 + seconds) * (sign == "-" and -1 or 1)
end

-- What date of coreutils says: every offset of every { name =, at = { instants … } }, in one process.
local function offsets_by_date(cases, folder, variable)
  local script = {}
  for i, case in ipairs(cases) do
    local lines = {}
    for j, unix in ipairs(case.at) do lines[j] = ("@%d\n"):format(unix) end
    process.write(folder .. "/" .. i, table.concat(lines))
    script[i] = ("TZ=%s date -f %s/%d +%%::z"):format(process.quote(case.name), folder, i)
  end
  local out = process.run({ "sh", "-c", table.concat(script, "\n") }, { env = variable }).out
  local found = {}
  for line in out:gmatch "[^\n]+" do found[#found + 1] = seconds_of(line) end
  return found
end

local function compare(names, open, variable)
  local pick = random.picker(SEED)
  local cases, n = {}, 0
  for i, name in ipairs(names) do
    local zone = assert(open(name))
    cases[i] = { name = name, zone = zone, at = instants(zone, pick) }
    n = n + #cases[i].at
  end
  local expected = offsets_by_date(cases, tmp_dir.new(), variable)
  assert.equal(n, #expected)
  local k = 0
  for _, case in ipairs(cases) do
    for _, unix in ipairs(case.at) do
      k = k + 1
      if case.zone:offset(unix) ~= expected[k] then
        error(("%s at %d: %d, but date says %d (seed %d)"):format(case.name, unix, case.zone:offset(unix), expected[k],
          SEED))
      end
    end
  end
end

-- Runs f with time_zone reading its files from `folder`.
local function with_folder(folder, f)
  local folders = database.folders
  database.folders = function() return { folder } end
  local ran, reason = pcall(f)
  database.folders = folders
  if not ran then error(reason, 0) end
end

local function reason_of(name, terse)
  local zone, reason = time_zone.open(name, terse)
  assert.is_nil(zone)
  return reason
end

local function at(year, month, day, hour, min)
  return { year = year, month = month, day = day, hour = hour, min = min }
end

describe("ses.campaign.time_zone", function()
  after_each(tmp_dir.remove_all)

  it("agrees with date of coreutils on odd zones and drawn ones", function()
    local names, all, pick = {}, database.names(), random.picker(SEED)
    assert.is_true(#all > 400)
    for i, name in ipairs(ODD) do names[i] = name end
    for _ = 1, 30 do names[#names + 1] = pick.one(all) end
    compare(names, time_zone.open)
  end)

  it("reads files whose tables end early, as zic makes them where it is told to", function()
    local source = tmp_dir.new() .. "/zones"
    local folder = tmp_dir.new()
    process.write(source, [[
Rule Here 2000 max - Mar lastSun 1:00u 1:00 S
Rule Here 2000 max - Oct lastSun 1:00u 0 -
Rule Julian 2000 max - Mar 1 0:00 1:00 S
Rule Julian 2000 max - Nov 30 24:00 0 -
Zone Test/Slim 1:00 Here CE%sT
Zone Test/Julian -3:30 Julian JU%sT
Zone Test/Fixed 5:45 - FIX
]])
    assert.equal(0, process.run({ "/usr/sbin/zic", "-b", "slim", "-d", folder, source }).status)
    with_folder(folder, function()
      compare({ "Test/Slim", "Test/Julian", "Test/Fixed" }, time_zone.open, { TZDIR = folder })
    end)
  end)

  it("reads version 1 files, which have no rule", function()
    local text = process.read "/usr/share/zoneinfo/America/New_York"
    local cut = text:find("TZif", 5, true)
    local folder = tmp_dir.new()
    process.write(folder .. "/Old", "TZif\0" .. text:sub(6, cut - 1))
    with_folder(folder, function()
      local zone = assert(time_zone.open "Old")
      assert.equal(-5 * 3600, zone:offset(1769904000))
      assert.equal(-4 * 3600, zone:offset(1785542400))
      assert.equal(-5 * 3600, zone:offset(4102444800))
    end)
  end)

  it("follows rules as POSIX and RFC 8536 write them", function()
    local rule = require "ses.campaign.zone.rule"
    local function offset(text, ...)
      local _, _, east = assert(rule.parse(text), text):period(timestamp.days(...) * 86400)
      return east / 3600
    end
    assert.equal(-5, offset("EST5", 2040, 7, 1))
    assert.equal(-4, offset("EST5EDT,M3.2.0,M11.1.0", 2040, 7, 1))
    assert.equal(-3.5, offset("<-0330>3:30<-0230>,J60/-1,J300/167", 2040, 1, 1))
    assert.equal(-2.5, offset("<-0330>3:30<-0230>,J60/-1,J300/167", 2040, 3, 2))
    assert.equal(-4, offset("XXX3EDT4,0/0,J365/23", 2040, 1, 1))
    assert.equal(-4, offset("XXX3EDT4,0/0,J365/23", 2040, 12, 31))
    -- Day 60 of J is the first of March in every year, day 59 of the other form only where no leap day is.
    assert.equal(1, offset("AAA0BBB,J60/0,J300", 2041, 3, 1))
    assert.equal(0, offset("AAA0BBB,59/0,300", 2041, 2, 28))
    for _, text in ipairs { "", "CE", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "5" } do
      assert.is_nil(rule.parse(text), text)
    end
  end)

  it("finds the moment at which a clock shows a time", function()
    local berlin = assert(time_zone.open "Europe/Berlin")
    assert.equal(timestamp.parse "2026-12-01T08:00:00Z", berlin:to_unix(at(2026, 12, 1, 9, 0)))
    assert.equal(timestamp.parse "2026-07-01T07:00:00Z", berlin:to_unix(at(2026, 7, 1, 9, 0)))
    assert.equal("2026-12-01 09:00", berlin:text(berlin:to_unix(at(2026, 12, 1, 9, 0))))
  end)

  it("takes a time that a clock skips by the clock before", function()
    local berlin = assert(time_zone.open "Europe/Berlin")
    local unix = berlin:to_unix(at(2026, 3, 29, 2, 30))
    assert.equal(timestamp.parse "2026-03-29T01:30:00Z", unix)
    assert.equal("2026-03-29 03:30", berlin:text(unix))
    -- Samoa had no 30 December 2011.
    local apia = assert(time_zone.open "Pacific/Apia")
    assert.equal("2011-12-31 12:00", apia:text(apia:to_unix(at(2011, 12, 30, 12, 0))))
  end)

  it("takes the first of two times that a clock shows twice", function()
    local berlin = assert(time_zone.open "Europe/Berlin")
    assert.equal(timestamp.parse "2026-10-25T00:30:00Z", berlin:to_unix(at(2026, 10, 25, 2, 30)))
    local york = assert(time_zone.open "America/New_York")
    assert.equal(timestamp.parse "2026-11-01T05:30:00Z", york:to_unix(at(2026, 11, 1, 1, 30)))
  end)

  it("finds a moment again from what its clock shows, but for the second of two", function()
    local pick = random.picker(SEED)
    for _, name in ipairs(ODD) do
      local zone = time_zone.open(name)
      for _ = 1, 100 do
        local unix = (pick.below(60000) * 60000 + pick.below(60000)) % 4102444800
        local year, month, day, hour, min, sec = timestamp.iso8601(unix + zone:offset(unix)):match(
          "^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)")
        local fields = at(tonumber(year), tonumber(month), tonumber(day), tonumber(hour), tonumber(min))
        fields.sec = tonumber(sec)
        local found = zone:to_unix(fields)
        assert.is_true(found <= unix, name)
        assert.equal(unix + zone:offset(unix), found + zone:offset(found))
      end
    end
  end)

  it("knows UTC and offsets without any file", function()
    with_folder("/nonexistent", function()
      assert.equal(0, time_zone.open("UTC"):offset(1e9))
      assert.equal(2 * 3600, time_zone.open("+02:00"):offset(1e9))
      assert.equal(-(3 * 3600 + 1800), time_zone.open("-03:30"):offset(1e9))
      assert.equal(14 * 3600, time_zone.open("+14:00"):offset(1e9))
    end)
    for name, words in pairs {
      ["+2"] = "an offset is written as +02:00", ["+02:60"] = "an offset is written as +02:00",
      ["UTC+2"] = "an offset is written as +02:00", ["+14:01"] = "offsets lie between -14:00 and +14:00",
    } do
      local reason = reason_of(name)
      assert.is_truthy(reason:find("the time zone '" .. name .. "' is not known; " .. words, 1, true), reason)
    end
  end)

  it("suggests the zone that is meant", function()
    assert.equal("the time zone 'Europe/Berln' is not known; did you mean 'Europe/Berlin'?", reason_of "Europe/Berln")
    assert.equal("the time zone 'america/new_york' is not known; did you mean 'America/New_York'?",
      reason_of "america/new_york")
    assert.equal("the time zone 'utc' is not known; did you mean 'UTC'?", reason_of "utc")
    assert.equal("the time zone 'Europe/Berln' is not known", reason_of("Europe/Berln", true))
  end)

  it("opens nothing but zones", function()
    for _, name in ipairs {
      "Europe", "leapseconds", "localtime", "../zoneinfo/UTC", "/etc/passwd", "", "a b", "zone.tab",
    } do
      assert.is_nil(time_zone.open(name), name)
    end
    -- What is in a wrong column may be anybody's address or telephone number.
    for _, text in ipairs { "ann@shop.example", "+491701234567", "12 Main Street" } do
      assert.is_nil(reason_of(text):find(text, 1, true))
    end
  end)

  it("says where there is no database, and what Debian calls it", function()
    with_folder("/nonexistent", function()
      assert.equal("the time zone 'Europe/Berlin' is not known: this machine has no time zone database (looked in "
        .. "/nonexistent); on Debian it is the package tzdata", reason_of "Europe/Berlin")
    end)
  end)

  it("looks in TZDIR where that is set", function()
    local lua = _G.jit and "luajit" or "lua5.4"
    local run = process.run({ lua, "-e", "print(require('ses.campaign.time_zone').open 'Europe/Berlin')" },
      { env = { TZDIR = "/nonexistent" } })
    assert.is_truthy(run.out:find("looked in /nonexistent", 1, true), run.err)
  end)

  it("says where a zone is listed but not installed", function()
    local folder = tmp_dir.new()
    process.write(folder .. "/tzdata.zi", "Z Here/There 0 - UTC\nL Here/There US/Eastern\n")
    with_folder(folder, function()
      assert.is_truthy(reason_of("US/Eastern"):find("tzdata-legacy", 1, true))
    end)
  end)

  it("refuses damaged files, whatever is broken, and files that count leap seconds", function()
    local good = process.read "/usr/share/zoneinfo/Europe/Berlin"
    local folder = tmp_dir.new()
    local pick = random.picker(SEED)
    local function open(text)
      process.write(folder .. "/Broken", text)
      return time_zone.open "Broken"
    end
    with_folder(folder, function()
      for n = 0, #good - 30, 37 do assert.is_nil(open(good:sub(1, n)), n) end
      for _ = 1, 300 do
        local i = pick.below(#good) + 1
        -- Another offset or another time is no damage that can be seen; nothing may be raised.
        local zone = open(good:sub(1, i - 1) .. string.char(pick.below(256)) .. good:sub(i + 1))
        if zone then zone:offset(1e9) end
      end
    end)
    assert.equal("the file of the time zone 'right/Europe/Berlin' counts leap seconds, which unix time does not",
      reason_of "right/Europe/Berlin")
  end)
end)
