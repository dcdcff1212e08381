-- Sends one message:  ses examples/send_one.lua
-- Region, credentials and endpoint come from the environment or ~/.aws, as for every AWS tool.
local ses = require "ses"

local client = assert(ses.client())
local result, err = client.emails:send {
  from = { name = "The Lantern Bookshop", email = "letters@lantern.example" },
  to = { name = "Siobhán O’Connor", email = "success@simulator.amazonses.com" },
  subject = "Your book is here 📚",
  text = "It waits behind the counter, with your name on a slip.",
}
if not result then error(err) end
print("sent as " .. result.message_id)
