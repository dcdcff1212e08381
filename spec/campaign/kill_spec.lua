local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local process = require "spec.support.process"
local sqlite = require "ses.adapters.sqlite"

local KILLS = 10

-- How many mails each normalised address has, by the emulator's account.
local function mails_by_address(emulator)
  local n = {}
  for _, mail in ipairs(emulator.messages()) do
    for _, to in ipairs(mail.to) do
      local key = (to:match("<([^<>]+)>%s*$") or to):lower()
      n[key] = (n[key] or 0) + 1
    end
  end
  return n
end

describe("a campaign that is killed", function()
  local emulator, folder

  setup(function()
    -- Slow enough that every run is still sending when it is killed.
    emulator = inbox.start { rate = 80 }
    folder = process.folder()
  end)
  teardown(function()
    emulator.stop()
    process.remove(folder)
  end)

  it("by SIGKILL ten times at random moments, and run again, writes to nobody twice and forgets nobody", function()
    local argv = {
      "build/ses", "campaign", "run", "examples/newsletter/campaign.lua", "--no-progress", "--journal",
      folder .. "/journal.sqlite3",
    }
    local suppress = { EmailAddress = "unsubscribed@readers.test", Reason = "COMPLAINT" }
    for _, words in ipairs {
      { "build/ses", "examples/newsletter/upload_template.lua" },
      { "build/ses", "call", "PutSuppressedDestination", assert(json.encode(suppress)) },
    } do
      assert.equal(0, process.run(words, { env = emulator.env }).status)
    end

    for _ = 1, KILLS do
      local before = emulator.count()
      -- Some are cut off before the first mail, while the audience is read; most amid the sending.
      local target = math.random(4) == 1 and 0 or math.random(60)
      local job = process.start(argv, { env = emulator.env })
      local patience = math.random(20)
      process.eventually(function()
        patience = patience - 1
        if target == 0 then return patience <= 0 end
        return emulator.count() >= before + target
      end, 60)
      job.signal "KILL"
      assert.equal(137, job.wait(20))
      job.remove()
    end

    local last = process.run(argv, { env = emulator.env })
    assert.equal("", last.err)
    assert.equal(0, last.status)

    local n = mails_by_address(emulator)
    local db = assert(sqlite.open(folder .. "/journal.sqlite3"))
    local seen = { sent = 0, in_doubt = 0, failed = 0, suppressed = 0 }
    local mails = 0
    assert(db:each("SELECT address, state, row FROM recipients", function(row)
      local had = n[row.address] or 0
      n[row.address] = nil
      mails = mails + had
      seen[row.state] = assert(seen[row.state], row.state) + 1
      local where = ("row %d is %s and has %d mails"):format(row.row, row.state, had)
      if row.state == "sent" then
        assert.equal(1, had, where)
      elseif row.state == "in_doubt" then
        assert.is_true(had <= 1, where)
      else
        assert.equal(0, had, where)
      end
    end))
    db:close()
    assert.is_nil(next(n), "a mail went to somebody who is not in the journal")
    assert.equal(2, seen.failed)
    assert.equal(1, seen.suppressed)
    assert.equal(996, seen.sent + seen.in_doubt)
    assert.is_true(mails >= seen.sent and mails <= 996)
    -- Nobody is in doubt who was not in flight: at 80 a second a call carries eight, and a few are under way at once.
    assert.is_true(seen.in_doubt <= 5 * 8 * KILLS, seen.in_doubt)
  end)
end)
