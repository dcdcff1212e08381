--- What a client knows of its account's templates and identities, and what it can tell of a send by that
-- before it leaves.
-- @module ses.services.known
local core = require "ses.core"
local errors = require "ses.errors"
local lazy = require "ses.lazy"

local address = lazy "ses.mail.address"
local cache = lazy "ses.pipeline.cache"
local suggest = lazy "ses.suggest"

local known = {}

-- Names that a "did you mean" looks at: as many pages of a hundred.
local MAX_PAGES = 10

local Known = { __name = "ses.Known" }
Known.__index = Known

-- The first result and the error of a call; the third value is the call's own.
local function asked(client, operation, params, options)
  local result, err = client:call(operation, params, options)
  return result, err
end

local function list_names(client, options)
  local names, token = {}, nil
  for _ = 1, MAX_PAGES do
    local page, err = asked(client, "ListEmailTemplates", { PageSize = 100, NextToken = token }, options)
    if not page then return nil, err end
    for _, item in ipairs(page.TemplatesMetadata or {}) do names[#names + 1] = item.TemplateName end
    token = page.NextToken
    if not token or token == "" then break end
  end
  return names
end

local function scope_of(client)
  local last, hash
  return function()
    local deadline = client.clock.monotonic() + client.settings.operation_timeout_ms / 1000
    local credentials, err = client.credentials:get(deadline)
    if not credentials then return nil, err end
    local endpoint
    endpoint, err = client.pipeline.endpoint {}
    if not endpoint then return nil, err end
    -- Temporary keys change, and not in all workers at the same moment.
    local whose = credentials:account_id() or credentials:access_key_id()
    local text = table.concat({ endpoint.url, client.settings.region, whose }, "\n")
    if text ~= last then last, hash = text, core.digest.sha256(text):sub(1, 32) end
    return hash
  end
end

--- Makes what a client knows: nothing yet. No I/O before it is asked.
-- @tparam ses.Client client
-- @treturn ses.Known
function known.new(client)
  local settings = client.settings
  local ports = {
    store = client.host.store(settings), clock = client.clock, host = client.host, scope = scope_of(client),
  }
  local function cache_of(kind, load, is_lasting)
    return cache.new(ports, {
      kind = kind, load = load, is_lasting = is_lasting, ttl = settings.cache_ttl_ms / 1000,
      negative_ttl = settings.cache_negative_ttl_ms / 1000, patience = settings.operation_timeout_ms / 1000,
    })
  end
  return setmetatable({
    client = client,
    templates = cache_of("template", function(name, options)
      return asked(client, "GetEmailTemplate", { TemplateName = name }, options)
    end),
    identities = cache_of("identity", function(name, options)
      return asked(client, "GetEmailIdentity", { EmailIdentity = name }, options)
    end, function(identity) return identity.VerifiedForSendingStatus == true end),
    names = cache_of("template-names", function(_, options) return list_names(client, options) end,
      function() return false end),
  }, Known)
end

-- ---- what changes what is known ----

local OF_TEMPLATE = {
  CreateEmailTemplate = true, UpdateEmailTemplate = true, DeleteEmailTemplate = true, GetEmailTemplate = true,
}

--- Whether calls of that name say or change what is known.
-- @tparam string operation AWS's name
function known.concerns(operation)
  return OF_TEMPLATE[operation] == true or operation:find("EmailIdentity", 1, true) ~= nil
end

local function after_template(self, operation, name, found)
  if operation == "GetEmailTemplate" then return found(self.templates) end
  self.templates:forget(name)
  if operation ~= "UpdateEmailTemplate" then self.names:forget "" end
end

local function after_identity(self, operation, name, found)
  if operation == "GetEmailIdentity" then return found(self.identities) end
  if not operation:find("^Get") then self.identities:forget(name) end
end

--- Takes note of a call that was made: what it changed, or found otherwise, is not known any more.
-- @tparam string operation AWS's name
-- @tparam table params in AWS's names
-- @tparam ?table result
-- @tparam ?ses.Error err
function Known:after(operation, params, result, err)
  if type(params) ~= "table" then return end
  local name = params[OF_TEMPLATE[operation] and "TemplateName" or "EmailIdentity"]
  if type(name) ~= "string" then return end
  local function found(where)
    if result or err.code == "NotFoundException" then where:found(name, result) end
  end
  local note = OF_TEMPLATE[operation] and after_template or after_identity
  return note(self, operation, name, found)
end

-- ---- what is told of a send ----

local function member(value, path)
  for _, name in ipairs(path) do
    if type(value) ~= "table" then return nil end
    value = value[name]
  end
  return value
end

local TEMPLATE_PATH = {
  SendEmail = { "Content", "Template", "TemplateName" },
  SendBulkEmail = { "DefaultContent", "Template", "TemplateName" },
}

local function refuse(operation, path, code, message)
  local err = errors.validation({ { path = path, message = message } }, operation)
  err.code = code
  return nil, err
end

-- A name out of the caller's mouth, fit for a message.
local function printable(name)
  return (name:sub(1, 100):gsub("[^%w%-_]", "?"))
end

-- Only what the service says is missing is refused: where it cannot be asked, the send itself will tell.
local function check_template(self, operation, params, options)
  local path = TEMPLATE_PATH[operation]
  local name = member(params, path)
  if type(name) ~= "string" or name == "" then return true end
  local found, err = self.templates:get(name, options)
  if found or err.code ~= "NotFoundException" then return true end
  local names = self.names:get("", options)
  return refuse(operation, table.concat(path, "."), "NotFoundException",
    ("'%s' is no template of this account in %s%s"):format(printable(name), tostring(self.client.settings.region),
      names and suggest.hint(name, names) or ""))
end

--- What may be verified so that an address may be sent from, the likeliest first: its domain, itself, itself
-- without a label, the domains above.
-- @tparam table mailbox as of ses.mail.address
-- @treturn table list of names of identities
function known.identities_of(mailbox)
  local email = address.format { email = mailbox.email }
  local local_part, domain = email:match("^(.*)@([^@]*)$")
  local list = { domain, email }
  local without_label = local_part:match("^([^\"+]+)%+")
  if without_label then list[#list + 1] = without_label .. "@" .. domain end
  local above = domain:match("^[^.]+%.(.+%..+)$")
  while above do
    list[#list + 1] = above
    above = above:match("^[^.]+%.(.+%..+)$")
  end
  return list
end

local function show(identity)
  return identity:find("@", 1, true) and address.mask(identity) or identity
end

-- Whether one of them is verified; else what is known of each. The second value is nil where the service did
-- not tell of all of them.
local function look_at(self, identities, options)
  local told = {}
  for _, identity in ipairs(identities) do
    local found, err = self.identities:get(identity, options)
    if found and found.VerifiedForSendingStatus == true then return true end
    if found then
      told[#told + 1] = show(identity) .. " is " .. tostring(found.VerificationStatus or "not verified")
    elseif err.code == "NotFoundException" then
      told[#told + 1] = show(identity) .. " is no identity"
    else
      return true
    end
  end
  return false, table.concat(told, ", ")
end

local function check_identity(self, operation, params, options)
  local from = params.FromEmailAddress
  -- Another account's identity cannot be looked at.
  if type(from) ~= "string" or params.FromEmailAddressIdentityArn ~= nil then return true end
  local mailbox = address.parse(from)
  if not mailbox then return true end
  local verified, told = look_at(self, known.identities_of(mailbox), options)
  if verified then return true end
  return refuse(operation, "FromEmailAddress", "IdentityNotVerified",
    ("%s is not verified for sending in %s: %s"):format(address.mask(mailbox.email),
      tostring(self.client.settings.region), told))
end

--- Looks at a send before it leaves, as `validate_template` and `validate_identity` say.
-- @tparam string operation AWS's name
-- @tparam table params in AWS's names
-- @tparam ?table options of the call; its `operation_timeout_ms` holds for each question
-- @treturn boolean|nil true where nothing speaks against it
-- @treturn ?ses.Error kind "validation", code "NotFoundException" for a template that is not there (with the name
--   that may be meant), or "IdentityNotVerified"
-- Source: "Creating and verifying identities in Amazon SES", Amazon SES Developer Guide; labels: "Verifying Email
-- Addresses in Amazon SES".
function Known:before(operation, params, options)
  -- An endpoint in several regions is not asked by these operations.
  if not TEMPLATE_PATH[operation] or type(params) ~= "table" or params.EndpointId ~= nil then return true end
  local settings = self.client.settings
  local question = { operation_timeout_ms = options and options.operation_timeout_ms }
  local ok, err = true, nil
  if settings.validate_template then ok, err = check_template(self, operation, params, question) end
  if ok and settings.validate_identity then ok, err = check_identity(self, operation, params, question) end
  return ok, err
end

return known
