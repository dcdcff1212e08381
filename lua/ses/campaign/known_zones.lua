--- Whether this machine knows the time zones of a campaign's recipients. One without them would write to people by
-- another zone's clock, and so in their night.
-- @module ses.campaign.known_zones
local database = require "ses.campaign.zone.database"
local errors = require "ses.errors"

local known_zones = {}

local function fault(message, path)
  return errors.new {
    kind = "client", code = "TimeZoneNotFound", field = "audience.timezone", file = path, message = message,
  }
end

local function reason_of(zone, reason)
  local path = database.path(zone)
  if not path or database.read(zone) then return fault("recipients wait for a time zone's quiet hours: " .. reason) end
  return fault(("recipients wait for the quiet hours of the time zone '%s', which this machine does not know (looked"
    .. " for %s); on Debian it is in the package tzdata"):format(zone, path), path)
end

--- Looks at a time zone, where quiet hours depend on it.
-- @tparam ses.campaign.Schedule schedule
-- @tparam ?string zone "" or nil for a recipient without one
-- @treturn boolean|nil
-- @treturn ?ses.Error code "TimeZoneNotFound", with the zone and the file that was looked for
function known_zones.check_one(schedule, zone)
  if not schedule.quiet or not zone then return true end
  local fine, reason = schedule:check_zone(zone)
  if not fine then return nil, reason_of(zone, reason) end
  return true
end

--- The same for several.
-- @tparam ses.campaign.Schedule schedule
-- @tparam table zones list
-- @treturn boolean|nil
-- @treturn ?ses.Error
function known_zones.check(schedule, zones)
  for _, zone in ipairs(zones) do
    local fine, err = known_zones.check_one(schedule, zone)
    if not fine then return nil, err end
  end
  return true
end

return known_zones
