-- Any function or object as a source of credentials.
local aws_metadata_server = require "spec.support.aws_metadata_server"
local credentials_child = require "spec.support.credentials_child"

describe("credentials of a function of the user's", function()
  local server

  setup(function() server = aws_metadata_server.start() end)
  teardown(function() server.stop() end)
  before_each(function() server:reset() end)

  local FUNCTION = [[{ credentials = function()
    runs = (runs or 0) + 1
    ses.sleep(0.05)
    return { access_key_id = "ASIAFUNC" .. runs, secret_access_key = "func/secret+key",
      session_token = "func//session+token", expiration = os.time() + (lasts or 3600) }
  end }]]

  local function run(how)
    local outcomes, printed = credentials_child.run(server, how)
    assert.is_nil(printed:find("secret+key", 1, true), printed)
    assert.is_nil(printed:find("session+token", 1, true), printed)
    return outcomes
  end

  local function signed_with()
    local keys = {}
    for i, request in ipairs(server:requests("ses")) do keys[i] = credentials_child.key_of(request) end
    return keys
  end

  it("are taken as a table", function()
    local outcome = run { options = FUNCTION }[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.equal("custom", outcome.found_in)
    assert.same({ "ASIAFUNC1" }, signed_with())
    assert.equal("func//session+token", server:requests("ses")[1].headers["x-amz-security-token"])
  end)

  it("are taken from an object, and as a userdata", function()
    local outcome = run { options = [[{ credentials = {
      key = "AKIAOBJECT",
      get = function(self)
        return assert(require("ses.core").credentials.static {
          access_key_id = self.key, secret_access_key = "func/secret+key" })
      end,
    } }]] }[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.same({ "AKIAOBJECT" }, signed_with())
  end)

  it("are taken from another client, which may be closed before", function()
    local outcome = run {
      options = "{ credentials = (function() other = assert(ses.client(" .. FUNCTION
        .. ")); return other.credentials end)() }",
      steps = "call(); other:close(); call()",
    }
    assert.is_true(outcome[1].ok, outcome[1].text)
    assert.is_true(outcome[2].ok, outcome[2].text)
  end)

  it("are asked for once, however many wait", function()
    for _, steps in ipairs {
      "for _ = 1, 3 do call() end", "ses.run(function(spawn) for _ = 1, 20 do spawn(call) end end)",
    } do
      run { options = FUNCTION, steps = steps .. "; assert(runs == 1, runs)" }
    end
  end)

  it("are asked for again five minutes before they expire", function()
    run { options = FUNCTION, steps = "lasts = 290; call(); lasts = 3600; call(); call()" }
    assert.same({ "ASIAFUNC1", "ASIAFUNC2", "ASIAFUNC2" }, signed_with())
  end)

  it("are asked for again where the service calls them expired", function()
    server:set("ses", {
      status = 403, times = 1, headers = { ["x-amzn-ErrorType"] = "ExpiredTokenException" },
      body = '{"message":"The security token included in the request is expired"}',
    })
    local outcome = run { options = FUNCTION }[1]
    assert.is_true(outcome.ok, outcome.text)
    assert.same({ "ASIAFUNC1", "ASIAFUNC2" }, signed_with())
  end)

  it("are asked for again no more than once a call", function()
    server:set("ses", { status = 403, headers = { ["x-amzn-ErrorType"] = "ExpiredTokenException" }, body = "{}" })
    local outcome = run { options = FUNCTION }[1]
    assert.is_false(outcome.ok)
    assert.equal("credentials", outcome.kind)
    assert.equal(2, #signed_with())
  end)

  for given, pattern in pairs {
    ["function() return nil, 'the vault is sealed' end"] = "the vault is sealed",
    ["function() end"] = "gave none",
    ["function() error('no vault here') end"] = "no vault here",
    ["function() return { access_key_id = 'A' } end"] = "secret_access_key is empty",
    ["function() return { access_key_id = 7, secret_access_key = 'func/secret+key' } end"] = "access_key_id",
    ["function() return { access_key_id = 'A', secret_access_key = 'func/secret+key', expiration = 5 } end"]
      = "expired",
    ["function() return io.stdout end"] = "no credentials",
    ["function() return 'func/secret+key' end"] = "gave none",
    ["function() return client:call('GetAccount') end"] = "asks for the credentials that it is to give",
  } do
    it("are an error where they are " .. given, function()
      local outcome = run { options = "{ credentials = " .. given .. " }", steps = "call()" }[1]
      assert.is_false(outcome.ok)
      assert.equal("credentials", outcome.kind)
      assert.matches(pattern, outcome.message, 1, true)
    end)
  end

  it("may take a task of their own, and be cancelled with it", function()
    local outcomes = run { options = FUNCTION, steps = [[
      ses.run(function(spawn)
        local first = spawn(call)
        local second = spawn(call)
        ses.sleep(0.01)
        first:cancel()
        second:wait()
      end)
    ]] }
    local by_kind = {}
    for _, outcome in ipairs(outcomes) do by_kind[outcome.kind or "ok"] = true end
    assert.is_true(by_kind.ok)
  end)
end)
