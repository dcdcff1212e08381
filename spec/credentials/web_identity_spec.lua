local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local process = require "spec.support.process"
local provider_contract = require "spec.support.provider_contract"

local ROLE = "arn:aws:iam::123456789012:role/mailer"

describe("credentials by a web identity", function()
  local server, folder

  setup(function()
    server = aws_metadata_server.start()
    folder = process.folder()
    process.write(folder .. "/token", "header.identity-t0ken.signature")
  end)
  teardown(function()
    server.stop()
    process.remove(folder)
  end)
  before_each(function() server:reset() end)

  local function env(more)
    local all = {
      AWS_WEB_IDENTITY_TOKEN_FILE = folder .. "/token", AWS_ROLE_ARN = ROLE, AWS_ENDPOINT_URL_STS = server.url,
    }
    for name, value in pairs(more or {}) do all[name] = value end
    return all
  end

  provider_contract.define(it, function()
    return {
      server = server, endpoint = "sts.AssumeRoleWithWebIdentity", source = "web_identity", tag = "ASIAWEBI",
      env = server and env(),
    }
  end)

  it("sends the file's token and the role, without a signature", function()
    local outcomes, printed = credentials_child.run(server, { env = env { AWS_ROLE_SESSION_NAME = "pod-7" } })
    assert.is_true(outcomes[1].ok, outcomes[1].text)
    local request = server:requests("sts")[1]
    assert.equal("header.identity-t0ken.signature", request.form.WebIdentityToken)
    assert.equal(ROLE, request.form.RoleArn)
    assert.equal("pod-7", request.form.RoleSessionName)
    assert.is_nil(request.headers.authorization)
    assert.is_nil(printed:find("identity-t0ken", 1, true))
  end)

  it("reads the token's file anew at each fetch", function()
    server:set("sts.AssumeRoleWithWebIdentity", { expires_in = 290, times = 1 })
    process.write(folder .. "/changing", "first")
    credentials_child.run(server, {
      env = env { AWS_WEB_IDENTITY_TOKEN_FILE = folder .. "/changing" },
      steps = ("call(); local f = io.open('%s/changing', 'w'); f:write('second'); f:close(); call()"):format(folder),
    })
    local requests = server:requests("sts")
    assert.equal("first", requests[1].form.WebIdentityToken)
    assert.equal("second", requests[2].form.WebIdentityToken)
  end)

  it("says that there is no token", function()
    local outcome = credentials_child.run(server, {
      env = env { AWS_WEB_IDENTITY_TOKEN_FILE = folder .. "/missing" },
    })[1]
    assert.is_false(outcome.ok)
    assert.equal("web_identity", outcome.tried[#outcome.tried].source)
    assert.same({}, server:requests("sts"))
  end)

  it("tells AWS's code where STS refuses", function()
    server:set("sts.AssumeRoleWithWebIdentity", {
      status = 403, body = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
        .. "<Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>",
    })
    local outcome = credentials_child.run(server, { env = env() })[1]
    assert.is_false(outcome.ok)
    assert.matches("AccessDenied", outcome.message)
    assert.equal(1, #server:requests("sts"))
  end)
end)
