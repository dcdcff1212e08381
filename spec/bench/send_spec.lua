local budget = require "bench.send.budget"
local instructions = require "bench.send.instructions"
local process = require "spec.support.process"

describe("bench/send", function()
  -- The processes are the same, whichever Lua this is.
  if jit then return end

  setup(function()
    assert(os.execute "make -s --no-print-directory build/bench/responder")
  end)

  it("finds a send within its budget, on both Luas", function()
    local done = process.run({ "build/ses", "bench/send/cost.lua" }, { patience = 300 })
    assert.equal("", done.err)
    assert.equal(0, done.status, done.out)
    local _, kept = done.out:gsub("| kept |", "")
    assert.equal(instructions.can_count() and 5 or 4, kept, done.out)
  end)

  it("knows what is beyond it", function()
    local steps = budget.of["lua5.4"].steps
    assert.is_true(budget.is_kept("lua5.4", "steps", steps))
    assert.is_false(budget.is_kept("lua5.4", "steps", steps * 1.05))
  end)
end)
