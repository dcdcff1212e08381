--- Whether identities are verified, asked until it is decided.
-- @module ses.services.verification
local address = require "ses.mail.address"
local errors = require "ses.errors"
local service = require "ses.services.service"
local waiter = require "ses.services.waiter"

local verification = {}

local DEFAULTS = { timeout = 600, interval = 5, max_interval = 60 }
local OTHERS = { dkim = true, mail_from = true }
local DEFAULT_CONCURRENCY = 5

-- The values of the model's VerificationError.
local WHY = {
  SERVICE_ERROR = "SES itself had an error",
  DNS_SERVER_ERROR = "the domain's name server answered with an error",
  HOST_NOT_FOUND = "the name of a record was not found",
  TYPE_NOT_FOUND = "there is no record of the type that is looked for",
  INVALID_VALUE = "a record has another value than it should",
}

-- Messages show no full mail address.
local function shown(identity)
  if type(identity) == "string" and identity:find("@", 1, true) then return address.mask(identity) end
  return tostring(identity)
end

local function failed(code, identity, state, message)
  local info = state.verification_info or {}
  local reason = info.error_type and ((WHY[info.error_type] or "it has its reasons") .. " (" .. info.error_type .. ")")
  return nil, errors.new {
    kind = "client", code = code, operation = "GetEmailIdentity", identity = state,
    message = message:format(shown(identity)) .. (reason and ": " .. reason or ""),
  }
end

local function own_status(state)
  return state.verification_status or (state.verified_for_sending_status and "SUCCESS" or "PENDING")
end

-- What has to be SUCCESS, in the order in which failures are told.
local PARTS = {
  {
    name = "verification", code = "VerificationFailed", message = "SES could not verify %s",
    status = own_status, wanted = function() return true end,
  },
  {
    name = "DKIM", code = "DkimFailed", message = "SES could not verify the DKIM records of %s",
    status = function(state) return (state.dkim_attributes or {}).status end,
    wanted = function(options) return options.dkim end,
  },
  {
    name = "MAIL FROM", code = "MailFromFailed", message = "SES could not verify the MAIL FROM domain of %s",
    status = function(state) return (state.mail_from_attributes or {}).mail_from_domain_status end,
    wanted = function(options) return options.mail_from end,
  },
}

-- What can never come.
local function check_asked(identity, state, options)
  if options.dkim and state.identity_type == "EMAIL_ADDRESS" then
    return nil, errors.validation {
      { path = "dkim", message = "cannot be waited for: the identity is an address" },
    }
  end
  local mail_from = state.mail_from_attributes or {}
  if options.mail_from and (mail_from.mail_from_domain or "") == "" then
    return nil, errors.validation { {
      path = "mail_from", message = "cannot be waited for: " .. shown(identity) .. " has no MAIL FROM domain",
    } }
  end
  return true
end

-- → whether all that is waited for is there, the state, how it stands | nil, err
local function judge(identity, state, options)
  local ok, err = check_asked(identity, state, options)
  if not ok then return nil, err end
  local open = {}
  for _, part in ipairs(PARTS) do
    if part.wanted(options) then
      local status = part.status(state) or "unknown"
      if status == "FAILED" then return failed(part.code, identity, state, part.message) end
      if status ~= "SUCCESS" then open[#open + 1] = part.name .. " is " .. status end
    end
  end
  return #open == 0, state, table.concat(open, ", ")
end

local function subject(identity) return "the verification of " .. shown(identity) end

-- Asks once. → as `judge` has it
local function ask(client, identity, settings, call_options)
  local state, err = service.call(client, "GetEmailIdentity", { email_identity = identity }, call_options)
  if not state then return nil, err end
  return judge(identity, state, settings)
end

--- Waits for one; see client.identities:wait_until_verified.
function verification.wait(client, identity, options)
  local settings, err = waiter.options(options, DEFAULTS, OTHERS)
  if not settings then return nil, err end
  return waiter.wait(client, settings, subject(identity), function(call_options)
    return ask(client, identity, settings, call_options)
  end)
end

-- ---- many ----

-- Lets `limit` tasks at a time through.
local function new_gate(host, limit)
  local gate = { inside = 0, condition = host.condition() }
  function gate.pass(fn, ...)
    while gate.inside >= limit do
      local woken, err = gate.condition:wait(60)
      if woken == nil then return nil, err end
    end
    gate.inside = gate.inside + 1
    local results = { pcall(fn, ...) }
    gate.inside = gate.inside - 1
    gate.condition:broadcast()
    if not results[1] then error(results[2], 0) end
    return results[2], results[3], results[4]
  end
  return gate
end

local function read_list(list)
  if type(list) ~= "table" then
    return nil, errors.validation { { path = "list", message = "must be a list, not a " .. type(list) } }
  end
  local params, faults = {}, {}
  for i, item in ipairs(list) do
    local given = type(item) == "table" and item or { email_identity = item }
    if type(given.email_identity) ~= "string" then
      local message = "must be an identity, or a table with email_identity"
      faults[#faults + 1] = { path = ("list[%d]"):format(i), message = message }
    end
    params[i] = given
  end
  if #faults > 0 then return nil, errors.validation(faults) end
  return params
end

-- The settings of one wait, its progress told with the identity's name.
local function settings_of(settings, name)
  local own = {}
  for key, value in pairs(settings) do own[key] = value end
  local tell = settings.on_progress
  own.on_progress = tell and function(state, told)
    told.identity = name
    return tell(state, told)
  end
  return own
end

local function verify(identities, params, settings, gate)
  local client, name = identities.client, params.email_identity
  local result = { email_identity = name, verified = false, created = false }
  local exists = false
  local function create_and_ask(call_options)
    if not exists then
      local made, err = identities:create(params, call_options)
      if not made and err.code ~= "AlreadyExistsException" then return nil, err end
      exists, result.created = true, made ~= nil
    end
    return ask(client, name, settings, call_options)
  end
  result.identity, result.error = waiter.wait(client, settings_of(settings, name), subject(name),
    function(call_options) return gate.pass(create_and_ask, call_options) end)
  result.verified = result.identity ~= nil
  return result
end

--- Creates and waits for many; see client.identities:verify_identities_parallel.
function verification.all(identities, list, options)
  local concurrency = options.concurrency or DEFAULT_CONCURRENCY
  if type(concurrency) ~= "number" or concurrency < 1 or concurrency % 1 ~= 0 then
    return nil, errors.validation { { path = "concurrency", message = "must be 1 or more" } }
  end
  local own = {}
  for name, value in pairs(options) do own[name] = name ~= "concurrency" and value or nil end
  local settings, err = waiter.options(own, DEFAULTS, OTHERS)
  local params
  if settings then params, err = read_list(list) end
  if not params then return nil, err end
  local host = require("ses.adapters.host").current()
  local results = { verified = 0, failed = 0 }
  host.run(function(spawn)
    local gate = new_gate(host, concurrency)
    for i, item in ipairs(params) do
      spawn(function() results[i] = verify(identities, item, settings, gate) end)
    end
  end)
  for _, result in ipairs(results) do
    local count = result.verified and "verified" or "failed"
    results[count] = results[count] + 1
  end
  return results
end

return verification
