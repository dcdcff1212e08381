--- Which files a process opens: `opens.start()` → { env = (for the process), paths() → those opened since the last
-- call, remove() }
local process = require "spec.support.process"

local opens = {}

function opens.start()
  local folder = process.folder()
  local library, log = folder .. "/opens.so", folder .. "/opens.log"
  local made = process.run { "cc", "-shared", "-fPIC", "spec/support/opens.c", "-o", library, "-ldl" }
  assert(made.status == 0, made.err)
  process.write(log, "")
  os.execute("chmod 777 " .. folder .. " && chmod 666 " .. log)
  local self, read = { env = { LD_PRELOAD = library, SES_OPENS = log } }, 0
  function self.paths()
    local text, list = process.read(log), {}
    for path in text:sub(read + 1):gmatch "%d+ ([^\n]*)\n" do list[#list + 1] = path end
    read = #text
    return list
  end
  function self.remove() process.remove(folder) end
  return self
end

return opens
