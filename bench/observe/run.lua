-- One measurement of overhead.lua, in a process of its own:
--
--   lua bench/observe/run.lua MODE MAILS COLLECTOR_URL LOG_FILE      sends: seconds and seconds of processor
--   lua bench/observe/run.lua MODE MAILS - - count                   a call: steps of Lua's machine, bytes
--
-- MODE is "without", "off", "sampled" (traces of a tenth) or "on"; the endpoint is that of the environment.
local mode, mails, collector, log, count = arg[1], tonumber(arg[2]), arg[3], arg[4], arg[5]
local left_out = mode == "without" and require("bench.observe.without").install() or nil

local ses = require "ses"

local CALLS = 50
local STEPS = 100
local WARM_UP = 200
local ROUNDS = 5

local function options_of()
  if mode == "without" or mode == "off" then return {} end
  local sample = mode == "sampled" and 0.1 or 1
  return {
    metrics = true, log = { level = "info", sink = { file = log } },
    traces = assert(require("ses.observe").traces {
      endpoint = collector, service_name = "bench", sampler = "traceidratio", sampler_ratio = sample,
    }),
  }
end

local TEXT = ("A few more words of the letter, as letters have them. "):rep(10)
local n = 0

local function send(client)
  n = n + 1
  assert(client.emails:send {
    from = "The Shop <news@shop.example>", to = "reader-" .. n .. "@example.com", subject = "Your order has left",
    text = TEXT,
  })
end

local function send_all(client)
  local left = mails
  ses.run(function(spawn)
    for _ = 1, CALLS do
      spawn(function()
        while left > 0 do
          left = left - 1
          send(client)
        end
      end)
    end
  end)
end

-- Bytes of memory that a send allocates, with the collector stopped: the least of some rounds, since in one of them
-- the table of all strings may have to grow.
local function bytes_of_a_send(client)
  local least = math.huge
  collectgarbage()
  collectgarbage "stop"
  for _ = 1, ROUNDS do
    local before = collectgarbage "count"
    for _ = 1, mails / ROUNDS do send(client) end
    least = math.min(least, (collectgarbage "count" - before) * 1024 / (mails / ROUNDS))
  end
  collectgarbage "restart"
  return least
end

-- Steps of Lua's machine in a call, by a hook at every hundredth, and bytes of memory.
local function count_calls(client)
  -- What LuaJIT has compiled has no hooks.
  if rawget(_G, "jit") then require("jit").off() end
  for _ = 1, WARM_UP do send(client) end
  local bytes = bytes_of_a_send(client)
  local hits, create = 0, coroutine.create
  local function hit() hits = hits + 1 end
  -- A hook is a coroutine's own.
  function coroutine.create(fn) -- luacheck: ignore 122
    local co = create(fn)
    debug.sethook(co, hit, "", STEPS)
    return co
  end
  debug.sethook(hit, "", STEPS)
  for _ = 1, mails do send(client) end
  debug.sethook()
  print(("%.1f %.1f %d"):format(hits * STEPS / mails, bytes, left_out or 0))
end

local client = assert(ses.client(options_of()))
if count then
  count_calls(client)
else
  n = -WARM_UP
  for _ = 1, WARM_UP do send(client) end
  local from, processor = ses.monotonic(), os.clock()
  send_all(client)
  print(("%.4f %.4f"):format(ses.monotonic() - from, os.clock() - processor))
end
client:close()
