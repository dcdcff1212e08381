-- What a send costs in what can be counted, beside its budget (bench/send/budget.lua). Fails where it is exceeded.
--
--   build/ses bench/send/cost.lua
--
-- Nothing here is a time: the numbers are the same on a slow machine, a busy one, and on one's own.
package.path = "./?.lua;" .. package.path
local budget = require "bench.send.budget"
local instructions = require "bench.send.instructions"
local lab = require "bench.campaign.lab"
local process = require "spec.support.process"
local text = require "bench.campaign.text"

local COUNTED = 1000

local function env_of(lua, env)
  local all = {
    LUA_PATH = "./lua/?.lua;./lua/?/init.lua;./?.lua;;", LUA_CPATH = ("./build/%s/?.so;;"):format(lua),
  }
  for name, value in pairs(env) do all[name] = value end
  return all
end

-- → { steps =, bytes =, instructions = (where they can be counted) }
local function costs_of(lua, env, folder)
  local done = process.run({ lua, "bench/observe/run.lua", "off", tostring(COUNTED), "-", "-", "count" },
    { env = env_of(lua, env), patience = 600 })
  if done.status ~= 0 then error(done.err, 0) end
  local steps, bytes = done.out:match "^([%d.]+) ([%d.]+)"
  local costs = { steps = tonumber(steps), bytes = tonumber(bytes) }
  if budget.of[lua].instructions and instructions.can_count() then
    costs.instructions = instructions.of_a_send(env_of(lua, env), folder)
  end
  return costs
end

local function judge(lua, costs)
  local is_kept = true
  for _, name in ipairs { "steps", "bytes", "instructions" } do
    local cost = costs[name]
    if cost then
      local kept = budget.is_kept(lua, name, cost)
      is_kept = is_kept and kept
      text.row { lua, name, text.thousands(cost), text.thousands(budget.of[lua][name]), kept and "kept" or "EXCEEDED" }
    end
  end
  return is_kept
end

local place = lab.new()
local responder = place:respond()
local ok, result = pcall(function()
  local is_kept = true
  text.head { "", "of a send", "costs", "budget", "" }
  for _, lua in ipairs { "lua5.4", "luajit" } do
    is_kept = judge(lua, costs_of(lua, responder.env, place.folder)) and is_kept
  end
  return is_kept
end)
responder.stop()
place:stop()
if not ok then error(result, 0) end
if not result then os.exit(1) end
