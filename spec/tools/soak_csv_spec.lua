local process = require "spec.support.process"

describe("tools/soak_csv.lua", function()
  it("reads 50,000 rows in memory that does not grow with the file (1,000,000: make soak-csv)", function()
    local peak = {}
    for _, rows in ipairs { 10000, 50000 } do
      local result = process.run { "build/ses", "tools/soak_csv.lua", rows }
      assert.equal("", result.err)
      assert.equal(0, result.status)
      peak[#peak + 1] = tonumber(result.out:match("([%d.]+) MB at most"))
    end
    assert.is_true(peak[2] < 35, peak[2] .. " MB")
    -- Five times the rows; what grows is a page cache of 4 MB, until it is full.
    assert.is_true(peak[2] - peak[1] < 6, ("%s MB, then %s MB"):format(peak[1], peak[2]))
  end)

  it("writes the same list for the same seed, on either Lua", function()
    local function make(words) return process.shell(words .. " tools/make_csv.lua 300 7 | cksum") end
    assert.equal(make "lua5.4", make "luajit")
    assert.not_equal(make "lua5.4", process.shell "lua5.4 tools/make_csv.lua 300 8 | cksum")
  end)
end)
