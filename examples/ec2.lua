-- Sends from an EC2 instance by the instance's role, without a key in a file or a variable:
--
--   ses examples/ec2.lua reader@example.com
--
-- The role needs the permission ses:SendEmail; in a container on the instance the metadata service (IMDSv2) needs a hop
-- limit of 2. `ses.client()` would find the role too, after all other sources: so none of them is asked.
local ses = require "ses"
local credentials = require "ses.credentials"

local to = ...
if not to then error("say to whom: ses examples/ec2.lua ADDRESS", 0) end

-- The region is the instance's where nothing else names one. New keys are fetched before the old ones end.
local client = assert(ses.client { credentials = credentials.imds() })
local sent, err = client.emails:send {
  from = "The Lantern Bookshop <letters@lantern.example>",
  to = to,
  subject = "From the instance",
  text = "It was signed with the keys of a role.",
}
client:close()
if not sent then error(err) end
print("sent as " .. sent.message_id)
