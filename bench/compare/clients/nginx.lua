-- ses in one worker of an nginx, with everything on that is on by default: nginx.lua URL CONCURRENCY REQUESTS [bulk]
-- Prints what result.h says; the processor's time is the worker's.
package.path = "./?.lua;" .. package.path
local nginx = require "spec.support.nginx"

local url, concurrency, requests, bulk = arg[1], tonumber(arg[2]), tonumber(arg[3]), arg[4] == "bulk"

local TRUSTED = [[
  lua_ssl_trusted_certificate %s;
  lua_ssl_verify_depth 4;
]]

local HTTP = [[
  lua_socket_pool_size 256;
  init_by_lua_block { require "ses" }
]] .. nginx.RUNS_LUA

local WORK = [[
local concurrency, requests = %d, %d
local client = assert(require("ses").client { endpoint = %q, max_connections = concurrency })
local one, state = require("bench.compare.clients.mails").sender(client, %s)
local left
local function work()
  while left > 0 do
    left = left - 1
    one()
  end
end
local function run(times)
  local threads = {}
  left = times
  for i = 1, math.min(concurrency, times) do threads[i] = ngx.thread.spawn(work) end
  for i = 1, #threads do ngx.thread.wait(threads[i]) end
end
run(concurrency)
state.failed = 0
ngx.update_time()
local from, processor = ngx.now(), os.clock()
run(requests)
ngx.update_time()
return ('{"seconds":%%.6f,"cpu":%%.6f,"requests":%%d,"failed":%%d}'):format(ngx.now() - from, os.clock() - processor,
  requests, state.failed)
]]

local trusted = os.getenv "AWS_CA_BUNDLE"
local running = nginx.start((trusted and TRUSTED:format(trusted) or "") .. HTTP, { env = {
  AWS_ACCESS_KEY_ID = "bench", AWS_SECRET_ACCESS_KEY = "bench", AWS_REGION = "us-east-1", HOME = "/nonexistent",
} })
local answer, err = running.post("/lua", WORK:format(concurrency, requests, url, tostring(bulk)))
local log = running.error_log()
running.stop()
if not answer or not answer:find "^{" then error(tostring(answer or err) .. "\n" .. log, 0) end
print(answer)
