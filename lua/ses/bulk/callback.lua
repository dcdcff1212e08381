--- Functions of the user's that a run calls: what they raise ends the run in order, and loses nothing.
-- @module ses.bulk.callback
local errors = require "ses.errors"

local callback = {}

--- Calls `on_result`.
-- @return nil, or a ses.Error of what it raised
function callback.call(on_result, result, given)
  local ok, reason = pcall(on_result, result, given)
  if ok then return nil end
  if errors.is(reason) then return reason end
  return errors.new {
    kind = "client", code = "CallbackFailed",
    message = "on_result raised an error: " .. tostring(reason):match("^[^\r\n]*"),
  }
end

return callback
