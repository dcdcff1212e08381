local process = require "spec.support.process"

describe("tools/soak_faults.lua", function()
  local mails = jit and 1000 or 5000

  it(("finds each of %d mails in the inbox as its result says, whatever goes wrong (200,000: make soak)"):format(mails),
    function()
      local seed = math.random(1, 999999)
      local result = process.run { jit and "luajit" or "lua5.4", "tools/soak_faults.lua", mails, seed }
      assert.equal("", result.err)
      assert.equal(0, result.status)
      local sent, left, doubts = result.out:match("(%d+) sent, (%d+) left in doubt .-, (%d+) tries in doubt")
      assert.equal(mails, sent + left)
      -- With one fault in ten requests it would be a wonder if nothing had been in doubt.
      assert.is_true(tonumber(doubts) > 0, result.out)
    end)
end)
