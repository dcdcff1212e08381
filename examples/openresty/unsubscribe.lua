-- The other end of a campaign's links to unsubscribe by (RFC 8058), for nginx.conf beside this file. In the campaign:
--
--   message = { …, unsubscribe = {
--     url = "https://shop.example/unsubscribe?t={{ses_unsubscribe_token}}", list = "letters",
--     secret = { env = "UNSUBSCRIBE_SECRET" },
--   } }
--
-- Whoever unsubscribes becomes a line of the file that UNSUBSCRIBED names. A campaign that has the file as a list of
-- addresses to leave out writes to none of them.
local unsubscribe = require "ses.unsubscribe"

local handler = {}

-- While a secret is replaced by another, both stand here: the mails with the old one are still out there.
local secrets

local function answer(status, text, form)
  ngx.status = status
  ngx.header["Content-Type"] = "text/html; charset=utf-8"
  ngx.header["Cache-Control"] = "no-store"
  ngx.header["Referrer-Policy"] = "no-referrer"
  ngx.say('<!doctype html><html lang="en"><title>Our letters</title><p>', text, "</p>", form or "", "</html>")
end

function handler.init()
  local secret, err = unsubscribe.secret { env = "UNSUBSCRIBE_SECRET" }
  if not secret then return ngx.log(ngx.ERR, "nobody can unsubscribe: ", tostring(err)) end
  secrets = { secret }
end

-- One write in one piece, so that several workers can do it at once.
local function remember(address)
  local file, reason = io.open(os.getenv "UNSUBSCRIBED" or "unsubscribed.txt", "a")
  if not file then return nil, reason end
  local written
  written, reason = file:write(address, "\n")
  local closed, late = file:close()
  return written and closed, reason or late
end

local function post(who)
  local done, reason = remember(who.address)
  if done then return answer(200, "You will get no more of our letters.") end
  ngx.log(ngx.ERR, "an address could not be unsubscribed: ", reason)
  answer(503, "That did not work. Please try again later.")
end

-- A GET asks only, since filters follow every link of a mail. The POST comes from this page's button, or from the mail
-- client itself: one click, without a page.
function handler.handle()
  if not secrets then return answer(503, "That does not work now. Please try again later.") end
  local token = ngx.req.get_uri_args(10).t
  local who = unsubscribe.verify(secrets, type(token) == "string" and token or "")
  if not who or who.list ~= "letters" then return answer(400, "This link is not complete.") end
  local method = ngx.req.get_method()
  if method == "POST" then
    ngx.req.read_body()
    if unsubscribe.is_one_click(ngx.req.get_body_data()) then return post(who) end
    return answer(400, "This is no request to unsubscribe.")
  end
  if method ~= "GET" and method ~= "HEAD" then return answer(405, "Please follow the link of the mail.") end
  answer(200, "Do you want no more of our letters?",
    '<form method="post"><button name="List-Unsubscribe" value="One-Click">No more letters</button></form>')
end

return handler
