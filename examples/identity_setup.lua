-- Sets up domains to send from:  ses examples/identity_setup.lua example.com [example.org …]
-- Creates each, prints the DNS records to publish as lines of a zone file, and waits until SES has found them.
local ses = require "ses"
local dns = require "ses.dns"

local domains = { ... }
assert(domains[1], "say which domains: ses examples/identity_setup.lua example.com …")

local client = assert(ses.client())
for _, domain in ipairs(domains) do
  local made, err = client.identities:create { email_identity = domain }
  if not made and err.code ~= "AlreadyExistsException" then error(err) end
  assert(client.identities:put_mail_from_attributes {
    email_identity = domain, mail_from_domain = "mail." .. domain,
  })
  local records = assert(client.identities:dns_records(domain, { dmarc = { rua = "dmarc@" .. domain } }))
  io.write("; ", domain, "\n", dns.zone(records))
end

-- SES looks for the records for up to 72 hours; all domains are waited for at once.
local results = assert(client.identities:verify_identities_parallel(domains, { dkim = true, timeout = 3600 }))
for _, result in ipairs(results) do
  print(result.email_identity .. ": " .. (result.verified and "verified" or tostring(result.error)))
end
client:close()
