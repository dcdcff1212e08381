local support = require "spec.support.emulator"

describe("the emulator's configuration sets", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function create(name, more)
    local input = { ConfigurationSetName = name }
    for key, value in pairs(more or {}) do input[key] = value end
    return client:ok("CreateConfigurationSet", input)
  end

  local function get(name) return client:ok("GetConfigurationSet", { ConfigurationSetName = name }) end

  it("are created, got, listed and deleted", function()
    create("a", { TrackingOptions = { CustomRedirectDomain = "track.example.com" } })
    for _, name in ipairs { "b", "c", "d", "e" } do create(name) end
    client:refused("AlreadyExistsException", "CreateConfigurationSet", { ConfigurationSetName = "a" })
    local set = get "a"
    assert.equal("track.example.com", set.TrackingOptions.CustomRedirectDomain)
    assert.is_true(set.SendingOptions.SendingEnabled)
    local names, sizes = client:walk("ListConfigurationSets", "ConfigurationSets", 2)
    assert.same({ "a", "b", "c", "d", "e" }, names)
    assert.same({ 2, 2, 1 }, sizes)
    client:ok("DeleteConfigurationSet", { ConfigurationSetName = "a" })
    local message = client:refused("NotFoundException", "GetConfigurationSet", { ConfigurationSetName = "a" })
    assert.equal("Configuration set <a> does not exist.", message)
    client:refused("NotFoundException", "DeleteConfigurationSet", { ConfigurationSetName = "a" })
  end)

  it("take each of their options, and keep the others", function()
    create "a"
    local puts = {
      ArchivingOptions = {
        ArchiveArn = "arn:aws:ses:us-east-1:000000000000:mailmanager-archive/a-1234567890abcdefghijklmno",
      },
      DeliveryOptions = { TlsPolicy = "REQUIRE" }, ReputationOptions = { ReputationMetricsEnabled = true },
      SendingOptions = { SendingEnabled = false }, SuppressionOptions = { SuppressedReasons = { "BOUNCE" } },
      TrackingOptions = { CustomRedirectDomain = "t.example.com", HttpsPolicy = "REQUIRE" },
    }
    for member, options in pairs(puts) do
      local input = { ConfigurationSetName = "a" }
      for key, value in pairs(options) do input[key] = value end
      client:ok("PutConfigurationSet" .. member, input)
    end
    local vdm = { DashboardOptions = { EngagementMetrics = "ENABLED" } }
    client:ok("PutConfigurationSetVdmOptions", { ConfigurationSetName = "a", VdmOptions = vdm })
    local set = get "a"
    for member, options in pairs(puts) do assert.same(options, set[member]) end
    assert.same(vdm, set.VdmOptions)
    client:refused("NotFoundException", "PutConfigurationSetSendingOptions", { ConfigurationSetName = "b" })
  end)

  it("keep an empty list of suppressed reasons", function()
    create "a"
    client:ok("PutConfigurationSetSuppressionOptions", {
      ConfigurationSetName = "a", SuppressedReasons = require("ses.model.json").list(),
    })
    assert.same({}, get("a").SuppressionOptions.SuppressedReasons)
  end)

  it("send through pools that exist", function()
    local input = { ConfigurationSetName = "a", DeliveryOptions = { SendingPoolName = "main" } }
    client:refused("NotFoundException", "CreateConfigurationSet", input)
    client:ok("CreateDedicatedIpPool", { PoolName = "main" })
    client:ok("CreateConfigurationSet", input)
    client:refused("NotFoundException", "PutConfigurationSetDeliveryOptions",
      { ConfigurationSetName = "a", SendingPoolName = "none" })
  end)

  it("decide whether mail is sent", function()
    local mail = support.mail("a@example.com", { ConfigurationSetName = "a" })
    client:refused("NotFoundException", "SendEmail", mail)
    create "a"
    client:ok("SendEmail", mail)
    client:ok("PutConfigurationSetSendingOptions", { ConfigurationSetName = "a", SendingEnabled = false })
    client:refused("SendingPausedException", "SendEmail", mail)
    assert.equal(1, client:messages().total)
  end)

  describe("with event destinations", function()
    local sns = { SnsDestination = { TopicArn = "arn:aws:sns:us-east-1:000000000000:t" }, Enabled = true,
      MatchingEventTypes = { "SEND", "BOUNCE" } }

    local function input(name, definition)
      return { ConfigurationSetName = "a", EventDestinationName = name, EventDestination = definition }
    end

    before_each(function() create "a" end)

    it("have them created, listed, updated and deleted", function()
      client:ok("CreateConfigurationSetEventDestination", input("one", sns))
      client:refused("AlreadyExistsException", "CreateConfigurationSetEventDestination", input("one", sns))
      local list = client:ok("GetConfigurationSetEventDestinations", { ConfigurationSetName = "a" }).EventDestinations
      assert.equal(1, #list)
      assert.same({ "one", true, sns.SnsDestination }, { list[1].Name, list[1].Enabled, list[1].SnsDestination })
      client:ok("UpdateConfigurationSetEventDestination", input("one", {
        EventBridgeDestination = { EventBusArn = "arn:aws:events:us-east-1:000000000000:event-bus/default" },
        MatchingEventTypes = { "CLICK" },
      }))
      list = client:ok("GetConfigurationSetEventDestinations", { ConfigurationSetName = "a" }).EventDestinations
      assert.same({ false, { "CLICK" } }, { list[1].Enabled, list[1].MatchingEventTypes })
      assert.is_nil(list[1].SnsDestination)
      local name = { ConfigurationSetName = "a", EventDestinationName = "one" }
      client:ok("DeleteConfigurationSetEventDestination", name)
      client:refused("NotFoundException", "DeleteConfigurationSetEventDestination", name)
      client:refused("NotFoundException", "UpdateConfigurationSetEventDestination", input("one", sns))
    end)

    it("take ten of them, each of exactly one kind", function()
      client:refused("BadRequestException", "CreateConfigurationSetEventDestination",
        input("none", { MatchingEventTypes = { "SEND" } }))
      client:refused("BadRequestException", "CreateConfigurationSetEventDestination",
        input("none", { SnsDestination = sns.SnsDestination }))
      for i = 1, 10 do client:ok("CreateConfigurationSetEventDestination", input("d" .. i, sns)) end
      client:refused("LimitExceededException", "CreateConfigurationSetEventDestination", input("d11", sns))
    end)

    it("take them along when they are deleted", function()
      client:ok("CreateConfigurationSetEventDestination", input("one", sns))
      client:ok("DeleteConfigurationSet", { ConfigurationSetName = "a" })
      client:refused("NotFoundException", "GetConfigurationSetEventDestinations", { ConfigurationSetName = "a" })
      create "a"
      local answer = client:ok("GetConfigurationSetEventDestinations", { ConfigurationSetName = "a" })
      assert.same({}, answer.EventDestinations)
    end)
  end)
end)
