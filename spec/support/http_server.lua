--- A small HTTP server with a will of its own, as a process, for specs of the transport.
--
-- `http_server.start()` runs this file by lua5.4 on a free loopback port. What a request gets is
-- chosen by its path:
--
--   /echo             the request's head and body come back as the body
--   /status/N         an empty answer with that status
--   /size/N           N bytes of "x" with Content-Length
--   /chunked          "hello world" in three chunks and a trailer
--   /until-close      a body that ends with the connection
--   /interim          103 Early Hints, then 200
--   /headers          headers that are repeated, empty, folded and padded
--   /many-headers     a header section of about 1 MiB
--   /redirect         302 to /echo
--   /silent           reads the request and never answers
--   /held             answers when /release is asked for
--   /release          lets all that are held go
--   /close            reads the request and closes without an answer
--   /close-if-reused  the same on a connection that has had a request before, else 200
--   /cut              half of a body, then closes
--   /cut-chunked      half of a chunked body, then closes
--   /reset            reads the request and resets the connection (RST)
--   /garbage          an answer that is not HTTP
--   /bye              200 with Connection: close
--   /drop             200, and then the connection is closed all the same
--   /script           takes answers, one JSON object a line: { status =, headers = { … }, body = }, or
--                     { close = true } for none; forgets those of before
--   /play/…           the next answer of the script; the request is kept
--   /played           what /play was asked, one JSON object a line: { method =, target =, head =, body = }
--   /requests         one line for each request so far: connection number, method, target, body length
--   /quit             ends the process
local socket_server = require "spec.support.socket_server"

local http_server = {}

local function read_request(client)
  local lines, first = {}, client:receive(1)
  if first == "\22" then return nil end -- a TLS handshake
  repeat
    local line = client:receive("*l", first)
    if not line then return nil end
    lines[#lines + 1], first = line, nil
  until line == ""
  local head = table.concat(lines, "\n")
  local method, target = head:match("^(%S+) (%S+)")
  if not target then return nil end
  local length = tonumber(head:lower():match("\ncontent%-length: *(%d+)") or 0)
  local body = ""
  if length > 0 then body = client:receive(length) end
  if not body then return nil end
  return { method = method, target = target, head = head, body = body }
end

local function answer(status, headers, body)
  local text = { "HTTP/1.1 " .. status .. " Whatever" }
  for _, header in ipairs(headers) do text[#text + 1] = header end
  text[#text + 1] = "Content-Length: " .. #body
  return table.concat(text, "\r\n") .. "\r\n\r\n" .. body
end

local CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n"

local routes = {}

function routes.echo(request)
  return answer(200, { "X-Method: " .. request.method }, request.head .. request.body)
end
function routes.status(_, n) return answer(n, {}, "") end
function routes.size(_, n) return answer(200, {}, ("x"):rep(tonumber(n))) end
function routes.redirect() return answer(302, { "Location: /echo" }, "") end
function routes.garbage() return "what is it that you want?\r\n\r\n", true end
function routes.bye() return answer(200, { "Connection: close" }, "bye"), true end
function routes.drop() return answer(200, {}, "kept?"), true end
function routes.close() return "", true end
function routes.cut() return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", true end
routes["cut-chunked"] = function() return CHUNKED .. "5\r\nhello\r\n", true end
routes["until-close"] = function() return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end", true end
routes.chunked = function()
  return CHUNKED .. "5\r\nhello\r\n1\r\n \r\n5;name=value\r\nworld\r\n0\r\nX-Late: yes\r\n\r\n"
end
routes.interim = function()
  return "HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n" .. answer(200, { "X-Final: yes" }, "final")
end
routes.headers = function()
  return answer(200, {
    "X-Twice: a", "x-twice: b", "X-Empty:", "X-Padded:   p  ", "X-Folded: one", "  two",
  }, "")
end
routes["many-headers"] = function()
  local headers = {}
  for i = 1, 1024 do headers[i] = "X-H" .. i .. ": " .. ("h"):rep(1000) end
  return answer(200, headers, "")
end
routes["close-if-reused"] = function(_, _, connection)
  if connection.requests > 1 then return "", true end
  return answer(200, {}, "first")
end

local server = { open = {}, connections = 0, log = {}, held = {} }

local function finish(connection, text, close)
  if text ~= "" then connection.socket:send(text) end
  if close then
    connection.socket:close()
    server.open[connection.socket] = nil
  end
end

-- Answers that a spec has written out beforehand, and what was asked for them.
local script = { answers = {}, requests = {} }

local function lines_of(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do list[#list + 1] = require("cjson").decode(line) end
  return list
end

function routes.script(request)
  script.answers, script.requests = lines_of(request.body), {}
  return answer(200, {}, "")
end

function routes.play(request)
  table.insert(script.requests, require("cjson").encode(request))
  local step = table.remove(script.answers, 1)
  if not step then return answer(500, {}, "the script has ended") end
  if step.close then return "", true end
  local headers = {}
  for name, value in pairs(step.headers or {}) do headers[#headers + 1] = name .. ": " .. value end
  return answer(step.status, headers, step.body or "")
end

function routes.played()
  return answer(200, {}, table.concat(script.requests, "\n"))
end

local function serve_request(connection, request)
  local name, argument = request.target:match("^/([^/?]*)/?([^?]*)")
  server.log[#server.log + 1] = table.concat({
    connection.number, request.method, request.target, #request.body }, " ")
  if name == "requests" then
    table.remove(server.log)
    finish(connection, answer(200, {}, table.concat(server.log, "\n")))
  elseif name == "quit" then
    os.exit(0)
  elseif name == "silent" then
    return
  elseif name == "held" then
    server.held[#server.held + 1] = connection
  elseif name == "release" then
    for _, held in ipairs(server.held) do finish(held, answer(200, {}, "released")) end
    server.held = {}
    finish(connection, answer(200, {}, ""))
  elseif name == "reset" then
    connection.socket:setoption("linger", { on = true, timeout = 0 })
    finish(connection, "", true)
  elseif routes[name] then
    finish(connection, routes[name](request, argument, connection))
  else
    finish(connection, answer(404, {}, ""))
  end
end

local function serve(connection)
  connection.requests = connection.requests + 1
  local request = read_request(connection.socket)
  if request then return serve_request(connection, request) end
  connection.socket:close()
  server.open[connection.socket] = nil
end

local function open(client)
  server.connections = server.connections + 1
  return { socket = client, number = server.connections, requests = 0 }
end

--- Starts the server. `server.url` is its address; `server:stop()` ends it.
function http_server.start()
  return socket_server.start(debug.getinfo(1, "S").source:sub(2), "GET /quit HTTP/1.1")
end

if arg and arg[1] == "serve" and arg[0] and arg[0]:match("http_server%.lua$") then
  socket_server.run({ opened = open, ready = serve }, server.open)
end

return http_server
