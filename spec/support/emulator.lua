-- An emulator of their own for specs, and a client that signs by ses.core and speaks over luasocket.
local core = require "ses.core"
local http = require "socket.http"
local json = require "ses.model.json"
local launcher = require "ses.emulator.launcher"
local ltn12 = require "ltn12"
local settings = require "ses.emulator.settings"

local Client = {}
Client.__index = Client

local support = {}

-- Starts an emulator; `client:stop()` ends it.
function support.start(options)
  local emulator = assert(launcher.start(options))
  return setmetatable({ emulator = emulator, url = emulator.url }, Client)
end

function Client:stop() return self.emulator.stop() end

-- One exchange as it is: status, headers (lower-case names), body.
function Client:exchange(method, target, headers, body)
  local out, sent = {}, {}
  for _, pair in ipairs(headers or {}) do sent[pair[1]] = pair[2] end
  if body then sent["content-length"] = #body end
  local ok, status, answered = http.request {
    url = self.url .. target, method = method, headers = sent, sink = ltn12.sink.table(out),
    source = body and ltn12.source.string(body) or nil, redirect = false,
  }
  if not ok then return nil, status end
  return status, answered, table.concat(out)
end

-- The headers of a signed request, as `overrides` change it.
function Client:sign(method, target, body, overrides)
  local path, query = target:match("^([^?]*)%??(.*)$")
  local options = {
    method = method, path = path, query = query, body = body or "", region = "us-east-1", service = "ses",
    headers = { { "host", self.url:match("//(.*)$") }, { "content-type", "application/json" } },
    access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY,
    time = os.time(),
  }
  for name, value in pairs(overrides or {}) do options[name] = value end
  return assert(core.sigv4.sign(options)).headers
end

-- A signed request of the API: status, decoded body, headers.
function Client:call(method, target, input, overrides)
  local body = input and assert(json.encode(input)) or nil
  local status, headers, text = self:exchange(method, target, self:sign(method, target, body, overrides), body)
  return status, json.decode(text), headers
end

-- The decoded body of a signed request.
function Client:result(...) return (select(2, self:call(...))) end

-- A request of the emulator's own paths, such as "/state": the decoded body, and the status.
function Client:control(method, path, input)
  local status, _, text = self:exchange(method, "/_emulator" .. path, nil, input and json.encode(input) or nil)
  return json.decode(text), status
end

function Client:messages(query)
  return self:control("GET", "/messages" .. (query and "?" .. query or ""))
end

-- A SendEmail input for `to`, with what `more` adds or replaces.
function support.mail(to, more)
  local input = {
    FromEmailAddress = "sender@example.com", Destination = { ToAddresses = { to } },
    Content = { Simple = { Subject = { Data = "Hello" }, Body = { Text = { Data = "It works." } } } },
  }
  for name, value in pairs(more or {}) do input[name] = value end
  return input
end

function Client:send(input, overrides)
  return self:call("POST", "/v2/email/outbound-emails", input, overrides)
end

return support
