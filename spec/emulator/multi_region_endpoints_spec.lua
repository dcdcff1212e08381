local support = require "spec.support.emulator"

describe("the emulator's multi-region endpoints", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local poll = require("ses.emulator.host").wait_for

  local function create(name, region)
    return { EndpointName = name, Details = { RoutesDetails = { { Region = region or "eu-west-1" } } } }
  end

  it("are created, got, listed and deleted", function()
    local made = client:ok("CreateMultiRegionEndpoint", create "two")
    assert.truthy(made.EndpointId:find("^%w+%.%w+$"))
    client:refused("AlreadyExistsException", "CreateMultiRegionEndpoint", create "two")
    local endpoint = client:ok("GetMultiRegionEndpoint", { EndpointName = "two" })
    assert.same({ made.EndpointId, "READY" }, { endpoint.EndpointId, endpoint.Status })
    assert.same({ { Region = "us-east-1" }, { Region = "eu-west-1" } }, endpoint.Routes)
    local list = client:ok("ListMultiRegionEndpoints").MultiRegionEndpoints
    assert.same({ "two", { "us-east-1", "eu-west-1" } }, { list[1].EndpointName, list[1].Regions })
    assert.equal("DELETING", client:ok("DeleteMultiRegionEndpoint", { EndpointName = "two" }).Status)
    client:refused("NotFoundException", "GetMultiRegionEndpoint", { EndpointName = "two" })
    client:refused("NotFoundException", "DeleteMultiRegionEndpoint", { EndpointName = "two" })
  end)

  it("lead to one other region", function()
    client:refused("BadRequestException", "CreateMultiRegionEndpoint", create("two", "us-east-1"))
  end)

  it("are being created for a while, where a time is set", function()
    client:control("POST", "/timing", { verify_after = 3600 })
    assert.equal("CREATING", client:ok("CreateMultiRegionEndpoint", create "slow").Status)
    client:control("POST", "/timing", { verify_after = 0.2 })
    client:ok("CreateMultiRegionEndpoint", create "quick")
    assert.is_true(poll(20, function()
      return client:ok("GetMultiRegionEndpoint", { EndpointName = "quick" }).Status == "READY"
    end))
    assert.equal("CREATING", client:ok("GetMultiRegionEndpoint", { EndpointName = "slow" }).Status)
  end)
end)
