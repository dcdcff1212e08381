--- How soon a server answers a small request while it does other work: one request after the other on a kept
-- connection, each due at a fixed moment and counted from then, so that a server that stands still for long is seen
-- in all the requests that were due meanwhile.
local core = require "ses.core"
local socket = require "socket"

local ping = {}

local EVERY_SECONDS = 0.002

local function exchange(connection, request)
  assert(connection:send(request))
  local length = 0
  repeat
    local line = assert(connection:receive "*l")
    length = tonumber(line:match "^[Cc]ontent%-[Ll]ength: (%d+)") or length
  until line == ""
  assert(length == 0 or connection:receive(length))
end

--- Asks a path every two milliseconds.
-- @tparam integer port of 127.0.0.1
-- @tparam string path
-- @tparam number seconds
-- @tparam ?function at_tick called before each request with the seconds since the first
-- @treturn table { n =, p50_ms =, p99_ms =, max_ms = }
function ping.measure(port, path, seconds, at_tick)
  local connection = assert(socket.connect("127.0.0.1", port))
  connection:setoption("tcp-nodelay", true)
  connection:settimeout(30)
  local request = ("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"):format(path)
  local now, times, answered = core.clock.monotonic, {}, -math.huge
  exchange(connection, request)
  local began, first = now(), now()
  for i = 0, math.floor(seconds / EVERY_SECONDS) do
    local due = first + i * EVERY_SECONDS
    if due > now() then socket.sleep(due - now()) end
    if at_tick then at_tick(now() - began) end
    local sent = now()
    -- What this process itself was late is not the server's, and moves all that comes.
    first = first + sent - math.max(due, answered)
    local held = math.max(0, answered - due)
    exchange(connection, request)
    answered = now()
    times[#times + 1] = answered - sent + held
  end
  connection:close()
  table.sort(times)
  local function part(share) return times[math.max(1, math.ceil(#times * share))] * 1000 end
  return { n = #times, p50_ms = part(0.5), p99_ms = part(0.99), max_ms = part(1) }
end

return ping
