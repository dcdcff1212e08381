-- Sends by LocalStack, in an edition that has SES v2:  ses examples/localstack.lua [http://localhost:4566]
-- The same without a word in the program, for every example here:
--
--   export AWS_ENDPOINT_URL=http://localhost:4566 AWS_REGION=us-east-1
--   export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
local ses = require "ses"

local FROM = "letters@lantern.example"

-- LocalStack wants to see keys, and takes any.
local client = assert(ses.client {
  endpoint = ... or "http://localhost:4566", region = "us-east-1",
  credentials = { access_key_id = "test", secret_access_key = "test" },
})

-- A sender has to be made as at SES, and counts as verified at once.
local made, err = client.identities:create { email_identity = FROM }
if not made and err.code ~= "AlreadyExistsException" then error(err) end

local sent, failure = client.emails:send {
  from = FROM, to = "reader@example.com", subject = "A trial", text = "It has not left this machine.",
}
client:close()
if not sent then error(failure) end
print("sent as " .. sent.message_id)
