-- The workers of an nginx as one client of the sources of credentials.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"

-- nginx has its own Lua, whichever runs the spec.
if not jit then return end

local WORKERS = 4

describe("the credentials of nginx's workers", function()
  local server, running

  local function start(init)
    return nginx.start("lua_shared_dict ses_cache 1m;\n" .. (init or 'init_by_lua_block { require "ses" }\n')
      .. nginx.RUNS_LUA_IN_WORKER, {
      workers = WORKERS,
      env = {
        AWS_CONFIG_FILE = "/nonexistent/config", AWS_SHARED_CREDENTIALS_FILE = "/nonexistent/credentials",
        AWS_REGION = "eu-west-1", AWS_ENDPOINT_URL_SESV2 = server.url, AWS_EC2_METADATA_SERVICE_ENDPOINT = server.url,
        AWS_CONTAINER_CREDENTIALS_FULL_URI = server.url .. "/container",
      },
    })
  end

  setup(function()
    server = aws_metadata_server.start()
    running = start()
  end)
  teardown(function()
    running.stop()
    server:stop()
  end)
  before_each(function()
    server:reset()
    running.post("/worker/0", "ngx.shared.ses_cache:flush_all()")
  end)

  local function lua(path, code, of)
    local text, status = (of or running).post(path, [[
      local ses = require "ses"
      local credentials = require "ses.credentials"
      local function call(client)
        local ok, err = client:call "GetAccount"
        return ok and "ok" or err.kind .. " " .. err.code
      end
    ]] .. code)
    assert.equal(200, status, text)
    return text
  end

  -- A client in each worker, which the next piece of Lua finds as CLIENT.
  local function begin(options, of)
    lua("/workers", "CLIENT = assert(ses.client(" .. (options or "{}") .. "))", of)
  end

  local function in_all(code, of) return lua("/workers", code, of) end

  local function each(line) return (line .. "\n"):rep(WORKERS) end

  local function keys()
    local found, list = {}, {}
    for _, request in ipairs(server:requests "ses") do
      local key = credentials_child.key_of(request)
      if not found[key] then list[#list + 1] = key end
      found[key] = true
    end
    return list
  end

  local MANY_CALLS = [[
    local failed = 0
    ses.run(function(spawn)
      for _ = 1, 5 do spawn(function() if call(CLIENT) ~= "ok" then failed = failed + 1 end end) end
    end)
    return failed .. " " .. tostring(CLIENT.credentials:describe().shared)
  ]]

  for source, request in pairs { container = "container", imds = "imds.credentials" } do
    it(("are fetched once for all of them (%s)"):format(source), function()
      server:set(request, { fault = "slow", seconds = 0.2 })
      begin(("{ credentials = credentials.%s() }"):format(source))
      assert.equal(each "0 true", in_all(MANY_CALLS))
      assert.equal(1, #server:requests(request))
      assert.equal(WORKERS * 5, #server:requests "ses")
      assert.equal(1, #keys())
    end)
  end

  it("are fetched anew by one of them, beside the requests", function()
    server:set("container", { expires_in = 301, times = 1, after = { fault = "slow", seconds = 0.2 } })
    begin()
    assert.equal(each "ok", in_all "return call(CLIENT)")
    -- Five minutes before they expire, which is in a second, they are due.
    process.eventually(function()
      in_all "return call(CLIENT)"
      return #server:requests "container" > 1
    end)
    process.eventually(function()
      return in_all "return tostring(CLIENT.credentials:get():expiration() - ngx.time() > 3000)" == each "true"
    end)
    in_all "return call(CLIENT)"
    assert.equal(2, #server:requests "container")
    assert.equal(2, #keys())
  end)

  it("are fetched anew by one of them where SES says that they have expired", function()
    begin()
    assert.equal(each "ok", in_all "return call(CLIENT)")
    local before = keys()[1]
    server:set("ses", { expired = before })
    server:set("container", { fault = "slow", seconds = 0.1 })
    assert.equal(each "ok", in_all "return call(CLIENT)")
    assert.equal(2, #server:requests "container")
    local all = keys()
    assert.equal(2, #all)
    -- Whoever comes now takes the new ones.
    begin()
    assert.equal(each "ok", in_all "return call(CLIENT)")
    assert.equal(2, #server:requests "container")
  end)

  it("fail for all who wait where one has looked in vain", function()
    server:set("container", { status = 403, fault = "slow", seconds = 0.3 })
    begin()
    assert.equal(each "credentials CredentialsError", in_all "return call(CLIENT)")
    assert.equal(1, #server:requests "container")
    server:set("container")
    assert.equal(each "ok", in_all "return call(CLIENT)")
    assert.equal(2, #server:requests "container")
  end)

  it("come with the instance's region, which one of them asks for", function()
    server:set("imds.region", { fault = "slow", seconds = 0.2, region = "eu-north-1" })
    -- The variable is nginx's own, and says otherwise.
    begin "{ credentials = credentials.imds() }"
    in_all "CLIENT.settings.sources.region = 'default'"
    assert.equal(each "ok eu-north-1", in_all [[ return call(CLIENT) .. " " .. CLIENT.settings.region ]])
    assert.equal(1, #server:requests "imds.region")
  end)

  it("lie in the dictionary sealed", function()
    begin()
    in_all "return call(CLIENT)"
    local dump = lua("/worker/0", [[
      local dict, parts = ngx.shared.ses_cache, {}
      for _, key in ipairs(dict:get_keys(0)) do parts[#parts + 1] = key .. "=" .. tostring(dict:get(key)) end
      return table.concat(parts, "\n")
    ]])
    assert.matches("ses:credentials:%x+:%x+=", dump)
    for _, secret in ipairs(server:secrets()) do assert.is_nil(dump:find(secret, 1, true)) end
    assert.is_nil(dump:find(keys()[1], 1, true))
  end)

  it("are taken by a worker only as they were put there", function()
    begin()
    in_all "return call(CLIENT)"
    lua("/worker/0", [[
      local dict = ngx.shared.ses_cache
      for _, key in ipairs(dict:get_keys(0)) do
        local value = key:find "^ses:credentials" and dict:get(key)
        if value then dict:set(key, value:sub(1, -2) .. string.char((value:byte(-1) + 1) % 256)) end
      end
    ]])
    begin()
    assert.equal(each "ok", in_all "return call(CLIENT)")
    assert.equal(2, #server:requests "container")
  end)

  it("have their key locked in each worker", function()
    local locked = [[
      local core = require "ses.core"
      local function locked()
        for line in io.lines "/proc/self/status" do
          local kilobytes = line:match "^VmLck:%s+(%d+)"
          if kilobytes then return tonumber(kilobytes) end
        end
      end
      -- Until all is collected that other cases have left.
      rawset(_G, "CLIENT", nil)
      collectgarbage() collectgarbage()
      local before = locked()
      local probe = core.secret.new "is there any lock?"
      local allowed = locked() > before
      probe:close()
      local given = assert(core.credentials.static { access_key_id = "A", secret_access_key = "S" })
      local seal = assert(require("ses.adapters.nginx_seal").shared_secrets {}).seal
      seal:credentials(given, "")
      given:close()
      return (not allowed or locked() > 0) and "locked" or "not locked"
    ]]
    assert.equal(each "locked", in_all(locked))
  end)

  it("are each worker's own where ses was not there before the workers were", function()
    local other = start ""
    begin(nil, other)
    assert.equal(each "ok false ses was not required in init_by_lua", in_all([[
      local state = CLIENT.credentials:describe()
      return call(CLIENT) .. " " .. tostring(state.shared) .. " " .. tostring(state.unshared_because)
    ]], other))
    assert.equal(WORKERS, #server:requests "container")
    other.stop()
  end)

  it("are fetched by the workers that a reload starts, whose key is another", function()
    local other = start()
    begin(nil, other)
    in_all("return call(CLIENT)", other)
    assert.equal(1, #server:requests "container")
    local pids = in_all("return ngx.worker.pid()", other)
    other.signal "HUP"
    process.eventually(function()
      local now = in_all("return ngx.worker.pid()", other)
      for pid in now:gmatch "%d+" do
        if pids:find(pid, 1, true) then return false end
      end
      return true
    end)
    begin(nil, other)
    assert.equal(each "ok", in_all("return call(CLIENT)", other))
    assert.equal(2, #server:requests "container")
    other.stop()
  end)
end)
