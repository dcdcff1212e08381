-- Bulk sends against the emulator, over real sockets.
local emulator = require "spec.support.emulator"
local nginx = require "spec.support.nginx"
local ses = require "ses"
local settings = require "ses.emulator.settings"

describe("client.emails:send_bulk", function()
  local sandbox, client

  local CREDENTIALS = { access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY }

  local function client_of(options)
    local all = {
      region = "us-east-1", endpoint = sandbox.url, credentials = CREDENTIALS, initial_backoff_ms = 1,
      max_backoff_ms = 5, circuit_failure_threshold = 1000,
    }
    for name, value in pairs(options or {}) do all[name] = value end
    if all.initial_backoff_ms > all.max_backoff_ms then all.max_backoff_ms = all.initial_backoff_ms end
    return assert(ses.client(all))
  end

  setup(function()
    sandbox = emulator.start { rate = 100000 }
  end)
  teardown(function() sandbox:stop() end)

  before_each(function()
    sandbox:control("POST", "/reset")
    client = client_of()
    assert(client.templates:create {
      template_name = "autumn", template_content = { subject = "Hello {{name}}", text = "From {{shop}}" },
    })
  end)
  after_each(function() client:close() end)

  local function people(count)
    local entries = {}
    for i = 1, count do entries[i] = { to = ("p%d@example.com"):format(i), data = { name = "N" .. i } } end
    return entries
  end

  local function mail(entries, more)
    local message = {
      from = "shop@example.com", template = "autumn", data = { shop = "Lumen", name = "you" }, entries = entries,
    }
    for name, value in pairs(more or {}) do message[name] = value end
    return message
  end

  -- How many mails each recipient got.
  local function inbox()
    local got = {}
    for _, message in ipairs(sandbox:messages("limit=10000").messages) do
      for _, recipient in ipairs(message.recipients) do got[recipient.email] = (got[recipient.email] or 0) + 1 end
    end
    return got
  end

  local function assert_each_got_one(entries, but)
    local got = inbox()
    for i, entry in ipairs(entries) do
      assert.equal(but and but[i] or 1, got[entry.to] or 0, entry.to)
    end
  end

  local function add_fault(fault)
    assert(sandbox:control("POST", "/faults", fault).id)
  end

  it("sends any number of entries, fifty a call, and keeps their order", function()
    local entries = people(230)
    local sent = assert(client.emails:send_bulk(mail(entries)))
    assert.equal(230, #sent.results)
    for i, result in ipairs(sent.results) do
      assert.equal(i, result.index)
      assert.equal("SUCCESS", result.status)
      assert.equal(1, result.attempts)
      assert.is_nil(result.error)
    end
    for _, i in ipairs { 1, 50, 51, 230 } do
      local message = sandbox:control("GET", "/messages/" .. sent.results[i].message_id)
      assert.equal("Hello N" .. i, message.subject)
    end
    assert.same({
      entries = 230, sent = 230, failed = 0, in_doubt = 0, not_sent = 0, retried = 0, batches = 5, attempts = 5,
    }, sent.metrics)
    assert.is_nil(sent.stopped_by)
    assert_each_got_one(entries)
  end)

  it("sends nothing for no entries", function()
    local sent = assert(client.emails:send_bulk(mail {}))
    assert.same({}, sent.results)
    assert.equal(0, sent.metrics.batches)
  end)

  it("puts no more than fifty recipients into one call", function()
    local entries = {}
    for i = 1, 4 do
      local to = {}
      for j = 1, 20 do to[j] = ("p%d-%d@example.com"):format(i, j) end
      entries[i] = { to = to }
    end
    local sent = assert(client.emails:send_bulk(mail(entries)))
    assert.equal(4, sent.metrics.sent)
    assert.equal(2, sent.metrics.batches)
  end)

  it("sends a message that brings its own template, with headers and tags for all and for one", function()
    local sent = assert(client.emails:send_bulk {
      from = "shop@example.com", subject = "Dear {{name}}", text = "Hello", data = { name = "reader" },
      headers = { ["X-Campaign"] = "autumn" }, tags = { campaign = "autumn" },
      entries = { "a@example.com", { name = "Bo", email = "b@example.com" },
        { to = "c@example.com", data = '{"name":"Cy"}', headers = { ["X-Seat"] = "12" }, tags = { seat = 12 } } },
    })
    assert.equal(3, sent.metrics.sent)
    local first = sandbox:control("GET", "/messages/" .. sent.results[1].message_id)
    local third = sandbox:control("GET", "/messages/" .. sent.results[3].message_id)
    assert.equal("Dear reader", first.subject)
    assert.equal("Dear Cy", third.subject)
    assert.equal("12", third.tags.seat)
  end)

  it("fails an entry that SES would refuse alone, before its batch leaves", function()
    local entries = people(60)
    entries[7].to = "nobody"
    entries[9].data = "{not json"
    entries[11].data = "[1]"
    entries[13] = { data = {} }
    entries[15] = { to = "p15@example.com", colour = "red" }
    entries[17] = 12
    entries[19] = { destination = { to_addresses = { "no body@example.com" } } }
    local sent = assert(client.emails:send_bulk(mail(entries)))
    assert.equal(7, sent.metrics.failed)
    assert.equal(53, sent.metrics.sent)
    assert.equal(2, sent.metrics.batches)
    for i, words in pairs {
      [7] = "to has no @", [9] = "data must be a JSON object", [11] = "data must be a JSON object",
      [13] = "to is required", [15] = "colour is not known", [17] = "must be a table or an address",
      [19] = "Destination.ToAddresses[1] has a space in it",
    } do
      local result = sent.results[i]
      assert.equal("INVALID_PARAMETER", result.status)
      assert.equal("validation", result.error.kind)
      assert.equal(0, result.attempts)
      assert.matches(words, result.error.message, 1, true)
    end
    assert.is_nil(tostring(sent.results[19].error):find("body", 1, true))
  end)

  it("refuses an entry of more than fifty recipients, and one outside the simulator in sandbox_mode", function()
    local to = {}
    for i = 1, 51 do to[i] = "p" .. i .. "@example.com" end
    local sent = assert(client.emails:send_bulk(mail { { to = to } }))
    assert.matches("more than 50 recipients", sent.results[1].error.message)
    local staging = client_of { sandbox_mode = true }
    sent = assert(staging.emails:send_bulk(mail { "a@example.com", "success@simulator.amazonses.com" }))
    assert.equal("INVALID_PARAMETER", sent.results[1].status)
    assert.equal("SUCCESS", sent.results[2].status)
    staging:close()
  end)

  it("tries just those again that SES could not take just now", function()
    for i, status in ipairs { "TRANSIENT_FAILURE", "ACCOUNT_THROTTLED", "FAILED" } do
      add_fault { entry_status = status, match = "p" .. i .. "0@", count = i }
    end
    local entries = people(120)
    local sent = assert(client.emails:send_bulk(mail(entries)))
    assert.equal(120, sent.metrics.sent)
    assert.equal(6, sent.metrics.retried)
    assert.equal(6, sent.metrics.batches)
    assert.equal(4, sent.results[30].attempts)
    assert.equal(1, sent.results[31].attempts)
    assert_each_got_one(entries)
  end)

  it("gives an entry up after max_retries, with SES's status and words", function()
    add_fault { entry_status = "TRANSIENT_FAILURE", match = "p2@", message = "Try later." }
    add_fault { entry_status = "FAILED", match = "p3@", message = "No." }
    local few = client_of { max_retries = 2 }
    local sent = assert(few.emails:send_bulk(mail(people(3))))
    assert.equal("TRANSIENT_FAILURE", sent.results[2].status)
    assert.equal("TRANSIENT_FAILURE", sent.results[2].error.code)
    assert.equal("Try later.", sent.results[2].error.message)
    assert.is_true(sent.results[2].error.retryable)
    assert.equal(3, sent.results[2].attempts)
    -- FAILED with a reason is a verdict.
    assert.equal(1, sent.results[3].attempts)
    assert.equal("No.", sent.results[3].error.message)
    assert.same({ 1, 2 }, { sent.metrics.sent, sent.metrics.failed })
    few:close()
  end)

  it("gives up in time", function()
    add_fault { entry_status = "TRANSIENT_FAILURE" }
    local slow = client_of { initial_backoff_ms = 600000, operation_timeout_ms = 500 }
    local from = ses.monotonic()
    local sent = assert(slow.emails:send_bulk(mail(people(1))))
    assert.equal("TRANSIENT_FAILURE", sent.results[1].status)
    assert.is_true(ses.monotonic() - from < 5)
    slow:close()
  end)

  for _, status in ipairs {
    "ACCOUNT_DAILY_QUOTA_EXCEEDED", "ACCOUNT_SUSPENDED", "ACCOUNT_SENDING_PAUSED", "CONFIGURATION_SET_SENDING_PAUSED",
    "TEMPLATE_NOT_FOUND",
  } do
    it("stops the run at " .. status .. " and says so of the rest", function()
      add_fault { entry_status = status, match = "p70@", message = "Because." }
      local sent = assert(client.emails:send_bulk(mail(people(400)), { concurrency = 1 }))
      assert.equal(status, sent.stopped_by.code)
      assert.equal(status, sent.results[70].status)
      assert.equal("SUCCESS", sent.results[100].status)
      for i = 101, 400 do
        assert.equal("NOT_SENT", sent.results[i].status)
        assert.equal(sent.stopped_by, sent.results[i].error)
        assert.equal(0, sent.results[i].attempts)
      end
      assert.same({ 99, 1, 300, 2 },
        { sent.metrics.sent, sent.metrics.failed, sent.metrics.not_sent, sent.metrics.batches })
    end)
  end

  it("stops where SES refuses the account or the template as a whole", function()
    local sent = assert(client.emails:send_bulk(mail(people(300), { template = "missing" }), { concurrency = 1 }))
    assert.equal("NotFoundException", sent.stopped_by.code)
    assert.equal(1, sent.metrics.batches)
    assert.equal(300, sent.metrics.not_sent)
    assert(client.account:put_sending_attributes { sending_enabled = false })
    sent = assert(client.emails:send_bulk(mail(people(300)), { concurrency = 1 }))
    assert.equal("SendingPausedException", sent.stopped_by.code)
    assert.equal(1, sent.metrics.attempts)
  end)

  it("stops at the daily quota that SES counts", function()
    sandbox:control("POST", "/limits", { daily = 75 })
    local sent = assert(client.emails:send_bulk(mail(people(300)), { concurrency = 1 }))
    assert.equal("ACCOUNT_DAILY_QUOTA_EXCEEDED", sent.stopped_by.code)
    assert.equal(75, sent.metrics.sent)
    assert.equal(25, sent.metrics.failed)
    assert.equal(200, sent.metrics.not_sent)
  end)

  it("fails a batch that SES refuses, and goes on with the others", function()
    add_fault { operation = "SendBulkEmail", status = 400, code = "BadRequestException", match = "p70@" }
    local sent = assert(client.emails:send_bulk(mail(people(150)), { concurrency = 1 }))
    assert.equal("FAILED", sent.results[51].status)
    assert.equal("BadRequestException", sent.results[100].error.code)
    assert.same({ 100, 50 }, { sent.metrics.sent, sent.metrics.failed })
    assert.is_nil(sent.stopped_by)
  end)

  it("stops where SES refuses every batch alike", function()
    add_fault { operation = "SendBulkEmail", status = 400, code = "MessageRejected" }
    local sent = assert(client.emails:send_bulk(mail(people(1000)), { concurrency = 1 }))
    assert.equal("MessageRejected", sent.stopped_by.code)
    assert.equal(3, sent.metrics.batches)
    assert.equal(850, sent.metrics.not_sent)
  end)

  it("stops where nobody answers", function()
    local lost = client_of { endpoint = "http://127.0.0.1:1", max_retries = 1 }
    local sent = assert(lost.emails:send_bulk(mail(people(1000)), { concurrency = 1 }))
    assert.equal("ConnectionRefused", sent.stopped_by.code)
    assert.equal(1, sent.metrics.batches)
    assert.equal(1000, sent.metrics.not_sent)
    lost:close()
  end)

  it("does not send a batch in doubt again where it is told not to", function()
    add_fault { operation = "SendBulkEmail", close = true, match = "p70@" }
    local entries = people(150)
    local sent = assert(client.emails:send_bulk(mail(entries), { retry_in_doubt = false }))
    for i = 51, 100 do
      assert.equal("IN_DOUBT", sent.results[i].status)
      assert.is_true(sent.results[i].error.in_doubt)
    end
    assert.same({ 100, 50, 0 }, { sent.metrics.sent, sent.metrics.in_doubt, sent.metrics.failed })
    assert.equal(3, sent.metrics.attempts)
    assert_each_got_one(entries)
    assert.is_nil(sent.stopped_by)
  end)

  it("sends a batch in doubt again by default, and says how often", function()
    add_fault { operation = "SendBulkEmail", close = true, match = "p70@", count = 1 }
    local entries, twice = people(150), {}
    for i = 51, 100 do twice[i] = 2 end
    local sent = assert(client.emails:send_bulk(mail(entries)))
    assert.equal(150, sent.metrics.sent)
    assert.equal(1, sent.results[70].in_doubt_attempts)
    assert.is_nil(sent.results[7].in_doubt_attempts)
    assert_each_got_one(entries, twice)
  end)

  it("keeps an entry's doubt over all its later tries, whatever those say", function()
    add_fault { operation = "SendBulkEmail", close = true, count = 1 }
    add_fault { entry_status = "TRANSIENT_FAILURE", match = "p2@", count = 1 }
    add_fault { entry_status = "MESSAGE_REJECTED", match = "p3@" }
    local sent = assert(client.emails:send_bulk(mail(people(3)), { concurrency = 1 }))
    assert.same({ "SUCCESS", "SUCCESS", "IN_DOUBT" },
      { sent.results[1].status, sent.results[2].status, sent.results[3].status })
    for i = 1, 3 do assert.equal(1, sent.results[i].in_doubt_attempts) end
    assert.equal("MESSAGE_REJECTED", sent.results[3].error.code)
  end)

  it("stops after three batches in a row that nobody answers", function()
    add_fault { operation = "SendBulkEmail", close = true }
    local sent = assert(client.emails:send_bulk(mail(people(500)), { retry_in_doubt = false, concurrency = 1 }))
    assert.equal(150, sent.metrics.in_doubt)
    assert.equal(350, sent.metrics.not_sent)
    assert.equal("ConnectionReset", sent.stopped_by.code)
  end)

  it("stops when the run's time is over", function()
    add_fault { operation = "SendBulkEmail", delay_ms = 2000, skip = 1 }
    local sent = assert(client.emails:send_bulk(mail(people(500)), {
      timeout_ms = 1000, concurrency = 1, retry_in_doubt = false,
    }))
    assert.equal("RunTimeout", sent.stopped_by.code)
    assert.equal("SUCCESS", sent.results[50].status)
    assert.equal("IN_DOUBT", sent.results[51].status)
    assert.equal("NOT_SENT", sent.results[101].status)
    assert.equal(500, #sent.results)
  end)

  it("takes what an answer leaves out as in doubt", function()
    add_fault { operation = "SendBulkEmail", status = 200, body = '{"BulkEmailEntryResults":[{"Status":"SUCCESS",'
      .. '"MessageId":"m1"},{"Status":"NEWER_THAN_US","Error":"e"}]}' }
    local sent = assert(client.emails:send_bulk(mail(people(3))))
    assert.equal("m1", sent.results[1].message_id)
    assert.equal("NEWER_THAN_US", sent.results[2].status)
    assert.equal("IN_DOUBT", sent.results[3].status)
    assert.same({ 1, 1, 1 }, { sent.metrics.sent, sent.metrics.failed, sent.metrics.in_doubt })
  end)

  it("takes AWS's shape with any number of entries", function()
    local entries = {}
    for i = 1, 60 do
      entries[i] = {
        destination = { to_addresses = { "p" .. i .. "@example.com" } },
        replacement_email_content = {
          replacement_template = { replacement_template_data = '{"name":"N' .. i .. '"}' },
        },
        replacement_tags = { { name = "n", value = tostring(i) } },
      }
    end
    local sent = assert(client.emails:send_bulk {
      from_email_address = "shop@example.com", bulk_email_entries = entries,
      default_content = { template = { template_name = "autumn", template_data = '{"shop":"Lumen"}' } },
      default_email_tags = { { name = "campaign", value = "autumn" } },
    })
    assert.equal(60, sent.metrics.sent)
    local message = sandbox:control("GET", "/messages/" .. sent.results[60].message_id)
    assert.equal("Hello N60", message.subject)
    assert.same({ campaign = "autumn", n = "60" }, message.tags)
  end)

  it("leaves client:call as it is", function()
    add_fault { entry_status = "MESSAGE_REJECTED", match = "b@" }
    local result = assert(client:call("SendBulkEmail", {
      FromEmailAddress = "shop@example.com",
      DefaultContent = { Template = { TemplateName = "autumn", TemplateData = '{"shop":"s","name":"n"}' } },
      BulkEmailEntries = {
        { Destination = { ToAddresses = { "a@example.com" } } },
        { Destination = { ToAddresses = { "b@example.com" } } },
      },
    }))
    assert.equal("SUCCESS", result.BulkEmailEntryResults[1].Status)
    assert.equal("MESSAGE_REJECTED", result.BulkEmailEntryResults[2].Status)
  end)

  it("names every fault of the message, and sends nothing", function()
    local sent, err = client.emails:send_bulk {
      from = "nobody", template = "autumn", subject = "x", data = "{", to = "a@example.com", raw = "x", entrys = {},
      entries = people(1),
    }
    assert.is_nil(sent)
    assert.equal("validation", err.kind)
    for _, words in ipairs {
      "from has no @", "subject cannot be given together with template", "data must be a JSON object",
      "to belongs into the entries", "raw cannot be sent in bulk", "entrys is not known; did you mean 'entries'?",
    } do assert.matches(words, err.message, 1, true) end
    for _, wrong in ipairs {
      { 12, "must be a table" }, { { from = "a@example.com", template = "t" }, "entries is required" },
      { { from = "a@example.com", template = "t", entries = 5 }, "must be a list or an iterator function" },
      { { template = "t", entries = {} }, "from is required" },
      { { from = "a@example.com", entries = {} }, "subject is required, or template" },
      { { from = "a@example.com", template = "t", tenant_name = 12, entries = {} }, "TenantName must be a string" },
    } do
      sent, err = client.emails:send_bulk(wrong[1])
      assert.is_nil(sent)
      assert.matches(wrong[2], err.message, 1, true)
    end
    assert.same({}, inbox())
  end)

  it("refuses options that nobody reads, and values that make no sense", function()
    for name, value in pairs { concurency = 2, concurrency = 0, batch_size = 51, on_result = true, timeout_ms = -1 } do
      local sent, err = client.emails:send_bulk(mail(people(1)), { [name] = value })
      assert.is_nil(sent)
      assert.equal(name, err.field)
    end
    assert.same({}, inbox())
  end)

  describe("with an iterator", function()
    local function counter(limit)
      local n = 0
      return function()
        n = n + 1
        if n <= limit then return { to = "p" .. n .. "@example.com", data = { name = "N" .. n } } end
      end
    end

    it("tells each result as soon as it is known, with the entry", function()
      local told = {}
      local sent = assert(client.emails:send_bulk(mail(counter(120)), { on_result = function(result, entry)
        told[result.index] = result.status .. " " .. entry.to
      end }))
      assert.is_nil(sent.results)
      assert.equal(120, sent.metrics.sent)
      for i = 1, 120 do assert.equal("SUCCESS p" .. i .. "@example.com", told[i]) end
    end)

    it("keeps no more than what is under way", function()
      local highest, base = 0, nil
      local sent = assert(client.emails:send_bulk(mail(counter(6000)), { on_result = function(result)
        if result.index % 1000 ~= 0 then return end
        collectgarbage()
        collectgarbage()
        local now = collectgarbage "count"
        base = base or now
        highest = math.max(highest, now - base)
      end }))
      assert.equal(6000, sent.metrics.sent)
      -- 5,000 results and entries would take more than two megabytes.
      assert.is_true(highest < 400, highest .. " KB")
    end)

    it("leaves in the iterator what it had not asked for when it stopped", function()
      add_fault { entry_status = "ACCOUNT_SUSPENDED", match = "p10@" }
      local each = counter(500)
      local sent = assert(client.emails:send_bulk(mail(each), { concurrency = 1 }))
      assert.equal(50, sent.metrics.entries)
      assert.equal("p51@example.com", each().to)
    end)

    it("ends where the iterator cannot go on, and says why", function()
      local each, broken = counter(60), ses.errors.new { kind = "client", code = "Broken", message = "the file ended" }
      local sent = assert(client.emails:send_bulk(mail(function()
        local entry = each()
        if entry then return entry end
        return false, broken
      end)))
      assert.equal(60, sent.metrics.sent)
      assert.equal(broken, sent.stopped_by)
      each = counter(60)
      sent = assert(client.emails:send_bulk(mail(function() return each() or error("boom") end)))
      assert.equal(60, sent.metrics.sent)
      assert.equal("IteratorFailed", sent.stopped_by.code)
      assert.matches("boom", sent.stopped_by.message)
    end)

    it("ends where on_result raises, once what is under way has been told", function()
      local told = 0
      local sent = assert(client.emails:send_bulk(mail(counter(500)), { concurrency = 1, on_result = function()
        told = told + 1
        error "full"
      end }))
      assert.equal(50, told)
      assert.equal("CallbackFailed", sent.stopped_by.code)
      assert.equal(50, sent.metrics.sent)
    end)

    it("is asked by one task at a time, however long it takes", function()
      local inside, n = false, 0
      ses.run(function()
        local sent = assert(client.emails:send_bulk_parallel(mail(function()
          assert(not inside)
          inside = true
          ses.sleep(0.001)
          inside = false
          n = n + 1
          if n <= 120 then return "p" .. n .. "@example.com" end
        end), { concurrency = 4, batch_size = 10 }))
        assert.is_nil(sent.stopped_by)
        assert.equal(120, sent.metrics.sent)
      end)
    end)
  end)

  describe("side by side", function()
    -- How long 8 batches take where each answer takes 0.3 s.
    local function time(run)
      add_fault { operation = "SendBulkEmail", delay_ms = 300 }
      local from = ses.monotonic()
      run()
      return ses.monotonic() - from
    end

    it("runs as many batches as it is told, outside of a loop", function()
      local entries = people(80)
      local took = time(function()
        local sent = assert(client.emails:send_bulk_parallel(mail(entries), { concurrency = 8, batch_size = 10 }))
        assert.equal(80, sent.metrics.sent)
        assert.equal(8, sent.metrics.batches)
      end)
      assert.is_true(took < 1.8, took)
      assert_each_got_one(entries)
    end)

    it("runs within a task, beside other tasks", function()
      local entries, woken = people(80), 0
      local took = time(function()
        ses.run(function(spawn)
          spawn(function()
            local sent = assert(client.emails:send_bulk(mail(entries), { concurrency = 8, batch_size = 10 }))
            assert.equal(5, woken)
            assert.equal(80, sent.metrics.sent)
          end)
          for _ = 1, 5 do
            ses.sleep(0.001)
            woken = woken + 1
          end
        end)
      end)
      assert.is_true(took < 1.8, took)
      assert_each_got_one(entries)
    end)

    it("runs in a coroutine of the user's within a task, one after the other", function()
      local entries = people(120)
      ses.run(function()
        local sent = coroutine.wrap(function() return client.emails:send_bulk(mail(entries)) end)()
        assert.equal(120, sent.metrics.sent)
      end)
      assert_each_got_one(entries)
    end)

    it("ends with the task that it is cancelled with, and knows what is in doubt", function()
      add_fault { operation = "SendBulkEmail", delay_ms = 2000 }
      local sent
      ses.run(function(spawn)
        local task = spawn(function()
          sent = client.emails:send_bulk(mail(people(500)), { concurrency = 2 })
        end)
        ses.sleep(0.3)
        task:cancel()
      end)
      assert.equal("cancelled", sent.stopped_by.kind)
      assert.equal(100, sent.metrics.in_doubt)
      assert.equal(400, sent.metrics.not_sent)
    end)
  end)

  it("makes no batch larger than what the rate limit lets through in a second", function()
    local limited = client_of { rate_limit_rps = 20 }
    local sent = assert(limited.emails:send_bulk(mail(people(20)), { concurrency = 1 }))
    assert.equal(1, sent.metrics.batches)
    limited:close()
    limited = client_of { rate_limit_rps = 200, rate_limit_burst = 8 }
    sent = assert(limited.emails:send_bulk(mail(people(20)), { concurrency = 1 }))
    assert.equal(3, sent.metrics.batches)
    limited:close()
  end)

  it("does the same inside nginx", function()
    local running = nginx.start(nginx.RUNS_LUA)
    finally(running.stop)
    add_fault { operation = "SendBulkEmail", delay_ms = 300 }
    add_fault { entry_status = "TRANSIENT_FAILURE", match = "p7@", count = 2 }
    local text, status = running.post("/lua", ([[
      local ses = require "ses"
      local client = assert(ses.client {
        region = "us-east-1", endpoint = "%s", initial_backoff_ms = 1,
        credentials = { access_key_id = "%s", secret_access_key = "%s" },
      })
      local entries = {}
      for i = 1, 80 do entries[i] = { to = "p" .. i .. "@example.com" } end
      local from = ses.monotonic()
      local sent = assert(client.emails:send_bulk({
        from = "shop@example.com", template = "autumn", data = { shop = "s", name = "n" }, entries = entries,
      }, { concurrency = 8, batch_size = 10 }))
      return sent.metrics.sent .. " " .. sent.metrics.retried .. " " .. tostring(ses.monotonic() - from < 2.1)
    ]]):format(sandbox.url, settings.ACCESS_KEY_ID, settings.SECRET_ACCESS_KEY))
    assert.equal(200, status)
    assert.equal("80 2 true", text)
    assert_each_got_one(people(80))
  end)
end)
