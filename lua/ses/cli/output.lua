--- Standard output of the commands. Where its reader has gone (`ses campaign export … | head`), the program ends by
-- SIGPIPE and says nothing, as the system's own commands do; any other failure is told at the end.
-- @module ses.cli.output
local output = {}

-- EPIPE of Linux, the BSDs and macOS.
local BROKEN_PIPE = 32

local failure

local function failed(reason, number)
  local found, runtime = pcall(require, "ses.runtime")
  if number == BROKEN_PIPE and found then runtime.end_by_sigpipe() end
  failure = failure or reason
  return nil, reason
end

--- Writes.
-- @param ... strings and numbers
-- @treturn boolean|nil
-- @treturn ?string why not
function output.write(...)
  local done, reason, number = io.stdout:write(...)
  if done then return true end
  return failed(reason, number)
end

--- Hands over what was written.
-- @treturn boolean|nil
-- @treturn ?string why not
function output.flush()
  local done, reason, number = io.stdout:flush()
  if done then return true end
  return failed(reason, number)
end

--- The first failure of this process.
-- @treturn ?string
function output.failure()
  return failure
end

return output
