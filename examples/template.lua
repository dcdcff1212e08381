-- Stores a template at SES, new or anew, and sends a mail by it:  ses examples/template.lua reader@example.com Siobhán
local ses = require "ses"
local template = require "ses.template"

local to, first_name = ...
if not first_name then error("say to whom: ses examples/template.lua ADDRESS FIRST_NAME", 0) end

local NAME = "lantern-welcome"
local CONTENT = {
  subject = "Welcome, {{first_name}}",
  text = "Dear {{first_name}},\n\n{{#each books}}* {{this}}\n{{/each}}\nThey wait behind the counter.\n",
  html = "<p>Dear {{first_name}},</p><ul>{{#each books}}<li>{{this}}</li>{{/each}}</ul>"
    .. "<p>They wait behind the counter.</p>",
}
local data = { first_name = first_name, books = { "Solaris", "Middlemarch" } }

-- SES takes a mail whose template fails, and then drops it without a word: better to see that here.
assert(assert(template.compile_message(CONTENT)):render(data))

local client = assert(ses.client())
local request = { template_name = NAME, template_content = CONTENT }
local stored, err = client.templates:create(request)
if not stored and err.code == "AlreadyExistsException" then stored, err = client.templates:update(request) end
if not stored then error(err) end

local sent, failure = client.emails:send {
  from = "The Lantern Bookshop <letters@lantern.example>", to = to, template = NAME, data = data,
}
client:close()
if not sent then error(failure) end
print("sent as " .. sent.message_id)
