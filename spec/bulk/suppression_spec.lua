-- Many addresses onto the suppression list of the emulator, over real sockets.
local emulator = require "spec.support.emulator"
local ses = require "ses"
local settings = require "ses.emulator.settings"

describe("client.suppression:put_all", function()
  local sandbox, client

  local function client_of(options)
    local all = {
      region = "us-east-1", endpoint = sandbox.url, initial_backoff_ms = 1, max_backoff_ms = 5,
      credentials = { access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY },
    }
    for name, value in pairs(options or {}) do all[name] = value end
    return assert(ses.client(all))
  end

  setup(function() sandbox = emulator.start {} end)
  teardown(function() sandbox:stop() end)
  before_each(function()
    sandbox:control("POST", "/reset")
    client = client_of()
  end)
  after_each(function() client:close() end)

  local function listed()
    local found = {}
    for item, err in client.suppression:each {} do
      assert(item, err)
      found[item.email_address] = item.reason
    end
    return found
  end

  local function add_fault(fault)
    assert(sandbox:control("POST", "/faults", fault).id)
  end

  it("puts all addresses, each once whatever its spelling", function()
    local addresses = {}
    for i = 1, 50 do addresses[i] = "p" .. i .. "@example.com" end
    addresses[51], addresses[52] = "P7@EXAMPLE.com", "Ada <p8@example.com>"
    addresses[53], addresses[54] = { email_address = "new@example.com" }, { name = "N", email = "newer@example.com" }
    local done = assert(client.suppression:put_all(addresses, { reason = "COMPLAINT", concurrency = 8 }))
    assert.same({ put = 52, failed = 0, duplicates = 2, not_put = 0, errors = {} }, done)
    local found, count = listed(), 0
    for _ in pairs(found) do count = count + 1 end
    assert.equal(52, count)
    assert.equal("COMPLAINT", found["p7@example.com"])
    assert.equal("COMPLAINT", found["newer@example.com"])
  end)

  it("says of each address that failed why, and goes on", function()
    add_fault { operation = "PutSuppressedDestination", match = "p3@", status = 400, code = "BadRequestException" }
    local done = assert(client.suppression:put_all(
      { "p1@example.com", "nobody", "p3@example.com", 12, "p5@example.com" }, { reason = "BOUNCE", concurrency = 1 }))
    assert.same({ 2, 3 }, { done.put, done.failed })
    assert.same({ 2, 3, 4 }, { done.errors[1].index, done.errors[2].index, done.errors[3].index })
    assert.equal("p3@example.com", done.errors[2].address)
    assert.equal("BadRequestException", done.errors[2].error.code)
    assert.equal("validation", done.errors[1].error.kind)
    assert.is_nil(done.stopped_by)
  end)

  it("tries again what the service could not take just now", function()
    add_fault { operation = "PutSuppressedDestination", status = 429, code = "TooManyRequestsException", count = 2 }
    local done = assert(client.suppression:put_all({ "a@example.com", "b@example.com" }, { reason = "BOUNCE" }))
    assert.equal(2, done.put)
  end)

  it("reads an iterator and tells each result, within ses.run", function()
    local n, told = 0, {}
    ses.run(function()
      local done = assert(client.suppression:put_all(function()
        n = n + 1
        if n <= 20 then return "p" .. n % 10 .. "@example.com" end
      end, { reason = "BOUNCE", on_result = function(result, given)
        told[result.index] = result.status .. " " .. given
      end }))
      assert.same({ 10, 10 }, { done.put, done.duplicates })
      assert.same({}, done.errors)
    end)
    assert.equal("PUT p1@example.com", told[1])
    assert.equal("DUPLICATE p1@example.com", told[11])
    assert.equal(20, #told)
  end)

  it("stops where every address would meet the same", function()
    local stranger = client_of { credentials = { access_key_id = "AKIASTRANGER", secret_access_key = "wrong" } }
    local addresses = {}
    for i = 1, 100 do addresses[i] = "p" .. i .. "@example.com" end
    local done = assert(stranger.suppression:put_all(addresses, { reason = "BOUNCE", concurrency = 1 }))
    assert.same({ 0, 1, 99 }, { done.put, done.failed, done.not_put })
    assert.equal(done.errors[1].error, done.stopped_by)
    stranger:close()
    add_fault { operation = "PutSuppressedDestination", status = 400, code = "BadRequestException" }
    done = assert(client.suppression:put_all(addresses, { reason = "BOUNCE", concurrency = 1 }))
    assert.same({ 0, 3, 97 }, { done.put, done.failed, done.not_put })
  end)

  it("wants a reason, and options that are known", function()
    for _, case in ipairs {
      { {}, {}, "reason" }, { {}, { reason = "SPAM" }, "reason" }, { 5, { reason = "BOUNCE" }, "addresses" },
      { {}, { reason = "BOUNCE", concurency = 1 }, "concurency" },
    } do
      local done, err = client.suppression:put_all(case[1], case[2])
      assert.is_nil(done)
      assert.equal(case[3], err.field)
    end
  end)
end)
