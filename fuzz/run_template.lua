-- Runs fuzz/template.lua: SECONDS of processor from a SEED. A template that breaks something is written to the file
-- FINDING, and the status is 1.
local fuzz = require "fuzz.template"

local seconds, seed, path = tonumber(arg[1] or 60), tonumber(arg[2] or 1), arg[3]

local result = fuzz.run { seconds = seconds, seed = seed }
print(("template on %s: %d inputs in %d s, %d ways to end"):format(jit and "LuaJIT" or _VERSION, result.tried, seconds,
  result.kinds))
local finding = result.finding
if finding then
  io.stderr:write(("template: seed %d, data %d: %s\n%q\n"):format(seed, finding.data, finding.why, finding.text))
  if path then
    local file = assert(io.open(path, "wb"))
    file:write(finding.text)
    file:close()
  end
  os.exit(1)
end
