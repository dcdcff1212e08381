-- Sends a file, such as an invoice:  ses examples/attachment.lua invoice.pdf reader@example.com
-- A picture that the HTML shows by <img src="cid:logo"> is { …, disposition = "inline", content_id = "logo" }.
local ses = require "ses"

local path, to = ...
if not to then error("say which file, and to whom: ses examples/attachment.lua FILE ADDRESS", 0) end

local file = assert(io.open(path, "rb"))
local bytes = assert(file:read "*a")
file:close()

-- An invoice must not come twice: where the answer of SES is lost, ses does not send it again by itself.
local client = assert(ses.client { retry_in_doubt = false })
local sent, err = client.emails:send {
  from = "The Lantern Bookshop <letters@lantern.example>",
  to = to,
  subject = "Your invoice",
  text = "Your invoice is attached. Thank you!",
  attachments = { { filename = path:match "[^/]+$", data = bytes } },
}
client:close()
if not sent then
  error((err.in_doubt and "it may have been sent all the same: " or "it was not sent: ") .. tostring(err), 0)
end
print("sent as " .. sent.message_id)
