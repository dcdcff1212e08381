--- The contacts of a contact list: what each wants to get.
-- @module ses.emulator.contacts
local address = require "ses.mail.address"
local contact_lists = require "ses.emulator.contact_lists"
local crud = require "ses.emulator.crud"
local errors = require "ses.emulator.errors"

local contacts = {}

local collection = contact_lists.contact_collection

local function check_topics(value, _, list)
  for _, preference in ipairs(value.TopicPreferences or {}) do
    if not contact_lists.topic(list, preference.TopicName) then
      return errors.fail("BadRequestException", "The list has no topic %s.", preference.TopicName)
    end
  end
  return true
end

-- The address is new only where there is no entry yet.
local operations = crud.operations(collection, {
  name = "EmailAddress", check = check_topics, created = "CreatedTimestamp", updated = "LastUpdatedTimestamp",
  parent = { operations = contact_lists.operations, name = "ContactListName" },
  defaults = { UnsubscribeAll = false }, fixed = {},
})

-- The lists's defaults for the topics that a contact says nothing of.
local function defaults_for(contact, list)
  local said, defaults = {}, {}
  for _, preference in ipairs(contact.TopicPreferences or {}) do said[preference.TopicName] = true end
  for _, topic in ipairs(list.value.Topics or {}) do
    if not said[topic.TopicName] then
      defaults[#defaults + 1] = { TopicName = topic.TopicName, SubscriptionStatus = topic.DefaultSubscriptionStatus }
    end
  end
  return defaults
end

--- CreateContact.
function contacts.create(params, context)
  local ok, reason = address.validate(params.EmailAddress)
  if not ok then return errors.fail("BadRequestException", "Invalid email address: it %s.", reason) end
  return operations.create(params, context)
end

--- GetContact.
function contacts.get(params)
  local entry, err, list = operations:find(params)
  if not entry then return nil, err end
  local answer = operations:show(entry, list)
  answer.TopicDefaultPreferences = defaults_for(entry.value, list)
  return answer
end

--- UpdateContact: the preferences that are given replace all that there are.
function contacts.update(params, context)
  local entry, err = operations:find(params)
  if not entry then return nil, err end
  local filled = {}
  for name, value in pairs(params) do filled[name] = value end
  for _, name in ipairs { "AttributesData", "UnsubscribeAll" } do
    if filled[name] == nil then filled[name] = entry.value[name] end
  end
  return operations.update(filled, context)
end

--- DeleteContact.
contacts.delete = operations.delete

-- "OPT_IN" or "OPT_OUT"; nil where the contact says nothing of the topic and defaults do not count.
local function status_of(contact, topic, use_default)
  if contact.UnsubscribeAll then return "OPT_OUT" end
  if not topic then return "OPT_IN" end
  for _, preference in ipairs(contact.TopicPreferences or {}) do
    if preference.TopicName == topic.TopicName then return preference.SubscriptionStatus end
  end
  return use_default and topic.DefaultSubscriptionStatus or nil
end

local function filter_of(filter, list)
  local by_topic = filter.TopicFilter
  local topic
  if by_topic and by_topic.TopicName then
    topic = contact_lists.topic(list, by_topic.TopicName)
    if not topic then return errors.fail("BadRequestException", "The list has no topic %s.", by_topic.TopicName) end
  end
  return function(entry)
    local status = status_of(entry.value, topic, by_topic and by_topic.UseDefaultIfPreferenceUnavailable)
    return status ~= nil and (not filter.FilteredStatus or status == filter.FilteredStatus)
  end
end

--- ListContacts.
function contacts.list(params)
  local key, err, list = operations:parent_of(params)
  if not key then return nil, err end
  local wanted
  wanted, err = filter_of(params.Filter or {}, list)
  if not wanted then return nil, err end
  return collection:list("Contacts", params, {
    default = 1000, max = 1000, parent = key, wanted = wanted, show = function(entry)
      local contact = operations:show(entry)
      contact.TopicDefaultPreferences = defaults_for(entry.value, list)
      return contact
    end,
  })
end

-- Preferences with that of one topic.
local function preferring(list, topic, status)
  local made = { { TopicName = topic, SubscriptionStatus = status } }
  for _, preference in ipairs(list or {}) do
    if preference.TopicName ~= topic then made[#made + 1] = preference end
  end
  return made
end

--- Takes somebody off a topic, or off the whole list; whoever was no contact becomes one.
-- @tparam table params { ContactListName =, EmailAddress =, TopicName = (nil for all) }
-- @tparam table context
-- @treturn ?table an empty answer
-- @treturn ?table the error that SES answers
function contacts.opt_out(params, context)
  local key, err = operations:parent_of(params)
  if not key then return nil, err end
  local entry = params.EmailAddress and collection:find(params.EmailAddress, key)
  local before = entry and entry.value or {}
  local wanted = {
    ContactListName = params.ContactListName, EmailAddress = params.EmailAddress, TopicPreferences =
      params.TopicName and preferring(before.TopicPreferences, params.TopicName, "OPT_OUT") or before.TopicPreferences,
    UnsubscribeAll = not params.TopicName or before.UnsubscribeAll, AttributesData = before.AttributesData,
  }
  if entry then return contacts.update(wanted, context) end
  return contacts.create(wanted, context)
end

--- What a send's ListManagementOptions ask for.
-- @tparam ?table options { ContactListName =, TopicName = }; none asks for nothing
-- @treturn ?function email → whether its owner has unsubscribed
-- @treturn ?table the error that SES answers
function contacts.unsubscribed(options)
  if not options then return function() return false end end
  local key, err, list = operations:parent_of(options)
  if not key then return nil, err end
  local topic = options.TopicName and contact_lists.topic(list, options.TopicName)
  if options.TopicName and not topic then
    return errors.fail("BadRequestException", "The list has no topic %s.", options.TopicName)
  end
  return function(email)
    local entry = collection:find(email, key)
    return entry ~= nil and status_of(entry.value, topic, true) == "OPT_OUT"
  end
end

return contacts
