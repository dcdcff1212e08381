local store_contract = require "spec.support.store_contract"
local store_memory = require "ses.adapters.store_memory"

describe("ses.adapters.store_memory", function()
  local store, clock

  before_each(function()
    local now = 1000
    clock = { sleep = function(seconds) now = now + seconds end }
    store = store_memory.new { monotonic = function() return now end }
  end)

  for _, case in ipairs(store_contract.cases) do
    it(case[1], function() case[2](store, clock) end)
  end

  it("tells time by the system where no clock is given", function()
    local real = store_memory.new()
    assert.is_true(real:set("k", "v", 1000))
    assert.equal("v", real:get "k")
    assert.is_true(real:set("k", "v", -1))
    assert.is_nil(real:get "k")
  end)

  it("holds no more entries than it may", function()
    local small = store_memory.new { max_entries = 3 }
    for _, key in ipairs { "a", "b", "c" } do small:set(key, key) end
    assert.equal("a", small:get "a")
    small:set("d", "d")
    assert.is_nil(small:get "b")
    assert.equal("a", small:get "a")
    assert.equal("c", small:get "c")
    assert.equal("d", small:get "d")
    assert.equal("ses.Store in memory (3 of 3 entries)", tostring(small))
  end)

  it("holds no more bytes than it may", function()
    local small = store_memory.new { max_bytes = 100 }
    for i = 1, 20 do assert.is_true(small:set("k" .. i, ("x"):rep(20))) end
    assert.is_nil(small:get "k16")
    assert.equal(("x"):rep(20), small:get "k20")
    assert.is_true(small:set("large", ("x"):rep(90)))
    assert.is_nil(small:get "k20")
  end)

  it("counts what it gave up as gone, whatever became of it", function()
    local small, model = store_memory.new { max_entries = 50, max_bytes = 2000 }, {}
    for _ = 1, 20000 do
      local key = "k" .. math.random(100)
      if math.random() < 0.1 then
        small:set(key, nil)
        model[key] = nil
      elseif math.random() < 0.5 then
        local value = ("v"):rep(math.random(0, 80))
        assert.is_true(small:set(key, value))
        model[key] = value
      else
        local found = small:get(key)
        if found ~= nil then assert.equal(model[key], found) end
      end
      assert.is_true(small.count <= 50 and small.bytes <= 2000)
    end
    local count, bytes = 0, 0
    for key, entry in pairs(small.entries) do
      count, bytes = count + 1, bytes + #key + #entry.value
    end
    assert.same({ small.count, small.bytes }, { count, bytes })
  end)
end)
