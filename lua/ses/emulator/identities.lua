--- Email addresses and domains that mail may be sent from: their operations, and whether an address is
-- verified.
--
-- A new identity is pending, as in SES. It becomes verified by `ses emulator --verified`,
-- by POST /_emulator/identities, or by itself in the time that `ses emulator --verify-after` says.
-- @module ses.emulator.identities
local address = require "ses.mail.address"
local configuration_sets = require "ses.emulator.configuration_sets"
local core = require "ses.core"
local dkim = require "ses.emulator.dkim"
local errors = require "ses.emulator.errors"
local resources = require "ses.emulator.resources"
local timing = require "ses.emulator.timing"

local identities = {}

-- The values of the model's VerificationStatus.
local STATUSES = { PENDING = true, SUCCESS = true, FAILED = true, TEMPORARY_FAILURE = true, NOT_STARTED = true }

local function key_of(name)
  if name:find("@", 1, true) then return address.normalise(name) end
  return name:lower()
end

local function type_of(name) return name:find("@", 1, true) and "EMAIL_ADDRESS" or "DOMAIN" end

--- All of them. The documents: `type`, `verification`, `dkim` and `mail_from` (states of
-- `ses.emulator.timing` and what belongs to them), `feedback`, `ConfigurationSetName`, `Tags`.
identities.collection = resources.collection {
  kind = "identity", key = key_of, missing = "Email identity %s does not exist.",
  exists = "Email identity %s already exist.",
}

local collection = identities.collection

identities.policies = resources.collection {
  kind = "identity-policy", missing = "Policy <%s> does not exist.", exists = "Policy <%s> already exists.",
  limit = 20, full = "Maximum policies for this identity reached.",
}

--- Certificates by the address that they are for; see `ses.emulator.certificates`.
identities.certificates = resources.collection {
  kind = "identity-certificate", missing = "<%s> has no certificate.", exists = "<%s> has a certificate already.",
}

local function document(name, verification)
  local kind = type_of(name)
  return { type = kind, verification = verification, dkim = dkim.new(kind, verification), feedback = true, Tags = {} }
end

local function check_statuses(wanted)
  for _, field in ipairs { "status", "dkim_status", "mail_from_status" } do
    if wanted[field] ~= nil and not STATUSES[wanted[field]] then
      return nil, "the " .. field:gsub("_", " ") .. " is none of SES's"
    end
  end
  return true
end

-- A domain is verified by its DKIM records, so that the one goes with the other.
local function apply(value, wanted)
  if wanted.status then value.verification = { status = wanted.status } end
  local signing = wanted.dkim_status or (value.type == "DOMAIN" and wanted.status)
  if signing then value.dkim.status, value.dkim.settles_at = signing, nil end
  if wanted.mail_from_status and value.mail_from then
    value.mail_from.status, value.mail_from.settles_at = wanted.mail_from_status, nil
  end
end

--- Puts an identity into a state, and makes it where there is none.
-- @tparam string name an address or a domain
-- @tparam table wanted `status` of the model's VerificationStatus, such as "SUCCESS"; `dkim_status` (a
--   domain's goes with its status, unless given), `mail_from_status`
-- @tparam number now
-- @treturn ?boolean true
-- @treturn ?string what is wrong with the name or a status
function identities.set_status(name, wanted, now)
  local ok, reason = check_statuses(wanted)
  if not ok then return nil, reason end
  local key = key_of(name)
  if not key or key == "" then return nil, "the identity is no address and no domain" end
  local entry = collection:find(name) or collection:add(name, document(name, { status = "PENDING" }), now)
  apply(entry.value, wanted)
  collection:save(entry)
  return true
end

local function is_verified_name(name, now)
  local entry = collection:find(name)
  return entry ~= nil and timing.status(entry.value.verification, now) == "SUCCESS"
end

--- Whether an address may be used by an account in the sandbox: it is verified itself, or its domain
-- is, or a domain above that.
-- @tparam string email
-- @treturn boolean
function identities.is_verified(email)
  local key, now = address.normalise(email), core.clock.now()
  if not key then return false end
  if is_verified_name(key, now) then return true end
  local domain = key:match("@([^@]+)$")
  while domain do
    if is_verified_name(domain, now) then return true end
    domain = domain:match("^[^.]+%.(.+)$")
  end
  return false
end

-- The identity that mail from an address is sent by: its own, or the nearest domain's.
local function entry_for(sender)
  local parsed = address.parse(sender, { smtputf8 = true })
  local key = parsed and address.normalise(parsed.email)
  local name = key
  while name do
    local entry = collection:find(name)
    if entry then return entry end
    name = name:match("@([^@]+)$") or name:match("^[^.]+%.(.+)$")
  end
  return nil, key or sender
end

--- The name of the identity that mail from an address is sent by.
-- @tparam string sender with or without a display name
-- @treturn string the address itself where it has none
function identities.name_for(sender)
  local entry, bare = entry_for(sender)
  return entry and entry.name or bare
end

--- The configuration set of mail that is sent with none.
-- @tparam string sender
-- @treturn ?string
function identities.default_configuration_set(sender)
  local entry = entry_for(sender)
  return entry and entry.value.ConfigurationSetName
end

local function check_name(name)
  local good
  if name:find("@", 1, true) then good = address.validate(name) else good = name:find("^[%w.-]+%.[%w-]+$") end
  if good then return true end
  return errors.fail("BadRequestException", "Invalid email identity <%s>.", name)
end

--- CreateEmailIdentity.
function identities.create(params, context)
  local name = params.EmailIdentity
  local ok, err = check_name(name)
  if ok then ok, err = configuration_sets.check_exists(params.ConfigurationSetName) end
  if not ok then return nil, err end
  local value = document(name, timing.pending(context.now))
  value.ConfigurationSetName, value.Tags = params.ConfigurationSetName, params.Tags or {}
  if params.DkimSigningAttributes then
    ok, err = dkim.sign_by(value.dkim, params.DkimSigningAttributes, nil, context.now)
    if not ok then return nil, err end
  end
  local entry
  entry, err = collection:add(name, value, context.now)
  if not entry then return nil, err end
  return {
    IdentityType = value.type, VerifiedForSendingStatus = false,
    DkimAttributes = dkim.attributes(entry, context),
  }
end

local function mail_from_attributes(value, now)
  local mail_from = value.mail_from
  if not mail_from then return { BehaviorOnMxFailure = "USE_DEFAULT_VALUE" } end
  return {
    MailFromDomain = mail_from.domain, BehaviorOnMxFailure = mail_from.behavior,
    MailFromDomainStatus = timing.status(mail_from, now),
  }
end

--- The policies of an identity.
-- @tparam table entry
-- @treturn table name → JSON text
function identities.policy_map(entry)
  local map = {}
  for _, policy in ipairs(identities.policies:all(entry.key)) do map[policy.name] = policy.value.text end
  return map
end

--- GetEmailIdentity.
function identities.get(params, context)
  local entry, err = collection:get(params.EmailIdentity)
  if not entry then return nil, err end
  local value = entry.value
  local status = timing.status(value.verification, context.now)
  return {
    IdentityType = value.type, VerificationStatus = status, VerifiedForSendingStatus = status == "SUCCESS",
    FeedbackForwardingStatus = value.feedback, DkimAttributes = dkim.attributes(entry, context),
    MailFromAttributes = mail_from_attributes(value, context.now), Policies = identities.policy_map(entry),
    Tags = value.Tags, ConfigurationSetName = value.ConfigurationSetName,
  }
end

--- DeleteEmailIdentity.
function identities.delete(params)
  local entry, err = collection:remove(params.EmailIdentity)
  if not entry then return nil, err end
  identities.policies:remove_below(entry.key)
  identities.certificates:remove_below(entry.key)
  return {}
end

--- ListEmailIdentities: the oldest first.
function identities.list(params, context)
  return collection:list("EmailIdentities", params, { default = 25, max = 1000, show = function(entry)
    local status = timing.status(entry.value.verification, context.now)
    return {
      IdentityName = entry.name, IdentityType = entry.value.type, VerificationStatus = status,
      SendingEnabled = status == "SUCCESS",
    }
  end })
end

return identities
