--- Seeing what a client does: metrics, and traces.
--
--     local client = assert(ses.client { metrics = true })
--     …
--     print(client.metrics:text())                                        -- as Prometheus reads it
--     client.metrics:write "/var/lib/prometheus/node-exporter/ses.prom"   -- for node_exporter
--
-- `metrics = true` counts in the process's registry, which its clients have in common; in nginx that of all workers.
-- `observe.metrics()` makes one apart. docs/observability.md has every metric.
--
--     local client = assert(ses.client { traces = true })          -- by OTEL_EXPORTER_OTLP_ENDPOINT and the like
--     local traces = assert(require("ses.observe").traces { endpoint = "http://127.0.0.1:4318/v1/traces" })
--     local other = assert(ses.client { traces = traces })
-- @module ses.observe
local errors = require "ses.errors"
local lazy = require "ses.lazy"
local registry = require "ses.observe.registry"

local host = lazy "ses.adapters.host"
local shared = lazy "ses.observe.shared"
local traces = lazy "ses.observe.traces"

local observe = {}

local of_process = {}

--- Makes a registry, to be given to clients as `metrics`.
-- @tparam ?table options `max_label_values` that are told apart, of each label whose values come from outside (100);
--   `warn` function(text), told once of a label that has more; `textfile`, a path that ends in `.prom`, written to for
--   node_exporter whenever a client that counts here is closed (not in nginx, whose workers must not wait for a disk)
-- @treturn ses.Metrics
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", for the path of `textfile`
function observe.metrics(options)
  if options and options.textfile ~= nil and not host.current().log_sinks.file then
    local message = "cannot be inside nginx, where a write would hold up all requests; ses.nginx.metrics can"
    return nil, errors.validation { { path = "textfile", message = message } }
  end
  return registry.new(options)
end

--- The registry of the process: what `metrics = true` counts in.
-- @tparam ses.Settings settings `metrics_dict`, `cache_dict`
-- @tparam ses.Host place
-- @tparam ?ses.Logger logger of the client, told of a label with too many values
-- @treturn ses.Metrics
function observe.of_process(settings, place, logger)
  local counters = place.counters(settings)
  local name = counters and counters.name or ""
  if not of_process[name] then
    local warn = counters and counters.warn
      or logger and function(text) logger:warned("ses.metrics", text) end
    local metrics = registry.new { warn = warn }
    if counters then shared.attach(metrics, counters) end
    of_process[name] = metrics
  end
  return of_process[name]
end

--- Makes traces, to be given to clients as `traces`: which calls are recorded, and where their spans go. What is not
-- given is looked for in OpenTelemetry's variables (docs/observability.md), and has its default else.
-- @tparam ?table options
--
-- - `exporter`: "otlp" (OTLP/HTTP with JSON), "console" (stderr, in nginx its error log) or "none" ("otlp")
-- - `endpoint`: the whole URL ("http://localhost:4318/v1/traces"); `headers`: name → value
-- - `service_name`; `resource_attributes`: name → value
-- - `sampler`: "always_on", "always_off", "traceidratio", or one of these behind "parentbased_", where the caller's
--   `traceparent` decides ("parentbased_always_on"); `sampler_ratio`, 0 to 1 (1)
-- - `timeout_ms` of a request (10,000); `delay_ms` until spans are sent (5,000); `max_batch` spans in a request (512);
--   `max_queue` spans that wait, beyond which they are dropped (2,048); `max_connections` (2)
-- - `flush_timeout_ms`: how long `client:close()` waits for the last spans, 0 to 86,400,000 (5,000)
-- - `warn` function(text), told of spans that are dropped or could not be delivered (nobody; in nginx its error log)
-- @treturn ses.Traces with `flush(timeout_ms)` and `stats()`
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation" with every fault, named by its option or variable
function observe.traces(options)
  local given, warn = {}, nil
  for name, value in pairs(options or {}) do
    if name == "warn" then warn = value else given[name] = value end
  end
  return traces.new(given, host.current(), warn)
end

local traces_of_process

--- The traces of the process: those of `traces = true`, by OpenTelemetry's variables alone.
-- @tparam ses.Host place
-- @tparam ?ses.Logger logger of the first client, told of spans that are dropped or could not be delivered
-- @treturn ses.Traces
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", naming the variables
function observe.traces_of_process(place, logger)
  if traces_of_process then return traces_of_process end
  local made, err = traces.new(nil, place, logger and function(text) logger:warned("ses.traces", text) end)
  traces_of_process = made
  return made, err
end

return observe
