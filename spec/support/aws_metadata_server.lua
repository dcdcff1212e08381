--- The endpoints that give credentials, as one process on a loopback port: the instance metadata service
-- (IMDSv2), a container's credential endpoint, STS, IAM Identity Center with its OIDC token endpoint.
--
-- `aws_metadata_server.start()` runs this file by lua5.4. Every endpoint works at once and gives other
-- credentials at every request (…0001, …0002), an hour good. How one answers is changed by its name:
--
--   imds.token        PUT  /latest/api/token
--   imds.role         GET  /latest/meta-data/iam/security-credentials/
--   imds.credentials  GET  /latest/meta-data/iam/security-credentials/ROLE
--   imds.region       GET  /latest/meta-data/placement/region
--   container         GET  /container and whatever is below it, /v1/credentials and /v2/credentials too
--   sts.NAME          POST / (or GET) with Action=NAME: AssumeRole, AssumeRoleWithWebIdentity
--   sso.credentials   GET  /federation/credentials
--   sso.token         POST /token
--   ses               whatever is below /v2/email: an empty result, so that a client can be seen to sign
--
--     server:set("imds.credentials", { status = 500, times = 2 })
--
--   status, headers, body   the answer in place of the usual one
--   fault = "slow"          the usual answer after `seconds`
--         = "hang"          no answer at all, the connection stays open
--         = "close"         the connection is closed without an answer
--         = "cut"           half of the usual answer, then the connection is closed
--         = "malformed"     half of the usual body, with a length that is true
--         = "garbage"       bytes that are not HTTP
--   times = N               for the next N requests; without it for all
--   after = { … }           what holds when `times` are over; without it the usual answer
--   access_key_id, secret_access_key, session_token, account_id, expires_in (seconds; 3600),
--   expiration (the text itself), role ("ses-role"), region ("eu-north-1"), token
--   authorization           container: what the request's Authorization must be, else 401
--   without_token           imds: answers requests that bring no token (IMDSv1)
--   expired                 ses: the access key id that counts as expired, 403 for it
--   bearer                  sso.credentials: the x-amz-sso_bearer_token that is taken, else 401
--
--   server:set(name)        back to the usual answer; server:reset() for all, and forgets the requests
--   server:requests(prefix) what was asked so far, each { name =, method =, target =, headers =, body =,
--                           form = (decoded fields of an STS request) }
--   server:secrets()        every secret key and session token that was given out
--   server.url, server.port; server.stop()
local socket_server = require "spec.support.socket_server"

local aws_metadata_server = {}

-- ---- what the server answers ----

local usual, given_out, serial = {}, {}, 0

local function timestamp(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + seconds)
end

-- Credentials of an endpoint, as `how` changes them.
local function credentials(tag, how)
  serial = serial + 1
  local made = {
    id = how.access_key_id or ("ASIA%s%04d"):format(tag, serial),
    secret = how.secret_access_key or ("%s/secret+key/%04d"):format(tag:lower(), serial),
    token = how.session_token or ("%s//session+token==%04d"):format(tag:lower(), serial),
    expiration = how.expiration or timestamp(how.expires_in or 3600),
  }
  given_out[#given_out + 1] = made.secret
  given_out[#given_out + 1] = made.token
  return made
end

local function json(value, status)
  return { status = status or 200, headers = { ["Content-Type"] = "application/json" },
    body = require("cjson").encode(value) }
end

local function text(value, status)
  return { status = status or 200, headers = { ["Content-Type"] = "text/plain" }, body = value }
end

local current_token

usual["imds.token"] = function(_, how)
  serial = serial + 1
  current_token = how.token or "imds-token-" .. serial
  local answer = text(current_token)
  answer.headers["X-Aws-Ec2-Metadata-Token-Ttl-Seconds"] = tostring(how.ttl or 21600)
  return answer
end

local function imds(answer)
  return function(request, how)
    local token = request.headers["x-aws-ec2-metadata-token"]
    if not how.without_token and (token == nil or token ~= current_token) then
      return text("Unauthorized", 401)
    end
    return answer(how)
  end
end

usual["imds.role"] = imds(function(how) return text(how.role or "ses-role") end)
usual["imds.region"] = imds(function(how) return text(how.region or "eu-north-1") end)
usual["imds.credentials"] = imds(function(how)
  local made = credentials("IMDS", how)
  return json {
    Code = how.code or "Success", Type = "AWS-HMAC", LastUpdated = timestamp(0), AccessKeyId = made.id,
    SecretAccessKey = made.secret, Token = made.token, Expiration = made.expiration,
    AccountId = how.account_id,
  }
end)

function usual.container(request, how)
  if how.authorization and request.headers.authorization ~= how.authorization then
    return json({ code = "Unauthorized", message = "the authorization token is not valid" }, 401)
  end
  local made = credentials("CONT", how)
  return json {
    RoleArn = "arn:aws:iam::123456789012:role/task", AccessKeyId = made.id, SecretAccessKey = made.secret,
    Token = made.token, Expiration = made.expiration, AccountId = how.account_id,
  }
end

local ASSUMED = [[
<%sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <%sResult>
    <AssumedRoleUser>
      <AssumedRoleId>AROAEXAMPLE:%s</AssumedRoleId>
      <Arn>arn:aws:sts::%s:assumed-role/%s</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>%s</AccessKeyId>
      <SecretAccessKey>%s</SecretAccessKey>
      <SessionToken>%s</SessionToken>
      <Expiration>%s</Expiration>
    </Credentials>
  </%sResult>
  <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
</%sResponse>
]]

local function sts(action, tag)
  usual["sts." .. action] = function(request, how)
    local made = credentials(tag, how)
    local form = request.form
    local role = (form.RoleArn or ""):match("role/(.*)$") or "role"
    local session = form.RoleSessionName or "session"
    local account = how.account_id or (form.RoleArn or ""):match("::(%d+):") or "123456789012"
    return {
      status = 200, headers = { ["Content-Type"] = "text/xml" },
      body = ASSUMED:format(action, action, session, account, role .. "/" .. session, made.id, made.secret,
        made.token, made.expiration, action, action),
    }
  end
end
sts("AssumeRole", "ROLE")
sts("AssumeRoleWithWebIdentity", "WEBI")

usual["sso.credentials"] = function(request, how)
  if how.bearer and request.headers["x-amz-sso_bearer_token"] ~= how.bearer then
    return json({ message = "Session token not found or invalid", __type = "UnauthorizedException" }, 401)
  end
  local made = credentials("SSOC", how)
  return json { roleCredentials = {
    accessKeyId = made.id, secretAccessKey = made.secret, sessionToken = made.token,
    expiration = (os.time() + (how.expires_in or 3600)) * 1000,
  } }
end

function usual.ses(request, how)
  if how.expired and (request.headers.authorization or ""):find("=" .. how.expired .. "/", 1, true) then
    local answer = json({ message = "The security token included in the request is expired" }, 403)
    answer.headers["x-amzn-ErrorType"] = "ExpiredTokenException"
    return answer
  end
  local answer = json({})
  answer.headers["x-amzn-RequestId"] = "r-ses"
  return answer
end

usual["sso.token"] = function(_, how)
  serial = serial + 1
  local token = how.token or "sso//access-token-" .. serial
  given_out[#given_out + 1] = token
  return json {
    accessToken = token, tokenType = "Bearer", expiresIn = how.expires_in or 3600,
    refreshToken = "sso//refresh-token-" .. serial,
  }
end

-- ---- requests ----

local function unescape(word)
  return (word:gsub("+", " "):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function form_of(words)
  local form = {}
  for name, value in words:gmatch("([^&=]+)=([^&]*)") do form[unescape(name)] = unescape(value) end
  return form
end

local function name_of(request)
  local path, query = request.target:match("^([^?]*)%??(.*)$")
  if path == "/latest/api/token" then return "imds.token" end
  if path:find("^/latest/meta%-data/iam/security%-credentials/?$") then return "imds.role" end
  if path:find("^/latest/meta%-data/iam/security%-credentials/.") then return "imds.credentials" end
  if path == "/latest/meta-data/placement/region" then return "imds.region" end
  if path:find("^/container") or path:find("^/v[12]/credentials") then return "container" end
  if path == "/federation/credentials" then return "sso.credentials" end
  if path == "/token" then return "sso.token" end
  if path:find("^/v2/email/") then return "ses" end
  request.form = form_of(request.body ~= "" and request.body or query)
  return request.form.Action and "sts." .. request.form.Action or nil
end

local function read_request(client)
  local first = client:receive "*l"
  local method, target = (first or ""):match("^(%S+) (%S+) HTTP/")
  if not target then return nil end
  local request = { method = method, target = target, headers = {}, body = "" }
  repeat
    local line = client:receive "*l"
    if not line then return nil end
    local name, value = line:match("^([^:]+):%s*(.-)%s*$")
    if name then request.headers[name:lower()] = value end
  until line == ""
  local length = tonumber(request.headers["content-length"] or 0)
  if length > 0 then request.body = client:receive(length) end
  return request.body and request
end

local function bytes_of(answer)
  local lines = { "HTTP/1.1 " .. answer.status .. " Whatever" }
  for name, value in pairs(answer.headers or {}) do lines[#lines + 1] = name .. ": " .. value end
  local body = answer.body or ""
  lines[#lines + 1] = "Content-Length: " .. #body
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
end

-- ---- the process ----

local server = { open = {}, late = {}, log = {}, how = {} }

local function close(client)
  client:close()
  server.open[client] = nil
end

local function send(client, bytes, ends)
  if bytes ~= "" then client:send(bytes) end
  if ends then close(client) end
end

local faults = {}

function faults.slow(client, answer, how)
  local due = require("socket").gettime() + (how.seconds or 1)
  server.late[#server.late + 1] = { client = client, due = due, bytes = bytes_of(answer) }
end
function faults.hang() end
function faults.close(client) send(client, "", true) end
function faults.garbage(client) send(client, "what is it that you want?\r\n\r\n", true) end
function faults.cut(client, answer)
  local bytes = bytes_of(answer)
  send(client, bytes:sub(1, #bytes - math.ceil(#answer.body / 2)), true)
end
function faults.malformed(client, answer)
  answer.body = answer.body:sub(1, math.floor(#answer.body / 2))
  send(client, bytes_of(answer))
end

local function how_of(name)
  local how = server.how[name] or {}
  if how.times then
    how.times = how.times - 1
    if how.times <= 0 then server.how[name] = how.after end
  end
  return how
end

local function serve_endpoint(client, request)
  local name = name_of(request)
  request.name = name or "unknown"
  server.log[#server.log + 1] = request
  if not usual[name] then return send(client, bytes_of(text("no such endpoint", 404))) end
  local how = how_of(name)
  local answer = how.status and { status = how.status, headers = how.headers, body = how.body or "" }
    or usual[name](request, how)
  if how.body then answer.body = how.body end
  if how.fault then return faults[how.fault](client, answer, how) end
  send(client, bytes_of(answer))
end

local control = {}

function control.set(input)
  server.how[input.name] = input.how
  return {}
end
function control.reset()
  server.how, server.log, given_out = {}, {}, {}
  return {}
end
function control.requests() return server.log end
function control.secrets() return given_out end
function control.quit() os.exit(0) end

local function serve(_, client)
  local request = read_request(client)
  if not request then return close(client) end
  local cjson = require "cjson"
  local action = request.target:match("^/_control/(%a+)$")
  if not action then return serve_endpoint(client, request) end
  local input = request.body ~= "" and cjson.decode(request.body) or {}
  send(client, bytes_of { status = 200, body = cjson.encode { list = control[action](input) } })
end

local function send_late(now)
  for i = #server.late, 1, -1 do
    local late = server.late[i]
    if late.due <= now then
      table.remove(server.late, i)
      if server.open[late.client] then send(late.client, late.bytes) end
    end
  end
end

local function pause() return #server.late > 0 and 0.01 or nil end

-- ---- the spec's side ----

local Server = {}
Server.__index = Server

local function ask(self, action, input)
  local cjson, ltn12, http = require "cjson", require "ltn12", require "socket.http"
  local out, body = {}, input and cjson.encode(input) or ""
  assert(http.request {
    url = self.url .. "/_control/" .. action, method = "POST", headers = { ["content-length"] = #body },
    source = ltn12.source.string(body), sink = ltn12.sink.table(out),
  })
  return cjson.decode(table.concat(out)).list
end

function Server:set(name, how) return ask(self, "set", { name = name, how = how }) end
function Server:reset() return ask(self, "reset") end
function Server:secrets() return ask(self, "secrets") end

function Server:requests(prefix)
  local list = {}
  for _, request in ipairs(ask(self, "requests")) do
    if request.name:sub(1, #(prefix or "")) == (prefix or "") then list[#list + 1] = request end
  end
  return list
end

--- Starts the server.
function aws_metadata_server.start()
  local path = debug.getinfo(1, "S").source:sub(2)
  return setmetatable(socket_server.start(path, "POST /_control/quit HTTP/1.1"), Server)
end

if arg and arg[1] == "serve" and arg[0] and arg[0]:match("aws_metadata_server%.lua$") then
  local handlers = { opened = function() return true end, ready = serve, tick = send_late, pause = pause }
  socket_server.run(handlers, server.open)
end

return aws_metadata_server
