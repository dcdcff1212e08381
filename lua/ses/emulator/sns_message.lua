--- Messages as Amazon SNS posts them, signed (but where `ses.emulator.sns_signer` has no key).
--
-- Their URLs are those of SNS itself in the topic's region. The emulator serves what is at them under the same paths:
-- `ses.nginx.webhook { emulator = … }` looks there.
--
-- Source: "Parsing message formats" and "Verifying the signatures of Amazon SNS messages", Amazon SNS Developer Guide.
-- @module ses.emulator.sns_message
local ids = require "ses.emulator.ids"
local lazy = require "ses.lazy"
local timestamp = require "ses.model.timestamp"

-- It needs the OpenSSL of an nginx, which is there when a request is.
local sns_signer = lazy "ses.emulator.sns_signer"

local sns_message = {}

-- In the order in which they are signed.
local SIGNED = {
  Notification = { "Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type" },
  SubscriptionConfirmation = { "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type" },
}

local DOMAINS = { ["aws-cn"] = "amazonaws.com.cn", ["aws-eusc"] = "amazonaws.eu" }

local function origin_of(topic_arn)
  local partition, region = topic_arn:match("^arn:([^:]*):sns:([^:]*):")
  return ("https://sns.%s.%s"):format(region or "us-east-1", DOMAINS[partition] or "amazonaws.com")
end

local function sign(message, version)
  if not sns_signer.is_there() then return message end
  local lines = {}
  for _, name in ipairs(SIGNED[message.Type]) do
    if message[name] then lines[#lines + 1] = name .. "\n" .. message[name] .. "\n" end
  end
  message.SignatureVersion = version
  message.Signature = sns_signer.sign(version, table.concat(lines))
  message.SigningCertURL = origin_of(message.TopicArn) .. sns_signer.path()
  return message
end

--- A notification.
-- @tparam string topic_arn
-- @tparam string text what is published
-- @tparam string version of the signature
-- @tparam number now
-- @treturn table by SNS's own names
function sns_message.notification(topic_arn, text, version, now)
  return sign({
    Type = "Notification", MessageId = ids.uuid(), TopicArn = topic_arn,
    Subject = "Amazon SES Email Event Notification", Message = text, Timestamp = timestamp.iso8601(now),
  }, version)
end

--- The message that asks an endpoint to confirm its subscription.
-- @tparam string topic_arn
-- @tparam string token
-- @tparam string version of the signature
-- @tparam number now
-- @treturn table by SNS's own names
function sns_message.confirmation(topic_arn, token, version, now)
  return sign({
    Type = "SubscriptionConfirmation", MessageId = ids.uuid(), TopicArn = topic_arn, Token = token,
    Message = ("You have chosen to subscribe to the topic %s.\nTo confirm the subscription, visit the SubscribeURL "
      .. "included in this message."):format(topic_arn),
    SubscribeURL = origin_of(topic_arn) .. "/?Action=ConfirmSubscription&TopicArn=" .. topic_arn .. "&Token=" .. token,
    Timestamp = timestamp.iso8601(now),
  }, version)
end

return sns_message
