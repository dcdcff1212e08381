--- Builds spec/support/names.c: `names.build()` → { path =, for LD_PRELOAD; remove = function }
local process = require "spec.support.process"

local names = {}

function names.build()
  local folder = process.folder()
  local path = folder .. "/names.so"
  local made = process.run { "cc", "-shared", "-fPIC", "spec/support/names.c", "-o", path, "-ldl" }
  assert(made.status == 0, made.err)
  return { path = path, remove = function() process.remove(folder) end }
end

return names
