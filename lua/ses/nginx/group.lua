--- Calls of many requests at one moment as one: what comes while one call is under way shares the next.
-- @module ses.nginx.group
local errors = require "ses.errors"
local tasks = require "ses.adapters.nginx_tasks"

local group = {}

-- So much shares one call.
local MOST_ITEMS, MOST_BYTES = 256, 4 * 1024 * 1024
-- A call is not waited for any longer, in seconds.
local PATIENCE = 30

local Group = {}
Group.__index = Group

--- Makes a group.
-- @tparam function run takes a list of items, and gives a list of what came of each; or nil and an error for all. It
--   may wait
function group.new(run)
  return setmetatable({ run = run, batches = {}, running = false }, Group)
end

-- The batch that an item of so many bytes goes into.
local function batch_for(self, bytes)
  local batch = self.batches[#self.batches]
  if not batch or #batch.slots >= MOST_ITEMS or batch.bytes + bytes > MOST_BYTES then
    batch = { slots = {}, bytes = 0, ended = tasks.condition() }
    self.batches[#self.batches + 1] = batch
  end
  return batch
end

local function run_items(self, items)
  local ran, results, err = pcall(self.run, items)
  if ran then return results, err end
  ngx.log(ngx.ERR, "ses: ", tostring(results))
  return nil, errors.new { kind = "client", code = "Raised", message = "an error was raised; see the log" }
end

local function run_batch(self, batch)
  local slots, items = {}, {}
  for _, slot in ipairs(batch.slots) do
    if not slot.given_up then slots[#slots + 1], items[#items + 1] = slot, slot.item end
  end
  batch.begun = true
  local results, err = run_items(self, items)
  for i, slot in ipairs(slots) do slot.result, slot.err = results and results[i], err end
  batch.done = true
  batch.ended:broadcast()
end

local function run_all(self)
  while self.batches[1] do run_batch(self, table.remove(self.batches, 1)) end
  self.running = false
end

-- Beside the request, since a request may end before its time.
local function ensure_running(self)
  if self.running then return end
  self.running = true
  if not tasks.background(function() run_all(self) end) then run_all(self) end
end

-- What has not been begun never is. The timer that should have may not have been started (lua_max_running_timers).
local function give_up(self, batch, slot)
  slot.given_up = true
  if not batch.begun then self.running = false end
  local fate = batch.begun and "; it may have been done all the same" or ""
  return nil, errors.new {
    kind = "timeout", code = "OutboxSlow", retryable = true, in_doubt = batch.begun == true,
    message = "the disk did not answer in time" .. fate,
  }
end

--- Has an item done with those of others, and waits for it.
-- @tparam table item
-- @tparam ?integer bytes how large it is
-- @return what `run` gave for it
-- @treturn[2] nil
-- @treturn[2] ses.Error; `in_doubt` where it may have been done all the same
function Group:call(item, bytes)
  if not tasks.can_wait() then
    return nil, errors.new {
      kind = "client", code = "WrongPhase",
      message = "nginx cannot wait in its phase " .. ngx.get_phase() .. "; a timer can (ngx.timer.at)",
    }
  end
  local batch, slot = batch_for(self, bytes or 0), { item = item }
  batch.slots[#batch.slots + 1] = slot
  batch.bytes = batch.bytes + (bytes or 0)
  ensure_running(self)
  if not batch.done then batch.ended:wait(PATIENCE) end
  if not batch.done then return give_up(self, batch, slot) end
  return slot.result, slot.err
end

return group
