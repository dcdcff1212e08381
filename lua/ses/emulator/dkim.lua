--- The DKIM attributes of an identity: Easy DKIM with keys of SES's, or the user's own key (BYODKIM).
-- Source: "Authenticating Email with DKIM in Amazon SES" in the SES developer guide.
-- @module ses.emulator.dkim
local core = require "ses.core"
local errors = require "ses.emulator.errors"
local timing = require "ses.emulator.timing"

local dkim = {}

local DEFAULT_LENGTH = "RSA_2048_BIT"

--- The attributes of a new identity. Easy DKIM is on for a domain; an address is signed for by its domain.
-- @tparam string kind "DOMAIN" or "EMAIL_ADDRESS"
-- @tparam table verification its state of verification
-- @treturn table to be kept
function dkim.new(kind, verification)
  local is_domain = kind == "DOMAIN"
  return {
    enabled = is_domain, origin = "AWS_SES", status = is_domain and verification.status or "NOT_STARTED",
    settles_at = is_domain and verification.settles_at or nil, current_length = DEFAULT_LENGTH,
    next_length = DEFAULT_LENGTH,
  }
end

local function bring_own_key(state, attributes, now)
  if not attributes.DomainSigningSelector or not attributes.DomainSigningPrivateKey then
    return errors.fail("BadRequestException",
      "DomainSigningSelector and DomainSigningPrivateKey are both required to sign by a key of your own.")
  end
  if not core.base64.decode(attributes.DomainSigningPrivateKey) then
    return errors.fail("BadRequestException", "DomainSigningPrivateKey is not base64.")
  end
  -- The key itself is no use here, and is not kept.
  state.origin, state.selector = "EXTERNAL", attributes.DomainSigningSelector
  local pending = timing.pending(now)
  state.status, state.settles_at = pending.status, pending.settles_at
  return true
end

local function use_easy_dkim(state, attributes, origin, now)
  local length = attributes.NextSigningKeyLength or state.next_length
  if state.origin ~= origin then
    local pending = timing.pending(now)
    state.status, state.settles_at, state.current_length = pending.status, pending.settles_at, length
  end
  state.origin, state.selector, state.next_length = origin, nil, length
  return true
end

--- Changes how a domain is signed for.
-- @tparam table state from `dkim.new`
-- @tparam table attributes DkimSigningAttributes
-- @tparam ?string origin SigningAttributesOrigin; what the attributes stand for, where none is given
-- @tparam number now
-- @treturn ?boolean true
-- @treturn ?table the error that SES answers
function dkim.sign_by(state, attributes, origin, now)
  local own = attributes.DomainSigningSelector or attributes.DomainSigningPrivateKey
  origin = origin or attributes.DomainSigningAttributesOrigin or (own and "EXTERNAL" or "AWS_SES")
  if origin == "EXTERNAL" then return bring_own_key(state, attributes, now) end
  if own then
    return errors.fail("BadRequestException", "A signing key may be given for the origin EXTERNAL only.")
  end
  return use_easy_dkim(state, attributes, origin, now)
end

--- The tokens that stand in DNS: three of Easy DKIM, the same ones whenever they are asked for, or the
-- selector of the user's own key.
-- @tparam table entry of the identity
-- @treturn ?table list; nil for an address
function dkim.tokens(entry)
  local state = entry.value.dkim
  if entry.value.type ~= "DOMAIN" then return nil end
  if state.selector then return { state.selector } end
  local tokens = {}
  for i = 1, 3 do tokens[i] = core.digest.sha256(entry.key .. i):sub(1, 32) end
  return tokens
end

--- DkimAttributes.
-- @tparam table entry of the identity
-- @tparam table context
-- @treturn table
function dkim.attributes(entry, context)
  local state = entry.value.dkim
  local easy = state.origin ~= "EXTERNAL"
  return {
    SigningEnabled = state.enabled, Status = timing.status(state, context.now), Tokens = dkim.tokens(entry),
    SigningAttributesOrigin = state.origin, NextSigningKeyLength = easy and state.next_length or nil,
    CurrentSigningKeyLength = easy and state.current_length or nil,
    LastKeyGenerationTimestamp = easy and entry.value.type == "DOMAIN" and entry.created or nil,
  }
end

return dkim
