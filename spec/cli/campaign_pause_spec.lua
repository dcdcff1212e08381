-- A campaign at work is paused, slowed down and let go on, by other processes.
local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local postgres = require "spec.support.postgres"
local process = require "spec.support.process"

local READERS = 400

local function many()
  local lines = { "email,name" }
  for i = 1, READERS do lines[i + 1] = ("reader.%d@example.com,Reader %d"):format(i, i) end
  return table.concat(lines, "\n") .. "\n"
end

local function kind(name, processes, journal_of, missing)
  describe("ses campaign pause, resume and pace, with a journal in " .. name .. ",", function()
    local emulator, folder, journal, jobs, release

    setup(function()
      if missing then return end
      emulator = inbox.start { rate = 10000 }
    end)
    teardown(function()
      if emulator then emulator.stop() end
    end)

    before_each(function()
      if missing then return end
      folder, jobs = process.folder(), {}
      journal, release = journal_of(folder)
      process.write(folder .. "/people.csv", many())
      process.write(folder .. "/autumn.lua", ([[return {
        name = "autumn", audience = { csv = "people.csv", name = "name" }, pace = { rate = 25, concurrency = 10 },
        message = { from = "news@shop.example", subject = "Hello {{name}}", text = "Dear {{name}}" },
        journal = %q,
      }]]):format(journal))
    end)
    after_each(function()
      if missing then return end
      for _, job in ipairs(jobs) do
        if not job.over then job.signal "KILL" end
        job.remove()
      end
      if release then release() end
      process.remove(folder)
    end)

    local function begin()
      local job = process.start({ "build/ses", "campaign", "run", folder .. "/autumn.lua", "--no-progress" },
        { env = emulator.env })
      jobs[#jobs + 1] = job
    end

    -- Asks from a process that knows nothing of SES.
    local function ses(...)
      local argv = { "build/ses", "campaign" }
      for _, word in ipairs { ... } do argv[#argv + 1] = word end
      table.insert(argv, 4, folder .. "/autumn.lua")
      argv[#argv + 1] = "--json"
      local result = process.run(argv)
      assert.equal("", result.err)
      return json.decode(result.out)
    end

    local function sleep(seconds) os.execute("sleep " .. seconds) end

    it("stops all mail within a second, for whoever begins too, and loses and doubles none", function()
      if missing then return pending(missing) end
      local before = emulator.count()
      for _ = 1, processes do begin() end
      process.eventually(function() return emulator.count() > before + 20 end, 30)
      if processes > 1 then
        process.eventually(function() return ses("status").processes == processes end, 30)
      end

      local paused = ses "pause"
      assert.same({ true, true, processes }, { paused.changed, paused.paused, paused.processes })
      sleep(1)
      local stopped = emulator.count()
      assert.is_true(stopped < before + READERS, "the campaign was over before it was paused")
      if processes > 1 then begin() end
      sleep(1.5)
      assert.equal(stopped, emulator.count())
      local status = ses "status"
      assert.same({ "paused", stopped - before, READERS - stopped + before, 0, 0 },
        { status.standing, status.sent, status.pending, status.sending, status.in_doubt })

      -- 25 a second would be 37 and more.
      assert.equal(2, ses("pace", "2").set_rate)
      sleep(1)
      assert.is_true(ses("resume").changed)
      process.eventually(function() return emulator.count() > stopped end, 30)
      local slow = emulator.count()
      sleep(1.5)
      assert.is_true(emulator.count() <= slow + 8, ("%d mails more"):format(emulator.count() - slow))

      ses("pace", "2000")
      for _, job in ipairs(jobs) do
        assert.equal(0, job.wait(60), job.err())
        job.over = true
      end
      assert.equal(before + READERS, emulator.count())
      status = ses "status"
      assert.same({ "finished", READERS, 0, 0 }, { status.standing, status.sent, status.in_doubt, status.processes })

      local told = {}
      for _, line in ipairs(ses("report").logged) do told[line.kind] = (told[line.kind] or 0) + 1 end
      assert.is_true(told.pause >= 1 and told.resume >= 1 and told.rate >= 2, json.encode(told))
    end)
  end)
end

-- The processes are the same, whichever Lua this is.
if jit then return end

kind("SQLite", 1, function(folder) return folder .. "/j.sqlite3" end)

local server
kind("PostgreSQL", 2, function()
  server = postgres.start()
  return server.url(server.database()), server.stop
end, postgres.missing())
