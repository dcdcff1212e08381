-- The other end of a campaign's links to unsubscribe by (RFC 8058), for nginx.conf beside this file. In the campaign:
--
--   message = { …, unsubscribe = {
--     url = "https://shop.example/unsubscribe?t={{ses_unsubscribe_token}}", list = "letters",
--     secret = { env = "UNSUBSCRIBE_SECRET" },
--   } }
--
-- Whoever unsubscribes becomes a line of the file that UNSUBSCRIBED names. A campaign that has the file as a list of
-- addresses to leave out writes to none of them. Who has a contact list at SES needs no file (examples/nginx).
local handler = {}

-- Read when nginx starts, as init_by_lua requires this module.
local PATH = os.getenv "UNSUBSCRIBED" or "unsubscribed.txt"

local TEXTS = { en = { title = "Our letters", button = "No more letters", done = "{address} gets no more letters." } }

-- A file is written by a thread of nginx's, as all other requests would wait else. What fails here is answered 503, and
-- stands in the log.
local function remember(who)
  local ran, written, reason = ngx.run_worker_thread("files", "append", "line", PATH, who.address)
  if not ran then return nil, written end
  return written, reason
end

function handler.handle()
  require("ses.nginx").unsubscribe {
    secret = { env = "UNSUBSCRIBE_SECRET" }, list = "letters", on_unsubscribe = remember, texts = TEXTS,
  }
end

return handler
