--- Programs whose output is a secret, inside nginx: by ngx.pipe, which yields to the worker. What they
-- write passes through Lua strings here.
-- @module ses.adapters.nginx_program
local core = require "ses.core"

local program = {}

local MAX_OUTPUT = 65536

local function failure(status, message)
  return { status = status, message = message }
end

local function read_all(process, ends_at)
  local pieces, size = {}, 0
  while true do
    local left = math.floor((ends_at - core.clock.monotonic()) * 1000)
    if left < 1 then return nil, failure("timeout", "the program did not end within the time allowed") end
    process:set_timeouts(nil, left, left, left)
    local piece, reason = process:stdout_read_any(4096)
    if piece then
      pieces[#pieces + 1], size = piece, size + #piece
    elseif reason == "closed" then
      return table.concat(pieces)
    elseif reason ~= "timeout" then
      return nil, failure("io", "what the program writes cannot be read: " .. tostring(reason))
    end
    if size > MAX_OUTPUT then
      return nil, failure("range", "the program writes more than " .. MAX_OUTPUT .. " bytes")
    end
  end
end

local function wait_for_end(process)
  local ok, reason, status = process:wait()
  if ok ~= nil and reason == "exit" then return status end
  if ok ~= nil and reason == "signal" then return 128 + status end
  if reason == "timeout" then
    return nil, failure("timeout", "the program did not end within the time allowed")
  end
  return nil, failure("io", "the program's exit status cannot be had: " .. tostring(reason))
end

--- Runs a program to its end. Arguments and results are those of `ses.adapters.program`, but that the
-- output is a string.
function program.run(command, timeout_ms)
  local words, fault = core.process.split(command)
  if not words then return nil, fault end
  local ends_at = core.clock.monotonic() + timeout_ms / 1000
  local loaded, pipe = pcall(require, "ngx.pipe")
  if not loaded then return nil, failure("state", "this nginx cannot start programs: it has no ngx.pipe") end
  local started, process, reason = pcall(pipe.spawn, words)
  if not started or not process then
    return nil, failure("io", "nginx cannot start the program: " .. tostring(reason or "wrong phase"))
  end
  process:shutdown "stdin"
  process:shutdown "stderr"
  local output, status
  output, fault = read_all(process, ends_at)
  if output then status, fault = wait_for_end(process) end
  if not status then
    process:kill(9)
    return nil, fault
  end
  return status, output
end

return program
