local core_host = require "ses.emulator.host"
local emulator = require "spec.support.emulator"
local errors = require "ses.errors"
local events = require "ses.events"
local free_port = require "spec.support.free_port"
local json = require "ses.model.json"
local nginx = require "spec.support.nginx"
local observe = require "ses.observe"
local settings = require "ses.emulator.settings"
local ses = require "ses"

local TOPIC = "arn:aws:sns:us-east-1:000000000000:ses-events"
local EVENT_MAIL = '{"eventType":"%s","mail":{"messageId":"%s","destination":["ann@example.com"]}%s}'

describe("ses.events.sqs", function()
  local server, url, clients

  local function client_of(more)
    local options = {
      region = "us-east-1", endpoint = server.url, max_retries = 0,
      credentials = { access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY },
    }
    for name, value in pairs(more or {}) do options[name] = value end
    local client = assert(ses.client(options))
    clients[#clients + 1] = client
    return client
  end

  local function sqs(name, input)
    input.QueueUrl = input.QueueUrl or url
    return server:sqs(name, input)
  end

  setup(function() server = emulator.start {} end)
  teardown(function() server:stop() end)

  before_each(function()
    clients = {}
    server:control("POST", "/reset")
    url = assert(server:sqs("CreateQueue", {
      QueueName = "ses-events", Attributes = { VisibilityTimeout = "600" },
    })).QueueUrl
  end)
  after_each(function()
    for _, client in ipairs(clients) do client:close() end
  end)

  -- A topic that has no subscriber but the queue.
  local function publish_events(types)
    server:ok("CreateConfigurationSet", { ConfigurationSetName = "events" })
    server:ok("CreateConfigurationSetEventDestination", {
      ConfigurationSetName = "events", EventDestinationName = "sns", EventDestination = {
        Enabled = true, MatchingEventTypes = types, SnsDestination = { TopicArn = TOPIC },
      },
    })
  end

  local function send_mail(to, client)
    return assert(client.emails:send {
      from = "sender@example.com", to = to, subject = "Hello", text = "It works.", config_set = "events",
    }).message_id
  end

  local function put(body) assert(sqs("SendMessage", { MessageBody = body })) end

  local function event_text(kind, id, more) return EVENT_MAIL:format(kind, id, more or "") end

  local function envelope(text, id)
    return json.encode { Type = "Notification", MessageId = id or "sns-1", TopicArn = TOPIC, Message = text }
  end

  local function poller_of(options)
    local all = { client = options.client or client_of(), queue_url = url, wait_time_seconds = 0 }
    for name, value in pairs(options) do all[name] = value end
    return assert(events.poller(all))
  end

  -- Whether a message that was received is still in the queue. If it is, it can be received again.
  local function stays(message)
    local hidden, code = sqs("ChangeMessageVisibility", { ReceiptHandle = message.receipt, VisibilityTimeout = 0 })
    if not hidden then assert.equal("com.amazonaws.sqs#MessageNotInflight", code) end
    return hidden ~= nil
  end

  local function counts(given)
    local all = { received = 0, handled = 0, failed = 0, malformed = 0, duplicates = 0, trials = 0 }
    for name, count in pairs(given) do all[name] = count end
    return all
  end

  it("gives each event to the function of its type and to that of all, and deletes it", function()
    publish_events { "SEND", "BOUNCE" }
    local client, told, messages = client_of(), {}, {}
    local id = send_mail("bounce@simulator.amazonses.com", client)
    local poller = poller_of {
      client = client, handlers = { bounce = function(event) told[#told + 1] = "bounced " .. event.recipients[1] end },
      on_event = function(event, message)
        assert.equal(id, event.message_id)
        told[#told + 1], messages[#messages + 1] = event.type, message
      end,
    }
    assert.same(counts { received = 2, handled = 2 }, assert(poller:poll()))
    assert.same({ "send", "bounced bounce@simulator.amazonses.com", "bounce" }, told)
    assert.equal(1, messages[1].receive_count)
    for _, message in ipairs(messages) do assert.is_false(stays(message)) end
    assert.same(counts {}, assert(poller:poll()))
  end)

  it("leaves a message whose function fails, and gives it again", function()
    local failed = errors.new { kind = "client", code = "Full", message = "the disk is full" }
    local outcomes, calls, told, last = {
      function() error("no database", 0) end, function() return false end, function() return nil, failed end,
      function() return nil end,
    }, 0, {}, nil
    local poller = poller_of {
      handlers = { bounce = function(_, message)
        calls, last = calls + 1, message
        return outcomes[calls]()
      end },
      on_error = function(err, message) told[#told + 1] = { err, message.receive_count } end,
    }
    put(envelope(event_text("Bounce", "m-1")))
    for _ = 1, 3 do
      assert.same(counts { received = 1, failed = 1 }, assert(poller:poll()))
      assert.is_true(stays(last))
    end
    assert.same(counts { received = 1, handled = 1 }, assert(poller:poll()))
    assert.is_false(stays(last))
    assert.same({ { "no database", 1 }, { "the handler returned false", 2 }, { failed, 3 } }, told)
  end)

  it("deletes what it has dealt with already, whichever message brings it", function()
    local calls = 0
    local poller = poller_of { on_event = function() calls = calls + 1 end }
    put(envelope(event_text("Bounce", "m-1"), "sns-7"))
    put(envelope(event_text("Bounce", "m-1"), "sns-7"))
    assert.same(counts { received = 2, handled = 1, duplicates = 1 }, assert(poller:poll()))
    put(envelope(event_text("Bounce", "m-1"), "sns-7"))
    assert.same(counts { received = 1, duplicates = 1 }, assert(poller:poll()))
    assert.equal(1, calls)
  end)

  it("tells what is no event of SES, which stays, and drops the word that tries a topic", function()
    local told, calls = {}, 0
    local poller = poller_of {
      on_event = function() calls = calls + 1 end,
      on_malformed = function(message, err) told[#told + 1] = { message, err.code } end,
    }
    put "nonsense"
    put(envelope("Successfully validated SNS topic for Amazon SES event publishing.", "sns-8"))
    put(json.encode { eventType = "Bounce" })
    put(event_text("Open", "m-2"))
    assert.same(counts { received = 4, handled = 1, malformed = 2, trials = 1 }, assert(poller:poll()))
    assert.equal(1, calls)
    for i, body in ipairs { "nonsense", '{"eventType":"Bounce"}' } do
      assert.same({ body, "MalformedMessage" }, { told[i][1].body, told[i][2] })
      assert.is_true(stays(told[i][1]))
    end
    assert.same(counts { received = 2, malformed = 2 }, assert(poller:poll()))
  end)

  it("puts hard bounces on the account's suppression list before anybody is told", function()
    local client, listed = client_of(), nil
    local poller = poller_of {
      client = client, suppress = true,
      on_event = function() listed = client.suppression:get { email_address = "gone@example.com" } end,
    }
    put(event_text("Bounce", "m-1",
      ',"bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"gone@example.com"}]}'))
    assert.equal(1, assert(poller:poll()).handled)
    assert.equal("BOUNCE", listed.suppressed_destination.reason)
  end)

  it("ends where a wait helps nothing, and says why", function()
    local function ended(options)
      options.on_event = function() end
      local ok, err = poller_of(options):run()
      assert.is_nil(ok)
      return err
    end
    local err = ended { queue_url = server.url .. "/000000000000/none" }
    assert.same({ "client", "QueueDoesNotExist", "ReceiveMessage" }, { err.kind, err.code, err.operation })
    err = ended { client = client_of {
      credentials = { access_key_id = settings.ACCESS_KEY_ID, secret_access_key = "wrong" },
    } }
    assert.same({ "signing", "InvalidSignatureException" }, { err.kind, err.code })
    server:control("POST", "/faults", { operation = "ReceiveMessage", status = 403, code = "AccessDeniedException" })
    err = ended {}
    assert.same({ "credentials", "AccessDeniedException" }, { err.kind, err.code })
    local client = client_of()
    client:close()
    assert.equal("ClientClosed", ended({ client = client }).code)
  end)

  it("waits for what passes by itself, and goes on", function()
    local port = free_port()
    local told, poller, other = {}, nil, nil
    poller = poller_of {
      queue_url = ("http://127.0.0.1:%d/000000000000/late"):format(port),
      on_event = function(event)
        told[#told + 1] = event.message_id
        poller:stop()
      end,
      on_error = function(err)
        told[#told + 1] = err.kind
        if other then return end
        other = emulator.start { port = port }
        assert(other:sqs("CreateQueue", { QueueName = "late" }))
        assert(other:sqs("SendMessage", {
          QueueUrl = other.url .. "/000000000000/late", MessageBody = event_text("Bounce", "m-9"),
        }))
      end,
    }
    local ok, err = poller:run()
    other:stop()
    assert.is_true(ok, err and err.message)
    assert.same({ "network", "m-9" }, told)
  end)

  it("waits in ses.run while others send, and takes no place of theirs", function()
    publish_events { "DELIVERY" }
    local client = client_of {
      max_concurrent_requests = 1, operation_timeout_ms = 10000, metrics = observe.metrics(),
    }
    local order, id = {}, nil
    ses.run(function(spawn)
      local poller
      poller = poller_of {
        client = client, wait_time_seconds = 20,
        on_event = function(event)
          order[#order + 1] = event.message_id == id and "event" or "another"
          poller:stop()
        end,
      }
      local task = spawn(function() return poller:run() end)
      -- Its request is on its way once it has been told to run.
      repeat ses.sleep(0.01) until poller.running
      assert.equal("AlreadyRunning", select(2, poller:run()).code)
      id = send_mail("ann@example.com", client)
      order[#order + 1] = "sent"
      assert.is_true(task:wait())
    end)
    assert.same({ "sent", "event" }, order)
    local text = client.metrics:text()
    assert.matches('ses_requests_total{[^}]*operation="SendEmail"[^}]*} 1\n', text)
    assert.is_nil(text:find("ReceiveMessage", 1, true))
    assert.is_nil(text:find("DeleteMessageBatch", 1, true))
  end)

  it("goes on beside what runs in ses.run, and ends with it", function()
    local told = {}
    put(event_text("Open", "m-1"))
    ses.run(function()
      local poller
      poller = poller_of { wait_time_seconds = 1, on_event = function(event)
        told[#told + 1] = event.message_id
        poller:stop()
      end }
      assert.is_true(poller:start())
      assert.equal("AlreadyRunning", select(2, poller:start()).code)
      while poller.running do ses.sleep(0.01) end
    end)
    assert.same({ "m-1" }, told)
    local ok, err = poller_of({ on_event = print }):start()
    assert.is_nil(ok)
    assert.equal("NoBackground", err.code)
  end)

  -- Both are at the same URL here.
  it("has a circuit breaker of its own, as SES has", function()
    local client = client_of { circuit_failure_threshold = 1, circuit_reset_timeout_ms = 600000 }
    local poller = poller_of { client = client, on_event = function() end }
    server:control("POST", "/faults", { operation = "ReceiveMessage", status = 500 })
    assert.equal("InternalFailure", select(2, poller:poll()).code)
    assert.equal("CircuitOpen", select(2, poller:poll()).code)
    assert.truthy(client.account:get())
    assert.equal("closed", client:circuit_state())
    server:control("DELETE", "/faults")
    client = client_of { circuit_failure_threshold = 1, circuit_reset_timeout_ms = 600000 }
    poller = poller_of { client = client, on_event = function() end }
    server:control("POST", "/faults", { operation = "GetAccount", status = 500 })
    assert.is_nil(client.account:get())
    assert.equal("CircuitOpen", select(2, client.account:get()).code)
    assert.truthy(poller:poll())
  end)

  it("tells what options are wrong", function()
    local client = client_of()
    local function field(options)
      local made, err = events.poller(options)
      assert.is_nil(made)
      assert.equal("validation", err.kind)
      return err.field, err.message
    end
    local function with(more)
      local all = { client = client, queue_url = url, on_event = print }
      for name, value in pairs(more) do all[name] = value end
      return all
    end
    for name, options in pairs {
      client = { queue_url = url, on_event = print }, queue_url = { client = client, on_event = print },
      handlers = { client = client, queue_url = url }, ["handlers.bounce"] = with { handlers = { bounce = 1 } },
      wait_time_seconds = with { wait_time_seconds = 21 }, max_messages = with { max_messages = 0 },
      visibility_timeout = with { visibility_timeout = 0.5 },
    } do
      assert.equal(name, (field(options)))
    end
    assert.equal("queue_url", (field(with { queue_url = "arn:aws:sqs:eu-west-1:123456789012:events" })))
    assert.matches("did you mean 'on_event'", (select(2, field(with { on_events = print }))))
  end)

  it("runs in a worker of nginx from its start, and lets it end", function()
    local running = nginx.start(([[
      lua_shared_dict ses_cache 1m;
      lua_shared_dict told 1m;
      init_by_lua_block { require "ses" }
      init_worker_by_lua_block {
        local client = assert(require("ses").client {
          region = "us-east-1", endpoint = "URL",
          credentials = { access_key_id = "KEY_ID", secret_access_key = "SECRET" },
        })
        POLLER = assert(require("ses.events").poller {
          client = client, queue_url = "URL/000000000000/ses-events", wait_time_seconds = 1,
          on_event = function(event) ngx.shared.told:incr(event.message_id, 1, 0) end,
        })
        assert(POLLER:start())
      }
      server {
        listen SOCKET;
        location / { content_by_lua_block { ngx.print(ngx.shared.told:get(ngx.var.uri:sub(2)) or 0) } }
      }
    ]]):gsub("%f[%u_](%u[%u_]+)%f[^%u_]", {
      URL = server.url, KEY_ID = settings.ACCESS_KEY_ID, SECRET = settings.SECRET_ACCESS_KEY,
    }), { workers = 2 })
    for i = 1, 3 do put(envelope(event_text("Delivery", "m-" .. i), "sns-" .. i)) end
    put(envelope(event_text("Delivery", "m-3"), "sns-3"))
    for i = 1, 3 do
      assert.is_true(core_host.wait_for(20, function() return running.post("/m-" .. i, "") == "1" end))
    end
    running.signal "QUIT"
    running.ended()
    assert.equal("", (running.error_log():gsub("[^\n]*%[notice%][^\n]*\n", "")))
    running.stop()
  end)
end)
