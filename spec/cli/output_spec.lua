-- Where what a command prints goes to a pipe that nobody reads, or to a disk that is full.
local inbox = require "spec.support.inbox"
local journals = require "ses.campaign.journal"
local process = require "spec.support.process"

-- As a shell tells that SIGPIPE has ended a process.
local SIGPIPE = 141

describe("what the ses program prints", function()
  local emulator, folder

  setup(function()
    emulator = inbox.start { rate = 1000 }
    folder = process.folder()
    process.write(folder .. "/people.csv", "email\nann@example.com\nbob@example.com\n")
    for _, name in ipairs { "many", "run" } do
      process.write(("%s/%s.lua"):format(folder, name), ([[return {
        name = %q, audience = { csv = "people.csv" }, journal = %q,
        message = { from = "a@shop.example", subject = "x", text = "x" },
      }]]):format(name, ("%s/%s.sqlite3"):format(folder, name)))
    end
    local journal = assert(journals.open(folder .. "/many.sqlite3", { campaign = "many" }))
    local load = assert(journal:load())
    for i = 1, 20000 do assert(load:add { address = "p" .. i, row = i + 1, email = "p" .. i .. "@example.com" }) end
    assert(load:finish())
    journal:close()
  end)
  teardown(function()
    emulator.stop()
    process.remove(folder)
  end)

  local function bash(script)
    return process.run({ "env", "--default-signal=PIPE", "bash", "-c", script }, { env = emulator.env })
  end

  -- Runs a command whose standard output nobody reads any more. → its exit status, what it said on stderr
  local function unread(command, before)
    local done = bash(('exec 3> >(true); wait $!; %s build/ses %s >&3; echo $?'):format(before or "", command))
    return tonumber(done.out), done.err
  end

  it("ends in silence in the midst of a long list, and has written what was read", function()
    local done = bash("build/ses campaign export " .. folder .. "/many.lua | head -n 2; echo ${PIPESTATUS[@]}")
    assert.equal("", done.err)
    local lines = {}
    for line in done.out:gmatch "[^\r\n]+" do lines[#lines + 1] = line end
    assert.equal(3, #lines)
    assert.matches("^row,email,", lines[1])
    assert.matches("^2,p1@example.com,", lines[2])
    assert.equal(SIGPIPE .. " 0", lines[3])
  end)

  it("ends so in every command that prints", function()
    local commands = {
      "help", "--help", "version", "campaign --help", "call GetAccount", "identity dns lantern.example --help",
      "campaign status " .. folder .. "/many.lua", "campaign status --json " .. folder .. "/many.lua",
      "campaign report " .. folder .. "/many.lua", "campaign settle " .. folder .. "/many.lua",
      "campaign export --jsonl " .. folder .. "/many.lua", "campaign pause " .. folder .. "/many.lua",
    }
    for _, command in ipairs(commands) do
      assert.same({ command, SIGPIPE, "" }, { command, unread(command) })
    end
  end)

  it("is of no matter to the mail", function()
    local before = emulator.count()
    local status, err = unread "send --from a@shop.example --to ann@example.com --subject x --text x"
    assert.same({ SIGPIPE, "", before + 1 }, { status, err, emulator.count() })
    status, err = unread("campaign run --no-progress " .. folder .. "/run.lua")
    assert.same({ SIGPIPE, "", before + 3 }, { status, err, emulator.count() })
    local journal = assert(journals.open(folder .. "/run.sqlite3", { campaign = "run", read_only = true }))
    assert.equal(2, journal:counts().sent)
    journal:close()
  end)

  it("is complained of where SIGPIPE is to be ignored, or the disk is full", function()
    assert.same({ 1, "ses: cannot write to standard output: Broken pipe\n" }, { unread("help", "trap '' PIPE;") })
    for _, command in ipairs { "help", "call GetAccount", "campaign status " .. folder .. "/many.lua" } do
      local done = bash("build/ses " .. command .. " >/dev/full")
      assert.same({ command, 1, "ses: cannot write to standard output: No space left on device\n" },
        { command, done.status, done.err })
    end
    local done = bash("build/ses campaign export " .. folder .. "/many.lua >/dev/full")
    assert.equal(1, done.status)
    assert.matches("^ses campaign export: cannot write: No space left on device", done.err)
    assert.is_nil(done.err:find "\n.")
  end)
end)
