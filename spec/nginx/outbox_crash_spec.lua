-- The outbox of nginx while its workers are killed and nginx is reloaded: OUTBOX_MAILS=10000 OUTBOX_SEED=n.
local inbox = require "spec.support.inbox"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local sqlite = require "ses.adapters.sqlite"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

local MAILS = tonumber(os.getenv "OUTBOX_MAILS") or 1000
local SEED = tonumber(os.getenv "OUTBOX_SEED") or os.time()
local POSTERS = 10
local RELOADS = MAILS > 1000 and math.max(5, MAILS / 2000) or 2
local KILLS = math.max(4, MAILS / 500)

describe("the outbox of nginx, while workers are killed and nginx is reloaded (seed " .. SEED .. "),", function()
  local emulator, folder, running, jobs

  setup(function()
    math.randomseed(SEED)
    folder, jobs = process.folder(), {}
    emulator = inbox.start { rate = 1000000, daily = -1 }
    running = relay.start { client = emulator.client, file = folder .. "/outbox.db" }
  end)
  teardown(function()
    for _, job in ipairs(jobs) do
      if not job.ended then job.signal "TERM" end
      job.remove()
    end
    running.stop()
    emulator.stop()
    process.remove(folder)
  end)

  local function query(sql)
    local db = assert(sqlite.open(folder .. "/outbox.db"))
    local rows = assert(db:rows(sql))
    db:close()
    return rows
  end

  local function log_of(i) return ("%s/%d.log"):format(folder, i) end

  local function start_posters()
    local share = MAILS / POSTERS
    for i = 1, POSTERS do
      process.write(log_of(i), "")
      jobs[i] = process.start {
        "luajit", "spec/support/relay_poster.lua", running.port, (i - 1) * share + 1, i * share, log_of(i),
      }
    end
  end

  local function answered() return tonumber(process.shell("cat " .. folder .. "/*.log | wc -l")) end

  local function kill(pid)
    if pid then process.shell(("kill -KILL %d 2>/dev/null"):format(pid)) end
  end

  local function kill_sender()
    kill(tonumber((query("SELECT process FROM lease")[1].process or ""):match "/(%d+)/"))
  end

  local function kill_any()
    local pids = running.worker_pids()
    kill(pids[math.random(#pids)])
  end

  -- The events, in an order of chance, spread over the time that the mails take.
  local function disturb()
    local events = {}
    for _ = 1, RELOADS do events[#events + 1] = function() running.signal "HUP" end end
    for i = 1, KILLS do events[#events + 1] = i % 2 == 0 and kill_any or kill_sender end
    for i = #events, 2, -1 do
      local j = math.random(i)
      events[i], events[j] = events[j], events[i]
    end
    for i, event in ipairs(events) do
      process.eventually(function() return answered() >= MAILS * i / (#events + 1) end, 300)
      event()
    end
  end

  -- → list of { n =, status =, id = }
  local function answers()
    local list = {}
    for i = 1, POSTERS do
      for n, status, id in process.read(log_of(i)):gmatch "(%d+) (%w+) (%S+)\n" do
        list[#list + 1] = { n = tonumber(n), status = status, id = id }
      end
    end
    return list
  end

  it("loses no mail that was accepted, sends none twice, and names what is in doubt", function()
    start_posters()
    disturb()
    for _, job in ipairs(jobs) do
      assert.equal(0, job.wait(300), job.err())
      job.ended = true
    end
    process.eventually(function()
      local row = query "SELECT sum(mails) AS n FROM counts WHERE state IN ('queued', 'sending')"[1]
      return row.n == 0
    end, 300)
    local states, doubts = {}, 0
    for _, row in ipairs(query "SELECT id, state FROM mails") do states[row.id] = row.state end
    -- The emulator writes its inbox in groups: the last ones may be some time coming.
    os.execute "sleep 0.5"
    local come, log = emulator.times_come(), running.error_log()
    local accepted, unanswered, missing = 0, 0, 0
    for _, answer in ipairs(answers()) do
      local n = come[("n%d@example.com"):format(answer.n)] or 0
      assert.is_true(n <= 1, ("mail %d came %d times"):format(answer.n, n))
      if answer.status == "202" then
        accepted = accepted + 1
        local state = states[answer.id]
        if state == "in_doubt" then
          doubts, missing = doubts + 1, missing + 1 - n
          assert.is_truthy(log:find(answer.id, 1, true), "a mail in doubt is not named")
        else
          assert.same({ answer.n, "sent", 1 }, { answer.n, state, n })
        end
      else
        unanswered = unanswered + 1
        assert.equal("none", answer.status)
      end
    end
    local counts = running.counts()
    assert.is_true(doubts <= KILLS * 10 and counts.in_doubt >= doubts, doubts)
    assert.is_nil(log:find("@example.com", 1, true))
    if os.getenv "OUTBOX_MAILS" then
      print(("\n%d mails posted, %d reloads, %d kills (seed %d): %d accepted, %d of them came once and are sent,"
        .. " %d are in doubt (%d did not come); %d had no answer; none came twice"):format(MAILS, RELOADS, KILLS,
        SEED, accepted, accepted - doubts, doubts, missing, unanswered))
    end
  end)
end)
