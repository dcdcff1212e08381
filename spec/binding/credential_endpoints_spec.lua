-- The sources that ask an endpoint of this machine or a login, against a process that plays them.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local child = require "spec.support.child"
local tmp_dir = require "spec.support.tmp_dir"

describe("the credential endpoints", function()
  local server, home

  setup(function() server = aws_metadata_server.start() end)
  teardown(function() server.stop() end)
  before_each(function()
    server:reset()
    home = tmp_dir.new()
    os.execute("mkdir -p " .. home .. "/.aws/sso/cache")
  end)
  after_each(tmp_dir.remove_all)

  local function ask(source, env)
    env.HOME, env.AWS_CONFIG_FILE = home, home .. "/.aws/config"
    env.AWS_EC2_METADATA_DISABLED = "false" -- the specs' own environment turns it off
    local printed = child.lua(([[print(require("spec.support.resolve").source(%q))]]):format(source), env)
    for _, secret in ipairs(server:secrets()) do
      assert.is_nil(printed:find(secret, 1, true), "a secret is in the message")
    end
    return printed
  end

  local function names(prefix)
    local list = {}
    for _, request in ipairs(server:requests(prefix)) do list[#list + 1] = request.name end
    return table.concat(list, " ")
  end

  describe("of a container", function()
    local function container(env)
      env = env or {}
      env.AWS_CONTAINER_CREDENTIALS_FULL_URI = server.url .. "/container"
      return ask("container", env)
    end

    it("gives credentials", function()
      assert.matches("^container ASIACONT%d+ good$", container())
      assert.equal("container", names "")
    end)

    it("takes the authorization token, anew from its file at each search", function()
      local file = tmp_dir.write(home .. "/token", "first\n")
      for _, token in ipairs { "first", "second" } do
        tmp_dir.write(file, token .. "\n")
        server:set("container", { authorization = token })
        assert.matches("good$", container { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = file })
      end
      assert.equal("failed: the container's credential endpoint answered 401 (Unauthorized)",
        container { AWS_CONTAINER_AUTHORIZATION_TOKEN = "third" })
    end)

    it("is asked again after failures that pass", function()
      for _, how in ipairs { { status = 500 }, { fault = "close" }, { fault = "cut" },
        { fault = "malformed" }, { fault = "garbage" } } do
        server:reset()
        how.times = 2
        server:set("container", how)
        assert.matches("good$", container())
        assert.equal("container container container", names "")
      end
      server:set("container", { fault = "slow", seconds = 0.2 })
      assert.matches("good$", container())
    end)

    it("says why it gave none", function()
      for _, row in ipairs {
        { { status = 404 }, "answered 404" }, { { status = 503 }, "answered 503" },
        { { fault = "malformed" }, "gave an answer that is not JSON" },
        { { fault = "close" }, "gave no answer" }, { { expires_in = -1 }, "have expired" },
        { { body = "{}" }, "AccessKeyId in the answer of the container's credential endpoint is missing" },
      } do
        server:set("container", row[1])
        local printed = container()
        assert.is_truthy(printed:find(row[2], 1, true), printed)
      end
    end)
  end)

  describe("of an instance", function()
    local function imds(env)
      env = env or {}
      env.AWS_EC2_METADATA_SERVICE_ENDPOINT = server.url
      return ask("imds", env)
    end

    it("gives credentials for a session token", function()
      assert.matches("^imds ASIAIMDS%d+ good$", imds())
      assert.equal("imds.token imds.role imds.credentials", names "")
    end)

    it("gives a new session token for one that it does not take", function()
      server:set("imds.credentials", { status = 401, times = 1 })
      assert.matches("good$", imds())
      assert.equal("imds.token imds.role imds.credentials imds.token imds.credentials", names "")
    end)

    it("is asked by version 1 only where the user says so", function()
      server:set("imds.token", { status = 404 })
      server:set("imds.role", { without_token = true })
      server:set("imds.credentials", { without_token = true })
      assert.matches("^failed: .* answered 404 to the request for a session token", imds())
      assert.equal("imds.token", names "")
      assert.matches("good$", imds { AWS_EC2_METADATA_V1_DISABLED = "false" })
    end)

    it("is not waited for long", function()
      server:set("imds.token", { fault = "hang" })
      assert.matches("^failed: .*hop limit", imds())
      assert.equal("imds.token", names "")
    end)

    it("is asked again after failures that pass, and gives credentials that have expired too", function()
      server:set("imds.role", { status = 500, times = 1 })
      server:set("imds.credentials", { fault = "cut", times = 2, expires_in = -60 })
      assert.matches("good$", imds())
      server:set("imds.credentials", { expires_in = -60 })
      assert.matches("expired$", imds())
    end)

    it("says why it gave none", function()
      for _, row in ipairs {
        { "imds.role", { status = 404 }, "answered 404" }, { "imds.role", { body = "\n" }, "has no role" },
        { "imds.credentials", { status = 404 }, "answered 404" },
        { "imds.credentials", { status = 500 }, "answered 500" },
        { "imds.credentials", { fault = "close" }, "gave no answer" },
        { "imds.credentials", { fault = "malformed" }, "is not JSON" },
        { "imds.credentials", { code = "InstanceProfileNotFound" }, "InstanceProfileNotFound" },
      } do
        server:reset()
        server:set(row[1], row[2])
        local printed = imds()
        assert.equal("failed: ", printed:sub(1, 8))
        assert.is_truthy(printed:find(row[3], 1, true), printed)
      end
    end)
  end)

  describe("of IAM Identity Center", function()
    local CONFIG = "[default]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Mail\n" ..
      "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://my.awsapps.com/start\n"
    local SHA1_OF_WORK = "e274eeff768c6396088ec6eb091f4bf4d47ab1e0"
    local cache

    local function log_in(token, seconds, more)
      tmp_dir.write(home .. "/.aws/config", CONFIG)
      cache = home .. "/.aws/sso/cache/" .. SHA1_OF_WORK .. ".json"
      tmp_dir.write(cache, ('{"accessToken":%q,"expiresAt":%q%s}'):format(token,
        os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + seconds), more or ""))
    end

    local function client()
      return (',"clientId":"c","clientSecret":"s","refreshToken":"r","registrationExpiresAt":%q'):format(
        os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + 86400))
    end

    local function sso()
      return ask("sso", { AWS_ENDPOINT_URL_SSO = server.url, AWS_ENDPOINT_URL_SSO_OIDC = server.url })
    end

    it("gives credentials for a login", function()
      log_in("login", 7200)
      server:set("sso.credentials", { bearer = "login" })
      assert.matches("^sso ASIASSOC%d+ good$", sso())
    end)

    it("refreshes a login that has expired, and keeps the new one where the AWS CLI finds it", function()
      log_in("login", -60, client())
      server:set("sso.token", { token = "new-login" })
      server:set("sso.credentials", { bearer = "new-login" })
      assert.matches("good$", sso())
      assert.matches("good$", sso())
      assert.equal("sso.token sso.credentials sso.credentials", names "")
      local kept = require("cjson").decode(tmp_dir.read(cache))
      assert.equal("new-login", kept.accessToken)
      assert.equal("c", kept.clientId)
      assert.matches("^sso//refresh%-token", kept.refreshToken)
    end)

    it("is asked again after failures that pass", function()
      log_in("login", 60, client())
      server:set("sso.token", { status = 500, times = 1 })
      server:set("sso.credentials", { fault = "close", times = 2 })
      assert.matches("good$", sso())
      assert.equal("sso.token sso.token sso.credentials sso.credentials sso.credentials", names "")
    end)

    it("says when to log in again, and why it gave none", function()
      tmp_dir.write(home .. "/.aws/config", CONFIG)
      assert.equal("failed: nobody has logged in: run aws sso login --profile default", sso())
      log_in("login", -60)
      assert.equal("failed: the SSO login has expired: run aws sso login --profile default", sso())
      log_in("login", 3600)
      for _, row in ipairs {
        { { status = 401 }, "was not accepted: run aws sso login" }, { { status = 404 }, "answered 404" },
        { { status = 500 }, "answered 500" }, { { fault = "malformed" }, "is not JSON" },
        { { fault = "cut" }, "gave no answer" }, { { expires_in = -1 }, "have expired" },
      } do
        server:set("sso.credentials", row[1])
        local printed = sso()
        assert.is_truthy(printed:find(row[2], 1, true), printed)
      end
    end)
  end)
end)
