-- Runs simulations (spec/simulation): tools/simulate.lua SEEDS FIRST, or one with its trace where SEED is set; WORK
-- is "machines" for several machines, or one kind of what may happen to them, "mixed" for all that one machine does, or
-- one kind of that. Each line at the end has the hash of all that happened, which is the same on every Lua.
local core = require "ses.core"
local database = require "spec.simulation.database"
local machines = require "spec.simulation.machines"
local simulation = require "spec.simulation.run"

local folder = assert(os.getenv "SIMULATION_FOLDER", "tools/simulate.sh says where the journals may be")

local function show(result)
  print(("seed %d (%s): %d events, %d mails, %.1f s simulated, hash %s"):format(result.seed, result.work,
    result.events, result.mails, result.seconds, result.hash))
  for _, text in ipairs(result.failures) do print("  WRONG: " .. text) end
end

local function variable(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

local one, work = tonumber(variable "SEED"), variable "WORK"
local count, first = tonumber(arg[1] or "1000"), tonumber(arg[2] or "1")
if not count or not first then
  io.stderr:write("simulate.lua: SEEDS and FIRST must be numbers\n")
  os.exit(2)
end
if one then count, first = 1, one end

-- Runs all seeds; whether none went wrong.
local function run(what, options)
  local hashes, wrong, events, mails, seconds = {}, 0, 0, 0, 0
  for seed = first, first + count - 1 do
    local result = simulation.run(seed, options)
    hashes[#hashes + 1] = result.hash
    events, mails, seconds = events + result.events, mails + result.mails, seconds + result.seconds
    if #result.failures > 0 then wrong = wrong + 1 end
    if one or #result.failures > 0 then show(result) end
  end
  print(("%s: %d seeds, %d wrong: %d events, %d mails, %.0f s simulated, hash %s"):format(what, count, wrong, events,
    mails, seconds, core.digest.sha256(table.concat(hashes)):sub(1, 16)))
  return wrong == 0
end

local function options_of(kind)
  return { folder = folder, verbose = one ~= nil, mutation = variable "MUTATION", work = kind }
end

local is_kind = {}
for _, kind in ipairs(machines.KINDS) do is_kind[kind] = true end

-- Several machines, which need a PostgreSQL server.
local function run_machines()
  local missing = database.missing()
  if missing then
    print("machines: not tried: " .. missing)
    return true
  end
  local options = options_of "machines"
  options.kinds = is_kind[work] and { work } or nil
  options.database = database.start()
  local ran, fine = xpcall(run, debug.traceback, options.kinds and work or "machines", options)
  options.database:stop()
  if not ran then error(fine, 0) end
  return fine
end

local fine, is_of_several = true, work == "machines" or is_kind[work]
if not is_of_several then fine = run("one machine", options_of(work ~= "mixed" and work or nil)) end
if is_of_several or not (work or one) then fine = run_machines() and fine end
os.exit(fine)
