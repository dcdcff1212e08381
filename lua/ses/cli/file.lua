--- Files that the commands write.
-- @module ses.cli.file
local output = require "ses.cli.output"
local whole_file = require "ses.whole_file"

local file = {}

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
  return whole_file.write(path, fn)
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
  return nil, whole_file.failure(path, "it is no folder, and none can be made there")
end

return file
