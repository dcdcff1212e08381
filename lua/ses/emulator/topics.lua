--- Topics of Amazon SNS: what is published to `arn:aws:sns:REGION:ACCOUNT:NAME` goes, signed and in SNS's envelope,
-- into the queue `NAME`, and to the endpoints that have subscribed (`ses.emulator.endpoints`).
-- @module ses.emulator.topics
local endpoints = require "ses.emulator.endpoints"
local json = require "ses.model.json"
local queues = require "ses.emulator.queues"
local sns_message = require "ses.emulator.sns_message"

local topics = {}

--- Publishes an event.
-- @tparam string topic_arn
-- @tparam table event
-- @tparam number now
function topics.publish(topic_arn, event, now)
  local queue = queues.make(topic_arn:match("([^:]*)$"))
  local message = sns_message.notification(topic_arn, assert(json.encode(event)), endpoints.version(topic_arn), now)
  local body = assert(json.encode(message))
  if queue then queue:send(body, now) end
  endpoints.notify(topic_arn, message, body)
end

return topics
