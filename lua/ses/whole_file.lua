--- A file that is there whole or not at all, for those who read it at any time.
-- @module ses.whole_file
local core = require "ses.core"
local errors = require "ses.errors"

local whole_file = {}

--- The error of a file that could not be written.
-- @tparam string path
-- @param reason as the system gives it, or in words of one's own
-- @treturn ses.Error code "CannotWrite"
function whole_file.failure(path, reason)
  return errors.new {
    kind = "client", code = "CannotWrite",
    message = ("cannot write %s: %s"):format(path, (tostring(reason):gsub("^.*: ", ""))),
  }
end

local function fill(part, fn)
  local handle, reason = io.open(part, "wb")
  if not handle then return nil, reason end
  local done, err = fn(function(text) return handle:write(text) end)
  local closed, why = handle:close()
  if not done then return nil, err end
  return closed, why
end

--- Writes a file under a temporary name in its folder, and renames it.
-- @tparam string path
-- @tparam function fn takes a function(text) → true, or nil and a reason; gives nil and an error or that reason where
--   it fails
-- @treturn boolean|nil true
-- @treturn ?ses.Error code "CannotWrite", or the error of `fn`; what was there before stays then
function whole_file.write(path, fn)
  -- No two writers have the same one.
  local part = path .. "." .. core.digest.sha256(core.random.bytes(16)):sub(1, 16) .. ".tmp"
  local ok, reason = fill(part, fn)
  if ok then ok, reason = os.rename(part, path) end
  if ok then return true end
  os.remove(part)
  return nil, errors.is(reason) and reason or whole_file.failure(path, reason)
end

return whole_file
