--- What runs in nginx's threads: a campaign's journal is written there alone, so that no request waits for a disk or a
-- database.
-- @module ses.nginx.campaign_thread
local campaign_thread = {}

--- Takes an event into a campaign's journal.
-- @tparam string file the campaign file
-- @tparam ?string journal another journal than the file names
-- @tparam string event JSON
-- @treturn string|nil see ses.campaign.settle's `take_event`
-- @treturn ?table the error's fields, as nginx copies no metatables
function campaign_thread.take(file, journal, event)
  local what, err = require("ses.campaign").take_event(event, { file = file, journal = journal })
  if what then return what end
  return nil, { kind = err.kind, code = err.code, message = err.message, field = err.field, retryable = err.retryable }
end

return campaign_thread
