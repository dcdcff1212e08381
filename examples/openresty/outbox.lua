-- Confirms an order without having the customer wait for SES, for nginx.conf beside this file: the mail is on disk when
-- the answer leaves, and a timer sends it. An outage of SES delays it; a reload or a crash loses none.
--
--   curl -d number=1042 -d email=ana@example.com http://127.0.0.1:8080/order
--   curl http://127.0.0.1:8080/order?id=…
local handler = {}

-- The file's folder belongs to the user of the workers alone. Read when nginx starts.
local OPTIONS = { path = os.getenv "OUTBOX" or "/var/lib/ses/outbox.db" }

function handler.init() require("ses.nginx").init_worker { outbox = OPTIONS } end

local function answer(status, text)
  ngx.status = status
  ngx.header["Content-Type"] = "text/plain; charset=utf-8"
  ngx.say(text)
end

local function fail(err)
  if err.kind == "validation" then return answer(400, "Please check the order: " .. err.message) end
  if err.code == "NotFound" then return answer(404, "There is no such mail.") end
  ngx.log(ngx.ERR, "outbox: ", tostring(err))
  answer(503, "That did not work. Please try again.")
end

-- An order that comes twice has the same key: it is one mail.
local function put(outbox)
  ngx.req.read_body()
  local form = ngx.req.get_post_args(10)
  local number = type(form.number) == "string" and form.number:match "^%d+$"
  if not number then return answer(400, "Please fill in the number.") end
  local id, err = outbox:put({
    from = "The Lantern Bookshop <shop@lantern.example>", to = form.email,
    subject = "Your order " .. number, text = "We have it, and write again when it leaves.",
  }, { key = "order-" .. number })
  if not id then return fail(err) end
  answer(202, id)
end

-- "queued", "sending", "sent", "failed", or "in_doubt": `ses outbox FILE` settles those.
local function tell(outbox)
  local state, err = outbox:state(ngx.var.arg_id or "")
  if not state then return fail(err) end
  answer(200, state.state)
end

function handler.handle()
  local outbox, err = require("ses.nginx").outbox(OPTIONS)
  if not outbox then return fail(err) end
  if ngx.req.get_method() == "POST" then return put(outbox) end
  tell(outbox)
end

return handler
