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

--- Adds to a number, atomically among all workers; see ses.adapters.store_memory.
function Store:add(key, number, initial)
  local sum, reason = self.dict:incr(key, number, initial or 0)
  if not sum then return nil, failure(reason) end
  return sum
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
