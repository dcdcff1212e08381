--- What the launcher asks of the operating system: through the shell, because plain Lua has no other
-- way, with every argument quoted.
-- @module ses.emulator.host
local host = {}

--- A shell word that stands for exactly this text.
-- @tparam string text without NUL
-- @treturn string
function host.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs a command and gives what it wrote to stdout.
-- @tparam string command as the shell reads it
-- @treturn ?string without the last line break; nil where the command failed
function host.capture(command)
  -- Lua 5.1's close tells no exit status, so the shell writes it down.
  local pipe = io.popen("{ " .. command .. "\n} 2>/dev/null; echo \"=$?\"", "r")
  if not pipe then return nil end
  local text = pipe:read("*a")
  pipe:close()
  local output, status = text:match("^(.-)\n?=(%d+)\n$")
  return status == "0" and output or nil
end

--- Runs a command for its exit status.
-- @tparam string command
-- @treturn boolean whether it was 0
function host.succeeds(command)
  local status = os.execute(command)
  return status == true or status == 0
end

--- Waits without spinning. A signal ends it early.
-- @tparam number seconds
-- @treturn boolean false where a signal ended it
function host.sleep(seconds)
  return host.succeeds(("sleep %.3f"):format(seconds))
end

--- Polls until `condition` gives a true value.
-- @tparam number timeout seconds
-- @tparam function condition
-- @return what the condition gave at last
function host.wait_for(timeout, condition)
  local step, waited = 0.01, 0
  local value = condition()
  while not value and waited < timeout do
    host.sleep(step)
    waited = waited + step
    step = math.min(step * 1.5, 0.1)
    value = condition()
  end
  return value
end

--- The bytes of a file.
-- @tparam string path
-- @treturn ?string nil where it cannot be read
function host.read_file(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

--- Writes a file anew.
-- @tparam string path
-- @tparam string text
-- @treturn ?boolean true
-- @treturn ?string the reason where it failed
function host.write_file(path, text)
  local file, reason = io.open(path, "wb")
  if not file then return nil, reason end
  local written, fault = file:write(text)
  local closed, late = file:close()
  if not written or not closed then return nil, fault or late end
  return true
end

--- The id of the calling process.
-- @treturn ?string digits
function host.pid()
  local pipe = io.popen("echo $PPID", "r")
  if not pipe then return nil end
  local pid = pipe:read("*l")
  pipe:close()
  return pid and pid:match("^%d+$")
end

--- What stays the same as long as this process lives, and differs for a later one of the same id.
-- @tparam string|integer pid
-- @treturn ?string nil where there is no such process, or only its remains
function host.identity(pid)
  local stat = host.read_file(("/proc/%s/stat"):format(pid))
  -- The name in brackets may hold anything; what follows are the state and numbers.
  local rest = stat and stat:match("^.*%)%s+(.*)$")
  if not rest then return nil end
  local fields = {}
  for field in rest:gmatch("%S+") do fields[#fields + 1] = field end
  if fields[1] == "Z" or fields[1] == "X" then return nil end
  return fields[20]
end

-- The ports that some socket of this machine holds.
local function ports_in_use()
  local used = {}
  for _, path in ipairs { "/proc/net/tcp", "/proc/net/tcp6" } do
    for port in (host.read_file(path) or ""):gmatch("\n%s*%d+: %x+:(%x+)") do
      used[tonumber(port, 16)] = true
    end
  end
  return used
end

--- Whether some process listens on a TCP port of this machine.
-- @tparam integer port
-- @treturn boolean
function host.is_listening(port)
  local pattern = ("\n%%s*%%d+: %%x+:%04X %%x+:%%x+ 0A "):format(port)
  for _, path in ipairs { "/proc/net/tcp", "/proc/net/tcp6" } do
    if (host.read_file(path) or ""):find(pattern) then return true end
  end
  return false
end

--- A TCP port that nobody holds now. It lies below the range that Linux takes outgoing ports from.
-- @tparam function random as math.random
-- @treturn integer
function host.free_port(random)
  local used = ports_in_use()
  local port
  repeat port = random(10000, 32000) until not used[port]
  return port
end

return host
