--- Configuration sets and their event destinations.
-- @module ses.emulator.configuration_sets
local crud = require "ses.emulator.crud"
local dedicated_ips = require "ses.emulator.dedicated_ips"
local errors = require "ses.emulator.errors"
local resources = require "ses.emulator.resources"

local configuration_sets = {}

local DESTINATIONS = {
  "KinesisFirehoseDestination", "CloudWatchDestination", "SnsDestination", "EventBridgeDestination",
  "PinpointDestination",
}

local collection = resources.collection {
  kind = "configuration-set", missing = "Configuration set <%s> does not exist.",
  exists = "Configuration set <%s> already exists.", limit = 10000,
  full = "Maximum number of configuration sets reached.",
}

local destination_collection = resources.collection {
  kind = "event-destination", missing = "Event destination <%s> does not exist.",
  exists = "Event destination <%s> already exists.", limit = 10,
  full = "Maximum number of event destinations of this configuration set reached.",
}

local function check_set(value)
  local pool = value.DeliveryOptions and value.DeliveryOptions.SendingPoolName
  if not pool then return true end
  return dedicated_ips.pools.collection:get(pool)
end

configuration_sets.sets = crud.operations(collection, {
  name = "ConfigurationSetName", check = check_set, children = { destination_collection },
  defaults = { SendingOptions = { SendingEnabled = true }, ReputationOptions = { ReputationMetricsEnabled = false } },
})

local function check_destination(value)
  local definition, count = value.EventDestination, 0
  for _, name in ipairs(DESTINATIONS) do
    if definition[name] then count = count + 1 end
  end
  if count ~= 1 then
    return errors.fail("BadRequestException", "An event destination must be exactly one of: %s.",
      table.concat(DESTINATIONS, ", "))
  end
  if #(definition.MatchingEventTypes or {}) == 0 then
    return errors.fail("BadRequestException", "An event destination must have at least one matching event type.")
  end
  return true
end

configuration_sets.destinations = crud.operations(destination_collection, {
  name = "EventDestinationName", check = check_destination,
  parent = { operations = configuration_sets.sets, name = "ConfigurationSetName" },
})

--- GetConfigurationSetEventDestinations.
function configuration_sets.get_destinations(params)
  local set, err = configuration_sets.sets:find(params)
  if not set then return nil, err end
  local list = {}
  for i, entry in ipairs(destination_collection:all(set.key)) do
    local destination = entry.value.EventDestination
    destination.Name, destination.Enabled = entry.name, destination.Enabled == true
    list[i] = destination
  end
  return { EventDestinations = list }
end

--- Whether any configuration set has an event destination.
-- @treturn boolean
function configuration_sets.has_destinations() return destination_collection:count() > 0 end

--- The event destinations of a configuration set that events go to now.
-- @tparam string name
-- @treturn table list of EventDestination, each with its Name; empty where there is no such set
function configuration_sets.enabled_destinations(name)
  local list, set = {}, collection:find(name)
  if not set then return list end
  for _, entry in ipairs(destination_collection:all(set.key)) do
    local destination = entry.value.EventDestination
    destination.Name = entry.name
    if destination.Enabled then list[#list + 1] = destination end
  end
  return list
end

--- Whether an event destination names the topic of SNS that has this name.
-- @tparam string name the last part of its ARN
-- @treturn boolean
function configuration_sets.has_topic(name)
  for _, entry in ipairs(destination_collection:all()) do
    local topic = entry.value.EventDestination.SnsDestination
    if topic and topic.TopicArn:match("([^:]*)$") == name then return true end
  end
  return false
end

--- Whether a configuration set is there.
-- @tparam ?string name none is fine
-- @treturn ?table|boolean true or its entry
-- @treturn ?table NotFoundException
function configuration_sets.check_exists(name)
  if not name or name == "" then return true end
  return collection:get(name)
end

--- Whether mail may be sent with a configuration set.
-- @tparam ?string name none is fine
-- @treturn ?boolean true
-- @treturn ?table the error that SES answers
function configuration_sets.check_sending(name)
  local entry, err = configuration_sets.check_exists(name)
  if not entry or entry == true then return entry, err end
  if (entry.value.SendingOptions or {}).SendingEnabled == false then
    return errors.fail("SendingPausedException", "Email sending is disabled for the configuration set <%s>.", name)
  end
  return true
end

return configuration_sets
