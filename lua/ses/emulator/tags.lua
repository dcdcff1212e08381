--- The tags of resources, by their ARNs.
-- @module ses.emulator.tags
local arn = require "ses.emulator.arn"
local configuration_sets = require "ses.emulator.configuration_sets"
local contact_lists = require "ses.emulator.contact_lists"
local dedicated_ips = require "ses.emulator.dedicated_ips"
local errors = require "ses.emulator.errors"
local identities = require "ses.emulator.identities"
local multi_region_endpoints = require "ses.emulator.multi_region_endpoints"
local templates = require "ses.emulator.templates"
local tenants = require "ses.emulator.tenants"
local verification_templates = require "ses.emulator.verification_templates"

local tags = {}

local MAX_TAGS = 50

-- By what stands in the ARN.
local COLLECTIONS = {
  ["configuration-set"] = configuration_sets.sets.collection, ["contact-list"] = contact_lists.operations.collection,
  ["custom-verification-email-template"] = verification_templates.operations.collection,
  ["dedicated-ip-pool"] = dedicated_ips.pools.collection, identity = identities.collection,
  ["multi-region-endpoint"] = multi_region_endpoints.operations.collection, template = templates.collection,
  tenant = tenants.operations.collection,
}

local function find(params)
  local kind, name = arn.parse(params.ResourceArn)
  local collection = COLLECTIONS[kind or ""]
  if not collection then
    return errors.fail("BadRequestException", "<%s> is no ARN of a resource that has tags.", params.ResourceArn)
  end
  -- A tenant's ARN ends with its id.
  local entry = collection:find(kind == "tenant" and name:match("^[^/]+") or name)
  if entry then return entry, collection end
  return errors.fail("NotFoundException", "Resource <%s> does not exist.", params.ResourceArn)
end

local function save(entry, collection, list)
  if #list > MAX_TAGS then return errors.fail("BadRequestException", "A resource has at most %d tags.", MAX_TAGS) end
  entry.value.Tags = list
  collection:save(entry)
  return {}
end

-- Those of a list whose keys are not among `keys`.
local function without(list, keys)
  local kept = {}
  for _, tag in ipairs(list or {}) do
    if not keys[tag.Key] then kept[#kept + 1] = tag end
  end
  return kept
end

--- TagResource: a key that is there gets the new value.
function tags.tag(params)
  local entry, collection = find(params)
  if not entry then return nil, collection end
  local keys = {}
  for _, tag in ipairs(params.Tags) do keys[tag.Key] = true end
  local list = without(entry.value.Tags, keys)
  for _, tag in ipairs(params.Tags) do list[#list + 1] = tag end
  return save(entry, collection, list)
end

--- UntagResource.
function tags.untag(params)
  local entry, collection = find(params)
  if not entry then return nil, collection end
  local keys = {}
  for _, key in ipairs(params.TagKeys) do keys[key] = true end
  return save(entry, collection, without(entry.value.Tags, keys))
end

--- ListTagsForResource.
function tags.list(params)
  local entry, err = find(params)
  if not entry then return nil, err end
  return { Tags = entry.value.Tags or {} }
end

return tags
