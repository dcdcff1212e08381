local clock = require "ses.adapters.clock"
local engine = require "ses.campaign.engine"
local errors = require "ses.errors"
local journals = require "ses.campaign.journal"
local loop = require "ses.adapters.loop"
local simulated_time = require "spec.support.simulated_time"
local tmp_dir = require "spec.support.tmp_dir"

local MESSAGE = { mail = function(_, row) return { to = row.email, id = row.id } end }

describe("ses.campaign.engine", function()
  local path, journal

  local function load(n)
    path = tmp_dir.new() .. "/j.sqlite3"
    journal = assert(journals.open(path, { campaign = "x" }))
    local l = assert(journal:load())
    for i = 1, n do
      assert(l:add { address = i .. "@example.com", row = i + 1, email = i .. "@example.com" })
    end
    assert(l:finish())
  end

  -- Runs with a function in the place of SES.
  local function run(send, options)
    local all = { rate = 1e6, concurrency = 8, sender = "news@shop.example", total = 0, patience = 0.3 }
    for key, value in pairs(options or {}) do all[key] = value end
    return engine.run({ journal = all.journal or journal, message = all.message or MESSAGE, send = send,
      loop = all.loop or loop, clock = all.clock or clock }, all)
  end

  -- A server that counts.
  local function server(answer)
    local seen = { n = 0, by_id = {}, at_once = 0, most = 0 }
    return seen, function(mail)
      seen.at_once = seen.at_once + 1
      seen.most = math.max(seen.most, seen.at_once)
      loop.sleep(math.random() * 0.004)
      seen.at_once = seen.at_once - 1
      seen.n = seen.n + 1
      seen.by_id[mail.id] = (seen.by_id[mail.id] or 0) + 1
      if answer then return answer(mail, seen) end
      return { message_id = "m-" .. mail.id }
    end
  end

  local function states()
    local counts = assert(journal:counts())
    return { counts.pending, counts.sending, counts.sent, counts.failed, counts.in_doubt }
  end

  local function failure(fields)
    fields.message = fields.message or "no"
    return errors.new(fields)
  end

  after_each(function()
    if journal then journal:close() end
    journal = nil
    tmp_dir.remove_all()
  end)

  it("sends to every pending recipient once, several at a time", function()
    load(300)
    local seen, send = server()
    local done = run(send)
    assert.same({ 0, 0, 300, 0, 0 }, states())
    assert.equal(300, seen.n)
    for _, n in pairs(seen.by_id) do assert.equal(1, n) end
    assert.equal(300, done.tally.sent)
    assert.is_true(seen.most > 1 and seen.most <= 8)
    local ids = {}
    assert(journal:each("sent", function(row) ids[#ids + 1] = row.message_id end))
    assert.equal("m-1", ids[1])
    assert.equal("m-300", ids[300])
  end)

  it("has state sending on the disk before a byte leaves", function()
    load(60)
    local watcher = assert(journals.open(path, { read_only = true }))
    local _, send = server(function(mail)
      local state = watcher.db:value("SELECT state AS value FROM recipients WHERE id = " .. mail.id)
      assert(state == "sending", state)
      return { message_id = "m" }
    end)
    run(send)
    watcher:close()
    assert.same({ 0, 0, 60, 0, 0 }, states())
  end)

  it("does not send what could not be journaled", function()
    load(50)
    local seen, send = server()
    local commits = 0
    local broken = setmetatable({
      commit = function(_, sending, results)
        commits = commits + 1
        if commits > 5 then return nil, failure { kind = "client", code = "DatabaseError", message = "disk full" } end
        return journal:commit(sending, results)
      end,
    }, { __index = function(_, name) return function(_, ...) return journal[name](journal, ...) end end })
    local done = run(send, { journal = broken })
    assert.equal("disk full", done.stopped_by.message)
    local found = states()
    -- Each mail that left stands as sent or as sending: the latter is in doubt next time.
    assert.equal(seen.n, found[2] + found[3])
    assert.equal(50 - seen.n, found[1])
  end)

  it("records a refusal as that recipient's failure", function()
    load(20)
    local _, send = server(function(mail)
      if mail.id == 7 then
        return nil, failure { kind = "client", code = "BadRequestException", message = "bad ann@example.com" }
      end
      return { message_id = "m" }
    end)
    local done = run(send)
    assert.same({ 0, 0, 19, 1, 0 }, states())
    assert.is_nil(done.stopped_by)
    assert.same({ { code = "BadRequestException", reason = "bad a***@example.com", count = 1, rows = { 8 } } },
      journal:failures(9, 9))
  end)

  it("lists as in doubt what may have been taken, and goes on", function()
    load(20)
    local seen, send = server(function(mail)
      if mail.id == 3 then
        return nil, failure { kind = "network", code = "ConnectionReset", in_doubt = true, retryable = true }
      end
      return { message_id = "m" }
    end)
    run(send)
    assert.same({ 0, 0, 19, 0, 1 }, states())
    assert.equal(1, seen.by_id[3])
  end)

  it("ends where the account cannot send, and leaves the rest pending", function()
    load(100)
    local seen, send = server(function(_, s)
      if s.n > 30 then return nil, failure { kind = "client", code = "SendingPausedException" } end
      return { message_id = "m" }
    end)
    local done = run(send)
    assert.equal("SendingPausedException", done.stopped_by.code)
    assert.same({ 70, 0, 30, 0, 0 }, states())
    assert.is_true(seen.n <= 30 + 8)
  end)

  it("sends to the throttled again, slower, until they are through", function()
    load(40)
    local _, send = server(function(mail, s)
      if s.by_id[mail.id] < 3 and mail.id % 4 == 0 then
        return nil, failure { kind = "throttling", code = "TooManyRequestsException", retryable = true }
      end
      return { message_id = "m" }
    end)
    local done = run(send)
    assert.same({ 0, 0, 40, 0, 0 }, states())
    assert.equal(40, done.tally.sent)
    local told = 0
    for _, line in ipairs(assert(journal:logged())) do told = told + (line.kind == "throttle" and 1 or 0) end
    assert.equal(1, told)
  end)

  it("leaves to the next run whom SES throttles for ever", function()
    load(3)
    local seen, send = server(function(mail)
      if mail.id == 2 then
        return nil, failure { kind = "throttling", code = "TooManyRequestsException", retryable = true }
      end
      return { message_id = "m" }
    end)
    local done = run(send)
    assert.same({ 1, 0, 2, 0, 0 }, states())
    assert.equal(1, done.tally.deferred)
    assert.equal(10, seen.by_id[2])
  end)

  it("leaves to the next run whom SES cannot serve now", function()
    load(10)
    local seen, send = server(function(mail)
      if mail.id == 2 then return nil, failure { kind = "service", code = "ServiceUnavailable", retryable = true } end
      return { message_id = "m" }
    end)
    local done = run(send)
    assert.same({ 1, 0, 9, 0, 0 }, states())
    assert.equal(1, done.tally.deferred)
    assert.equal(1, seen.by_id[2])
  end)

  it("waits while nobody answers, and goes on", function()
    load(30)
    local down = 0
    local _, send = server(function(mail)
      if mail.id == 5 and down < 2 then
        down = down + 1
        return nil, failure { kind = "network", code = "ConnectionRefused", retryable = true, retry_after = 0.2 }
      end
      return { message_id = "m" }
    end)
    run(send, { patience = 30 })
    assert.same({ 0, 0, 30, 0, 0 }, states())
  end)

  it("gives up where nobody has answered for long", function()
    load(30)
    local _, send = server(function()
      return nil, failure { kind = "network", code = "ConnectionRefused", retryable = true, message = "refused" }
    end)
    local done = run(send, { patience = 0.3 })
    assert.equal("refused", done.stopped_by.message)
    assert.same({ 30, 0, 0, 0, 0 }, states())
  end)

  it("ends where the first recipients all fail alike, which is no matter of theirs", function()
    load(200)
    local seen, send = server(function()
      return nil, failure { kind = "client", code = "BadRequestException" }
    end)
    local done = run(send)
    assert.equal("BadRequestException", done.stopped_by.code)
    assert.is_true(seen.n < 40)
    assert.equal(200 - seen.n, states()[1])
  end)

  it("writes to no more than the limit", function()
    load(50)
    local seen, send = server()
    local done = run(send, { limit = 7 })
    assert.equal(7, seen.n)
    assert.same({ 43, 0, 7, 0, 0 }, states())
    assert.is_nil(done.stopped_by)
  end)

  it("keeps to its pace", function()
    load(30)
    local _, send = server()
    local done = run(send, { rate = 100 })
    assert.is_true(done.seconds >= 0.29, done.seconds)
  end)

  it("finishes what is in flight after a Ctrl-C, and claims no more", function()
    load(500)
    local pressed = 0
    local seen, send = server(function(_, s)
      if s.n == 20 then pressed = 1 end
      return { message_id = "m" }
    end)
    local done = run(send, { interrupted = function() return pressed end })
    assert.is_true(done.interrupted)
    assert.is_false(done.abandoned)
    assert.is_true(seen.n < 200)
    assert.same({ 500 - seen.n, 0, seen.n, 0, 0 }, states())
  end)

  it("does not wait for its pace after a Ctrl-C", function()
    load(50)
    local pressed = 0
    local _, send = server(function()
      pressed = 1
      return { message_id = "m" }
    end)
    local done = run(send, { rate = 0.1, interrupted = function() return pressed end })
    assert.is_true(done.seconds < 5)
    assert.same({ 49, 0, 1, 0, 0 }, states())
  end)

  it("quits at once after a second Ctrl-C; what is in flight stays sending", function()
    load(50)
    local pressed = 0
    local _, send = server(function()
      pressed = 2
      return loop.sleep(60)
    end)
    local done = run(send, { interrupted = function() return pressed end })
    assert.is_true(done.abandoned)
    assert.is_true(done.seconds < 5)
    local found = states()
    assert.equal(0, found[3] + found[4] + found[5])
    assert.is_true(found[2] >= 1)
  end)

  -- A journal that others share: what the methods in `own` do instead.
  local function shared(own)
    return setmetatable(own, { __index = function(_, name)
      if name == "trouble" then return nil end
      return journal[name] and function(_, ...) return journal[name](journal, ...) end
    end })
  end

  it("waits where others hold recipients that may come back, and sends to those", function()
    load(20)
    local asked = 0
    local seen, send = server()
    local done = run(send, { journal = shared { claim = function(_, n)
      asked = asked + 1
      if asked == 1 then return journal:claim(10) end
      if asked <= 4 then return { wait = 0.05 } end
      return journal:claim(n)
    end } })
    assert.is_true(done.seconds >= 0.15)
    assert.equal(20, seen.n)
    assert.same({ 0, 0, 20, 0, 0 }, states())
  end)

  it("does not send to whom another process has taken over", function()
    load(30)
    local seen, send = server()
    local done = run(send, { journal = shared { commit = function(_, sending, results)
      local mine, lost = {}, {}
      for i, id in ipairs(sending) do
        if id % 3 == 0 then lost[i] = true else mine[#mine + 1] = id end
      end
      local written, err = journal:commit(mine, results)
      return written, written and lost or err
    end } })
    assert.equal(20, seen.n)
    assert.equal(20, done.tally.sent)
    assert.is_nil(done.stopped_by)
    for id in pairs(seen.by_id) do assert.are_not.equal(0, id % 3) end
    assert.same({ 10, 0, 20, 0, 0 }, states())
  end)

  it("asks again after it has lost somebody, who may be there to claim", function()
    load(3)
    local seen, send = server()
    local claims, lost_row = 0, nil
    run(send, { journal = shared {
      claim = function(_, n)
        claims = claims + 1
        local row = lost_row
        lost_row = nil
        return row and { row } or journal:claim(n)
      end,
      commit = function(_, sending, results)
        local written, err = journal:commit(sending, results)
        if #sending < 3 or not written then return written, err and {} or err end
        -- All three had run out of tasks to claim for, and then one of them is another's for a moment.
        lost_row = { id = sending[3], row = 4, email = "reader.3@example.com", claim = "again" }
        return true, { [3] = true }
      end,
    } })
    assert.equal(3, seen.n)
    assert.is_true(claims >= 3)
  end)

  it("takes another slot of the pace where the journal kept a mail for so long that its own is gone", function()
    load(20)
    local first = true
    local times, time = {}, simulated_time.new()
    run(function(mail)
      times[#times + 1] = time.clock.monotonic()
      loop.sleep(0.002)
      return { message_id = "m-" .. mail.id }
    end, { rate = 20, loop = time.loop, clock = time.clock, journal = shared { commit = function(_, sending, results)
      if first and #sending > 0 then
        first = false
        loop.sleep(1.5)
      end
      return journal:commit(sending, results)
    end } })
    assert.same({ 0, 0, 20, 0, 0 }, states())
    -- Eight tasks waited; they do not all send at once when it is over. The first is as late as a commit takes.
    for i = 2, #times do assert.is_true(times[i] - times[i - 1] > 0.04, i) end
  end)

  it("writes state sending down once, though the mail waits for another slot", function()
    load(20)
    local _, send = server()
    local marked = 0
    run(send, { rate = 1000, journal = shared { commit = function(_, sending, results)
      marked = marked + #sending
      if #sending > 0 then loop.sleep(0.15) end
      return journal:commit(sending, results)
    end } })
    assert.same({ 0, 0, 20, 0, 0 }, states())
    assert.equal(20, marked)
  end)

  it("shows what all processes have done, and what the journal waits for", function()
    load(40)
    local _, send = server()
    local shown = {}
    run(send, { rate = 100, total = 100, on_progress = function(tally) shown[#shown + 1] = tally end,
      journal = shared { trouble = "gone", tick = function()
        return { sent = 1000 + 50 * #shown, failed = 0, in_doubt = 0, deferred = 0, workers = 3 }
      end } })
    assert.same({ 0, 50, 3, "gone", 100 },
      { shown[1].sent, shown[2].sent, shown[2].workers, shown[2].trouble, shown[2].total })
  end)

  it("tells its tally as it goes", function()
    load(60)
    local _, send = server()
    local last
    local done = run(send, { rate = 200, total = 60, on_progress = function(tally)
      last = tally.sent
      assert(tally.total == 60)
    end })
    assert.is_true(last > 0 and last <= 60)
    assert.equal(60, done.tally.sent)
  end)

  it("raises a mistake of its own after what is in flight is written", function()
    load(20)
    local _, send = server()
    local message = { mail = function(_, row)
      if row.id == 4 then error "boom" end
      return { id = row.id }
    end }
    local ran, reason = pcall(run, send, { message = message })
    assert.is_false(ran)
    assert.matches("boom", reason)
    local found = states()
    assert.equal(0, found[2])
  end)
end)
