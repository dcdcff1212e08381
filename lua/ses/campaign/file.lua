--- Campaign files: Lua that returns a table, read and checked before anything else happens.
--
--     return {
--       name = "autumn-newsletter",
--       audience = { csv = "recipients.csv", email = "email", name = "name" },
--       message = {
--         from = { name = "The Shop", email = "news@shop.example" },
--         template = "autumn-newsletter",
--         data = { "first_name", city = "town" },
--       },
--       pace = { rate = 200, concurrency = 50 },
--     }
--
-- The chunk is called with the folder that the file stands in, so `local folder = ...` finds what
-- stands beside it.
-- @module ses.campaign.file
local address = require "ses.mail.address"
local errors = require "ses.errors"
local header = require "ses.mail.header"
local suggest = require "ses.suggest"

local file = {}

-- SES takes tag names and values of these characters; a campaign's name becomes one.
local TAG = "^[%w_-]+$"
local MAX_NAME = 64
local MAX_TAG = 256

local KEYS = {
  campaign = { "name", "audience", "message", "pace", "journal", "client" },
  audience = { "csv", "email", "name", "separator", "suppression" },
  message = {
    "from", "reply_to", "template", "data", "subject", "text", "html", "headers", "tags", "config_set",
  },
  pace = { "rate", "concurrency" },
}

local SEPARATORS = { [","] = true, [";"] = true, ["\t"] = true, ["|"] = true }

local function fault(name, field, message)
  return errors.new {
    kind = "validation", code = "InvalidCampaign", file = name, field = field,
    message = name .. ": " .. (field and field .. " " or "") .. message,
  }
end

local function path_of(section, key)
  return section == "campaign" and key or section .. "." .. key
end

local function check_keys(section, value)
  local known = {}
  for _, key in ipairs(KEYS[section]) do known[key] = true end
  local unknown = {}
  for key in pairs(value) do
    if not known[key] then unknown[#unknown + 1] = tostring(key) end
  end
  table.sort(unknown)
  local key = unknown[1]
  if not key then return true end
  return nil, path_of(section, key), "is not known" .. suggest.hint(key, KEYS[section])
end

local function check_type(section, value, key, kind, required)
  local found = value[key]
  if found == nil and not required then return true end
  if found == nil then return nil, path_of(section, key), "is missing" end
  if type(found) ~= kind then
    local article = kind == "number" and "a number" or kind == "table" and "a table" or "a " .. kind
    return nil, path_of(section, key), ("must be %s, not a %s"):format(article, type(found))
  end
  if kind == "string" and (found == "" or found:find("\0", 1, true)) then
    return nil, path_of(section, key), "must not be empty or hold a NUL byte"
  end
  return true
end

-- Runs checks in turn, each { function, arguments … }, until one fails.
local function all(checks)
  for _, check in ipairs(checks) do
    local fine, field, message = check[1](check[2], check[3], check[4], check[5], check[6])
    if not fine then return nil, field, message end
  end
  return true
end

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

local function check_headers(headers)
  for name, value in pairs(headers or {}) do
    local fine, reason = header.check(tostring(name), value)
    if not fine then return nil, "message.headers", reason end
  end
  return true
end

local function check_tags(tags)
  for name, value in pairs(tags or {}) do
    local field = "message.tags." .. tostring(name)
    for _, text in ipairs { tostring(name), value } do
      if type(text) ~= "string" or not text:find(TAG) or #text > MAX_TAG then
        return nil, field, "must be of letters, digits, '_' and '-', 256 at most, as SES wants tags"
      end
    end
    if name == "ses_campaign" or name == "ses_recipient" then
      return nil, field, "is set by the campaign itself"
    end
  end
  return true
end

local function check_content(message)
  if message.template == nil then
    if message.subject == nil then
      return nil, "message", "needs a template, or a subject with a text or an html"
    end
    if message.text == nil and message.html == nil then return nil, "message", "needs a text or an html" end
    return true
  end
  for _, key in ipairs { "subject", "text", "html" } do
    if message[key] ~= nil then return nil, "message." .. key, "comes from the template; take one of them out" end
  end
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

local function check_message(message)
  local checks = { { check_keys, "message", message } }
  for _, key in ipairs { "template", "subject", "text", "html", "config_set" } do
    checks[#checks + 1] = { check_type, "message", message, key, "string" }
  end
  for _, key in ipairs { "headers", "tags" } do
    checks[#checks + 1] = { check_type, "message", message, key, "table" }
  end
  checks[#checks + 1] = { check_address, "message.from", message.from }
  checks[#checks + 1] = { check_addresses, "message.reply_to", message.reply_to }
  checks[#checks + 1] = { check_headers, message.headers }
  checks[#checks + 1] = { check_tags, message.tags }
  checks[#checks + 1] = { check_content, message }
  checks[#checks + 1] = { check_data, message.data }
  return all(checks)
end

local function check_audience(audience)
  local fine, field, reason = all {
    { check_keys, "audience", audience },
    { check_type, "audience", audience, "csv", "string", true },
    { check_type, "audience", audience, "email", "string" },
    { check_type, "audience", audience, "name", "string" },
    { check_type, "audience", audience, "separator", "string" },
    { check_type, "audience", audience, "suppression", "boolean" },
  }
  if not fine then return nil, field, reason end
  if audience.separator and not SEPARATORS[audience.separator] then
    return nil, "audience.separator", "must be a comma, a semicolon, a tab or a bar"
  end
  return true
end

local function check_pace(pace)
  local fine, field, reason = all {
    { check_keys, "pace", pace },
    { check_type, "pace", pace, "rate", "number" },
    { check_type, "pace", pace, "concurrency", "number" },
  }
  if not fine then return nil, field, reason end
  if pace.rate and not (pace.rate > 0 and pace.rate <= 1e6) then
    return nil, "pace.rate", "must be above 0: recipients a second"
  end
  local n = pace.concurrency
  if n and (n < 1 or n > 1000 or n % 1 ~= 0) then
    return nil, "pace.concurrency", "must be a whole number from 1 to 1000"
  end
  return true
end

local function check_name(campaign)
  local name = campaign.name
  if #name > MAX_NAME or not name:find(TAG) then
    return nil, "name", ("must be of letters, digits, '_' and '-', %d at most"):format(MAX_NAME)
  end
  return true
end

local function check(campaign)
  local fine, field, reason = all {
    { check_keys, "campaign", campaign },
    { check_type, "campaign", campaign, "name", "string", true },
    { check_type, "campaign", campaign, "audience", "table", true },
    { check_type, "campaign", campaign, "message", "table", true },
    { check_type, "campaign", campaign, "pace", "table" },
    { check_type, "campaign", campaign, "journal", "string" },
    { check_type, "campaign", campaign, "client", "table" },
    { check_name, campaign },
  }
  if not fine then return nil, field, reason end
  return all {
    { check_audience, campaign.audience },
    { check_message, campaign.message },
    { check_pace, campaign.pace or {} },
  }
end

local function read(path, name)
  local handle, reason = io.open(path, "rb")
  if not handle then return nil, fault(name, nil, "cannot be opened: " .. reason:gsub("^.*: ", "")) end
  local text
  text, reason = handle:read("*a")
  handle:close()
  if not text then return nil, fault(name, nil, "cannot be read: " .. tostring(reason)) end
  return text
end

-- Lua's own complaint, "autumn.lua:12: unexpected symbol …", in one line and without the name that
-- the error begins with anyway.
local function complaint(name, reason)
  local text = tostring(reason):gsub("%s*[\r\n]+%s*", " ")
  if text:sub(1, #name + 1) == name .. ":" then return "line " .. text:sub(#name + 2) end
  return text
end

local function evaluate(text, name, folder)
  local chunk, reason = load(text, "=" .. name, "t")
  if not chunk then return nil, fault(name, nil, complaint(name, reason)) end
  local ran, campaign = pcall(chunk, folder)
  if not ran then return nil, fault(name, nil, complaint(name, campaign)) end
  if type(campaign) ~= "table" then
    return nil, fault(name, nil, "must return a table, not a " .. type(campaign))
  end
  return campaign
end

local function resolve(folder, path)
  if path:sub(1, 1) == "/" or path:find("^%a[%w+.-]*://") then return path end
  return folder == "." and path or folder .. "/" .. path
end

--- Makes a campaign of a table, as a campaign file returns it.
-- @tparam table campaign
-- @tparam ?table place `name`: what errors call the file; `folder`: what relative paths are relative to
-- @treturn table|nil a new table with every default filled in and every path resolved
-- @treturn ?ses.Error
function file.check(campaign, place)
  place = place or { name = "campaign", folder = "." }
  local fine, field, reason = check(campaign)
  if not fine then return nil, fault(place.name, field, reason) end
  local audience, pace = campaign.audience, campaign.pace or {}
  return {
    file = place.name, folder = place.folder, name = campaign.name, message = campaign.message,
    client = campaign.client,
    audience = {
      csv = resolve(place.folder, audience.csv), email = audience.email or "email", name = audience.name,
      separator = audience.separator, suppression = audience.suppression ~= false,
    },
    pace = { rate = pace.rate, concurrency = pace.concurrency or 50 },
    journal = resolve(place.folder, campaign.journal or campaign.name .. ".journal.sqlite3"),
  }
end

--- Reads a campaign file.
-- @tparam string path
-- @treturn table|nil see `file.check`; `source` is the file's text
-- @treturn ?ses.Error that names the file, and the line or the field
function file.load(path)
  local name = path:match("([^/]+)$") or path
  local folder = path:match("^(.+)/[^/]*$") or (path:sub(1, 1) == "/" and "/" or ".")
  local text, err = read(path, name)
  if not text then return nil, err end
  local returned
  returned, err = evaluate(text, name, folder)
  if not returned then return nil, err end
  local campaign
  campaign, err = file.check(returned, { name = name, folder = folder })
  if not campaign then return nil, err end
  campaign.path, campaign.source = path, text
  return campaign
end

return file
