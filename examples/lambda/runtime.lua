-- A custom runtime for AWS Lambda: has handler.lua beside it deal with each event. As the end of a function's image:
--
--   COPY runtime.lua handler.lua /function/
--   ENTRYPOINT ["ses", "/function/runtime.lua"]
--
-- or as a `bootstrap` beside what `ses` needs:  exec ./ses runtime.lua
-- Source: "Using the Lambda runtime API for custom runtimes", AWS Lambda Developer Guide.
local core = require "ses.core"
local curl = require "ses.adapters.curl"
local json = require "ses.model.json"

local API = ("http://%s/2018-06-01/runtime"):format(assert(os.getenv "AWS_LAMBDA_RUNTIME_API", "AWS Lambda sets it"))

local folder = arg[0]:match "^(.*)/[^/]*$" or "."
local transport = assert(curl.new())

-- A runtime that cannot talk to Lambda ends, and Lambda starts another. There is no time limit: until the next event
-- comes Lambda may freeze the process for hours.
local function call(method, path, body, error_type)
  local request = assert(core.http.request(method, API .. path))
  if error_type then assert(request:add_header("Lambda-Runtime-Function-Error-Type", error_type)) end
  if body then request:set_body(body) end
  local response = assert(transport:perform(request, { direct = true, release = true }))
  if response.status >= 300 then error(("Lambda answered %s with HTTP %d"):format(path, response.status), 0) end
  return response
end

local function report(path, err)
  local kind = type(err) == "table" and err.code or "Error"
  io.stderr:write(tostring(err), "\n")
  local body = json.encode { errorType = kind, errorMessage = tostring(err), stackTrace = json.list() }
  call("POST", path, assert(body), "Function." .. kind)
end

local function context_of(headers)
  return {
    request_id = headers["lambda-runtime-aws-request-id"],
    deadline_ms = tonumber(headers["lambda-runtime-deadline-ms"]),
    invoked_function_arn = headers["lambda-runtime-invoked-function-arn"],
    trace_id = headers["lambda-runtime-trace-id"],
  }
end

local function serve(handler)
  local response = call("GET", "/invocation/next")
  local context = context_of(response.headers)
  local path = "/invocation/" .. context.request_id
  local event, reason = json.decode(response.body)
  if event == nil then return report(path .. "/error", reason) end
  local ran, result, err = pcall(handler, event, context)
  if not ran then return report(path .. "/error", result) end
  if result == nil then return report(path .. "/error", err) end
  local body, unfit = json.encode(result)
  if not body then return report(path .. "/error", unfit) end
  call("POST", path .. "/response", body)
end

local ready, handler = pcall(dofile, folder .. "/handler.lua")
if not ready then
  report("/init/error", handler)
  os.exit(1)
end
while true do serve(handler) end
