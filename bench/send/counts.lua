-- What a send costs in what can be counted: steps of Lua's machine and bytes that it allocates, instructions of the
-- processor.
local instructions = require "bench.send.instructions"
local process = require "spec.support.process"

local counts = {}

local COUNTED = 1000

local function env_of(lua, env)
  local all = {
    LUA_PATH = "./lua/?.lua;./lua/?/init.lua;./?.lua;;", LUA_CPATH = ("./build/%s/?.so;;"):format(lua),
  }
  for name, value in pairs(env) do all[name] = value end
  return all
end

--- Of a plain mail, to the endpoint of `env`; files go into `folder`. With `mails` so many are counted
-- in place of 1,000, and no instructions.
-- → { steps =, bytes =, instructions = and parts = (of Lua 5.4, where they can be counted) }
function counts.of(lua, env, folder, mails)
  local done = process.run({ lua, "bench/observe/run.lua", "off", tostring(mails or COUNTED), "-", "-", "count" },
    { env = env_of(lua, env), patience = 600 })
  if done.status ~= 0 then error(done.err, 0) end
  local steps, bytes = done.out:match "^([%d.]+) ([%d.]+)"
  local costs = { steps = tonumber(steps), bytes = tonumber(bytes) }
  if lua == "lua5.4" and not mails and instructions.can_count() then
    costs.instructions, costs.parts = instructions.of_a_send(env_of(lua, env), folder)
  end
  return costs
end

return counts
