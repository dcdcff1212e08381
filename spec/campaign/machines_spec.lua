local machines = require "spec.support.machines"
local postgres = require "spec.support.postgres"
local process = require "spec.support.process"
local random = require "spec.support.random"

-- `make chaos` has more of everything.
local MANY = tonumber(os.getenv "CHAOS_RECIPIENTS")
local SEED = tonumber(os.getenv "CHAOS_SEED") or 20261124
local NAMES = { "a", "b", "c", "d" }

describe("a campaign on many machines", function()
  if postgres.missing() then
    pending("not tried: " .. postgres.missing())
    return
  end

  local lab
  after_each(function()
    if lab then lab:stop() end
    lab = nil
  end)

  local function count(list, value)
    local n = 0
    for _, each in pairs(list) do n = n + (each == value and 1 or 0) end
    return n
  end

  -- What must be true of every recipient, whatever happened on the way.
  local function check(recipients)
    local states, mails = lab:states(), lab:mails()
    local n = 0
    for address, state in pairs(states) do
      n = n + 1
      local had = mails[address] or 0
      mails[address] = nil
      local where = ("%s is %s and has %d mails"):format(address, state, had)
      if state == "sent" then
        assert.equal(1, had, where)
      else
        assert.equal("in_doubt", state, where)
        assert.is_true(had <= 1, where)
      end
    end
    assert.equal(recipients, n)
    assert.is_nil(next(mails), "a mail went to somebody who is not in the journal")
    return states
  end

  -- Starts again whoever did not come to the campaign's end. Whether somebody did.
  local function restart()
    local finished = false
    for _, name in ipairs(NAMES) do
      local status = lab:status(name)
      if status == 0 then
        finished = true
      elseif status then
        lab:start(name)
      end
    end
    return finished
  end

  local function wait_for_all(seconds)
    process.eventually(function()
      restart()
      for _, name in ipairs(NAMES) do
        if lab:status(name) ~= 0 then return false end
      end
      return true
    end, seconds)
  end

  it("writes to nobody twice and forgets nobody, whoever is killed, stopped or cut off", function()
    -- The processes are the same, whichever Lua this is.
    local recipients = MANY or (jit and 500 or 2000)
    io.stderr:write("CHAOS_SEED=", SEED, "\n")
    local pick = random.picker(SEED)
    lab = machines.new { recipients = recipients, rate = 500, concurrency = 12, lease = 1 }
    local emulator = lab.emulator
    emulator.fail { operation = "SendEmail", probability = 0.01, status = 429, code = "TooManyRequestsException",
      message = "Maximum sending rate exceeded." }
    emulator.fail { operation = "SendEmail", probability = 0.005, close = true }
    for _, name in ipairs(NAMES) do lab:start(name) end

    -- In turn: what happens when so many mails have arrived.
    local at, database_at, kills = 0, recipients * 0.4, 0
    while at < recipients * 0.9 do
      at = at + recipients / (MANY and 100 or 16) * (1 + pick.below(3)) / 2
      process.eventually(function() return restart() or emulator.count() >= at end, 120)
      local name = pick.one(NAMES)
      if at >= database_at then
        database_at = math.huge
        lab.server.stop_server "immediate"
        lab.server.start_server()
      elseif pick.chance(20) then
        -- Asleep for longer than its lease, and then awake again, in the middle of whatever it was at.
        lab:signal(name, "STOP")
        process.shell "sleep 1.5"
        lab:signal(name, "CONT")
      else
        lab:signal(name, "KILL")
        kills = kills + 1
      end
    end
    wait_for_all(120)

    local states = check(recipients)
    assert.is_true(kills >= 3)
    local doubts = count(states, "in_doubt")
    -- Nobody is in doubt who was not in flight, or whose connection was not cut.
    assert.is_true(doubts < recipients * 0.03 + (kills + 8) * 12, doubts)
    io.stderr:write(("%d recipients, %d kills: %d sent, %d in doubt\n"):format(recipients, kills, recipients - doubts,
      doubts))
  end)

  it("waits while the database is gone, sends nothing that is not journaled, and goes on by itself", function()
    local down = MANY and 10 or 2
    lab = machines.new { recipients = 400, rate = 100, concurrency = 10, lease = 5 }
    lab:start "a"
    lab:start "b"
    process.eventually(function() return lab.emulator.count() >= 40 end, 60)
    lab.server.stop_server()
    process.shell "sleep 0.5"
    local before = lab.emulator.count()
    process.shell("sleep " .. down)
    assert.equal(before, lab.emulator.count())
    lab.server.start_server()
    for _, name in ipairs { "a", "b" } do
      process.eventually(function() return lab:status(name) end, 60)
      assert.equal(0, lab:status(name), lab.workers[name].err())
      assert.matches("the journal's database could not be reached %d+ times?; nothing was sent meanwhile",
        lab.workers[name].out())
    end
    assert.equal(400, count(check(400), "sent"))
  end)

  it("tells the database's password to nobody", function()
    lab = machines.new { recipients = 3, rate = 100, concurrency = 2, lease = 5 }
    local url = lab.journal:gsub("//ses@", "//ses:hunter2@")
    local file = lab.folder .. "/campaign.lua"
    local function run(...)
      return process.run({ "build/ses", "campaign", ... }, { env = lab.emulator.env })
    end
    local results = {
      run("run", file, "--dry-run", "--journal", url), run("run", file, "--limit", "1", "--journal", url),
      run("run", file, "--json", "--journal", url), run("status", file, "--journal", url),
      run("run", file, "--journal", "postgres://ses:hunter2@127.0.0.1:1/x"),
      run("run", file, "--journal", "postgres://ses:hunter2@db/x?lease=2"),
    }
    for i, result in ipairs(results) do
      assert.equal(i <= 4 and 0 or 1, result.status, result.err)
      assert.is_nil((result.out .. result.err):find("hunter2", 1, true), result.out .. result.err)
    end
    assert.matches("To go on: ses campaign run .* %-%-journal 'postgres://ses@/", results[2].out)
    assert.equal(3, lab.emulator.count())
  end)

  -- The processes are the same, whichever Lua this is: on one of them they use SendEmail, on the other SendBulkEmail.
  it(("shares one rate, by %s"):format(jit and "SendBulkEmail" or "SendEmail"), function()
    local rate = MANY and 500 or 100
    local a_call = jit and rate / 10 or 1
    for _, workers in ipairs(MANY and { 1, 2, 4 } or { 3 }) do
      lab = machines.new { recipients = rate * (MANY and 20 or 4), rate = rate * 10, pace = rate,
        concurrency = MANY and 200 or 40, lease = 5, template = jit ~= nil }
      for i = 1, workers do lab:start(NAMES[i]) end
      for i = 1, workers do
        process.eventually(function() return lab:status(NAMES[i]) end, 120)
        assert.equal(0, lab:status(NAMES[i]), lab.workers[NAMES[i]].err())
      end
      local times = {}
      for i, mail in ipairs(lab.emulator.all()) do times[i] = mail.time end
      table.sort(times)
      -- All in all no more than the rate allows; and that much from when all are under way until the first ends.
      assert.is_true((#times - a_call) / (times[#times] - times[1]) <= rate * 1.02)
      local from, to, n = times[1] + (MANY and 2 or 1), times[#times] - (MANY and 2 or 0.5), 0
      for _, time in ipairs(times) do n = n + (time >= from and time < to and 1 or 0) end
      local found = n / (to - from)
      io.stderr:write(("%d processes under %d a second: %.1f\n"):format(workers, rate, found))
      assert.is_true(found <= rate * (MANY and 1.02 or 1.1), found)
      assert.is_true(found >= rate * (MANY and 0.98 or 0.8), found)
      lab:stop()
      lab = nil
    end
  end)
end)
