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
local check_audience = require "ses.campaign.check.audience"
local check_events = require "ses.campaign.check.events"
local check_message = require "ses.campaign.check.message"
local check_pace = require "ses.campaign.check.pace"
local check_reputation = require "ses.campaign.check.reputation"
local check_schedule = require "ses.campaign.check.schedule"
local duration = require "ses.duration"
local errors = require "ses.errors"
local fields = require "ses.campaign.check.fields"
local own_list = require "ses.events.own_list"
local reputation = require "ses.campaign.reputation"
local sources = require "ses.campaign.sources"

local file = {}

-- A campaign's name becomes a tag of each mail, and SES takes these characters there.
local TAG = "^[%w_-]+$"
local MAX_NAME = 64

local KEYS = { "name", "audience", "message", "schedule", "pace", "reputation", "events", "journal", "client" }

local function fault(name, field, message)
  return errors.new {
    kind = "validation", code = "InvalidCampaign", file = name, field = field,
    message = name .. ": " .. (field and field .. " " or "") .. message,
  }
end

local function check_name(campaign)
  local name = campaign.name
  if #name > MAX_NAME or not name:find(TAG) then
    return nil, "name", ("must be of letters, digits, '_' and '-', %d at most"):format(MAX_NAME)
  end
  return true
end

local function check(campaign)
  local fine, field, reason = fields.all {
    { fields.keys, "", campaign, KEYS },
    { fields.type, "", campaign, "name", "string", true },
    { fields.type, "", campaign, "audience", "table", true },
    { fields.type, "", campaign, "message", "table", true },
    { fields.type, "", campaign, "schedule", "table" },
    { fields.type, "", campaign, "pace", "table" },
    { fields.type, "", campaign, "journal", "string" },
    { fields.type, "", campaign, "client", "table" },
    { check_name, campaign },
  }
  if not fine then return nil, field, reason end
  return fields.all {
    { check_audience, campaign.audience },
    { check_message, campaign.message },
    { check_schedule, campaign.schedule },
    { check_pace, campaign.pace or {} },
    { check_reputation, campaign.reputation },
    { check_events, campaign },
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

-- Who is left out: { account = whether the account's list counts, lists = { { name =, path = or source = }, … } }.
local function suppression_of(given, resolved)
  if type(given) ~= "table" then return { account = given ~= false, lists = {} } end
  local lists = {}
  for name, list in pairs(given.lists or {}) do
    local is_path = type(list) == "string"
    lists[#lists + 1] = {
      name = name, path = is_path and resolved(list) or nil,
      source = not is_path and sources.resolved(list, resolved) or nil,
    }
  end
  table.sort(lists, function(a, b) return a.name < b.name end)
  return { account = given.account ~= false, lists = lists }
end

local function audience_of(given, resolved)
  local audience = sources.resolved(given, resolved)
  audience.name, audience.language, audience.timezone = given.name, given.language, given.timezone
  audience.suppression = suppression_of(given.suppression, resolved)
  return audience
end

-- So long events are waited for once all mail is sent.
local LINGER_SECONDS = 30

local function events_of(given, resolved)
  if not given then return nil end
  local linger = given.linger or LINGER_SECONDS
  if type(linger) == "string" then linger = assert(duration.parse(linger)) end
  return {
    queue_url = given.queue_url, suppress = given.suppress ~= false, linger = linger, others = given.others or "leave",
    list = given.list and resolved(given.list),
  }
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
  local pace = campaign.pace or {}
  local function resolved(path) return resolve(place.folder, path) end
  local events, audience = events_of(campaign.events, resolved), audience_of(campaign.audience, resolved)
  if events and events.list then
    local lists = audience.suppression.lists
    lists[#lists + 1] = { name = "events", source = sources.resolved(own_list.source(campaign.events.list), resolved) }
  end
  return {
    file = place.name, folder = place.folder, name = campaign.name, message = campaign.message,
    client = campaign.client,
    audience = audience, events = events,
    schedule = campaign.schedule, reputation = reputation.policy(campaign.reputation),
    pace = {
      rate = pace.rate, concurrency = pace.concurrency or 50, warm_up = pace.warm_up, daily_quota = pace.daily_quota,
      account = pace.account,
    },
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
