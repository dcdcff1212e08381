--- Checks how the recipients of a campaign's message unsubscribe: by `unsubscribe`, or by `list_management`.
-- @module ses.campaign.check.unsubscribe
local address = require "ses.mail.address"
local core = require "ses.core"
local fields = require "ses.campaign.check.fields"
local tokens = require "ses.unsubscribe"
local unsubscribe = require "ses.campaign.message.unsubscribe"

local KEYS = { "url", "mailto", "secret", "one_click", "list" }
local OWN_HEADERS = { ["list-unsubscribe"] = true, ["list-unsubscribe-post"] = true }

local function check_secret(secret)
  local kind = type(secret)
  if secret == nil or kind == "function" or core.secret.is_secret(secret) then return true end
  if kind == "string" then
    if #secret >= tokens.MIN_SECRET then return true end
    return nil, "message.unsubscribe.secret", ("must have %d bytes or more"):format(tokens.MIN_SECRET)
  end
  if kind ~= "table" then
    return nil, "message.unsubscribe.secret", "must be { env = } or { file = }, not a " .. kind
  end
  local fine, field, reason = fields.all {
    { fields.keys, "message.unsubscribe.secret", secret, { "env", "file" } },
    { fields.type, "message.unsubscribe.secret", secret, "env", "string" },
    { fields.type, "message.unsubscribe.secret", secret, "file", "string" },
  }
  if not fine then return nil, field, reason end
  if (secret.env == nil) == (secret.file == nil) then
    return nil, "message.unsubscribe.secret", "must have one of env and file"
  end
  return true
end

local function check_links(spec)
  if spec.url == nil and spec.mailto == nil then return nil, "message.unsubscribe", "needs a url or a mailto" end
  if spec.url then
    local fine, reason = unsubscribe.check_url(spec.url, spec.one_click ~= false)
    if not fine then return nil, "message.unsubscribe.url", reason end
  elseif spec.one_click then
    return nil, "message.unsubscribe.one_click", "needs a url"
  end
  if spec.mailto then
    local fine, reason = address.validate(spec.mailto)
    if not fine then return nil, "message.unsubscribe.mailto", reason end
  end
  if unsubscribe.has_token(spec.url) and spec.secret == nil then
    return nil, "message.unsubscribe.secret", "is missing: the url has a token"
  end
  return true
end

local function check_list(list)
  if list == nil or (#list <= tokens.MAX_LIST and not list:find("%c")) then return true end
  return nil, "message.unsubscribe.list", ("must have 1 to %d bytes, and no control characters"):format(tokens.MAX_LIST)
end

local function check_unsubscribe(spec)
  if spec == nil then return true end
  local section = "message.unsubscribe"
  return fields.all {
    { fields.keys, section, spec, KEYS },
    { fields.type, section, spec, "url", "string" },
    { fields.type, section, spec, "mailto", "string" },
    { fields.type, section, spec, "one_click", "boolean" },
    { fields.type, section, spec, "list", "string" },
    { check_secret, spec.secret },
    { check_links, spec },
    { check_list, spec.list },
  }
end

local function check_list_management(spec)
  if spec == nil then return true end
  local section = "message.list_management"
  return fields.all {
    { fields.keys, section, spec, { "contact_list", "topic" } },
    { fields.type, section, spec, "contact_list", "string", true },
    { fields.type, section, spec, "topic", "string" },
  }
end

-- One of them writes the headers, nobody else.
local function check_alone(message)
  local by = message.unsubscribe and "unsubscribe" or message.list_management and "list_management"
  if not by then return true end
  if message.unsubscribe and message.list_management then
    return nil, "message.list_management", "cannot be given together with message.unsubscribe: SES makes its own links"
  end
  for name in pairs(message.headers or {}) do
    if OWN_HEADERS[tostring(name):lower()] then
      return nil, "message.headers." .. name, "is set by message." .. by
    end
  end
  return true
end

local function check(message)
  return fields.all {
    { fields.type, "message", message, "unsubscribe", "table" },
    { fields.type, "message", message, "list_management", "table" },
    { check_alone, message },
    { check_unsubscribe, message.unsubscribe },
    { check_list_management, message.list_management },
  }
end

return check
