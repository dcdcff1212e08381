--- Which messages have been taken already, by all workers that share a store.
--
-- SNS posts a message again, under the same id, where it got no answer in time. A message is in hand from `take` to
-- `done` or `give_back`; who was given it and died does not keep it for long. The store is bounded, so that an id may
-- be forgotten: handlers should bear to see an event twice.
-- @module ses.events.seen
local core = require "ses.core"

local seen = {}

-- SNS waits 15 seconds for an answer, and tries again 20 seconds later at the earliest.
local IN_HAND_SECONDS = 30

local function key_of(topic_arn, id)
  return "ses:sns:seen:" .. core.digest.sha256(topic_arn .. "\n" .. id):sub(1, 32)
end

--- Takes a message, unless another has it.
-- @tparam table store the store port
-- @tparam string topic_arn
-- @tparam string id
-- @treturn string|nil "taken", "in_hand" (another is at it) or "done"
-- @treturn ?ses.Error of the store
function seen.take(store, topic_arn, id)
  local key = key_of(topic_arn, id)
  local is_new, err = store:set_new(key, "in_hand", IN_HAND_SECONDS)
  if is_new then return "taken" end
  if is_new == nil then return nil, err end
  return store:get(key) == "done" and "done" or "in_hand"
end

--- Says that a message was dealt with.
-- @tparam table store
-- @tparam string topic_arn
-- @tparam string id
-- @tparam number ttl seconds for which it is remembered
function seen.done(store, topic_arn, id, ttl)
  return store:set(key_of(topic_arn, id), "done", ttl)
end

--- Says that a message is to come again.
-- @tparam table store
-- @tparam string topic_arn
-- @tparam string id
function seen.give_back(store, topic_arn, id)
  return store:set(key_of(topic_arn, id), nil)
end

return seen
