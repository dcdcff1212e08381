--- What a request costs in SES's own unit: recipients, not requests.
-- @module ses.pipeline.recipients
local recipients = {}

local function length(list) return type(list) == "table" and #list or 0 end

local function of_destination(destination)
  if type(destination) ~= "table" then return 0 end
  return length(destination.ToAddresses) + length(destination.CcAddresses) + length(destination.BccAddresses)
end

-- A request without a destination (raw mail takes its recipients from the headers) counts as one.
local COUNT = {
  SendEmail = function(params) return math.max(1, of_destination(params.Destination)) end,
  SendBulkEmail = function(params)
    local count = 0
    for _, entry in ipairs(params.BulkEmailEntries) do
      count = count + math.max(1, of_destination(entry.Destination))
    end
    return math.max(1, count)
  end,
  SendCustomVerificationEmail = function() return 1 end,
}

--- Whether the operation sends mail, so that a repeated request may be a second mail.
-- @tparam string name AWS's name of the operation
-- @treturn boolean
function recipients.sends(name)
  return COUNT[name] ~= nil
end

--- How many recipients a request writes to; 0 for an operation that sends nothing.
-- @tparam string name AWS's name of the operation
-- @tparam table params in AWS's names; odd shapes count as nothing and are left to the validator
-- @treturn integer
function recipients.count(name, params)
  local count = COUNT[name]
  if not count or type(params) ~= "table" then return 0 end
  if name == "SendBulkEmail" and type(params.BulkEmailEntries) ~= "table" then return 1 end
  return count(params)
end

--- Whether SES throttled a part of a request that it took as a whole: entries of a bulk send.
-- @tparam string name AWS's name of the operation
-- @tparam table result in AWS's names
-- @treturn boolean
function recipients.throttled(name, result)
  if name ~= "SendBulkEmail" then return false end
  for _, entry in ipairs(result.BulkEmailEntryResults or {}) do
    if entry.Status == "ACCOUNT_THROTTLED" then return true end
  end
  return false
end

return recipients
