-- What remains of a secret: processes that send mail with known credentials end their client and search
-- their own memory for them. All that they print is searched as well.
--
-- Credentials that a program gives itself are Lua strings of that program's: no library can wipe those, and
-- of explicit credentials only what ses derives from them is looked for.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local cjson = require "cjson"
local core = require "ses.core"
local emulator = require "spec.support.emulator"
local free_port = require "spec.support.free_port"
local http_server = require "spec.support.http_server"
local memory_search = require "spec.support.memory_search"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local tls_server = require "spec.support.tls_server"

local REGION = "eu-west-1"
local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+"

local function random_text(length)
  return (("."):rep(length):gsub(".", function()
    local at = math.random(#ALPHABET)
    return ALPHABET:sub(at, at)
  end))
end

local function unhex(text)
  return (text:gsub("..", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function hmac(key, message)
  key = key .. ("\0"):rep(64 - #key)
  local function padded(pad)
    return (key:gsub(".", function(char)
      local a, b, result, bit = char:byte(), pad, 0, 1
      for _ = 1, 8 do
        if a % 2 ~= b % 2 then result = result + bit end
        a, b, bit = math.floor(a / 2), math.floor(b / 2), bit * 2
      end
      return string.char(result)
    end))
  end
  return unhex(core.digest.sha256(padded(0x5c) .. unhex(core.digest.sha256(padded(0x36) .. message))))
end

-- Every key on the way from the secret to the signature, for today and, near midnight, tomorrow.
local function derived_keys(secret)
  local keys = {}
  for _, time in ipairs { os.time(), os.time() + 600 } do
    local day = os.date("!%Y%m%d", time)
    local of_day = hmac("AWS4" .. secret, day)
    local of_region = hmac(of_day, REGION)
    local of_service = hmac(of_region, "ses")
    keys["day" .. day], keys["region" .. day], keys["service" .. day] = of_day, of_region, of_service
    keys["signing" .. day] = hmac(of_service, "aws4_request")
  end
  return keys
end

-- The private key of Signature Version 4A, which is derived from the key id as well. A key that the group
-- does not have comes once in 2^32; then there is another, which is not searched for.
local function private_key(credentials)
  local candidate = hmac("AWS4A" .. credentials.secret,
    "\0\0\0\1AWS4-ECDSA-P256-SHA256\0" .. credentials.id .. "\1\0\0\1\0")
  local head, last = candidate:match "^(.-)([^\255]\255*)$"
  return head .. string.char(last:byte() + 1) .. ("\0"):rep(#last - 1)
end

-- How many pieces of 16 bytes, one at every 8, the search looks for.
local function pieces(length) return math.floor((length - 16) / 8) + 1 end
local PIECES_OF_SECRET, PIECES_OF_KEY, PIECES_OF_TOKEN = pieces(40), pieces(32), pieces(600)

local function new_credentials()
  return { id = "AKIASECRETSSPEC00000", secret = random_text(40), token = random_text(600) }
end

-- Names and the bytes to look for.
local function secrets_of(credentials)
  local secrets = derived_keys(credentials.secret)
  secrets.private = private_key(credentials)
  secrets.secret, secrets.token = credentials.secret, credentials.token
  return secrets
end

local function quoted(value)
  if type(value) == "table" then
    local parts = {}
    for key, item in pairs(value) do parts[#parts + 1] = ("[%s]=%s"):format(quoted(key), quoted(item)) end
    return "{" .. table.concat(parts, ",") .. "}"
  elseif type(value) == "string" then
    return '"' .. value:gsub(".", function(char) return ("\\%03d"):format(char:byte()) end) .. '"'
  end
  return tostring(value)
end

-- A file that the child loads; no secret is in it.
local function write_job(path, job)
  process.write(path, "return " .. quoted(job))
end

-- Keys are found in the forms that computing with them gives them.
local function patterns_of(secrets)
  local patterns = {}
  for name, bytes in pairs(secrets) do
    local use = name == "private" and "ecdsa" or #bytes <= 40 and "hmac" or nil
    patterns[name] = memory_search.patterns(bytes, use)
  end
  return patterns
end

local function assert_not_printed(secrets, text)
  for name, bytes in pairs(secrets) do
    for from = 1, #bytes - 11, 4 do
      assert.is_nil(text:find(bytes:sub(from, from + 11), 1, true), name .. " was printed")
    end
  end
end

local function found_in(text)
  local found = {}
  for name, count in text:gmatch "found (%S+) (%d+)\n" do found[name] = tonumber(count) end
  return found
end

-- The ways to run a script with the Lua that runs the spec.
local RUNTIMES = jit and { "luajit" } or { "lua5.4", "build/ses" }

local function runtime_environment(name)
  local root = process.shell "pwd"
  local lua = name == "luajit" and "luajit" or "lua5.4"
  return {
    LUA_PATH = ("%s/lua/?.lua;%s/lua/?/init.lua;%s/?.lua;;"):format(root, root, root),
    LUA_CPATH = ("%s/build/%s/?.so;;"):format(root, lua),
  }
end

local server, aws, broken, folder, secure, proxy

-- The emulator behind TLS, whose library has copies of its own.
local PROXY = [[
  server {
    listen 127.0.0.1:PORT ssl;
    ssl_certificate CERT; ssl_certificate_key KEY;
    location / { proxy_pass URL; proxy_set_header Host $http_host; }
    location = / { proxy_pass SOURCES; proxy_set_header Host $http_host; }
    location = /token { proxy_pass SOURCES; }
    location /federation { proxy_pass SOURCES; }
  }
  server { listen SOCKET; location / { return 204; } }
]]

local function start_proxy()
  secure = tls_server.start()
  local port = free_port()
  local values = { PORT = port, CERT = secure.ca_bundle, KEY = secure.key, URL = server.url, SOURCES = aws.url }
  proxy = nginx.start((PROXY:gsub("%f[%u](%u+)%f[%U]", values)))
  proxy.url = "https://127.0.0.1:" .. port
end

setup(function()
  server = emulator.start { verify = false }
  server:control("POST", "/identities", { identity = "sender@example.com" })
  aws = aws_metadata_server.start()
  broken = http_server.start()
  folder = process.folder()
  start_proxy()
end)

teardown(function()
  proxy.stop()
  secure.stop()
  server:stop()
  aws.stop()
  broken.stop()
  process.remove(folder)
end)

-- Each provider: what it changes in the child's environment, given the credentials that it is to give. What
-- it needs to get them is put into `also`, by names of its own.
local PROVIDERS = {}

local function write_config(name, text)
  local path = folder .. "/" .. name
  process.write(path, text)
  return path
end

local STATIC = "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n"

function PROVIDERS.environment(credentials)
  return {
    AWS_ACCESS_KEY_ID = credentials.id, AWS_SECRET_ACCESS_KEY = credentials.secret,
    AWS_SESSION_TOKEN = credentials.token,
  }
end

function PROVIDERS.profile(credentials)
  local text = STATIC:format("default", credentials.id, credentials.secret, credentials.token)
  return { AWS_SHARED_CREDENTIALS_FILE = write_config("credentials", text) }
end

function PROVIDERS.process(credentials)
  local answer = write_config("answer.json", ([[{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s",
    "SessionToken":"%s","Expiration":"%s"}]]):format(credentials.id, credentials.secret, credentials.token,
    os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + 3600)))
  return { AWS_CONFIG_FILE = write_config("config", "[default]\ncredential_process = cat " .. answer .. "\n") }
end

-- What the endpoint of that name is to answer.
local function set_endpoint(name, credentials)
  aws:set(name, {
    access_key_id = credentials.id, secret_access_key = credentials.secret, session_token = credentials.token,
  })
end

function PROVIDERS.container(credentials, also)
  set_endpoint("container", credentials)
  also.authorization = random_text(200)
  return {
    AWS_CONTAINER_CREDENTIALS_FULL_URI = aws.url .. "/container",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = write_config("authorization", also.authorization),
  }
end

function PROVIDERS.imds(credentials, also)
  set_endpoint("imds.credentials", credentials)
  also.imds_token = random_text(60)
  aws:set("imds.token", { token = also.imds_token })
  return { AWS_EC2_METADATA_DISABLED = "false", AWS_EC2_METADATA_SERVICE_ENDPOINT = aws.url }
end

function PROVIDERS.web_identity(credentials, also)
  set_endpoint("sts.AssumeRoleWithWebIdentity", credentials)
  also.identity = random_text(800):gsub("/", "-"):gsub("%+", "_")
  return {
    AWS_WEB_IDENTITY_TOKEN_FILE = write_config("identity", also.identity), AWS_ENDPOINT_URL_STS = aws.url,
    AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/pod",
  }
end

function PROVIDERS.role(credentials, also)
  set_endpoint("sts.AssumeRole", credentials)
  also.base_secret, also.base_token = random_text(40), random_text(300)
  return {
    AWS_ENDPOINT_URL_STS = aws.url,
    AWS_CONFIG_FILE = write_config("config",
      "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n"),
    AWS_SHARED_CREDENTIALS_FILE = write_config("credentials",
      STATIC:format("base", "AKIABASE000000000000", also.base_secret, also.base_token)),
  }
end

-- A login that has to be refreshed first.
function PROVIDERS.sso(credentials, also)
  set_endpoint("sso.credentials", credentials)
  also.access_token, also.client_secret, also.new_token = random_text(200), random_text(300), random_text(200)
  also.refresh_token = random_text(100)
  aws:set("sso.token", { token = also.new_token })
  process.shell("mkdir -p " .. folder .. "/.aws/sso/cache")
  local name = process.shell "printf corp | sha1sum":match "^%x+"
  local function at(seconds) return os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + seconds) end
  write_config(".aws/sso/cache/" .. name .. ".json", ([[{"startUrl":"https://example.com/start","region":"us-east-1",
    "accessToken":"%s","expiresAt":"%s","clientId":"client","clientSecret":"%s","registrationExpiresAt":"%s",
    "refreshToken":"%s"}]]):format(also.access_token, at(60), also.client_secret, at(3600), also.refresh_token))
  return {
    HOME = folder, AWS_ENDPOINT_URL_SSO = aws.url, AWS_ENDPOINT_URL_SSO_OIDC = aws.url,
    AWS_CONFIG_FILE = write_config("config", "[default]\nsso_session = corp\nsso_account_id = 123456789012\n"
      .. "sso_role_name = r\n[sso-session corp]\nsso_start_url = https://example.com/start\n"
      .. "sso_region = us-east-1\n"),
  }
end

-- What a run needs: new credentials, their secrets, the provider's environment, the job's file.
local function prepare(provider, changes)
  local credentials = new_credentials()
  local run = { secrets = secrets_of(credentials), job = folder .. "/job.lua" }
  local also = {}
  run.env = PROVIDERS[provider](credentials, also)
  for name, bytes in pairs(also) do run.secrets[name] = bytes end
  for name, value in pairs(run.env) do
    if changes and changes.by_tls and value == aws.url then run.env[name] = proxy.url end
  end
  local job = { options = { endpoint = server.url, region = REGION }, patterns = patterns_of(run.secrets) }
  for name, value in pairs(changes or {}) do
    if name == "options" then
      for option, given in pairs(value) do job.options[option] = given end
    else
      job[name] = value
    end
  end
  write_job(run.job, job)
  return run
end

local function run_script(runtime, provider, changes, before)
  local run = prepare(provider, changes)
  if before then before(run.secrets) end
  for name, value in pairs(runtime_environment(runtime)) do run.env[name] = value end
  local result = process.run({ runtime, "spec/support/secrets_child.lua", run.job }, { env = run.env })
  assert.equal(0, result.status, result.err)
  assert_not_printed(run.secrets, result.out .. result.err)
  return found_in(result.out), result.out
end

local IN_NGINX = [[
  lua_shared_dict ses_cache 1m;
  init_by_lua_block { require "ses" }
  server {
    listen SOCKET;
    lua_ssl_trusted_certificate CERT;
    location = /run { content_by_lua_block {
      ngx.req.read_body()
      local answer = require("spec.support.secrets_child").run(assert(loadfile(ngx.req.get_body_data()))())
      for _, key in ipairs(ngx.shared.ses_cache:get_keys(0)) do answer = answer .. "kept " .. key .. "\n" end
      ngx.print(answer)
    } }
  }
]]

local function run_in_nginx(provider, changes)
  local run = prepare(provider, changes)
  local running = nginx.start((IN_NGINX:gsub("CERT", secure.ca_bundle)), { env = run.env })
  local text, status = running.post("/run", run.job)
  local log = running.error_log()
  running.stop()
  assert.equal(200, status, log)
  assert_not_printed(run.secrets, text .. log)
  return found_in(text), text
end

local function assert_nothing(found, text)
  assert.is_true(found.secret ~= nil and found.token ~= nil, text)
  for name, count in pairs(found) do assert.equal(0, count, name) end
end

describe("the memory of a script", function()
  it("holds the secret once in the credentials and once with each signing key, while a client is open", function()
    local found = run_script(RUNTIMES[1], "environment", { keep_open = true })
    assert.equal(3 * PIECES_OF_SECRET, found.secret)
    assert.equal(PIECES_OF_KEY, found["signing" .. os.date "!%Y%m%d"])
    assert.equal(PIECES_OF_KEY, found.private)
    assert.equal(PIECES_OF_TOKEN, found.token)
  end)

  for _, runtime in ipairs(RUNTIMES) do
    for provider in pairs(PROVIDERS) do
      it(("holds nothing of %s credentials after %s closed its client"):format(provider, runtime), function()
        assert_nothing(run_script(runtime, provider))
      end)
    end

    for _, provider in ipairs { "role", "web_identity", "sso" } do
      it(("holds nothing of %s credentials that came to %s by TLS"):format(provider, runtime), function()
        assert_nothing(run_script(runtime, provider, {
          options = { endpoint = proxy.url, ca_bundle = secure.ca_bundle }, by_tls = true,
        }))
      end)
    end

    it("holds nothing after requests of " .. runtime .. " failed, in every way", function()
      local endpoints = { "http://127.0.0.1:1" }
      for _, path in ipairs { "silent", "close", "reset", "garbage", "cut", "until-close", "redirect" } do
        endpoints[#endpoints + 1] = broken.url .. "/" .. path
      end
      assert_nothing(run_script(runtime, "environment", { failing = endpoints }))
    end)

    it("holds nothing after a service repeated the token to " .. runtime, function()
      local function repeat_token(secrets)
        aws:set("ses", { status = 403, headers = { ["x-amzn-ErrorType"] = "InvalidSignatureException" },
          body = cjson.encode { message = "The Canonical String should have been 'POST\n/\n\nhost:h\n"
            .. "x-amz-security-token:" .. secrets.token .. "\n'" } })
      end
      local found, text = run_script(runtime, "environment", { failing = { aws.url } }, repeat_token)
      aws:set("ses")
      assert_nothing(found, text)
      assert.matches("The Canonical String should have been", text)
    end)

    it("holds nothing after " .. runtime .. " spoke TLS", function()
      assert_nothing(run_script(runtime, "environment", {
        options = { endpoint = proxy.url, ca_bundle = secure.ca_bundle },
      }))
    end)
  end
end)

describe("the memory of nginx", function()
  for _, provider in ipairs { "environment", "profile" } do
    it(("holds nothing of %s credentials after the client was closed"):format(provider), function()
      assert_nothing(run_in_nginx(provider))
    end)
  end

  it("holds nothing after it spoke TLS", function()
    assert_nothing(run_in_nginx("environment", { options = { endpoint = proxy.url } }))
  end)

  it("holds nothing of a program's credentials, but sealed for the other workers", function()
    local found, text = run_in_nginx "process"
    assert_nothing(found, text)
    assert.matches("kept ses:credentials:", text)
  end)

  it("holds none that an endpoint gave in the dictionary of the workers, while the client is open", function()
    for _, provider in ipairs { "container", "role" } do
      local found, text = run_in_nginx(provider, { mappings = "/dev/zero", keep_open = true })
      assert_nothing(found, text)
      assert.matches("kept ses:credentials:", text)
      -- The dictionary alone has this size.
      assert.is_true(tonumber(text:match "searched (%d+)") >= 1024 * 1024, text)
    end
  end)

  -- What endpoints answer comes as Lua strings, which are left to the collector.
  for _, provider in ipairs { "container", "imds", "web_identity", "role", "sso" } do
    it(("holds no key that was derived from %s credentials"):format(provider), function()
      local found, text = run_in_nginx(provider)
      local looked = 0
      for name, count in pairs(found) do
        if name:find "%d$" or name == "private" then
          looked = looked + 1
          assert.equal(0, count, name)
        end
      end
      assert.is_true(looked >= 5, text)
    end)
  end
end)
