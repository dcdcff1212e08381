-- ses.nginx.init_worker and the clients of a worker.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

local CONF = [[
  lua_shared_dict ses_cache 1m;
  init_by_lua_block { require "ses" }
  init_worker_by_lua_block {
    OPTIONS = function() return OPTIONS_OF end
    RETURNED = { require("ses.nginx").init_worker(OPTIONS()) }
  }
  server {
    listen SOCKET;
    location = /lua {
      content_by_lua_block {
        ngx.req.read_body()
        local ok, result = pcall(assert(loadstring(ngx.req.get_body_data())))
        ngx.print(tostring(result))
      }
    }
  }
]]

describe("ses.nginx.init_worker", function()
  local server, running

  setup(function() server = aws_metadata_server.start() end)
  teardown(function() server:stop() end)
  before_each(function() server:reset() end)
  after_each(function()
    if running then running.stop() end
    running = nil
  end)

  local function start(options, workers)
    running = nginx.start((CONF:gsub("OPTIONS_OF", function() return options end)), {
      workers = workers or 2, env = {
        AWS_CONFIG_FILE = "/nonexistent/config", AWS_SHARED_CREDENTIALS_FILE = "/nonexistent/credentials",
        AWS_REGION = "eu-west-1", AWS_ENDPOINT_URL_SESV2 = server.url,
        AWS_CONTAINER_CREDENTIALS_FULL_URI = server.url .. "/container",
      },
    })
  end

  local function lua(code) return (running.post("/lua", "local clients = require 'ses.nginx.clients' " .. code)) end

  it("fetches credentials before any request, and anew in time, by one worker", function()
    -- Due in two seconds: five minutes before they expire.
    server:set("container", { expires_in = 302, times = 1 })
    start("{ client = {} }", 4)
    process.eventually(function() return #server:requests "container" == 1 end)
    assert.equal("ok", lua [[ return clients.get({}):call "GetAccount" and "ok" ]])
    process.eventually(function() return #server:requests "container" == 2 end)
    process.eventually(function()
      lua [[ clients.get({}):call "GetAccount" ]]
      local all = server:requests "ses"
      return credentials_child.key_of(all[#all]) ~= credentials_child.key_of(all[1])
    end)
    assert.equal(2, #server:requests "container")
    assert.equal("", running.error_log():gsub("[^\n]*writing a global[^\n]*\n", ""):gsub("stack traceback.-\n\n", ""))
  end)

  it("gives a worker one client for the same options", function()
    start("{ client = { max_retries = 1 } }", 1)
    assert.equal("true false true true", lua [[
      local one, other = clients.get { max_retries = 1 }, clients.get { max_retries = 2 }
      return tostring(one == clients.get(OPTIONS().client)) .. " " .. tostring(one == other) .. " "
        .. tostring(other == clients.get { max_retries = 2 }) .. " " .. tostring(clients.get(one) == one)
    ]])
    assert.equal("max_retrys", lua [[ return (select(2, clients.get { max_retrys = 1 }).message:match "max_retrys") ]])
  end)

  it("says what is wrong with the client's options", function()
    start "{ client = { regoin = 'eu-west-1' } }"
    assert.matches("nil validation", lua [[ return tostring(RETURNED[1]) .. " " .. RETURNED[2].kind ]])
    assert.matches("%[error%][^\n]*ses: [^\n]*regoin", running.error_log())
  end)

  it("says once that there are no credentials, and holds up nothing", function()
    server:set("container", { status = 403, body = "{}" })
    start("{ client = { use_imds = false } }", 1)
    process.eventually(function() return running.error_log():find("ses: no credentials: ", 1, true) end)
    process.shell "sleep 1.5"
    local _, times = running.error_log():gsub("ses: no credentials: ", "")
    assert.equal(1, times)
    assert.equal("answered", lua "return 'answered'")
  end)
end)
