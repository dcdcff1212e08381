--- Whether mail may go out with a configuration set, and whether its bounces and complaints are told to anyone.
-- @module ses.observe.doctor.configuration_set
-- Source: "Monitor email sending using Amazon SES event publishing", Amazon SES Developer Guide.
local failure = require "ses.observe.doctor.failure"
local finding = require "ses.observe.doctor.finding"

local configuration_set = {}

local CHECK = "configuration set"
local TYPES = { "BOUNCE", "COMPLAINT" }

local function of_failure(err, operation, name)
  if err.code == "NotFoundException" then
    return finding.fault(CHECK, "there is none of this name in this region: SES refuses mail that names it",
      ([[ses call CreateConfigurationSet '{"ConfigurationSetName": "%s"}']]):format(name), name)
  elseif failure.is_not_allowed(err) then
    return failure.not_allowed(CHECK, operation, name)
  end
  local found = failure.of(err)
  found.name = name
  return found
end

local function of_destinations(destinations, name)
  local told, missing = {}, {}
  for _, destination in ipairs(destinations) do
    for _, kind in ipairs(destination.Enabled and destination.MatchingEventTypes or {}) do told[kind] = true end
  end
  for _, kind in ipairs(TYPES) do
    if not told[kind] then missing[#missing + 1] = kind end
  end
  if not missing[1] then return finding.ok(CHECK, "bounces and complaints have an event destination", name) end
  return finding.warning(CHECK, ("no event destination is told of: %s"):format(table.concat(missing, ", ")),
    "add an event destination, of SNS or EventBridge", name)
end

--- What is to be said of a configuration set.
-- @tparam ses.Client client
-- @tparam string name
-- @treturn table list of ses.Finding
function configuration_set.findings(client, name)
  local set, err = client:call("GetConfigurationSet", { ConfigurationSetName = name })
  if not set then return { of_failure(err, "GetConfigurationSet", name) } end
  local list = {}
  if (set.SendingOptions or {}).SendingEnabled == false then
    list[1] = finding.fault(CHECK, "sending is off for it",
      ([[ses call PutConfigurationSetSendingOptions '{"ConfigurationSetName": "%s", "SendingEnabled": true}']]):format(
        name), name)
  end
  local found
  found, err = client:call("GetConfigurationSetEventDestinations", { ConfigurationSetName = name })
  if found then
    list[#list + 1] = of_destinations(found.EventDestinations or {}, name)
  else
    list[#list + 1] = of_failure(err, "GetConfigurationSetEventDestinations", name)
  end
  return list
end

return configuration_set
