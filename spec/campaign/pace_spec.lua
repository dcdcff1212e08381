local pace = require "ses.campaign.pace"

-- When n mails leave that ask as soon as `ask` (of their number and the mail before) says.
local function departures(p, n, ask)
  local at, now = {}, 0
  for i = 1, n do
    now = ask(i, now)
    at[i] = now + p:reserve(now)
  end
  return at
end

describe("ses.campaign.pace", function()
  it("gives slots that lie one interval apart", function()
    local p = pace.new(10, 0)
    assert.same({ 0, 0.1, 0.2 }, { p:reserve(0), p:reserve(0), p:reserve(0) })
  end)

  it("does not make up for time that nobody used", function()
    local p = pace.new(10, 0)
    p:reserve(0)
    assert.equal(0, p:reserve(100))
    assert.is_true(math.abs(p:reserve(100) - 0.1) < 1e-9)
  end)

  it("lets no window of time hold more than the rate", function()
    for _ = 1, 50 do
      local rate = math.random(1, 400)
      local p = pace.new(rate, 0)
      local at = departures(p, 500, function(_, now)
        return math.random(10) == 1 and now + math.random() * 3 or now
      end)
      for i = 1, #at do
        local n = 0
        for j = i, #at do
          if at[j] < at[i] + 1 - 1e-6 then n = n + 1 end
        end
        assert.is_true(n <= rate, ("%d in a second at a rate of %d"):format(n, rate))
      end
    end
  end)

  it("lets no window of time hold more than the rate where calls carry several", function()
    for _ = 1, 50 do
      local batch = math.random(2, 50)
      local rate = math.random(batch, 600)
      local p = pace.new(rate, 0, batch)
      local at = departures(p, 200, function(_, now)
        return math.random(10) == 1 and now + math.random() * 3 or now
      end)
      for i = 1, #at do
        local n = 0
        for j = i, #at do
          if at[j] < at[i] + 1 - 1e-6 then n = n + batch end
        end
        assert.is_true(n <= rate, ("%d in a second at a rate of %d, %d a call"):format(n, rate, batch))
      end
    end
  end)

  it("uses its rate up where calls come out even, and says how far ahead the next is", function()
    local p = pace.new(500, 0, 50)
    assert.equal(0, p:ahead(0))
    assert.same({ 0, 0.1 }, { p:reserve(0), p:reserve(0) })
    assert.equal(0.2, p:ahead(0))
    assert.equal(0, p:ahead(7))
    -- A call of more than a second's worth waits for as long as its recipients take.
    p = pace.new(2, 0, 5)
    assert.same({ 0, 2.5 }, { p:reserve(0), p:reserve(0) })
  end)

  it("halves where SES throttles, once for all who are throttled together, and comes back", function()
    local p = pace.new(100, 0)
    p:throttled(0)
    p:throttled(0.5)
    assert.equal(50, p:rate())
    p:throttled(1.1)
    assert.equal(25, p:rate())
    for i = 2, 50 do p:throttled(2 * i) end
    assert.equal(100 / 32, p:rate())
    for _ = 1, 200 do p:taken() end
    assert.equal(100, p:rate())
    p:taken()
    assert.equal(100, p:rate())
  end)
end)
