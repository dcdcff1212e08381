local support = require "spec.support.emulator"

describe("the emulator's dedicated IPs", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  it("are in pools, which are created, listed and deleted", function()
    client:ok("CreateDedicatedIpPool", { PoolName = "a" })
    client:ok("CreateDedicatedIpPool", { PoolName = "b", ScalingMode = "MANAGED" })
    client:refused("AlreadyExistsException", "CreateDedicatedIpPool", { PoolName = "a" })
    assert.same({ PoolName = "a", ScalingMode = "STANDARD" },
      client:ok("GetDedicatedIpPool", { PoolName = "a" }).DedicatedIpPool)
    assert.same({ "a", "b" }, (client:walk("ListDedicatedIpPools", "DedicatedIpPools", 1)))
    client:ok("DeleteDedicatedIpPool", { PoolName = "a" })
    client:refused("NotFoundException", "GetDedicatedIpPool", { PoolName = "a" })
  end)

  it("are in pools that become managed, and do not go back", function()
    client:ok("CreateDedicatedIpPool", { PoolName = "a" })
    client:ok("PutDedicatedIpPoolScalingAttributes", { PoolName = "a", ScalingMode = "MANAGED" })
    assert.equal("MANAGED", client:ok("GetDedicatedIpPool", { PoolName = "a" }).DedicatedIpPool.ScalingMode)
    client:refused("BadRequestException", "PutDedicatedIpPoolScalingAttributes",
      { PoolName = "a", ScalingMode = "STANDARD" })
  end)

  it("are leased by a test, moved and warmed up", function()
    client:ok("CreateDedicatedIpPool", { PoolName = "a" })
    assert.same({}, client:ok("GetDedicatedIps").DedicatedIps)
    client:control("POST", "/dedicated-ips", { ip = "192.0.2.1", pool = "a" })
    client:control("POST", "/dedicated-ips", { ip = "192.0.2.2" })
    assert.equal(400, (select(2, client:control("POST", "/dedicated-ips", { ip = "192.0.2.3", pool = "none" }))))
    assert.equal(400, (select(2, client:control("POST", "/dedicated-ips", { ip = "one" }))))
    assert.equal(2, #client:ok("GetDedicatedIps").DedicatedIps)
    assert.equal(1, #client:ok("GetDedicatedIps", { PoolName = "a" }).DedicatedIps)
    client:refused("NotFoundException", "GetDedicatedIps", { PoolName = "none" })
    client:ok("PutDedicatedIpInPool", { Ip = "192.0.2.2", DestinationPoolName = "a" })
    client:refused("NotFoundException", "PutDedicatedIpInPool", { Ip = "192.0.2.2", DestinationPoolName = "none" })
    client:ok("PutDedicatedIpWarmupAttributes", { Ip = "192.0.2.2", WarmupPercentage = 100 })
    client:refused("BadRequestException", "PutDedicatedIpWarmupAttributes",
      { Ip = "192.0.2.2", WarmupPercentage = 101 })
    assert.same({ Ip = "192.0.2.2", PoolName = "a", WarmupPercentage = 100, WarmupStatus = "DONE" },
      client:ok("GetDedicatedIp", { Ip = "192.0.2.2" }).DedicatedIp)
    client:refused("NotFoundException", "GetDedicatedIp", { Ip = "192.0.2.9" })
  end)
end)
