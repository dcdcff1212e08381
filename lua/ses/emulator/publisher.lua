--- Gives the events of each mail to the event destinations of its configuration set.
--
-- The configuration set is the one that the mail was sent with, or else the default one of the sender's identity.
-- A destination that is a topic of SNS is told by `ses.emulator.topics`.
-- What was published is kept for tests to read, whatever the kind of the destination; the oldest is forgotten first.
-- @module ses.emulator.publisher
local configuration_sets = require "ses.emulator.configuration_sets"
local events = require "ses.emulator.events"
local identities = require "ses.emulator.identities"
local json = require "ses.model.json"
local topics = require "ses.emulator.topics"

local publisher = {}

--- How many published events are kept.
publisher.MAX_KEPT = 1000

-- kept[i] for i from first to last
local kept, first, last = {}, 1, 0

local function keep(destination, set, event)
  last = last + 1
  kept[last] = { configuration_set = set, event_destination = destination.Name, event = event }
  if last - first >= publisher.MAX_KEPT then
    kept[first], first = nil, first + 1
  end
end

local function matches(destination, wanted)
  for _, kind in ipairs(destination.MatchingEventTypes) do
    if kind == wanted then return true end
  end
  return false
end

local function publish(list, set, destinations, now)
  for _, event in ipairs(list) do
    local kind = events.matching_type(event)
    for _, destination in ipairs(destinations) do
      if matches(destination, kind) then
        keep(destination, set, event)
        if destination.SnsDestination then topics.publish(destination.SnsDestination.TopicArn, event, now) end
      end
    end
  end
end

-- The configuration set of a mail, and its destinations; nothing where there is nobody to tell.
local function destinations_of(record)
  if not configuration_sets.has_destinations() then return nil end
  local set = record.configuration_set
  if not set or set == "" then set = identities.default_configuration_set(record.sender) end
  local list = set and configuration_sets.enabled_destinations(set) or {}
  if #list == 0 then return nil end
  return set, list
end

local function context_of(context, set)
  return { now = context.now, region = context.region, source_ip = context.source_ip, configuration_set = set }
end

--- Publishes what becomes of a mail that was taken.
-- @tparam table record as for `messages.add`
-- @tparam table context { now =, region =, source_ip = }
function publisher.publish(record, context)
  local set, destinations = destinations_of(record)
  if set then publish(events.of(record, context_of(context, set)), set, destinations, context.now) end
end

--- Publishes an event that a test asks for.
-- @tparam string kind AWS's event type
-- @tparam table record as for `messages.add`
-- @tparam table context { now =, region = }
-- @treturn ?table the event; nil where it is of no known type, or nobody is to be told of this mail
function publisher.publish_asked(kind, record, context)
  local set, destinations = destinations_of(record)
  local event = set and events.asked(kind, record, context_of(context, set))
  if event then publish({ event }, set, destinations, context.now) end
  return event
end

--- What was published, the oldest first.
-- @tparam ?string message_id of one mail alone
-- @treturn table list of { configuration_set =, event_destination =, event = }
function publisher.published(message_id)
  local list = json.list()
  for i = first, last do
    if not message_id or kept[i].event.mail.messageId == message_id then list[#list + 1] = kept[i] end
  end
  return list
end

--- Forgets what was published.
function publisher.reset() kept, first, last = {}, 1, 0 end

return publisher
