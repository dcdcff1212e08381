-- Sends by what setup.lua beside this file has made:  ses examples/production/send.lua reader@example.com 1042
local ses = require "ses"

local to, order = ...
if not order then error("say to whom, and which order: ses examples/production/send.lua ADDRESS NUMBER", 0) end

local client = assert(ses.client {
  default_config_set = "lantern-letters",
  retry_in_doubt = false,
  log = "info",
})
local sent, err = client.emails:send {
  from = "The Lantern Bookshop <letters@lantern.example>",
  to = to,
  subject = "Your order " .. order,
  text = "It is on its way to you.",
  -- Events have the tag: where it is in doubt whether this was sent, a Send event with it says so.
  tags = { order = order },
}
client:close()
if sent then
  print("sent as " .. sent.message_id)
elseif err.in_doubt then
  io.stderr:write("order ", order, " is in doubt; look for its Send event before you send again: ", tostring(err), "\n")
  os.exit(2)
elseif err.retryable then
  io.stderr:write("order ", order, " was not sent, try again later: ", tostring(err), "\n")
  os.exit(75) -- EX_TEMPFAIL of sysexits.h
else
  error(err)
end
