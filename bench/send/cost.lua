-- What a send costs in what can be counted, beside its budget (bench/send/budget.lua). Fails where it is exceeded.
--
--   build/ses bench/send/cost.lua
--
-- Nothing here is a time: the numbers are the same on a slow machine, a busy one, and on one's own.
package.path = "./?.lua;" .. package.path
local budget = require "bench.send.budget"
local counts = require "bench.send.counts"
local lab = require "bench.campaign.lab"
local text = require "bench.campaign.text"

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
    is_kept = judge(lua, counts.of(lua, responder.env, place.folder)) and is_kept
  end
  return is_kept
end)
responder.stop()
place:stop()
if not ok then error(result, 0) end
if not result then os.exit(1) end
