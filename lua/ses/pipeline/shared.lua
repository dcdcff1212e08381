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

--- Takes a step: `step(object)`, which must not wait.
-- @return what the step returns
function Shared:step(step)
  local object = self.object
  if not self.store then return step(object) end
  local done, a, b = false, nil, nil
  self.store:update(self.key, function(bytes)
    if type(bytes) == "string" then object:restore(bytes) end
    a, b = step(object)
    done = true
    return object:save()
  end)
  if done then return a, b end
  return step(object)
end

return shared
