-- The region of the instance, where nothing else names one.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"

describe("the region of the metadata service", function()
  local server

  setup(function() server = aws_metadata_server.start() end)
  teardown(function() server.stop() end)
  before_each(function() server:reset() end)

  local function run(how)
    local env = {
      AWS_REGION = "", AWS_EC2_METADATA_DISABLED = "false", AWS_EC2_METADATA_SERVICE_ENDPOINT = server.url,
      AWS_ACCESS_KEY_ID = "AKIAENVIRONMENT", AWS_SECRET_ACCESS_KEY = "x",
    }
    for name, value in pairs(how.env or {}) do env[name] = value end
    how.env = env
    local outcomes = credentials_child.run(server, how)
    for _, outcome in ipairs(outcomes) do assert.is_true(outcome.ok, outcome.text) end
    local regions = {}
    for i, request in ipairs(server:requests("ses")) do
      regions[i] = request.headers.authorization:match("Credential=[^/]+/%d+/([^/]+)/")
    end
    return regions
  end

  it("is asked for at the first request, not before, and once", function()
    local regions = run { steps = [[
      local before = client:describe_config().region
      assert(before.value == "us-east-1" and before.source == "default", before.source)
      call(); call()
      local after = client:describe_config().region
      assert(after.value == "eu-north-1" and after.source == "imds", after.source)
    ]] }
    assert.same({ "eu-north-1", "eu-north-1" }, regions)
    assert.equal(1, #server:requests("imds.region"))
  end)

  it("is not asked for by a client that sends nothing", function()
    run { steps = "" }
    assert.same({}, server:requests("imds"))
  end)

  it("is asked for once by many tasks", function()
    server:set("imds.region", { fault = "slow", seconds = 0.1 })
    run { steps = "ses.run(function(spawn) for _ = 1, 10 do spawn(call) end end)" }
    assert.equal(1, #server:requests("imds.region"))
  end)

  it("is not asked for where something names one", function()
    assert.same({ "eu-west-3" }, run { env = { AWS_REGION = "eu-west-3" } })
    server:reset()
    assert.same({ "ap-south-1" }, run { options = "{ region = 'ap-south-1' }" })
    assert.same({}, server:requests("imds"))
  end)

  it("is not asked for where that is forbidden", function()
    assert.same({ "us-east-1" }, run { options = "{ use_imds = false }" })
    server:reset()
    assert.same({ "us-east-1" }, run { env = { AWS_EC2_METADATA_DISABLED = "true" } })
    assert.same({}, server:requests("imds"))
  end)

  for what, fault in pairs {
    ["answers 404"] = { status = 404 }, ["answers 500"] = { status = 500 },
    ["closes the connection"] = { fault = "close" }, ["answers with no region"] = { body = "../../etc" },
  } do
    it("is the default where the service " .. what, function()
      server:set("imds.region", fault)
      assert.same({ "us-east-1", "us-east-1" }, run { steps = "call(); call()" })
    end)
  end
end)
