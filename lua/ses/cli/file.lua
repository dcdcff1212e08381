--- Files that the commands write.
-- @module ses.cli.file
local errors = require "ses.errors"
local output = require "ses.cli.output"

local file = {}

local function cannot_write(path, reason)
  return errors.new {
    kind = "client", code = "CannotWrite",
    message = ("cannot write %s: %s"):format(path, (tostring(reason):gsub("^.*: ", ""))),
  }
end

--- Writes a file, whole or not at all: it takes the place of an older one once it is written.
-- @tparam string path "-" for standard output
-- @tparam function fn takes a function(text) → true, or nil and a reason; gives nil and an error where it fails
-- @treturn boolean|nil
-- @treturn ?ses.Error
function file.write(path, fn)
  if path == "-" then
    local done, err = fn(function(text) return output.write(text) end)
    output.flush()
    return done and true, err
  end
  local part = path .. ".part"
  local handle, reason = io.open(part, "wb")
  if not handle then return nil, cannot_write(path, reason) end
  local done, err = fn(function(text) return handle:write(text) end)
  local closed, why = handle:close()
  if done and closed then
    closed, why = os.rename(part, path)
    if closed then return true end
  end
  os.remove(part)
  return nil, err or cannot_write(path, why)
end

--- A text as one word of a shell's command.
-- @tparam string text
-- @treturn string
function file.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Makes a folder, with those that it is in, unless it is there.
-- @tparam string path
-- @treturn boolean|nil
-- @treturn ?ses.Error
function file.make_folder(path)
  if os.execute("mkdir -p -- " .. file.quote(path) .. " 2>/dev/null") then return true end
  return nil, cannot_write(path, "it is no folder, and none can be made there")
end

return file
