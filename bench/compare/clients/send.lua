-- ses from a script, with everything on that is on by default: send.lua URL CONCURRENCY REQUESTS [bulk]
-- Prints what result.h says. The keys are those of the environment.
package.path = "./?.lua;" .. package.path
local url, concurrency, requests, bulk = arg[1], tonumber(arg[2]), tonumber(arg[3]), arg[4] == "bulk"
local mails = require "bench.compare.clients.mails"
local ses = require "ses"

local client = assert(ses.client { endpoint = url, max_connections = math.max(concurrency, 1) })
local one, state = mails.sender(client, bulk)

local function run(times)
  ses.run(function(spawn)
    for _ = 1, math.min(concurrency, times) do
      spawn(function()
        while times > 0 do
          times = times - 1
          one()
        end
      end)
    end
  end)
end

run(concurrency)
state.failed = 0
local from, processor = ses.monotonic(), os.clock()
run(requests)
print(('{"seconds":%.6f,"cpu":%.6f,"requests":%d,"failed":%d}'):format(ses.monotonic() - from, os.clock() - processor,
  requests, state.failed))
client:close()
