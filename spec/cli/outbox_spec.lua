local json = require "ses.model.json"
local outbox_sqlite = require "ses.adapters.outbox_sqlite"
local process = require "spec.support.process"

describe("ses outbox", function()
  local folder, path

  before_each(function()
    folder = process.folder()
    path = folder .. "/outbox.db"
    local outbox, entries, results = assert(outbox_sqlite.open(path)), {}, {}
    for i = 1, 4 do entries[i] = { id = "0" .. i, body = "{}" } end
    assert(outbox:put(entries, { mails = 9, bytes = 999 }))
    assert(outbox:take("me", 1))
    assert(outbox:work("me", {}, 3))
    for i = 1, 2 do results[i] = { n = i, state = "in_doubt", code = "ConnectionReset" } end
    results[3] = { n = 3, state = "sent" }
    assert(outbox:release("me", results))
    outbox:close()
  end)
  after_each(function() process.remove(folder) end)

  local function ses(...) return process.run { "build/ses", "outbox", path, ... } end

  it("lists what there is, and what is in doubt", function()
    local ran = ses()
    assert.same({ 0, "" }, { ran.status, ran.err })
    assert.matches("^queued    1\nsending   0\nsent      1\nfailed    0\nin doubt  2\n\nIn doubt:\n"
      .. "  01  accepted %d+%-%d+%-%d+ %d+:%d+:%d+ UTC\n  02 ", ran.out)
    local found = json.decode(ses("--json").out)
    assert.same({ 1, 2, "01" }, { found.counts.queued, #found.in_doubt, found.in_doubt[1].id })
  end)

  it("settles what is in doubt", function()
    local ran = ses("--sent", "01", "--again", "all")
    assert.same({ 0, "01 is settled as sent\n02 is queued again\n", "" }, { ran.status, ran.out, ran.err })
    local outbox = assert(outbox_sqlite.open(path))
    local states = outbox:states { "01", "02" }
    assert.same({ "sent", "queued", 0 }, { states["01"].state, states["02"].state, outbox:counts().in_doubt })
    outbox:close()
  end)

  it("says what is wrong", function()
    local ran = ses("--sent", "03")
    assert.equal(1, ran.status)
    assert.matches("03 is no mail in doubt", ran.err)
    ran = process.run { "build/ses", "outbox", folder .. "/none.db" }
    assert.equal(1, ran.status)
    assert.matches("none.db: there is no such outbox", ran.err)
    assert.equal("", process.shell("ls " .. folder .. "/none.db 2>/dev/null"))
    assert.equal(2, ses("--json", "--sent", "01").status)
  end)
end)
