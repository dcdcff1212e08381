-- One run of one client, as a process of its own.
local json = require "ses.model.json"
local process = require "spec.support.process"
local text = require "bench.campaign.text"

local measure = {}

local function env_of(client, env)
  local all = {}
  for name, value in pairs(env) do all[name] = value end
  if client.lua then
    all.LUA_PATH = "./lua/?.lua;./lua/?/init.lua;;"
    all.LUA_CPATH = ("./build/%s/?.so;;"):format(client.lua)
  end
  return all
end

--- Runs a client and reads the line of JSON that it prints.
function measure.json(client, argv, env)
  local done = process.run(argv, { env = env_of(client, env) })
  local line = done.out:match "[{%[][^\n]*[}%]]"
  if done.status ~= 0 or not line then error(("%s: %s%s"):format(client.name, done.err, done.out), 0) end
  return assert(json.decode(line))
end

--- The same of one that sends or signs, which must not fail. → { seconds =, cpu =, requests =, failed = }
function measure.run(client, argv, env)
  local found = measure.json(client, argv, env)
  if found.failed > 0 then error(("%s: %d of %d failed"):format(client.name, found.failed, found.requests), 0) end
  return found
end

--- Runs a program by bench/campaign/measure.c. → seconds on the wall, of processor, kB of memory at most
function measure.whole(client, argv, env)
  local told = os.tmpname()
  local all = { "build/bench/measure", told, process.shell("command -v " .. argv[1]) }
  for i = 2, #argv do all[#all + 1] = argv[i] end
  local done = process.run(all, { env = env_of(client, env) })
  local file = assert(io.open(told))
  local status, wall, user, kernel, memory = file:read("*a"):match "(%d+) (%S+) (%S+) (%S+) (%d+)"
  file:close()
  os.remove(told)
  if status ~= "0" then error(("%s: %s%s"):format(client.name, done.err, done.out), 0) end
  return tonumber(wall), tonumber(user) + tonumber(kernel), tonumber(memory)
end

--- Median, least and most of a list.
function measure.spread(list)
  return { median = text.quantile(list, 0.5), least = text.quantile(list, 0), most = text.quantile(list, 1) }
end

return measure
