--- The metrics of all workers together, for a scrape by Prometheus.
--
--     lua_shared_dict ses_metrics 1m;
--     init_worker_by_lua_block { require("ses.nginx").init_worker { client = { metrics = true } } }
--
--     location = /metrics {
--         allow 127.0.0.1;
--         deny all;
--         content_by_lua_block { require("ses.nginx").metrics() }
--     }
--
-- What is counted is what the clients count that were made with `metrics = true`. The format is the one that the
-- scraper asks for: Prometheus's text, or OpenMetrics.
-- @module ses.nginx.metrics
local answer = require "ses.nginx.answer"
local exposition = require "ses.observe.exposition"
local host = require "ses.adapters.host"
local observe = require "ses.observe"
local options_of = require "ses.nginx.options"

local metrics = {}

local OPTIONS = { metrics_dict = "kept", cache_dict = "kept" }

local DEFAULTS = { metrics_dict = "ses_metrics", cache_dict = "ses_cache" }

local function make(options)
  local names = {}
  for name, default in pairs(DEFAULTS) do
    names[name] = options[name] == nil and default or options[name]
    if type(names[name]) ~= "string" then
      return nil, options_of.fault(name, "must be the name of a shared dictionary")
    end
  end
  local found = observe.of_process(names, host.current())
  if found.shared or ngx.worker.count() == 1 then return found end
  return nil, options_of.fault("metrics_dict",
    ("is not declared: nginx.conf needs `lua_shared_dict %s 1m;`"):format(names.metrics_dict))
end

local told

-- With no client there is no pool of connections in any worker.
local function tell_if_idle(text)
  if told or text:find("\nses_connection_pool_size ", 1, true) then return end
  told = true
  ngx.log(ngx.WARN, "ses metrics: no client counts anything: it has to be made with metrics = true")
end

--- Answers the current request, as a content handler: 200 with the metrics, 503 where nginx.conf declares no dictionary
-- to add the workers up in.
-- @tparam table options `metrics_dict` and `cache_dict`: the client's settings, where they are others than by default
function metrics.handle(options)
  local found, err = options_of.read("metrics", OPTIONS, options, make)
  if not found then return answer.wrong_options("metrics", err) end
  if not answer.allows({ "GET", "HEAD" }, "metrics are read by GET") then return end
  local format = exposition.format_for(ngx.var.http_accept)
  ngx.header["Content-Type"] = exposition.CONTENT_TYPE[format]
  ngx.header["Cache-Control"] = "no-store"
  local text = found:text(format)
  tell_if_idle(text)
  ngx.print(text)
end

return metrics
