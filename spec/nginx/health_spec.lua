-- The health handler of four workers.
local emulator = require "spec.support.emulator"
local json = require "ses.model.json"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

local WORKERS = 4

local CONF = [[
  lua_shared_dict ses_cache 1m;
  init_by_lua_block { require 'ses' }
  server {
    listen unix:FOLDER/health.sock;
    location = /health { content_by_lua_block { require("ses.nginx").health { max_age_ms = 2000, client = CLIENT } } }
    location = /nowhere {
      content_by_lua_block {
        require("ses.nginx").health { client = { endpoint = "http://127.0.0.1:1", max_retries = 0,
          credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "WORD" } } }
      }
    }
    location = /slow {
      content_by_lua_block { require("ses.nginx").health { max_age_ms = 0, timeout_ms = 300, client = CLIENT } }
    }
    location = /wrong { content_by_lua_block { require("ses.nginx").health { max_age_ms = -1 } } }
  }
]]

describe("ses.nginx.health", function()
  local sandbox, running, options

  setup(function() sandbox = emulator.start { rate = 1000000, daily = 100, verify = false } end)
  teardown(function() sandbox:stop() end)
  before_each(function()
    sandbox:control("POST", "/reset")
    local word = sandbox.emulator.secret_access_key
    local client = ('{ region = "us-east-1", endpoint = "%s", max_retries = 0, '
      .. 'credentials = { access_key_id = "%s", secret_access_key = "%s" } }'):format(sandbox.url,
      sandbox.emulator.access_key_id, word)
    running = nginx.start(nginx.RUNS_LUA_IN_WORKER .. CONF:gsub("CLIENT", client):gsub("WORD", word),
      { workers = WORKERS })
    options = client
  end)
  after_each(function() running.stop() end)

  -- → status, the answer as a table, the answer as text
  local function get(path, arguments)
    local text = process.shell(("curl -s -i --unix-socket %s/health.sock %s http://nginx%s"):format(running.folder,
      arguments or "", path))
    return tonumber(text:match "^HTTP/1.1 (%d+)"), json.decode(text:match "\r\n\r\n(.*)$"), text
  end

  it("answers 200 while mail can be sent, and 503 where it cannot", function()
    local status, found, text = get "/health"
    assert.same({ 200, "healthy", true }, { status, found.status, found.details.credentials_ok })
    assert.equal(100, found.details.sending_quota.max_24_hour)
    assert.matches("[Cc]ontent%-[Tt]ype: application/json", text)
    assert.matches("[Cc]ache%-[Cc]ontrol: no%-store", text)
    for i = 1, 90 do sandbox:send(emulator.mail("p" .. i .. "@example.com")) end
    process.eventually(function()
      status, found = get "/health"
      return status == 200 and found.status == "degraded"
    end)
    sandbox:ok("PutAccountSendingAttributes", { SendingEnabled = false })
    process.eventually(function()
      status, found = get "/health"
      return status == 503 and found.status == "unhealthy"
    end)
    status, found = get "/nowhere"
    assert.same({ 503, "unhealthy", false }, { status, found.status, found.details.connectivity_ok })
    assert.equal(503, (get("/health", "-I")))
  end)

  it("asks SES once for all workers, however often it is asked", function()
    local fault = sandbox:control("POST", "/faults", { operation = "GetAccount", delay_ms = 200 })
    local ask = "local client = require('ses.nginx.clients').get(" .. options .. ") "
      .. "for _ = 1, 10 do client:health() end return client:health().status"
    assert.equal(("healthy\n"):rep(WORKERS), (running.post("/workers", ask)))
    assert.equal(200, (get "/health"))
    for _, entry in ipairs(sandbox:control("GET", "/faults").faults) do
      if entry.id == fault.id then assert.equal(1, entry.hits) end
    end
  end)

  it("does not wait for longer than it may", function()
    sandbox:control("POST", "/faults", { operation = "GetAccount", delay_ms = 20000 })
    local from = process.shell "date +%s%N"
    local status, found = get "/slow"
    assert.same({ 503, "unhealthy" }, { status, found.status })
    assert.is_true(tonumber(process.shell "date +%s%N") - tonumber(from) < 5e9)
  end)

  it("holds no secret and no ARN", function()
    sandbox:control("POST", "/faults", { operation = "GetAccount", status = 403, code = "InvalidClientTokenId",
      message = "arn:aws:iam::123456789012:user/jane " .. sandbox.emulator.secret_access_key })
    local status, found, text = get "/health"
    assert.same({ 503, false }, { status, found.details.credentials_ok })
    assert.is_nil(text:find("arn:", 1, true))
    assert.is_nil(text:find(sandbox.emulator.secret_access_key, 1, true))
    assert.is_nil(text:find(sandbox.emulator.access_key_id, 1, true))
  end)

  it("says what is wrong with its options, and takes no POST", function()
    local status, found = get "/wrong"
    assert.same({ 503, "Unavailable" }, { status, found.error.code })
    assert.matches("ses health: wrong options: max_age_ms must be from 0 to 3600000 milliseconds",
      running.error_log(), 1, true)
    assert.equal(405, (get("/health", "-X POST")))
  end)
end)
