-- What metrics, logs and traces cost: sends a second and seconds of processor with all of them, with traces of a tenth
-- of the calls, with none, and of a ses in which the lines that ask for them are left out.
--
--   build/ses bench/observe/overhead.lua [MAILS [ROUNDS [MODES]]]
--
-- The mails go to a server that answers as SES does (bench/campaign/responder.c), 50 at a time, the spans to an nginx
-- that takes and forgets them, the log into a file. The rounds are interleaved; the medians are shown. What can be
-- counted is counted as well: the steps of Lua's machine that a send takes, and the bytes that it allocates. Fails
-- where a client with nothing switched on takes more than 50 steps, or any byte, above one that has no such lines.
package.path = "./?.lua;" .. package.path
local free_port = require "spec.support.free_port"
local lab = require "bench.campaign.lab"
local nginx = require "spec.support.nginx"
local process = require "spec.support.process"
local text = require "bench.campaign.text"

local MAILS, ROUNDS = tonumber(arg[1] or 20000), tonumber(arg[2] or 7)
local COUNTED = 1000
-- Steps: one for each line that asks, about.
local MOST_OFF = 50

local MODES = { "without", "off", "sampled", "on" }
local NAMES = {
  without = "without such lines", off = "off",
  sampled = "metrics, log, traces of 10 %", on = "metrics, log, all traces",
}

local COLLECTOR = [[
  server {
    listen SOCKET;
    listen 127.0.0.1:PORT;
    location = /v1/traces { content_by_lua_block { ngx.req.read_body() ngx.print "{}" } }
  }
]]

local function measure(lua, mode, words, env)
  local argv = { lua, "bench/observe/run.lua", mode }
  for _, word in ipairs(words) do argv[#argv + 1] = word end
  local all = {
    LUA_PATH = "./lua/?.lua;./lua/?/init.lua;./?.lua;;", LUA_CPATH = ("./build/%s/?.so;;"):format(lua),
  }
  for name, value in pairs(env) do all[name] = value end
  local done = process.run(argv, { env = all, patience = 600 })
  if done.status ~= 0 then error(mode .. ": " .. done.err, 0) end
  local numbers = {}
  for word in done.out:gmatch "%S+" do numbers[#numbers + 1] = tonumber(word) end
  return numbers
end

local function percent(value, base)
  return ("%+.1f %%"):format((value / base - 1) * 100)
end

local function timed(lua, env, url, log)
  local rates, processor = {}, {}
  for round = 1, ROUNDS do
    -- Each mode takes each place in turn.
    for i = 1, #MODES do
      local mode = MODES[(i + round) % #MODES + 1]
      local taken = measure(lua, mode, { tostring(MAILS), url, log }, env)
      rates[mode], processor[mode] = rates[mode] or {}, processor[mode] or {}
      table.insert(rates[mode], MAILS / taken[1])
      table.insert(processor[mode], taken[2] * 10000 / MAILS)
      os.remove(log)
    end
  end
  local function median(list) return text.quantile(list, 0.5) end
  text.head { lua, "sends a second", "against without", "CPU s per 10,000", "against without" }
  for _, mode in ipairs(MODES) do
    local rate, cost = median(rates[mode]), median(processor[mode])
    text.row { NAMES[mode], text.thousands(rate), percent(rate, median(rates.without)), ("%.2f"):format(cost),
      percent(cost, median(processor.without)) }
  end
  print()
end

local function counted(lua, env)
  local without = measure(lua, "without", { tostring(COUNTED), "-", "-", "count" }, env)
  local off = measure(lua, "off", { tostring(COUNTED), "-", "-", "count" }, env)
  print(("%s: a send takes %.0f steps and %.0f bytes with nothing switched on; %.0f and %.0f without %d lines that "
    .. "ask for it: %s of steps, %.0f bytes more"):format(lua, off[1], off[2], without[1], without[2], without[3],
    percent(off[1], without[1]), off[2] - without[2]))
  return off[1] <= without[1] + MOST_OFF and math.abs(off[2] - without[2]) < 1
end

local place = lab.new()
local responder, port = place:respond(), free_port()
local collector = nginx.start((COLLECTOR:gsub("PORT", tostring(port))))
local ok, result = pcall(function()
  print(lab.machine() .. "\n")
  local is_free = true
  for _, lua in ipairs { "lua5.4", "luajit" } do
    if ROUNDS > 0 then timed(lua, responder.env, "http://127.0.0.1:" .. port, place.folder .. "/log") end
    is_free = counted(lua, responder.env) and is_free
    print()
  end
  return is_free
end)
collector.stop()
responder.stop()
place:stop()
if not ok then error(result, 0) end
if not result then
  print "FAILED: what is switched off is not free"
  os.exit(1)
end
