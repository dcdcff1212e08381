local process = require "spec.support.process"

describe("bench/nginx/hot_path", function()
  -- The processes are the same, whichever Lua this is.
  if jit then return end

  setup(function()
    assert(os.execute "make -s --no-print-directory build/bench/responder")
  end)

  it("sends 20,000 mails in the same memory, with nothing that LuaJIT cannot compile", function()
    local done = process.run { "build/ses", "bench/nginx/hot_path.lua", "20000", "20" }
    assert.equal("", done.err)
    assert.equal(0, done.status)
    local rows = 0
    for line in done.out:gmatch "[^\n]+" do
      if line:find "^| %d" then rows = rows + 1 end
    end
    assert.equal(10, rows)
    assert.truthy(done.out:find("In the rest: %d+ traces, %d+ given up, 0 of them"), done.out)
  end)
end)
