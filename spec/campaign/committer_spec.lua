local clock = require "ses.adapters.clock"
local committer = require "ses.campaign.committer"
local loop = require "ses.adapters.loop"

-- A journal that writes down its commits, and fails where it is told to.
local function journal_of(fail)
  local journal = { commits = {} }
  function journal:commit(sending, results)
    self.commits[#self.commits + 1] = { sending = #sending, results = #results }
    if fail and fail(#self.commits) then return nil, { message = "disk full" } end
    return true
  end
  return journal
end

local function with(journal, fn)
  local failures = {}
  local made = committer.new({ journal = journal, loop = loop, clock = clock },
    function(err) failures[#failures + 1] = err.message end)
  loop.run(function(spawn)
    local writing = spawn(made.run, made)
    fn(made, spawn)
    made:finish()
    writing:wait()
  end)
  return failures
end

local function total(journal, name)
  local n = 0
  for _, commit in ipairs(journal.commits) do n = n + commit[name] end
  return n
end

describe("ses.campaign.committer", function()
  it("writes what many tasks want at one moment in one transaction", function()
    local journal = journal_of()
    with(journal, function(made, spawn)
      local tasks = {}
      for i = 1, 50 do
        tasks[i] = spawn(function()
          assert(made:sending { { id = i } })
          made:result { id = i, state = "sent" }
        end)
      end
      for _, task in ipairs(tasks) do assert(select(2, task:wait()) == nil) end
    end)
    assert.equal(50, total(journal, "sending"))
    assert.equal(50, total(journal, "results"))
    assert.is_true(#journal.commits <= 4, #journal.commits .. " transactions")
  end)

  it("lets nobody go before the transaction has ended", function()
    local journal = journal_of()
    with(journal, function(made)
      assert.equal(0, #journal.commits)
      assert.is_truthy(made:sending { { id = 1 } })
      assert.equal(1, #journal.commits)
    end)
  end)

  it("writes every result before it ends", function()
    local journal = journal_of()
    with(journal, function(made)
      for i = 1, 1000 do
        made:result { id = i }
        if i % 100 == 0 then loop.sleep(0.001) end
      end
    end)
    assert.equal(1000, total(journal, "results"))
  end)

  it("writes the last of several results of a recipient, but each of different claims", function()
    local written = {}
    local journal = { commit = function(_, _, results)
      for _, result in ipairs(results) do
        written[#written + 1] = result.state .. (result.release and ", released" or "")
      end
      return true
    end }
    with(journal, function(made)
      made:result { id = 1, claim = 7, state = "pending" }
      made:result { id = 1, claim = 8, state = "sent" }
      made:result { id = 1, claim = 7, state = "pending", release = true }
    end)
    assert.same({ "pending, released", "sent" }, written)
  end)

  it("refuses to let anybody go where a transaction fails, and tries the results once more at the end", function()
    local journal = journal_of(function(n) return n == 2 end)
    local failures = with(journal, function(made)
      assert.is_truthy(made:sending { { id = 1 } })
      made:result { id = 1, state = "sent" }
      assert.is_nil(made:sending { { id = 2 } })
      assert.is_nil(made:sending { { id = 3 } })
    end)
    assert.same({ "disk full" }, failures)
    assert.same({ sending = 0, results = 1 }, journal.commits[#journal.commits])
    assert.equal(3, #journal.commits)
  end)

  it("refuses as well who asks while the transaction that fails is tried", function()
    local journal = journal_of(function(n) return n == 1 end)
    local commit = journal.commit
    function journal:commit(...)
      loop.sleep(0.02)
      return commit(self, ...)
    end
    with(journal, function(made, spawn)
      local first = spawn(function() return made:sending { { id = 1 } } end)
      loop.sleep(0.01)
      made:result { id = 2, state = "sent" }
      assert.is_nil(made:sending { { id = 3 } })
      assert.is_nil((first:wait()))
    end)
    assert.same({ { sending = 1, results = 0 }, { sending = 0, results = 1 } }, journal.commits)
  end)

  it("ends where the last try fails too", function()
    local journal = journal_of(function() return true end)
    local failures = with(journal, function(made)
      made:result { id = 1, state = "sent" }
      loop.sleep(0.02)
    end)
    assert.equal(2, #failures)
    assert.equal(2, #journal.commits)
  end)
end)
