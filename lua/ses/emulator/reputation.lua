--- Reputation entities: tenants, configuration sets and identities seen as senders, by their ARNs. The
-- emulator judges nobody, so that only what the user said of one is kept.
-- @module ses.emulator.reputation
local errors = require "ses.emulator.errors"
local resources = require "ses.emulator.resources"
local tenants = require "ses.emulator.tenants"

local reputation = {}

local MISSING = "Reputation entity <%s> does not exist."

local collection = resources.collection { kind = "reputation-entity", missing = MISSING }

-- A tenant of the emulator is one from the beginning.
local function tenant_of(reference)
  for _, tenant in ipairs(tenants.operations.collection:all()) do
    if tenant.value.TenantArn == reference then return tenant end
  end
  return nil
end

local function find(params, now)
  local reference = params.ReputationEntityReference
  local entry = collection:find(reference)
  if entry then return entry end
  local tenant = tenant_of(reference)
  if not tenant then return errors.fail("NotFoundException", MISSING, reference) end
  return collection:add(reference, {
    ReputationEntityType = params.ReputationEntityType, status = "ENABLED", changed = now,
  }, now)
end

local function show(entry)
  local value = entry.value
  local own = { Status = "ENABLED", LastUpdatedTimestamp = entry.created }
  return {
    ReputationEntityReference = entry.name, ReputationEntityType = value.ReputationEntityType,
    ReputationManagementPolicy = value.policy, AwsSesManagedStatus = own, SendingStatusAggregate = value.status,
    CustomerManagedStatus = { Status = value.status, LastUpdatedTimestamp = value.changed },
  }
end

--- GetReputationEntity.
function reputation.get(params, context)
  local entry, err = find(params, context.now)
  if not entry then return nil, err end
  return { ReputationEntity = show(entry) }
end

local FILTERS = {
  ENTITY_TYPE = function(entry, wanted) return entry.value.ReputationEntityType == wanted end,
  SENDING_STATUS = function(entry, wanted) return entry.value.status == wanted end,
  ENTITY_REFERENCE_PREFIX = function(entry, wanted) return entry.name:sub(1, #wanted) == wanted end,
  -- None has an impact.
  REPUTATION_IMPACT = function() return false end,
}

--- ListReputationEntities.
function reputation.list(params, context)
  for _, tenant in ipairs(tenants.operations.collection:all()) do
    find({ ReputationEntityReference = tenant.value.TenantArn, ReputationEntityType = "RESOURCE" }, context.now)
  end
  local function wanted(entry)
    for name, value in pairs(params.Filter or {}) do
      if FILTERS[name] and not FILTERS[name](entry, value) then return false end
    end
    return true
  end
  return collection:list("ReputationEntities", params, { default = 100, max = 1000, show = show, wanted = wanted })
end

local function changing(change)
  return function(params, context)
    local entry, err = find(params, context.now)
    -- The model has no NotFoundException here.
    if not entry then return errors.fail("BadRequestException", "%s", err.message) end
    change(entry.value, params, context)
    collection:save(entry, context.now)
    return {}
  end
end

--- UpdateReputationEntityCustomerManagedStatus.
reputation.put_status = changing(function(value, params, context)
  value.status, value.changed = params.SendingStatus, context.now
end)

--- UpdateReputationEntityPolicy.
reputation.put_policy = changing(function(value, params) value.policy = params.ReputationEntityPolicy end)

return reputation
