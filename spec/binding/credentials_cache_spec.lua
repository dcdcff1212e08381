local core = require "ses.core"
local credentials = core.credentials

describe("ses.core.credentials.cache", function()
  local cache

  before_each(function() cache = assert(credentials.cache()) end)
  after_each(function() cache:close() end)

  local function made(expiration)
    return assert(credentials.static {
      access_key_id = "ASIAEXAMPLE", secret_access_key = "secret", expiration = expiration, custom = true,
    })
  end

  it("elects one who fetches, and gives what that one brings", function()
    local action, found, round = cache:get(1000)
    assert.same({ "refresh" }, { action, found })
    assert.equal("wait", (cache:get(1000)))
    local given = made(5000)
    assert.is_true(cache:put(round, given, 1000, 0.5))
    given:close() -- the cache has its own reference
    local again, until_time
    action, again, until_time = cache:get(1000, round)
    assert.equal("use", action)
    assert.equal("ASIAEXAMPLE", again:access_key_id())
    assert.equal(4700, until_time)
    assert.same({ present = true, source = "custom", expiration = 5000, extended = false, failures = 0 },
      cache:state(1000))
    cache:reject(again)
    assert.equal("refresh", (cache:get(1000)))
  end)

  it("gives a failure to those who waited", function()
    local _, _, round = cache:get(1000)
    cache:failed(round, "network", "no answer", 1000)
    local action, failure = cache:get(1000, round)
    assert.equal("failed", action)
    assert.equal("network", failure.status)
    assert.equal("no answer", failure.message)
    assert.equal("no answer", cache:state(1000).last_error)
    local _, _, second = cache:get(1000)
    cache:abandon(second)
    assert.equal("refresh", (cache:get(1000)))
  end)

  it("refuses what has expired", function()
    local _, _, round = cache:get(1000)
    local ok, failure = cache:put(round, made(999), 1000)
    assert.is_nil(ok)
    assert.equal("expired", failure.status)
  end)

  it("refuses what cannot be", function()
    assert.is_nil((credentials.cache { lease = -1 }))
    assert.has_error(function() cache:put(1, "secret", 1000) end)
    assert.has_error(function() cache:get() end)
    assert.has_error(function() cache:put(1, made(5000), 1000, 1) end)
    cache:close()
    assert.has_error(function() cache:get(1000) end)
  end)
end)
