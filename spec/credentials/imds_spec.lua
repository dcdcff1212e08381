local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"
local provider_contract = require "spec.support.provider_contract"

describe("credentials of the instance metadata service", function()
  local server

  setup(function() server = aws_metadata_server.start() end)
  teardown(function() server.stop() end)
  before_each(function() server:reset() end)

  local function env(more)
    local all = { AWS_EC2_METADATA_DISABLED = "false", AWS_EC2_METADATA_SERVICE_ENDPOINT = server.url }
    for name, value in pairs(more or {}) do all[name] = value end
    return all
  end

  local function run(how)
    how.env = how.env or env()
    return credentials_child.run(server, how)
  end

  provider_contract.define(it, function()
    return {
      server = server, endpoint = "imds.credentials", source = "imds", tag = "ASIAIMDS",
      env = server and env(), extends = true,
    }
  end)

  it("asks for a session token first, and sends it with everything else", function()
    assert.is_true(run {}[1].ok)
    local requests = server:requests("imds")
    assert.equal("PUT", requests[1].method)
    assert.is_truthy(requests[1].headers["x-aws-ec2-metadata-token-ttl-seconds"])
    for i = 2, #requests do assert.is_truthy(requests[i].headers["x-aws-ec2-metadata-token"]) end
  end)

  it("never speaks version 1 unasked", function()
    for _, fault in ipairs { { status = 403 }, { status = 404 }, { status = 405 }, { fault = "close" } } do
      server:reset()
      server:set("imds.token", fault)
      server:set("imds.role", { without_token = true })
      server:set("imds.credentials", { without_token = true })
      local outcome = run {}[1]
      assert.is_false(outcome.ok)
      assert.equal("imds", outcome.tried[#outcome.tried].source)
      assert.same({}, server:requests("imds.role"))
    end
  end)

  it("fails where the list of roles cannot be had", function()
    for _, fault in ipairs { { status = 404 }, { body = "" }, { fault = "cut" } } do
      server:set("imds.role", fault)
      local outcome = run {}[1]
      assert.is_false(outcome.ok)
      assert.equal("imds", outcome.tried[#outcome.tried].source)
    end
  end)

  it("is not asked where that is forbidden", function()
    for _, how in ipairs {
      { env = env { AWS_EC2_METADATA_DISABLED = "true" } }, { options = "{ use_imds = false }" },
    } do
      assert.is_false(run(how)[1].ok)
      assert.same({}, server:requests("imds"))
    end
  end)

  -- Static stability: the services take credentials of an instance for some time after their end.
  it("lets expired ones be used on while the service gives no new ones", function()
    server:set("imds.credentials", { expires_in = 1, times = 1, after = { status = 500 } })
    local outcomes = run { steps = "call(); ses.sleep(1.1); call(); call()" }
    for _, outcome in ipairs(outcomes) do assert.is_true(outcome.ok, outcome.text) end
    local keys = {}
    for _, request in ipairs(server:requests("ses")) do keys[#keys + 1] = credentials_child.key_of(request) end
    assert.same({ keys[1], keys[1], keys[1] }, keys)
  end)

  it("lets the service's own expired ones be used", function()
    server:set("imds.credentials", { expires_in = -60 })
    local outcome = run {}[1]
    assert.is_true(outcome.ok, outcome.text)
  end)

  it("can be used alone", function()
    local outcome = run {
      env = env { AWS_ACCESS_KEY_ID = "AKIAENVIRONMENT", AWS_SECRET_ACCESS_KEY = "x" },
      options = "{ credentials = require('ses.credentials').imds() }",
    }[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.equal("imds", outcome.found_in)
  end)
end)
