-- Where ses may be required and what that reads: in every phase of nginx, its own files and nothing else; and after a
-- start that required it, no request reads a file.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local nginx = require "spec.support.nginx"
local opens = require "spec.support.opens"
local process = require "spec.support.process"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

-- Requires it as if for the first time, in a coroutine where nginx allows one: whatever waits would show.
local REQUIRE = [[
  local function forget()
    for name in pairs(package.loaded) do
      if name:find "^ses" and name ~= "ses.core" then package.loaded[name] = nil end
    end
  end
  local function try()
    local ses = require "ses"
    require "ses.nginx"
    return type(ses.client)
  end
  local function in_coroutine()
    local thread = coroutine.create(try)
    local ok, result = coroutine.resume(thread)
    return coroutine.status(thread) == "dead" and result or "waits"
  end
  local phase = ngx.get_phase()
  local none = phase == "init_worker" or phase == "log"
  forget()
  local ok, result = pcall(none and try or in_coroutine)
  forget()
  FOUND = FOUND or {}
  FOUND[phase] = tostring(result)
]]

local PHASES = [[
  init_by_lua_block { REQUIRE }
  init_worker_by_lua_block {
    REQUIRE
    ngx.timer.at(0, function() REQUIRE end)
  }
  server {
    listen SOCKET;
    location = /try {
      rewrite_by_lua_block { REQUIRE }
      access_by_lua_block { REQUIRE }
      content_by_lua_block { REQUIRE ngx.print "served" }
      header_filter_by_lua_block { REQUIRE }
      log_by_lua_block { REQUIRE }
    }
    location = /found {
      content_by_lua_block {
        local lines = {}
        for phase, found in pairs(FOUND) do lines[#lines + 1] = phase .. " " .. found end
        table.sort(lines)
        ngx.print(table.concat(lines, "\n"))
      }
    }
  }
]]

describe("requiring ses inside nginx", function()
  it("works in every phase, waits nowhere, and reads its own files alone", function()
    local watch = opens.start()
    local running = nginx.start((PHASES:gsub("REQUIRE", function() return REQUIRE end)), { env = watch.env })
    local root = process.shell "pwd"
    watch.paths()
    running.post("/try", "")
    local found = process.eventually(function()
      local text = running.post("/found", "")
      return text:find "log " and text:find "timer " and text
    end)
    local paths = watch.paths()
    running.stop()
    watch.remove()
    assert.equal(table.concat({
      "access function", "content function", "header_filter function", "init function",
      "init_worker function", "log function", "rewrite function", "timer function",
    }, "\n"), found)
    local own = 0
    for _, path in ipairs(paths) do
      if path:find(root .. "/lua/ses/", 1, true) == 1 then
        own = own + 1
      else
        -- Places that Lua looks at in vain.
        assert.is_nil(io.open(path, "rb"), path)
      end
    end
    -- The watch works: each phase has read at least ses/init.lua and ses/nginx/init.lua.
    assert.is_true(own >= 10, tostring(own))
  end)
end)

local WORKS = [[
  lua_shared_dict ses_cache 1m;
  INIT
  init_worker_by_lua_block {
    CLIENT = { region = "eu-west-1", endpoint = "URL", rate_limit = "account", validate_template = true,
      max_concurrent_requests = 5 }
    require("ses.nginx").init_worker { client = CLIENT }
  }
  server {
    listen SOCKET;
    location = /lua {
      content_by_lua_block {
        ngx.req.read_body()
        local run = assert(loadstring(ngx.req.get_body_data()))
        local ok, result = pcall(run)
        ngx.print(ok and tostring(result) or "raised: " .. tostring(result))
      }
    }
  }
]]

-- All that a client can be asked for has to be there already.
local USE = [[
  local client = require("ses.nginx.clients").get(CLIENT)
  local said = {}
  local function say(result, err) said[#said + 1] = result and "ok" or tostring(err) end
  local mail = { from = "a@example.com", to = { { name = "Bär", email = "b@exämple.com" } }, subject = "ü", text = "t",
    attachments = { { filename = "a.txt", data = "a" } } }
  say(client.emails:send(mail))
  mail.template, mail.subject, mail.text, mail.attachments = "T", nil, nil, nil
  say(client.emails:send(mail))
  say(client.emails:send_bulk { from = "a@example.com", template = "T", entries = { { to = "b@example.com" } } })
  say(client:call "GetAccount")
  for _, operation in ipairs { "ListContactLists", "ListTenants", "ListEmailIdentities" } do
    say(client:call(operation))
  end
  for _ in client.templates:each {} do end
  say(client.templates:lookup { template_name = "T" })
  say(client.suppression:put_all({}, { reason = "BOUNCE" }))
  say(client:call("NoSuchOperation"))
  say(client.jobs:wait_until_done("e", { timeout = 0.01, kind = "export" }))
  require("ses.mail.address").parse "x@y.example"
  client:describe_config()
  client:resilience()
  require("ses").run(function(spawn) spawn(function() end) end)
  return table.concat(said, " ")
]]

describe("a request inside nginx", function()
  local server, watch, folder

  setup(function()
    server = aws_metadata_server.start()
    watch = opens.start()
    folder = process.folder()
    process.write(folder .. "/config", "[default]\nregion = eu-west-1\n")
  end)
  teardown(function()
    watch.remove()
    server.stop()
    process.remove(folder)
  end)

  -- The paths that requests opened, and what the last one answered.
  local function opened_by(code, init)
    local env = {
      AWS_CONFIG_FILE = folder .. "/config", AWS_SHARED_CREDENTIALS_FILE = "/nonexistent/credentials",
      AWS_CONTAINER_CREDENTIALS_FULL_URI = server.url .. "/container",
    }
    for name, value in pairs(watch.env) do env[name] = value end
    local values = { INIT = init, URL = server.url }
    local running = nginx.start((WORKS:gsub("%f[%u](%u+)%f[%U]", values)), { env = env, workers = 1 })
    -- The timer that follows the start reads the configuration for the credentials.
    process.eventually(function() return #server:requests "container" > 0 end)
    process.eventually(function()
      return running.post("/lua", [[
        return require("ses.nginx.clients").get(CLIENT).credentials:describe().present
      ]]) == "true"
    end)
    server:reset()
    server:set("ses", { status = 200, body = '{"MessageId":"m","SendQuota":{"MaxSendRate":1000,"Max24HourSend":-1}}',
      headers = { ["x-amzn-RequestId"] = "r" } })
    watch.paths()
    local text, status = running.post("/lua", code)
    local paths = watch.paths()
    local log = running.error_log()
    running.stop()
    assert.equal(200, status, text)
    return paths, text, log
  end

  it("reads no file where ses was required in init_by_lua", function()
    local paths, text, log = opened_by(USE, 'init_by_lua_block { require "ses" }')
    assert.equal("", log)
    assert.same({}, paths)
    assert.is_nil(text:find("raised", 1, true), text)
    assert.matches("^ok ", text)
  end)

  it("reads none either where init_worker loaded it alone", function()
    local paths, text, log = opened_by(USE, "")
    assert.matches("every worker fetches credentials of its own: ses was not required in init_by_lua", log)
    assert.same({}, paths)
    assert.is_nil(text:find("raised", 1, true), text)
  end)
end)
