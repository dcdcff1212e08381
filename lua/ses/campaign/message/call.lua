--- The choice between SendEmail and SendBulkEmail.
--
-- A batch of SendBulkEmail leaves at once: with more recipients in one than a tenth of what the rate lets out in
-- a second, the pace would come in jerks. Smaller ones than two save nothing.
-- @module ses.campaign.message.call
local bulk_message = require "ses.services.bulk_message"
local versions = require "ses.campaign.message.versions"

local call = {}

-- The part of a second's recipients that one batch may hold.
local SHARE = 1 / 10
local SMALLEST = 2

local function batch_for(rate)
  return math.max(1, math.min(bulk_message.MAX_ENTRIES, math.floor(rate * SHARE)))
end

--- Why a message cannot go by SendBulkEmail, whatever the rate.
-- @tparam table spec the `message` of a campaign file
-- @treturn string|nil
function call.obstacle(spec)
  if spec.list_management then return "SendBulkEmail has no ListManagementOptions" end
  for _, version in ipairs(versions.of(spec) or {}) do
    if not version.content.template then return "SendBulkEmail takes templates of SES alone" end
  end
  return nil
end

--- Makes the choice for a message: what depends on the message alone is looked at once.
-- @tparam table spec the `message` of a campaign file
-- @treturn function of the rate in recipients a second → "SendEmail" or "SendBulkEmail"; the reason; recipients of one
--   call at most
function call.chooser(spec)
  local wanted = spec.call
  local obstacle = not wanted and call.obstacle(spec)
  return function(rate)
    local batch = batch_for(rate)
    if wanted then return wanted, "message.call says so", wanted == "SendBulkEmail" and batch or 1 end
    if obstacle then return "SendEmail", obstacle, 1 end
    if batch < SMALLEST then
      return "SendEmail", ("at a rate below %d a second a batch would hold its recipients up"):format(SMALLEST / SHARE),
        1
    end
    return "SendBulkEmail", ("a template of SES, up to %d recipients a call"):format(batch), batch
  end
end

return call
