--- The store port in the memory of one process, or of one worker of an nginx: bounded, the least recently
-- used given up first.
-- @module ses.adapters.store_memory
local core = require "ses.core"
local errors = require "ses.errors"

local store_memory = {}

local MAX_ENTRIES, MAX_BYTES = 1000, 4 * 1024 * 1024

local Store = { __name = "ses.Store" }
Store.__index = Store

-- Entries stand in a ring around `self.ring`, the one used last behind it, the next to go before it.

local function unlink(entry)
  entry.before.after, entry.after.before = entry.after, entry.before
end

local function link(self, entry)
  local ring = self.ring
  entry.before, entry.after = ring, ring.after
  ring.after.before, ring.after = entry, entry
end

local function drop(self, entry)
  unlink(entry)
  self.entries[entry.key] = nil
  self.count, self.bytes = self.count - 1, self.bytes - entry.size
end

-- The entry, moved to the front; nil where there is none or its time is over.
local function find(self, key)
  local entry = self.entries[key]
  if not entry then return nil end
  if entry.until_time and self.monotonic() >= entry.until_time then
    drop(self, entry)
    return nil
  end
  unlink(entry)
  link(self, entry)
  return entry
end

local function put(self, key, value, ttl)
  local old = self.entries[key]
  if old then drop(self, old) end
  local size = #key + (type(value) == "string" and #value or 8)
  if size > self.max_bytes then
    return nil, errors.new {
      kind = "client", code = "StoreFull",
      message = "the value is larger than the store's " .. self.max_bytes .. " bytes",
    }
  end
  while self.count >= self.max_entries or self.bytes + size > self.max_bytes do drop(self, self.ring.before) end
  local entry = { key = key, value = value, size = size, until_time = ttl and self.monotonic() + ttl }
  link(self, entry)
  self.entries[key] = entry
  self.count, self.bytes = self.count + 1, self.bytes + size
  return true
end

--- The value under a key.
-- @tparam string key
-- @treturn string|number|nil nil where there is none, or its time is over
function Store:get(key)
  local entry = find(self, key)
  return entry and entry.value
end

--- Keeps a value.
-- @tparam string key
-- @tparam string|number|nil value nil forgets what is there
-- @tparam ?number ttl seconds; without end by default
-- @treturn boolean|nil true
-- @treturn ?ses.Error code "StoreFull" where the value alone is larger than the store
function Store:set(key, value, ttl)
  if value ~= nil then return put(self, key, value, ttl) end
  local entry = self.entries[key]
  if entry then drop(self, entry) end
  return true
end

--- Keeps a value where there is none; nothing comes between looking and keeping it.
-- @tparam string key
-- @tparam string|number value
-- @tparam ?number ttl seconds; without end by default
-- @treturn boolean|nil true; false where a value is there
-- @treturn ?ses.Error
function Store:set_new(key, value, ttl)
  if find(self, key) then return false end
  return put(self, key, value, ttl)
end

--- Adds to a number; nothing comes between reading and writing it. Its time to live stays.
-- @tparam string key
-- @tparam number number
-- @tparam ?number initial what it is where it is absent; 0 by default
-- @treturn number|nil the sum
-- @treturn ?ses.Error code "NotANumber" where something else is there
function Store:add(key, number, initial)
  local entry = find(self, key)
  if not entry then
    local sum = (initial or 0) + number
    local ok, err = put(self, key, sum)
    if not ok then return nil, err end
    return sum
  end
  if type(entry.value) ~= "number" then
    return nil, errors.new { kind = "client", code = "NotANumber", message = "the store holds no number there" }
  end
  entry.value = entry.value + number
  return entry.value
end

local function keep(self, key, value, ...)
  local ok, err = self:set(key, value)
  return ok, err, ...
end

--- Makes a value anew from what it is; nothing comes between reading and writing it.
-- @tparam string key
-- @tparam function fn function(value or nil, …) → the new value, …; it must not wait. Its errors pass through
-- @param ... for `fn`
-- @treturn boolean|nil true
-- @treturn ?ses.Error
-- @return what `fn` returned beside the value
function Store:update(key, fn, ...)
  local entry = find(self, key)
  return keep(self, key, fn(entry and entry.value, ...))
end

function Store:__tostring()
  return ("ses.Store in memory (%d of %d entries)"):format(self.count, self.max_entries)
end

--- Makes a store.
-- @tparam ?table options `max_entries` (1,000), `max_bytes` of keys and values (4 MB), `monotonic` a clock's
--   function in seconds (the system's)
-- @treturn ses.Store
function store_memory.new(options)
  options = options or {}
  local ring = {}
  ring.before, ring.after = ring, ring
  return setmetatable({
    entries = {}, ring = ring, count = 0, bytes = 0, max_entries = options.max_entries or MAX_ENTRIES,
    max_bytes = options.max_bytes or MAX_BYTES, monotonic = options.monotonic or core.clock.monotonic,
  }, Store)
end

return store_memory
