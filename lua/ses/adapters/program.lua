--- Programs whose output is a secret: started by the C core, which keeps what they write. They are looked
-- after from time to time, so that a loop or an nginx worker does something else meanwhile.
-- @module ses.adapters.program
local core = require "ses.core"

local program = {}

local SLICE_MS = 100 -- a blocking wait lets Lua's hooks run, for Ctrl-C, this often
local LONGEST_PAUSE = 0.05

local function wait_by(sleep, running)
  local pause = 0.001
  while true do
    local done, status = running:step(0)
    if done ~= false then return done, status end
    local slept, err = sleep(pause)
    if not slept then return nil, err end
    pause = math.min(pause * 1.5, LONGEST_PAUSE)
  end
end

local function wait_blocking(running)
  while true do
    local done, status = running:step(SLICE_MS)
    if done ~= false then return done, status end
  end
end

--- Runs a program to its end.
-- @tparam string command the command line, split into words without a shell
-- @tparam integer timeout_ms
-- @tparam ?function sleep of a clock (`ses.ports`), by which others run; none: it blocks
-- @tparam ?boolean by_shell for a host that takes the exit status of all its children itself, as nginx does: a shell
--   that starts the program tells it
-- @treturn integer exit status; 0 as well where the host has taken it
-- @treturn userdata the process of ses.core, which holds the output; the caller closes it
-- @treturn[2] nil
-- @treturn[2] table failure of ses.core { status =, message = }, or the ses.Error of `sleep`
function program.run(command, timeout_ms, sleep, by_shell)
  local running, failure = core.process.start(command, { timeout_ms = timeout_ms, by_shell = by_shell })
  if not running then return nil, failure end
  local done, status
  if sleep then
    done, status = wait_by(sleep, running)
  else
    done, status = wait_blocking(running)
  end
  if done then return status, running end
  running:close()
  return nil, status
end

return program
