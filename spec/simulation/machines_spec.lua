local database = require "spec.simulation.database"
local mutations = require "spec.simulation.mutations"
local process = require "spec.support.process"
local simulation = require "spec.simulation.run"

local SEEDS = 10
-- Within so many seeds a mistake is found.
local PATIENCE = 12

-- By which mistake a check is proved, and what it says.
local MISTAKES = {
  no_fencing = "leaves for .*, who is", forgiving_takeover = "has %d+ mails", no_takeover = "does not come to its end",
  short_lease = "is declared gone", greedy_claim = "is taken from", claims_of_the_gone = "is finished, and",
  unheard_claim = "is finished, and holds", own_rate = "%d+ slots within", late_mark = "who is pending",
  double_count = "are sent, counted as",
  deaf_to_pause = "is told that the campaign is not paused", seldom_asked = "has not asked for orders",
  stubborn_pace = "mails within", kept_at_pause = "is finished, and holds",
  wakes_people = "in quiet hours", one_clock = "in quiet hours",
  days_of_ones_own = "mails, where there may be", uncounted_day = "mails, where there may be",
  generous_account = "where %d+ a day may be",
  silent_batch = "has %d+ mails", whole_batch = "is sent and has 0 mails",
  settles_anybody = "is taken from", lost_settlement = "is in doubt, though",
}

describe("in a simulation of several machines", function()
  if database.missing() then
    pending("not tried: " .. database.missing())
    return
  end

  local folder, db
  setup(function()
    folder, db = process.folder(), database.start()
  end)
  teardown(function()
    db:stop()
    process.remove(folder)
  end)

  -- A mistake is one of the events of its kind, or of machines at work alone.
  local function run(seed, mutation)
    return simulation.run(seed, {
      folder = folder, database = db, work = "machines", mutation = mutation,
      kinds = mutation and { mutations[mutation].kind } or nil,
    })
  end

  it("no seed makes a campaign lose a mail, send one twice in silence, or outrun its rate", function()
    local wrong, mails = {}, 0
    for seed = 1, SEEDS do
      local result = run(seed)
      mails = mails + result.mails
      for _, text in ipairs(result.failures) do wrong[#wrong + 1] = ("SEED=%d: %s"):format(seed, text) end
    end
    assert.same({}, wrong)
    assert.is_true(mails > 10 * SEEDS)
  end)

  it("a seed is one course of events, on Lua 5.4 and on LuaJIT", function()
    local here = run(3)
    assert.equal(here.hash, run(3).hash)
    local done = process.run({ "tools/simulate.sh", jit and "lua5.4" or "luajit", "1", "3" },
      { env = { SEED = "3", WORK = "machines" } })
    assert.equal("", done.err)
    assert.equal(here.hash, done.out:match "seed 3 %(machines%): [^\n]* hash (%x+)")
  end)

  for mistake, says in pairs(MISTAKES) do
    it("a mistake is found: " .. mistake, function()
      for seed = 1, PATIENCE do
        for _, text in ipairs(run(seed, mistake).failures) do
          if text:find(says) then return end
        end
      end
      error("not found within " .. PATIENCE .. " seeds")
    end)
  end
end)
