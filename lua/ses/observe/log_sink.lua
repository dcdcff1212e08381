--- Where the lines of a client's log go to: what the option `log` names, as a port.
-- @module ses.observe.log_sink
local errors = require "ses.errors"

local log_sink = {}

local function refusal(message) return nil, errors.validation { { path = "log.sink", message = message } } end

local function of_function(fn)
  return { log = function(_, level, line, entry) return fn(level, line, entry) end }
end

--- Finds it.
-- @param wanted nil (the sink of the place), "stderr", "nginx", { file = path }, a function(level, line, entry), a port
-- @tparam ses.Host host
-- @treturn table|nil a port of ses.ports
-- @treturn ?ses.Error kind "validation"
function log_sink.of(wanted, host)
  if type(wanted) == "function" then return of_function(wanted) end
  if type(wanted) == "table" and not wanted.file then return wanted end
  local name = type(wanted) == "table" and "file" or wanted or host.log_sinks.default
  local make = host.log_sinks[name]
  if not make then
    return refusal(name == "nginx" and "can be nginx inside nginx alone"
      or ("cannot be %s inside nginx, where a write would hold up all requests; nginx can"):format(
        name == "file" and "a file" or name))
  end
  return make(type(wanted) == "table" and wanted.file or nil)
end

return log_sink
