--- Where nginx calls in: at its start, at the worker's, and for each request.
-- @module ses.emulator.server
local api = require "ses.emulator.api"
local control = require "ses.emulator.control"
local errors = require "ses.emulator.errors"
local host = require "ses.emulator.host"
local ids = require "ses.emulator.ids"
local inbox = require "ses.emulator.inbox"
local json = require "ses.model.json"
local response = require "ses.emulator.response"
local sns = require "ses.emulator.sns"
local sqs = require "ses.emulator.sqs"
local store = require "ses.emulator.store"

local server = {}

-- Seconds from a write to its commit.
local COMMIT_DELAY = 0.02

local settings

--- Before nginx binds and forks: a missing module ends the start with a message.
function server.init()
  require "luasql.sqlite3"
  math.randomseed(ngx.now() * 1000)
end

local function end_process()
  local ffi = require "ffi"
  ffi.cdef "int kill(int pid, int signal);"
  ffi.C.kill(ngx.worker.pid(), 15)
end

-- The emulator must not outlive who started it, also where that was killed.
local function watch(owner)
  local folder = ngx.config.prefix()
  assert(ngx.timer.every(0.5, function(premature)
    if premature or host.identity(owner.pid) == owner.identity then return end
    if settings.temporary then host.succeeds("rm -rf -- " .. host.quote(folder)) end
    end_process()
  end))
end

local function start()
  local folder = ngx.config.prefix()
  settings = assert(json.decode(assert(host.read_file(folder .. "settings.json"))))
  store.open(folder .. "emulator.db")
  store.group(function() assert(ngx.timer.at(COMMIT_DELAY, store.commit)) end)
  control.prepare(settings, ngx.now())
  if settings.owner then watch(settings.owner) end
end

--- In the worker: opens the state and tells the launcher how that went.
function server.init_worker()
  local ok, reason = pcall(start)
  if not ok then ngx.log(ngx.ERR, tostring(reason)) end
  local text = ok and "ok" or tostring(reason):gsub("%s+", " ")
  assert(host.write_file(ngx.config.prefix() .. "started", text .. "\n"))
end

--- At the end of the worker.
function server.exit_worker() store.close() end

-- In the order and the spelling of the request, so that a signature can be made again.
local function header_list()
  local list = {}
  for name, value in pairs(ngx.req.get_headers(0, true)) do
    for _, item in ipairs(type(value) == "table" and value or { value }) do
      list[#list + 1] = { name, item == true and "" or item }
    end
  end
  return list
end

local function read_request()
  ngx.req.read_body()
  local path, query = ngx.var.request_uri:match("^([^?]*)%??(.*)$")
  return {
    method = ngx.req.get_method(), path = path, query = query, body = ngx.req.get_body_data(),
    settings = settings, now = ngx.now(),
  }
end

-- A page of another origin must not reach the emulator through the user's browser.
local function is_foreign(request)
  local origin = ngx.var.http_origin
  if not origin or request.method == "GET" or request.method == "HEAD" then return false end
  return origin:match("^%a+://(.+)$") ~= ngx.var.http_host
end

local function handle()
  local request = read_request()
  ngx.header["x-amzn-RequestId"] = ids.uuid()
  if request.path:find("^/v[12]/email/") then
    request.headers = header_list()
    return api.handle(request, settings, request.now)
  end
  local target = ngx.var.http_x_amz_target
  if target and target:find("^AmazonSQS%.") and request.method == "POST" then
    request.headers = header_list()
    return sqs.handle(request, target, settings)
  end
  if is_foreign(request) then
    return response.fault { status = 403, code = "AccessDeniedException", message = "Another origin asks." }
  end
  request.arguments = ngx.req.get_uri_args()
  if sns.handle(request) then return end
  local handler = request.path:sub(1, 11) == "/_emulator/" and control or inbox
  if not handler.handle(request) then
    return response.fault(errors.fault("UnknownOperationException", "There is nothing at this path."))
  end
end

--- Answers a request.
function server.handle()
  local ok, reason = xpcall(handle, debug.traceback)
  if ok then return end
  ngx.log(ngx.ERR, reason)
  if not ngx.headers_sent then
    response.fault(errors.fault("InternalServiceErrorException", "The emulator failed; see its error.log."))
  end
end

--- Answers a request whose body nginx would not take.
function server.too_large()
  ngx.header["x-amzn-RequestId"] = ids.uuid()
  response.fault(errors.fault("RequestEntityTooLargeException", "The request is larger than 64 MiB."))
end

return server
