-- What a client logs, by level, and where to.
local child = require "spec.support.child"
local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local process = require "spec.support.process"
local scripted = require "spec.support.scripted"
local ses = require "ses"

local MAIL, OK, failure = scripted.MAIL, scripted.OK, scripted.failure

describe("a client that logs", function()
  local server

  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)
  after_each(function() server:close_clients() end)

  -- A client, and what it has logged so far, as the lines have it.
  local function logging(level, options)
    local entries = {}
    local all = { log = { level = level, sink = function(_, line)
      entries[#entries + 1] = assert(json.decode(line))
    end } }
    for name, value in pairs(options or {}) do all[name] = value end
    return server:client(all), entries
  end

  local function messages(entries, level)
    local list = {}
    for _, entry in ipairs(entries) do
      if not level or entry.level == level then list[#list + 1] = entry.message end
    end
    return list
  end

  it("says at `info` that it was made, and what it has sent", function()
    server:script(OK)
    local client, entries = logging("info", { default_config_set = "news" })
    assert(client.emails:send { from = "a@example.com", to = { "b@example.com", "c@example.com" }, subject = "s",
      text = "t" })
    assert.same({ "client made", "mail sent" }, messages(entries))
    local sent = entries[2]
    assert.is_true(sent.duration_ms > 0)
    assert.matches("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%.?%d*Z$", sent.timestamp)
    sent.duration_ms, sent.timestamp = nil, nil
    assert.same({
      level = "info", target = "ses.pipeline", message = "mail sent", operation = "SendEmail", region = "eu-west-1",
      message_id = "m-1", recipient_count = 2, config_set = "news", request_id = "r-ok", status = 200, retry_count = 0,
    }, sent)
  end)

  it("writes the fields in their order, one object a line", function()
    server:script(OK)
    local lines = {}
    local client = server:client { log = { sink = function(_, line) lines[#lines + 1] = line end } }
    assert(client.emails:send(MAIL))
    assert.matches('^{"timestamp":"[^"]+","level":"info","target":"ses.pipeline","message":"mail sent",'
      .. '"operation":"SendEmail","region":"eu%-west%-1","message_id":"m%-1","recipient_count":1,'
      .. '"request_id":"r%-ok","duration_ms":[%d.]+,"status":200,"retry_count":0}$', lines[2])
  end)

  it("says at `error` what has failed for good, and nothing of what came right", function()
    server:script(failure(503, "ServiceUnavailable"), OK, failure(503, "ServiceUnavailable"),
      failure(503, "ServiceUnavailable"), failure(400, "MessageRejected"), failure(403, "InvalidClientTokenId"))
    local client, entries = logging("error", { max_retries = 1 })
    assert(client.emails:send(MAIL))
    for _ = 1, 3 do assert.is_nil(client.emails:send(MAIL)) end
    assert.is_nil(client.emails:send { from = "a@example.com" })
    assert.is_nil(client:call("SendEmail", { Content = 5 }))
    assert.is_nil(client:presign("GetEmailTemplate", {}))
    local said = messages(entries)
    assert.equal("SendEmail failed after 2 tries: SES answered ServiceUnavailable (HTTP 503)", said[1])
    assert.equal("SendEmail failed: SES answered MessageRejected (HTTP 400)", said[2])
    assert.equal("SendEmail failed: SES answered InvalidClientTokenId (HTTP 403)", said[3])
    assert.matches("^SendEmail was refused: ", said[4])
    assert.matches("^SendEmail was refused: Content must be", said[5])
    assert.matches("^GetEmailTemplate was refused: TemplateName is required", said[6])
    assert.equal(6, #said)
    assert.same({ "service", "ServiceUnavailable", 503, "r-503", 1 }, { entries[1].error_type, entries[1].error_code,
      entries[1].status, entries[1].request_id, entries[1].retry_count })
  end)

  it("says at `warn` what was tried again, was slow, was held back, or is missing", function()
    server:script(failure(503, "ServiceUnavailable"), OK, OK, failure(404, "NotFoundException"))
    local client, entries = logging("warn", { rate_limit_rps = 2, rate_limit_burst = 1 })
    for _ = 1, 2 do assert(client.emails:send(MAIL)) end
    assert.is_nil(client:call("GetEmailTemplate", { TemplateName = "none" }))
    local count = {}
    for _, entry in ipairs(entries) do
      count[entry.message] = (count[entry.message] or 0) + 1
      assert.is_true(entry.message ~= "held back by the rate limit" or entry.wait_ms > 0)
    end
    assert.same({
      ["trying again: SES answered ServiceUnavailable (HTTP 503)"] = 1, ["held back by the rate limit"] = 2,
      ["GetEmailTemplate failed: SES answered NotFoundException (HTTP 404)"] = 1,
    }, count)
    assert.same({}, messages(entries, "error"))
  end)

  it("says that a request was slow", function()
    local entries = {}
    local client = server:client { max_retries = 0, endpoint = server.url .. "/silent", operation_timeout_ms = 500,
      log = { level = "warn", slow_ms = 50, sink = function(_, _, entry) entries[#entries + 1] = entry end } }
    assert.is_nil(client:call("GetAccount"))
    assert.matches("^slow request", entries[1].message)
    assert.is_true(entries[1].duration_ms >= 50)
  end)

  it("says that a circuit breaker has opened, and that it is well again", function()
    server:script(failure(500, "InternalFailure"), failure(500, "InternalFailure"), OK, OK)
    local client, entries = logging("info", { max_retries = 0, circuit_failure_threshold = 2,
      circuit_reset_timeout_ms = 30, circuit_half_open_requests = 1 })
    for _ = 1, 2 do client.emails:send(MAIL) end
    ses.sleep(0.05)
    assert(client.emails:send(MAIL))
    local said = {}
    for _, entry in ipairs(entries) do
      if entry.target == "ses.breaker" then said[#said + 1] = entry.level .. " " .. entry.message end
    end
    assert.same({ "error circuit breaker: open, was closed", "info circuit breaker: half_open, was open",
      "info circuit breaker: closed, was half_open" }, said)
  end)

  it("says that credentials were fetched anew", function()
    server:script(failure(403, "ExpiredTokenException"), OK)
    local client, entries = logging("warn", { credentials = function()
      return { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key", expiration = os.time() + 1000 }
    end })
    assert(client.emails:send(MAIL))
    assert.same({ "credentials have expired: others are looked for",
      "trying again: SES answered ExpiredTokenException (HTTP 403)", "credentials refreshed" }, messages(entries))
  end)

  it("says no more than that of a function that gives no credentials", function()
    local client, entries = logging("debug", { credentials = function() return json.null end })
    local _, err = client.emails:send(MAIL)
    assert.equal("credentials", err.kind)
    assert.equal("credentials: the credentials function gave none", entries[2].message)
    assert.equal("SendEmail failed: the credentials function gave none", entries[#entries].message)
  end)

  it("tells at `debug` of requests, answers and waits, and at `trace` of shapes", function()
    server:script(failure(503, "ServiceUnavailable"), OK)
    local client, entries = logging "debug"
    assert(client.emails:send(MAIL))
    assert.same({ "request sent", "answer received", "backing off", "request sent", "answer received" },
      messages(entries, "debug"))
    assert.equal("[REDACTED]", entries[2].request_headers.authorization)
    assert.is_nil(entries[2].request_body)
    assert.is_false(entries[3].reused)
    assert.is_true(entries[7].reused)
    server:script(OK)
    client, entries = logging "trace"
    assert(client.emails:send(MAIL))
    assert.matches("^{Content={Simple={Body={Text={", entries[2].request_body)
    assert.equal("sigv4 eu-west-1/ses", entries[2].signing)
    assert.equal("{MessageId=string(3)}", entries[#entries].response_body)
  end)

  it("takes no level but those there are, and is off by `off` and `false`", function()
    for _, off in ipairs { "off", false } do assert.is_nil(server:client({ log = off }).logger) end
    assert.matches("^log must be one of", select(2, ses.client { log = "loud" }).message)
    assert.equal("debug", logging "debug":describe_config().log.value)
  end)

  -- ---- sinks ----

  it("sends all the same where its sink raises, and says afterwards how many lines are missing", function()
    server:script(OK, OK)
    local entries, broken = {}, true
    local client = server:client { log = { sink = function(_, _, entry)
      if broken then error "the disk is full" end
      entries[#entries + 1] = entry
    end } }
    assert(client.emails:send(MAIL))
    broken = false
    assert(client.emails:send(MAIL))
    assert.same({ "mail sent", 2 }, { entries[1].message, entries[1].left_out })
  end)

  it("says once more, as the client is closed, that lines are missing, and tells whose program closes it", function()
    server:script(OK, OK)
    local entries, broken = {}, true
    local function sink(_, _, entry)
      if broken then error "the disk is full" end
      entries[#entries + 1] = entry
    end
    local client = server:client { log = { sink = sink } }
    assert(client.emails:send(MAIL))
    broken = false
    assert.is_true(client:close())
    assert.same({ "lines were left out", 2 }, { entries[1].message, entries[1].left_out })

    client = server:client { log = { sink = sink } }
    broken = true
    assert(client.emails:send(MAIL))
    local closed, err = client:close()
    assert.same({ nil, "LinesNotDelivered", 1 }, { closed, err.code, err.lines })
    assert.equal("a line of the log could not be written", err.message)
    assert.is_true(client:close())
  end)

  it("does not count the time of its sink for the call's time limit, and gives a slow one fewer lines", function()
    server:script(failure(503, "ServiceUnavailable"), OK, OK)
    local messages_seen = {}
    local client = server:client { operation_timeout_ms = 1000, log = { level = "debug", sink = function(_, _, entry)
      messages_seen[#messages_seen + 1] = entry.message
      if entry.message == "backing off" then ses.sleep(1.5) end
    end } }
    for _ = 1, 2 do assert(client.emails:send(MAIL)) end
    assert.same({ "client made", "request sent", "answer received", "backing off" }, messages_seen)
  end)

  it("tells nothing of what its sink itself does with the client", function()
    server:script(OK, OK)
    local client, lines = nil, 0
    client = server:client { log = { sink = function()
      lines = lines + 1
      if client and lines < 10 then client.emails:send(MAIL) end
    end } }
    assert(client.emails:send(MAIL))
    assert.equal(2, lines)
  end)

  it("writes in several tasks at once, each for itself", function()
    server:repeated(8, OK)
    local client, entries = logging "info"
    ses.run(function(spawn)
      for _ = 1, 8 do spawn(function() assert(client.emails:send(MAIL)) end) end
    end)
    assert.equal(9, #entries)
  end)

  it("appends to a file, and leaves one that was renamed", function()
    local folder = process.folder()
    local path = folder .. "/ses.log"
    process.write(path, "before\n")
    server:repeated(100, OK)
    local client = server:client { log = { sink = { file = path } } }
    assert(client.emails:send(MAIL))
    local text = process.read(path)
    assert.matches('^before\n{"timestamp":[^\n]+"client made"[^\n]+}\n{[^\n]+"mail sent"[^\n]+}\n$', text)
    assert(os.rename(path, path .. ".1"))
    process.eventually(function()
      assert(client.emails:send(MAIL))
      ses.sleep(0.1)
      return os.rename(path, path)
    end)
    assert.matches('^{[^\n]+"mail sent"', process.read(path))
    process.remove(folder)
  end)

  it("refuses a file that it cannot write to, and nginx's log outside nginx", function()
    local _, err = ses.client { log = { sink = { file = "/none/ses.log" } } }
    assert.same({ "validation", "log.sink cannot write /none/ses.log: No such file or directory" },
      { err.kind, err.message })
    _, err = ses.client { log = { sink = "nginx" } }
    assert.equal("log.sink can be nginx inside nginx alone", err.message)
  end)

  it("takes an object with a method `log`", function()
    local told = {}
    local sink = { log = function(self, level, line, entry) told[#told + 1] = { self, level, line, entry.message } end }
    server:client { log = { sink = sink } }
    assert.same({ sink, "info", "client made" }, { told[1][1], told[1][2], told[1][4] })
  end)

  it("writes to the standard error by the variable SES_LOG", function()
    server:script(failure(400, "MessageRejected"))
    local code = ([[
      local client = require("ses").client { endpoint = %q, region = "eu-west-1",
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" } }
      client.emails:send { from = "a@example.com", to = "b@example.com", subject = "s", text = "t" }
    ]]):format(server.url .. "/play")
    local text = child.lua(code, { SES_LOG = "ERROR" })
    assert.matches('^{"timestamp":"[^\n]+","level":"error",[^\n]+MessageRejected[^\n]+}$', text)
    assert.equal("nil\tSES_LOG must be one of error, warn, info, debug, trace, off\tvalidation",
      (child.lua('local c, err = require("ses").client() print(c, err.message, err.kind)', { SES_LOG = "x" })))
  end)

  it("costs nothing where it does not log: no module of the log is even loaded", function()
    server:script(failure(503, "ServiceUnavailable"), failure(400, "MessageRejected"))
    assert.equal("MessageRejected", child.lua(([[
      local client = require("ses").client { endpoint = %q, region = "eu-west-1", rate_limit_rps = 1000,
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" } }
      local _, err = client.emails:send { from = "a@example.com", to = "b@example.com", subject = "s", text = "t" }
      io.write(err.code)
      for name in pairs(package.loaded) do
        if name:find "^ses%%.observe" or name:find "log" then io.write(" ", name) end
      end
    ]]):format(server.url .. "/play")))
  end)
end)

describe("a client of the emulator that logs", function()
  it("says what it has changed, and what became of a bulk mail", function()
    local emulator, entries = inbox.start { rate = 1000000, daily = -1, verify = false }, {}
    local options = { log = { sink = function(_, _, entry) entries[#entries + 1] = entry end } }
    for name, value in pairs(emulator.client) do options[name] = value end
    local client = assert(ses.client(options))
    assert(client.templates:create { template_name = "hi", template_content = { subject = "s", text = "t" } })
    assert(client.identities:create { email_identity = "somebody@example.com" })
    emulator.fail { operation = "SendBulkEmail", entry_status = "MESSAGE_REJECTED", count = 1 }
    client.emails:send_bulk { from = "a@example.com", template = "hi", entries = {
      { to = "b@example.com" }, { to = "c@example.com" },
    } }
    client:close()
    emulator.stop()
    assert.same({ "template changed", "hi" }, { entries[2].message, entries[2].template_name })
    assert.same({ "identity changed", "som***@example.com" }, { entries[3].message, entries[3].identity })
    assert.same({ "warn", "entries of a bulk mail were not accepted", 2, 1 },
      { entries[4].level, entries[4].message, entries[4].entries, entries[4].accepted })
  end)
end)
