--- What every adapter of the store port keeps. No busted in here: the module runs inside nginx as well.
local ports = require "ses.ports"

local store_contract = {}

-- Each is a sentence and a function(store, clock): it raises where the store does otherwise. `clock` has
-- `sleep(seconds)`; for a store that tells time by the system's clock it truly waits.
store_contract.cases = {
  { "is a store", function(store) assert(ports.check("store", store)) end },
  { "gives nothing where nothing was set", function(store)
    local value, err = store:get "absent"
    assert(value == nil and err == nil)
  end },
  { "gives strings and numbers as they were", function(store)
    assert(store:set("text", "with \0 and \255") == true)
    assert(store:set("number", 1.5) == true)
    assert(store:set("empty", "") == true)
    assert(store:get "text" == "with \0 and \255")
    assert(store:get "number" == 1.5)
    assert(store:get "empty" == "")
  end },
  { "replaces a value, and its time with it", function(store, clock)
    assert(store:set("k", "old", 0.05))
    assert(store:set("k", "new"))
    clock.sleep(0.1)
    assert(store:get "k" == "new")
  end },
  { "forgets what is set to nil", function(store)
    assert(store:set("k", "v"))
    assert(store:set("k", nil) == true)
    assert(store:get "k" == nil)
    assert(store:set("never there", nil) == true)
  end },
  { "forgets a value when its time is over", function(store, clock)
    assert(store:set("short", "v", 0.05))
    assert(store:set("long", "v", 1000))
    assert(store:get "short" == "v")
    clock.sleep(0.1)
    assert(store:get "short" == nil)
    assert(store:get "long" == "v")
  end },
  { "does not keep for ever what has hardly any time", function(store, clock)
    assert(store:set("k", "v", 0.0000001))
    clock.sleep(0.01)
    assert(store:get "k" == nil)
  end },
  { "keeps a value where there is none, and only there", function(store, clock)
    assert(store:set_new("k", "first") == true)
    assert(store:set_new("k", "second") == false)
    assert(store:get "k" == "first")
    assert(store:set_new("short", "first", 0.05) == true)
    assert(store:set_new("short", "second", 0.05) == false)
    clock.sleep(0.1)
    assert(store:set_new("short", "third", 1000) == true)
    assert(store:get "short" == "third")
    local kept, err = store:set_new("huge", ("x"):rep(20 * 1024 * 1024))
    assert(kept == nil and err.code == "StoreFull")
  end },
  { "adds from what it is told to begin with", function(store)
    assert(store:add("n", 1, 10) == 11)
    assert(store:add("n", 2.5, 10) == 13.5)
    assert(store:get "n" == 13.5)
    assert(store:add("from nothing", 3) == 3)
  end },
  { "adds to a number that was set", function(store)
    assert(store:set("n", 5))
    assert(store:add("n", -7) == -2)
  end },
  { "makes a value anew from what it is", function(store)
    assert(store:update("u", function(value)
      assert(value == nil)
      return "a"
    end) == true)
    assert(store:update("u", function(value) return value .. "b" end) == true)
    assert(store:get "u" == "ab")
    assert(store:update("u", function() return nil end) == true)
    assert(store:get "u" == nil)
  end },
  { "hands on what an update is given, and what it returns beside the value", function(store)
    local ok, err, a, b = store:update("u", function(_, x, y, z) return x .. y .. z, z, nil end, "a", "b", "c")
    assert(ok == true and err == nil and a == "c" and b == nil)
    assert(store:get "u" == "abc")
  end },
  { "passes on what an update raises, and can be updated again", function(store)
    local ok, reason = pcall(store.update, store, "u", function() error("no", 0) end)
    assert(not ok and reason == "no")
    assert(store:update("u", function() return 1 end) == true)
    assert(store:get "u" == 1)
  end },
  { "begins anew where the number's time is over", function(store, clock)
    assert(store:set("n", 5, 0.05))
    clock.sleep(0.1)
    assert(store:add("n", 1, 100) == 101)
  end },
  { "does not add to text", function(store)
    assert(store:set("t", "text"))
    local sum, err = store:add("t", 1, 0)
    assert(sum == nil)
    assert(err.code == "NotANumber", err.code)
    assert(store:get "t" == "text")
  end },
  { "refuses a value that it cannot hold, and stays as useful", function(store)
    local ok, err = store:set("huge", ("x"):rep(20 * 1024 * 1024))
    assert(ok == nil)
    assert(err.code == "StoreFull", err.code)
    assert(store:get "huge" == nil)
    assert(store:set("small", "v"))
    assert(store:get "small" == "v")
  end },
  { "is bounded: the least recently used go first", function(store)
    assert(store:set("used", "v"))
    for i = 1, 30000 do
      assert(store:set("key " .. i, ("x"):rep(100)))
      assert(store:get "used" == "v")
    end
    assert(store:get "key 1" == nil)
    assert(store:get "key 30000" == ("x"):rep(100))
  end },
}

return store_contract
