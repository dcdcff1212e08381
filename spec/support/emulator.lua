-- An emulator of their own for specs, and a client that signs by ses.core and speaks over luasocket.
local core = require "ses.core"
local http = require "socket.http"
local json = require "ses.model.json"
local model = require "ses.model"
local serialise = require "ses.model.serialise"
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

-- An operation by its name, with its input in AWS's names: its result; or nil, the error's code, its
-- message and the status.
function Client:perform(name, input)
  local request = assert(serialise.request(model.operation(name), input or {}))
  local target = request.path .. (request.query ~= "" and "?" .. request.query or "")
  local headers = self:sign(request.method, target, request.body)
  local status, answered, text = self:exchange(request.method, target, headers, request.body)
  local body = json.decode(text)
  if status == 200 then return body end
  return nil, answered["x-amzn-errortype"], body and body.message, status
end

-- An operation of SQS: its result; or nil, the error's code, its message and the status.
function Client:sqs(name, input, overrides)
  local body = assert(json.encode(input or {}))
  local options = {
    service = "sqs", headers = {
      { "host", self.url:match("//(.*)$") }, { "content-type", "application/x-amz-json-1.0" },
      { "x-amz-target", "AmazonSQS." .. name },
    },
  }
  for key, value in pairs(overrides or {}) do options[key] = value end
  local status, _, text = self:exchange("POST", "/", self:sign("POST", "/", body, options), body)
  local answer = json.decode(text)
  if status == 200 then return answer end
  return nil, answer.__type, answer.message, status
end

-- The result of an operation that must succeed.
function Client:ok(name, input)
  local result, code, message = self:perform(name, input)
  return result or error(("%s: %s: %s"):format(name, code, message), 2)
end

-- The message of an operation that must fail with this code.
function Client:refused(code, name, input)
  local result, found, message = self:perform(name, input)
  if result or found ~= code then error(("%s: %s, not %s"):format(name, result and "success" or found, code), 2) end
  return message
end

-- The items of all pages of a list operation, from pages of `size`, and how many each page had.
function Client:walk(name, member, size, input)
  local items, sizes, token = {}, {}, nil
  repeat
    local params = { PageSize = size, NextToken = token }
    for key, value in pairs(input or {}) do params[key] = value end
    local page = self:ok(name, params)
    for _, item in ipairs(page[member]) do items[#items + 1] = item end
    sizes[#sizes + 1], token = #page[member], page.NextToken
  until not token
  return items, sizes
end

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
