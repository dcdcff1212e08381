--- A server process that misbehaves as it is told, and counts what it was asked.
--
-- `misbehaving_server.start()` runs this file by lua5.4. `server.arm(name)` chooses what it does with every
-- connection that follows and sets the counts to 0; `server.counts()` tells { connections =, requests = },
-- a request being one that was read whole. It listens on a free port of 127.0.0.1 and, where the machine has
-- it, on another of ::1. A connection is a coroutine here, so that a slow one holds up nobody.
local misbehaving_server = {}

local OK_BODY = '{"MessageId":"m-1"}'

local Connection = {}
Connection.__index = Connection

local server = { counts = { connections = 0, requests = 0 } }

-- Waits for bytes to read; false when `seconds` have passed.
function Connection:readable(seconds)
  return coroutine.yield { read = true, seconds = seconds }
end

function Connection.pause(_, seconds)
  coroutine.yield { seconds = seconds }
end

-- What is there to be read, at least a byte; nil at the end.
function Connection:some()
  self:readable()
  self.socket:settimeout(0)
  local bytes, reason, partial = self.socket:receive(65536)
  bytes = bytes or partial
  if bytes == "" and reason ~= "timeout" then return nil end
  return bytes
end

-- Reads a request to its end and counts it; nil where the peer has gone before.
function Connection:request()
  local text = self.buffer
  while true do
    local head, rest = text:match("^(.-\r\n\r\n)(.*)$")
    local length = head and tonumber(head:lower():match("\ncontent%-length: *(%d+)") or 0)
    if head and #rest >= length then
      self.buffer = rest:sub(length + 1)
      server.counts.requests = server.counts.requests + 1
      self.requests = self.requests + 1
      return head
    end
    local more = self:some()
    if not more then return nil end
    text = text .. more
  end
end

function Connection:send(text)
  self.socket:settimeout(5)
  return self.socket:send(text)
end

function Connection:reset()
  self.socket:setoption("linger", { on = true, timeout = 0 })
  self.socket:close()
end

local function answer(status, headers, body)
  local text = { "HTTP/1.1 " .. status .. " Whatever" }
  for _, header in ipairs(headers) do text[#text + 1] = header end
  text[#text + 1] = "Content-Length: " .. #body
  return table.concat(text, "\r\n") .. "\r\n\r\n" .. body
end

local OK = answer(200, { "x-amzn-RequestId: r-1" }, OK_BODY)
local CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
local HTML = "<html><head><title>503 Service Temporarily Unavailable</title></head><body>proxy</body></html>"

local function date(seconds) return os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + seconds) end

-- Says one text to every request of a connection, and closes behind it where `close` is set.
local function says(text, close)
  return function(c)
    while c:request() do
      c:send(type(text) == "function" and text() or text)
      if close then return end
    end
  end
end

-- Says it in pieces, with a wait before each.
local function trickles(pieces, seconds)
  return function(c)
    if not c:request() then return end
    for _, piece in ipairs(pieces) do
      c:pause(seconds)
      if not c:send(piece) then return end
    end
  end
end

local function letters(text)
  local list = {}
  for letter in text:gmatch(".") do list[#list + 1] = letter end
  return list
end

local function service_error(status, code, headers)
  local list = { "x-amzn-RequestId: r-1", "x-amzn-ErrorType: " .. code, "Content-Type: application/json" }
  for _, header in ipairs(headers or {}) do list[#list + 1] = header end
  return answer(status, list, '{"message":"because"}')
end

local behaviours = {
  good = says(OK),

  -- Connections that end.
  -- A request may come in several writes: it is left unread until it is all there.
  ["reset-unread"] = function(c) c:readable() c:pause(0.2) c:reset() end,
  ["reset-within"] = function(c) c:readable() c.socket:receive(1000) c:reset() end,
  ["reset-after"] = function(c) if c:request() then c:reset() end end,
  ["close-after"] = function(c) c:request() end,
  ["reset-in-answer"] = function(c)
    if not c:request() then return end
    c:send(OK:sub(1, -5))
    -- What was said must be read before the reset takes it away.
    c:pause(0.05)
    c:reset()
  end,
  ["half-head"] = says("HTTP/1.1 200 OK\r\nContent-Le", true),
  ["half-body"] = says(OK:sub(1, -5), true),
  ["close-when-reused"] = function(c)
    if c:request() then c:send(OK) end
    c:request()
  end,
  ["idle-close"] = function(c) if c:request() then c:send(OK) end end,

  -- Answers that take their time.
  unread = function(c) c:pause(30) end,
  silent = function(c) while c:request() do c:pause(30) end end,
  ["slow-head"] = trickles(letters(OK), 0.1),
  ["slow-body"] = trickles({ OK:sub(1, -#OK_BODY - 1), table.unpack(letters(OK_BODY)) }, 0.1),

  -- Answers that are none.
  garbage = says("what is it that you want?\r\n\r\n", true),
  ["bad-header"] = says("HTTP/1.1 200 OK\r\nthis is no header\r\nContent-Length: 2\r\n\r\n{}", true),
  ["length-too-long"] = says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" .. OK_BODY, true),
  ["length-too-short"] = says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" .. OK_BODY, true),
  ["length-no-number"] = says("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n" .. OK_BODY, true),
  ["chunk-no-size"] = says(CHUNKED .. "xyz\r\n" .. OK_BODY .. "\r\n0\r\n\r\n", true),
  ["chunk-last-missing"] = says(CHUNKED .. ("%x\r\n%s\r\n"):format(#OK_BODY, OK_BODY), true),
  ["chunk-trailers"] = says(CHUNKED .. ("%x;a=b\r\n%s\r\n0\r\nX-Late: yes\r\n\r\n"):format(#OK_BODY, OK_BODY)),
  ["not-json"] = says(answer(200, {}, "<html>welcome to the hotel</html>")),
  empty = says(answer(200, {}, "")),
  ["gigantic-body"] = function(c)
    if not c:request() then return end
    c:send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    while c:send(("x"):rep(65536)) do c:pause(0) end
  end,
  ["gigantic-chunks"] = function(c)
    if not c:request() then return end
    c:send(CHUNKED)
    while c:send("10000\r\n" .. ("x"):rep(65536) .. "\r\n") do c:pause(0) end
  end,
  ["gigantic-headers"] = function(c)
    if not c:request() then return end
    c:send("HTTP/1.1 200 OK\r\n")
    while c:send("X-More: " .. ("h"):rep(1000) .. "\r\n") do c:pause(0) end
  end,
  ["gigantic-header"] = function(c)
    if not c:request() then return end
    c:send("HTTP/1.1 200 OK\r\nX-More: ")
    while c:send(("h"):rep(65536)) do c:pause(0) end
  end,

  -- Answers that say no, or something else.
  ["interim-100"] = says(("HTTP/1.1 100 Continue\r\n\r\n"):rep(3) .. OK),
  ["redirect"] = says(answer(307, { "Location: http://127.0.0.1:1/" }, "")),
  ["html-503"] = says(answer(503, { "Content-Type: text/html" }, HTML)),
  ["html-502"] = says(answer(502, { "Content-Type: text/html" }, HTML)),
  ["html-504"] = says(answer(504, { "Content-Type: text/html" }, HTML)),
  ["service-503"] = says(service_error(503, "ServiceUnavailable")),
  ["service-500"] = says(service_error(500, "InternalServiceErrorException")),
  ["throttled"] = says(service_error(429, "TooManyRequestsException")),
  ["throttled-seconds"] = says(service_error(429, "TooManyRequestsException", { "Retry-After: 1" })),
  ["throttled-date"] = says(function()
    return service_error(429, "TooManyRequestsException", { "Retry-After: " .. date(2) })
  end),
  ["bad-request"] = says(service_error(400, "BadRequestException")),
  ["rejected"] = says(service_error(400, "MessageRejected")),
  ["not-found"] = says(service_error(404, "NotFoundException")),
  ["html-403"] = says(answer(403, { "Content-Type: text/html" }, HTML)),

  -- Where TLS is expected: an alert "handshake failure" in the place of a greeting; and nothing at all.
  ["tls-alert"] = function(c) c:readable() c:send("\21\3\3\0\2\2\40") c:pause(0.05) end,
  ["tls-none"] = function(c) c:readable() c:send(answer(400, {}, "")) end,
  ["tls-close"] = function(c) c:readable() end,
  ["tls-silent"] = function(c) c:readable() c:pause(30) end,

  -- Proxies.
  ["proxy-407"] = says("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
    .. "Content-Length: 0\r\n\r\n", true),
  ["proxy-502"] = says("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", true),
  ["proxy-close"] = function(c) c:request() end,
}

-- A CONNECT proxy: what follows goes to and fro. Anything else is answered 400.
behaviours.proxy = function(c)
  local socket = require "socket"
  local head = c:request()
  if not head then return end
  local host, port = head:match("^CONNECT ([^:]+):(%d+) ")
  local target = host and socket.connect(host, tonumber(port))
  if not target then return c:send(answer(400, {}, "")) end
  c:send("HTTP/1.1 200 Connection established\r\n\r\n")
  target:settimeout(0)
  c.socket:settimeout(0)
  while true do
    local from = coroutine.yield { read = true, also = target }
    if not from then return target:close() end
    local bytes, reason, partial = from:receive(65536)
    bytes = bytes or partial
    if bytes == "" and reason == "closed" then return target:close() end
    local to = from == target and c.socket or target
    to:settimeout(5)
    to:send(bytes)
    to:settimeout(0)
  end
end

-- ---- the process ----

local function finish(client)
  client:close()
  server.open[client] = nil
end

-- Runs a connection on to its next wait.
local function go_on(client, ...)
  local c = server.open[client]
  local ok, wanted = coroutine.resume(c.thread, ...)
  if not ok then io.stderr:write("misbehaving_server: ", tostring(wanted), "\n") end
  if not ok or coroutine.status(c.thread) == "dead" then return finish(client) end
  c.wanted = wanted
  c.due = wanted.seconds and require("socket").gettime() + wanted.seconds
end

local function accept(listener)
  local client = listener:accept()
  client:setoption("tcp-nodelay", true)
  server.counts.connections = server.counts.connections + 1
  local c = setmetatable({ socket = client, buffer = "", requests = 0 }, Connection)
  c.thread = coroutine.create(server.behaviour)
  server.open[client] = c
  go_on(client, c)
end

local function command(control)
  local line = control:receive("*l")
  if not line or line == "quit" then os.exit(0) end
  local name = line:match("^arm (.+)$")
  if name then
    server.behaviour = assert(behaviours[name], name)
    server.counts = { connections = 0, requests = 0 }
    for client in pairs(server.open) do finish(client) end
  end
  control:send(server.counts.connections .. " " .. server.counts.requests .. "\n")
end

local function wait(listeners, control)
  local socket = require "socket"
  local list, owner, now, left = {}, {}, socket.gettime(), nil
  for _, listener in ipairs(listeners) do list[#list + 1] = listener end
  for client, c in pairs(server.open) do
    if c.wanted.read then
      list[#list + 1] = client
      if c.wanted.also then
        list[#list + 1] = c.wanted.also
        owner[c.wanted.also] = client
      end
    end
    if c.due then left = math.max(0, math.min(left or c.due - now, c.due - now)) end
  end
  list[#list + 1] = control
  return socket.select(list, nil, left), owner
end

local function run()
  local socket = require "socket"
  local control_listener = assert(socket.bind("127.0.0.1", 0))
  local listener = assert(socket.bind("127.0.0.1", 0, 256))
  local _, port = listener:getsockname()
  local listeners = { listener, socket.bind("::1", 0) }
  server.open, server.behaviour = {}, behaviours.good
  io.stdout:write(port, " ", (select(2, control_listener:getsockname())), " ",
    listeners[2] and select(2, listeners[2]:getsockname()) or 0, "\n")
  io.stdout:flush()
  local control = control_listener:accept()
  while true do
    local ready, owner = wait(listeners, control)
    local is_ready = {}
    for _, one in ipairs(ready) do is_ready[one] = true end
    -- What was asked before a command belongs to what was armed before it.
    for _, one in ipairs(listeners) do
      if is_ready[one] then accept(one) end
    end
    for _, one in ipairs(ready) do
      local client = owner[one] or one
      if server.open[client] then go_on(client, one) end
    end
    local now = socket.gettime()
    for client, c in pairs(server.open) do
      if c.due and c.due <= now then go_on(client, false) end
    end
    if is_ready[control] then command(control) end
  end
end

--- Starts the server.
-- @treturn table { port =, port6 = (of ::1, nil without), arm = function(name), counts = function() → table,
--   stop = function }
function misbehaving_server.start()
  local path = debug.getinfo(1, "S").source:sub(2)
  local process = assert(io.popen("exec lua5.4 " .. path .. " serve", "r"))
  local port, control_port, port6 = process:read("*n", "*n", "*n")
  assert(port6, path .. " did not start")
  local control = assert(require("socket").connect("127.0.0.1", control_port))
  local function tell(line)
    assert(control:send(line .. "\n"))
    local connections, requests = assert(control:receive("*l")):match("^(%d+) (%d+)$")
    return { connections = tonumber(connections), requests = tonumber(requests) }
  end
  return {
    port = port, port6 = port6 > 0 and port6 or nil, arm = function(name) tell("arm " .. name) end,
    counts = function() return tell "counts" end,
    stop = function()
      control:send "quit\n"
      control:close()
      process:close()
    end,
  }
end

if arg and arg[1] == "serve" and arg[0] and arg[0]:match("misbehaving_server%.lua$") then run() end

return misbehaving_server
