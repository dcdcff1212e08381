--- Seeing what a client does: metrics.
--
--     local client = assert(ses.client { metrics = true })
--     …
--     print(client.metrics:text())                                        -- as Prometheus reads it
--     client.metrics:write "/var/lib/prometheus/node-exporter/ses.prom"   -- for node_exporter
--
-- `metrics = true` counts in the process's registry, which its clients have in common; in nginx that of all workers.
-- `observe.metrics()` makes one apart. docs/observability.md has every metric.
-- @module ses.observe
local lazy = require "ses.lazy"
local registry = require "ses.observe.registry"

local shared = lazy "ses.observe.shared"

local observe = {}

local of_process = {}

--- Makes a registry, to be given to clients as `metrics`.
-- @tparam ?table options `max_label_values` that are told apart, of each label whose values come from outside (100);
--   `warn` function(text), told once of a label that has more
-- @treturn ses.Metrics
function observe.metrics(options)
  return registry.new(options)
end

--- The registry of the process: what `metrics = true` counts in.
-- @tparam ses.Settings settings `metrics_dict`, `cache_dict`
-- @tparam ses.Host host
-- @tparam ?ses.Logger logger of the client, told of a label with too many values
-- @treturn ses.Metrics
function observe.of_process(settings, host, logger)
  local counters = host.counters(settings)
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

return observe
