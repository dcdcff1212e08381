-- A disk of one megabyte, where this user may mount one; else every file of a process ends there.
local process = require "spec.support.process"

local small_disk = {}

-- → { words = (to put before a command), failed (whether it fails, rather than being full), grow(pid), remove() }
function small_disk.new(folder)
  process.shell("mkdir " .. folder)
  local quoted = process.quote(folder)
  local mount = "mount -t tmpfs -o size=1m,mode=700 tmpfs " .. quoted .. " 2>/dev/null && echo mounted"
  if process.shell(mount) == "mounted" then
    return {
      words = {}, failed = false,
      grow = function() process.shell("mount -o remount,size=64m " .. quoted) end,
      remove = function() process.shell("umount " .. quoted) end,
    }
  end
  return {
    words = { "prlimit", "--fsize=1048576:unlimited", "sh", "-c", 'trap "" XFSZ; exec "$@"', "sh" }, failed = true,
    grow = function(pid)
      for one in process.shell(("echo %s; pgrep -P %s"):format(pid, pid)):gmatch "%d+" do
        process.shell("prlimit --pid " .. one .. " --fsize=unlimited")
      end
    end,
    remove = function() end,
  }
end

return small_disk
