--- Why recipients are left out, as people say it.
-- @module ses.campaign.reasons
local reasons = {}

local WORDS = {
  OptedOut = "opted out, by the audience itself",
  AccountSuppressionList = "on the account's suppression list",
  SuppressionList = "on a list of the campaign's",
  Bounce = "a mail to the address bounced for good", Complaint = "complained of a mail",
}

local function words_of(code, reason)
  local text = WORDS[code] or code
  return reason and reason ~= "" and text .. ": " .. reason or text
end

--- The numbers of suppressed recipients by what they are left out for, the greatest first.
-- @tparam table by `suppressed_by` of a journal's counts: numbers by "code" or "code:reason"
-- @treturn table list of { code =, reason =, text =, n = }
function reasons.suppressed(by)
  local list = {}
  for name, n in pairs(by) do
    local code, reason = name:match("^([^:]*):?(.*)$")
    reason = reason ~= "" and reason or nil
    list[#list + 1] = { code = code, reason = reason, text = words_of(code, reason), n = n }
  end
  table.sort(list, function(a, b)
    if a.n ~= b.n then return a.n > b.n end
    return a.text < b.text
  end)
  return list
end

return reasons
