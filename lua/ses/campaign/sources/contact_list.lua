--- Recipients out of a contact list of SES, with what each wants to get.
--
-- Who has unsubscribed from all, or does not want the topic, is given with `opted_out` and the reason. SES lists
-- contacts without their attributes: where they are wanted (`attributes`), each contact that is written to costs
-- one GetContact, paced.
-- @module ses.campaign.sources.contact_list
-- Source: ListContacts, GetContact, GetContactList, Amazon SES API v2 Reference.
local errors = require "ses.errors"
local fault = require "ses.campaign.sources.fault"
local json = require "ses.model.json"
local suggest = require "ses.suggest"
local value = require "ses.campaign.sources.value"

local contact_list = {}

-- GetContact calls a second, where the campaign file gives no other number.
local CALLS_PER_SECOND = 10

local Source = { __name = "ses.campaign.sources.contact_list", unit = "contact" }
Source.__index = Source

--- Where records have a column; see ses.campaign.sources.
function Source:locate(column, field)
  if not self.columns or column == "email" then return value.place(column) end
  return nil, fault.new(self.name, nil, ("has no '%s'%s; a contact's attributes need audience.attributes = true")
    :format(column, field and " (" .. field .. ")" or ""))
end

-- What a contact has said of a topic; nil where nothing.
local function status_of(contact, topic)
  for _, preference in ipairs(contact.topic_preferences or {}) do
    if preference.topic_name == topic then return preference.subscription_status end
  end
end

-- Why a contact wants no mail; nil where it does.
local function why_not(self, contact)
  if contact.unsubscribe_all then return "unsubscribed from all" end
  local topic = self.topic
  if not topic then return nil end
  local status = status_of(contact, topic.topic_name) or topic.default_subscription_status
  if status == "OPT_OUT" then return ("opted out of topic '%s'"):format(topic.topic_name) end
end

-- Waits until the next call may be made.
local function await_turn(self)
  local clock = self.clock
  local now = clock.monotonic()
  if self.next_call > now then clock.sleep(self.next_call - now) end
  self.next_call = math.max(self.next_call, now) + 1 / self.calls
end

-- A contact's attributes; false where it has left the list meanwhile.
local function attributes_of(self, email)
  await_turn(self)
  local contact, err = self.client.contacts:get { contact_list_name = self.list, email_address = email }
  if not contact then
    if err.code == "NotFoundException" then return false end
    return nil, err
  end
  local text = contact.attributes_data
  if text == nil or text:find("^%s*$") then return {} end
  local attributes = json.decode(text, true)
  if type(attributes) ~= "table" or not text:find("^%s*{") then
    return nil, self:fault "has attributes that are no JSON object"
  end
  return attributes
end

local function record_of(self, contact)
  self.opted_out = why_not(self, contact)
  if self.opted_out or not self.calls then return { email = contact.email_address } end
  local record, err = attributes_of(self, contact.email_address)
  if not record then return record, err end
  record.email = contact.email_address
  return record
end

--- The next record; `opted_out` says why its owner wants no mail.
function Source:next()
  while true do
    local contact, err = self.next_contact()
    if not contact then return nil, err end
    self.row = self.row + 1
    local record
    record, err = record_of(self, contact)
    if record ~= false then return record, err end
  end
end

--- A record by the names of its fields.
function Source:fields(record)
  return record
end

--- An error at the contact that was read last.
Source.fault = fault.at_record

--- Ends the reading.
function Source:close()
  self.next_contact = function() return nil end
end

local function find_topic(spec, list)
  if not spec.topic then return nil end
  local names = {}
  for _, topic in ipairs(list.topics or {}) do
    if topic.topic_name == spec.topic then return topic end
    names[topic.topic_name] = true
  end
  return nil, errors.new {
    kind = "validation", code = "InvalidAudience", field = "audience.topic",
    message = ("audience.topic: the contact list '%s' has no topic '%s'%s"):format(spec.contact_list, spec.topic,
      suggest.hint(spec.topic, names)),
  }
end

--- Asks for the list.
-- @tparam table spec `contact_list` (its name), `topic`, `attributes` (true, or calls a second)
-- @tparam table ports `client`, `clock`
-- @treturn table|nil see ses.campaign.sources
-- @treturn ?ses.Error
function contact_list.open(spec, ports)
  local list, err = ports.client.contact_lists:get { contact_list_name = spec.contact_list }
  if not list then
    if err.code == "NotFoundException" then
      err.message = ("audience.contact_list: there is no contact list '%s'"):format(spec.contact_list)
    end
    return nil, err
  end
  local topic
  topic, err = find_topic(spec, list)
  if err then return nil, err end
  local calls = spec.attributes and (spec.attributes == true and CALLS_PER_SECOND or spec.attributes) or nil
  return setmetatable({
    name = ("contact list '%s'"):format(spec.contact_list), list = spec.contact_list, topic = topic,
    client = ports.client, clock = ports.clock or require "ses.adapters.clock", calls = calls, next_call = -math.huge,
    slow = calls ~= nil, row = 0, columns = not calls and { "email" } or nil,
    next_contact = ports.client.contacts:each { contact_list_name = spec.contact_list },
  }, Source)
end

return contact_list
