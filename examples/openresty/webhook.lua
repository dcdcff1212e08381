-- SES's events, which SNS posts, for nginx.conf beside this file: an address that bounces for good, or whose reader
-- complains, becomes a line of the file that UNDELIVERABLE names, which a campaign can leave out like unsubscribed.txt.
--
-- Subscribe https://…/ses-events to the topic that EVENTS_TOPIC names (its ARN), without raw message delivery. Where
-- the account's own suppression list is enough, `suppress = true` does it without a file (examples/nginx).
local handler = {}

-- Both are read when nginx starts.
local TOPIC = os.getenv "EVENTS_TOPIC" or "arn:aws:sns:eu-west-1:123456789012:ses-events"
local PATH = os.getenv "UNDELIVERABLE" or "undeliverable.txt"

-- In a thread of nginx's, as all other requests would wait else. What fails here is answered 503, and SNS posts it
-- again; a line that is there twice does no harm.
local function remember(event)
  for _, address in ipairs(event.recipients) do
    local ran, written, reason = ngx.run_worker_thread("files", "append", "line", PATH, address)
    if not ran then return nil, written end
    if not written then return nil, reason end
  end
  return true
end

-- A full mailbox or a holiday passes; "Permanent" does not.
local function bounce(event)
  if event.bounce.type ~= "Permanent" then return true end
  return remember(event)
end

function handler.handle()
  require("ses.nginx").webhook { topics = { TOPIC }, handlers = { bounce = bounce, complaint = remember } }
end

return handler
