--- One process that waits on many connections, for the servers of the specs: a file of such a server runs
-- itself by lua5.4, and its start is here, on the spec's side.
local socket_server = {}

--- Serves on a free loopback port, which is printed first. Never returns.
-- @tparam table handlers opened(client) → what is kept for a connection; ready(kept, client), when a
--   connection has something to read; tick(now), and pause(), how long at most it may be waited till the
--   next tick (nil: for ever); the last two may be left out
-- @tparam table open client → what is kept, the connections that are waited on; whoever closes one takes
--   it out
function socket_server.run(handlers, open)
  local socket = require "socket"
  local listener = assert(socket.bind("127.0.0.1", 0, 1024))
  local _, port = listener:getsockname()
  io.stdout:write(port, "\n")
  io.stdout:flush()
  while true do
    local list = { listener }
    for client in pairs(open) do list[#list + 1] = client end
    for _, ready in ipairs((socket.select(list, nil, handlers.pause and handlers.pause()))) do
      if ready == listener then
        local client = listener:accept()
        client:settimeout(5)
        client:setoption("tcp-nodelay", true)
        open[client] = handlers.opened(client)
      elseif open[ready] then
        handlers.ready(open[ready], ready)
      end
    end
    if handlers.tick then handlers.tick(socket.gettime()) end
  end
end

--- Starts the server of a file.
-- @tparam string path of the file, which serves where its argument is "serve"
-- @tparam string quit the line of the request that ends it
-- @treturn table { port =, url =, stop = function }
function socket_server.start(path, quit)
  local process = assert(io.popen("exec lua5.4 " .. path .. " serve", "r"))
  local port = assert(process:read("*n"), path .. " did not start")
  local running = { port = port, url = "http://127.0.0.1:" .. port }
  function running.stop()
    local client = require("socket").connect("127.0.0.1", port)
    if client then
      client:send(quit .. "\r\n\r\n")
      client:close()
    end
    process:close()
  end
  return running
end

return socket_server
