-- The handler of the contact form in nginx.conf beside this file.
local ses = require "ses"

local contact = {}

local client

local SHOP = "letters@lantern.example"

function contact.init()
  local err
  client, err = ses.client()
  if not client then ngx.log(ngx.ERR, "no mail can be sent: ", tostring(err)) end
end

local function answer(status, text)
  ngx.status = status
  ngx.header["Content-Type"] = "text/plain; charset=utf-8"
  ngx.say(text)
end

function contact.handle()
  if ngx.req.get_method() ~= "POST" then return answer(405, "Please POST the form.") end
  if not client then return answer(503, "Mail is not set up here.") end
  ngx.req.read_body()
  local form = ngx.req.get_post_args(10)
  if type(form.email) ~= "string" or type(form.message) ~= "string" then
    return answer(400, "Please fill in email and message.")
  end
  local name = type(form.name) == "string" and form.name ~= "" and form.name or nil
  local sent, err = client.emails:send {
    from = { name = "Contact form", email = SHOP }, to = SHOP,
    reply_to = { name = name, email = form.email },
    subject = "A word from a visitor", text = form.message,
  }
  if sent then return answer(202, "Thank you, it is on its way.") end
  if err.kind == "validation" then return answer(400, "Please check what you wrote: " .. err.message) end
  ngx.log(ngx.ERR, "contact form: ", tostring(err))
  answer(503, "That did not work. Please try again later.")
end

return contact
