--- What every source keeps that asks somebody over HTTP: one set of specs, run against the real endpoints
-- of spec.support.aws_metadata_server, a client in a process of its own.
local assert = require "luassert"
local credentials_child = require "spec.support.credentials_child"

local provider_contract = {}

--- Defines the specs by busted's `it`. `subject()` gives { server =, endpoint = (the server's name of it),
-- source = (as ses.core names it), tried = (where a failure is told under another name), tag = (what its
-- key ids begin with), env =, options = (Lua text of the client's), extends = (whether expired ones are
-- used on) }.
function provider_contract.define(it_of_busted, subject)
  local given, server

  local function it(name, test)
    it_of_busted(name, function()
      given = subject()
      server = given.server
      server:reset()
      test()
    end)
  end

  local function run(steps, options)
    local outcomes, printed = credentials_child.run(server, {
      env = given.env, options = options or given.options, steps = steps,
    })
    -- Whatever is said, no secret is in it.
    for _, secret in ipairs(server:secrets()) do assert.is_nil(printed:find(secret, 1, true), printed) end
    return outcomes
  end

  local function signed_with()
    local keys = {}
    for i, request in ipairs(server:requests("ses")) do keys[i] = credentials_child.key_of(request) end
    return keys
  end

  local function asked()
    return #server:requests(given.endpoint)
  end

  it("signs with what the endpoint gives", function()
    local outcome = run()[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.equal(given.source, outcome.found_in)
    assert.matches("%[REDACTED%]", outcome.shown)
    local request = server:requests("ses")[1]
    assert.matches("^" .. given.tag, credentials_child.key_of(request))
    assert.matches("//session%+token==%d+$", request.headers["x-amz-security-token"])
  end)

  it("is asked once for many calls", function()
    for _, outcome in ipairs(run("for _ = 1, 5 do call() end")) do assert.is_true(outcome.ok, outcome.text) end
    assert.equal(1, asked())
    local keys = signed_with()
    assert.equal(5, #keys)
    for _, key in ipairs(keys) do assert.equal(keys[1], key) end
  end)

  it("is asked once by many tasks that begin together", function()
    server:set(given.endpoint, { fault = "slow", seconds = 0.1 })
    local outcomes = run("ses.run(function(spawn) for _ = 1, 20 do spawn(call) end end)")
    assert.equal(20, #outcomes)
    for _, outcome in ipairs(outcomes) do assert.is_true(outcome.ok, outcome.text) end
    assert.equal(1, asked())
  end)

  it("gives one failure to all tasks that waited for it", function()
    server:set(given.endpoint, { status = 403, body = "{}" })
    local outcomes = run("ses.run(function(spawn) for _ = 1, 20 do spawn(call) end end)")
    assert.equal(20, #outcomes)
    for _, outcome in ipairs(outcomes) do assert.equal("credentials", outcome.kind) end
    assert.is_true(asked() <= 3, asked())
  end)

  it("is asked again five minutes before they expire", function()
    server:set(given.endpoint, { expires_in = 290, times = 1 })
    for _, outcome in ipairs(run("for _ = 1, 3 do call() end")) do assert.is_true(outcome.ok, outcome.text) end
    local keys = signed_with()
    assert.equal(2, asked())
    assert.are_not.equal(keys[1], keys[2])
    assert.equal(keys[2], keys[3])
  end)

  it("is asked again beside the calls in a loop", function()
    server:set(given.endpoint, { expires_in = 290, times = 1, after = { fault = "slow", seconds = 0.3 } })
    local outcomes = run [[
      ses.run(function()
        call()
        local from = ses.monotonic()
        call()
        assert(ses.monotonic() - from < 0.25, "a call waited for the refresh")
        ses.sleep(0.6)
        call()
      end)
    ]]
    for _, outcome in ipairs(outcomes) do assert.is_true(outcome.ok, outcome.text) end
    local keys = signed_with()
    assert.equal(2, asked())
    assert.equal(keys[1], keys[2])
    assert.are_not.equal(keys[1], keys[3])
  end)

  it("lets unexpired ones be used on while it fails", function()
    server:set(given.endpoint, { expires_in = 250, times = 1, after = { status = 400, body = "{}" } })
    for _, outcome in ipairs(run("for _ = 1, 4 do call() end")) do assert.is_true(outcome.ok, outcome.text) end
    local keys = signed_with()
    for _, key in ipairs(keys) do assert.equal(keys[1], key) end
    -- There is a pause between the tries.
    assert.is_true(asked() >= 2 and asked() <= 3, asked())
  end)

  if not subject().extends then
    it("fails where they have expired and it gives no new ones", function()
      server:set(given.endpoint, { expires_in = 4, times = 1, after = { status = 400, body = "{}" } })
      local outcomes = run "call(); ses.sleep(4.1); call()"
      assert.is_true(outcomes[1].ok, outcomes[1].text)
      assert.is_false(outcomes[2].ok)
      assert.equal("credentials", outcomes[2].kind)
    end)

    it("does not take expired ones", function()
      server:set(given.endpoint, { expires_in = -60 })
      local outcome = run()[1]
      assert.is_false(outcome.ok)
      assert.equal("credentials", outcome.kind)
      assert.matches("expired", outcome.message)
    end)
  end

  for what, fault in pairs {
    ["answers 404"] = { status = 404, body = "not here" },
    ["answers 500"] = { status = 500, body = "sorry" },
    ["answers with half of a document"] = { fault = "malformed" },
    ["answers with something else"] = { body = "<html>Welcome!</html>" },
    ["answers with nothing"] = { body = "" },
    ["closes the connection"] = { fault = "close" },
    ["closes the connection in the middle of the answer"] = { fault = "cut" },
    ["does not speak HTTP"] = { fault = "garbage" },
  } do
    it("says which source failed where it " .. what, function()
      server:set(given.endpoint, fault)
      local outcome = run()[1]
      assert.is_false(outcome.ok)
      assert.equal("credentials", outcome.kind)
      assert.same({}, signed_with())
      local last = outcome.tried[#outcome.tried]
      assert.equal(given.tried or given.source, last.source)
      assert.is_true(#last.message > 10, last.message)
    end)
  end

  it("does not hold up a call for longer than it may last", function()
    server:set(given.endpoint, { fault = "hang" })
    local outcome = run("call()", "{ operation_timeout_ms = 300, " .. (given.options or "{}"):sub(2))[1]
    assert.is_false(outcome.ok)
    assert.is_true(outcome.kind == "timeout" or outcome.kind == "credentials", outcome.kind)
  end)

  it("gets over one failure that passes", function()
    for _, fault in ipairs { { status = 500, times = 1 }, { fault = "close", times = 1 } } do
      server:set(given.endpoint, fault)
      local outcome = run()[1]
      assert.is_true(outcome.ok, outcome.text)
    end
  end)
end

return provider_contract
