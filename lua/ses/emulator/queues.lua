--- Queues of messages as Amazon SQS's standard queues have them, in memory alone.
--
-- A queue is there once it was made, or once an event destination names the topic of its name. It holds
-- `queues.MAX_MESSAGES` messages of `queues.MAX_BYTES` bytes together; where more come, the oldest goes.
-- @module ses.emulator.queues
local configuration_sets = require "ses.emulator.configuration_sets"
local ids = require "ses.emulator.ids"

local queues = {}

queues.MAX_MESSAGES, queues.MAX_BYTES = 10000, 64 * 1024 * 1024

--- How many queues there may be.
queues.MAX_QUEUES = 1000

--- Seconds for which a received message is hidden, where nothing says another time.
queues.VISIBILITY_TIMEOUT = 30

local by_name, count = {}, 0

local Queue = {}
Queue.__index = Queue

--- Makes a queue, or gives the one of this name.
-- @tparam string name
-- @tparam ?table options `visibility_timeout` in seconds; `dead_letter_queue` (a name) and `max_receive_count`, after
--   which a message goes there
-- @treturn ?table the queue; nil where there are too many
function queues.make(name, options)
  local queue = by_name[name]
  if not queue then
    if count >= queues.MAX_QUEUES then return nil end
    queue = setmetatable({
      name = name, messages = {}, bytes = 0, visibility_timeout = queues.VISIBILITY_TIMEOUT,
    }, Queue)
    by_name[name], count = queue, count + 1
  end
  for key, value in pairs(options or {}) do queue[key] = value end
  return queue
end

--- The queue of a name.
-- @tparam string name
-- @treturn ?table
function queues.get(name)
  return by_name[name] or (configuration_sets.has_topic(name) and queues.make(name)) or nil
end

--- Forgets all queues.
function queues.reset() by_name, count = {}, 0 end

local function remove_at(queue, at)
  local message = table.remove(queue.messages, at)
  queue.bytes = queue.bytes - #message.body
  return message
end

local function add(queue, message)
  queue.messages[#queue.messages + 1] = message
  queue.bytes = queue.bytes + #message.body
  while #queue.messages > queues.MAX_MESSAGES or queue.bytes > queues.MAX_BYTES and #queue.messages > 1 do
    remove_at(queue, 1)
  end
end

--- Puts a message into the queue.
-- @tparam string body
-- @tparam number now
-- @treturn string its id
function Queue:send(body, now)
  local message = { id = ids.uuid(), body = body, sent = now, receives = 0, visible_at = now }
  add(self, message)
  return message.id
end

-- A message that was received too often goes to the dead-letter queue.
local function is_dead(queue, message)
  return queue.max_receive_count and message.receives >= queue.max_receive_count
end

local function bury(queue, at)
  local message, dead = remove_at(queue, at), queues.make(queue.dead_letter_queue)
  message.receives, message.receipt = 0, nil
  if dead then add(dead, message) end
end

--- Receives messages, the oldest first, and hides them from others for a time.
-- @tparam integer max
-- @tparam number visibility seconds
-- @tparam number now
-- @treturn table list of { id =, body =, sent =, receives =, first_received =, receipt = }
function Queue:receive(max, visibility, now)
  local received, at = {}, 1
  while at <= #self.messages and #received < max do
    local message = self.messages[at]
    if message.visible_at > now then
      at = at + 1
    elseif is_dead(self, message) then
      bury(self, at)
    else
      message.receives, message.visible_at = message.receives + 1, now + visibility
      message.first_received = message.first_received or now
      message.receipt = message.id .. "." .. ids.uuid()
      received[#received + 1], at = message, at + 1
    end
  end
  return received
end

-- → the place of the message that this receipt handle is of and the last one for, or nil
local function find(queue, receipt)
  for at, message in ipairs(queue.messages) do
    if message.receipt == receipt then return at end
  end
  return nil
end

--- Deletes a message.
-- @tparam string receipt its last receipt handle; an older one deletes nothing
function Queue:delete(receipt)
  local at = find(self, receipt)
  if at then remove_at(self, at) end
end

--- Hides a received message for another time.
-- @tparam string receipt
-- @tparam number visibility seconds from now on
-- @tparam number now
-- @treturn boolean false where it is not in flight
function Queue:hide(receipt, visibility, now)
  local at = find(self, receipt)
  if not at or self.messages[at].visible_at <= now then return false end
  self.messages[at].visible_at = now + visibility
  return true
end

return queues
