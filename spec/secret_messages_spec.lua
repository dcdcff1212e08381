-- What is said: errors of every kind are provoked with secrets in reach, and none may show one.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local child = require "spec.support.child"
local cjson = require "cjson"
local core = require "ses.core"
local http_server = require "spec.support.http_server"
local process = require "spec.support.process"
local ses = require "ses"

local SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYSECRETKEY1"
local TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//TOKEN+" .. ("Zx9/Qw8+Er7="):rep(20)
local MAIL = { from = "a@example.com", to = "b@example.com", subject = "Hi", text = "Hello" }

local server, aws, folder

setup(function()
  server = http_server.start()
  aws = aws_metadata_server.start()
  folder = process.folder()
end)

teardown(function()
  server.stop()
  aws.stop()
  process.remove(folder)
end)

-- Everything that stands in a value, names and nested tables included, and how it prints.
local function dump(value, seen, out)
  seen, out = seen or {}, out or {}
  out[#out + 1] = tostring(value)
  if type(value) == "table" and not seen[value] then
    seen[value] = true
    for name, inner in pairs(value) do
      dump(name, seen, out)
      dump(inner, seen, out)
    end
  end
  return table.concat(out, "\n")
end

-- Neither as a whole nor a part of 10 bytes.
local function assert_hidden(text, ...)
  for _, secret in ipairs { SECRET, TOKEN, ... } do
    for from = 1, #secret - 9, 3 do
      if text:find(secret:sub(from, from + 9), 1, true) then error("a secret is shown: " .. text, 2) end
    end
  end
end

-- The failure that a function gives or raises, as text.
local function failure_of(fn, ...)
  local ok, result, err = pcall(fn, ...)
  assert.is_false(ok and result ~= nil and result ~= false, "nothing failed")
  return dump(ok and err or result)
end

local function write(name, text)
  process.write(folder .. "/" .. name, text)
  return folder .. "/" .. name
end

local function client_of(endpoint, more)
  local options = {
    region = "eu-west-1", endpoint = endpoint, max_retries = 0, operation_timeout_ms = 300,
    credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = SECRET, session_token = TOKEN },
  }
  for name, value in pairs(more or {}) do options[name] = value end
  return assert(ses.client(options))
end

-- As in a query.
local function encoded()
  return (TOKEN:gsub("[/+=]", function(char) return ("%%%02X"):format(char:byte()) end))
end

describe("an error of the configuration", function()
  it("does not repeat a secret that was given for another option", function()
    -- Names of files and profiles are named, so that they can be found.
    local named = { profile = true, config_file = true, credentials_file = true }
    for _, name in ipairs(require("ses.config").names()) do
      for _, wrong in ipairs { SECRET, TOKEN, { SECRET }, "https://user:" .. SECRET .. "@example.com/" } do
        local client, err = ses.client { [name] = wrong }
        if not named[name] then assert_hidden(dump(err)) end
        if client then client:close() end
      end
    end
  end)

  it("does not repeat a secret in the environment or in a profile", function()
    local env, lines = {}, { "[default]", "ses =" }
    for _, name in ipairs { "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED", "AWS_USE_FIPS_ENDPOINT",
      "AWS_USE_DUALSTACK_ENDPOINT", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_CA_BUNDLE",
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "SES_INTEGRATION_TIMEOUT_MS", "SES_INTEGRATION_MAX_RETRIES",
      "SES_INTEGRATION_RATE_LIMIT_RPS", "SES_INTEGRATION_CB_THRESHOLD", "SES_INTEGRATION_CB_RESET_MS",
      "SES_INTEGRATION_DEFAULT_CONFIG_SET", "SES_INTEGRATION_DEFAULT_FROM", "SES_INTEGRATION_SANDBOX_MODE",
    } do env[name] = SECRET end
    local code = [[
      local client, err = require("ses").client()
      assert(not client)
      io.write(tostring(err))
    ]]
    local said = child.lua(code, env)
    assert.matches("AWS_RETRY_MODE", said)
    assert_hidden(said)
    for _, name in ipairs(require("ses.config").names()) do lines[#lines + 1] = "  " .. name .. " = " .. SECRET end
    said = child.lua(code, { AWS_CONFIG_FILE = write("config", table.concat(lines, "\n") .. "\n") })
    assert.matches("ses%.max_retries in profile", said)
    assert_hidden(said)
  end)
end)

describe("an error of credentials", function()
  it("does not repeat them", function()
    for _, parts in ipairs {
      { secret_access_key = SECRET }, { access_key_id = "AKID" }, { access_key_id = SECRET },
      { access_key_id = SECRET .. "\n", secret_access_key = SECRET },
      { access_key_id = "AKID", secret_access_key = SECRET .. "\r\n" },
      { access_key_id = "AKID", secret_access_key = SECRET:rep(40) },
      { access_key_id = "AKID", secret_access_key = SECRET, session_token = TOKEN .. "\n" },
      { access_key_id = "AKID", secret_access_key = SECRET, session_token = TOKEN:rep(100) },
      { access_key_id = "AKID", secret_access_key = { SECRET } },
      { access_key_id = "AKID", secret_key = SECRET },
    } do
      assert_hidden(failure_of(core.credentials.static, parts))
      assert_hidden(failure_of(ses.client, { credentials = parts }))
    end
    assert_hidden(failure_of(core.credentials.static, SECRET))
    assert_hidden(failure_of(ses.client, { credentials = SECRET }))
  end)

  it("does not repeat half of a pair in the environment", function()
    local code = 'io.write(tostring(select(2, require("ses").client():call("GetAccount", {}))))'
    for _, env in ipairs {
      { AWS_ACCESS_KEY_ID = SECRET }, { AWS_ACCESS_KEY_ID = "A/B", AWS_SECRET_ACCESS_KEY = SECRET },
      { AWS_ACCESS_KEY_ID = "AKID", AWS_SECRET_ACCESS_KEY = SECRET .. "\n", AWS_SESSION_TOKEN = TOKEN },
      { AWS_ACCESS_KEY_ID = "AKID", AWS_SECRET_ACCESS_KEY = SECRET, AWS_SESSION_TOKEN = TOKEN .. " x" },
      { AWS_SECRET_ACCESS_KEY = SECRET, AWS_SESSION_TOKEN = TOKEN },
    } do assert_hidden(child.lua(code, env)) end
  end)

  it("names the line of a broken file, and nothing of what stands there", function()
    local key = "aws_secret_access_key"
    for _, text in ipairs {
      key .. " = " .. SECRET .. "\n", "[default]\n" .. key .. " " .. SECRET .. "\n", "[default]\n= " .. SECRET .. "\n",
      "[" .. SECRET .. "\n", "[default] " .. SECRET .. "\n", "  " .. SECRET .. "\n",
      "[default]\n" .. key .. " = " .. SECRET .. "\n",
      "[default]\naws_access_key_id = AKID\n" .. key .. " =\n  " .. SECRET .. "\n",
      "[default]\naws_access_key_id = AKID\n" .. key .. " = " .. SECRET .. "\n  " .. SECRET .. "\n",
      "[default]\naws_access_key_id = AKID\n" .. key .. " = x\naws_session_token = " .. TOKEN .. " " .. TOKEN .. "\n",
    } do
      local paths = { config_file = write("broken", text), credentials_file = write("broken", text) }
      local found, failure = core.credentials.from_profile(paths)
      assert.is_nil(found)
      assert_hidden(dump(failure))
      assert_hidden(dump { core.profile.read(paths) })
    end
  end)
end)

-- What a source says comes from the core, which is the same under both Luas.
local describe_once = jit and function() end or describe

describe_once("an error of a source of credentials", function()
  -- What a client says whose credentials come from what `env` sets up.
  local function said(env)
    env.AWS_EC2_METADATA_DISABLED = env.AWS_EC2_METADATA_DISABLED or "true"
    local text = child.lua(([[
      local ses = require "ses"
      local client = assert(ses.client { region = "eu-west-1", endpoint = "%s", max_retries = 0 })
      local result, err = client:call("GetAccount", {})
      assert(not result)
      local function show(value)
        if type(value) == "table" then
          for name, inner in pairs(value) do io.write(tostring(name), "=") show(inner) end
        end
        io.write(tostring(value), "\n")
      end
      show(err)
      show(client:describe_config())
      io.write(tostring(client.credentials))
    ]]):format(server.url), env)
    assert_hidden(text)
    return text
  end

  -- Documents that hold the secrets and are not what they should be.
  local function spoilt(id, secret, token)
    local good = ('{"%s":"AKID","%s":"%s","%s":"%s"}'):format(id, secret, SECRET, token, TOKEN)
    return {
      good:sub(1, -20), good .. SECRET, SECRET, (good:gsub('"' .. id, '"' .. SECRET)),
      (good:gsub("}", ',"Expiration":"' .. SECRET .. '"}')), (good:gsub("}", ',"Code":"' .. TOKEN .. '"}')),
      (good:gsub('"AKID"', '"\\q' .. SECRET .. '"')),
    }
  end

  it("does not repeat what a program printed, on either stream", function()
    local texts = spoilt("AccessKeyId", "SecretAccessKey", "SessionToken")
    for i, text in ipairs(texts) do
      local file = write("printed" .. i, text)
      local program = write("program.sh", ("cat %s; cat %s >&2; exit %d\n"):format(file, file, i % 2))
      said { AWS_CONFIG_FILE = write("config", "[default]\ncredential_process = sh " .. program .. "\n") }
    end
    local text = said { AWS_CONFIG_FILE = write("config", "[default]\ncredential_process = /none/" .. SECRET .. "\n") }
    assert.matches("credential_process", text)
  end)

  it("does not repeat what a container's endpoint or the metadata service answered", function()
    for i, text in ipairs(spoilt("AccessKeyId", "SecretAccessKey", "Token")) do
      local answer = { status = i % 3 == 0 and 400 or 200, body = text }
      aws:set("container", answer)
      said { AWS_CONTAINER_CREDENTIALS_FULL_URI = aws.url .. "/container", AWS_CONTAINER_AUTHORIZATION_TOKEN = SECRET }
      aws:set("imds.credentials", answer)
      said { AWS_EC2_METADATA_DISABLED = "false", AWS_EC2_METADATA_SERVICE_ENDPOINT = aws.url }
    end
    for _, token in ipairs { SECRET .. "\r\nX: y", "\n" .. SECRET } do
      said { AWS_CONTAINER_CREDENTIALS_FULL_URI = aws.url .. "/container",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = write("token", token) }
    end
  end)

  it("does not repeat what STS answered, or was sent", function()
    local role = {
      AWS_ENDPOINT_URL_STS = aws.url,
      AWS_CONFIG_FILE = write("config", "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = b\n"),
      AWS_SHARED_CREDENTIALS_FILE = write("credentials", ("[b]\naws_access_key_id = AKID\naws_secret_access_key = %s\n"
        .. "aws_session_token = %s\n"):format(SECRET, TOKEN)),
    }
    local identity = { AWS_ENDPOINT_URL_STS = aws.url, AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/x",
      AWS_WEB_IDENTITY_TOKEN_FILE = write("identity", TOKEN) }
    local form = "<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>"
    for _, answer in ipairs {
      { status = 403, body = form:format("SignatureDoesNotMatch", "x-amz-security-token:" .. TOKEN .. " host") },
      { status = 400, body = form:format(SECRET, TOKEN) }, { status = 400, body = form:format("Invalid", encoded()) },
      { status = 400, body = TOKEN }, { body = "<" .. SECRET .. "/>" }, { body = "<a>" .. TOKEN .. "</b>" },
      { secret_access_key = SECRET .. "\n" .. SECRET, session_token = TOKEN },
      { secret_access_key = SECRET, session_token = TOKEN .. " " .. TOKEN },
      { secret_access_key = SECRET, session_token = TOKEN, expiration = SECRET },
      { access_key_id = SECRET, secret_access_key = SECRET, session_token = TOKEN },
    } do
      aws:set("sts.AssumeRole", answer)
      aws:set("sts.AssumeRoleWithWebIdentity", answer)
      said(role)
      said(identity)
    end
  end)

  it("does not repeat a login", function()
    process.shell("mkdir -p " .. folder .. "/.aws/sso/cache")
    local cache = folder .. "/.aws/sso/cache/" .. process.shell "printf corp | sha1sum":match "^%x+" .. ".json"
    local env = { HOME = folder, AWS_ENDPOINT_URL_SSO = aws.url, AWS_ENDPOINT_URL_SSO_OIDC = aws.url,
      AWS_CONFIG_FILE = write("config", "[default]\nsso_session = corp\nsso_account_id = 123456789012\n"
        .. "sso_role_name = r\n[sso-session corp]\nsso_start_url = https://e.example/s\nsso_region = us-east-1\n") }
    local function login(seconds)
      return cjson.encode {
        accessToken = TOKEN, expiresAt = os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + seconds), clientId = "c",
        clientSecret = SECRET, refreshToken = TOKEN, region = "us-east-1", startUrl = "https://e.example/s",
        registrationExpiresAt = os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + 3600),
      }
    end
    for _, text in ipairs { login(3600):sub(1, -2), "[" .. login(3600) .. "]", SECRET, login(3600) .. TOKEN } do
      process.write(cache, text)
      said(env)
    end
    for _, text in ipairs(spoilt("accessKeyId", "secretAccessKey", "sessionToken")) do
      process.write(cache, login(3600))
      aws:set("sso.credentials", { status = 200, body = text })
      said(env)
      aws:set("sso.credentials", { status = 401, body = '{"__type":"' .. SECRET .. '","message":"' .. TOKEN .. '"}' })
      said(env)
      process.write(cache, login(60))
      aws:set("sso.token", { status = 400, body = text })
      said(env)
    end
  end)

  it("does not repeat what a function of the program's own gave or raised", function()
    for _, source in ipairs {
      function() return nil, "because" end, function() return SECRET end, function() return { TOKEN } end,
      function() return { access_key_id = "AKID", secret_access_key = SECRET .. "\n", session_token = TOKEN } end,
      function() return { access_key_id = "AKID", [SECRET] = TOKEN } end,
    } do
      local client = client_of(server.url, { credentials = source })
      local _, err = client:call("GetAccount", {})
      assert.equal("credentials", err.kind)
      assert_hidden(dump(err))
      client:close()
    end
  end)
end)

describe("an error of a request", function()
  it("shows no secret, however it failed", function()
    local endpoints = {
      "http://127.0.0.1:1", "http://no-such-host.invalid", "https://127.0.0.1:" .. server.url:match "%d+$",
    }
    for _, path in ipairs { "silent", "close", "reset", "garbage", "cut", "cut-chunked", "until-close", "redirect",
      "echo" } do endpoints[#endpoints + 1] = server.url .. "/" .. path end
    for _, endpoint in ipairs(endpoints) do
      local client = client_of(endpoint)
      local sent, err = client.emails:send(MAIL)
      assert.is_nil(sent)
      assert_hidden(dump(err))
      client:close()
    end
  end)

  it("redacts what the service repeats", function()
    for _, words in ipairs { "x-amz-security-token:" .. TOKEN, TOKEN, SECRET, encoded(), TOKEN:sub(5, 60) } do
      for _, status in ipairs { 400, 403, 500 } do
        aws:set("ses", { status = status, headers = { ["x-amzn-ErrorType"] = "InvalidSignatureException" },
          body = cjson.encode { message = "It should have been '" .. words .. "' instead" } })
        local client = client_of(aws.url)
        local _, err = client.emails:send(MAIL)
        assert.matches("It should have been '", err.message)
        assert.matches("' instead", err.message)
        assert_hidden(dump(err))
        client:close()
      end
    end
    aws:set("ses")
  end)

  it("shows no secret where the signature cannot be made", function()
    local credentials = assert(core.credentials.static {
      access_key_id = "AKID", secret_access_key = SECRET, session_token = TOKEN,
    })
    local request, signer = assert(core.http.request("GET", "https://h/")), core.sigv4.signer()
    for _, options in ipairs { { region = "a/b", time = 1 }, { region = "eu-west-1", time = -1 }, { time = 1 } } do
      assert_hidden(failure_of(signer.sign, signer, request, credentials, options))
    end
    for _, changed in ipairs {
      { path = "x" }, { time = -1 }, { session_token = TOKEN .. "\n" }, { region = SECRET },
    } do
      local options = { method = "GET", path = "/", query = "", headers = { { "Host", "h" } }, body = "",
        region = "eu-west-1", service = "ses", access_key_id = "AKID", secret_access_key = SECRET,
        session_token = TOKEN, time = 1 }
      for name, value in pairs(changed) do options[name] = value end
      assert_hidden(failure_of(core.sigv4.sign, options))
    end
    assert_hidden(failure_of(request.add_header, request, "X-A", TOKEN .. "\r\n"))
    assert_hidden(failure_of(core.http.request, "GET", "https://user:" .. SECRET .. "@h/"))
  end)
end)

describe("what prints", function()
  it("shows a key id and no secret", function()
    local client = client_of(server.url .. "/status/403")
    local _, err = client.emails:send(MAIL)
    local request, signer = assert(core.http.request("GET", "https://h/?a=b")), core.sigv4.signer()
    local credentials = assert(core.credentials.static {
      access_key_id = "AKID", secret_access_key = SECRET, session_token = TOKEN,
    })
    assert(signer:sign(request, credentials, { region = "eu-west-1", time = os.time() }))
    for _, value in ipairs {
      client, client.pipeline, client.signer, client.transport, client.credentials or "", client:describe_config(), err,
      credentials, request, request:headers(), signer, request:header "X-Amz-Security-Token",
    } do assert_hidden(dump(value)) end
    assert.matches("%[REDACTED%]", tostring(credentials))
    assert_hidden(dump(client.settings))
    client:close()
    assert_hidden(dump(client))
  end)

  it("shows no secret in the last words of a program", function()
    local script = write("last.lua", ([[
      local ses = require "ses"
      local client = assert(ses.client { endpoint = "%s", region = "eu-west-1" })
      local account, err = client:call("GetAccount", {})
      local held = client.credentials
      local words = setmetatable({}, { __tostring = function()
        return tostring(client) .. tostring(err) .. tostring(held) .. debug.traceback()
      end })
      error(select("#", ...) > 0 and words or tostring(words))
    ]]):format(server.url .. "/status/403"))
    local root = process.shell "pwd"
    local env = {
      AWS_ACCESS_KEY_ID = "AKID", AWS_SECRET_ACCESS_KEY = SECRET, AWS_SESSION_TOKEN = TOKEN, SES_TRACEBACK = "1",
      LUA_PATH = root .. "/lua/?.lua;" .. root .. "/lua/?/init.lua;;",
      LUA_CPATH = root .. "/build/" .. (jit and "luajit" or "lua5.4") .. "/?.so;;",
    }
    for _, argv in ipairs {
      { jit and "luajit" or "lua5.4", script }, { "build/ses", script }, { "build/ses", script, "x" },
      { "build/ses", "--traceback", "send", "--from", "a@example.com", "--to", "b@example.com", "--subject", "s",
        "--text", "t", "--endpoint", server.url .. "/garbage" },
    } do
      local result = process.run(argv, { env = env })
      assert.are_not.equal(0, result.status)
      assert.is_true(#result.err > 0)
      assert_hidden(result.out .. result.err)
    end
  end)
end)
