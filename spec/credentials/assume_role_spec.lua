local aws_metadata_server = require "spec.support.aws_metadata_server"
local core = require "ses.core"
local credentials_child = require "spec.support.credentials_child"
local process = require "spec.support.process"
local provider_contract = require "spec.support.provider_contract"

local CONFIG = [[
[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = base/secret+key

[profile mailer]
role_arn = arn:aws:iam::123456789012:role/mailer
source_profile = base
role_session_name = the-mailer
external_id = ext-7
duration_seconds = 1800

[profile second]
role_arn = arn:aws:iam::210987654321:role/second
source_profile = mailer

[profile guarded]
role_arn = arn:aws:iam::123456789012:role/guarded
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/ada

[profile loop-a]
role_arn = arn:aws:iam::123456789012:role/a
source_profile = loop-b

[profile loop-b]
role_arn = arn:aws:iam::123456789012:role/b
source_profile = loop-a

[profile in-container]
role_arn = arn:aws:iam::123456789012:role/task
credential_source = EcsContainer
]]

describe("credentials of a role that a profile names", function()
  local server, folder

  setup(function()
    server = aws_metadata_server.start()
    folder = process.folder()
    process.write(folder .. "/config", CONFIG)
  end)
  teardown(function()
    server.stop()
    process.remove(folder)
  end)
  before_each(function() server:reset() end)

  local function env(profile, more)
    local all = {
      AWS_CONFIG_FILE = folder .. "/config", AWS_PROFILE = profile, AWS_ENDPOINT_URL_STS = server.url,
    }
    for name, value in pairs(more or {}) do all[name] = value end
    return all
  end

  local function run(profile, how)
    how = how or {}
    how.env = env(profile, how.env)
    return credentials_child.run(server, how)
  end

  provider_contract.define(it, function()
    return {
      server = server, endpoint = "sts.AssumeRole", source = "assume_role", tried = "profile", tag = "ASIAROLE",
      env = server and env("mailer"),
    }
  end)

  -- The signature as STS would find it.
  local function is_signed_by(request, access_key_id, secret)
    assert.equal(access_key_id, credentials_child.key_of(request))
    local headers = {}
    for name, value in pairs(request.headers) do headers[#headers + 1] = { name, value } end
    local verified, failure = core.sigv4.verify {
      method = request.method, path = "/", query = "", headers = headers, body = request.body,
      access_key_id = access_key_id, secret_access_key = secret, time = os.time(), service = "sts",
    }
    assert.is_truthy(verified, failure and failure.message)
  end

  it("signs the request for the role by the profile that it names", function()
    local outcome = run("mailer")[1]
    assert.is_true(outcome.ok, outcome.text)
    local request = server:requests("sts")[1]
    assert.equal("arn:aws:iam::123456789012:role/mailer", request.form.RoleArn)
    assert.equal("the-mailer", request.form.RoleSessionName)
    assert.equal("ext-7", request.form.ExternalId)
    assert.equal("1800", request.form.DurationSeconds)
    is_signed_by(request, "AKIABASE", "base/secret+key")
  end)

  it("goes from role to role", function()
    local outcome = run("second")[1]
    assert.is_true(outcome.ok, outcome.text)
    local requests = server:requests("sts")
    assert.equal("arn:aws:iam::123456789012:role/mailer", requests[1].form.RoleArn)
    assert.equal("arn:aws:iam::210987654321:role/second", requests[2].form.RoleArn)
    assert.matches("^ASIAROLE", credentials_child.key_of(requests[2]))
    assert.is_truthy(requests[2].headers["x-amz-security-token"])
  end)

  it("begins with the container's credentials where the profile says so", function()
    local outcome = run("in-container", {
      env = { AWS_CONTAINER_CREDENTIALS_FULL_URI = server.url .. "/container" },
    })[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.matches("^ASIACONT", credentials_child.key_of(server:requests("sts")[1]))
  end)

  it("does not go round in circles", function()
    local outcome = run("loop-a")[1]
    assert.is_false(outcome.ok)
    assert.equal("credentials", outcome.kind)
    assert.matches("loop", outcome.message)
    assert.same({}, server:requests("sts"))
  end)

  it("asks for the code of an MFA device", function()
    local outcome = run("guarded", {
      options = "{ mfa_token = function(serial) asked = serial; return '123456' end }",
      steps = "call(); assert(asked == 'arn:aws:iam::123456789012:mfa/ada')",
    })[1]
    assert.is_true(outcome.ok, outcome.text)
    local form = server:requests("sts")[1].form
    assert.equal("123456", form.TokenCode)
    assert.equal("arn:aws:iam::123456789012:mfa/ada", form.SerialNumber)
  end)

  it("says where a code is missing", function()
    for _, options in ipairs {
      "{}", "{ mfa_token = function() end }", "{ mfa_token = function() error('no terminal') end }",
    } do
      local outcome = run("guarded", { options = options })[1]
      assert.is_false(outcome.ok)
      assert.equal("credentials", outcome.kind)
      assert.matches("MFA device arn:aws:iam::123456789012:mfa/ada", outcome.message)
    end
    assert.same({}, server:requests("sts"))
  end)
end)
