--- Numbers that the workers of an nginx add up in a dictionary, and that outlast each of them.
--
-- nginx.conf declares it: `lua_shared_dict ses_metrics 1m;`. In a dictionary of their own nothing makes nginx give
-- up a number for want of room; in one that serves as a cache as well it may.
-- @module ses.adapters.nginx_counters
local nginx_counters = {}

local PREFIX = "ses:metrics:"

local Counters = { __name = "ses.Counters" }
Counters.__index = Counters

--- Adds to a number, atomically among all workers.
-- @tparam string key
-- @tparam number number
-- @treturn boolean false where there is no room for one more number
function Counters:add(key, number)
  key = PREFIX .. key
  if self.dict:incr(key, number) then return true end
  self.dict:safe_add(key, 0)
  return self.dict:incr(key, number) ~= nil
end

--- Keeps a number for a while.
-- @tparam string key
-- @tparam number number
-- @tparam number ttl seconds
-- @treturn boolean false where there is no room for it
function Counters:put(key, number, ttl)
  return self.dict:safe_set(PREFIX .. key, number, ttl) == true
end

--- Forgets a number.
function Counters:remove(key) self.dict:delete(PREFIX .. key) end

--- Whether there is such a number.
function Counters:has(key) return self.dict:get(PREFIX .. key) ~= nil end

--- Keeps a number where there is none, atomically among all workers.
-- @treturn boolean whether it was not there
function Counters:claim(key) return self.dict:safe_add(PREFIX .. key, 1) == true end

--- Every number: function(key, number).
function Counters:each(visit)
  for _, key in ipairs(self.dict:get_keys(0)) do
    if key:sub(1, #PREFIX) == PREFIX then
      local number = self.dict:get(key)
      if type(number) == "number" then visit(key:sub(#PREFIX + 1), number) end
    end
  end
end

--- Calls a function again and again in this worker, and once more with `true` when the worker is about to end.
-- @tparam number seconds
-- @tparam function fn function(ended)
-- @treturn boolean false where nginx cannot do that yet: in its master, say
function Counters:every(seconds, fn)
  local called, started = pcall(ngx.timer.every, seconds, fn)
  return called and started ~= nil and started ~= false
end

--- What tells this worker from all others.
function Counters:process() return ngx.worker.pid() end

--- Makes the numbers of a dictionary.
-- @tparam string ... names, of which the first that nginx.conf declares counts
-- @treturn ses.Counters|nil nil where it declares none; its `warn(text)` writes into nginx's error log
function nginx_counters.new(...)
  for _, name in ipairs { ... } do
    local dict = ngx.shared[name]
    if dict then
      return setmetatable({
        dict = dict, name = name, warn = function(text) ngx.log(ngx.WARN, "ses: ", text) end,
      }, Counters)
    end
  end
end

return nginx_counters
