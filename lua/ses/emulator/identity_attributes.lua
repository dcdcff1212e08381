--- What can be changed of an identity: DKIM, MAIL FROM, feedback, configuration set, policies.
-- @module ses.emulator.identity_attributes
local configuration_sets = require "ses.emulator.configuration_sets"
local dkim = require "ses.emulator.dkim"
local errors = require "ses.emulator.errors"
local identities = require "ses.emulator.identities"
local json = require "ses.model.json"
local timing = require "ses.emulator.timing"

local attributes = {}

local collection, policies = identities.collection, identities.policies

-- An operation that changes the identity's document by `change(value, params, context, entry)`.
local function changing(change)
  return function(params, context)
    local entry, err = collection:get(params.EmailIdentity)
    if not entry then return nil, err end
    local result
    result, err = change(entry.value, params, context, entry)
    if not result then return nil, err end
    collection:save(entry, context.now)
    return result
  end
end

--- PutEmailIdentityDkimAttributes.
attributes.put_dkim = changing(function(value, params)
  value.dkim.enabled = params.SigningEnabled == true
  return {}
end)

--- PutEmailIdentityDkimSigningAttributes.
attributes.put_dkim_signing = changing(function(value, params, context, entry)
  if value.type ~= "DOMAIN" then
    return errors.fail("BadRequestException", "Only a domain has DKIM signing attributes of its own.")
  end
  local ok, err = dkim.sign_by(value.dkim, params.SigningAttributes or {}, params.SigningAttributesOrigin, context.now)
  if not ok then return nil, err end
  return { DkimStatus = timing.status(value.dkim, context.now), DkimTokens = dkim.tokens(entry) }
end)

--- PutEmailIdentityFeedbackAttributes.
attributes.put_feedback = changing(function(value, params)
  value.feedback = params.EmailForwardingEnabled == true
  return {}
end)

--- PutEmailIdentityConfigurationSetAttributes.
attributes.put_configuration_set = changing(function(value, params)
  local ok, err = configuration_sets.check_exists(params.ConfigurationSetName)
  if not ok then return nil, err end
  value.ConfigurationSetName = params.ConfigurationSetName
  return {}
end)

local function is_below(domain, parent)
  return domain:sub(-#parent - 1) == "." .. parent
end

--- PutEmailIdentityMailFromAttributes.
attributes.put_mail_from = changing(function(value, params, context, entry)
  local domain = params.MailFromDomain
  if not domain or domain == "" then
    value.mail_from = nil
    return {}
  end
  if not is_below(domain:lower(), entry.key:match("[^@]+$")) then
    return errors.fail("BadRequestException",
      "Provided MAIL-FROM domain <%s> is not subdomain of the domain of the identity <%s>.", domain, entry.name)
  end
  local state = value.mail_from
  if not state or state.domain ~= domain then state = timing.pending(context.now) end
  state.domain, state.behavior = domain, params.BehaviorOnMxFailure or "USE_DEFAULT_VALUE"
  value.mail_from = state
  return {}
end)

local function check_policy(text)
  if type(json.decode(text)) == "table" then return true end
  return errors.fail("BadRequestException", "The policy is no JSON document.")
end

--- CreateEmailIdentityPolicy.
function attributes.create_policy(params, context)
  local entry, err = collection:get(params.EmailIdentity)
  if not entry then return nil, err end
  local ok
  ok, err = check_policy(params.Policy)
  if ok then ok, err = policies:add(params.PolicyName, { text = params.Policy }, context.now, entry.key) end
  if not ok then return nil, err end
  return {}
end

--- UpdateEmailIdentityPolicy.
function attributes.update_policy(params, context)
  local entry, policy, ok, err
  entry, err = collection:get(params.EmailIdentity)
  if not entry then return nil, err end
  policy, err = policies:get(params.PolicyName, entry.key)
  if not policy then return nil, err end
  ok, err = check_policy(params.Policy)
  if not ok then return nil, err end
  policy.value.text = params.Policy
  policies:save(policy, context.now)
  return {}
end

--- GetEmailIdentityPolicies.
function attributes.get_policies(params)
  local entry, err = collection:get(params.EmailIdentity)
  if not entry then return nil, err end
  return { Policies = identities.policy_map(entry) }
end

--- DeleteEmailIdentityPolicy.
function attributes.delete_policy(params)
  local entry, removed, err
  entry, err = collection:get(params.EmailIdentity)
  if not entry then return nil, err end
  removed, err = policies:remove(params.PolicyName, entry.key)
  if not removed then return nil, err end
  return {}
end

return attributes
