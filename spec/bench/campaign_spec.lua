local process = require "spec.support.process"

describe("bench/campaign", function()
  -- The processes are the same, whichever Lua this is.
  if jit then return end

  setup(function()
    assert(os.execute "make -s --no-print-directory build/bench/responder build/bench/measure")
  end)

  -- The cells of the rows of a table, without the head.
  local function rows_of(text)
    local rows = {}
    for line in text:gmatch "[^\n]+" do
      if line:find "^| %d" then
        local row = {}
        for cell in line:gmatch "| ([^|]-) " do row[#row + 1] = tonumber((cell:gsub(",", ""))) end
        rows[#rows + 1] = row
      end
    end
    return rows
  end

  it("sends to each of 8,000 and of 24,000 recipients once, in the same memory", function()
    local done = process.run { "build/ses", "bench/campaign/million.lua", "8000,24000", "bulk" }
    assert.equal("", done.err)
    assert.equal(0, done.status)
    local rows = rows_of(done.out)
    assert.equal(2, #rows)
    assert.same({ 8000, 24000 }, { rows[1][1], rows[2][1] })
    for _, row in ipairs(rows) do
      assert.equal(9, #row)
      assert.is_true(row[6] < 64, row[6])
    end
  end)

  it("says where a recipient got no mail, or two", function()
    local lab = require "bench.campaign.lab"
    lab.check({ mails = 3, addresses = 3, twice = 0, refused = 0 }, 3)
    assert.has_error(function() lab.check({ mails = 2, addresses = 2, twice = 0, refused = 0 }, 3) end)
    assert.has_error(function() lab.check({ mails = 4, addresses = 3, twice = 1, refused = 0 }, 3) end)
    assert.has_error(function() lab.check({ mails = 3, addresses = 3, twice = 0, refused = 1 }, 3) end)
  end)

  it("counts by a server that knows whom it has written to, and takes no request that is not signed", function()
    local lab = require "bench.campaign.lab"
    local bench = lab.new()
    local server = bench:respond()
    finally(function()
      server.stop()
      bench:stop()
    end)
    local function send(to, more)
      local env = {}
      for name, value in pairs(server.env) do env[name] = value end
      for name, value in pairs(more or {}) do env[name] = value end
      return process.run({ "build/ses", "send", "--from", "news@shop.example", "--to", to, "--subject", "s", "--text",
        "t" }, { env = env }).status
    end
    assert.equal(0, send "a@example.com")
    assert.equal(0, send "A@example.com")
    assert.equal(0, send "b@example.com")
    assert.are_not.equal(0, send("c@example.com", { AWS_SECRET_ACCESS_KEY = "another" }))
    local counts = server.counts()
    assert.same({ 3, 2, 1, 1 }, { counts.mails, counts.addresses, counts.twice, counts.refused })
  end)
end)
