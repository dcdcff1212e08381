-- ses.nginx.send and ses.nginx.outbox: four workers, the emulator, and a disk.
local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local process = require "spec.support.process"
local relay = require "spec.support.relay"
local small_disk = require "spec.support.small_disk"
local sqlite = require "ses.adapters.sqlite"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

-- A mail's content is about 180 bytes in the file.
local LARGE = ("It is here. "):rep(2000)

describe("ses.nginx.send", function()
  local emulator, folder, running

  setup(function() emulator = inbox.start { rate = 100000, daily = -1 } end)
  teardown(function() emulator.stop() end)
  before_each(function() folder = process.folder() end)
  after_each(function()
    if running then running.stop() end
    running = nil
    process.remove(folder)
  end)

  local function start(options)
    local all = { client = emulator.client, file = folder .. "/outbox.db" }
    for name, value in pairs(options or {}) do all[name] = value end
    running = relay.start(all)
  end

  local function client(more, endpoint)
    return { credentials = emulator.client.credentials, endpoint = endpoint or emulator.client.endpoint, more = more }
  end

  local function accepted(mail, headers)
    local status, answer = running.mail(mail, headers)
    assert.equal(202, status, json.encode(answer))
    return answer.id
  end

  local function refused(status, code, ...)
    local got, answer, headers = running.request(...)
    assert.same({ status, code }, { got, answer.error and answer.error.code })
    return answer.error, headers
  end

  local function ends_as(id, state, seconds)
    local found
    local ok = pcall(process.eventually, function()
      found = running.state(id)
      return found.state == state
    end, seconds)
    assert.is_true(ok, json.encode(found) .. running.error_log())
    return found
  end

  local function came(address) return emulator.times_come()[address] or 0 end

  local function each_came_once(pattern, count)
    local times = emulator.times_come()
    for i = 1, count do assert.equal(1, times[pattern:format(i)], pattern:format(i)) end
  end

  it("accepts a mail, sends it, and tells what became of it", function()
    start()
    local status, answer, headers = running.mail(relay.mail("one@example.com", { html = "<p>It is here.</p>" }))
    assert.equal(202, status)
    assert.equal("/mail/" .. answer.id, headers.location)
    local found = ends_as(answer.id, "sent")
    assert.equal("one@example.com", emulator.message(found.message_id).to[1])
    assert.same({ 1, answer.id }, { found.attempts, found.id })
    assert.matches("^%d%d%d%d%-%d%d%-%d%dT", found.accepted)
    assert.same({ 0, 1, 0 }, { running.counts().queued, running.counts().sent, running.counts().bytes })
  end)

  it("takes bytes in base64, and all that client.emails:send takes", function()
    start()
    local id = accepted(relay.mail("files@example.com", {
      attachments = { { filename = "a.bin", data = "AAECAw==" } }, tags = { kind = "letter" },
      headers = { ["X-Number"] = "1" }, cc = { { name = "Brian", email = "brian@example.com" } },
    }))
    local raw = accepted { raw = "RnJvbTogYUBleGFtcGxlLmNvbQ0KVG86IHJhd0BleGFtcGxlLmNvbQ0KU3ViamVjdDogcw0KDQp0" }
    local sent = emulator.message(ends_as(id, "sent").message_id)
    assert.matches("a.bin", json.encode(sent), 1, true)
    assert.matches("brian@example.com", json.encode(sent), 1, true)
    assert.equal("raw@example.com", emulator.message(ends_as(raw, "sent").message_id).to[1])
  end)

  it("lets only those in who have a token, and shows a mail to its holder alone", function()
    start()
    local id = accepted(relay.mail "who@example.com")
    local none = { authorization = false }
    local _, headers = refused(401, "Unauthorized", "POST", "/mail", relay.mail "x@example.com", none)
    assert.equal('Bearer realm="mail"', headers["www-authenticate"])
    for _, wrong in ipairs { "Bearer token-of-the-shoq", "Bearer ", "Basic token-of-the-shop", "token-of-the-shop" } do
      refused(401, "Unauthorized", "POST", "/mail", relay.mail "x@example.com", { authorization = wrong })
    end
    local other = { authorization = "bearer " .. relay.OTHER_TOKEN }
    assert.equal(202, (running.mail(relay.mail "y@example.com", other)))
    refused(404, "NotFound", "GET", "/mail/" .. id, nil, other)
    refused(404, "NotFound", "GET", "/mail/0123456789", nil)
    refused(404, "NotFound", "GET", "/mail/'%20OR%201=1", nil)
    ends_as(id, "sent")
    assert.equal(0, came "x@example.com")
  end)

  it("lets nobody in where no token is configured, and reads tokens by a function", function()
    start { locations = [[
      location /none { content_by_lua_block { require("ses.nginx").send { outbox = RELAY.outbox } } }
      location /read { content_by_lua_block {
        require("ses.nginx").send { outbox = RELAY.outbox, tokens = function()
          return { "sha256:9c2f2fa8e5ba9f5d14ba6a7a2e9bb8b9c4bf62f3e8e0b6d6c0f3c8c1f0f3a9d1", "token-of-the-day" }
        end }
      } }
      location /short { content_by_lua_block {
        require("ses.nginx").send { outbox = RELAY.outbox, tokens = { "short" } }
      } }
      location /hashed { content_by_lua_block {
        require("ses.nginx").send { outbox = RELAY.outbox,
          tokens = { "sha256:" .. require("ses.core").digest.sha256 "token-of-the-night" } }
      } }
    ]] }
    refused(403, "Forbidden", "POST", "/none", relay.mail "x@example.com")
    assert.matches("no tokens are configured", running.error_log())
    refused(401, "Unauthorized", "POST", "/read", relay.mail "x@example.com")
    local function accepts(path, token)
      return (running.request("POST", path, relay.mail "y@example.com", { authorization = "Bearer " .. token }))
    end
    assert.equal(202, accepts("/read", "token-of-the-day"))
    assert.equal(202, accepts("/hashed", "token-of-the-night"))
    refused(503, "Unavailable", "POST", "/short", relay.mail "x@example.com")
    assert.matches("tokens must have 16 characters at least", running.error_log())
  end)

  it("refuses a mail that is wrong at once, and names the field", function()
    start()
    local function fault(mail) return refused(422, "ValidationException", "POST", "/mail", mail).field end
    assert.equal("to", fault { from = "a@example.com", subject = "s", text = "t" })
    assert.equal("to", fault(relay.mail "nobody"))
    assert.equal("subjekt", fault(relay.mail("a@example.com", { subjekt = "s" })))
    assert.equal("subject", fault(relay.mail("a@example.com", { subject = "a\r\nBcc: b@example.com" })))
    assert.equal("raw", fault { raw = "no base64!" })
    assert.equal("attachments[1].data", fault(relay.mail("a@example.com", { attachments = { { data = "?" } } })))
    refused(400, "MalformedJson", "POST", "/mail", "{")
    refused(400, "MalformedJson", "POST", "/mail", "[1]")
    refused(400, "BodyIncomplete", "POST", "/mail", "")
    refused(415, "UnsupportedMediaType", "POST", "/mail", "{}", { ["content-type"] = "text/plain" })
    refused(413, "PayloadTooLarge", "POST", "/mail", relay.mail("a@example.com", { text = ("x"):rep(100001) }))
    local _, headers = refused(405, "MethodNotAllowed", "PUT", "/mail", "{}")
    assert.equal("POST, GET, HEAD", headers.allow)
    assert.same({ 0, 0 }, { running.counts().queued, running.counts().sent })
  end)

  it("sends one mail for one key", function()
    start()
    local key = { ["idempotency-key"] = "order-17" }
    local id = accepted(relay.mail "key@example.com", key)
    for _ = 1, 5 do assert.equal(id, accepted(relay.mail "key@example.com", key)) end
    ends_as(id, "sent")
    assert.equal(id, accepted(relay.mail "key@example.com", key))
    assert.equal("key", refused(422, "IdempotencyKeyReused", "POST", "/mail", relay.mail "b@example.com", key).field)
    refused(400, "InvalidIdempotencyKey", "POST", "/mail", relay.mail "b@example.com", { ["idempotency-key"] = "a b" })
    -- At one moment, by several workers.
    local at_once = process.shell(([[
      for i in $(seq 24); do
        curl -s --noproxy '*' http://127.0.0.1:%d/mail -H 'Authorization: Bearer %s' -H 'Idempotency-Key: once' \
          -H 'Content-Type: application/json' -d '%s' | grep -o '"id":"[0-9a-f]*"' &
      done
      wait]]):format(running.port, relay.TOKEN, json.encode(relay.mail "once@example.com")))
    local ids, count = {}, 0
    for one in at_once:gmatch '"id":"(%x+)"' do ids[one], count = true, count + 1 end
    local once = next(ids)
    assert.same({ 24, nil }, { count, next(ids, once) })
    ends_as(once, "sent")
    assert.equal(1, came "once@example.com")
    -- Of another holder it is another key.
    local other = accepted(relay.mail "key@example.com",
      { ["idempotency-key"] = "order-17", authorization = "Bearer " .. relay.OTHER_TOKEN })
    assert.not_equal(id, other)
    process.eventually(function() return running.counts().sent == 3 end)
    assert.equal(2, came "key@example.com")
  end)

  it("tells that SES has refused a mail", function()
    start()
    local id = accepted { from = "letters@lantern.example", to = "a@example.com", template = "none" }
    assert.equal("NotFoundException", ends_as(id, "failed").code)
    assert.equal(0, running.counts().bytes)
  end)

  it("keeps mails while SES is down, and sends them when it is back", function()
    start { client = client("max_retries = 0, circuit_failure_threshold = 3, circuit_reset_timeout_ms = 1000") }
    emulator.fail { operation = "SendEmail", status = 500, code = "InternalServiceErrorException", count = 5 }
    local ids = {}
    for i = 1, 20 do ids[i] = accepted(relay.mail(("down%d@example.com"):format(i))) end
    process.eventually(function() return running.error_log():find("nothing is sent for now", 1, true) end)
    for _, id in ipairs(ids) do assert.is_true(ends_as(id, "sent", 40).attempts <= 3) end
    each_came_once("down%d@example.com", 20)
    assert.equal(0, running.counts().in_doubt)
  end)

  it("keeps mails while nobody answers", function()
    -- Nobody listens there until the relay has met it.
    local other = inbox.start { rate = 100000, daily = -1 }
    local port = other.url:match ":(%d+)$"
    other.stop()
    start { client = client("max_retries = 0, circuit_failure_threshold = 100", other.url) }
    local id = accepted(relay.mail "later@example.com")
    process.eventually(function() return running.error_log():find("ConnectionRefused", 1, true) end)
    -- Between two tries.
    ends_as(id, "queued")
    other = inbox.start { rate = 100000, daily = -1, port = tonumber(port) }
    ends_as(id, "sent", 20)
    other.stop()
  end)

  it("waits where SES throttles", function()
    start { client = client "max_retries = 0" }
    emulator.limits { rate = 10 }
    finally(function() emulator.limits { rate = 100000 } end)
    for i = 1, 30 do accepted(relay.mail(("slow%d@example.com"):format(i))) end
    process.eventually(function() return running.counts().sent == 30 end, 60)
    each_came_once("slow%d@example.com", 30)
  end)

  it("names what is in doubt, and never sends it again", function()
    start { client = client "max_retries = 3" }
    emulator.fail { operation = "SendEmail", close = true, count = 1 }
    local id = accepted(relay.mail "doubt@example.com")
    assert.equal("ConnectionReset", ends_as(id, "in_doubt").code)
    ends_as(accepted(relay.mail "after@example.com"), "sent")
    assert.is_true(came "doubt@example.com" <= 1)
    assert.equal(1, running.counts().in_doubt)
    assert.matches("mail " .. id .. " is in doubt", running.error_log(), 1, true)
    assert.is_nil(running.error_log():find("doubt@example.com", 1, true))
  end)

  it("brings to its end what is in flight when nginx is reloaded or told to quit, and nothing is in doubt", function()
    for _, signal in ipairs { "HUP", "QUIT" } do
      start()
      emulator.fail { operation = "SendEmail", delay_ms = 700, count = 10 }
      local before, ids = running.counts().sent, {}
      for i = 1, 15 do ids[i] = accepted(relay.mail(("%s%d@example.com"):format(signal, i))) end
      process.eventually(function() return running.counts().sending == 10 end)
      running.signal(signal)
      if signal == "QUIT" then
        running.ended()
        running.stop()
        start()
      end
      for _, id in ipairs(ids) do assert.equal(1, ends_as(id, "sent").attempts) end
      each_came_once(signal .. "%d@example.com", 15)
      assert.same({ before + 15, 0 }, { running.counts().sent, running.counts().in_doubt })
      running.stop()
      running = nil
    end
  end)

  it("takes no more than it may hold, and more when some have left", function()
    start { outbox = "max_mails = 5", client = client("max_retries = 0", "http://127.0.0.1:1") }
    for i = 1, 5 do accepted(relay.mail(("full%d@example.com"):format(i))) end
    local _, headers = refused(503, "OutboxFull", "POST", "/mail", relay.mail "more@example.com")
    assert.equal("30", headers["retry-after"])
    assert.equal(5, running.counts().queued)
  end)

  it("refuses mail while the disk is full, loses none, and goes on by itself", function()
    local disk = small_disk.new(folder .. "/disk")
    finally(function()
      running.stop()
      running = nil
      disk.remove()
    end)
    start { file = folder .. "/disk/outbox.db", workers = 2, client = client("max_retries = 0", "http://127.0.0.1:1"),
      prefix = disk.words }
    local ids, refusals = {}, 0
    for i = 1, 400 do
      local status, answer, headers = running.mail(relay.mail(("disk%d@example.com"):format(i), { text = LARGE }))
      if status == 202 then
        ids[#ids + 1] = answer.id
      else
        assert.same({ 503, "30" }, { status, headers["retry-after"] }, json.encode(answer))
        assert.is_true(answer.error.code == "DiskFull" or answer.error.code == "DiskFailed", answer.error.code)
        refusals = refusals + 1
        if refusals > 5 then break end
      end
    end
    assert.is_true(#ids > 0 and refusals > 5, #ids)
    for _, id in ipairs(ids) do assert.equal("queued", running.state(id).state) end
    disk.grow(running.pid)
    ids[#ids + 1] = accepted(relay.mail("disk@example.com", { text = LARGE }))
    assert.equal(#ids, running.counts().queued)
  end)

  it("writes down what became of mails once the disk is back that failed while they were sent", function()
    start { prefix = { "sh", "-c", 'trap "" XFSZ; exec "$@"', "sh" } }
    local function limit_files(size)
      for _, pid in ipairs(running.worker_pids()) do
        process.shell(("prlimit --pid %d --fsize=%s:"):format(pid, size))
      end
    end
    local before, ids = emulator.count(), {}
    emulator.fail { operation = "SendEmail", delay_ms = 500, count = 10 }
    for i = 1, 15 do ids[i] = accepted(relay.mail(("fails%d@example.com"):format(i))) end
    process.eventually(function() return running.counts().sending == 10 end)
    -- More than the error log has, and less than the outbox.
    limit_files(65536)
    refused(503, "DiskFailed", "POST", "/mail", relay.mail "x@example.com")
    process.eventually(function() return running.error_log():find("ses outbox [^\n]*the outbox's disk fails") end)
    assert.equal(before + 10, emulator.count())
    assert.equal(10, running.counts().sending)
    limit_files "unlimited"
    for _, id in ipairs(ids) do assert.equal(1, ends_as(id, "sent", 20).attempts) end
    each_came_once("fails%d@example.com", 15)
    assert.equal(0, running.counts().in_doubt)
  end)

  it("is of use to handlers of one's own", function()
    start { locations = [[
      location = /own {
        content_by_lua_block {
          local outbox = assert(require("ses.nginx").outbox { path = RELAY.outbox.path })
          local id = assert(outbox:put { from = "a@example.com", to = "own@example.com", subject = "s", text = "t" })
          ngx.say(id)
          local none, err = outbox:put { from = "a@example.com", subject = "s", text = "t" }
          ngx.say(tostring(none), " ", err.field)
          none, err = require("ses.nginx").outbox { path = "/nowhere" }
          ngx.say(tostring(none), " ", err.code)
          none, err = outbox:state "0123"
          ngx.say(tostring(none), " ", err.code)
          repeat ngx.sleep(0.01) until outbox:state(id).state == "sent"
          ngx.say(outbox:counts().sent)
        }
      }
    ]] }
    local _, text = running.request("GET", "/own")
    assert.matches("^%x+\nnil to\nnil OutboxNotStarted\nnil NotFound\n1\n$", text)
    assert.equal(1, came "own@example.com")
  end)

  it("says what nginx lacks, and takes no mail", function()
    start { main = "" }
    assert.equal(503, (running.mail(relay.mail "a@example.com")))
    assert.matches("thread_pool ses threads=4;", running.error_log(), 1, true)
  end)

  it("says at the start what is missing or wrong", function()
    start { locations = [[
      location = /lua {
        content_by_lua_block {
          ngx.req.read_body()
          ngx.print(tostring(loadstring(ngx.req.get_body_data())()))
        }
      }
    ]] }
    -- What the start of an outbox says, where `lacks` is done before and undone by what it returns.
    local function fault(outbox, lacks)
      local _, text = running.request("POST", "/lua", ([[
        local undo = (function() %s end)()
        local ok, err = require("ses.nginx.outbox").start { client = RELAY.client, %s }
        if undo then undo() end
        return err and err.code .. " " .. err.message or "started"
      ]]):format(lacks or "", outbox))
      return text
    end
    assert.matches("^ThreadsMissing .*nginx's threads", fault("path = '/x'", [[
      local kept = ngx.run_worker_thread
      ngx.run_worker_thread = nil
      return function() ngx.run_worker_thread = kept end]]))
    assert.matches("^MissingDriver .*lua%-sql%-sqlite3", fault("path = '/x'", [[
      local kept = package.loaded["luasql.sqlite3"]
      package.loaded["luasql.sqlite3"] = nil
      package.preload["luasql.sqlite3"] = function() error "no such module" end
      return function()
        package.loaded["luasql.sqlite3"], package.preload["luasql.sqlite3"] = kept, nil
      end]]))
    assert.matches("outbox.path must be", fault "path = 'here.db'")
    assert.matches("outbox.concurency is not known.*concurrency", fault "path = '/x', concurency = 3")
    assert.matches("outbox.max_mails must be", fault "path = '/x', max_mails = 0")
    assert.matches("outbox.path is started twice", fault "path = RELAY.outbox.path")
  end)

  it("forgets results after a time", function()
    start { outbox = "keep_results = 86400" }
    local id = accepted(relay.mail "old@example.com")
    ends_as(id, "sent")
    running.stop()
    local db = assert(sqlite.open(folder .. "/outbox.db"))
    assert(db:exec "UPDATE mails SET updated = updated - 90000")
    db:close()
    start { outbox = "keep_results = 86400" }
    process.eventually(function() return running.request("GET", "/mail/" .. id) == 404 end)
  end)
end)
