--- Messages that Amazon SNS posts: verified, each taken once.
--
--     local receiver = assert(sns.new { topics = { "arn:aws:sns:eu-west-1:123456789012:ses-events" } })
--     local message, err = receiver:receive(body)
--     if not message then … end                       -- err.code says why
--     if message.type == "SubscriptionConfirmation" then assert(receiver:confirm(message)) end
--     if message.event then … end                     -- as ses.events.normalise has it
--     receiver:done(message)                          -- or give_back, and it may come again
--
-- What is asked of a message, in this order, and the code of the error where it fails:
--
-- - It is one of SNS's, in JSON. "MalformedMessage": also what comes by raw message delivery, which has no signature.
-- - Its topic is one of `topics`: "UnknownTopic".
-- - Its URLs are of SNS itself, in the topic's region: "UntrustedSigningCertUrl", "UntrustedSubscribeUrl".
-- - Its time is near enough: "StaleMessage". SNS goes on trying for an hour at most, which is `max_age`; `max_skew` is
--   allowed on top of it, and before the message's time, for clocks that differ.
-- - Its certificate, fetched over verified TLS and kept for a day: "CertificateExpired", "CertificateUntrusted"; where
--   it cannot be fetched now, "CertificateUnavailable" or "TooManyCertificates", which are `retryable`.
-- - Its signature, of version 1 (SHA-1) or 2 (SHA-256): "InvalidSignature".
-- - Its id is new: "DuplicateMessage", with `in_hand` where another is at it just now. An id is remembered for as long
--   as its message is not stale, in the store that nginx's workers share.
--
-- SNS publishes its certificate without the intermediate that issued it. By default it is therefore trusted because
-- it came over verified TLS from a host of SNS, as by AWS's own validators; its dates, its key and its name are
-- checked, too. With `anchors` (PEM: the system's bundle, or Amazon's roots) and `intermediates` (PEM: Amazon RSA 2048
-- M01 to M04) the chain is verified as well; they have to be renewed as Amazon renews its own.
--
-- For tests on one's own machine alone: with `emulator`, the URL of a `ses emulator`, certificates are fetched and
-- subscriptions confirmed there, in SNS's place. Whoever runs it, or is between, can then sign what they like. All else
-- is asked of a message as ever.
--
-- Source: "Verifying the signatures of Amazon SNS messages" and "Amazon SNS message delivery retries", Amazon SNS
-- Developer Guide.
-- @module ses.events.sns
local certificates = require "ses.events.certificates"
local core = require "ses.core"
local errors = require "ses.errors"
local host = require "ses.adapters.host"
local normalise = require "ses.events.normalise"
local seen = require "ses.events.seen"
local suggest = require "ses.suggest"

local sns = {}

--- Bytes that a message may have: SNS's own limit, without what JSON adds to a text that is all escapes.
sns.MAX_BYTES = 256 * 1024

local OPTIONS = {
  topics = true, max_age = true, max_skew = true, anchors = true, intermediates = true, cache_dict = true,
  transport = true, store = true, clock = true, emulator = true,
}

local MAX_AGE, MAX_SKEW = 3600, 900

local TIMES = { connect_timeout_ms = 4000, timeout_ms = 8000 }

local Receiver = { __name = "ses.events.Receiver" }
Receiver.__index = Receiver

-- ---- options ----

local function fault(field, message)
  return errors.new { kind = "validation", code = "InvalidParameter", field = field, message = field .. " " .. message }
end

local function check_topics(topics)
  if type(topics) ~= "table" or #topics == 0 then
    return nil, fault("topics", "must be a list of the ARNs of your topics: no message of another one is taken")
  end
  local known = {}
  for i, arn in ipairs(topics) do
    if type(arn) ~= "string" or not arn:find("^arn:[%w-]+:sns:[%w-]+:[^:%c]+:[^:%c]+$") then
      return nil, fault(("topics[%d]"):format(i), "must be the ARN of a topic of SNS")
    end
    known[arn] = true
  end
  return known
end

local function seconds(options, name, default)
  local value = options[name]
  if value == nil then return default end
  if type(value) ~= "number" or not (value >= 0 and value <= 14 * 86400) then
    return nil, fault(name, "must be from 0 to 1209600 seconds")
  end
  return value
end

-- → a trust of the core, or false for that in TLS | nil, err
local function check_trust(options)
  for _, name in ipairs { "anchors", "intermediates" } do
    local value = options[name]
    if value ~= nil and type(value) ~= "string" then return nil, fault(name, "must be text in PEM") end
  end
  if not options.anchors then
    if options.intermediates then return nil, fault("anchors", "must be given beside intermediates") end
    return false
  end
  local trust, failure = core.sns.trust { anchors = options.anchors, intermediates = options.intermediates }
  if not trust then return nil, errors.from_core(failure, { kind = "validation", code = "InvalidParameter" }) end
  return trust
end

-- → function(url of SNS) → where it is asked for
local function check_emulator(options)
  local url = options.emulator
  if url == nil then return function(asked) return asked end end
  if type(url) ~= "string" or not url:find("^https?://[^/?#@%s]+/?$") then
    return nil, fault("emulator", "must be the URL of a ses emulator")
  end
  local origin = url:gsub("/$", "")
  return function(asked) return origin .. asked:match("^https://[^/]+(.*)$") end
end

local function check(options)
  for name in pairs(options) do
    if not OPTIONS[name] then
      return nil, fault(tostring(name), "is not known" .. suggest.hint(tostring(name), OPTIONS))
    end
  end
  local topics, err = check_topics(options.topics)
  if not topics then return nil, err end
  local max_age, max_skew, trust
  max_age, err = seconds(options, "max_age", MAX_AGE)
  if not max_age then return nil, err end
  max_skew, err = seconds(options, "max_skew", MAX_SKEW)
  if not max_skew then return nil, err end
  trust, err = check_trust(options)
  if trust == nil then return nil, err end
  local place
  place, err = check_emulator(options)
  if not place then return nil, err end
  return { topics = topics, max_age = max_age, max_skew = max_skew, trust = trust or nil, place = place }
end

local function ports_of(options)
  local place = host.current()
  local ports = {
    transport = options.transport, clock = options.clock or place.clock, host = place,
    store = options.store or place.store { cache_dict = options.cache_dict or "ses_cache" },
  }
  if ports.transport then return ports end
  local err
  ports.transport, err = place.transport { verify_ssl = true, max_response_bytes = 64 * 1024, max_connections = 8 }
  if not ports.transport then return nil, err end
  return ports
end

-- ---- messages ----

local function refuse(kind, code, message, fields)
  fields = fields or {}
  fields.kind, fields.code, fields.message = kind, code, message
  return nil, errors.new(fields)
end

local function parse(body)
  local parsed, failure = core.sns.parse(body)
  if parsed then return parsed end
  return nil, errors.from_core(failure, { kind = "parse", code = "MalformedMessage" })
end

local function check_time(self, parsed)
  local age = self.clock.now() - parsed:time()
  if age > self.max_age + self.max_skew then
    return refuse("validation", "StaleMessage", ("the message is %.0f seconds old"):format(age))
  elseif age < -self.max_skew then
    return refuse("validation", "StaleMessage", ("the message is %.0f seconds ahead of time"):format(-age))
  end
  return true
end

local function check_signature(self, parsed, url)
  local certificate, err = self.certificates:get(url, parsed:region())
  if not certificate then return nil, err end
  local right, failure = parsed:verify(certificate)
  if not right then return nil, certificates.refusal(failure) end
  return true
end

local function check_new(self, fields)
  local state, err = seen.take(self.store, fields.TopicArn, fields.MessageId)
  if not state then return nil, err end
  if state == "taken" then return true end
  local in_hand = state == "in_hand"
  return refuse("validation", "DuplicateMessage", in_hand and "the message is being dealt with just now"
    or "the message was dealt with already", { in_hand = in_hand, retryable = in_hand })
end

local function verify(self, parsed, fields)
  if not self.topics[fields.TopicArn] then
    return refuse("validation", "UnknownTopic", "no messages are taken of the topic " .. fields.TopicArn:sub(1, 300))
  end
  local fine, failure = parsed:check_urls()
  if not fine then return nil, certificates.refusal(failure) end
  local err
  fine, err = check_time(self, parsed)
  if not fine then return nil, err end
  fine, err = check_signature(self, parsed, fields.SigningCertURL)
  if not fine then return nil, err end
  return check_new(self, fields)
end

--- Takes a message that was posted. What is taken must be ended by `done` or `give_back`.
-- @tparam string body
-- @treturn table { type = "Notification", "SubscriptionConfirmation" or "UnsubscribeConfirmation", message_id =,
--   topic_arn =, subject = or nil, text = what was published, time = unix seconds, event = as of ses.events.normalise,
--   or nil where the text is no event of SES's: SES publishes a word of its own when it is given a topic }
-- @treturn[2] nil
-- @treturn[2] ses.Error
function Receiver:receive(body)
  if #body > sns.MAX_BYTES then return refuse("parse", "MalformedMessage", "the message is too large") end
  local parsed, err = parse(body)
  if not parsed then return nil, err end
  local fields = parsed:fields()
  local message = {
    type = fields.Type, message_id = fields.MessageId, topic_arn = fields.TopicArn, subject = fields.Subject,
    text = fields.Message, time = parsed:time(), subscribe_url = fields.SubscribeURL,
  }
  local fine
  fine, err = verify(self, parsed, fields)
  parsed:close()
  if not fine then return nil, err end
  if message.type == "Notification" then message.event = normalise.read(message.text) end
  return message
end

--- Says that a message was dealt with: it is not taken again.
-- @tparam table message
-- @treturn boolean|nil true
-- @treturn ?ses.Error of the store
function Receiver:done(message)
  return seen.done(self.store, message.topic_arn, message.message_id, self.max_age + 2 * self.max_skew)
end

--- Says that a message could not be dealt with: it is taken when it comes again.
-- @tparam table message
-- @treturn boolean|nil true
-- @treturn ?ses.Error of the store
function Receiver:give_back(message)
  return seen.give_back(self.store, message.topic_arn, message.message_id)
end

--- Confirms the subscription that a message of type "SubscriptionConfirmation" asks for, by a GET of its URL.
-- @tparam table message
-- @treturn boolean|nil true
-- @treturn ?ses.Error kind "network" or "timeout", or "service" where SNS refuses
function Receiver:confirm(message)
  if message.type ~= "SubscriptionConfirmation" then
    return refuse("validation", "InvalidParameter", "the message asks for no confirmation")
  end
  local request, failure = core.http.request("GET", self.place(message.subscribe_url))
  if not request then return nil, errors.from_core(failure) end
  local response, err = self.transport:perform(request, TIMES)
  if not response then return nil, err end
  if response.status == 200 then return true end
  return refuse("service", "ConfirmationFailed", "SNS did not confirm the subscription: HTTP " .. response.status,
    { status = response.status, retryable = response.status >= 500 })
end

--- Ends the receiver's connections.
function Receiver:close() self.transport:close() end

--- Makes a receiver. No I/O.
-- @tparam table options `topics`, the ARNs of the topics that messages are taken of, which alone are confirmed, too;
--   `max_age` (3,600 seconds), `max_skew` (900); `anchors` and `intermediates` in PEM; `cache_dict`, nginx's shared
--   dictionary ("ses_cache"); `transport`, `store` and `clock`, ports in place of those of the process (see ses.ports;
--   the transport must verify TLS)
--   `emulator`, for tests alone: the URL of a `ses emulator` that stands in SNS's place
-- @treturn ses.events.Receiver
-- @treturn[2] nil
-- @treturn[2] ses.Error kind "validation"
function sns.new(options)
  local self, err = check(options)
  if not self then return nil, err end
  local ports
  ports, err = ports_of(options)
  if not ports then return nil, err end
  ports.place, ports.authority = self.place, options.emulator or ""
  self.transport, self.store, self.clock = ports.transport, ports.store, ports.clock
  self.certificates = certificates.new(ports, self.trust)
  return setmetatable(self, Receiver)
end

return sns
