local socket = require "socket"

--- A port of 127.0.0.1 that nobody listens on.
-- @treturn integer
return function()
  local probe = assert(socket.bind("127.0.0.1", 0))
  local _, port = probe:getsockname()
  probe:close()
  return math.floor(tonumber(port))
end
