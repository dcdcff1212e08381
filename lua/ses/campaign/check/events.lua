--- Checks what a campaign file says of SES's events: where they come from, and what is done by them.
-- @module ses.campaign.check.events
local duration = require "ses.duration"
local fields = require "ses.campaign.check.fields"
local postgres_url = require "ses.adapters.postgres_url"

local KEYS = { "queue_url", "suppress", "list", "linger", "others" }
local LONGEST_LINGER = 86400

local function check_queue(url)
  if url == nil or url:find("^https?://[^/?#@%s]+/[^?#%s]+$") then return true end
  return nil, "events.queue_url", "must be the URL of a queue of Amazon SQS, such as "
    .. "https://sqs.eu-west-1.amazonaws.com/123456789012/autumn"
end

local function check_linger(linger)
  if linger == nil then return true end
  local seconds, reason = linger, "must be a length of time, such as 30s or 10m, or a number of seconds"
  if type(linger) == "string" then seconds, reason = duration.parse(linger) end
  if type(seconds) ~= "number" then return nil, "events.linger", reason end
  if seconds >= 0 and seconds <= LONGEST_LINGER then return true end
  return nil, "events.linger", "must be from 0 to one day"
end

local function check_list(list)
  local scheme = list and list:match("^(%a[%w+.-]*)://")
  if not scheme or postgres_url.is(list) then return true end
  return nil, "events.list", ("'%s://' is not known; give the path of an SQLite file, or postgres://…"):format(scheme)
end

local function check_others(others)
  if others == nil or others == "leave" or others == "delete" then return true end
  return nil, "events.others", 'must be "leave" or "delete"'
end

--- Checks it.
-- @tparam table campaign
-- @treturn boolean|nil
-- @treturn ?string the field at fault
-- @treturn ?string what is wrong with it
local function check(campaign)
  local events = campaign.events
  if events == nil then return true end
  local fine, field, reason = fields.all {
    { fields.type, "", campaign, "events", "table" },
  }
  if not fine then return nil, field, reason end
  fine, field, reason = fields.all {
    { fields.keys, "events", events, KEYS },
    { fields.type, "events", events, "queue_url", "string" },
    { fields.type, "events", events, "suppress", "boolean" },
    { fields.type, "events", events, "list", "string" },
    { fields.type, "events", events, "others", "string" },
  }
  if not fine then return nil, field, reason end
  fine, field, reason = fields.all {
    { check_queue, events.queue_url }, { check_linger, events.linger }, { check_list, events.list },
    { check_others, events.others },
  }
  if not fine then return nil, field, reason end
  local suppression = campaign.audience.suppression
  if events.list and type(suppression) == "table" and (suppression.lists or {}).events then
    return nil, "audience.suppression.lists.events", "is the name of events.list; call it otherwise"
  end
  return true
end

return check
