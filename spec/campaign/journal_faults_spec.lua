-- A campaign as a real process whose journal cannot be written any more.
local inbox = require "spec.support.inbox"
local process = require "spec.support.process"
local small_disk = require "spec.support.small_disk"
local sqlite = require "ses.adapters.sqlite"

local RECIPIENTS = 1500

local CAMPAIGN = [[
return {
  name = "autumn",
  audience = { csv = "recipients.csv", email = "email" },
  message = { from = "news@shop.example", subject = "Number {{n}}", text = "Dear number {{n}}." },
  pace = { concurrency = 16, rate = 1000 },
}
]]

local TROUBLE = {
  [false] = "the journal's disk is full, nothing is sent until there is room",
  [true] = "the journal cannot be written, nothing is sent until it can",
}

describe("a campaign whose journal fails", function()
  local emulator, folder
  local round = 0

  setup(function() emulator = inbox.start { rate = 100000 } end)
  teardown(function() emulator.stop() end)
  before_each(function()
    folder, round = process.folder(), round + 1
    local lines = { "email,n" }
    for n = 1, RECIPIENTS do lines[n + 1] = ("reader.%d@%d.example,%d"):format(n, round, n) end
    process.write(folder .. "/recipients.csv", table.concat(lines, "\n") .. "\n")
    process.write(folder .. "/campaign.lua", CAMPAIGN)
  end)
  after_each(function() process.remove(folder) end)

  local function argv(journal, ...)
    return { "build/ses", "campaign", "run", folder .. "/campaign.lua", "--journal", journal, ... }
  end

  -- The state of each recipient, by address.
  local function states(journal)
    local db, of = assert(sqlite.open(journal)), {}
    assert(db:each("SELECT address, state FROM recipients", function(row) of[row.address] = row.state end))
    db:close()
    return of
  end

  -- How many mails each has that this campaign wrote to, by address.
  local function mails()
    local n = {}
    for _, mail in ipairs(emulator.all()) do
      local address = mail.to[1]
      if address:find("@" .. round .. ".example", 1, true) then n[address] = (n[address] or 0) + 1 end
    end
    return n
  end

  -- What a user without rights to the folder is told; root, who has rights to everything, becomes another user.
  local function run_without_rights(journal)
    local words = argv(journal)
    if process.shell "id -u" == "0" then
      process.shell(("chmod 755 %s && cp build/ses %s/ses"):format(folder, folder))
      words[1] = folder .. "/ses"
      for i, word in ipairs { "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups" } do
        table.insert(words, i, word)
      end
    else
      process.shell(("chmod a-w %s %s"):format(folder, journal))
    end
    local ran = process.run(words, { env = emulator.env })
    process.shell("chmod u+w " .. folder .. " " .. journal)
    return ran
  end

  -- A campaign of which one mail has left.
  local function begun()
    local journal = folder .. "/journal.sqlite3"
    local first = process.run(argv(journal, "--limit", "1"), { env = emulator.env })
    assert.equal("sent", states(journal)["reader.1@" .. round .. ".example"], first.err)
    return journal
  end

  it("says that it may not write to the journal, before any mail", function()
    local journal = begun()
    local count = emulator.count()
    local ran = run_without_rights(journal)
    assert.not_equal(0, ran.status)
    assert.matches(journal .. ": the journal cannot be written (", ran.err, 1, true)
    assert.matches("let this user write to the file and to its folder (JournalReadOnly)", ran.err, 1, true)
    assert.equal(count, emulator.count())
  end)

  it("says that the journal is damaged, before any mail, and leaves it as it is", function()
    local journal = begun()
    local count = emulator.count()
    local file = assert(io.open(journal, "r+b"))
    file:seek("set", 3 * 4096)
    file:write(("damage "):rep(3000))
    file:close()
    local damaged = process.read(journal)
    local ran = process.run(argv(journal), { env = emulator.env })
    assert.not_equal(0, ran.status)
    assert.matches("the journal is damaged", ran.err)
    assert.matches("a new journal would write to everybody again", ran.err)
    assert.equal(count, emulator.count())
    assert.is_true(damaged == process.read(journal))
  end)

  it("waits while the disk is full, has journaled every mail that left, and goes on by itself", function()
    local disk = small_disk.new(folder .. "/disk")
    finally(disk.remove)
    local journal = folder .. "/disk/journal.sqlite3"
    local words = {}
    for _, word in ipairs(disk.words) do words[#words + 1] = word end
    for _, word in ipairs(argv(journal)) do words[#words + 1] = word end
    local job = process.start(words, { env = emulator.env })
    process.eventually(function() return (job.out() .. job.err()):find(TROUBLE[disk.failed], 1, true) end, 40)
    -- Nothing leaves any more, and the journal knows of every mail that has left.
    local of, count = states(journal), 0
    for address in pairs(mails()) do
      assert.is_true(of[address] == "sending" or of[address] == "sent", of[address])
      count = count + 1
    end
    assert.is_true(count > 0 and count < RECIPIENTS, count)
    disk.grow(job.pid)
    assert.equal(0, job.wait(60), job.err())
    assert.matches("the journal[%a' ]+1 time; nothing was sent meanwhile", job.out() .. job.err())
    job.remove()
    local n = mails()
    for address, state in pairs(states(journal)) do assert.same({ "sent", 1 }, { state, n[address] }) end
  end)
end)
