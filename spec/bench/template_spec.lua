local process = require "spec.support.process"

describe("bench/template", function()
  -- The processes are the same, whichever Lua this is.
  if jit then return end

  it("renders the same text by all engines, and shows a row a template", function()
    local done = process.run({ "build/ses", "bench/template/run.lua", "0.01", "1" }, { patience = 120 })
    assert.equal(0, done.status, done.err)
    local columns = done.err == "" and 3 or 2
    for _, name in ipairs { "a line", "a receipt", "100 rows" } do
      local row = done.out:match("\n| " .. name .. " |([^\n]*)")
      assert.is_truthy(row, done.out)
      local count = 0
      for number in row:gmatch " ([%d,]+) |" do
        count = count + 1
        assert.is_true(tonumber((number:gsub(",", ""))) > 0, done.out)
      end
      assert.equal(columns + 1, count, done.out)
    end
  end)
end)
