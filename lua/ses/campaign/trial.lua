--- A trial: the mails of the first recipients, sent to an address of one's own.
-- @module ses.campaign.trial
local audience = require "ses.campaign.audience"

local trial = {}

--- Sends the mails of the first fit recipients to one address; no journal, and nobody of the audience.
-- @tparam ses.campaign.Run run
-- @treturn table|nil { status = "test", campaign =, sent =, inbox = }
-- @treturn ?ses.Error
function trial.run(run)
  local done, err = run:open_client()
  if done then done, err = run:prepare_message() end
  if not done then return nil, err end
  local people
  people, err = audience.open(run.spec, run.message, { client = run.client })
  if not people then return nil, err end
  local sent = 0
  while sent < (run.options.limit or 1) do
    local recipient
    recipient, err = people:next()
    if not recipient then break end
    if recipient.state == nil then
      recipient.id, recipient.email = "test", run.options.test_to
      local mail
      mail, err = run.message:mail(recipient)
      if mail then mail, err = run.client.emails:send(mail, { retry_in_doubt = false }) end
      if not mail then break end
      sent = sent + 1
    end
  end
  people:close()
  if err then return nil, err end
  return { status = "test", campaign = run.spec.name, sent = sent, inbox = run:inbox() }
end

return trial
