--- The contact list: SES lets an account have one, with up to 20 topics.
-- Source: "Using list management" in the SES developer guide.
-- @module ses.emulator.contact_lists
local crud = require "ses.emulator.crud"
local errors = require "ses.emulator.errors"
local resources = require "ses.emulator.resources"

local MAX_TOPICS = 20

local contact_lists = {}

local collection = resources.collection {
  kind = "contact-list", missing = "List with name: %s doesn't exist.", exists = "List with name: %s already exists.",
  limit = 1, full = "Maximum number of contact lists reached: an account has one.",
}

--- The contacts of all lists, each below the key of its list.
contact_lists.contact_collection = resources.collection {
  kind = "contact", missing = "Contact %s doesn't exist in the list.",
  exists = "Contact %s already exists in the list.",
  key = require("ses.mail.address").normalise,
}

local function check(value)
  local seen = {}
  for _, topic in ipairs(value.Topics or {}) do
    if seen[topic.TopicName] then
      return errors.fail("BadRequestException", "Topic %s is there twice.", topic.TopicName)
    end
    seen[topic.TopicName] = true
  end
  if #(value.Topics or {}) > MAX_TOPICS then
    return errors.fail("BadRequestException", "A contact list has at most %d topics.", MAX_TOPICS)
  end
  return true
end

contact_lists.operations = crud.operations(collection, {
  name = "ContactListName", check = check, children = { contact_lists.contact_collection },
  created = "CreatedTimestamp", updated = "LastUpdatedTimestamp",
})

--- ListContactLists.
contact_lists.list = contact_lists.operations:list("ContactLists", function(entry)
  return { ContactListName = entry.name, LastUpdatedTimestamp = entry.updated }
end)

--- A topic of a list.
-- @tparam table list its entry
-- @tparam string name
-- @treturn ?table
function contact_lists.topic(list, name)
  for _, topic in ipairs(list.value.Topics or {}) do
    if topic.TopicName == name then return topic end
  end
  return nil
end

return contact_lists
