-- The sources that need nobody's answer: environment, profile, and what the program itself gives.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local process = require "spec.support.process"

describe("credentials at hand", function()
  local server, folder

  setup(function()
    server = aws_metadata_server.start()
    folder = process.folder()
    process.write(folder .. "/config", "[default]\naws_access_key_id = AKIAPROFILE\n"
      .. "aws_secret_access_key = hand/secret+key\naws_session_token = hand//session+token\n"
      .. "[profile half]\naws_access_key_id = AKIAHALF\n")
  end)
  teardown(function()
    server.stop()
    process.remove(folder)
  end)
  before_each(function() server:reset() end)

  local function run(env, options)
    local outcomes, printed = credentials_child.run(server, { env = env, options = options })
    assert.is_nil(printed:find("secret+key", 1, true), printed)
    assert.is_nil(printed:find("session+token", 1, true), printed)
    return outcomes[1], server:requests("ses")[1]
  end

  local ENVIRONMENT = {
    AWS_ACCESS_KEY_ID = "AKIAENVIRONMENT", AWS_SECRET_ACCESS_KEY = "hand/secret+key",
    AWS_SESSION_TOKEN = "hand//session+token",
  }

  local function with_profile(name)
    local env = { AWS_CONFIG_FILE = folder .. "/config", AWS_PROFILE = name }
    for variable, value in pairs(ENVIRONMENT) do env[variable] = value end
    return env
  end

  it("come from the environment before the profile", function()
    local outcome, request = run(with_profile())
    assert.is_true(outcome.ok, outcome.text)
    assert.equal("environment", outcome.found_in)
    assert.equal("AKIAENVIRONMENT", credentials_child.key_of(request))
    assert.equal("hand//session+token", request.headers["x-amz-security-token"])
  end)

  it("come from a profile that the program names before the environment", function()
    local outcome, request = run(with_profile(), "{ profile = 'default' }")
    assert.is_true(outcome.ok, outcome.text)
    assert.equal("profile", outcome.found_in)
    assert.equal("AKIAPROFILE", credentials_child.key_of(request))
  end)

  it("come from the program before all", function()
    local outcome, request = run(with_profile(),
      "{ credentials = { access_key_id = 'AKIAPROGRAM', secret_access_key = 'hand/secret+key' } }")
    assert.is_true(outcome.ok, outcome.text)
    assert.equal("static", outcome.found_in)
    assert.equal("AKIAPROGRAM", credentials_child.key_of(request))
    assert.is_nil(request.headers["x-amz-security-token"])
  end)

  it("can be asked for alone", function()
    local outcome = run(with_profile(), "{ credentials = require('ses.credentials').profile() }")
    assert.equal("profile", outcome.found_in)
    outcome = run(with_profile(), "{ profile = 'default', credentials = require('ses.credentials').environment() }")
    assert.equal("environment", outcome.found_in, outcome.text)
  end)

  it("fail where half of them is missing", function()
    local outcome = run { AWS_ACCESS_KEY_ID = "AKIAENVIRONMENT" }
    assert.is_false(outcome.ok)
    assert.equal("credentials", outcome.kind)
    assert.matches("AWS_SECRET_ACCESS_KEY", outcome.message)
    outcome = run({ AWS_CONFIG_FILE = folder .. "/config" }, "{ profile = 'half' }")
    assert.is_false(outcome.ok)
    assert.matches("aws_secret_access_key", outcome.message)
  end)

  it("are missed with a list of all that was tried", function()
    local outcome = run {}
    assert.is_false(outcome.ok)
    assert.equal("NoCredentials", outcome.code)
    local sources = {}
    for i, tried in ipairs(outcome.tried) do
      sources[i] = tried.source
      assert.is_truthy(outcome.message:find(tried.source .. ": " .. tried.message, 1, true))
    end
    assert.same({ "static", "environment", "web_identity", "sso", "profile", "container", "imds" }, sources)
  end)

  it("are refused as an option that is none", function()
    local sources = require "ses.credentials"
    assert.has_error(function() sources.profile { profil = "work" } end,
      "profil is no option of a source of credentials; did you mean 'profile'?")
    assert.has_error(function() sources.imds { max_attempts = "3" } end)
    assert.is_true(sources.is_source(sources.chain()))
    assert.is_false(sources.is_source {})
    assert.equal("ses.CredentialsSource (imds)", tostring(sources.imds()))
  end)
end)
