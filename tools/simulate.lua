-- Runs simulations (spec/simulation): tools/simulate.lua SEEDS FIRST, or one with its trace where SEED is set.
-- The last line has the hash of all that happened, which is the same on every Lua.
local core = require "ses.core"
local simulation = require "spec.simulation.run"

local folder = assert(os.getenv "SIMULATION_FOLDER", "tools/simulate.sh says where the journals may be")

local function show(result)
  print(("seed %d (%s): %d events, %d mails, %.1f s simulated, hash %s"):format(result.seed, result.work,
    result.events, result.mails, result.seconds, result.hash))
  for _, text in ipairs(result.failures) do print("  WRONG: " .. text) end
end

local one = tonumber(os.getenv "SEED" or "")
local count, first = tonumber(arg[1] or "1000"), tonumber(arg[2] or "1")
if not count or not first then
  io.stderr:write("simulate.lua: SEEDS and FIRST must be numbers\n")
  os.exit(2)
end
if one then count, first = 1, one end

local options = {
  folder = folder, verbose = one ~= nil, mutation = os.getenv "MUTATION", work = os.getenv "WORK",
}
local hashes, wrong, events, mails, seconds = {}, 0, 0, 0, 0
for seed = first, first + count - 1 do
  local result = simulation.run(seed, options)
  hashes[#hashes + 1] = result.hash
  events, mails, seconds = events + result.events, mails + result.mails, seconds + result.seconds
  if #result.failures > 0 then wrong = wrong + 1 end
  if one or #result.failures > 0 then show(result) end
end
print(("%d seeds, %d wrong: %d events, %d mails, %.0f s simulated, hash %s"):format(count, wrong, events, mails,
  seconds, core.digest.sha256(table.concat(hashes)):sub(1, 16)))
os.exit(wrong == 0)
