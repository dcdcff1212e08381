-- Makes the contact list that contact_list.lua writes to:  ses examples/audiences/make_contact_list.lua
local ses = require "ses"

local LIST = "lantern-readers"

local CONTACTS = {
  { email = "ada@example.com", attributes = '{"name":"Ada Byron"}', weekly = "OPT_IN" },
  { email = "hang@example.net", attributes = '{"name":"Nguyễn Thị Hằng"}' },
  { email = "gone@example.org", weekly = "OPT_OUT" },
}

local client = assert(ses.client())
assert(client.contact_lists:create {
  contact_list_name = LIST,
  topics = { { topic_name = "weekly", display_name = "The weekly letter", default_subscription_status = "OPT_IN" } },
})
for _, contact in ipairs(CONTACTS) do
  assert(client.contacts:create {
    contact_list_name = LIST, email_address = contact.email, attributes_data = contact.attributes,
    topic_preferences = contact.weekly and { { topic_name = "weekly", subscription_status = contact.weekly } } or nil,
  })
end
client:close()
print("contact list " .. LIST .. " is made")
