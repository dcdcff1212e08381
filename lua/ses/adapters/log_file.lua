--- A sink that appends the lines of the log to a file. Not for nginx, whose workers must not wait for a disk.
--
-- The file is opened anew every second, so that one which was renamed or removed, as logrotate does, is left within
-- that time. Each line is one write: several processes may log into one file.
-- @module ses.adapters.log_file
local core = require "ses.core"
local errors = require "ses.errors"

local log_file = {}

local OPEN_SECONDS = 1
-- Longer than a line can be, so that each is one write.
local LINE_BYTES = 65536

local Sink = { __name = "ses.LogFile" }
Sink.__index = Sink

local function open(path)
  local file, reason = io.open(path, "ab")
  if not file then return nil, tostring(reason):gsub("^.*: ", "") end
  file:setvbuf("full", LINE_BYTES)
  return file
end

local function close(self)
  if self.file then self.file:close() end
  self.file = nil
end

--- Appends a line. A sink's function: see ses.ports.
function Sink:log(_, line)
  local now = core.clock.monotonic()
  if now >= self.opens_at then
    close(self)
    self.file = open(self.path)
    self.opens_at = now + OPEN_SECONDS
  end
  if not self.file then error("cannot be opened", 0) end
  assert(self.file:write(line, "\n"))
  assert(self.file:flush())
end

--- Makes the sink, and looks whether the file can be written to.
-- @tparam string path
-- @treturn table|nil
-- @treturn ?ses.Error kind "validation"
function log_file.new(path)
  local file, reason = open(path)
  if not file then
    return nil, errors.validation { { path = "log.sink", message = ("cannot write %s: %s"):format(path, reason) } }
  end
  return setmetatable({ path = path, file = file, opens_at = core.clock.monotonic() + OPEN_SECONDS }, Sink)
end

return log_file
