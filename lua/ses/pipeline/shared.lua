--- State of the core that one process keeps, or all processes of a place together.
--
-- Where the place has a store that its processes share (nginx's dictionary), each step reads the state from
-- there, lets the core decide, and writes it back, in one piece that no other process comes between. What the
-- store has lost, or a store that fails, costs no more than that: the process goes on by its own state.
-- @module ses.pipeline.shared
local shared = {}

local Shared = { __name = "ses.Shared" }
Shared.__index = Shared

--- Makes a shared state.
-- @tparam userdata object of ses.core, with `save` and `restore`
-- @tparam ?table store the store port; nil: this process alone
-- @tparam ?string key
-- @treturn ses.Shared
function shared.new(object, store, key)
  return setmetatable({ object = object, store = store, key = key }, Shared)
end

-- No step is a closure, nor takes its arguments as varargs where they are kept: neither can be compiled by LuaJIT.

local function saved(object, ...)
  return object:save(), true, ...
end

local function step_from(bytes, object, step, a, b, c, d)
  if type(bytes) == "string" then object:restore(bytes) end
  return saved(object, step(object, a, b, c, d))
end

-- What became of an update. Where the store failed before the step, the process takes it by its own state.
local function outcome(object, step, a, b, c, d, _, _, done, ...)
  if done then return ... end
  return step(object, a, b, c, d)
end

--- Takes a step: `step(object, a, b, c, d)`, which must not wait.
-- @tparam function step
-- @param a for the step, as `b`, `c` and `d` are
-- @param b
-- @param c
-- @param d
-- @return what the step returns
function Shared:step(step, a, b, c, d)
  local object = self.object
  if not self.store then return step(object, a, b, c, d) end
  return outcome(object, step, a, b, c, d, self.store:update(self.key, step_from, object, step, a, b, c, d))
end

return shared
