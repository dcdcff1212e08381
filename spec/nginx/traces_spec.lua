-- The traces of a worker of nginx: in timers, beside the requests.
local collector_of = require "spec.support.collector"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local scripted = require "spec.support.scripted"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

-- Of one mail that is taken at once.
local SPANS = 11

local PRELUDE = [[
  init_by_lua_block {
    require "ses"
    local client
    -- One for the worker, made by its first request.
    function CLIENT(options)
      if client then return client end
      local all = { exporter = "otlp" }
      for name, value in pairs(options or {}) do all[name] = value end
      client = assert(require("ses").client {
        region = "eu-west-1", endpoint = "SES/play", max_retries = 0,
        credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" },
        traces = assert(require("ses.observe").traces(all)),
      })
      return client
    end
    function SEND(options, call_options)
      return assert(CLIENT(options).emails:send({ from = "anna@lantern.example", to = "b@example.com", subject = "s",
        text = "t" }, call_options))
    end
  }
]]

describe("traces in nginx", function()
  local server, collector, running

  setup(function() server, collector = scripted.start(), collector_of.start() end)
  teardown(function()
    server:stop()
    collector:stop()
  end)
  before_each(function()
    server:repeated(300, scripted.OK)
    collector:take_all()
    running = nginx.start((PRELUDE:gsub("SES", function() return server.url end)) .. nginx.RUNS_LUA, { workers = 1 })
  end)
  after_each(function()
    if running then running.stop() end
    running = nil
  end)

  local function lua(code) return (running.post("/lua", code)) end

  local function options(delay_ms, path)
    return ("{ endpoint = %q, delay_ms = %d }"):format(path and collector.server.url .. path or collector.url, delay_ms)
  end

  local function eventually_spans(count)
    process.eventually(function() return #collector:spans() >= count end)
    return collector:spans()
  end

  it("have the stages and times of the cosockets", function()
    assert.equal("m-1", lua(([[
      return SEND(%s, { traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }).message_id
    ]]):format(options(1))))
    local spans, by_id = eventually_spans(SPANS), {}
    assert.equal("operation(request_prepare credential_resolution request_build(signing) http_request("
      .. "connection_acquire request_send response_receive) response_parse(json_parse))",
      collector_of.tree(spans, "b7ad6b7169203331"))
    for _, span in ipairs(spans) do
      by_id[span.spanId] = span
      local parent = by_id[span.parentSpanId]
      if parent then assert.is_true(parent.from <= span.from and span.to <= parent.to, span.name) end
    end
    assert.equal("", running.error_log())
  end)

  it("wait for their time, in one request to the collector", function()
    lua(("for _ = 1, 5 do SEND(%s) end"):format(options(300)))
    assert.equal(5 * SPANS, #eventually_spans(5 * SPANS))
    assert.equal(1, #collector:played())
  end)

  it("hold up no request where the collector never answers", function()
    local took = tonumber(lua(([[
      local longest = 0
      for _ = 1, 50 do
        local from = require("ses").monotonic()
        SEND(%s)
        longest = math.max(longest, require("ses").monotonic() - from)
      end
      return longest
    ]]):format(options(1, "/silent"))))
    assert.is_true(took < 1, tostring(took))
  end)

  it("are sent before a worker ends in peace", function()
    lua(("for _ = 1, 5 do SEND(%s) end"):format(options(60000)))
    assert.equal(0, #collector:played())
    running.signal "QUIT"
    running.ended()
    assert.equal(5 * SPANS, #collector:spans())
  end)

  it("of a worker that ends while the collector is silent are dropped, and nginx's log says so", function()
    lua(("for _ = 1, 5 do SEND(%s) end"):format(options(60000, "/silent")))
    local from = process.shell "date +%s"
    running.signal "QUIT"
    running.ended()
    assert.is_true(tonumber(process.shell "date +%s") - tonumber(from) < 20)
    assert.matches("ses: traces: 55 spans were dropped so far: nginx's worker ended", running.error_log())
  end)

  it("leave when a client is closed, at once where a request does it", function()
    assert.equal("true 11", lua(([[
      SEND(%s)
      local client = CLIENT()
      return tostring(client:close()) .. " " .. client.traces:stats().sent
    ]]):format(options(60000))))
    assert.equal(SPANS, #collector:spans())
  end)

  it("that cannot be delivered are named when a client is closed", function()
    assert.matches("^nil SpansNotDelivered 11 .*refuses the connection", lua([[
      SEND { endpoint = "http://127.0.0.1:1/v1/traces", delay_ms = 60000 }
      local ok, err = CLIENT():close()
      return ("%s %s %d %s"):format(tostring(ok), err.code, err.spans, err.message)
    ]]))
  end)
end)
