--- AWS Lambda's runtime API, as one process on a loopback port, for a custom runtime under test.
--
-- `lambda_runtime_api.start { event, … }` runs this file by lua5.4, which gives the events, texts of JSON, one after
-- the other. Whoever asks for another one waits, as at Lambda, until the server ends.
--
--   server.host       what AWS_LAMBDA_RUNTIME_API has to be
--   server:posted()   what was posted so far, each { path =, body = (decoded), error_type =, status = }
--   server.stop()
--
-- Source: "Using the Lambda runtime API for custom runtimes", AWS Lambda Developer Guide.
local socket_server = require "spec.support.socket_server"

local lambda_runtime_api = {}

local VERSION = "/2018-06-01/runtime"

-- ---- the process ----

local open, events, posted, given = {}, {}, {}, 0

local function read_request(client)
  local method, target = (client:receive "*l" or ""):match "^(%S+) (%S+) HTTP/1%.1$"
  if not method then return nil end
  local request = { method = method, target = target, headers = {} }
  for line in function() return client:receive "*l" end do
    if line == "" then break end
    local name, value = line:match "^([^:]+):%s*(.-)%s*$"
    request.headers[name:lower()] = value
  end
  local length = tonumber(request.headers["content-length"] or 0)
  request.body = length > 0 and client:receive(length) or ""
  return request
end

local function answer(client, status, body, headers)
  local lines = { ("HTTP/1.1 %d Whatever"):format(status), "Content-Length: " .. #body }
  for name, value in pairs(headers or {}) do lines[#lines + 1] = name .. ": " .. value end
  client:send(table.concat(lines, "\r\n") .. "\r\n\r\n" .. body)
end

local function give(client)
  given = given + 1
  answer(client, 200, table.remove(events, 1), {
    ["Content-Type"] = "application/json", ["Lambda-Runtime-Aws-Request-Id"] = "request-" .. given,
    ["Lambda-Runtime-Deadline-Ms"] = ("%d"):format((os.time() + 30) * 1000),
    ["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:us-east-1:123456789012:function:letters",
    ["Lambda-Runtime-Trace-Id"] = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
  })
end

-- Only the event that was given last may be answered, and once.
local answered = 0
local function status_of(path)
  if path == "/init/error" then return 202 end
  local id, what = path:match "^/invocation/request%-(%d+)/(%l+)$"
  if what ~= "response" and what ~= "error" then return 404 end
  if tonumber(id) ~= given or answered == given then return 400 end
  answered = given
  return 202
end

local function take(client, request, path)
  local status = status_of(path)
  posted[#posted + 1] = {
    path = path, body = require("cjson").decode(request.body), status = status,
    error_type = request.headers["lambda-runtime-function-error-type"],
  }
  answer(client, status, '{"status":"OK"}')
end

local control = {}
function control.put(request)
  for _, event in ipairs(require("cjson").decode(request.body)) do events[#events + 1] = event end
  return "{}"
end
function control.posted() return require("cjson").encode { list = posted } end
function control.quit() os.exit(0) end

local function serve(_, client)
  local request = read_request(client)
  if not request then
    client:close()
    open[client] = nil
    return
  end
  local action = request.target:match "^/_control/(%l+)$"
  if action then return answer(client, 200, control[action](request)) end
  local path = request.target:sub(1, #VERSION) == VERSION and request.target:sub(#VERSION + 1) or ""
  if request.method == "POST" then return take(client, request, path) end
  if path ~= "/invocation/next" then return answer(client, 404, "{}") end
  if events[1] then give(client) end
end

-- ---- the spec's side ----

local function ask(self, action, body)
  local out = {}
  assert(require("socket.http").request {
    url = self.url .. "/_control/" .. action, method = "POST", headers = { ["content-length"] = #body },
    source = require("ltn12").source.string(body), sink = require("ltn12").sink.table(out),
  })
  return require("cjson").decode(table.concat(out))
end

--- Starts the server, with events to give.
function lambda_runtime_api.start(list)
  local path = debug.getinfo(1, "S").source:sub(2)
  local server = socket_server.start(path, "POST /_control/quit HTTP/1.1")
  server.host = "127.0.0.1:" .. server.port
  function server:posted() return ask(self, "posted", "").list end
  ask(server, "put", require("cjson").encode(list))
  return server
end

if arg and arg[1] == "serve" and arg[0] and arg[0]:match "lambda_runtime_api%.lua$" then
  socket_server.run({ opened = function() return true end, ready = serve }, open)
end

return lambda_runtime_api
