--- Domains and addresses to send from: `client.identities`.
-- @module ses.services.identities
local core = require "ses.core"
local dkim = require "ses.dkim"
local errors = require "ses.errors"
local identity_records = require "ses.services.identity_records"
local service = require "ses.services.service"
local suggest = require "ses.suggest"
local verification = require "ses.services.verification"

local identities = {}

local function validation(path, message)
  return nil, errors.validation { { path = path, message = message } }
end

-- Refuses what is not in `known`, which has a checker or true for each name.
local function check_options(options, known)
  local faults = {}
  for name, value in pairs(options or {}) do
    local check = known[name]
    local message
    if not check then
      message = "is not known" .. suggest.hint(tostring(name), known)
    elseif check ~= true then
      message = check(value)
    end
    if message then faults[#faults + 1] = { path = tostring(name), message = message } end
  end
  if #faults == 0 then return options or {} end
  table.sort(faults, function(a, b) return a.path < b.path end)
  return nil, errors.validation(faults)
end

-- A domain in ASCII, lower case, without the dot of the root.
local function domain_of(text, path)
  if type(text) ~= "string" then return validation(path, "must be a domain, not a " .. type(text)) end
  local ascii = core.idna.to_ascii((text:gsub("%.$", "")))
  if not ascii or not ascii:find("^[%w][%w.-]*%.[%w-]+$") or ascii:find("..", 1, true) then
    return validation(path, "must be a domain, such as example.com")
  end
  return ascii:lower()
end

-- ---- keys ----

-- A private key that is a PEM file's text: read, so that SES gets the form that it takes. Base64 without
-- armour is passed on as it is.
local function with_key(params, field)
  local signing = type(params) == "table" and params[field]
  local text = type(signing) == "table" and signing.domain_signing_private_key
  if type(text) ~= "string" or not text:find("[%s-]") then return params end
  local key, err = dkim.parse(text)
  if not key then
    err.field = field .. ".domain_signing_private_key"
    return nil, err
  end
  local copy, attributes = {}, {}
  for name, value in pairs(params) do copy[name] = value end
  for name, value in pairs(signing) do attributes[name] = value end
  attributes.domain_signing_private_key = key
  copy[field] = attributes
  return copy, nil, key
end

local function call_with_key(client, operation, params, field, options)
  local request, err, key = with_key(params, field)
  if err then
    err.operation = operation
    return nil, err
  end
  local result, failure, info = service.call(client, operation, request, options)
  if key then key:close() end
  return result, failure, info
end

--- Creates an identity (CreateEmailIdentity), from which mail may be sent when it is verified.
--
-- `dkim_signing_attributes.domain_signing_private_key` may be a key of ses.dkim, the text of a PEM file, or
-- base64 as AWS has it.
-- @tparam table params CreateEmailIdentity's, in snake_case
-- @tparam ?table options as for client:call
-- @treturn table
-- @treturn[2] nil
-- @treturn[2] ses.Error
-- Source: CreateEmailIdentity, Amazon SES API v2 Reference.
function identities:create(params, options)
  return call_with_key(self.client, "CreateEmailIdentity", params, "dkim_signing_attributes", options)
end

--- Says how a domain's mail is signed (PutEmailIdentityDkimSigningAttributes): by Easy DKIM, or by a key of
-- one's own, which may have the forms that `create` takes.
-- @tparam table params PutEmailIdentityDkimSigningAttributes's, in snake_case
-- @tparam ?table options as for client:call
-- @treturn table
-- @treturn[2] nil
-- @treturn[2] ses.Error
-- Source: PutEmailIdentityDkimSigningAttributes, Amazon SES API v2 Reference.
function identities:put_dkim_signing_attributes(params, options)
  return call_with_key(self.client, "PutEmailIdentityDkimSigningAttributes", params, "signing_attributes", options)
end

local function check_ttl(value)
  -- RFC 2181, section 8.
  if type(value) ~= "number" or value % 1 ~= 0 or value < 0 or value > 2147483647 then
    return "must be a number of seconds, from 0 to 2147483647"
  end
end

local function check_table(value)
  if type(value) ~= "table" then return "must be a table, not a " .. type(value) end
end

local BYODKIM = {
  selector = true, key = true, bits = true, save_to = true, ttl = check_ttl, tags = check_table,
  configuration_set_name = true,
}

-- The key of the options: given, or made, and in its file before SES has it.
local function key_for(options)
  local key, err
  if dkim.is_key(options.key) then
    key = options.key
  elseif type(options.key) == "string" then
    key, err = dkim.parse(options.key)
  elseif options.key == nil then
    key, err = dkim.generate { bits = options.bits }
  else
    return validation("key", "must be a key of ses.dkim or the text of a PEM file")
  end
  if key and options.save_to then
    local saved
    saved, err = key:save(options.save_to)
    if not saved then return nil, err end
  end
  return key, err
end

local function set_key(client, domain, options, key)
  local signing = { domain_signing_selector = options.selector, domain_signing_private_key = key }
  local made, err = service.call(client, "CreateEmailIdentity", {
    email_identity = domain, dkim_signing_attributes = signing, tags = options.tags,
    configuration_set_name = options.configuration_set_name,
  })
  if made then return { created = true, status = made.dkim_attributes and made.dkim_attributes.status } end
  if err.code ~= "AlreadyExistsException" then return nil, err end
  local put
  put, err = service.call(client, "PutEmailIdentityDkimSigningAttributes", {
    email_identity = domain, signing_attributes_origin = "EXTERNAL", signing_attributes = signing,
  })
  if not put then return nil, err end
  return { created = false, status = put.dkim_status }
end

--- Lets a domain sign by a DKIM key of one's own (BYODKIM): creates the identity with it, or gives it to one that
-- is there, and tells the record to publish. Between this and the record being found SES sends without a DKIM
-- signature, where the domain had Easy DKIM before.
-- @tparam string domain
-- @tparam table options `selector` (required: the first label of the record's name), `key` (of ses.dkim, or the
--   text of a PEM file; made where it is not given, see ses.dkim.generate), `bits` of a new key (2048), `save_to`
--   (a path where the key is written before SES has it; refused where a file is), `ttl` of the record (3600);
--   `tags` and `configuration_set_name` of a new identity
-- @treturn table { record = (as dns_records has it), key = (to be closed), created = boolean }
-- @treturn[2] nil
-- @treturn[2] ses.Error
-- Source: "Provide your own DKIM authentication token (BYODKIM)", Amazon SES Developer Guide.
function identities:create_byodkim(domain, options)
  local name, err = domain_of(domain, "domain")
  if not name then return nil, err end
  options, err = check_options(options, BYODKIM)
  if not options then return nil, err end
  if options.selector == nil then return validation("selector", "is required") end
  local key
  key, err = key_for(options)
  if not key then return nil, err end
  local done
  done, err = set_key(self.client, name, options, key)
  if not done then
    if key ~= options.key then key:close() end
    return nil, err
  end
  local record = identity_records.own_dkim(name, options.selector, key, { ttl = options.ttl, status = done.status })
  return { record = record, key = key, created = done.created }
end

-- ---- DNS ----

local POLICIES = { none = true, quarantine = true, reject = true }

local function check_reports(value)
  for _, text in ipairs(type(value) == "table" and value or { value }) do
    -- A comma, a semicolon or an exclamation mark would end the address (RFC 7489, section 6.2).
    if type(text) ~= "string" or not text:find("@", 1, true) or text:find("[%s,;!%c]") then
      return "must have mail addresses in rua"
    end
  end
end

local function check_dmarc(value)
  if value == false then return nil end
  if type(value) ~= "table" then return "must be a table, or false for no record" end
  for name, text in pairs(value) do
    if name == "policy" or name == "subdomain_policy" then
      if not POLICIES[text] then return "must have a " .. name .. " of none, quarantine or reject" end
    elseif name == "rua" then
      local fault = check_reports(text)
      if fault then return fault end
    else
      return ("has an unknown '%s'%s"):format(tostring(name),
        suggest.hint(tostring(name), { "policy", "subdomain_policy", "rua" }))
    end
  end
end

local function check_key(value)
  if not dkim.is_key(value) and not (type(value) == "string" and value:find("^[%w+/]+=*$")) then
    return "must be a key of ses.dkim, or its public key in base64"
  end
end

local RECORDS = { dkim_key = check_key, mail_from_domain = true, dmarc = check_dmarc, ttl = check_ttl }

--- The DNS records that a domain is to publish.
--
-- | record | purpose | where |
-- |---|---|---|
-- | three CNAMEs | `dkim` | Easy DKIM, `token._domainkey.domain` |
-- | TXT | `dkim` | a key of one's own, `selector._domainkey.domain`; give `dkim_key`, as SES does not tell the key |
-- | MX, TXT | `mail_from`, `spf` | where a MAIL FROM domain is set, or given |
-- | TXT | `dmarc` | `_dmarc.domain`; SES asks for none, mailbox providers do |
--
-- Each is { type =, name =, value =, ttl =, priority = (of an MX), purpose =, status = (what SES says of it:
-- "PENDING", "SUCCESS", …; nil where it does not look) }. A DKIM record whose public key is not known has
-- `missing`, a reason, in the place of a value. `ses.dns.zone(records)` makes lines of a zone file of them.
-- @tparam string domain an identity that is there
-- @tparam ?table options `dkim_key` (a key of ses.dkim, or its public key in base64); `mail_from_domain`, a
--   subdomain, to see its records before it is set; `dmarc`: `false` for none, or { policy = "none", subdomain_policy
--   =, rua = (an address for reports, or a list) }; `ttl` in seconds (3600)
-- @treturn table a list
-- @treturn[2] nil
-- @treturn[2] ses.Error
-- Sources: "Easy DKIM in Amazon SES", "Provide your own DKIM authentication token (BYODKIM)", "Using a custom MAIL
-- FROM domain", "Complying with DMARC authentication protocol", Amazon SES Developer Guide; RFC 7489.
function identities:dns_records(domain, options)
  local name, err = domain_of(domain, "domain")
  if not name then return nil, err end
  local checked
  checked, err = check_options(options, RECORDS)
  if not checked then return nil, err end
  local settings = {}
  for key, value in pairs(checked) do settings[key] = value end
  if settings.mail_from_domain ~= nil then
    settings.mail_from_domain, err = domain_of(settings.mail_from_domain, "mail_from_domain")
    if err then return nil, err end
    if settings.mail_from_domain:sub(-#name - 1) ~= "." .. name then
      return validation("mail_from_domain", "must be a subdomain of " .. name)
    end
  end
  local identity
  identity, err = service.call(self.client, "GetEmailIdentity", { email_identity = name })
  if not identity then return nil, err end
  return identity_records.of(name, identity, self.client.settings.region, settings)
end

-- ---- waiting ----

--- Waits until an identity is verified: SES has found the records of a domain, or somebody has followed the link
-- that was mailed to an address. SES looks for a domain's records for up to 72 hours.
-- @tparam string identity a domain or an address
-- @tparam ?table options `dkim` and `mail_from`: true to wait for DKIM, and for the MAIL FROM domain, as well;
--   `timeout` in seconds (600), `interval` (5), `max_interval` (60), `on_progress`, whose state is the answer of
--   GetEmailIdentity: see ses.services.waiter
-- @treturn table the answer of GetEmailIdentity
-- @treturn[2] nil
-- @treturn[2] ses.Error code "VerificationFailed", "DkimFailed" or "MailFromFailed" as soon as SES has given up,
--   with `identity`, the answer; kind "timeout", code "WaitTimeout"; or of the call
-- Source: GetEmailIdentity, Amazon SES API v2 Reference.
function identities:wait_until_verified(identity, options)
  return verification.wait(self.client, identity, options)
end

local PARALLEL = {
  concurrency = true, timeout = true, interval = true, max_interval = true, dkim = true, mail_from = true,
  on_progress = true,
}

--- Creates many identities, those that are not there yet, and waits until each is verified or has failed.
--
-- All are waited for at once, in tasks of `ses.run`; `concurrency` bounds how many requests are under way.
-- @tparam table list each a domain or an address, or a table of CreateEmailIdentity's parameters
-- @tparam ?table options `concurrency` (5), and the options of `wait_until_verified`; `on_progress` is called as
--   function(state, { identity =, elapsed =, polls = }), and `false` ends the wait of that identity alone
-- @treturn table in the order of `list`, each { email_identity =, verified = boolean, created = boolean,
--   identity = (the answer of GetEmailIdentity), error = }; its `verified` and `failed` count them
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation", before anything is done
function identities:verify_identities_parallel(list, options)
  local settings, err = check_options(options, PARALLEL)
  if not settings then return nil, err end
  return verification.all(self, list, settings)
end

return identities
