local emulator = require "spec.support.emulator"
local json = require "ses.model.json"
local process = require "spec.support.process"

-- The processes are the same, whichever Lua this is.
if jit then return end

describe("ses identity", function()
  local control, env, folder

  setup(function()
    control, folder = emulator.start {}, process.folder()
    env = {
      AWS_ENDPOINT_URL_SESV2 = control.url, AWS_REGION = "eu-west-1", HOME = "/nonexistent",
      AWS_ACCESS_KEY_ID = "AKIAEMULATOR00000000", AWS_SECRET_ACCESS_KEY = "emulator-secret-key",
    }
  end)
  teardown(function()
    control:stop()
    process.remove(folder)
  end)
  before_each(function() control:control("POST", "/reset") end)

  local function run(...)
    return process.run({ "build/ses", "identity", ... }, { env = env })
  end

  local function output(...)
    local result = run(...)
    assert.equal("", result.err)
    assert.equal(0, result.status)
    return result.out
  end

  local function complains(line, ...)
    local result = run(...)
    assert.equal(line .. "\n", result.err)
    assert.equal("", result.out)
    assert.equal(2, result.status)
  end

  local function tokens()
    return control:result("GET", "/v2/email/identities/example.com").DkimAttributes.Tokens
  end

  it("creates a domain and shows what it is to publish", function()
    local out = output("create", "example.com", "--mail-from", "mail.example.com")
    local list = tokens()
    assert.equal(([[
DKIM (PENDING)
  CNAME  %s._domainkey.example.com
         %s.dkim.amazonses.com
  CNAME  %s._domainkey.example.com
         %s.dkim.amazonses.com
  CNAME  %s._domainkey.example.com
         %s.dkim.amazonses.com

MAIL FROM (PENDING)
  MX     mail.example.com
         10 feedback-smtp.eu-west-1.amazonses.com

SPF of the MAIL FROM domain (PENDING)
  TXT    mail.example.com
         v=spf1 include:amazonses.com ~all

DMARC
  TXT    _dmarc.example.com
         v=DMARC1; p=none;
]]):format(list[1], list[1], list[2], list[2], list[3], list[3]), out)
    assert.equal(out, output("dns", "example.com"))
  end)

  it("prints a zone file, and JSON", function()
    output("create", "example.com")
    local lines = {}
    for i, token in ipairs(tokens()) do
      lines[i] = ("%s._domainkey.example.com. 60 IN CNAME %s.dkim.amazonses.com.\n"):format(token, token)
    end
    lines[4] = '_dmarc.example.com. 60 IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com;"\n'
    assert.equal(table.concat(lines), output("dns", "example.com", "--zone", "--ttl", "60", "--dmarc", "reject",
      "--rua", "dmarc@example.com"))
    local records = assert(json.decode(output("dns", "example.com", "--json", "--no-dmarc")))
    assert.equal(3, #records)
    assert.same({
      type = "CNAME", name = tokens()[1] .. "._domainkey.example.com", value = tokens()[1] .. ".dkim.amazonses.com",
      ttl = 3600, purpose = "dkim", status = "PENDING",
    }, records[1])
  end)

  it("makes a key of one's own, and never shows its private half", function()
    local path = folder .. "/mail2026.pem"
    local out = output("create", "example.com", "--selector", "mail2026", "--new-key", path, "--no-dmarc")
    assert.equal("600", process.shell("stat -c %a " .. path))
    local public = process.shell("openssl pkey -in " .. path .. " -pubout"):gsub("%-%-%-%-%-[^\n]*", ""):gsub("%s", "")
    assert.equal("DKIM (PENDING)\n  TXT    mail2026._domainkey.example.com\n         p=" .. public .. "\n", out)
    assert.equal(out, output("dns", "example.com", "--key", path, "--no-dmarc"))
    assert.truthy(output("dns", "example.com"):find("SES does not tell the public key", 1, true))
    -- A file that is there stays as it is.
    local again = run("create", "example.org", "--selector", "mail2026", "--new-key", path)
    assert.equal(1, again.status)
    assert.truthy(again.err:find("mail2026.pem is there already", 1, true))
    output("create", "example.org", "--selector", "mail2026", "--key", path)
  end)

  it("creates an address, which is told how it goes on", function()
    assert.equal("SES has written to me@example.com; the address is verified when the link in that mail is followed\n",
      output("create", "me@example.com"))
  end)

  it("waits until identities are verified, with status 1 where one is not", function()
    control:control("POST", "/timing", { verify_after = 0 })
    assert.equal("example.com: verified\nexample.org: verified\n", output("verify", "example.com", "example.org"))
    control:control("POST", "/identities", { identity = "example.org", status = "FAILED" })
    local result = run("verify", "example.com", "example.org", "--timeout", "30")
    assert.equal(1, result.status)
    assert.equal("", result.err)
    assert.truthy(result.out:find(
      "^example.com: verified\nexample.org: [^\n]*SES could not verify example.org[^\n]*\n$"), result.out)
    local found = assert(json.decode(run("verify", "example.com", "example.org", "--timeout", "30", "--json").out))
    assert.same({ email_identity = "example.com", verified = true, created = false }, found[1])
    assert.same({ false, "VerificationFailed" }, { found[2].verified, found[2].error.code })
  end)

  it("answers a misuse in one line, with status 2", function()
    complains("ses identity: say which: ses identity dns | create | verify; see 'ses identity --help'")
    complains("ses identity dns: DOMAIN is missing; see 'ses identity dns --help'", "dns")
    complains("ses identity dns: --zone and --json exclude each other; see 'ses identity dns --help'", "dns",
      "example.com", "--zone", "--json")
    complains("ses identity create: a key of your own needs a name: --selector; see 'ses identity create --help'",
      "create", "example.com", "--key", "k.pem")
    complains("ses identity create: --selector and --mail-from are for domains, not for addresses; "
      .. "see 'ses identity create --help'", "create", "me@example.com", "--mail-from", "m.example.com")
  end)

  it("tells the service's refusal in one line, with status 1", function()
    local result = run("dns", "absent.example.com")
    assert.equal(1, result.status)
    assert.truthy(result.err:find("^ses identity dns: GetEmailIdentity: [^\n]*NotFoundException[^\n]*\n$"))
  end)
end)
