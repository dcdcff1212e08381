--- Subscriptions of topics over HTTP and HTTPS, in memory alone.
--
-- Who subscribes is posted a SubscriptionConfirmation, and once it has asked for the message's SubscribeURL, at the
-- emulator, the notifications of its topic. An endpoint that does not answer, or with 5xx or 429, is tried again after
-- each of `endpoints.DELAYS`. Certificates of endpoints are not verified. A host is an address, or "localhost".
--
-- Source: "Fanout Amazon SNS notifications to HTTPS endpoints", Amazon SNS Developer Guide.
-- @module ses.emulator.endpoints
local core = require "ses.core"
local host = require "ses.adapters.host"
local ids = require "ses.emulator.ids"
local json = require "ses.model.json"
local sns_message = require "ses.emulator.sns_message"

local endpoints = {}

--- Seconds before each further try.
endpoints.DELAYS = { 0.2, 1, 3 }

--- How many subscriptions there may be.
endpoints.MAX = 100

local TIMES = { connect_timeout_ms = 5000, timeout_ms = 15000 }

local list, versions, transport = {}, {}, nil

--- The version of the signature of a topic's messages.
-- @tparam string topic_arn
-- @treturn string "1" or "2"
function endpoints.version(topic_arn) return versions[topic_arn] or "1" end

local function post(subscription, message, body)
  local request = core.http.request("POST", subscription.url)
  if not request then return nil, "this is no URL" end
  for _, header in ipairs {
    { "Content-Type", "text/plain; charset=UTF-8" }, { "User-Agent", "Amazon Simple Notification Service Agent" },
    { "x-amz-sns-message-type", message.Type }, { "x-amz-sns-message-id", message.MessageId },
    { "x-amz-sns-topic-arn", message.TopicArn }, { "x-amz-sns-subscription-arn", subscription.arn },
  } do
    assert(request:add_header(header[1], header[2]))
  end
  assert(request:set_body(body))
  transport = transport or assert(host.current().transport { verify_ssl = false, max_response_bytes = 64 * 1024 })
  local response, err = transport:perform(request, TIMES)
  request:close()
  if not response then return nil, err.message, true end
  if response.status >= 200 and response.status <= 299 then return true end
  return nil, "HTTP " .. response.status, response.status >= 500 or response.status == 429
end

local function deliver(subscription, message, body)
  for try = 0, #endpoints.DELAYS do
    if try > 0 then ngx.sleep(endpoints.DELAYS[try]) end
    if subscription.gone or ngx.worker.exiting() then return end
    local done, reason, again = post(subscription, message, body)
    subscription.last_error = not done and reason or nil
    if done then
      subscription.delivered = subscription.delivered + 1
      return
    end
    if not again then break end
  end
  subscription.failed = subscription.failed + 1
end

local function deliver_soon(subscription, message, body)
  ngx.timer.at(0, function(premature)
    if premature then return end
    local ok, reason = pcall(deliver, subscription, message, body)
    if not ok then ngx.log(ngx.ERR, tostring(reason)) end
  end)
end

local function is_valid(wanted)
  return type(wanted.topic_arn) == "string" and wanted.topic_arn:find("^arn:[%w-]+:sns:[%w-]+:%d+:[%w_.-]+$")
    and type(wanted.endpoint) == "string" and wanted.endpoint:find("^https?://[^/?#@%s]+[^#%s]*$")
    and (wanted.signature_version == nil or wanted.signature_version == "1" or wanted.signature_version == "2")
end

--- Subscribes an endpoint, which is asked to confirm.
-- @tparam table wanted `topic_arn`, `endpoint` (a URL), `signature_version` of the topic from now on ("1" or "2")
-- @tparam number now
-- @treturn ?table the subscription
-- @treturn ?string what is wrong
function endpoints.subscribe(wanted, now)
  if not is_valid(wanted) then
    return nil, "topic_arn must be the ARN of a topic, endpoint a URL of http or https, and signature_version 1 or 2, "
      .. "as texts"
  end
  if #list >= endpoints.MAX then return nil, ("the emulator has %d subscriptions"):format(endpoints.MAX) end
  versions[wanted.topic_arn] = wanted.signature_version or versions[wanted.topic_arn]
  local subscription = {
    arn = wanted.topic_arn .. ":" .. ids.uuid(), topic_arn = wanted.topic_arn, endpoint = wanted.endpoint,
    url = wanted.endpoint:gsub("^(https?://)localhost%f[^%w.-]", "%1127.0.0.1"), status = "pending",
    token = ids.uuid():gsub("-", ""), delivered = 0, failed = 0,
  }
  list[#list + 1] = subscription
  local version = endpoints.version(wanted.topic_arn)
  local message = sns_message.confirmation(wanted.topic_arn, subscription.token, version, now)
  deliver_soon(subscription, message, assert(json.encode(message)))
  return subscription
end

--- Confirms the subscription that a token is of.
-- @tparam string topic_arn
-- @tparam string token
-- @treturn ?table the subscription
function endpoints.confirm(topic_arn, token)
  for _, subscription in ipairs(list) do
    if subscription.topic_arn == topic_arn and subscription.token == token then
      subscription.status = "confirmed"
      return subscription
    end
  end
  return nil
end

--- Posts a message to all that have confirmed.
-- @tparam string topic_arn
-- @tparam table message
-- @tparam string body the same in JSON
function endpoints.notify(topic_arn, message, body)
  for _, subscription in ipairs(list) do
    if subscription.topic_arn == topic_arn and subscription.status == "confirmed" then
      deliver_soon(subscription, message, body)
    end
  end
end

local SHOWN = { "arn", "topic_arn", "endpoint", "status", "delivered", "failed", "last_error" }

--- A subscription as tests may see it: without its token.
-- @tparam table subscription
-- @treturn table { arn =, topic_arn =, endpoint =, status = "pending" or "confirmed", delivered = and failed = how many
--   messages, last_error = or nil }
function endpoints.show(subscription)
  local shown = {}
  for _, name in ipairs(SHOWN) do shown[name] = subscription[name] end
  return shown
end

--- All subscriptions, the oldest first.
-- @treturn table list of what `endpoints.show` gives
function endpoints.all()
  local shown = json.list()
  for i, subscription in ipairs(list) do shown[i] = endpoints.show(subscription) end
  return shown
end

--- Forgets all subscriptions.
function endpoints.reset()
  for _, subscription in ipairs(list) do subscription.gone = true end
  list, versions = {}, {}
end

return endpoints
