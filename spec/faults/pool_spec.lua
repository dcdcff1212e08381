-- The pool of connections: how many, how long, and what becomes of a kept one that has died.
local cjson = require "cjson"
local misbehaving_server = require "spec.support.misbehaving_server"
local nginx = require "spec.support.nginx"
local ses = require "ses"

local MAIL = { from = "ada@example.com", to = "bob@example.com", subject = "Hi", text = "Hello" }

local READ = { "GetAccount", {} }
local SEND = { "SendEmail", {
  FromEmailAddress = MAIL.from, Destination = { ToAddresses = { MAIL.to } }, Content = { Raw = { Data = "x" } },
} }

local unpack = table.unpack or unpack -- luacheck: ignore

local NGINX = [[
  server {
    listen SOCKET;
    location = /call {
      content_by_lua_block { require("spec.support.fault_call").serve() }
    }
  }
]]

describe("the pool", function()
  local server, client

  setup(function() server = misbehaving_server.start() end)
  teardown(function() server.stop() end)
  after_each(function() client:close() end)

  local function options_of(more)
    local options = {
      endpoint = "http://127.0.0.1:" .. server.port, region = "us-east-1", max_retries = 3, initial_backoff_ms = 1,
      max_backoff_ms = 5, circuit_failure_threshold = 1000,
      credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "s" },
    }
    for name, value in pairs(more or {}) do options[name] = value end
    return options
  end

  local function start(behaviour, more)
    server.arm(behaviour)
    client = assert(ses.client(options_of(more)))
  end

  -- libcurl by itself repeats what was sent over a kept connection that dies.
  it("sends as often as it says where kept connections die with the request read, 50 times", function()
    start "close-when-reused"
    local attempts, doubts = 0, 0
    for _ = 1, 50 do
      local sent = assert(client.emails:send(MAIL))
      attempts, doubts = attempts + sent.attempts, doubts + sent.in_doubt_attempts
    end
    -- Each mail but the first meets the connection that the one before it left.
    assert.equal(99, attempts)
    assert.equal(49, doubts)
    assert.equal(attempts, server.counts().requests)
  end)

  it("does so for a read, and for many tasks at once", function()
    start "close-when-reused"
    local attempts = 0
    ses.run(function(spawn)
      for task = 1, 10 do
        spawn(function()
          for _ = 1, 10 do
            local result, err, info = client:call(unpack(task % 2 == 0 and READ or SEND))
            assert(result or err.code == "ConnectionReset", tostring(err))
            attempts = attempts + info.attempts
          end
        end)
      end
    end)
    assert.is_true(attempts > 100)
    assert.equal(attempts, server.counts().requests)
  end)

  it("sends once and no more where a try in doubt is not to be repeated", function()
    start("close-when-reused", { retry_in_doubt = false })
    local sent, failed = 0, 0
    for _ = 1, 40 do
      local result, err = client.emails:send(MAIL)
      if result then sent = sent + 1 else failed = failed + 1 end
      assert.is_true(result ~= nil or err.in_doubt)
    end
    assert.same({ 20, 20 }, { sent, failed })
    assert.equal(40, server.counts().requests)
  end)

  it("sends as often as it says inside nginx", function()
    client = { close = function() end }
    local running = nginx.start(NGINX)
    server.arm "close-when-reused"
    local attempts = 0
    for _ = 1, 20 do
      local outcome = cjson.decode((running.post("/call", cjson.encode {
        operation = "SendEmail", options = options_of(),
      })))
      assert.is_true(outcome.sent, outcome.message)
      attempts = attempts + outcome.attempts
    end
    running.stop()
    assert.equal(39, attempts)
    assert.equal(attempts, server.counts().requests)
  end)

  it("replaces a kept connection that has died, which is no failure", function()
    -- One failure would open the breaker, and nothing is tried again.
    start("idle-close", { circuit_failure_threshold = 1, max_retries = 0 })
    for i = 1, 20 do
      local sent = assert(client.emails:send(MAIL))
      assert.same({ 1, 0 }, { sent.attempts, sent.in_doubt_attempts })
      -- The server has one thread: it has closed when it answers this.
      assert.same({ connections = i, requests = i }, server.counts())
    end
  end)

  it("has no more connections than it may", function()
    start("good", { max_connections = 3 })
    ses.run(function(spawn)
      for _ = 1, 60 do spawn(function() assert(client.emails:send(MAIL)) end) end
    end)
    assert.same({ connections = 3, requests = 60 }, server.counts())
  end)

  local function send_until_connections(count, pause)
    local deadline = ses.monotonic() + 20
    local sent = 0
    while server.counts().connections < count do
      assert(ses.monotonic() < deadline, "the connection was kept")
      assert(client.emails:send(MAIL))
      sent = sent + 1
      ses.sleep(pause)
    end
    return sent
  end

  it("lets a connection become no older than it may", function()
    start("good", { max_lifetime_ms = 1000 })
    assert.is_true(send_until_connections(3, 0.02) > 20)
  end)

  it("uses no connection again that was idle for too long", function()
    start("good", { idle_timeout_ms = 1000 })
    assert(client.emails:send(MAIL))
    assert(client.emails:send(MAIL))
    assert.equal(1, server.counts().connections)
    assert.equal(2, send_until_connections(2, 2.2))
  end)
end)
