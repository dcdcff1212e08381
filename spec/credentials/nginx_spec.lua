-- Credentials inside nginx: over cosockets, from programs, kept by the worker.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

describe("credentials inside nginx", function()
  local server, running, folder

  setup(function()
    server = aws_metadata_server.start()
    running = nginx.start(nginx.RUNS_LUA)
    folder = process.folder()
    process.write(folder .. "/program", [[#!/bin/sh
printf '{"Version": 1, "AccessKeyId": "ASIA%s", "SecretAccessKey": "nginx/secret+key"}' "$1"
]])
    os.execute("chmod +x " .. folder .. "/program")
  end)
  teardown(function()
    running.stop()
    server.stop()
    process.remove(folder)
  end)
  before_each(function() server:reset() end)

  -- Runs `code` with `client` as a client whose credentials come by these variables.
  local function lua(env, code, options)
    local lines = { "local ffi, ses = require 'ffi', require 'ses'",
      "pcall(ffi.cdef, 'int setenv(const char *, const char *, int); int unsetenv(const char *);')" }
    local all = {
      AWS_CONFIG_FILE = "/nonexistent/config", AWS_SHARED_CREDENTIALS_FILE = "/nonexistent/credentials",
      AWS_EC2_METADATA_DISABLED = "true", AWS_REGION = "eu-west-1", AWS_ENDPOINT_URL_SESV2 = server.url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI = "", AWS_EC2_METADATA_SERVICE_ENDPOINT = server.url,
    }
    for name, value in pairs(env) do all[name] = value end
    for name, value in pairs(all) do
      lines[#lines + 1] = ("ffi.C.setenv(%q, %q, 1)"):format(name, value)
    end
    lines[#lines + 1] = "local client = assert(ses.client(" .. (options or "{}") .. "))"
    lines[#lines + 1] = [[
      local function call()
        local ok, err = client:call("GetAccount")
        return ok and "ok" or err.kind .. " " .. tostring(err)
      end
    ]]
    lines[#lines + 1] = code
    local text, status = running.post("/lua", table.concat(lines, "\n"))
    assert.equal(200, status, text)
    for _, secret in ipairs(server:secrets()) do
      assert.is_nil(text:find(secret, 1, true), text)
      assert.is_nil(running.error_log():find(secret, 1, true))
    end
    return text
  end

  local function signed_with()
    local keys = {}
    for i, request in ipairs(server:requests("ses")) do keys[i] = credentials_child.key_of(request) end
    return keys
  end

  local function container() return { AWS_CONTAINER_CREDENTIALS_FULL_URI = server.url .. "/container" } end

  it("come from a container's endpoint and from the metadata service", function()
    assert.equal("ok", lua(container(), "return call()"))
    assert.equal("ok", lua({ AWS_EC2_METADATA_DISABLED = "false" }, "return call()"))
    local keys = signed_with()
    assert.matches("^ASIACONT", keys[1])
    assert.matches("^ASIAIMDS", keys[2])
  end)

  it("come from a program", function()
    process.write(folder .. "/config", "[default]\ncredential_process = " .. folder .. "/program 'PROC'\n"
      .. "[profile fails]\ncredential_process = sh -c 'exit 3'\n"
      .. "[profile hangs]\ncredential_process = sleep 60\n")
    local env = { AWS_CONFIG_FILE = folder .. "/config" }
    assert.equal("ok", lua(env, "return call()"))
    assert.same({ "ASIAPROC" }, signed_with())
    assert.matches("^credentials .*credential_process", lua(env, "return call()", "{ profile = 'fails' }"))
    assert.matches("^timeout ", lua(env, "return call()", "{ profile = 'hangs', operation_timeout_ms = 300 }"))
  end)

  it("come from no program that fails, whatever it has printed", function()
    process.write(folder .. "/answer", '{"Version":1,"AccessKeyId":"ASIAFAIL","SecretAccessKey":"s3cret/s3cret"}')
    process.write(folder .. "/failing", "[default]\ncredential_process = sh -c 'cat " .. folder .. "/answer; exit 3'\n")
    local text = lua({ AWS_CONFIG_FILE = folder .. "/failing" }, "return call()")
    assert.matches("^credentials .*credential_process.*3", text)
    assert.is_nil(text:find("s3cret", 1, true))
    assert.same({}, signed_with())
  end)

  it("come from a program that takes its time, while nginx answers others at once", function()
    process.write(folder .. "/slow", "[default]\ncredential_process = sh -c 'sleep 2; exec " .. folder
      .. "/program SLOW'\n")
    assert.equal("ok true true", lua({ AWS_CONFIG_FILE = folder .. "/slow" }, [[
      -- How late nginx's loop comes to what is due, at worst.
      local worst, done = 0, false
      local watch = ngx.thread.spawn(function()
        while not done do
          local began = ses.monotonic()
          ngx.sleep(0.01)
          worst = math.max(worst, ses.monotonic() - began - 0.01)
        end
      end)
      local began = ses.monotonic()
      local answer = call()
      local took = ses.monotonic() - began
      done = true
      ngx.thread.wait(watch)
      return answer .. " " .. tostring(took >= 2) .. " " .. tostring(worst < 0.5)
    ]]))
    assert.same({ "ASIASLOW" }, signed_with())
  end)

  it("are fetched once for many light threads", function()
    server:set("container", { fault = "slow", seconds = 0.1 })
    assert.equal("20", lua(container(), [[
      local count = 0
      ses.run(function(spawn)
        for _ = 1, 20 do spawn(function() if call() == "ok" then count = count + 1 end end) end
      end)
      return count
    ]]))
    assert.equal(1, #server:requests("container"))
  end)

  it("are fetched on though the request that asked for them is gone", function()
    server:set("container", { fault = "slow", seconds = 0.2 })
    assert.equal("ok", lua(container(), [[
      ses.run(function(spawn)
        local first = spawn(call)
        ses.sleep(0.05)
        first:cancel()
      end)
      return call()
    ]]))
    assert.equal(1, #server:requests("container"))
  end)

  it("are fetched anew by a timer, beside the requests", function()
    server:set("container", { expires_in = 290, times = 1, after = { fault = "slow", seconds = 0.3 } })
    assert.equal("ok ok true ok", lua(container(), [[
      local first = call()
      local from = ses.monotonic()
      local second = call()
      local soon = ses.monotonic() - from < 0.25
      ses.sleep(0.6)
      return first .. " " .. second .. " " .. tostring(soon) .. " " .. call()
    ]]))
    local keys = signed_with()
    assert.equal(keys[1], keys[2])
    assert.are_not.equal(keys[1], keys[3])
  end)

  for what, fault in pairs {
    ["answers 500"] = { status = 500 }, ["answers with half of a document"] = { fault = "malformed" },
    ["closes the connection in the middle of the answer"] = { fault = "cut" },
    ["closes the connection"] = { fault = "close" },
  } do
    it("are an error where the endpoint " .. what, function()
      server:set("container", fault)
      assert.matches("^credentials .*container", lua(container(), "return call()"))
      assert.same({}, signed_with())
    end)
  end

  it("hold up no call for longer than it may last", function()
    server:set("container", { fault = "hang" })
    assert.matches("^timeout ", lua(container(), "return call()", "{ operation_timeout_ms = 300 }"))
  end)

  it("may come from a function that needs its request", function()
    assert.equal("ok", lua({}, "return call()", [[{ credentials = function()
      return { access_key_id = "AKIA" .. ngx.req.get_method(), secret_access_key = "nginx/secret+key" }
    end }]]))
    assert.same({ "AKIAPOST" }, signed_with())
  end)

  it("come with the instance's region", function()
    assert.equal("ok eu-north-1", lua({ AWS_EC2_METADATA_DISABLED = "false", AWS_REGION = "" },
      "return call() .. ' ' .. client:describe_config().region.value"))
  end)
end)
