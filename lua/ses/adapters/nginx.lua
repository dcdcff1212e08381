--- The ports inside nginx (OpenResty, or nginx with its Lua module): HTTP/1.1 over cosockets, which
-- yield to the worker instead of blocking it.
--
-- What nginx.conf has to say, since a cosocket takes it from there:
--
-- - `resolver`, for host names;
-- - `lua_ssl_trusted_certificate` and `lua_ssl_verify_depth`, for TLS. All locations that send to one
--   host should trust the same, since a kept connection serves them all;
-- - `lua_shared_dict ses_cache 1m;`, where the workers are to share what is known of templates and
--   identities (ses.adapters.store_nginx).
--
-- Exchanges work where cosockets do: rewrite, access and content handlers, timers, and light threads
-- of these; elsewhere `perform` returns an error. A connection belongs to the pool of one worker.
-- Proxy variables of the environment do not hold here.
--
-- Secrets: a cosocket takes Lua strings alone. The header lines that hold a secret are one such string,
-- whose bytes are overwritten as soon as it is sent. nginx copies what it sends into a buffer of the
-- request that it uses again for the next piece: the piece behind the secret lines has their length, so
-- that it overwrites them. What credential endpoints answer is a Lua string too, and stays in memory until
-- Lua uses that again.
-- @module ses.adapters.nginx
local core = require "ses.core"
local errors = require "ses.errors"

local nginx = {}

local CONNECT_TIMEOUT_MS = 5000
local NO_TIMEOUT_MS = 2147483647 -- what a cosocket takes at most
local MAX_HEADER_BYTES = 256 * 1024
local PIECE = 16384

local monotonic = core.clock.monotonic

-- ---- errors ----

local function failure(kind, code, message, fields)
  fields = fields or {}
  fields.kind, fields.code, fields.message = kind, code, message
  fields.in_doubt = fields.in_doubt == true
  if fields.retryable == nil then fields.retryable = true end
  return errors.new(fields)
end

local function wrong_phase(reason)
  return errors.new {
    kind = "client", code = "WrongPhase", in_doubt = false,
    message = "nginx cannot do this in its phase " .. ngx.get_phase()
      .. "; a timer can (ngx.timer.at): " .. tostring(reason),
  }
end

local function connect_failure(peer, reason)
  if reason == "timeout" then
    return failure("timeout", "ConnectionTimeout", "no connection to " .. peer .. " within the time allowed")
  elseif reason == "connection refused" then
    return failure("network", "ConnectionRefused", peer .. " refuses the connection")
  elseif reason:find("unreachable", 1, true) or reason:find("no route", 1, true) then
    return failure("network", "HostUnreachable", "no route to " .. peer)
  elseif reason:find("no resolver defined", 1, true) then
    return failure("network", "NameResolution",
      "cannot resolve the host of " .. peer .. ": nginx.conf has no resolver", { retryable = false })
  elseif reason:find("resolve", 1, true) then
    return failure("network", "NameResolution", "cannot resolve the host of " .. peer)
  elseif reason:find("too many waiting", 1, true) then
    return failure("timeout", "PoolTimeout", "all connections are busy, and too many requests wait for "
      .. peer)
  end
  return failure("network", "NetworkError", "cannot connect to " .. peer .. ": " .. reason)
end

local function tls_failure(peer, reason)
  if reason == "timeout" then
    return failure("timeout", "ConnectionTimeout", "no TLS with " .. peer .. " within the time allowed")
  end
  local untrusted = reason:find("^%d+:") or reason:find("certificate", 1, true)
  return failure("network", "TLSError", untrusted
    and "the certificate of " .. peer .. " is not trusted: " .. reason
    or "TLS with " .. peer .. " failed: " .. reason, { retryable = not untrusted })
end

-- `sent` false: the request was not written to its end, so that it is none. After that all is in doubt.
local function exchange_failure(peer, reason, within_answer, sent)
  if not sent then
    local late = reason == "timeout"
    return failure(late and "timeout" or "network", late and "RequestTimeout" or "ConnectionReset",
      "the request to " .. peer .. " could not be written whole: " .. reason)
  elseif reason == "timeout" then
    return failure("timeout", "RequestTimeout", "no complete answer of " .. peer
      .. " within the time allowed", { in_doubt = true })
  elseif reason == "invalid" then
    return failure("network", "InvalidResponse", "the answer of " .. peer .. " is not HTTP",
      { in_doubt = true })
  elseif reason == "too large" then
    return failure("network", "ResponseTooLarge", "the answer of " .. peer .. " is larger than allowed",
      { in_doubt = true, retryable = false })
  elseif within_answer then
    return failure("network", "IncompleteResponse", "the connection to " .. peer
      .. " was closed in the middle of the answer", { in_doubt = true })
  end
  return failure("network", "ConnectionReset", "the connection to " .. peer
    .. " was closed before an answer came", { in_doubt = true })
end

-- ---- the request as bytes ----

local function parse_url(url)
  local scheme, authority, target = url:match("^(%a+)://([^/?]+)(.*)$")
  local host, port = authority:match("^(.-):(%d+)$")
  scheme = scheme:lower()
  if target:sub(1, 1) ~= "/" then target = "/" .. target end
  return {
    secure = scheme == "https", authority = authority, host = host or authority, target = target,
    port = tonumber(port) or (scheme == "https" and 443 or 80),
  }
end

local SENDS_LENGTH = { POST = true, PUT = true, PATCH = true }

local function refuse_transfer_encoding()
  return errors.new {
    kind = "validation", code = "InvalidParameter", field = "headers",
    message = "headers Transfer-Encoding is chosen by the transport",
  }
end

-- → the request without its first line and its secret headers, as one string | nil, err
local function serialise(self, request, url)
  local method, body = request:method(), request:body()
  local lines, has = {}, {}
  for line in request:wire_headers():gmatch("[^\n]*\n") do
    local name = line:match("^[^:]*"):lower()
    has[name] = true
    if name == "transfer-encoding" then return nil, refuse_transfer_encoding() end
    if name ~= "content-length" then lines[#lines + 1] = line end
  end
  if not has.host then table.insert(lines, 1, "Host: " .. url.authority .. "\r\n") end
  if not has["user-agent"] then lines[#lines + 1] = "User-Agent: " .. self.user_agent .. "\r\n" end
  if body ~= "" or SENDS_LENGTH[method] then
    lines[#lines + 1] = "Content-Length: " .. #body .. "\r\n"
  end
  lines[#lines + 1] = "\r\n"
  lines[#lines + 1] = body
  return table.concat(lines)
end

-- A header that says nothing, of `size` bytes or a few more.
local function padding(size)
  return size > 0 and "X-Padding: " .. ("0"):rep(size) .. "\r\n" or ""
end

-- First line and secret headers, and then, over them in nginx's buffer, as much of the rest.
-- → true | nil, reason
local function send(socket, request, url, rest)
  local first = request:method() .. " " .. url.target .. " HTTP/1.1\r\n"
  local secrets = request:wire_secrets()
  local size = #first + #secrets
  local called, sent, reason = pcall(socket.send, socket, { first, secrets })
  request:wipe_secrets()
  if not called then error(sent, 0) end
  if not sent then return nil, reason end
  if secrets == "" then return socket:send(rest) end
  rest = padding(size - #rest) .. rest
  sent, reason = socket:send(rest:sub(1, size))
  if not sent then return nil, reason end
  if #rest == size then return true end
  return socket:send(rest:sub(size + 1))
end

-- ---- reading, with a bound on all that is kept ----

-- A limit of time.
local Limit = {}
Limit.__index = Limit

local function new_limit(ms)
  return setmetatable({ ends = ms and ms > 0 and monotonic() + ms / 1000 }, Limit)
end

-- Milliseconds, at least 1, or nil when the time is over.
function Limit:left()
  if not self.ends then return NO_TIMEOUT_MS end
  local left = math.floor((self.ends - monotonic()) * 1000)
  if left > 0 then return left end
end

local Reader = {}
Reader.__index = Reader

function Reader:fill()
  local left = self.limit:left()
  if not left then return nil, "timeout" end
  self.socket:settimeout(left)
  local bytes, reason = self.socket:receiveany(PIECE)
  if not bytes then return nil, reason end
  self.began = self.began or monotonic()
  self.buffer = self.buffer .. bytes
  return true
end

-- A line without its end; all lines together are bounded. No loop: one that is left in its first round as a rule
-- LuaJIT gives up.
function Reader:line()
  local line, after = self.buffer:match("^([^\n]*)\n()")
  self.line_bytes = self.line_bytes + (line and after - 1 or 0)
  if self.line_bytes > MAX_HEADER_BYTES or #self.buffer > MAX_HEADER_BYTES and not line then
    return nil, "too large"
  end
  if line then
    self.buffer = self.buffer:sub(after)
    return (line:gsub("\r$", ""))
  end
  local ok, reason = self:fill()
  if not ok then return nil, reason end
  return self:line()
end

-- Appends `count` bytes to the list; nil for all until the connection's end.
function Reader:body(count, pieces)
  while count == nil or count > 0 do
    if self.buffer == "" then
      local ok, reason = self:fill()
      if not ok then
        if count == nil and reason == "closed" then return true end
        return nil, reason
      end
    end
    local piece = count and self.buffer:sub(1, count) or self.buffer
    self.buffer = self.buffer:sub(#piece + 1)
    self.body_bytes = self.body_bytes + #piece
    if self.body_bytes > self.max_body then return nil, "too large" end
    pieces[#pieces + 1] = piece
    if count then count = count - #piece end
  end
  return true
end

local function read_headers(reader)
  local headers, last = {}, nil
  while true do
    local line, reason = reader:line()
    if not line then return nil, reason end
    if line == "" then return headers end
    local name, value = line:match("^([^%s:]+):[ \t]*(.-)[ \t]*$")
    if name then
      last = name:lower()
      headers[last] = headers[last] and headers[last] .. ", " .. value or value
    elseif last and line:find("^[ \t]") then
      headers[last] = headers[last] .. " " .. line:match("^[ \t]*(.-)[ \t]*$")
    else
      return nil, "invalid"
    end
  end
end

-- Status line and headers of the final answer.
local function read_head(reader)
  local line, reason = reader:line()
  if not line then return nil, reason end
  local minor, status = line:match("^HTTP/1%.(%d) (%d%d%d)%f[^%d]")
  if not status then return nil, "invalid" end
  local headers
  headers, reason = read_headers(reader)
  if not headers then return nil, reason end
  status = tonumber(status)
  if status >= 200 then return { status = status, headers = headers, minor = tonumber(minor) } end
  return read_head(reader)
end

local function read_chunks(reader, pieces)
  while true do
    local line, reason = reader:line()
    if not line then return nil, reason end
    local size = tonumber(line:match("^(%x+)%s*$") or line:match("^(%x+)%s*;") or "", 16)
    if not size then return nil, "invalid" end
    if size == 0 then return read_headers(reader) end
    if size > reader.max_body then return nil, "too large" end
    local ok
    ok, reason = reader:body(size, pieces)
    if not ok then return nil, reason end
    line, reason = reader:line()
    if line ~= "" then return nil, reason or "invalid" end
  end
end

-- RFC 9112, section 6.3. → the body, whether the connection may be used again | nil, reason
local function read_body(reader, head, method)
  local pieces, framed = {}, true
  local length = head.headers["content-length"]
  local ok, reason
  if method == "HEAD" or head.status == 204 or head.status == 304 then
    ok = true
  elseif head.headers["transfer-encoding"] then
    if not head.headers["transfer-encoding"]:lower():find("chunked%s*$") then return nil, "invalid" end
    ok, reason = read_chunks(reader, pieces)
  elseif length then
    if not length:find("^%d+$") then return nil, "invalid" end
    if tonumber(length) > reader.max_body then return nil, "too large" end
    ok, reason = reader:body(tonumber(length), pieces)
  else
    framed = false
    ok, reason = reader:body(nil, pieces)
  end
  if not ok then return nil, reason end
  local connection = (head.headers.connection or ""):lower()
  local keep = framed and reader.buffer == "" and not connection:find("close", 1, true)
    and (head.minor == 1 or connection:find("keep-alive", 1, true) ~= nil)
  return table.concat(pieces), keep
end

-- ---- the transport ----

local Transport = { __name = "ses.Transport" }
Transport.__index = Transport

function Transport:__tostring()
  return "ses.Transport over nginx cosockets"
end

--- Makes a transport. Nothing is connected yet.
-- @tparam ?table config as of `ses.adapters.curl`; `max_connections` holds for each host and worker.
--   `ca_bundle` is refused: nginx.conf names the trusted certificates.
-- @return transport | nil, err
function nginx.new(config)
  config = config or {}
  if config.ca_bundle then
    return nil, errors.new {
      kind = "validation", code = "InvalidParameter", field = "ca_bundle",
      message = "ca_bundle cannot be set inside nginx; lua_ssl_trusted_certificate in nginx.conf can",
    }
  end
  return setmetatable({
    max_connections = config.max_connections or 100,
    idle_timeout_ms = config.idle_timeout_ms or 90000,
    max_lifetime_ms = config.max_lifetime_ms or 300000,
    max_response_bytes = config.max_response_bytes or 64 * 1024 * 1024,
    verify_ssl = config.verify_ssl ~= false,
    connect_timeout_ms = config.connect_timeout_ms or CONNECT_TIMEOUT_MS,
    timeout_ms = config.timeout_ms, user_agent = config.user_agent or "ses-lua/" .. core.version,
  }, Transport)
end

-- A pool's name holds for one lifetime, so that no connection is used for longer.
local function pool_options(self, url)
  local period = math.floor(monotonic() * 1000 / self.max_lifetime_ms)
  return {
    pool = table.concat({
      "ses", url.secure and (self.verify_ssl and "https" or "https-unverified") or "http",
      url.host, url.port, self.max_connections, period,
    }, ":"),
    pool_size = self.max_connections, backlog = self.max_connections * 100,
  }
end

-- Releases of the Lua module without the fix of openresty/lua-nginx-module#2506 lose the verify error
-- of a handshake that ends at once, as with a server on the same machine: where no session is asked
-- for, they answer true on a socket that is closed already; where one is, they raise an error instead.
local function handshake(socket, host, verify)
  local called, session, reason = pcall(socket.sslhandshake, socket, nil, host, verify)
  if not called then return nil, "the certificate was not accepted" end
  return session, reason
end

-- → the time when TLS was agreed on | nil, err; the socket is closed then
local function agree_on_tls(self, socket, url, limit)
  local left = limit:left()
  local ok, reason = nil, "timeout"
  if left then
    socket:settimeout(left)
    ok, reason = handshake(socket, url.host, self.verify_ssl)
  end
  if ok then return monotonic() end
  socket:close()
  return nil, tls_failure(url.host .. ":" .. url.port, reason or "handshake failed")
end

-- → the connected socket, whether it is a kept one | nil, err
local function connect(self, url, options, limit, timings)
  local usable, socket = pcall(ngx.socket.tcp)
  if not usable then return nil, wrong_phase(socket) end
  local connect_ms = options.connect_timeout_ms or self.connect_timeout_ms
  local connect_limit = new_limit(math.min(connect_ms, limit:left() or 1))
  socket:settimeout(connect_limit:left() or 1)
  local ok, reason = socket:connect(url.host, url.port, pool_options(self, url))
  if not ok then return nil, connect_failure(url.host .. ":" .. url.port, reason) end
  if (socket:getreusedtimes() or 0) > 0 then return socket, true end
  timings.connect = monotonic() - timings.from
  if url.secure then
    local agreed, err = agree_on_tls(self, socket, url, connect_limit)
    if not agreed then return nil, err end
    timings.appconnect = agreed - timings.from
  end
  return socket, false
end

-- → response, whether the connection may be used again | nil, reason, whether the answer had begun, whether the
-- request was written
local function exchange(self, socket, request, url, rest, limit, timings)
  local left = limit:left()
  if not left then return nil, "timeout", false, false end
  socket:settimeout(left)
  local sent, reason = send(socket, request, url, rest)
  if not sent then return nil, reason, false, false end
  local reader = setmetatable({
    socket = socket, limit = limit, buffer = "", line_bytes = 0, body_bytes = 0,
    max_body = self.max_response_bytes,
  }, Reader)
  local head
  head, reason = read_head(reader)
  timings.starttransfer = reader.began and reader.began - timings.from or 0
  if not head then return nil, reason, reader.began ~= nil, true end
  local body, keep = read_body(reader, head, request:method())
  if not body then return nil, keep, true, true end
  return { status = head.status, headers = head.headers, body = body }, keep
end

local function new_timings()
  return {
    from = monotonic(), queue = 0, namelookup = 0, connect = 0, appconnect = 0, pretransfer = 0,
    starttransfer = 0, total = 0,
  }
end

--- Sends the request, once, and waits for the answer. Arguments and results are those of
-- `ses.adapters.curl`.
function Transport:perform(request, options)
  options = options or {}
  if self.closed then
    return nil, errors.new { kind = "client", code = "TransportClosed", message = "the transport is closed" }
  end
  local timings = new_timings()
  local limit = new_limit(options.timeout_ms or self.timeout_ms)
  local url = parse_url(request:url())
  local rest, err = serialise(self, request, url)
  if not rest then return nil, err end
  local socket, reused = connect(self, url, options, limit, timings)
  if not socket then return nil, reused end
  timings.pretransfer = monotonic() - timings.from
  local response, keep, within, sent = exchange(self, socket, request, url, rest, limit, timings)
  if not response then
    socket:close()
    return nil, exchange_failure(url.host .. ":" .. url.port, keep, within, sent)
  end
  if keep then socket:setkeepalive(self.idle_timeout_ms) else socket:close() end
  timings.total = monotonic() - timings.from
  timings.from = nil
  response.timings, response.reused = timings, reused
  return response
end

--- Closes the transport. Its connections that are idle close by their idle timeout: they are nginx's.
function Transport:close()
  self.closed = true
end

-- nginx counts in milliseconds; what is less would be none, and nginx's loop would turn without a rest.
local SHORTEST_SLEEP = 0.001

-- nginx's timers count from when its loop last looked at the clock, so that one may end too early.
local function sleep(seconds)
  local ends = monotonic() + seconds
  local left = seconds
  repeat
    local ok, reason = pcall(ngx.sleep, math.max(left, SHORTEST_SLEEP))
    if not ok then return nil, wrong_phase(reason) end
    left = ends - monotonic()
  until left <= 0
  return true
end

--- The clock port. `sleep` yields to the worker.
nginx.clock = { now = core.clock.now, monotonic = monotonic, sleep = sleep }

return nginx
