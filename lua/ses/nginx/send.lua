--- A relay: takes mail as JSON over HTTP, from those who have a token, and sends it by SES. A mail is on disk when its
-- request is answered (ses.nginx.outbox).
--
--     init_by_lua_block {
--         require "ses"
--         RELAY = {
--             client = { region = "eu-west-1" }, outbox = { path = "/var/lib/ses/outbox.db" },
--             tokens = { shop = "sha256:…" },
--         }
--     }
--     init_worker_by_lua_block { require("ses.nginx").init_worker { client = RELAY.client, send = RELAY } }
--     …
--     location /mail { content_by_lua_block { require("ses.nginx").send(RELAY) } }
--
-- POST takes a mail in the form of `client.emails:send`; the bytes of `raw` and of an attachment's `data` are in
-- base64. GET with a mail's id behind the location's path tells what became of it, to whoever posted it.
--
-- Answers: 202 and the mail's `id`; 400 for what is no JSON object or not complete, 401 without a token that is known,
-- 403 where none is configured, 404 for a mail that is not known, 405, 413, 415, 422 for a mail that SES would refuse,
-- with its `field`; 503 where it cannot be put on disk just now.
-- @module ses.nginx.send
local answer = require "ses.nginx.answer"
local body = require "ses.nginx.body"
local core = require "ses.core"
local errors = require "ses.errors"
local json = require "ses.model.json"
local options_of = require "ses.nginx.options"
local outbox = require "ses.nginx.outbox"
local timestamp = require "ses.model.timestamp"
local tokens = require "ses.nginx.tokens"

local send = {}

-- Tokens may be a function that is written in the request, and are kept by themselves.
local OPTIONS = { client = "kept", outbox = "kept", max_body = "kept", tokens = "own" }
-- A mail of SES's 40 MB in base64, and some.
local MAX_BODY = { default = 1024 * 1024, min = 1, max = 56 * 1024 * 1024, unit = "bytes" }

local function log(level, ...) ngx.log(level, "ses send: ", ...) end

-- ---- options ----

local function make(options)
  local max_body, err = options_of.number(options, "max_body", MAX_BODY)
  if not max_body then return nil, err end
  if type(options.outbox) ~= "table" then return nil, options_of.fault("outbox", "is required") end
  return { max_body = max_body, outbox = options.outbox }
end

local function relay_of(options)
  local made, err = options_of.read("send", OPTIONS, options, make)
  if not made then return nil, err end
  local relay = { max_body = made.max_body }
  relay.outbox, err = outbox.get(made.outbox)
  if not relay.outbox then return nil, err end
  relay.tokens, err = tokens.read(options.tokens)
  if not relay.tokens then return nil, err end
  return relay
end

-- ---- the mail ----

local function decode(value, path)
  if type(value) ~= "string" then return value end
  local bytes = core.base64.decode(value)
  if not bytes then return nil, errors.validation { { path = path, message = "must be base64" } } end
  return bytes
end

-- Of a table the members under `key`, of all items of a list or of the table itself.
local function decode_members(holder, key, path)
  if type(holder) ~= "table" then return true end
  if holder[key] ~= nil then
    local bytes, err = decode(holder[key], path .. key)
    if err then return nil, err end
    holder[key] = bytes
  end
  for i, item in ipairs(holder) do
    local done, err = decode_members(item, key, ("%s[%d]."):format(path:gsub("%.$", ""), i))
    if not done then return nil, err end
  end
  return true
end

-- What is bytes, in the plain form and in AWS's.
local function decode_bytes(mail)
  local content = type(mail.content) == "table" and mail.content or {}
  local places = {
    { mail, "raw", "" }, { mail.attachments, "data", "attachments." }, { content.raw, "data", "content.raw." },
  }
  for _, form in ipairs { "simple", "template" } do
    local part = type(content[form]) == "table" and content[form] or {}
    places[#places + 1] = { part.attachments, "raw_content", "content." .. form .. ".attachments." }
  end
  for _, place in ipairs(places) do
    local done, err = decode_members(place[1], place[2], place[3])
    if not done then return nil, err end
  end
  return true
end

-- → the mail | nil, HTTP status, error
local function mail_of(text)
  local mail = json.decode(text)
  if type(mail) ~= "table" or mail[1] ~= nil then
    return nil, 400, errors.new { kind = "validation", code = "MalformedJson", message = "the body is no JSON object" }
  end
  for name, value in pairs(mail) do
    if value == json.null then mail[name] = nil end
  end
  local done, err = decode_bytes(mail)
  if not done then return nil, 422, err end
  return mail
end

-- ---- answers ----

local BODY_FAULTS = { [400] = "the body is not complete", [413] = "the body is larger than this endpoint takes" }

local function refuse_holder(relay)
  if #relay.tokens == 0 then
    log(ngx.ERR, "no tokens are configured: all are refused")
    return answer.error(403, "Forbidden", "nobody may use this endpoint")
  end
  local known = ngx.var.http_authorization and ', error="invalid_token"' or ""
  ngx.header["WWW-Authenticate"] = 'Bearer realm="mail"' .. known
  answer.error(401, "Unauthorized", "a token that is known is required")
end

local function answer_failure(err)
  if err.kind == "validation" then return answer.error(422, err.code, err.message, { field = err.field }) end
  if err.code ~= "OutboxFull" then log(ngx.ERR, err.code, ": ", err.message) end
  local words = err.code == "OutboxFull" and err.message or "the mail cannot be put on disk just now"
  answer.error(503, err.code, words, { in_doubt = err.in_doubt or nil })
end

local function is_json(content_type)
  local kind = (content_type or ""):lower():match "^%s*([^;%s]+)"
  return kind == "application/json"
end

-- → the key, or nothing | nil, what is wrong with it
local function idempotency_key()
  local value = ngx.req.get_headers(50)["idempotency-key"]
  if value == nil then return nil end
  if type(value) == "string" and #value <= 255 and value:find "^[\33-\126]+$" then return value end
  return nil, "Idempotency-Key must be given once, as 1 to 255 visible characters of ASCII"
end

local function location_of(id)
  local path = ngx.var.uri:gsub("/$", "")
  return path:find "^[%w/._~-]*$" and path .. "/" .. id or nil
end

local function accept(relay, holder)
  if not is_json(ngx.var.http_content_type) then
    return answer.error(415, "UnsupportedMediaType", "a mail is posted as application/json")
  end
  local key, wrong = idempotency_key()
  if wrong then return answer.error(400, "InvalidIdempotencyKey", wrong) end
  local text, status = body.read(relay.max_body, log)
  if not text then
    return answer.error(status, status == 413 and "PayloadTooLarge" or "BodyIncomplete", BODY_FAULTS[status])
  end
  local mail, refused, err = mail_of(text)
  if not mail then return answer.error(refused, err.code, err.message, { field = err.field }) end
  local id
  id, err = relay.outbox:put(mail, { holder = holder, key = key })
  if not id then return answer_failure(err) end
  ngx.header["Location"] = location_of(id)
  answer.json(202, { id = id })
end

local function tell(relay, holder)
  local state, err = relay.outbox:state(ngx.var.uri:match "([^/]*)$")
  if state and state.holder ~= holder or err and err.code == "NotFound" then
    return answer.error(404, "NotFound", "there is no such mail")
  end
  if not state then
    log(ngx.ERR, err.code, ": ", err.message)
    return answer.error(503, err.code, "the disk cannot be read just now")
  end
  answer.json(200, {
    id = state.id, state = state.state, message_id = state.message_id, code = state.code, attempts = state.attempts,
    accepted = timestamp.iso8601(state.accepted), updated = timestamp.iso8601(state.updated),
  })
end

local METHODS = { POST = accept, GET = tell, HEAD = tell }

--- Answers the current request, as a content handler.
-- @tparam table options
--
-- - `tokens`: who may use it, as `ses.nginx.tokens.read` takes them; all are refused where there is none. A function is
--   called in every request
-- - `outbox`: as for `ses.nginx.outbox.start`; here its `path` is enough
-- - `client`: options of `ses.client`, or a client, for the outbox
-- - `max_body`: bytes of a request (1,048,576; 58,720,256 at most); nginx's `client_max_body_size` holds as well
function send.handle(options)
  local relay, err = relay_of(options)
  if not relay then return answer.wrong_options("send", err) end
  if not answer.allows({ "POST", "GET", "HEAD" }, "mail is POSTed") then return end
  local holder = tokens.holder(relay.tokens, ngx.var.http_authorization)
  if not holder then return refuse_holder(relay) end
  METHODS[ngx.req.get_method()](relay, holder)
end

--- Begins the relay's outbox in a worker.
-- @tparam table options as of `handle`
-- @treturn boolean|nil true
-- @treturn ?ses.Error
function send.start(options)
  local made, err = options_of.read("send", OPTIONS, options, make)
  if not made then return nil, err end
  if type(options.tokens) ~= "function" then
    local read
    read, err = tokens.read(options.tokens)
    if not read then return nil, err end
  end
  local settings = {}
  for name, value in pairs(options.outbox) do settings[name] = value end
  if settings.client == nil then settings.client = options.client end
  return outbox.start(settings)
end

return send
