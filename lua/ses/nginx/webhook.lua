--- The end of a subscription of Amazon SNS over HTTPS, for SES's events: every message verified, each taken once among
-- all workers.
--
--     location = /ses-events {
--         content_by_lua_block {
--             require("ses.nginx").webhook {
--                 topics = { "arn:aws:sns:eu-west-1:123456789012:ses-events" },
--                 suppress = true,
--                 handlers = { bounce = function(event) … end },
--             }
--         }
--     }
--
-- The subscription of a topic that is listed is confirmed by itself; no other one is. Raw message delivery has no
-- signature and must be off. What is asked of a message is in ses.events.sns; why one was refused is in nginx's error
-- log, with the error's code.
--
-- Answers: 200 where an event was dealt with, now or before; 400 for what is no message, 403 for one that is not to be
-- trusted (SNS does not try those again); 503 where a handler failed, SES or SNS could not be reached, or another
-- worker is at the message, so that SNS tries again. SNS waits 15 seconds for an answer: a handler that has much to
-- do should leave it to a timer or a queue. SNS may deliver an event more than once, and in any order; the memory of
-- those that came is bounded: a handler should bear to see an event again.
-- @module ses.nginx.webhook
local answer = require "ses.nginx.answer"
local body = require "ses.nginx.body"
local callback = require "ses.nginx.callback"
local clients = require "ses.nginx.clients"
local normalise = require "ses.events.normalise"
local options_of = require "ses.nginx.options"
local sns = require "ses.events.sns"
local suppression = require "ses.events.suppression"

local webhook = {}

-- Of ses.events.sns.
local RECEIVER = { "topics", "max_age", "max_skew", "anchors", "intermediates", "cache_dict", "emulator" }

-- Which options there are, and whether what is made of them is kept for the same content: a function that is written
-- in the request is another one in each.
local OPTIONS = { max_body = "kept", client = "kept", suppress = "kept", on_event = "own", handlers = "own" }
for _, name in ipairs(RECEIVER) do OPTIONS[name] = "kept" end

local TOO_LARGE = "the body is larger than this endpoint takes"

local STATUS = {
  MalformedMessage = 400, UnknownTopic = 403, UntrustedSigningCertUrl = 403, UntrustedSubscribeUrl = 403,
  StaleMessage = 403, CertificateExpired = 403, CertificateUntrusted = 403, InvalidSignature = 403,
}

-- ---- answers ----

local function log(level, ...) ngx.log(level, "ses webhook: ", ...) end

-- Whoever posted is told the code; the log is told why.
local function refuse(err)
  local status = STATUS[err.code]
  log(status and ngx.WARN or err.in_hand and ngx.NOTICE or ngx.ERR, err.code, ": ", err.message)
  if status then return answer.error(status, err.code, "the message was refused") end
  answer.error(503, err.in_hand and err.code or "Unavailable", "try again later")
end

-- ---- what is kept ----

local fault = options_of.fault

local function make(options)
  local max_body, err = options_of.number(options, "max_body", {
    default = sns.MAX_BYTES, min = 1, max = sns.MAX_BYTES, unit = "bytes",
  })
  if not max_body then return nil, err end
  local settings = {}
  for _, name in ipairs(RECEIVER) do settings[name] = options[name] end
  local receiver
  receiver, err = sns.new(settings)
  if not receiver then return nil, err end
  if options.emulator then
    log(ngx.WARN, "messages are trusted that ", options.emulator, " has signed, in the place of Amazon SNS: whoever ",
      "runs it can forge events. This is for tests alone")
  end
  return { receiver = receiver, max_body = max_body, suppress = options.suppress == true, client = options.client }
end

local function check_own(options)
  if options.on_event ~= nil and type(options.on_event) ~= "function" then
    return nil, fault("on_event", "must be a function")
  end
  if options.handlers ~= nil and type(options.handlers) ~= "table" then
    return nil, fault("handlers", "must be a table of functions by the types of events")
  end
  for kind, handler in pairs(options.handlers or {}) do
    if type(kind) ~= "string" or type(handler) ~= "function" then
      return nil, fault("handlers." .. tostring(kind), "must be a function")
    end
  end
  return true
end

local function hook_of(options)
  local fine, err = check_own(options)
  if not fine then return nil, err end
  return options_of.read("webhook", OPTIONS, options, make)
end

-- ---- events ----

local function suppress(hook, event)
  if not hook.suppress then return true end
  if #suppression.of(event) == 0 then return true end
  local client, err = clients.get(hook.client)
  if not client then return nil, err end
  return suppression.apply(client, event)
end

-- Bounces and complaints are lines of the client's log.
local function tell(hook, event)
  if not (hook.client or hook.suppress) then return end
  local client = clients.get(hook.client)
  if client and client.logger then client.logger:event(event) end
end

-- → true | nil, why not
local function handle_event(hook, options, message)
  local event = message.event
  tell(hook, event)
  local done, reason = suppress(hook, event)
  local handler = options.handlers and options.handlers[event.type]
  if done and handler then done, reason = callback.run(handler, event, message) end
  if done and options.on_event then done, reason = callback.run(options.on_event, event, message) end
  return done, reason
end

local function handle_message(hook, options, message)
  if message.type == "SubscriptionConfirmation" then
    local done, err = hook.receiver:confirm(message)
    if done then log(ngx.NOTICE, "the subscription of ", message.topic_arn, " is confirmed") end
    return done, err
  elseif message.type == "UnsubscribeConfirmation" then
    log(ngx.WARN, "the subscription of ", message.topic_arn, " has ended")
    return true
  elseif not message.event then
    if normalise.is_trial(message.text) then return true end
    log(ngx.NOTICE, "message ", message.message_id, " is no event of SES")
    return true
  end
  return handle_event(hook, options, message)
end

-- Log and answer for what could not be dealt with; it may come again.
local function fail(hook, message, reason)
  hook.receiver:give_back(message)
  log(ngx.ERR, "message ", message.message_id, " could not be dealt with: ", tostring(reason))
  answer.error(503, "HandlerFailed", "try again later")
end

local function take(hook, options, text)
  local message, err = hook.receiver:receive(text)
  if not message then
    if err.code == "DuplicateMessage" and not err.in_hand then return answer.json(200, { status = "duplicate" }) end
    return refuse(err)
  end
  local done, reason = handle_message(hook, options, message)
  if not done then return fail(hook, message, reason) end
  local remembered
  remembered, err = hook.receiver:done(message)
  if not remembered then log(ngx.WARN, "a message that comes again will not be known: ", err.message) end
  answer.json(200, { status = "ok" })
end

--- Answers the current request, as a content handler.
-- @tparam table options
--
-- - `topics`: the ARNs of the topics that messages are taken of (required)
-- - `on_event`: function(event, message), for every event; `handlers`: the same by type of event, such as
--   `{ bounce = function(event) … end }`. Events are as `ses.events.normalise` has them. A handler that raises an
--   error, or returns nil and a reason, has the event come again
-- - `suppress`: true puts hard bounces and complaints on the account's suppression list, before the handlers are
--   called; `client`: options of `ses.client` for that, or a client, whose log is told of bounces and complaints
-- - `max_body`: bytes of a message (262,144, which is the most)
-- - `max_age`, `max_skew`, `anchors`, `intermediates`, `cache_dict`: as for `ses.events.sns`
-- - `emulator`: for tests alone: the URL of a `ses emulator` that stands in SNS's place and can forge events; the log
--   warns of it
function webhook.handle(options)
  local hook, err = hook_of(options)
  if not hook then return answer.wrong_options("webhook", err) end
  if not answer.allows({ "POST" }, "messages are POSTed") then return end
  local text, status = body.read(hook.max_body, log)
  if not text then
    return answer.error(status, status == 413 and "PayloadTooLarge" or "MalformedMessage",
      status == 413 and TOO_LARGE or "the body is not complete")
  end
  if ngx.var.http_x_amz_sns_rawdelivery == "true" then
    log(ngx.WARN, "a message came by raw message delivery, which has no signature: turn that off for the subscription")
    return answer.error(400, "MalformedMessage", "raw message delivery has no signature")
  end
  take(hook, options, text)
end

return webhook
