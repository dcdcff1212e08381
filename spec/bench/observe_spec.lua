local process = require "spec.support.process"

describe("bench/observe", function()
  -- The processes are the same, whichever Lua this is.
  if jit then return end

  setup(function()
    assert(os.execute "make -s --no-print-directory build/bench/responder")
  end)

  it("finds that what is off costs no memory, and at most 50 steps, above a ses that has none of it", function()
    local done = process.run { "build/ses", "bench/observe/overhead.lua", "0", "0" }
    assert.equal("", done.err)
    assert.equal(0, done.status)
    local rows = 0
    for off, without, left_out in done.out:gmatch "takes (%d+) steps.-; (%d+) and %d+ without (%d+) lines" do
      rows = rows + 1
      assert.is_true(tonumber(off) >= tonumber(without) and tonumber(without) > 100, done.out)
      assert.is_true(tonumber(left_out) > 20, done.out)
    end
    assert.equal(2, rows)
  end)
end)
