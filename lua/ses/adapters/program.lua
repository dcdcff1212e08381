--- Programs whose output is a secret, outside nginx: started by the C core, which keeps what they write.
-- In a task of the loop the others run meanwhile.
-- @module ses.adapters.program
local core = require "ses.core"
local loop = require "ses.adapters.loop"

local program = {}

local SLICE_MS = 100 -- a blocking wait lets Lua's hooks run, for Ctrl-C, this often
local LONGEST_PAUSE = 0.05

local function wait_in_task(running)
  local pause = 0.001
  while true do
    local done, status = running:step(0)
    if done ~= false then return done, status end
    local slept, err = loop.sleep(pause)
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
-- @treturn integer exit status
-- @treturn userdata the process of ses.core, which holds the output; the caller closes it
-- @treturn[2] nil
-- @treturn[2] table failure of ses.core { status =, message = }, or a ses.Error of kind "cancelled"
function program.run(command, timeout_ms)
  local running, failure = core.process.start(command, { timeout_ms = timeout_ms })
  if not running then return nil, failure end
  local done, status
  if loop.current_task() then
    done, status = wait_in_task(running)
  else
    done, status = wait_blocking(running)
  end
  if done then return status, running end
  running:close()
  return nil, status
end

return program
