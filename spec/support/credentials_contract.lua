--- What a client does with any source of credentials that expire, in the time of a fake clock.
local assert = require "luassert"
local client_of = require "ses.client"
local fake_clock = require "ses.testing.clock"
local fake_transport = require "ses.testing.transport"
local place = require "ses.testing.place"

local credentials_contract = {}

--- Defines the specs with busted's `it`. `make(clock, lifetime)` returns { source = (the option `credentials`), fail =
-- function() that has later fetches fail, fetches = function() → how many there were }.
function credentials_contract.define(it_of_busted, make)
  local clock, given, client, transport

  local function it(name, lifetime, test)
    it_of_busted(name, function()
      clock = fake_clock.new()
      transport = fake_transport.new { clock = clock }
      given = make(clock, lifetime)
      client = assert(client_of.new({ region = "eu-west-1", credentials = given.source },
        place.new { clock = clock, transport = transport }))
      test()
      client:close()
    end)
  end

  local function call()
    local result, err = client:call "GetAccount"
    return result, err
  end

  local function signed_with()
    local keys = {}
    for i, request in ipairs(transport:requests()) do keys[i] = request.access_key_id end
    return keys
  end

  it("is asked once for many calls", 3600, function()
    for _ = 1, 5 do assert(call()) end
    assert.equal(1, given.fetches())
    local keys = signed_with()
    for i = 1, 5 do assert.equal(keys[1], keys[i]) end
    assert.is_number(client:describe_config().credentials.expiration)
  end)

  it("is asked once by many tasks that begin together", 3600, function()
    clock.run(function(spawn)
      for _ = 1, 20 do spawn(function() assert(call()) end) end
    end)
    assert.equal(1, given.fetches())
    assert.equal(20, #signed_with())
  end)

  it("is asked again five minutes before they expire", 3600, function()
    assert(call())
    clock.advance(3600 - 600)
    assert(call())
    assert.equal(1, given.fetches())
    clock.advance(310)
    assert(call())
    assert.equal(2, given.fetches())
    assert(call())
    local keys = signed_with()
    assert.equal(keys[1], keys[2])
    assert.are_not.equal(keys[1], keys[4])
  end)

  it("lets unexpired ones be used on while it fails", 3600, function()
    assert(call())
    given.fail()
    clock.advance(3600 - 250)
    for _ = 1, 4 do assert(call()) end
    assert.is_true(given.fetches() >= 2)
    local keys = signed_with()
    assert.equal(keys[1], keys[5])
  end)

  it("fails where they have expired and it gives no new ones", 3600, function()
    assert(call())
    given.fail()
    clock.advance(3601)
    local result, err = call()
    assert.is_nil(result)
    assert.equal("credentials", err.kind)
    assert.equal(1, #signed_with())
  end)

  it("does not take expired ones", -60, function()
    local _, err = call()
    assert.equal("credentials", err.kind)
    assert.matches("expired", err.message)
    assert.same({}, signed_with())
  end)

  it("says so where it fails, with no secret", 3600, function()
    given.fail()
    local _, err = call()
    assert.equal("credentials", err.kind)
    assert.is_true(#err.message > 10, err.message)
    assert.is_nil(tostring(err):find("secret/", 1, true))
    assert.same({}, signed_with())
  end)
end

return credentials_contract
