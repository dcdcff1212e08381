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
-- What the count of a message is that is done with: more than anybody tries within IN_HAND_SECONDS.
local DONE = 1e9

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
  local count, err = store:add(key, 1, 0)
  if not count then return nil, err end
  if count > 1 then return count > DONE and "done" or "in_hand" end
  -- Whoever counted since then had more than one, and whoever comes will.
  local set
  set, err = store:set(key, 1, IN_HAND_SECONDS)
  if not set then return nil, err end
  return "taken"
end

--- Says that a message was dealt with.
-- @tparam table store
-- @tparam string topic_arn
-- @tparam string id
-- @tparam number ttl seconds for which it is remembered
function seen.done(store, topic_arn, id, ttl)
  return store:set(key_of(topic_arn, id), DONE, ttl)
end

--- Says that a message is to come again.
-- @tparam table store
-- @tparam string topic_arn
-- @tparam string id
function seen.give_back(store, topic_arn, id)
  return store:set(key_of(topic_arn, id), nil)
end

return seen
