--- Functions of the user's that a handler calls.
-- @module ses.nginx.callback
local callback = {}

--- Calls one. It fails by an error, or by nil or false and a reason: what returns nothing has done its work.
-- @tparam function fn
-- @param ... for it
-- @treturn boolean|nil true
-- @return why it failed
function callback.run(fn, ...)
  local ran, result, reason = pcall(fn, ...)
  if not ran then return nil, result end
  if not result and reason ~= nil then return nil, reason end
  return true
end

return callback
