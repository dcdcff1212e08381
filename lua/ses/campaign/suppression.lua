--- Who must not be written to: the account's suppression list.
-- @module ses.campaign.suppression
local address = require "ses.mail.address"
local limits = require "ses.campaign.limits"

local suppression = {}

-- Normalised addresses of the account's suppression list, one after the other.
local function suppressed_addresses(run)
  local next_item = run.client.suppression:each {}
  return function()
    while true do
      local item, err = next_item()
      if err then return nil, err end
      if not item then return nil end
      local key = address.normalise(item.email_address)
      if key then return key end
    end
  end
end

--- Gives the journal the addresses that are to be left out.
-- @tparam ses.campaign.Run run
-- @treturn integer|nil how many there are
-- @treturn ?ses.Error
function suppression.read(run)
  if not run.spec.audience.suppression then return run.journal:set_suppressed(function() return nil end) end
  run:stage "reading the account's suppression list"
  local n, err = run.journal:set_suppressed(suppressed_addresses(run))
  if n then return n end
  if limits.refused(err) then
    err.message = err.message .. "; to go without the account's suppression list, set audience.suppression = false"
  end
  return nil, err
end

return suppression
