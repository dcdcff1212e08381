-- A machine that lacks the time zones of a campaign's recipients, before the first mail and beside other machines.
local inbox = require "spec.support.inbox"
local postgres = require "spec.support.postgres"
local process = require "spec.support.process"

local WITHOUT_ZONES = { TZDIR = "/nonexistent" }

-- A minute of every hour that is half an hour away, so that it is not quiet now in a zone of whole hours.
local function quiet_hours()
  local minute = (tonumber(os.date "!%M") + 30) % 59
  return ('{ from = "00:%02d", to = "00:%02d" }'):format(minute, minute + 1)
end

local function kind(name, journal_of, missing)
  describe("ses campaign run on a machine without time zones, with a journal in " .. name .. ",", function()
    if missing then
      pending("not tried: " .. missing)
      return
    end
    local emulator, folder, journal, release
    setup(function() emulator = inbox.start {} end)
    teardown(function() emulator.stop() end)
    before_each(function()
      folder = process.folder()
      journal, release = journal_of(folder)
      process.write(folder .. "/people.csv", "email,zone\nann@example.com,Asia/Tokyo\nbob@example.com,Asia/Tokyo\n")
    end)
    after_each(function()
      if release then release() end
      process.remove(folder)
    end)

    local function run(schedule, env, ...)
      process.write(folder .. "/c.lua", ([[return {
        name = "autumn", audience = { csv = "people.csv", timezone = "zone" }, journal = %q, schedule = { %s },
        message = { from = "news@shop.example", subject = "Hello", text = "Hello" },
      }]]):format(journal, schedule))
      local all = {}
      for _, part in ipairs { emulator.env, env } do
        for key, value in pairs(part) do all[key] = value end
      end
      local before = emulator.count()
      local argv = { "build/ses", "campaign", "run", folder .. "/c.lua", "--no-progress", ... }
      local done = process.run(argv, { env = all })
      done.sent = emulator.count() - before
      return done
    end

    it("refuses to go on with what another machine has read, naming zone and file", function()
      local quiet = "quiet_hours = " .. quiet_hours()
      local first = run(quiet, {}, "--limit", "1")
      assert.same({ 0, 1 }, { first.status, first.sent }, first.err)
      local second = run(quiet, WITHOUT_ZONES)
      assert.same({ 1, 0 }, { second.status, second.sent })
      assert.matches("recipients wait for the quiet hours of the time zone 'Asia/Tokyo', which this machine does not "
        .. "know %(looked for /nonexistent/Asia/Tokyo%); on Debian it is in the package tzdata %(TimeZoneNotFound%)",
        second.err)
      -- A machine that knows the zone goes on.
      local third = run(quiet, {})
      assert.same({ 0, 1 }, { third.status, third.sent }, third.err)
    end)

    it("reads no audience for quiet hours that it cannot keep", function()
      local done = run("quiet_hours = " .. quiet_hours(), WITHOUT_ZONES)
      assert.same({ 1, 0 }, { done.status, done.sent })
      assert.matches("people.csv, row 2, field 'zone': the time zone 'Asia/Tokyo' is not known: this machine has no "
        .. "time zone database %(looked in /nonexistent%)", done.err)
    end)

    it("needs none where nothing is quiet", function()
      local done = run("", WITHOUT_ZONES)
      assert.same({ 0, 2 }, { done.status, done.sent }, done.err)
    end)
  end)
end

-- The processes are the same, whichever Lua this is.
if jit then return end

kind("SQLite", function(folder) return folder .. "/j.sqlite3" end)

local missing, server = postgres.missing(), nil
kind("PostgreSQL", function()
  server = postgres.start()
  return server.url(server.database()), server.stop
end, missing)
