-- The recipients that an audience gives, all at once.
local audience = require "ses.campaign.audience"
local file = require "ses.campaign.file"
local message = require "ses.campaign.message"

local people = {}

--- All recipients of `audience`, as a campaign file has it, held against a message with `mail`'s fields; then the
-- notes. Or nil and the error. Options: `folder`, `ports` (see ses.campaign.audience), `message` (in its place).
function people.all(given, mail, options)
  options = options or {}
  local spec = {
    name = "autumn", audience = given,
    message = { from = "news@shop.example", subject = "Hello", text = "Dear reader" },
  }
  for key, value in pairs(mail or {}) do spec.message[key] = value end
  local campaign, err = file.check(spec, { name = "autumn.lua", folder = options.folder or "." })
  if not campaign then return nil, err end
  local opened
  opened, err = audience.open(campaign, options.message or assert(message.new(campaign)), options.ports)
  if not opened then return nil, err end
  local list = {}
  while true do
    local recipient, fault = opened:next()
    if not recipient then
      opened:close()
      if fault then return nil, fault end
      return list, opened:notes()
    end
    list[#list + 1] = recipient
  end
end

return people
