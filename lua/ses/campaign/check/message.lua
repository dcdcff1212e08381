--- Checks the message of a campaign file.
-- @module ses.campaign.check.message
local address = require "ses.mail.address"
local call = require "ses.campaign.message.call"
local fields = require "ses.campaign.check.fields"
local check_unsubscribe = require "ses.campaign.check.unsubscribe"
local check_versions = require "ses.campaign.check.versions"
local header = require "ses.mail.header"

-- SES takes tag names and values of these characters.
local TAG = "^[%w_-]+$"
local MAX_TAG = 256
local OWN_TAGS = { ses_campaign = true, ses_recipient = true, ses_variant = true, ses_language = true }
-- SES takes 50 tags of a mail.
local MAX_TAGS = 50 - 4
-- SES takes so many headers of a mail.
local MAX_HEADERS = 15

local KEYS = {
  "from", "reply_to", "template", "data", "subject", "text", "html", "headers", "tags", "config_set",
  "call", "languages", "variants", "unsubscribe", "list_management",
}

local function check_address(field, value)
  if type(value) ~= "string" and type(value) ~= "table" then
    return nil, field, "must be an address: a string, or { name =, email = }"
  end
  local text, reason = address.format(value)
  if not text then return nil, field, reason end
  return true
end

local function check_addresses(field, value)
  if value == nil then return true end
  if type(value) ~= "table" or value[1] == nil then return check_address(field, value) end
  for i, entry in ipairs(value) do
    local fine, at, reason = check_address(("%s[%d]"):format(field, i), entry)
    if not fine then return nil, at, reason end
  end
  return true
end

local function check_headers(message)
  local count = message.unsubscribe and 2 or 0
  for name, value in pairs(message.headers or {}) do
    local fine, reason = header.check(tostring(name), value)
    if not fine then return nil, "message.headers", reason end
    count = count + 1
  end
  if count > MAX_HEADERS then
    return nil, "message.headers", ("must be %d at most, those of message.unsubscribe with them"):format(MAX_HEADERS)
  end
  return true
end

local function check_tags(tags)
  local count = 0
  for name, value in pairs(tags or {}) do
    local field = "message.tags." .. tostring(name)
    for _, text in ipairs { tostring(name), value } do
      if type(text) ~= "string" or not text:find(TAG) or #text > MAX_TAG then
        return nil, field, "must be of letters, digits, '_' and '-', 256 at most, as SES wants tags"
      end
    end
    if OWN_TAGS[name] then return nil, field, "is set by the campaign itself" end
    count = count + 1
  end
  if count > MAX_TAGS then
    return nil, "message.tags", ("must be %d at most: SES takes 50, and the campaign sets some itself"):format(MAX_TAGS)
  end
  return true
end

local function check_call(message)
  local wanted = message.call
  if wanted == nil then return true end
  if wanted ~= "SendEmail" and wanted ~= "SendBulkEmail" then
    return nil, "message.call", "must be SendEmail or SendBulkEmail"
  end
  local obstacle = wanted == "SendBulkEmail" and call.obstacle(message)
  if obstacle then return nil, "message.call", "cannot be SendBulkEmail: " .. obstacle end
  return true
end

-- `data`: nothing (every column), a function, or a table of columns.
local function check_data(data)
  if data == nil or type(data) == "function" then return true end
  if type(data) ~= "table" then
    return nil, "message.data", "must be a table of columns or a function, not a " .. type(data)
  end
  for key, column in pairs(data) do
    if type(column) ~= "string" then
      return nil, "message.data." .. tostring(key), "must be the name of a column, not a " .. type(column)
    end
  end
  return true
end

local function check(message)
  local checks = { { fields.keys, "message", message, KEYS } }
  for _, key in ipairs { "template", "subject", "text", "html", "config_set" } do
    checks[#checks + 1] = { fields.type, "message", message, key, "string" }
  end
  for _, key in ipairs { "headers", "tags" } do
    checks[#checks + 1] = { fields.type, "message", message, key, "table" }
  end
  checks[#checks + 1] = { check_address, "message.from", message.from }
  checks[#checks + 1] = { check_addresses, "message.reply_to", message.reply_to }
  checks[#checks + 1] = { check_headers, message }
  checks[#checks + 1] = { check_tags, message.tags }
  checks[#checks + 1] = { check_versions, message }
  checks[#checks + 1] = { check_data, message.data }
  checks[#checks + 1] = { check_unsubscribe, message }
  checks[#checks + 1] = { check_call, message }
  return fields.all(checks)
end

return check
