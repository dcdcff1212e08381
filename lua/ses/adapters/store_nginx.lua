--- The store port on a dictionary that all workers of an nginx share.
--
-- nginx.conf declares it: `lua_shared_dict ses_cache 1m;`. It is bounded by that size; nginx gives up what
-- was used least recently.
-- @module ses.adapters.store_nginx
local errors = require "ses.errors"

local store_nginx = {}

-- What nginx rounds to no time at all would be kept without end.
local SHORTEST = 0.001

local Store = { __name = "ses.Store" }
Store.__index = Store

local function failure(reason)
  if reason == "no memory" then
    return errors.new {
      kind = "client", code = "StoreFull", message = "the value does not fit into nginx's shared dictionary",
    }
  elseif reason == "not a number" then
    return errors.new { kind = "client", code = "NotANumber", message = "the store holds no number there" }
  end
  return errors.new {
    kind = "client", code = "StoreError", message = "nginx's shared dictionary failed: " .. tostring(reason),
  }
end

--- The value under a key; see ses.adapters.store_memory.
function Store:get(key)
  local value, reason = self.dict:get(key)
  if value == nil and type(reason) == "string" then return nil, failure(reason) end
  return value
end

--- Keeps a value; see ses.adapters.store_memory.
function Store:set(key, value, ttl)
  local ok, reason = self.dict:set(key, value, ttl and math.max(ttl, SHORTEST))
  if not ok then return nil, failure(reason) end
  return true
end

--- Keeps a value where there is none, atomically among all workers; see ses.adapters.store_memory.
function Store:set_new(key, value, ttl)
  local ok, reason = self.dict:add(key, value, ttl and math.max(ttl, SHORTEST))
  if ok then return true end
  if reason == "exists" then return false end
  return nil, failure(reason)
end

--- Adds to a number, atomically among all workers; see ses.adapters.store_memory.
function Store:add(key, number, initial)
  local sum, reason = self.dict:incr(key, number, initial or 0)
  if not sum then return nil, failure(reason) end
  return sum
end

-- A worker that dies within an update keeps the others out for so long, in seconds.
local LOCK_SECONDS = 1
-- An update takes some microseconds: so many looks without a wait, then with one between them.
local LOOKS, WAITS = 1000, 2000

local function lock(self, key)
  for i = 1, LOOKS + WAITS do
    local ok, reason = self.dict:add(key, true, LOCK_SECONDS)
    if ok then return true end
    if reason ~= "exists" then return nil, failure(reason) end
    -- Where nginx cannot wait, looking again is all there is.
    if i > LOOKS then pcall(ngx.sleep, 0.001) end
  end
  return nil, failure("a value stays locked")
end

local function unlock(self, key, lock_key, ran, new, ...)
  local ok, err
  if ran then ok, err = self:set(key, new) end
  self.dict:delete(lock_key)
  if not ran then error(new, 0) end
  return ok, err, ...
end

--- Makes a value anew from what it is, atomically among all workers; see ses.adapters.store_memory.
function Store:update(key, fn, ...)
  local lock_key = key .. ":lock"
  local ok, err = lock(self, lock_key)
  if not ok then return nil, err end
  local old
  old, err = self:get(key)
  if err then
    self.dict:delete(lock_key)
    return nil, err
  end
  return unlock(self, key, lock_key, pcall(fn, old, ...))
end

function Store:__tostring() return "ses.Store in nginx's shared dictionary " .. self.name end

--- Makes a store on a shared dictionary.
-- @tparam string name of the dictionary
-- @treturn ses.Store|nil nil where nginx.conf declares none of that name
function store_nginx.new(name)
  local dict = ngx.shared[name]
  return dict and setmetatable({ dict = dict, name = name }, Store)
end

return store_nginx
