local cache = require "ses.pipeline.cache"
local errors = require "ses.errors"
local loop = require "ses.adapters.loop"
local store_memory = require "ses.adapters.store_memory"

describe("ses.pipeline.cache", function()
  local now, store, scope, asked, answers

  before_each(function()
    now, scope, asked, answers = 1000, "account", {}, {}
    store = store_memory.new { monotonic = function() return now end }
  end)

  local function new(options)
    local all = {
      kind = "thing", ttl = 300, negative_ttl = 30, patience = 60,
      load = function(key)
        asked[#asked + 1] = key
        local answer = answers[key]
        if type(answer) == "function" then return answer() end
        if errors.is(answer) then return nil, answer end
        return answer
      end,
    }
    for name, value in pairs(options or {}) do all[name] = value end
    return cache.new({
      store = all.store or store, host = { condition = loop.condition, can_wait = loop.running },
      clock = { now = function() return now end, monotonic = function() return now end },
      scope = function() return scope end,
    }, all)
  end

  local function missing(code)
    return errors.new { kind = "client", code = code or "NotFoundException", message = "not there", status = 404 }
  end

  it("asks once, and again when the time is over", function()
    local things = new()
    answers.a = { Name = "a", List = { 1, 2 } }
    assert.same(answers.a, things:get "a")
    now = now + 299
    assert.same(answers.a, things:get "a")
    assert.same({ hits = 1, negative_hits = 0, misses = 1, shared = 0 }, things:stats())
    now = now + 2
    assert.same(answers.a, things:get "a")
    assert.same({ "a", "a" }, asked)
  end)

  it("remembers for a shorter time what is missing", function()
    local things = new()
    answers.a = missing()
    for _ = 1, 2 do
      local value, err = things:get "a"
      assert.is_nil(value)
      assert.is_true(errors.is(err))
      assert.equal("NotFoundException", err.code)
      assert.equal(404, err.status)
      -- Whoever gets an error may write into it.
      err.code = "spoilt"
    end
    assert.same({ hits = 0, negative_hits = 1, misses = 1, shared = 0 }, things:stats())
    now = now + 31
    answers.a = { Name = "a" }
    assert.same(answers.a, things:get "a")
  end)

  it("remembers that it may not ask, and no other failure", function()
    local things = new()
    answers.denied, answers.busy = missing "AccessDeniedException", missing "TooManyRequestsException"
    for _ = 1, 3 do
      things:get "denied"
      things:get "busy"
    end
    assert.same({ "denied", "busy", "busy", "busy" }, asked)
  end)

  it("keeps for the shorter time what is not there to stay", function()
    local things = new { is_lasting = function(value) return value.Ready end }
    answers.a = { Ready = false }
    things:get "a"
    now, answers.a = now + 31, { Ready = true }
    assert.is_true(things:get("a").Ready)
    now = now + 200
    assert.is_true(things:get("a").Ready)
    assert.equal(2, #asked)
  end)

  it("forgets one thing and no other, for all that share the store", function()
    local things, others = new(), new()
    answers.a, answers.b = { Version = 1 }, { Version = 1 }
    things:get "a"
    things:get "b"
    answers.a = { Version = 2 }
    others:forget "a"
    assert.equal(2, things:get("a").Version)
    assert.equal(2, others:get("a").Version)
    things:get "b"
    assert.same({ "a", "b", "a" }, asked)
  end)

  it("forgets what is found to be otherwise, and keeps what is found to be so", function()
    local things = new { is_lasting = function(value) return value.Ready end }
    for _, case in ipairs {
      { { Ready = true }, { Ready = true }, 1 }, { { Ready = true }, { Ready = false }, 2 },
      { { Ready = true }, nil, 2 },
      { { Ready = false }, { Ready = true }, 2 }, { missing(), { Ready = true }, 2 }, { missing(), nil, 1 },
    } do
      asked, answers.a = {}, case[1]
      things:forget "a"
      things:get "a"
      things:found("a", case[2])
      things:get "a"
      assert.equal(case[3], #asked)
    end
    things:found("never asked for", { Ready = true })
  end)

  it("never gives an answer that was on its way when the thing changed", function()
    local things, others = new(), new()
    answers.a = function()
      -- What the service says was true a moment ago.
      others:forget "a"
      return { Version = 1 }
    end
    things:get "a"
    answers.a = { Version = 2 }
    assert.equal(2, things:get("a").Version)
  end)

  it("never gives an answer of before a change that it had no room to remember", function()
    local small = store_memory.new { max_entries = 4, monotonic = function() return now end }
    local things = new { store = small }
    answers.a, answers.b, answers.c = { Version = 1 }, {}, {}
    for _ = 1, 3 do
      things:get "a"
      things:forget "a"
      things:get "b"
      things:get "c"
      now = now + 1
      answers.a = { Version = answers.a.Version + 1 }
      assert.equal(answers.a.Version, things:get("a").Version)
      things:forget "a"
      answers.a = { Version = answers.a.Version + 1 }
    end
  end)

  it("keeps accounts apart, and kinds", function()
    local things, others = new(), new { kind = "other" }
    answers.a = { Of = "one" }
    things:get "a"
    scope, answers.a = "another account", { Of = "two" }
    assert.equal("two", things:get("a").Of)
    scope = "account"
    assert.equal("one", things:get("a").Of)
    assert.equal("two", others:get("a").Of)
  end)

  it("asks every time where the store keeps nothing", function()
    local broken = { get = function() return nil end, set = function() return nil, "full" end,
      add = function() return nil, "full" end }
    local things = new { store = broken }
    answers.a = { Name = "a" }
    assert.same(answers.a, things:get "a")
    assert.same(answers.a, things:get "a")
    things:forget "a"
    assert.equal(2, #asked)
  end)

  it("shows neither the account nor the key in the store", function()
    local seen = {}
    local things = new { store = setmetatable({
      set = function(_, key, value, ttl)
        seen[#seen + 1] = key
        return store:set(key, value, ttl)
      end,
      get = function(_, key)
        seen[#seen + 1] = key
        return store:get(key)
      end,
      add = function(_, ...) return store:add(...) end,
    }, {}) }
    answers["ada@example.com"] = {}
    things:get "ada@example.com"
    assert.is_true(#seen > 2)
    assert.is_nil(table.concat(seen, " "):find("ada", 1, true))
  end)

  describe("among tasks", function()
    local function all_get(things, count)
      local got = {}
      loop.run(function(spawn)
        for i = 1, count do
          spawn(function()
            local value, err = things:get "a"
            got[i] = value and value.Version or err
          end)
        end
      end)
      return got
    end

    it("asks once for all that want to know at once", function()
      local things = new()
      answers.a = function()
        loop.sleep(0.01)
        return { Version = 7 }
      end
      assert.same({ 7, 7, 7, 7, 7 }, all_get(things, 5))
      assert.same({ "a" }, asked)
      assert.same({ hits = 0, negative_hits = 0, misses = 1, shared = 4 }, things:stats())
    end)

    it("tells all of a failure, each with an error of its own", function()
      local things = new()
      answers.a = function()
        loop.sleep(0.01)
        return nil, missing "TooManyRequestsException"
      end
      local got = all_get(things, 3)
      assert.equal(1, #asked)
      for i = 1, 3 do assert.equal("TooManyRequestsException", got[i].code) end
      assert.is_false(rawequal(got[2], got[3]))
    end)

    it("lets another ask where the one that asked was cancelled", function()
      local things, value = new(), nil
      answers.a = function()
        local _, err = loop.sleep(#asked == 1 and 60 or 0.001)
        if err then return nil, err end
        return { Version = 3 }
      end
      loop.run(function(spawn)
        local first = spawn(function() things:get "a" end)
        spawn(function() value = things:get "a" end)
        loop.sleep(0.005)
        first:cancel()
      end)
      assert.equal(3, value.Version)
      assert.equal(2, #asked)
    end)

    it("goes on where the one that asked raised", function()
      local things, value = new(), nil
      answers.a = function()
        loop.sleep(0.005)
        if #asked == 1 then error("broken", 0) end
        return { Version = 4 }
      end
      loop.run(function(spawn)
        local first = spawn(function() things:get "a" end)
        spawn(function() value = things:get "a" end)
        assert.equal("broken", select(2, first:wait()))
      end)
      assert.equal(4, value.Version)
    end)
  end)
end)
