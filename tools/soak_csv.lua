-- A dry run over a CSV file of any length, and what it took:  build/ses tools/soak_csv.lua ROWS
--
-- Prints rows, seconds and the most memory that was ever resident (VmHWM, of a process that also holds
-- the emulator's launcher); fails above 40 MB.
local campaign = require "ses.campaign"
local launcher = require "ses.emulator.launcher"

local LIMIT_KB = 40000

local rows = tonumber(arg[1]) or 1000000
local folder = assert(io.popen("mktemp -d")):read("*l")

local function peak()
  for line in io.lines("/proc/self/status") do
    local kb = line:match("^VmHWM:%s+(%d+) kB")
    if kb then return tonumber(kb) end
  end
end

local function soak()
  assert(os.execute(("lua5.4 tools/make_csv.lua %d > %s/people.csv"):format(rows, folder)))
  local emulator = assert(launcher.start {})
  local started = os.time()
  local result, err = campaign.run {
    dry_run = true,
    campaign = {
      name = "soak", audience = { csv = folder .. "/people.csv", name = "name" },
      message = {
        from = "news@shop.example", subject = "{{first_name}}, how is {{town}}?",
        text = "Dear {{name}},\n{{#if town}}the {{plan}} plan is there for {{town}}.{{/if}}\n",
      },
    },
    client = {
      endpoint = emulator.url, region = "us-east-1",
      credentials = { access_key_id = emulator.access_key_id, secret_access_key = emulator.secret_access_key },
    },
  }
  local seconds = os.time() - started
  emulator.stop()
  if not result then error(err, 0) end
  local counts = result.counts
  assert(counts.pending + counts.failed + counts.duplicates == rows, "rows were lost")
  return counts, seconds
end

local ran, counts, seconds = pcall(soak)
os.execute("rm -rf " .. folder)
if not ran then
  io.stderr:write("soak_csv.lua: ", tostring(counts), "\n")
  os.exit(1)
end
local kb = peak()
print(("%d rows (%d to be sent, %d malformed, %d duplicates) in %d s, %.1f MB at most"):format(
  rows, counts.pending, counts.failed, counts.duplicates, seconds, kb / 1000))
if kb > LIMIT_KB then
  io.stderr:write(("soak_csv.lua: more than %d MB\n"):format(LIMIT_KB / 1000))
  os.exit(1)
end
