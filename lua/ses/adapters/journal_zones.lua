--- Time zones that sleep, for the claims of a journal in SQL.
-- @module ses.adapters.journal_zones
local zones = {}

--- A condition that a recipient's zone does not sleep.
-- @tparam ?table asleep list of zones, "" for recipients without one
-- @tparam function quote of the database
-- @treturn string to follow other conditions
function zones.awake(asleep, quote)
  if not asleep or #asleep == 0 then return "" end
  local words = {}
  for i, zone in ipairs(asleep) do words[i] = quote(zone) end
  return " AND coalesce(zone, '') NOT IN (" .. table.concat(words, ",") .. ")"
end

--- Whether a zone that slept at a journal's last claim is awake.
-- @tparam table journal keeps what slept
-- @tparam ?table asleep list of zones
-- @treturn boolean
function zones.have_woken(journal, asleep)
  local sleeping, woken = {}, false
  for _, zone in ipairs(asleep or {}) do sleeping[zone] = true end
  for zone in pairs(journal.asleep or {}) do woken = woken or not sleeping[zone] end
  journal.asleep = sleeping
  return woken
end

return zones
