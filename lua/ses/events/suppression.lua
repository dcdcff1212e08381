--- Hard bounces and complaints onto the account's suppression list.
-- @module ses.events.suppression
local address = require "ses.mail.address"

local suppression = {}

-- What SES says of an address that is on the account's list already.
local LISTED = "OnAccountSuppressionList"

--- Whom an event asks to be written to no more: every recipient of a permanent bounce, and every one who may have
-- complained (SES names all of a mail's recipients at the domain that the complaint came from).
-- @tparam table event as of ses.events.normalise
-- @treturn table list of addresses, which may be empty
-- @treturn ?string "BOUNCE" or "COMPLAINT", as SES's list has it
function suppression.of(event)
  local part, reason
  if event.type == "bounce" and event.bounce and event.bounce.type == "Permanent" then
    part, reason = event.bounce, "BOUNCE"
  elseif event.type == "complaint" and event.complaint then
    part, reason = event.complaint, "COMPLAINT"
  end
  local list = {}
  if not part or part.subtype == LISTED then return list end
  for _, recipient in ipairs(part.recipients) do
    local parsed = address.parse(recipient.address)
    if parsed then list[#list + 1] = parsed.email end
  end
  return list, reason
end

--- Puts whom an event asks for on the account's list. Doing it twice is no error.
-- @tparam ses.Client client
-- @tparam table event
-- @treturn boolean|nil true
-- @treturn ?ses.Error
function suppression.apply(client, event)
  local list, reason = suppression.of(event)
  for _, email in ipairs(list) do
    local done, err = client.suppression:put { email_address = email, reason = reason }
    if not done then return nil, err end
  end
  return true
end

return suppression
