local errors = require "ses.errors"
local loop = require "ses.adapters.loop"
local shared_pace = require "ses.campaign.shared_pace"

describe("ses.campaign.shared_pace", function()
  local now, leases, line

  -- A journal that leases slices of one line of time.
  local function new(limits, lease, batch)
    now, leases, line = 100, {}, 0
    local journal = {
      lease_slots = lease or function(_, limits_asked, n, taken)
        leases[#leases + 1] = { n = n, taken = taken }
        local start = math.max(line, now)
        line = start + n / limits_asked[1].rate
        return { ahead = start - now, spacing = 1 / limits_asked[1].rate }
      end,
      throttle = function(_, limits_asked) leases[#leases + 1] = limits_asked end,
    }
    return shared_pace.new({ journal = journal, loop = loop, clock = { monotonic = function() return now end } },
      limits or { { key = "k", rate = 100 } }, batch)
  end

  local function near(expected, found) assert.is_true(math.abs(expected - found) < 1e-6, found) end

  it("gives the slots of a slice in turn, and leases the next when they are gone", function()
    local pace = new()
    for i = 0, 11 do near(i / 100, pace:reserve()) end
    assert.same({ 5, 5, 5 }, { leases[1].n, leases[2].n, leases[3].n })
  end)

  it("leases slices by the slowest of its limits, and one slot where that is slow", function()
    local pace = new { { key = "a", rate = 100 }, { key = "b", rate = 1 } }
    pace:reserve()
    assert.equal(1, leases[1].n)
  end)

  it("takes the slots of a whole call at once, of a rate at which calls come out even", function()
    local pace = new({ { key = "k", rate = 109 } }, nil, 10)
    near(0, pace:reserve())
    near(0.1, pace:reserve())
    assert.same({ 10, 10 }, { leases[1].n, leases[2].n })
    near(0.2, pace:ahead(now))
    near(0.2, pace:reserve())
  end)

  it("lets no call leave so late that the next slice's first finds it there", function()
    local pace = new({ { key = "k", rate = 400 } }, nil, 10)
    near(0, pace:reserve())
    now = now + 0.026
    -- A thousandth of a second late it may still leave before the slice is over.
    near(0, pace:reserve())
    assert.same({ 1, 20 }, { #leases, leases[1].n })
    near(0.024, pace:reserve())
    now = now + 0.024 + 0.03
    -- At the end of the slice another's call may leave.
    near(0.02, pace:reserve())
    assert.equal(3, #leases)
  end)

  it("makes up for no slot that it let go by", function()
    local pace = new()
    near(0, pace:reserve())
    now = now + 0.03
    near(0, pace:reserve())
    near(0.01, pace:reserve())
    now = now + 60
    near(0, pace:reserve())
    assert.equal(2, #leases)
  end)

  -- Mails a second of `n` processes that share a rate, each with `tasks` that are busy for `latency` seconds with each
  -- mail, and the longest time that one waited for its slot; from the sixth second to the twelfth.
  local function together(n, rate, tasks, latency)
    local paces, due, left_at, longest = { (new { { key = "k", rate = rate } }) }, {}, {}, 0
    for i = 2, n do
      paces[i] = shared_pace.new({ journal = paces[1].journal, loop = loop, clock = paces[1].clock }, paces[1].limits)
    end
    local began = now
    for i = 1, n * tasks do due[i] = now + i * 1e-5 end
    while now < began + 12 do
      local who = 1
      for i = 2, #due do
        if due[i] < due[who] then who = i end
      end
      now = due[who]
      local wait = paces[(who - 1) % n + 1]:reserve()
      local at = now + wait
      if at >= began + 6 and at < began + 12 then
        longest = math.max(longest, wait)
        left_at[#left_at + 1] = at
      end
      due[who] = at + latency
    end
    table.sort(left_at)
    for i = rate + 1, #left_at do
      assert.is_true(left_at[i] - left_at[i - rate] > 1 - 1e-6, "a second holds more than the rate")
    end
    return #left_at / 6, longest
  end

  it("reaches the rate with many processes of which each has few tasks", function()
    -- Each could send 100 a second, and use ten slots of a slice of 25 before its tasks are all busy.
    local rate = together(8, 500, 10, 0.1)
    assert.is_true(rate > 485, rate)
  end)

  it("lets each process send what it can where all of them do not reach the rate", function()
    local rate = together(3, 500, 10, 0.1)
    assert.is_true(rate > 270, rate)
  end)

  it("lets nobody stand in line for long, however many processes there are", function()
    local rate, longest = together(50, 500, 5, 0.1)
    assert.is_true(rate > 485, rate)
    assert.is_true(longest < 0.8, longest)
  end)

  it("tells with the next slice what SES took", function()
    local pace = new()
    for _ = 1, 5 do
      pace:reserve()
      pace:taken()
    end
    pace:reserve()
    assert.equal(5, leases[2].taken)
    for _ = 1, 5 do pace:reserve() end
    assert.equal(0, leases[3].taken)
  end)

  it("slows all down where SES throttles, once for all tasks", function()
    local pace = new()
    pace:throttled(now)
    pace:throttled(now + 0.5)
    assert.equal(1, #leases)
    pace:throttled(now + 1)
    assert.equal(2, #leases)
  end)

  it("leases once for all tasks that wait, and gives the journal's error to each", function()
    local asked, failed = 0, 0
    local pace = new(nil, function()
      asked = asked + 1
      loop.sleep(0.02)
      if asked == 1 then return { ahead = 0, spacing = 0.01 } end
      return nil, errors.new { kind = "client", code = "DatabaseGone", message = "gone" }
    end)
    loop.run(function(spawn)
      local tasks = {}
      for i = 1, 5 do tasks[i] = spawn(function() return pace:reserve() end) end
      for _, task in ipairs(tasks) do assert.is_number(task:wait()) end
      assert.equal(1, asked)
      local _, err = pace:reserve()
      failed = err and err.code
    end)
    assert.equal("DatabaseGone", failed)
  end)
end)
