local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local json = require "ses.model.json"
local process = require "spec.support.process"
local provider_contract = require "spec.support.provider_contract"

local CONFIG = [[
[profile work]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = mailer

[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start

[profile old]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = mailer
]]

describe("credentials of IAM Identity Center", function()
  local server, home

  setup(function() server = aws_metadata_server.start() end)
  teardown(function() server.stop() end)

  local function timestamp(seconds)
    return os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + seconds)
  end

  -- The cache file as `aws sso login` leaves it.
  local function log_in(key, more)
    local token = { accessToken = "sso//cached-t0ken", expiresAt = timestamp(3600), region = "eu-west-1" }
    for name, value in pairs(more or {}) do token[name] = value end
    local name = process.shell("printf %s " .. process.quote(key) .. " | sha1sum"):match("%x+")
    os.execute("mkdir -p " .. home .. "/.aws/sso/cache")
    process.write(home .. "/.aws/sso/cache/" .. name .. ".json", assert(json.encode(token)))
  end

  before_each(function()
    server:reset()
    home = process.folder()
    process.write(home .. "/config", CONFIG)
  end)
  after_each(function() process.remove(home) end)

  local function env(profile)
    return {
      HOME = home, AWS_CONFIG_FILE = home .. "/config", AWS_PROFILE = profile,
      AWS_ENDPOINT_URL_SSO = server.url, AWS_ENDPOINT_URL_SSO_OIDC = server.url,
    }
  end

  local function run(profile, steps)
    local outcomes, printed = credentials_child.run(server, { env = env(profile), steps = steps })
    assert.is_nil(printed:find("t0ken", 1, true), printed)
    return outcomes
  end

  provider_contract.define(it, function()
    if server then log_in "corp" end
    return {
      server = server, endpoint = "sso.credentials", source = "sso", tag = "ASIASSOC", env = server and env "work",
    }
  end)

  for profile, key in pairs { work = "corp", old = "https://old.awsapps.com/start" } do
    it("brings the cached token of the profile '" .. profile .. "'", function()
      log_in(key)
      local outcome = run(profile)[1]
      assert.is_true(outcome.ok, outcome.text)
      local request = server:requests("sso.credentials")[1]
      assert.equal("sso//cached-t0ken", request.headers["x-amz-sso_bearer_token"])
      assert.matches("role_name=mailer", request.target)
      assert.matches("account_id=123456789012", request.target)
    end)
  end

  it("says that a login is needed", function()
    for _, prepare in ipairs {
      function() end, function() log_in("corp", { expiresAt = timestamp(-60) }) end,
    } do
      prepare()
      local outcome = run("work")[1]
      assert.is_false(outcome.ok)
      assert.equal("sso", outcome.tried[#outcome.tried].source)
      assert.matches("aws sso login", outcome.message)
    end
    assert.same({}, server:requests("sso"))
  end)

  it("renews a login that can be renewed", function()
    log_in("corp", {
      expiresAt = timestamp(60), refreshToken = "sso//refresh-t0ken", clientId = "client",
      clientSecret = "client-t0ken", registrationExpiresAt = timestamp(86400),
    })
    local outcome = run("work")[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.equal(1, #server:requests("sso.token"))
    assert.matches("^sso//access%-token", server:requests("sso.credentials")[1].headers["x-amz-sso_bearer_token"])
  end)

  it("says that the token was refused", function()
    log_in "corp"
    server:set("sso.credentials", { bearer = "another" })
    local outcome = run("work")[1]
    assert.is_false(outcome.ok)
    assert.equal("sso", outcome.tried[#outcome.tried].source)
  end)
end)
