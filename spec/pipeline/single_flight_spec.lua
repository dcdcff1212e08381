local clock = require "ses.adapters.clock"
local errors = require "ses.errors"
local ses = require "ses"
local single_flight = require "ses.pipeline.single_flight"
local store_memory = require "ses.adapters.store_memory"

describe("ses.pipeline.single_flight", function()
  local store, worked

  before_each(function() store, worked = store_memory.new(), 0 end)

  -- Each call is one of a process that has nothing in common with the others but the store.
  local function run(work, changes)
    local job = {
      key = "k", lease = 10, patience = 5,
      read = function() return store:get "k" end,
      work = function()
        worked = worked + 1
        return work()
      end,
    }
    for name, value in pairs(changes or {}) do job[name] = value end
    return single_flight.run({ store = job.store or store, clock = job.clock or clock }, job)
  end

  local function slowly(value, err)
    return function()
      ses.sleep(0.05)
      if value then store:set("k", value) end
      return value, err
    end
  end

  -- So many at once. → what each got, as text, in order
  local function all(count, work, changes)
    local got = {}
    ses.run(function(spawn)
      for i = 1, count do
        spawn(function()
          local value, err = run(work, changes)
          got[i] = value or "error " .. tostring(err.code)
        end)
      end
    end)
    return got
  end

  it("has the work done once, for all", function()
    assert.same({ "v", "v", "v", "v" }, all(4, slowly "v"))
    assert.equal(1, worked)
    assert.equal("v", run(error))
    assert.equal(1, worked)
  end)

  it("tells all who waited of a failure, and tries again for the next", function()
    local failed = slowly(nil, errors.new { kind = "network", code = "NetworkError", message = "no answer" })
    assert.same({ "error NetworkError", "error NetworkError", "error NetworkError" }, all(3, failed))
    assert.equal(1, worked)
    assert.equal("v", run(slowly "v"))
    assert.equal(2, worked)
  end)

  it("does not tell the others of what concerns the one who worked alone", function()
    local work = function()
      ses.sleep(0.02)
      if worked == 1 then return nil, errors.new { kind = "cancelled", code = "Cancelled", message = "enough" } end
      store:set("k", "v")
      return "v"
    end
    local got = all(3, work)
    table.sort(got)
    assert.same({ "error Cancelled", "v", "v" }, got)
    assert.equal(2, worked)
  end)

  it("lets the next one try where the work left nothing for the others", function()
    assert.same({ "own 1", "own 2" }, all(2, function()
      local mine = "own " .. worked
      ses.sleep(0.02)
      return mine
    end))
  end)

  it("waits no longer for one that is gone than its lease", function()
    store:set_new("k:lock", "of one that was killed", 0.1)
    local began = ses.monotonic()
    assert.equal("v", run(slowly "v"))
    assert.is_true(ses.monotonic() - began >= 0.1)
    assert.is_nil(store:get "k:lock")
  end)

  it("works itself where its patience or its time is over, or it cannot wait", function()
    store:set_new("k:lock", "of one that is slow")
    assert.equal("v", run(slowly "v", { patience = 0.05 }))
    store:set("k", nil)
    assert.equal("v", run(slowly "v", { deadline = ses.monotonic() + 0.05 }))
    store:set("k", nil)
    local stuck = { monotonic = clock.monotonic, sleep = function()
      return nil, errors.new { kind = "client", code = "WrongPhase", message = "not here" }
    end }
    assert.equal("v", run(slowly "v", { clock = stuck }))
    assert.equal(3, worked)
    assert.equal("of one that is slow", store:get "k:lock")
  end)

  it("works itself where the store fails", function()
    local broken = setmetatable({
      get = function() return nil end, set = function() return nil, "no memory" end,
      set_new = function() return nil, "no memory" end,
    }, {})
    assert.equal("v", run(slowly "v", { store = broken }))
  end)

  it("gives the work up with what it raises", function()
    assert.has_error(function() run(function() error("oh", 0) end) end, "oh")
    assert.is_nil(store:get "k:lock")
  end)
end)
