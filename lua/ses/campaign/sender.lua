--- How a campaign's mails leave: by a client's SendEmail, or several at once by its SendBulkEmail.
--
-- What may have been taken is not sent again here: the journal has it as in doubt.
-- @module ses.campaign.sender
local bulk_message = require "ses.services.bulk_message"
local verdict = require "ses.bulk.verdict"

local sender = {}

local OPTIONS = { retry_in_doubt = false }

-- The request, and which answer each of its entries is; entries that SES would refuse have theirs already.
local function request_of(settings, mail)
  local request, err = bulk_message.request(mail, settings)
  if not request then return nil, err end
  local answers, places = {}, {}
  request.BulkEmailEntries = {}
  for i, given in ipairs(mail.entries) do
    local entry, fault = bulk_message.entry(given, settings)
    if entry then
      local place = #places + 1
      request.BulkEmailEntries[place], places[place] = entry, i
    else
      answers[i] = { err = fault }
    end
  end
  return request, nil, answers, places
end

--- Makes the functions that ses.campaign.engine sends by.
-- @tparam ses.Client client
-- @treturn function send(mail) → { message_id = } | nil, err; the mail as `client.emails:send` takes it
-- @treturn function send_bulk(mail) → list of { message_id = } or { err = }, one for each of `mail.entries` | nil,
--   err; the mail as ses.services.bulk_message takes it
function sender.of(client)
  local function send(mail)
    return client.emails:send(mail, OPTIONS)
  end
  local function send_bulk(mail)
    local request, err, answers, places = request_of(client.settings, mail)
    if not request then return nil, err end
    if #places == 0 then return answers end
    local result
    result, err = client:call("SendBulkEmail", request, OPTIONS)
    if not result then return nil, err end
    local said = result.BulkEmailEntryResults or {}
    for place, i in ipairs(places) do
      local _, failure = verdict.of_entry(said[place])
      answers[i] = failure and { err = failure } or { message_id = said[place].MessageId }
    end
    return answers
  end
  return send, send_bulk
end

return sender
