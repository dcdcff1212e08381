--- Email addresses and domains that mail may be sent from: their operations, and whether an address is
-- verified.
--
-- A new identity is pending, as in SES. It becomes verified by `ses emulator --verified`
-- or by POST /_emulator/identities.
-- @module ses.emulator.identities
local address = require "ses.mail.address"
local core = require "ses.core"
local errors = require "ses.emulator.errors"
local json = require "ses.model.json"
local pages = require "ses.emulator.pages"
local store = require "ses.emulator.store"

local identities = {}

-- The values of the model's VerificationStatus.
local STATUSES = { PENDING = true, SUCCESS = true, FAILED = true, TEMPORARY_FAILURE = true, NOT_STARTED = true }

local function key_of(name)
  if name:find("@", 1, true) then return address.normalise(name) end
  return name:lower()
end

local function missing(name)
  return errors.fail("NotFoundException", "Email identity %s does not exist.", name)
end

-- Three tokens, the same ones whenever they are asked for.
local function dkim_of(row)
  local tokens = {}
  for i = 1, 3 do tokens[i] = core.digest.sha256(row.key .. i):sub(1, 32) end
  return {
    SigningEnabled = row.type == "DOMAIN", Status = row.type == "DOMAIN" and row.status or "NOT_STARTED",
    Tokens = row.type == "DOMAIN" and tokens or nil, SigningAttributesOrigin = "AWS_SES",
    NextSigningKeyLength = "RSA_2048_BIT", CurrentSigningKeyLength = "RSA_2048_BIT",
  }
end

local function find(name)
  local key = key_of(name)
  return key and store.row("SELECT * FROM identities WHERE key = ?", key)
end

--- Puts an identity into a state, and makes it where there is none.
-- @tparam string name an address or a domain
-- @tparam string status of the model's VerificationStatus, such as "SUCCESS"
-- @tparam number now
-- @treturn ?boolean true
-- @treturn ?string what is wrong with the name or the status
function identities.set_status(name, status, now)
  if not STATUSES[status] then return nil, "the status is none of SES's" end
  local key = key_of(name)
  if not key or key == "" then return nil, "the identity is no address and no domain" end
  store.run([[INSERT INTO identities (key, name, type, status, created, tags) VALUES (?, ?, ?, ?, ?, '[]')
    ON CONFLICT (key) DO UPDATE SET status = excluded.status]],
    key, name, name:find("@", 1, true) and "EMAIL_ADDRESS" or "DOMAIN", status, now)
  return true
end

local function is_verified_key(key)
  local row = store.row("SELECT status FROM identities WHERE key = ?", key)
  return row ~= nil and row.status == "SUCCESS"
end

--- Whether an address may be used by an account in the sandbox: it is verified itself, or its domain
-- is, or a domain above that.
-- @tparam string email
-- @treturn boolean
function identities.is_verified(email)
  local key = address.normalise(email)
  if not key then return false end
  if is_verified_key(key) then return true end
  local domain = key:match("@([^@]+)$")
  while domain do
    if is_verified_key(domain) then return true end
    domain = domain:match("^[^.]+%.(.+)$")
  end
  return false
end

--- CreateEmailIdentity.
function identities.create(params, context)
  local name = params.EmailIdentity
  local is_address = name:find("@", 1, true) ~= nil
  if is_address and not address.validate(name) or not is_address and not name:find("^[%w.-]+%.[%w-]+$") then
    return errors.fail("BadRequestException", "Invalid email identity <%s>.", name)
  end
  if find(name) then return errors.fail("AlreadyExistsException", "Email identity %s already exist.", name) end
  local row = { key = key_of(name), type = is_address and "EMAIL_ADDRESS" or "DOMAIN", status = "PENDING" }
  store.run([[INSERT INTO identities (key, name, type, status, created, configuration_set, tags)
    VALUES (?, ?, ?, ?, ?, ?, ?)]], row.key, name, row.type, row.status, context.now,
    params.ConfigurationSetName, json.encode(json.list(params.Tags)))
  return { IdentityType = row.type, VerifiedForSendingStatus = false, DkimAttributes = dkim_of(row) }
end

--- GetEmailIdentity.
function identities.get(params)
  local row = find(params.EmailIdentity)
  if not row then return missing(params.EmailIdentity) end
  return {
    IdentityType = row.type, VerificationStatus = row.status, FeedbackForwardingStatus = true,
    VerifiedForSendingStatus = row.status == "SUCCESS", DkimAttributes = dkim_of(row),
    MailFromAttributes = { BehaviorOnMxFailure = "USE_DEFAULT_VALUE" }, Policies = {},
    Tags = json.decode(row.tags), ConfigurationSetName = row.configuration_set,
  }
end

--- DeleteEmailIdentity.
function identities.delete(params)
  local row = find(params.EmailIdentity)
  if not row then return missing(params.EmailIdentity) end
  store.run("DELETE FROM identities WHERE id = ?", row.id)
  return {}
end

--- ListEmailIdentities: the oldest first.
function identities.list(params)
  local page, err = pages.read("identities", params, 25, 1000)
  if not page then return nil, err end
  local rows = store.rows("SELECT id, name, type, status FROM identities WHERE id > ? ORDER BY id LIMIT ?",
    page.after, page.size + 1)
  local token = pages.next_token("identities", page, rows)
  local list = {}
  for i, row in ipairs(rows) do
    list[i] = {
      IdentityName = row.name, IdentityType = row.type, VerificationStatus = row.status,
      SendingEnabled = row.status == "SUCCESS",
    }
  end
  return { EmailIdentities = list, NextToken = token }
end

return identities
