--- The traces of the clients that they are given to: which calls are recorded, and where their spans go.
-- @module ses.observe.traces
local console = require "ses.observe.console"
local exporter = require "ses.observe.exporter"
local sampler = require "ses.observe.sampler"
local trace_options = require "ses.observe.trace_options"

local traces = {}

local Traces = { __name = "ses.Traces" }
Traces.__index = Traces

--- Sends the spans that are still here, and waits for it a bounded time. In nginx outside of requests and timers it is
-- left to a timer.
-- @tparam ?number timeout_ms default: the option `flush_timeout_ms`
-- @treturn boolean|nil true
-- @treturn ?ses.Error code "SpansNotDelivered", with `spans`, how many are still here; they are tried again
function Traces:flush(timeout_ms) return self.exporter:flush(timeout_ms or self.flush_timeout_ms) end

--- How it stands.
-- @treturn table `queued`, `sent` and `dropped` spans
function Traces:stats() return self.exporter:stats() end

function Traces:__tostring()
  local stats = self:stats()
  return ("ses.Traces (%d spans sent, %d queued, %d dropped)"):format(stats.sent, stats.queued, stats.dropped)
end

--- Makes them; see `ses.observe.traces`.
-- @tparam ?table options of `ses.observe.traces`
-- @tparam ses.Host host
-- @tparam ?function warn function(text); nginx's error log where nobody else is told
-- @treturn ses.Traces
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", naming the options or the variables
function traces.new(options, host, warn)
  local found, err = trace_options.resolve(options)
  if not found then return nil, err end
  local self = {
    off = found.off, samples = sampler.new(found.sampler, found.sampler_ratio),
    flush_timeout_ms = found.flush_timeout_ms,
  }
  if found.exporter == "console" then
    self.exporter = console.new(function(text) host.say("notice", text) end)
  else
    self.exporter = exporter.new(found, host, warn or function(text) host.say("warn", text) end)
  end
  return setmetatable(self, Traces)
end

--- Whether a value is one.
-- @param value
-- @treturn boolean
function traces.is(value) return type(value) == "table" and getmetatable(value) == Traces end

return traces
