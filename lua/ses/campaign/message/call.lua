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

--- Chooses.
-- @tparam table spec the `message` of a campaign file
-- @tparam number rate recipients a second
-- @treturn string "SendEmail" or "SendBulkEmail"
-- @treturn string the reason
-- @treturn integer recipients of one call at most
function call.choose(spec, rate)
  local batch = batch_for(rate)
  if spec.call then return spec.call, "message.call says so", spec.call == "SendBulkEmail" and batch or 1 end
  local obstacle = call.obstacle(spec)
  if obstacle then return "SendEmail", obstacle, 1 end
  if batch < SMALLEST then
    return "SendEmail", ("at a rate below %d a second a batch would hold its recipients up"):format(SMALLEST / SHARE), 1
  end
  return "SendBulkEmail", ("a template of SES, up to %d recipients a call"):format(batch), batch
end

return call
