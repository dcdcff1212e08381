--- The body of a request in memory. Nothing of it goes through a file, which would hold up all other requests.
-- @module ses.nginx.body
local body = {}

local READ_TIMEOUT_MS = 10000

-- Straight from the connection.
local function read_from_socket(length)
  local socket = ngx.req.socket()
  if not socket then return nil, "unsupported" end
  socket:settimeout(READ_TIMEOUT_MS)
  return socket:receive(length)
end

-- Where nginx must read it (HTTP/2, chunks, something has read it already), and has it in memory.
local function read_from_nginx(most, log)
  ngx.req.read_body()
  local data = ngx.req.get_body_data()
  if data and #data <= most then return data end
  if not ngx.req.get_body_file() then return nil, data and 413 or 400 end
  log(ngx.ERR, "nginx has put the body into a file, which is not read, as that would hold up all other requests; set ",
    "client_body_buffer_size to ", most, " in this location")
  return nil, 413
end

--- Reads the body of the current request.
-- @tparam integer most bytes
-- @tparam function log function(level, …), for what is wrong with nginx's configuration
-- @treturn string|nil
-- @treturn ?integer HTTP status of the answer: 413 for one that is larger, 400 for one that is not there or not whole
function body.read(most, log)
  local headers = ngx.req.get_headers(50)
  local length = tonumber(headers["content-length"])
  if length and length > most then return nil, 413 end
  if length and length > 0 and ngx.req.http_version() < 2 and not headers["expect"] then
    local data, reason = read_from_socket(length)
    if data then return data end
    if reason ~= "unsupported" then return nil, 400 end
  end
  return read_from_nginx(most, log)
end

return body
