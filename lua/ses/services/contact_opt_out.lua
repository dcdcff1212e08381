--- Takes somebody off a contact list: `client.contacts:opt_out`.
-- @module ses.services.contact_opt_out
local errors = require "ses.errors"

local contact_opt_out = {}

-- Somebody else may write the contact at the same time: it is read again so often.
local TRIES = 3

local READ_AGAIN = {
  AlreadyExistsException = true, NotFoundException = true, ConcurrentModificationException = true,
}

-- The preferences with this topic's; nil where they are that already.
local function without(preferences, topic)
  local made = { { topic_name = topic, subscription_status = "OPT_OUT" } }
  for _, preference in ipairs(preferences or {}) do
    if preference.topic_name ~= topic then
      made[#made + 1] = { topic_name = preference.topic_name, subscription_status = preference.subscription_status }
    elseif preference.subscription_status == "OPT_OUT" then
      return nil
    end
  end
  return made
end

-- One try. UpdateContact forgets every preference that it is not given.
local function try(contacts, params, options)
  local list, email, topic = params.contact_list_name, params.email_address, params.topic_name
  local contact, err = contacts:get({ contact_list_name = list, email_address = email }, options)
  if not contact and err.code ~= "NotFoundException" then return nil, err end
  local before = contact or {}
  if before.unsubscribe_all then return true end
  local wanted = {
    contact_list_name = list, email_address = email, unsubscribe_all = topic == nil,
    topic_preferences = before.topic_preferences, attributes_data = before.attributes_data,
  }
  if topic then
    wanted.topic_preferences = without(before.topic_preferences, topic)
    if not wanted.topic_preferences then return true end
  end
  local done
  done, err = contacts[contact and "update" or "create"](contacts, wanted, options)
  if done then return true end
  return nil, err, READ_AGAIN[err.code]
end

local function check(params)
  local faults = {}
  for _, name in ipairs { "contact_list_name", "email_address", "topic_name" } do
    local value = type(params) == "table" and params[name]
    local is_text = type(value) == "string" and value ~= ""
    if not is_text and not (value == nil and name == "topic_name") then
      faults[#faults + 1] = { path = name, message = "must be a text" }
    end
  end
  if #faults > 0 then return nil, errors.validation(faults) end
  return true
end

--- Takes somebody off one topic of a contact list, or off all of it. What else the contact prefers stays; whoever was
-- no contact becomes one. Doing it twice is no error.
-- @tparam table params `contact_list_name`, `email_address`, `topic_name` (nil: all, `unsubscribe_all`)
-- @tparam ?table options as for any call, for each of the two calls that this takes (GetContact, and UpdateContact or
--   CreateContact)
-- @treturn boolean true
-- @treturn[2] nil
-- @treturn[2] ses.Error code "NotFoundException" where there is no such list, "BadRequestException" where it has no
--   such topic
-- Source: UpdateContact, Amazon SES API v2 Reference.
function contact_opt_out:opt_out(params, options)
  local fine, err = check(params)
  if not fine then return nil, err end
  local done, again
  for _ = 1, TRIES do
    done, err, again = try(self, params, options)
    if done or not again then break end
  end
  return done, err
end

return contact_opt_out
