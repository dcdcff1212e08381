-- A simulation: the real client, pipeline, loop, bulk send and campaign on a simulated clock, network, SES and
-- disk, with faults drawn from one seed. One seed is one course of events, on every Lua.
--
-- The models: FoundationDB's simulation ("Testing Distributed Systems w/ Deterministic Simulation", W. Wilson,
-- 2014) and TigerBeetle's VOPR.
local draw = require "spec.simulation.draw"
local mutations = require "spec.simulation.mutations"
local service = require "spec.simulation.service"
local watch = require "spec.simulation.watch"
local weather = require "spec.simulation.weather"
local world = require "spec.simulation.world"

local simulation = {}

local WORK = {
  { "single", 3 }, { "bulk", 2 }, { "campaign", 3 },
}

-- Runs one seed. Options: `folder`, where its files are meanwhile; `mutation`, a mistake of spec.simulation.mutations;
-- `verbose`: print each event; `work`: one kind of work in place of the drawn one; `kinds`: of several machines, the
-- kinds of events in place of the drawn ones; `stalls`: the process stands still now and then.
-- Gives { seed =, work =, hash =, events =, mails =, seconds = (simulated), failures = { texts } }.
function simulation.run(seed, options)
  local chance = draw.new(seed)
  local simulated = world.new(chance, { verbose = options.verbose })
  local work = chance:weighted(WORK)
  local sky = weather.drawn(chance)
  if chance:chance(0.15) then simulated.stall_chance = 0.02 end
  if chance:chance(0.3) then simulated.wall_offset = chance:between(-1, 1) * chance:one { 10, 600, 1e6 } end
  local ses = service.new(simulated, sky)
  local failures = {}
  local function report(text)
    failures[#failures + 1] = text
    -- What follows the first line, a traceback, is another Lua's otherwise.
    simulated:trace("WRONG: %s", text:match "^[^\n]*")
  end
  work = options.work or work
  if options.stalls then simulated.stall_chance = 0.05 end
  simulated:trace("seed %d: %s", seed, work)
  local parts = options.mutation and mutations[options.mutation] or {}
  local ran, reason = watch.during(parts, report, function(watching)
    simulated.watching = watching
    require("spec.simulation." .. work).run(simulated, sky, ses, report, parts, options)
  end)
  if not ran then report(tostring(reason)) end
  for _, suffix in ipairs { "", "-wal", "-shm", "-lock" } do
    os.remove(options.folder .. "/journal.sqlite3" .. suffix)
  end
  return {
    seed = seed, work = work, hash = simulated:hash(), events = #simulated.lines, mails = ses.mails,
    seconds = simulated.time, failures = failures,
  }
end

return simulation
