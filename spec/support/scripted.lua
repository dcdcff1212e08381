--- A server of spec.support.http_server that answers by a script, and clients of it.
local core = require "ses.core"
local http_server = require "spec.support.http_server"
local json = require "ses.model.json"
local ses = require "ses"

local scripted = {}

local Server = {}
Server.__index = Server

-- An answer of SES's that is an error.
function scripted.failure(status, code, extra)
  local headers = { ["x-amzn-RequestId"] = "r-" .. status, ["x-amzn-ErrorType"] = code }
  for name, value in pairs(extra or {}) do headers[name] = value end
  return { status = status, headers = headers, body = '{"message":"because"}' }
end

scripted.OK = { status = 200, headers = { ["x-amzn-RequestId"] = "r-ok" }, body = '{"MessageId":"m-1"}' }

scripted.MAIL = { from = "a@example.com", to = "b@example.com", subject = "Hi", text = "Hello" }

function scripted.start()
  local server = http_server.start()
  return setmetatable({
    url = server.url, server = server, curl = assert(require("ses.adapters.curl").new {}), clients = {},
  }, Server)
end

function Server:exchange(method, path, body)
  local request = assert(core.http.request(method, self.url .. path))
  if body then request:set_body(body) end
  return assert(self.curl:perform(request, {})).body
end

-- The answers to come, each once.
function Server:script(...)
  local lines = {}
  for i, step in ipairs { ... } do lines[i] = json.encode(step) end
  self:exchange("POST", "/script", table.concat(lines, "\n"))
end

-- The same answer so many times.
function Server:repeated(count, step)
  self:exchange("POST", "/script", (json.encode(step) .. "\n"):rep(count))
end

function Server:played()
  local list = {}
  for line in self:exchange("GET", "/played"):gmatch "[^\n]+" do list[#list + 1] = json.decode(line) end
  return list
end

function Server:client(options)
  local all = {
    region = "eu-west-1", endpoint = self.url .. "/play", initial_backoff_ms = 0, max_backoff_ms = 0,
    circuit_failure_threshold = 1000000,
    credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret/key" },
  }
  for name, value in pairs(options or {}) do all[name] = value end
  local client = assert(ses.client(all))
  self.clients[#self.clients + 1] = client
  return client
end

function Server:close_clients()
  for _, client in ipairs(self.clients) do client:close() end
  self.clients = {}
end

function Server:stop()
  self:close_clients()
  self.curl:close()
  self.server.stop()
end

return scripted
