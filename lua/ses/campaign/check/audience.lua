--- Checks the audience of a campaign file.
-- @module ses.campaign.check.audience
local fields = require "ses.campaign.check.fields"

local KEYS = { "csv", "email", "name", "separator", "suppression" }

local SEPARATORS = { [","] = true, [";"] = true, ["\t"] = true, ["|"] = true }

local function check(audience)
  local fine, field, reason = fields.all {
    { fields.keys, "audience", audience, KEYS },
    { fields.type, "audience", audience, "csv", "string", true },
    { fields.type, "audience", audience, "email", "string" },
    { fields.type, "audience", audience, "name", "string" },
    { fields.type, "audience", audience, "separator", "string" },
    { fields.type, "audience", audience, "suppression", "boolean" },
  }
  if not fine then return nil, field, reason end
  if audience.separator and not SEPARATORS[audience.separator] then
    return nil, "audience.separator", "must be a comma, a semicolon, a tab or a bar"
  end
  return true
end

return check
