--- What became of a message that was sent.
-- @module ses.emulator.insights
local errors = require "ses.emulator.errors"
local messages = require "ses.emulator.messages"

local insights = {}

-- By the status of a recipient: the events that follow SEND.
local EVENTS = {
  delivered = { "DELIVERY" }, bounced = { "BOUNCE" }, suppressed = { "BOUNCE" },
  complained = { "DELIVERY", "COMPLAINT" }, rendering_failure = { "RENDERING_FAILURE" },
}

local function insight_of(recipient, time)
  local events = { { Type = "SEND", Timestamp = time } }
  for _, name in ipairs(EVENTS[recipient.status] or {}) do
    events[#events + 1] = { Type = name, Timestamp = time, Details = name == "BOUNCE" and {
      Bounce = { BounceType = "PERMANENT", BounceSubType = "General", DiagnosticCode = recipient.reason },
    } or nil }
  end
  return { Destination = recipient.email, Isp = recipient.email:match("@(.*)$"), Events = events }
end

--- GetMessageInsights.
function insights.get(params)
  local message = messages.get(params.MessageId)
  if not message then return errors.fail("NotFoundException", "Message <%s> does not exist.", params.MessageId) end
  local list, tags = {}, {}
  for i, recipient in ipairs(message.recipients) do list[i] = insight_of(recipient, message.time) end
  for name, value in pairs(message.tags) do tags[#tags + 1] = { Name = name, Value = value } end
  table.sort(tags, function(a, b) return a.Name < b.Name end)
  return {
    MessageId = message.id, FromEmailAddress = message.from, Subject = message.subject, EmailTags = tags,
    Insights = list,
  }
end

return insights
