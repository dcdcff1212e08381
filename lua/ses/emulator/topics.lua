--- Topics of Amazon SNS: what is published to `arn:aws:sns:REGION:ACCOUNT:NAME` goes, in SNS's envelope, into the queue
-- `NAME`.
-- @module ses.emulator.topics
local ids = require "ses.emulator.ids"
local json = require "ses.model.json"
local queues = require "ses.emulator.queues"
local timestamp = require "ses.model.timestamp"

local topics = {}

local SUBJECT = "Amazon SES Email Event Notification"

--- Publishes an event.
-- @tparam string topic_arn
-- @tparam table event
-- @tparam number now
function topics.publish(topic_arn, event, now)
  local queue = queues.make(topic_arn:match("([^:]*)$"))
  if not queue then return end
  queue:send(assert(json.encode {
    Type = "Notification", MessageId = ids.uuid(), TopicArn = topic_arn, Subject = SUBJECT,
    Message = assert(json.encode(event)), Timestamp = timestamp.iso8601(now),
  }), now)
end

return topics
