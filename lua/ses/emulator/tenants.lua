--- Tenants, and the resources that are associated with them.
-- @module ses.emulator.tenants
local arn = require "ses.emulator.arn"
local crud = require "ses.emulator.crud"
local errors = require "ses.emulator.errors"
local ids = require "ses.emulator.ids"
local resources = require "ses.emulator.resources"

local tenants = {}

-- By what stands in a resource's ARN.
local TYPES = { identity = "EMAIL_IDENTITY", ["configuration-set"] = "CONFIGURATION_SET", template = "EMAIL_TEMPLATE" }

local associations = resources.collection {
  kind = "tenant-resource", missing = "Resource <%s> is not associated with the tenant.",
  exists = "Resource <%s> is associated with the tenant already.",
}

local collection = resources.collection {
  kind = "tenant", missing = "Tenant <%s> does not exist.", exists = "Tenant <%s> already exists.",
}

tenants.operations = crud.operations(collection, {
  name = "TenantName", inside = "Tenant", created = "CreatedTimestamp", children = { associations },
})

local operations = tenants.operations

--- CreateTenant.
function tenants.create(params, context)
  local id = "tn-" .. ids.uuid():gsub("%-", "")
  local entry, err = collection:add(params.TenantName, {
    TenantId = id, TenantArn = arn.of(context.region, "tenant", params.TenantName .. "/" .. id),
    Tags = params.Tags, SendingStatus = "ENABLED", SuppressionAttributes = params.SuppressionAttributes,
  }, context.now)
  if not entry then return nil, err end
  return operations:show(entry)
end

--- ListTenants.
tenants.list = operations:list("Tenants", function(entry) return operations:show(entry) end)

--- PutTenantSuppressionAttributes.
tenants.put_suppression = operations:put "SuppressionAttributes"

--- CreateTenantResourceAssociation.
function tenants.associate(params, context)
  local tenant, err = operations:find(params)
  if not tenant then return nil, err end
  local kind = TYPES[arn.parse(params.ResourceArn) or ""]
  if not kind then
    return errors.fail("BadRequestException", "<%s> is no ARN of what a tenant can have.", params.ResourceArn)
  end
  local entry
  entry, err = associations:add(params.ResourceArn, { ResourceType = kind }, context.now, tenant.key)
  if not entry then return nil, err end
  return {}
end

--- DeleteTenantResourceAssociation.
function tenants.dissociate(params)
  local tenant, err = operations:find(params)
  if not tenant then return nil, err end
  local entry
  entry, err = associations:remove(params.ResourceArn, tenant.key)
  if not entry then return nil, err end
  return {}
end

--- ListTenantResources.
function tenants.list_resources(params)
  local tenant, err = operations:find(params)
  if not tenant then return nil, err end
  local kind = (params.Filter or {}).RESOURCE_TYPE
  return associations:list("TenantResources", params, {
    default = 100, max = 1000, parent = tenant.key,
    wanted = kind and function(entry) return entry.value.ResourceType == kind end,
    show = function(entry) return { ResourceArn = entry.name, ResourceType = entry.value.ResourceType } end,
  })
end

--- ListResourceTenants.
function tenants.of_resource(params)
  return associations:list("ResourceTenants", params, {
    default = 100, max = 1000, wanted = function(entry) return entry.name == params.ResourceArn end,
    show = function(entry)
      return {
        TenantName = entry.parent, TenantId = collection:find(entry.parent).value.TenantId,
        ResourceArn = entry.name, AssociatedTimestamp = entry.created,
      }
    end,
  })
end

return tenants
