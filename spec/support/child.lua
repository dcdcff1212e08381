-- Lua in a process of its own, so that a spec can give it an environment.
local process = require "spec.support.process"

local child = {}

-- Runs `code` under the Lua that runs the spec; `env` is laid over the environment. What it prints.
function child.lua(code, env)
  local words = { "exec", "env" }
  for name, value in pairs(env or {}) do words[#words + 1] = name .. "=" .. process.quote(value) end
  words[#words + 1] = jit and "luajit" or "lua5.4"
  -- The mark at the end tells a child that came to its end from one that died.
  code = "(function()\n" .. code .. "\nend)()\nio.write('end of child')"
  words[#words + 1] = "-e " .. process.quote(code) .. " 2>&1"
  local pipe = assert(io.popen(table.concat(words, " "), "r"))
  local out = pipe:read("*a")
  pipe:close()
  local text = out:match("^(.*)end of child$")
  assert(text, out)
  return (text:gsub("\n$", ""))
end

return child
