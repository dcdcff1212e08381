--- The DNS records that an identity asks for, from what SES says of it.
-- @module ses.services.identity_records
local core = require "ses.core"

local identity_records = {}

local DEFAULT_TTL = 3600
local HOSTED_ZONE = "dkim.amazonses.com"

--- The public key of options: a key of ses.dkim, or the base64 that a TXT record has.
local function public_key(value)
  if core.dkim.is_key(value) then return value:public_key() end
  return value
end

--- The TXT record of a domain that brings its own DKIM key.
-- The value is the form of AWS's page: the version and the key type of RFC 6376 are what is taken without them.
-- @tparam string domain
-- @tparam string selector
-- @param key a key of ses.dkim, its public key in base64, or nil: the record has no value then but `missing`
-- @tparam ?table options `ttl`, `status`
-- @treturn table
-- Source: "Provide your own DKIM authentication token (BYODKIM)", Amazon SES Developer Guide.
function identity_records.own_dkim(domain, selector, key, options)
  local text = public_key(key)
  return {
    type = "TXT", name = selector .. "._domainkey." .. domain, value = text and "p=" .. text or nil,
    missing = not text and "SES does not tell the public key; give the key as dkim_key" or nil,
    ttl = options and options.ttl or DEFAULT_TTL, purpose = "dkim", status = options and options.status,
  }
end

local function add_dkim(records, domain, attributes, options)
  if attributes.signing_attributes_origin == "EXTERNAL" then
    for _, selector in ipairs(attributes.tokens or {}) do
      records[#records + 1] = identity_records.own_dkim(domain, selector, options.dkim_key,
        { ttl = options.ttl, status = attributes.status })
    end
    return
  end
  local zone = attributes.signing_hosted_zone or HOSTED_ZONE
  for _, token in ipairs(attributes.tokens or {}) do
    records[#records + 1] = {
      type = "CNAME", name = token .. "._domainkey." .. domain, value = token .. "." .. zone,
      ttl = options.ttl, purpose = "dkim", status = attributes.status,
    }
  end
end

local function add_mail_from(records, domain, status, region, options)
  records[#records + 1] = {
    type = "MX", name = domain, value = "feedback-smtp." .. region .. ".amazonses.com", priority = 10,
    ttl = options.ttl, purpose = "mail_from", status = status,
  }
  records[#records + 1] = {
    type = "TXT", name = domain, value = "v=spf1 include:amazonses.com ~all", ttl = options.ttl, purpose = "spf",
    status = status,
  }
end

local function report_uris(value)
  local uris = {}
  for i, text in ipairs(type(value) == "table" and value or { value }) do
    uris[i] = text:find("^%a[%w+.-]*:") and text or "mailto:" .. text
  end
  return table.concat(uris, ",")
end

local function add_dmarc(records, domain, dmarc, options)
  local tags = { "v=DMARC1", "p=" .. (dmarc.policy or "none") }
  if dmarc.subdomain_policy then tags[#tags + 1] = "sp=" .. dmarc.subdomain_policy end
  if dmarc.rua then tags[#tags + 1] = "rua=" .. report_uris(dmarc.rua) end
  records[#records + 1] = {
    type = "TXT", name = "_dmarc." .. domain, value = table.concat(tags, "; ") .. ";", ttl = options.ttl,
    purpose = "dmarc",
  }
end

--- The records of a domain.
-- @tparam string domain in ASCII
-- @tparam table identity the answer of GetEmailIdentity, in snake_case
-- @tparam string region of the client
-- @tparam ?table options `dkim_key`, `mail_from_domain`, `dmarc`, `ttl`: see client.identities:dns_records
-- @treturn table a list
function identity_records.of(domain, identity, region, options)
  options = options or {}
  local settings = { ttl = options.ttl or DEFAULT_TTL, dkim_key = options.dkim_key }
  local records = {}
  add_dkim(records, domain, identity.dkim_attributes or {}, settings)
  local mail_from = identity.mail_from_attributes or {}
  local mail_from_domain = options.mail_from_domain or mail_from.mail_from_domain
  if mail_from_domain and mail_from_domain ~= "" then
    local same = mail_from_domain == mail_from.mail_from_domain
    add_mail_from(records, mail_from_domain, same and mail_from.mail_from_domain_status or nil, region, settings)
  end
  if options.dmarc ~= false then add_dmarc(records, domain, options.dmarc or {}, settings) end
  return records
end

return identity_records
