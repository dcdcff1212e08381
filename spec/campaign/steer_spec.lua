-- Pause, another rate and the daily quota, told to processes that are at work on one campaign.
local kept_quota = require "ses.campaign.kept_quota"
local machines = require "spec.support.machines"
local postgres = require "spec.support.postgres"
local process = require "spec.support.process"

describe("a campaign that is steered while many machines send", function()
  if postgres.missing() then
    pending("not tried: " .. postgres.missing())
    return
  end

  local lab
  after_each(function()
    if lab then lab:stop() end
    lab = nil
  end)

  local function wait_for(...)
    for _, name in ipairs { ... } do
      process.eventually(function() return lab:status(name) end, 120)
      assert.equal(0, lab:status(name), lab.workers[name].err() .. lab.workers[name].out())
    end
  end

  -- Everybody has one mail, and stands as sent.
  local function check(recipients)
    local states, mails, n = lab:states(), lab:mails(), 0
    for address, state in pairs(states) do
      n = n + 1
      assert.same({ address, "sent", 1 }, { address, state, mails[address] })
    end
    assert.equal(recipients, n)
  end

  local function arrivals()
    local times = {}
    for i, mail in ipairs(lab.emulator.all()) do times[i] = mail.time end
    table.sort(times)
    return times
  end

  it("leaves nothing after a pause, goes on with all of it, and follows another rate", function()
    lab = machines.new { recipients = 300, rate = 1000, pace = 40, concurrency = 8, lease = 1 }
    lab:start "a"
    lab:start "b"
    process.eventually(function() return lab.emulator.count() >= 20 end, 60)
    lab:control(function(journal) assert(journal:set_control { paused = true }) end)
    local paused_at = tonumber(process.shell "date +%s.%N")
    -- Longer than a lease: nobody is taken for dead by it.
    process.shell "sleep 2"
    local before = lab.emulator.count()
    local last = arrivals()
    assert.is_true(before < 200)
    assert.is_true(last[#last] < paused_at + 1, last[#last] - paused_at)
    local counts = lab:control(function(journal) return assert(journal:counts()) end)
    assert.same({ before, 300 - before, 0, 0 }, { counts.sent, counts.pending, counts.sending, counts.in_doubt })
    -- One that is begun meanwhile waits, too.
    lab:start "c"
    process.shell "sleep 1"
    assert.is_nil(lab:status "c")
    assert.equal(before, lab.emulator.count())

    lab:control(function(journal) assert(journal:set_control { paused = false, rate = 200 }) end)
    wait_for("a", "b", "c")
    check(300)
    local times = arrivals()
    local rest = 300 - before
    -- At 40 a second it would take five times as long.
    assert.is_true(times[300] - times[before + 1] < rest / 40 * 0.7, times[300] - times[before + 1])
    for _, name in ipairs { "a", "b", "c" } do assert.matches("finished", lab.workers[name].out()) end
  end)

  it("sends no more than the daily quota, and goes on by itself when there is more", function()
    lab = machines.new { recipients = 200, rate = 500, daily = 60, concurrency = 8, lease = 5, daily_quota = "wait" }
    lab:start_program "a"
    lab:start_program "b"
    process.eventually(function() return lab.emulator.count() >= 60 end, 60)
    process.shell "sleep 2"
    assert.equal(60, lab.emulator.count())
    local counts = lab:control(function(journal) return assert(journal:counts()) end)
    assert.same({ 60, 140, 0, 0, 0 }, { counts.sent, counts.pending, counts.sending, counts.failed, counts.in_doubt })
    assert.is_nil(lab:status "a" or lab:status "b")
    -- What they know of the account is there for whoever asks how the campaign stands.
    local known = lab:control(function(journal) return assert(kept_quota.read(journal, os.time())) end)
    assert.same({ 500, 60 }, { known.rate, known.quota.most })
    lab.emulator.limits { daily = 1000 }
    wait_for("a", "b")
    check(200)
    local kinds = {}
    for _, line in ipairs(lab:control(function(journal) return assert(journal:logged()) end)) do
      kinds[line.kind .. ": " .. line.text:match "^[^,]*"] = true
    end
    assert.is_true(kinds["quota: the account's quota of 60 mails in 24 hours is used up"])
    assert.is_true(kinds["quota: goes on"])
  end)
end)
