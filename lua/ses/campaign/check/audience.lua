--- Checks the audience of a campaign file.
-- @module ses.campaign.check.audience
local fields = require "ses.campaign.check.fields"
local source = require "ses.campaign.check.source"

local COLUMNS = { "name", "language", "timezone" }
local KEYS = { "name", "language", "timezone", "suppression" }

-- SES lists contacts without their attributes.
local function check_columns(audience)
  for _, key in ipairs(COLUMNS) do
    local fine, field, reason = fields.type("audience", audience, key, "string")
    if not fine then return nil, field, reason end
    if audience[key] and audience.contact_list and not audience.attributes then
      return nil, field or "audience." .. key, "needs attributes = true, as it is one of a contact's attributes"
    end
  end
  if audience.contact_list and (audience.email or "email") ~= "email" then
    return nil, "audience.email", "must be 'email', where a contact list has its addresses"
  end
  return true
end

local function check_list(name, list)
  local section = "audience.suppression.lists." .. tostring(name)
  if type(name) ~= "string" or not name:find("^[%w_-]+$") then
    return nil, section, "must have a name of letters, digits, '_' and '-'"
  end
  if type(list) == "string" then return fields.type("audience.suppression.lists", { [name] = list }, name, "string") end
  if type(list) ~= "table" then
    return nil, section, "must be a path or a source, not a " .. type(list)
  end
  return source.check(section, list)
end

local function check_suppression(audience)
  local given = audience.suppression
  if given == nil or type(given) == "boolean" then return true end
  if type(given) ~= "table" then
    return nil, "audience.suppression", "must be a boolean or a table, not a " .. type(given)
  end
  local fine, field, reason = fields.all {
    { fields.keys, "audience.suppression", given, { "account", "lists" } },
    { fields.type, "audience.suppression", given, "account", "boolean" },
    { fields.type, "audience.suppression", given, "lists", "table" },
  }
  if not fine then return nil, field, reason end
  for name, list in pairs(given.lists or {}) do
    fine, field, reason = check_list(name, list)
    if not fine then return nil, field, reason end
  end
  return true
end

local function check(audience)
  return fields.all {
    { source.check, "audience", audience, KEYS },
    { check_columns, audience },
    { check_suppression, audience },
  }
end

return check
