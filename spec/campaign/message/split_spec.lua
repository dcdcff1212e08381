local split = require "ses.campaign.message.split"

local N = 10000

local function count(choose)
  local n = {}
  for i = 1, N do
    local name = choose(("reader-%d@example.com"):format(i))
    n[name] = (n[name] or 0) + 1
  end
  return n
end

-- Pearson's statistic: how far counts are from shares.
local function distance(counted, shares)
  local total, sum = 0, 0
  for _, share in pairs(shares) do total = total + share end
  for name, share in pairs(shares) do
    local expected = N * share / total
    sum = sum + ((counted[name] or 0) - expected) ^ 2 / expected
  end
  return sum
end

describe("ses.campaign.message.split", function()
  it("gives each variant its share, equal ones where none is said", function()
    -- The 99.9 % quantiles of chi-squared with 2 and 1 degrees of freedom. The addresses are the same each time.
    local counted = count(split.new("autumn", { { name = "A" }, { name = "B" }, { name = "C" } }))
    assert.is_true(distance(counted, { A = 1, B = 1, C = 1 }) < 13.8, distance(counted, { A = 1, B = 1, C = 1 }))
    counted = count(split.new("autumn", { { name = "A", share = 5 }, { name = "B", share = 95 } }))
    assert.is_true(distance(counted, { A = 5, B = 95 }) < 10.8, distance(counted, { A = 5, B = 95 }))
    counted = count(split.new("autumn", {
      { name = "A", share = 0.2 }, { name = "B", share = 0 }, { name = "C", share = 0.2 },
    }))
    assert.is_nil(counted.B)
    assert.is_true(distance(counted, { A = 1, C = 1 }) < 10.8)
  end)

  it("chooses the same for an address in every run, and anew for another campaign", function()
    local variants = { { name = "A", share = 50 }, { name = "B", share = 50 } }
    local one, again = split.new("autumn", variants), split.new("autumn", variants)
    local other = split.new("spring", variants)
    local alike = 0
    for i = 1, N do
      local address = ("reader-%d@example.com"):format(i)
      assert.equal(one(address), again(address))
      if one(address) == other(address) then alike = alike + 1 end
    end
    assert.is_true(math.abs(alike - N / 2) < 200, alike)
    -- SHA-256 of "autumn", NUL, "ann@example.com" begins with b464: what a run said yesterday holds today.
    assert.equal("B", one "ann@example.com")
  end)

  it("gives nothing where there are no variants", function()
    assert.is_nil(split.new("autumn", nil) "ann@example.com")
  end)
end)
