-- That spans come to the collector, and never in the way of a call.
local child = require "spec.support.child"
local collector_of = require "spec.support.collector"
local observe = require "ses.observe"
local process = require "spec.support.process"
local scripted = require "spec.support.scripted"
local ses = require "ses"

local MAIL, OK = scripted.MAIL, scripted.OK
-- Of one mail that is taken at once.
local SPANS = 11

describe("spans", function()
  local server, collector, said

  setup(function() server, collector = scripted.start(), collector_of.start() end)
  teardown(function()
    server:stop()
    collector:stop()
  end)
  before_each(function()
    said = {}
    server:repeated(300, OK)
    collector:take_all()
  end)
  after_each(function() server:close_clients() end)

  local function traces_of(options)
    local all = {
      endpoint = collector.url, warn = function(text) said[#said + 1] = text end,
    }
    for name, value in pairs(options or {}) do all[name] = value end
    return assert(observe.traces(all))
  end

  local function send(traces, count)
    local client = server:client { traces = traces }
    for _ = 1, count do assert(client.emails:send(MAIL)) end
    return client
  end

  local function ids(spans, may_repeat)
    local found, count = {}, 0
    for _, span in ipairs(spans) do
      assert.is_true(may_repeat or not found[span.spanId])
      if not found[span.spanId] then count = count + 1 end
      found[span.spanId] = true
    end
    return count
  end

  it("wait for their time, and leave when the client is closed", function()
    local traces = traces_of()
    local client = send(traces, 3)
    assert.same({ queued = 3 * SPANS, sent = 0, dropped = 0 }, traces:stats())
    assert.equal(0, #collector:played())
    assert.equal(true, client:close())
    assert.same({ queued = 0, sent = 3 * SPANS, dropped = 0 }, traces:stats())
    assert.equal(1, #collector:played())
    assert.equal(3 * SPANS, ids(collector:spans()))
  end)

  it("leave beside the calls of a script that has no loop", function()
    local traces = traces_of { delay_ms = 1 }
    local client, sent = send(traces, 1), 1
    process.eventually(function()
      assert(client.emails:send(MAIL))
      sent = sent + 1
      return traces:stats().sent >= SPANS
    end)
    assert(client:close())
    assert.equal(sent * SPANS, ids(collector:spans()))
  end)

  it("leave beside the tasks of a loop, a full batch at once", function()
    local traces = traces_of { delay_ms = 60000, max_batch = 2 * SPANS }
    local client = server:client { traces = traces }
    ses.run(function(spawn)
      for _ = 1, 5 do spawn(function() assert(client.emails:send(MAIL)) end) end
      local ends = ses.monotonic() + 10
      while traces:stats().sent < 4 * SPANS and ses.monotonic() < ends do ses.sleep(0.01) end
    end)
    assert.is_true(traces:stats().sent >= 4 * SPANS)
    assert(client:close())
    -- The loop may have ended while the last ones were on their way.
    assert.equal(5 * SPANS, ids(collector:spans(), true))
    for _, body in ipairs(collector:bodies()) do
      assert.is_true(#collector_of.spans_of { body } <= 2 * SPANS)
    end
  end)

  it("leave when their time has come while a loop waits", function()
    local traces = traces_of { delay_ms = 20 }
    local client = server:client { traces = traces }
    ses.run(function()
      assert(client.emails:send(MAIL))
      local ends = ses.monotonic() + 10
      while traces:stats().sent < SPANS and ses.monotonic() < ends do ses.sleep(0.01) end
    end)
    assert.equal(SPANS, traces:stats().sent)
  end)

  it("are kept where a loop ends while they are on their way", function()
    local traces = traces_of { endpoint = collector.server.url .. "/silent", delay_ms = 1 }
    local client = server:client { traces = traces }
    ses.run(function()
      assert(client.emails:send(MAIL))
      ses.sleep(0.1)
    end)
    assert.same({ queued = SPANS, sent = 0, dropped = 0 }, traces:stats())
    traces.exporter.endpoint = collector.url
    assert(client:close())
    assert.equal(SPANS, ids(collector:spans()))
  end)

  for place, run in pairs {
    ["in a script"] = function(fn) fn() end,
    ["in a loop"] = function(fn) ses.run(fn) end,
  } do
    for what, path in pairs { ["that never answers"] = "/silent", ["that is not there"] = "" } do
      it(("never hold up a call %s, with a collector %s"):format(place, what), function()
        local endpoint = path == "" and "http://127.0.0.1:1/v1/traces" or collector.server.url .. path
        local traces = traces_of { endpoint = endpoint, delay_ms = 1, max_batch = 1, flush_timeout_ms = 300 }
        local client, longest = server:client { traces = traces }, 0
        run(function()
          for _ = 1, 50 do
            local from = ses.monotonic()
            assert(client.emails:send(MAIL))
            longest = math.max(longest, ses.monotonic() - from)
          end
        end)
        assert.is_true(longest < 1, tostring(longest))
        local from = ses.monotonic()
        local ok, err = client:close()
        local took = ses.monotonic() - from
        assert.is_nil(ok)
        assert.same({ "SpansNotDelivered", 50 * SPANS }, { err.code, err.spans })
        assert.matches("^traces: 550 spans could not be delivered: ", err.message)
        assert.is_true(took < 3, tostring(took))
        assert.matches("could not be delivered", table.concat(said, "\n"))
        assert.is_true(client.closed)
      end)
    end
  end

  it("are dropped beyond what the queue holds, which is counted and said once", function()
    local traces = traces_of { max_queue = 2 * SPANS + 5 }
    local client = send(traces, 6)
    assert.same({ queued = 2 * SPANS, sent = 0, dropped = 4 * SPANS }, traces:stats())
    assert.same({ ("traces: %d spans were dropped so far: the queue is full"):format(SPANS) }, said)
    assert(client:close())
    assert.equal(2 * SPANS, ids(collector:spans()))
  end)

  it("are tried again where the collector says so, and arrive once", function()
    collector:script({ status = 503, body = "" }, { status = 429, body = "" }, { status = 200, body = "{}" })
    local traces = traces_of()
    send(traces, 1)
    for _ = 1, 2 do
      local ok, err = traces:flush()
      assert.is_nil(ok)
      assert.equal(SPANS, err.spans)
      assert.equal(SPANS, traces:stats().queued)
    end
    assert(traces:flush())
    assert.same({ queued = 0, sent = SPANS, dropped = 0 }, traces:stats())
    local bodies = collector:bodies()
    assert.equal(3, #bodies)
    assert.equal(bodies[1], bodies[3])
  end)

  it("wait as long as the collector asks for, beside the calls", function()
    collector:script({ status = 503, body = "", headers = { ["Retry-After"] = "20" } }, { status = 200, body = "{}" })
    local traces = traces_of { delay_ms = 1 }
    local client = send(traces, 1)
    process.eventually(function()
      assert(client.emails:send(MAIL))
      return #said > 0
    end)
    for _ = 1, 20 do assert(client.emails:send(MAIL)) end
    assert.equal(1, #collector:played())
    assert.is_true(traces.exporter.retry_at > ses.monotonic() + 15)
    assert(client:close())
  end)

  it("that the collector refuses are dropped, and those after them are not", function()
    collector:script({ status = 400, body = "" }, { status = 200, body = "{}" })
    local traces = traces_of { max_batch = SPANS }
    send(traces, 2)
    -- The first batch was full, and is on its way.
    assert(traces:flush())
    assert.same({ queued = 0, sent = SPANS, dropped = SPANS }, traces:stats())
    assert.matches("the collector answered HTTP 400", said[1])
  end)

  it("that the collector does not take from a batch are counted as dropped", function()
    collector:take_all { status = 200, body = '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}' }
    local traces = traces_of()
    send(traces, 1)
    assert(traces:flush())
    assert.same({ queued = 0, sent = SPANS - 3, dropped = 3 }, traces:stats())
    assert.matches("3 spans were dropped", said[1])
  end)

  it("are sampled before anything is made of them", function()
    local traces = traces_of { sampler = "parentbased_traceidratio", sampler_ratio = 0.5, max_batch = 2048 }
    send(traces, 100)
    local queued = traces:stats().queued / SPANS
    assert.is_true(queued > 20 and queued < 80, tostring(queued))
  end)

  it("that wait keep no client", function()
    local traces = traces_of()
    local kept = setmetatable({}, { __mode = "k" })
    local function use()
      local client = ses.client {
        region = "eu-west-1", endpoint = server.url .. "/play", traces = traces,
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" },
      }
      client.emails:send(MAIL)
      kept[client] = true
    end
    use()
    for _ = 1, 3 do collectgarbage() end
    assert.is_true(next(kept) == nil)
    assert.equal(SPANS, traces:stats().queued)
  end)

  it("of a client that nobody closes hold up no collection of garbage", function()
    assert.equal("true", child.lua(([[
      local client = require("ses").client { region = "eu-west-1", endpoint = "http://127.0.0.1:1", max_retries = 0,
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" },
        traces = require("ses.observe").traces { endpoint = %q } }
      client:call("GetAccount")
      client = nil
      local from = require("ses").monotonic()
      collectgarbage()
      collectgarbage()
      io.write(tostring(require("ses").monotonic() - from < 1))]]):format(collector.server.url .. "/silent")))
  end)
end)
