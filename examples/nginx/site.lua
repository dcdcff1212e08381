-- What ses.conf beside this file hands to the handlers, and the contact form's own.
local site = {}

local SHOP = "letters@lantern.example"

-- Region, credentials and endpoint come from the environment and from ~/.aws. All handlers that are given these options
-- have one client in each worker.
site.client = { metrics = true }

-- Mail waits in this file until it is sent. Its folder belongs to the user of the workers alone.
site.outbox = { path = os.getenv "OUTBOX" or "/var/lib/ses/outbox.db" }

-- Who may post mail: holders and their tokens, or `sha256:` and a token's SHA-256.
site.relay = { client = site.client, outbox = site.outbox, tokens = { shop = os.getenv "RELAY_TOKEN" } }

-- The topics of Amazon SNS that SES's events are taken from.
site.topics = { "arn:aws:sns:eu-west-1:123456789012:ses-events" }

local function answer(status, text)
  ngx.status = status
  ngx.header["Content-Type"] = "text/plain; charset=utf-8"
  ngx.say(text)
end

local function put(mail)
  local outbox, err = require("ses.nginx").outbox(site.outbox)
  if not outbox then return nil, err end
  return outbox:put(mail)
end

--- Takes what a visitor wrote to the shop: it is on disk when the visitor is thanked.
function site.contact()
  if ngx.req.get_method() ~= "POST" then return answer(405, "Please POST the form.") end
  ngx.req.read_body()
  local form = ngx.req.get_post_args(10)
  if type(form.email) ~= "string" or type(form.message) ~= "string" then
    return answer(400, "Please fill in email and message.")
  end
  local name = type(form.name) == "string" and form.name ~= "" and form.name or nil
  local id, err = put {
    from = { name = "Contact form", email = SHOP }, to = SHOP, reply_to = { name = name, email = form.email },
    subject = "A word from a visitor", text = form.message,
  }
  if id then return answer(202, "Thank you, it is on its way.") end
  if err.kind == "validation" then return answer(400, "Please check what you wrote: " .. err.message) end
  ngx.log(ngx.ERR, "contact form: ", tostring(err))
  answer(503, "That did not work. Please try again later.")
end

return site
