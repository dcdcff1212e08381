-- A send that is cancelled, or whose client is closed, in each phase that it goes through.
local child = require "spec.support.child"
local misbehaving_server = require "spec.support.misbehaving_server"
local names = require "spec.support.names"
local ses = require "ses"

-- In a cancelled call `in_doubt` says whether the mail may have been sent.
local PHASES = {
  { "TLS is agreed on", server = "tls-silent", scheme = "https", reached = "connections" },
  { "a large mail is being written", server = "unread", size = 12 * 1024 * 1024, reached = "connections" },
  { "the answer is waited for", server = "silent", reached = "requests", in_doubt = true },
  { "the answer trickles in", server = "slow-body", reached = "requests", in_doubt = true },
  { "the next try after a throttled one is waited for", server = "throttled", reached = "requests" },
  { "the next try after one in doubt is waited for", server = "close-after", reached = "requests", in_doubt = true },
}

local MAIL = { from = "ada@example.com", to = "bob@example.com", subject = "Hi" }

describe("a send that is given up while", function()
  local server

  setup(function() server = misbehaving_server.start() end)
  teardown(function() server.stop() end)

  local function client_of(options)
    local all = {
      endpoint = (options.scheme or "http") .. "://127.0.0.1:" .. server.port, region = "us-east-1", max_retries = 1,
      -- Long waits: the next try is not reached.
      initial_backoff_ms = 600000, max_backoff_ms = 600000, operation_timeout_ms = 3600000,
      max_message_bytes = 40 * 1024 * 1024, credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "s" },
    }
    for name, value in pairs(options) do
      if name ~= "scheme" then all[name] = value end
    end
    return assert(ses.client(all))
  end

  local function mail_of(phase)
    local mail = { text = ("x"):rep(phase.size or 10) }
    for name, value in pairs(MAIL) do mail[name] = value end
    return mail
  end

  local function wait_until(condition)
    local deadline = ses.monotonic() + 20
    while not condition() do
      assert(ses.monotonic() < deadline, "the phase was not reached")
      ses.sleep(0.01)
    end
    -- What follows in the same moment (an answer that is read, a wait that begins) has its time.
    ses.sleep(0.2)
  end

  local function assert_given_up(phase, result, err, from, code)
    assert.is_nil(result)
    assert.equal("cancelled", err.kind, tostring(err))
    assert.equal(code, err.code)
    assert.equal("SendEmail", err.operation)
    assert.equal(phase.in_doubt, err.in_doubt or nil, tostring(err))
    assert.is_false(err.retryable)
    assert.is_true(ses.monotonic() - from < 5)
  end

  for _, phase in ipairs(PHASES) do
    for code, give_up in pairs {
      Cancelled = function(task) task:cancel() end, ClientClosed = function(_, client) client:close() end,
    } do
      it(("%s, and says %s"):format(phase[1], code), function()
        server.arm(phase.server)
        ses.run(function(spawn)
          local client = client_of { scheme = phase.scheme }
          local task = spawn(function() return client.emails:send(mail_of(phase)) end)
          wait_until(function() return server.counts()[phase.reached] > 0 end)
          assert.equal("waiting", task:status())
          local from = ses.monotonic()
          give_up(task, client)
          local result, err = task:wait()
          assert_given_up(phase, result, err, from, code)
          client:close()
        end)
      end)
    end
  end

  it("a connection is waited for", function()
    server.arm "silent"
    ses.run(function(spawn)
      local client = client_of { max_connections = 1 }
      local first = spawn(function() return client.emails:send(mail_of {}) end)
      wait_until(function() return server.counts().requests == 1 end)
      local second = spawn(function() return client.emails:send(mail_of {}) end)
      local third = spawn(function() return client.emails:send(mail_of {}) end)
      ses.sleep(0.01)
      local from = ses.monotonic()
      second:cancel()
      local result, err = second:wait()
      assert_given_up({}, result, err, from, "Cancelled")
      client:close()
      result, err = third:wait()
      assert_given_up({}, result, err, from, "ClientClosed")
      result, err = first:wait()
      assert_given_up({ in_doubt = true }, result, err, from, "ClientClosed")
      assert.equal(1, server.counts().requests)
    end)
  end)

  it("its turn under the rate limit is waited for, which the next one then has", function()
    server.arm "good"
    ses.run(function(spawn)
      local client = client_of { rate_limit_rps = 0.01, rate_limit_burst = 1 }
      assert(client.emails:send(mail_of {}))
      for _, case in ipairs {
        { "Cancelled", function(task) task:cancel() end }, { "ClientClosed", function() client:close() end },
      } do
        local task = spawn(function() return client.emails:send(mail_of {}) end)
        ses.sleep(0.01)
        assert.equal("waiting", task:status())
        local from = ses.monotonic()
        case[2](task)
        local result, err = task:wait()
        assert_given_up({}, result, err, from, case[1])
      end
      assert.equal(1, server.counts().requests)
    end)
  end)

  it("the name is looked up, without holding up the others", function()
    local library = names.build()
    server.arm "good"
    local out = child.lua(([[
      local ses = require "ses"
      local function client_of(host)
        return assert(ses.client {
          endpoint = "http://" .. host .. ":%d", region = "us-east-1", max_retries = 0,
          credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "s" },
        })
      end
      local slow, quick = client_of "slow.test", client_of "127.0.0.1"
      local mail = { from = "ada@example.com", to = "bob@example.com", subject = "Hi", text = "x" }
      ses.run(function(spawn)
        local cancelled = spawn(function() return slow.emails:send(mail) end)
        local closed = spawn(function() return slow.emails:send(mail) end)
        ses.sleep(0.1)
        local from = ses.monotonic()
        cancelled:cancel()
        local _, err = cancelled:wait()
        print(err.kind, err.in_doubt or false)
        slow:close()
        _, err = closed:wait()
        print(err.kind, err.in_doubt or false)
        print(quick.emails:send(mail) ~= nil)
        print(ses.monotonic() - from < 5)
      end)
    ]]):format(server.port), { LD_PRELOAD = library.path })
    library.remove()
    assert.equal("cancelled\tfalse\ncancelled\tfalse\ntrue\ntrue", out)
  end)
end)
