-- What a campaign takes from a CSV file to a server that answers as SES does, with its journal in SQLite:
--
--   build/ses bench/campaign/million.lua [SIZES [CALLS [tls]]]     sizes and calls with commas between them
--
-- With `tls` the server speaks TLS, by an nginx in front of it.
--
-- Prints a table as docs/scale.md has it. Fails where anybody had no mail or two, where a size takes more memory
-- than LIMIT_MB, or where memory is not flat: within FLAT of the smallest.
package.path = "./?.lua;" .. package.path
local lab = require "bench.campaign.lab"
local text = require "bench.campaign.text"

local LIMIT_MB = 64
local FLAT = 1.10

local sizes, calls = text.list(arg[1] or "10000,100000,1000000"), text.list(arg[2] or "own,single,bulk")

local function show(recipients, taken)
  local sending, counts, cpu = taken.result.seconds, taken.counts, taken.user + taken.system
  text.row {
    text.thousands(recipients), ("%.1f"):format(taken.seconds - sending), ("%.1f"):format(sending),
    text.thousands(recipients / sending), ("%.0f"):format(cpu * 1e6 / recipients),
    ("%.1f"):format(taken.memory / 1024), ("%.0f"):format(taken.journal / recipients),
    ("%.0f"):format(counts.bytes_in / recipients), ("%.0f"):format(counts.bytes_out / recipients),
  }
end

local function run(bench)
  print("On " .. lab.machine() .. (arg[3] == "tls" and ", over TLS" or ""))
  for _, call in ipairs(calls) do
    print(("\n%s:\n"):format(lab.CALLS[call] or error("no call is named " .. call, 0)))
    text.head { "recipients", "s before the first mail", "s sending", "recipients/s", "CPU s a million", "MB at most",
      "bytes of journal each", "bytes out each", "bytes in each" }
    local least
    for _, size in ipairs(sizes) do
      local recipients = tonumber(size) or error("no size: " .. size, 0)
      local taken = bench:run(call, recipients, arg[3] == "tls")
      show(recipients, taken)
      least = math.min(least or taken.memory, taken.memory)
      if taken.memory > LIMIT_MB * 1024 then error(("more than %d MB"):format(LIMIT_MB), 0) end
      if taken.memory > FLAT * least then error("memory is not flat", 0) end
    end
  end
end

local bench = lab.new()
local ran, err = pcall(run, bench)
bench:stop()
if not ran then
  io.stderr:write("million.lua: ", tostring(err), "\n")
  os.exit(1)
end
