local support = require "spec.support.emulator"

describe("the emulator's tenants", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function create(name) return client:ok("CreateTenant", { TenantName = name }) end

  local IDENTITY = "arn:aws:ses:us-east-1:000000000000:identity/example.com"
  local SET = "arn:aws:ses:us-east-1:000000000000:configuration-set/a"

  it("are created, got, listed and deleted", function()
    local made = create "acme"
    assert.truthy(made.TenantId:find("^tn%-%x+$"))
    assert.equal("ENABLED", made.SendingStatus)
    client:refused("AlreadyExistsException", "CreateTenant", { TenantName = "acme" })
    local tenant = client:ok("GetTenant", { TenantName = "acme" }).Tenant
    assert.same({ "acme", made.TenantId, made.TenantArn }, { tenant.TenantName, tenant.TenantId, tenant.TenantArn })
    create "best"
    create "calm"
    local list, sizes = client:walk("ListTenants", "Tenants", 2)
    assert.same({ "acme", "best", "calm" }, { list[1].TenantName, list[2].TenantName, list[3].TenantName })
    assert.same({ 2, 1 }, sizes)
    client:ok("DeleteTenant", { TenantName = "acme" })
    client:refused("NotFoundException", "GetTenant", { TenantName = "acme" })
  end)

  it("have resources, and resources have tenants", function()
    create "acme"
    create "best"
    client:ok("CreateTenantResourceAssociation", { TenantName = "acme", ResourceArn = IDENTITY })
    client:ok("CreateTenantResourceAssociation", { TenantName = "acme", ResourceArn = SET })
    client:ok("CreateTenantResourceAssociation", { TenantName = "best", ResourceArn = IDENTITY })
    client:refused("AlreadyExistsException", "CreateTenantResourceAssociation",
      { TenantName = "acme", ResourceArn = SET })
    client:refused("NotFoundException", "CreateTenantResourceAssociation", { TenantName = "none", ResourceArn = SET })
    client:refused("BadRequestException", "CreateTenantResourceAssociation",
      { TenantName = "acme", ResourceArn = "arn:aws:s3:::bucket" })
    local function resources(filter)
      return client:ok("ListTenantResources", { TenantName = "acme", Filter = filter }).TenantResources
    end
    assert.same({ ResourceArn = IDENTITY, ResourceType = "EMAIL_IDENTITY" }, resources()[1])
    assert.equal(2, #resources())
    assert.same({ { ResourceArn = SET, ResourceType = "CONFIGURATION_SET" } },
      resources { RESOURCE_TYPE = "CONFIGURATION_SET" })
    local of = client:ok("ListResourceTenants", { ResourceArn = IDENTITY }).ResourceTenants
    assert.same({ "acme", "best" }, { of[1].TenantName, of[2].TenantName })
    client:ok("DeleteTenantResourceAssociation", { TenantName = "acme", ResourceArn = IDENTITY })
    client:refused("NotFoundException", "DeleteTenantResourceAssociation",
      { TenantName = "acme", ResourceArn = IDENTITY })
    client:ok("DeleteTenant", { TenantName = "best" })
    assert.same({}, client:ok("ListResourceTenants", { ResourceArn = IDENTITY }).ResourceTenants)
  end)

  it("have suppression lists of their own", function()
    create "acme"
    local entry = { EmailAddress = "a@example.com", Reason = "BOUNCE", TenantName = "acme" }
    client:ok("PutSuppressedDestination", entry)
    client:refused("NotFoundException", "GetSuppressedDestination", { EmailAddress = "a@example.com" })
    client:ok("GetSuppressedDestination", { EmailAddress = "a@example.com", TenantName = "acme" })
    assert.same({}, client:ok("ListSuppressedDestinations").SuppressedDestinationSummaries)
    assert.equal(1, #client:ok("ListSuppressedDestinations", { TenantName = "acme" }).SuppressedDestinationSummaries)
    client:refused("NotFoundException", "ListSuppressedDestinations", { TenantName = "none" })
    client:ok("PutTenantSuppressionAttributes", { TenantName = "acme", SuppressedReasons = { "COMPLAINT" } })
    assert.same({ "COMPLAINT" },
      client:ok("GetTenant", { TenantName = "acme" }).Tenant.SuppressionAttributes.SuppressedReasons)
  end)

  it("are named by sends only where they exist", function()
    client:refused("NotFoundException", "SendEmail", support.mail("a@example.com", { TenantName = "acme" }))
    create "acme"
    client:ok("SendEmail", support.mail("a@example.com", { TenantName = "acme" }))
  end)

  it("are reputation entities, which the user can stop", function()
    local arn = create("acme").TenantArn
    create "best"
    local key = { ReputationEntityType = "RESOURCE", ReputationEntityReference = arn }
    assert.equal("ENABLED", client:ok("GetReputationEntity", key).ReputationEntity.SendingStatusAggregate)
    key.SendingStatus = "DISABLED"
    client:ok("UpdateReputationEntityCustomerManagedStatus", key)
    key.SendingStatus = nil
    local entity = client:ok("GetReputationEntity", key).ReputationEntity
    assert.same({ "DISABLED", "ENABLED" }, { entity.CustomerManagedStatus.Status, entity.AwsSesManagedStatus.Status })
    assert.equal(2, #client:ok("ListReputationEntities").ReputationEntities)
    local list = client:ok("ListReputationEntities", { Filter = { SENDING_STATUS = "DISABLED" } }).ReputationEntities
    assert.same({ 1, arn }, { #list, list[1].ReputationEntityReference })
    key.ReputationEntityReference = "arn:aws:ses:us-east-1:000000000000:tenant/none/tn-1"
    client:refused("NotFoundException", "GetReputationEntity", key)
  end)
end)
