-- Runs pieces of Lua one after the other, each with names of its own, for spec/snippets_spec.lua:
--
--   lua spec/support/run_snippets.lua NAME FILE [NAME FILE …]
--
-- Writes a line for each that failed. What a guide takes as known is in spec/support/snippet_names.lua; any other
-- name that nobody declares, an error that is printed, and a status other than 0 are failures.
local errors = require "ses.errors"
local names = require "spec.support.snippet_names"

local function exits(status)
  if status ~= nil and status ~= true and status ~= 0 then error("ends with the status " .. tostring(status), 2) end
  error(exits, 0)
end

local function prints(...)
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if errors.is(value) then error("prints an error: " .. tostring(value), 2) end
  end
end

local function environment(name)
  local own = { print = prints, os = setmetatable({ exit = exits }, { __index = os }), arg = { [0] = name } }
  return setmetatable(own, { __index = function(_, key)
    local make = names.find(name, key)
    local value = _G[key]
    if make then
      value = make()
    elseif value == nil then
      error("takes '" .. tostring(key) .. "' from nowhere", 2)
    end
    rawset(own, key, value)
    return value
  end })
end

local failed = false
for i = 1, #arg, 2 do
  local name, file = arg[i], assert(io.open(arg[i + 1], "rb"))
  local text = file:read("*a")
  file:close()
  local ok, err = load(text, "=" .. name, "t", environment(name))
  if ok then ok, err = xpcall(ok, function(fault)
    return fault == exits and fault or debug.traceback(tostring(fault), 2)
  end) end
  if not ok and err ~= exits then
    failed = true
    io.stdout:write(name, ": ", tostring(err), "\n")
  end
end
os.exit(not failed)
