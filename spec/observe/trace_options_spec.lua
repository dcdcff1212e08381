-- How traces are made, by options and by OpenTelemetry's variables.
local child = require "spec.support.child"
local collector_of = require "spec.support.collector"
local sampler = require "ses.observe.sampler"
local trace_options = require "ses.observe.trace_options"

-- What an environment gives: an expression on `options`, or the error.
local function resolved(expression, env, options)
  return child.lua(([[
    local options, err = require("ses.observe.trace_options").resolve(%s)
    io.write(err and tostring(err) or tostring(%s))]]):format(options or "{}", expression), env)
end

describe("ses.observe.trace_options", function()
  it("has OpenTelemetry's defaults", function()
    local found = assert(trace_options.resolve())
    assert.same({ "otlp", "http://localhost:4318/v1/traces", "parentbased_always_on", 1, 10000, 5000, 2048, 512 }, {
      found.exporter, found.endpoint, found.sampler, found.sampler_ratio, found.timeout_ms, found.delay_ms,
      found.max_queue, found.max_batch,
    })
    assert.equal("unknown_service", found.resource["service.name"])
    assert.is_false(found.off)
  end)

  it("reads OpenTelemetry's variables", function()
    for _, row in ipairs {
      { "options.endpoint", { OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:1/base/" }, "http://c:1/base/v1/traces" },
      { "options.endpoint",
        { OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:1", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = "http://d:2/x" },
        "http://d:2/x" },
      { "options.headers['x-key']", { OTEL_EXPORTER_OTLP_HEADERS = "a=b, x-key=one%20two%3D" }, "one two=" },
      { "options.headers.a", { OTEL_EXPORTER_OTLP_HEADERS = "a=b", OTEL_EXPORTER_OTLP_TRACES_HEADERS = "a=c" }, "c" },
      { "options.resource['service.name']", { OTEL_SERVICE_NAME = "shop", OTEL_RESOURCE_ATTRIBUTES = "service.name=x" },
        "shop" },
      { "options.resource['service.name']", { OTEL_RESOURCE_ATTRIBUTES = "k=v,service.name=x" }, "x" },
      { "options.resource['deployment.environment.name']",
        { OTEL_RESOURCE_ATTRIBUTES = "deployment.environment.name=a%2Cb" }, "a,b" },
      { "options.sampler .. options.sampler_ratio * 4",
        { OTEL_TRACES_SAMPLER = "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG = "0.5" },
        "parentbased_traceidratio2" },
      { "options.timeout_ms", { OTEL_EXPORTER_OTLP_TIMEOUT = "7" }, "7" },
      { "options.delay_ms .. options.max_queue .. options.max_batch",
        { OTEL_BSP_SCHEDULE_DELAY = "1", OTEL_BSP_MAX_QUEUE_SIZE = "2", OTEL_BSP_MAX_EXPORT_BATCH_SIZE = "3" }, "123" },
      { "options.off", { OTEL_SDK_DISABLED = "TRUE" }, "true" },
      { "options.off", { OTEL_TRACES_EXPORTER = "none" }, "true" },
      { "options.exporter", { OTEL_TRACES_EXPORTER = " console " }, "console" },
    } do
      assert.equal(row[3], (resolved(row[1], row[2]):gsub("%.0$", "")), row[1])
    end
  end)

  it("takes an option before a variable", function()
    assert.equal("http://x:1/t", resolved("options.endpoint", { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = "http://d:2/x" },
      [[{ endpoint = "http://x:1/t" }]]))
  end)

  it("names every fault, and repeats no value", function()
    for variable, value in pairs {
      OTEL_EXPORTER_OTLP_ENDPOINT = "SECRET", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = "SECRET",
      OTEL_TRACES_SAMPLER = "SECRET",
      OTEL_TRACES_SAMPLER_ARG = "1.5", OTEL_EXPORTER_OTLP_HEADERS = "SECRET", OTEL_TRACES_EXPORTER = "SECRET",
      OTEL_BSP_SCHEDULE_DELAY = "SECRET", OTEL_RESOURCE_ATTRIBUTES = "SECRET",
    } do
      local text = resolved("options", { [variable] = value })
      assert.matches("^" .. variable .. " ", text)
      assert.is_nil(text:find("SECRET", 1, true), text)
    end
    local _, err = trace_options.resolve { endpont = "x", sampler_ratio = 2, headers = { ["a b"] = "SECRET" } }
    assert.matches("endpont is no option of traces; did you mean", err.message)
    assert.matches("sampler_ratio must be a number from 0 to 1", err.message)
    assert.matches("headers must be headers", err.message)
  end)

  it("makes a client fail that is to go by variables which are wrong", function()
    assert.matches("^OTEL_TRACES_SAMPLER must be one of", child.lua([[
      local client, err = require("ses").client { traces = true }
      io.write(client and "made" or tostring(err))]], { OTEL_TRACES_SAMPLER = "sometimes" }))
  end)

  it("turns traces off where the environment says so", function()
    assert.equal("nil\ttrue", child.lua([[
      local client = require("ses").client { traces = true }
      io.write(tostring(client.tracer), "\t", tostring(client:close()))]], { OTEL_SDK_DISABLED = "true" }))
  end)
end)

describe("ses.observe.sampler", function()
  local function id(tail) return ("f"):rep(16) .. tail .. ("f"):rep(16 - #tail) end

  it("goes by the trace's id, so that all agree", function()
    local half = sampler.new("traceidratio", 0.5)
    assert.same({ true, true, false, false }, { half(id "0"), half(id "7"), half(id "8"), half(id "f") })
    assert.is_true(sampler.new("traceidratio", 1)(id "f"))
    assert.is_false(sampler.new("traceidratio", 0)(id "0000000000000000"))
  end)

  it("follows the parent where it is to", function()
    local taken, not_taken = { sampled = true }, { sampled = false }
    local by_parent, alone = sampler.new("parentbased_traceidratio", 0), sampler.new("traceidratio", 0)
    assert.same({ true, false, false, false }, { by_parent(id "0", taken), by_parent(id "0", not_taken),
      by_parent(id "0"), alone(id "0", taken) })
    assert.same({ true, false }, { sampler.new("parentbased_always_on", 1)(id "0"),
      sampler.new("parentbased_always_off", 1)(id "0") })
  end)
end)

describe("headers of the environment", function()
  it("reach the collector", function()
    local collector = collector_of.start()
    child.lua(([[
      local client = require("ses").client { traces = true, region = "eu-west-1", endpoint = "http://127.0.0.1:1",
        max_retries = 0, credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" } }
      client:call("GetAccount")
      assert(client:close())]]), { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = collector.url, OTEL_SERVICE_NAME = "shop",
      OTEL_EXPORTER_OTLP_HEADERS = "x-key=one%20two" })
    local played = collector:played()
    collector:stop()
    assert.equal(1, #played)
    assert.matches("POST /play/v1/traces", played[1].head)
    assert.matches("\nx%-key: one two", played[1].head:lower())
    assert.matches("\ncontent%-type: application/json", played[1].head:lower())
    assert.matches('"service.name","value":{"stringValue":"shop"}', played[1].body)
  end)
end)
