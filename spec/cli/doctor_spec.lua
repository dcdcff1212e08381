local emulator = require "spec.support.emulator"
local json = require "ses.model.json"
local process = require "spec.support.process"

-- The processes are the same, whichever Lua this is.
if jit then return end

describe("ses doctor", function()
  local control, env

  setup(function()
    control = emulator.start { sandbox = true, identities = { "shop.example" } }
    env = {
      AWS_ENDPOINT_URL_SESV2 = control.url, AWS_REGION = "eu-west-1", HOME = "/nonexistent",
      AWS_ACCESS_KEY_ID = "AKIAEMULATOR00000000", AWS_SECRET_ACCESS_KEY = "emulator-secret-key",
    }
  end)
  teardown(function() control:stop() end)

  local function run(more, ...)
    local all = {}
    for name, value in pairs(env) do all[name] = value end
    for name, value in pairs(more) do all[name] = value end
    return process.run({ "build/ses", "doctor", ... }, { env = all })
  end

  it("tells what is well, and what to do about what is not", function()
    local result = run {}
    assert.equal("", result.err)
    assert.equal(([[
ok      configuration: region eu-west-1 (from AWS_REGION), %s
ok      credentials: found in the environment
ok      clock: SES takes this machine's time
ok      connection: SES answered in N ms
warning account: in the sandbox: mail goes to verified addresses and domains alone
         → ask for production access, on the account dashboard of SES's console
ok      quota: 0 of 200 mails in the last 24 hours, 1 a second
ok      suppression: bounces and complaints go to the account's list
ok      sender shop.example: verified, DKIM in place

0 faults, 1 warning
]]):format(control.url), (result.out:gsub("in %d+ ms", "in N ms")))
    assert.equal(0, result.status)
  end)

  it("has the status 1 where something keeps mail from being sent", function()
    local result = run({}, "--from", "Ann <ann@other.example>", "--config-set", "news")
    assert.equal("", result.err)
    assert.equal(1, result.status)
    assert.matches([[

fault   sender ann@other.example: neither it nor its domain is an identity of this account in this region
         → verify its domain: ses identity create other.example
fault   configuration set news: there is none of this name in this region: SES refuses mail that names it
         → ses call CreateConfigurationSet '{"ConfigurationSetName": "news"}'

2 faults, 1 warning
]], result.out, 1, true)
  end)

  it("prints JSON for machines", function()
    local result = run({}, "--json", "--from", "other.example")
    local found = assert(json.decode(result.out))
    assert.equal("fault", found.status)
    assert.same({
      check = "sender", name = "other.example", status = "fault",
      message = "neither it nor its domain is an identity of this account in this region",
      remedy = "verify its domain: ses identity create other.example",
    }, found.findings[#found.findings])
    assert.equal(1, result.status)
  end)

  it("says what is wrong with credentials and settings, without a secret", function()
    local result = run { AWS_SECRET_ACCESS_KEY = "another-secret-key" }
    assert.matches("fault   credentials: GetAccount: The request signature", result.out, 1, true)
    assert.matches("→ look whether the secret access key belongs to the access key id", result.out, 1, true)
    assert.is_nil(result.out:find("another-secret-key", 1, true))
    assert.equal(1, result.status)
    result = run { AWS_MAX_ATTEMPTS = "x" }
    assert.matches("fault   configuration: AWS_MAX_ATTEMPTS must be a whole number", result.out, 1, true)
    assert.equal(1, result.status)
  end)

  it("says how a machine that cannot be reached is to be looked for", function()
    local result = run({ AWS_MAX_ATTEMPTS = "1" }, "--endpoint", "http://127.0.0.1:1")
    assert.matches("fault   connection: GetAccount: .*\n         → look at firewall, proxy", result.out)
    assert.equal(1, result.status)
  end)
end)
