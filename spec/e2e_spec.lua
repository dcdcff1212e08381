-- `make e2e` as its users run it: with nothing set, and against the emulator.
local guard = require "spec.e2e.guard"
local launcher = require "ses.emulator.launcher"
local process = require "spec.support.process"
local settings = require "spec.e2e.settings"
local support = require "spec.support.emulator"

local LUA = jit and "luajit" or "lua5.4"

describe("make e2e", function()
  local function make(env)
    env.PATH, env.HOME = os.getenv "PATH", "/nonexistent"
    local words = { "env", "-i" }
    for name, value in pairs(env) do words[#words + 1] = name .. "=" .. value end
    words[#words + 1], words[#words + 2], words[#words + 3] = "make", "--no-print-directory", "e2e"
    return process.run(words)
  end

  it("says so and runs nothing where no variable names an account", function()
    local result = make {}
    assert.equal(0, result.status, result.err)
    assert.truthy(result.out:find("nothing is run", 1, true))
    assert.is_nil(result.out:find("success", 1, true))
  end)

  it("refuses an account without a sender", function()
    local result = make { SES_E2E_REGION = "eu-west-1" }
    assert.not_equal(0, result.status)
    assert.truthy(result.err:find("SES_E2E_FROM", 1, true))
    assert.is_nil(result.out:find("spec/e2e under", 1, true))
  end)

  it("passes at the emulator, writes to the simulator alone and leaves nothing but its mail", function()
    local client = support.start {}
    local emulator = client.emulator
    local result = make {
      SES_E2E_ENDPOINT = client.url, SES_E2E_LUA = LUA, AWS_ACCESS_KEY_ID = emulator.access_key_id,
      AWS_SECRET_ACCESS_KEY = emulator.secret_access_key,
    }
    local state = client:control("GET", "/state")
    local mails = client:messages("limit=1000").messages
    local sets = client:ok("ListConfigurationSets").ConfigurationSets
    local lists = client:ok("ListContactLists").ContactLists
    client:stop()
    assert.equal(0, result.status, result.out .. result.err)
    assert.truthy(result.out:find("%d+ successes / 0 failures / 0 errors / 0 pending"), result.out)
    assert.truthy(#mails > 10, #mails)
    for _, mail in ipairs(mails) do
      for _, recipient in ipairs(mail.recipients) do assert.is_true(guard.allows(recipient.email), recipient.email) end
    end
    assert.same({ 0, 0, 0 }, { state.templates, state.identities, state.suppressed })
    assert.same({ {}, {} }, { sets, lists })
  end)

  it("fails where the account refuses it, and says why", function()
    local emulator = assert(launcher.start {})
    local result = make {
      SES_E2E_ENDPOINT = emulator.url, SES_E2E_LUA = LUA, AWS_ACCESS_KEY_ID = emulator.access_key_id,
      AWS_SECRET_ACCESS_KEY = "another secret",
    }
    emulator.stop()
    assert.not_equal(0, result.status)
    assert.truthy(result.out:find("InvalidSignatureException", 1, true), result.out)
  end)
end)

describe("the guard of the end-to-end specs", function()
  it("knows the simulator's mailboxes, and no other address", function()
    for _, name in ipairs { "success", "bounce+label", "complaint", "suppressionlist+1-a" } do
      assert.is_true(guard.allows(name .. "@simulator.amazonses.com"), name)
    end
    for _, address in ipairs {
      "a@example.com", "success@example.com", "success@simulator.amazonses.com.example.com", "success",
      "a@simulator.amazonses.com", "success@simulator.amazonses.com, a@example.com", "success@SIMULATOR.amazonses.com",
      "x <success@simulator.amazonses.com>", "success\n@simulator.amazonses.com", "successx@simulator.amazonses.com",
    } do
      assert.is_false(guard.allows(address), address)
    end
  end)

  it("refuses every way by which SES would write to somebody, or the account would be changed", function()
    local good, bad = { ToAddresses = { "success@simulator.amazonses.com" } }, { BccAddresses = { "a@example.com" } }
    assert.is_true(guard.check("SendEmail", { Destination = good }))
    assert.is_true(guard.check("SendBulkEmail", { BulkEmailEntries = { { Destination = good } } }))
    assert.is_true(guard.check("CreateEmailIdentity", { EmailIdentity = "example.com" }))
    assert.is_true(guard.check("GetAccount"))
    for _, case in ipairs {
      { "SendEmail", { Destination = bad } }, { "SendEmail", {} }, { "SendEmail", { Destination = {} } },
      { "SendBulkEmail", { BulkEmailEntries = { { Destination = good }, { Destination = bad } } } },
      { "SendCustomVerificationEmail", { EmailAddress = "success@simulator.amazonses.com" } },
      { "CreateEmailIdentity", { EmailIdentity = "a@example.com" } },
      { "PutAccountSendingAttributes", { SendingEnabled = true } },
    } do
      local ok, reason = guard.check(case[1], case[2])
      assert.is_nil(ok)
      assert.truthy(reason:find("^e2e: "))
    end
  end)
end)

describe("the settings of the end-to-end specs", function()
  local function read(env) return settings.read(function(name) return env[name] end) end

  it("are an account with a sender, or an endpoint", function()
    assert.is_nil(read {})
    assert.is_nil(read { SES_E2E_REGION = "", SES_E2E_ENDPOINT = "" })
    local _, reason = read { SES_E2E_REGION = "eu-west-1" }
    assert.truthy(reason:find("SES_E2E_FROM", 1, true))
    assert.same({ region = "eu-west-1", from = "me@example.com", rate = 1 },
      read { SES_E2E_REGION = "eu-west-1", SES_E2E_FROM = "me@example.com" })
    assert.same({ region = "us-east-1", endpoint = "http://x", from = "sender@example.com" },
      read { SES_E2E_ENDPOINT = "http://x" })
  end)
end)
