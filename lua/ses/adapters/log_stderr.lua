--- A sink that writes the lines of the log to the standard error.
-- @module ses.adapters.log_stderr
local log_stderr = {}

--- Writes a line. A sink's function: see ses.ports.
function log_stderr:log(_, line) -- luacheck: no self
  assert(io.stderr:write(line, "\n"))
end

return log_stderr
