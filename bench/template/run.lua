-- Renders a second of ses on Lua 5.4 and on LuaJIT, and of npm's handlebars, of the templates of cases.lua:
--
--   build/ses bench/template/run.lua [SECONDS [ROUNDS]]
--
-- Each measurement is a process of its own, which compiles the template once and renders it for SECONDS of processor;
-- the rounds are interleaved, the medians are shown. All three have to render the same text.
package.path = "./?.lua;" .. package.path
local cases = require "bench.template.cases"
local json = require "ses.model.json"
local process = require "spec.support.process"
local text = require "bench.campaign.text"

local SECONDS, ROUNDS = tonumber(arg[1] or 0.5), tonumber(arg[2] or 5)
local PEERS = "build/peers"

local function lua_engine(name, lua)
  return { name = name, argv = { lua, "bench/template/ours.lua" }, env = {
    LUA_PATH = "./lua/?.lua;./lua/?/init.lua;./?.lua;;", LUA_CPATH = ("./build/%s/?.so;;"):format(lua),
  } }
end

local function engines()
  local list = { lua_engine("ses, Lua 5.4", "lua5.4"), lua_engine("ses, LuaJIT", "luajit") }
  local installed = io.open(PEERS .. "/node_modules/handlebars/package.json", "rb")
  if installed then
    installed:close()
    list[#list + 1] = { name = "handlebars, node", argv = { "node", "bench/template/theirs.js", PEERS } }
  else
    io.stderr:write("handlebars is not installed (tools/peers.sh): ses alone is measured\n")
  end
  return list
end

local function ask(engine, path, what)
  local argv = {}
  for i, word in ipairs(engine.argv) do argv[i] = word end
  argv[#argv + 1], argv[#argv + 2] = path, what
  local done = process.run(argv, { env = engine.env, patience = 300 })
  if done.status ~= 0 then error(engine.name .. ": " .. done.err, 0) end
  return done.out
end

local function check_same(list, case)
  local first = ask(list[1], case.path, "text")
  for i = 2, #list do
    local other = ask(list[i], case.path, "text")
    if other ~= first then error(("%s: %s renders another text"):format(case.name, list[i].name), 0) end
  end
  case.bytes = #first
end

local function measure(list, all)
  local rates = {}
  for round = 1, ROUNDS do
    for c, case in ipairs(all) do
      rates[c] = rates[c] or {}
      -- Each engine takes each place in turn.
      for i = 1, #list do
        local e = (i + round) % #list + 1
        rates[c][e] = rates[c][e] or {}
        table.insert(rates[c][e], assert(tonumber(ask(list[e], case.path, tostring(SECONDS)))))
      end
    end
  end
  return rates
end

local list, all, folder = engines(), cases.all(), process.folder()
for i, case in ipairs(all) do
  case.path = ("%s/%d.json"):format(folder, i)
  process.write(case.path, json.encode { template = case.template, data = case.data })
end
local ok, failure = pcall(function()
  for _, case in ipairs(all) do check_same(list, case) end
  local rates = measure(list, all)
  local head = { "renders a second", "bytes" }
  for _, engine in ipairs(list) do head[#head + 1] = engine.name end
  text.head(head)
  for c, case in ipairs(all) do
    local row = { case.name, text.thousands(case.bytes) }
    for e in ipairs(list) do row[#row + 1] = text.thousands(text.quantile(rates[c][e], 0.5)) end
    text.row(row)
  end
end)
process.remove(folder)
if not ok then error(failure, 0) end
