local core = require "ses.core"
local outbox_sqlite = require "ses.adapters.outbox_sqlite"
local process = require "spec.support.process"
local sqlite = require "ses.adapters.sqlite"

local LIMITS = { mails = 100, bytes = 100000 }
local DAY = 86400

describe("an outbox in an SQLite file", function()
  local folder, path, outbox
  local pid = tonumber(process.read("/proc/self/stat"):match "^%d+")

  before_each(function()
    folder = process.folder()
    path = folder .. "/outbox.db"
    outbox = assert(outbox_sqlite.open(path))
  end)
  after_each(function()
    outbox:close()
    process.remove(folder)
  end)

  local function put(id, more)
    local entry = { id = id, body = '{"id":"' .. id .. '"}' }
    for name, value in pairs(more or {}) do entry[name] = value end
    return assert(outbox:put({ entry }, LIMITS))[1]
  end

  local function state(id) return (assert(outbox:states { id })[id] or {}).state end

  -- What `more` claims, by ids.
  local function claim(owner, most, results)
    local ids = {}
    for i, mail in ipairs(assert(outbox:work(owner, results or {}, most)).mails) do ids[i] = mail.id end
    return ids
  end

  -- Sets the clock of a mail back.
  local function age(column, id, seconds)
    local db = assert(sqlite.open(path))
    assert(db:exec(("UPDATE mails SET %s = %s - %d WHERE id = '%s'"):format(column, column, seconds, id)))
    db:close()
  end

  it("keeps mails for its owner's eyes alone, also in what SQLite puts beside it", function()
    put "a"
    assert.equal("600\n600\n600", process.shell("stat -c %a " .. path .. "*"))
    assert.is_true(process.shell("strings " .. path .. "*"):find('{"id":"a"}', 1, true) ~= nil)
  end)

  it("refuses a file that others may read, and a folder where all may write", function()
    process.write(folder .. "/open.db", "")
    process.shell("chmod 644 " .. folder .. "/open.db")
    local opened, err = outbox_sqlite.open(folder .. "/open.db")
    assert.same({ nil, "OutboxNotPrivate" }, { opened, err.code })
    assert.matches("chmod 600", err.message)
    process.shell("mkdir " .. folder .. "/all && chmod 777 " .. folder .. "/all")
    assert.equal("OutboxNotPrivate", select(2, outbox_sqlite.open(folder .. "/all/outbox.db")).code)
    assert.equal("DatabaseNotOpened", select(2, outbox_sqlite.open(folder .. "/none/outbox.db")).code)
    assert.equal("NotFound", select(2, outbox_sqlite.open(folder .. "/other.db", { must_exist = true })).code)
  end)

  it("brings each commit to the disk, and says where that failed that the mail may be there", function()
    local sync, synced = core.private_file.sync, {}
    finally(function() core.private_file.sync = sync end)
    core.private_file.sync = function(name)
      synced[#synced + 1] = name
      return sync(name)
    end
    put "a"
    assert(outbox:take("me", pid))
    claim("me", 1)
    assert.same({ path .. "-wal", path .. "-wal", path .. "-wal" }, synced)
    core.private_file.sync = function() return nil, { status = "io", message = "no disk" } end
    local results, err = outbox:put({ { id = "b", body = "b" } }, LIMITS)
    assert.same({ nil, "DiskFailed", true }, { results, err.code, err.in_doubt })
  end)

  it("gives mails in the order in which they came, each once", function()
    for i = 1, 5 do put("id" .. i) end
    assert.same({}, assert(outbox:take("me", pid)))
    assert.same({ "id1", "id2" }, claim("me", 2))
    assert.same({ "id3", "id4", "id5" }, claim("me", 10))
    assert.same({}, claim("me", 10))
    assert.same({ queued = 0, sending = 5, sent = 0, failed = 0, in_doubt = 0, bytes = 5 * #'{"id":"id1"}' },
      outbox:counts())
  end)

  it("deletes the content of what is sent or has failed, from the file too", function()
    put("a", { body = "secret words of a mail" })
    put("b", { body = "secret words of another" })
    assert(outbox:take("me", pid))
    claim("me", 2)
    claim("me", 0, {
      { n = 1, state = "sent", message_id = "m-1" }, { n = 2, state = "failed", code = "MessageRejected" },
    })
    local found = outbox:states { "a", "b", "c" }
    assert.same({ "sent", "m-1", 1 }, { found.a.state, found.a.message_id, found.a.attempts })
    assert.same({ "failed", "MessageRejected" }, { found.b.state, found.b.code })
    assert.is_nil(found.c)
    assert.equal(0, outbox:counts().bytes)
    -- A checkpoint at its end, and the WAL with it.
    outbox:close()
    assert.is_nil(process.read(path):find("secret words", 1, true))
    outbox = assert(outbox_sqlite.open(path))
    assert.equal(2, outbox:counts().sent + outbox:counts().failed)
  end)

  it("puts off what is to be tried later", function()
    put "a"
    put "b"
    assert(outbox:take("me", pid))
    claim("me", 1)
    local found = assert(outbox:work("me", { { n = 1, state = "queued", wait = 60, code = "ServiceUnavailable" } }, 0))
    assert.equal(0, found.wait)
    assert.same({ "b" }, claim("me", 9))
    assert.is_true(math.abs(assert(outbox:work("me", {}, 9)).wait - 60) < 5)
    assert.same({ "queued", 1, "ServiceUnavailable" },
      { state "a", outbox:states({ "a" }).a.attempts, outbox:states({ "a" }).a.code })
    age("due", "a", 60)
    assert.same({ "a" }, claim("me", 9))
    claim("me", 0, { { n = 1, state = "queued", untried = true } })
    assert.equal(1, outbox:states({ "a" }).a.attempts)
  end)

  it("takes as many mails and bytes as it may, and more when they have left", function()
    local entries = {}
    for i = 1, 4 do entries[i] = { id = "id" .. i, body = "12345" } end
    local results = assert(outbox:put(entries, { mails = 3, bytes = 1000 }))
    assert.same({ { id = "id1" }, { id = "id2" }, { id = "id3" }, { full = true } }, results)
    assert.same({ { full = true } }, outbox:put({ { id = "x", body = "123456" } }, { mails = 100, bytes = 20 }))
    assert.same({ { id = "y" } }, outbox:put({ { id = "y", body = "12345" } }, { mails = 100, bytes = 20 }))
    assert(outbox:take("me", pid))
    claim("me", 9)
    claim("me", 0, { { n = 1, state = "sent" } })
    assert.same({ { id = "z" } }, outbox:put({ { id = "z", body = "12345" } }, { mails = 4, bytes = 20 }))
  end)

  it("knows a key for a day", function()
    assert.same({ id = "a" }, put("a", { key = "k", digest = "d" }))
    assert.same({ id = "a", known = true }, put("b", { key = "k", digest = "d" }))
    assert.same({ reused = true }, put("c", { key = "k", digest = "other" }))
    assert.same({ id = "d" }, put("d", { key = "other", digest = "d" }))
    age("accepted", "a", DAY)
    assert.same({ id = "e" }, put("e", { key = "k", digest = "other" }))
    assert.equal(3, outbox:counts().queued)
    -- Of one moment.
    local twice = {}
    for i, id in ipairs { "f", "g" } do twice[i] = { id = id, body = "f", key = "f", digest = "1" } end
    assert.same({ { id = "f" }, { id = "f", known = true } }, outbox:put(twice, LIMITS))
  end)

  it("lets one send at a time, as long as that one lives", function()
    put "a"
    local job = process.start { "sleep", "60" }
    finally(job.remove)
    assert.same({}, outbox:take("other", job.pid))
    assert.is_false(outbox:take("me", pid))
    assert.same({ "a" }, claim("other", 9))
    assert.is_true(outbox:work("me", {}, 9).lost)
    job.signal "KILL"
    job.wait()
    assert.same({ "a" }, outbox:take("me", pid))
    assert.same({ "in_doubt", "Interrupted" }, { state "a", outbox:states({ "a" }).a.code })
    assert.equal(1, #outbox:in_doubt())
    assert.same({}, claim("me", 9))
  end)

  it("takes the lease of one that has not renewed it, and lets that one tell what became of its mails", function()
    put "a"
    put "b"
    assert(outbox:take("other", pid))
    claim("other", 1)
    local db = assert(sqlite.open(path))
    assert(db:exec("UPDATE lease SET expires = " .. core.clock.now() - 1))
    db:close()
    assert.same({ "a" }, outbox:take("me", pid))
    local found = assert(outbox:work("other", { { n = 1, state = "sent", message_id = "m" } }, 9))
    assert.same({ true, 0 }, { found.lost, #found.mails })
    assert.equal("sent", state "a")
    assert.same({ "b" }, claim("me", 9))
    -- What is not its own it cannot change.
    claim("other", 0, { { n = 2, state = "sent" } })
    assert.equal("sending", state "b")
  end)

  it("gives the lease back with the last results", function()
    put "a"
    assert(outbox:take("other", pid))
    claim("other", 1)
    assert.is_true(outbox:release("other", { { n = 1, state = "sent" } }))
    assert.same({}, outbox:take("me", pid))
    assert.equal("sent", state "a")
  end)

  it("settles what is in doubt", function()
    for _, id in ipairs { "a", "b" } do put(id) end
    assert(outbox:take("other", pid))
    claim("other", 9)
    claim("other", 0, { { n = 1, state = "in_doubt" }, { n = 2, state = "in_doubt" } })
    assert.equal(2, #outbox:in_doubt())
    assert.is_true(outbox:settle("a", "sent"))
    assert.is_true(outbox:settle("b", "queued"))
    assert.is_false(outbox:settle("b", "queued"))
    assert.is_false(outbox:settle("none", "sent"))
    assert.same({ "sent", "queued" }, { state "a", state "b" })
    assert.same({ "b" }, claim("other", 9))
  end)

  it("forgets results that are old, but nothing in doubt", function()
    for _, id in ipairs { "a", "b", "c" } do put(id) end
    assert(outbox:take("me", pid))
    claim("me", 9)
    claim("me", 0, { { n = 1, state = "sent" }, { n = 2, state = "sent" }, { n = 3, state = "in_doubt" } })
    age("updated", "a", DAY)
    age("updated", "c", DAY)
    assert.equal(1, outbox:tend(DAY / 2))
    assert.equal(0, outbox:tend(DAY / 2))
    assert.same({ nil, "sent", "in_doubt" }, { state "a", state "b", state "c" })
    assert.same({ 1, 1 }, { outbox:counts().sent, outbox:counts().in_doubt })
  end)

  it("refuses the file of another version", function()
    outbox:close()
    local db = assert(sqlite.open(path))
    assert(db:exec "UPDATE meta SET value = '99' WHERE key = 'schema'")
    db:close()
    local opened, err = outbox_sqlite.open(path)
    assert.same({ nil, "OutboxVersion" }, { opened, err.code })
    assert.has_match("format 99", err.message)
    db = assert(sqlite.open(path))
    assert(db:exec "UPDATE meta SET value = '1' WHERE key = 'schema'")
    db:close()
    outbox = assert(outbox_sqlite.open(path))
  end)
end)
