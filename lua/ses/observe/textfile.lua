--- A file that is there whole or not at all, for those who read it at any time.
-- @module ses.observe.textfile
local core = require "ses.core"
local errors = require "ses.errors"

local textfile = {}

local function failure(path, reason)
  return errors.new {
    kind = "client", code = "CannotWrite",
    message = ("cannot write %s: %s"):format(path, (tostring(reason):gsub("^.*: ", ""))),
  }
end

local function write_all(path, text)
  local file, reason = io.open(path, "wb")
  if not file then return nil, reason end
  local written
  written, reason = file:write(text)
  local closed, why = file:close()
  if not written then return nil, reason end
  return closed, why
end

--- Writes a file under a temporary name in its folder, and renames it.
-- @tparam string path
-- @tparam string text
-- @treturn boolean|nil true
-- @treturn ?ses.Error code "CannotWrite"; what was there before stays then
function textfile.write(path, text)
  -- No two writers have the same one.
  local part = path .. "." .. core.digest.sha256(core.random.bytes(16)):sub(1, 16) .. ".tmp"
  local ok, reason = write_all(part, text)
  if ok then ok, reason = os.rename(part, path) end
  if ok then return true end
  os.remove(part)
  return nil, failure(path, reason)
end

return textfile
