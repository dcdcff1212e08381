local process = require "spec.support.process"
local simulation = require "spec.simulation.run"

local SEEDS = 250
-- Within so many seeds a mistake is found.
local PATIENCE = 150

-- By which mistake a check is proved, and what it says.
local MISTAKES = {
  silent_resend = "has %d+ mails", late_commit = "has 2 mails", careless_recovery = "has 2 mails",
  hasty_limiter = "recipients within", deaf_breaker = "the breaker lets through", optimist = "0 mails",
  generous_quota = "the retry quota is",
  slow_timeout = "after its deadline", forgotten_task = "waits for another",
}

describe("in a simulation", function()
  local folder
  setup(function() folder = process.folder() end)
  teardown(function() process.remove(folder) end)

  it("no seed makes the library lose a mail, send one twice in silence, or come late", function()
    local wrong, mails = {}, 0
    for seed = 1, SEEDS do
      local result = simulation.run(seed, { folder = folder })
      mails = mails + result.mails
      for _, text in ipairs(result.failures) do wrong[#wrong + 1] = ("SEED=%d: %s"):format(seed, text) end
    end
    assert.same({}, wrong)
    assert.is_true(mails > 10 * SEEDS)
  end)

  it("a process that stands still for seconds keeps to its rate when it goes on", function()
    for seed = 1, 60 do
      local result = simulation.run(seed, { folder = folder, work = "single", stalls = true })
      assert.same({ seed = seed, failures = {} }, { seed = seed, failures = result.failures })
    end
  end)

  it("a seed is one course of events, on Lua 5.4 and on LuaJIT", function()
    local last = {}
    for _, lua in ipairs { "lua5.4", "luajit", "luajit" } do
      local done = process.run({ "tools/simulate.sh", lua, "12", "1" }, { env = { WORK = "mixed" } })
      assert.equal("", done.err)
      last[#last + 1] = done.out:match "12 seeds, 0 wrong: .*hash %x+"
    end
    assert.is_truthy(last[1])
    assert.same({ last[1], last[1] }, { last[2], last[3] })
  end)

  for mistake, says in pairs(MISTAKES) do
    it("a mistake is found: " .. mistake, function()
      for seed = 1, PATIENCE do
        local result = simulation.run(seed, { folder = folder, mutation = mistake })
        for _, text in ipairs(result.failures) do
          if text:find(says) then return end
        end
      end
      error("not found within " .. PATIENCE .. " seeds")
    end)
  end
end)
