-- What the doctor finds, from answers of SES over a socket.
local doctor = require "ses.observe.doctor"
local json = require "ses.model.json"
local scripted = require "spec.support.scripted"

local failure = scripted.failure

local function answer(fields) return { status = 200, headers = {}, body = json.encode(fields) } end

local function account(fields)
  local all = {
    ProductionAccessEnabled = true, SendingEnabled = true, EnforcementStatus = "HEALTHY",
    SendQuota = { Max24HourSend = 50000, SentLast24Hours = 100, MaxSendRate = 14 },
    SuppressionAttributes = { SuppressedReasons = { "BOUNCE", "COMPLAINT" } },
  }
  for name, value in pairs(fields or {}) do all[name] = value end
  return answer(all)
end

local function identity(fields)
  local all = {
    VerifiedForSendingStatus = true, VerificationStatus = "SUCCESS",
    DkimAttributes = { SigningEnabled = true, Status = "SUCCESS" },
  }
  for name, value in pairs(fields or {}) do all[name] = value end
  return answer(all)
end

local MISSING = failure(404, "NotFoundException")
local DENIED = failure(403, "AccessDeniedException")

describe("the doctor", function()
  local server

  setup(function() server = scripted.start() end)
  teardown(function() server:stop() end)
  after_each(function() server:close_clients() end)

  local function examine(options, ...)
    server:script(...)
    local client = server:client { max_retries = 0, default_config_set = options.set }
    return doctor.examine(client, { from = { options.from or "shop.example" } })
  end

  -- "status check: message", of those of one check.
  local function told(check, list)
    local lines = {}
    for _, found in ipairs(list) do
      if found.check == check then lines[#lines + 1] = found.status .. ": " .. found.message end
      assert.equal(found.status == "ok", found.remedy == nil, found.message)
    end
    return table.concat(lines, "; ")
  end

  it("finds nothing to do where all is well", function()
    local list = examine({}, account(), identity())
    assert.equal("ok", doctor.worst(list))
    local checks = {}
    for i, found in ipairs(list) do checks[i] = found.check end
    assert.same({ "configuration", "credentials", "clock", "connection", "account", "quota", "suppression", "sender" },
      checks)
    assert.equal("ok: region eu-west-1 (as given), " .. server.url .. "/play", told("configuration", list))
    assert.equal("ok: given by the program", told("credentials", list))
    assert.equal("ok: 100 of 50000 mails in the last 24 hours, 14 a second", told("quota", list))
    assert.equal("ok: verified, DKIM in place", told("sender", list))
  end)

  it("tells how the account stands", function()
    for words, fields in pairs {
      ["fault: SES has shut sending down for this account"] = { EnforcementStatus = "SHUTDOWN" },
      ["fault: sending is paused for this account"] = { SendingEnabled = false },
      ["warning: the account is under review: SES may pause it"] = { EnforcementStatus = "PROBATION" },
      ["warning: in the sandbox: mail goes to verified addresses and domains alone"] = {
        ProductionAccessEnabled = false,
      },
    } do
      assert.equal(words, told("account", examine({}, account(fields), identity())))
    end
  end)

  it("tells how much of the quota is used", function()
    local function at(sent, most)
      return told("quota", examine({}, account {
        SendQuota = { Max24HourSend = most, SentLast24Hours = sent, MaxSendRate = 1.5 },
      }, identity()))
    end
    assert.equal("ok: 160 of 200 mails in the last 24 hours, 1.5 a second", at(160, 200))
    assert.equal("warning: 161 of 200 mails in the last 24 hours, 1.5 a second", at(161, 200))
    assert.equal("fault: 200 of 200 mails in the last 24 hours, 1.5 a second", at(200, 200))
    assert.equal("ok: no limit a day, 1.5 a second", at(900000, -1))
  end)

  it("tells of reasons that put nobody on the account's suppression list", function()
    local list = examine({}, account { SuppressionAttributes = { SuppressedReasons = { "COMPLAINT" } } }, identity())
    assert.equal("warning: addresses are not put on the account's suppression list after: BOUNCE",
      told("suppression", list))
  end)

  it("tells whether a domain may be sent from, and is signed", function()
    local function of(fields) return told("sender", examine({}, account(), fields)) end
    assert.equal("fault: not verified (PENDING)",
      of(identity { VerifiedForSendingStatus = false, VerificationStatus = "PENDING" }))
    assert.equal("fault: neither it nor its domain is an identity of this account in this region", of(MISSING))
    assert.equal("warning: SES does not find the DKIM records (PENDING)",
      of(identity { DkimAttributes = { SigningEnabled = true, Status = "PENDING" } }))
    assert.equal("warning: mail is not signed with DKIM of its own domain: providers mistrust or refuse it",
      of(identity { DkimAttributes = { SigningEnabled = false, Status = "NOT_STARTED" } }))
    assert.equal("warning: the MAIL FROM domain mail.shop.example is not set up (FAILED)",
      of(identity { MailFromAttributes = { MailFromDomain = "mail.shop.example", MailFromDomainStatus = "FAILED" } }))
    assert.equal("warning: not looked at: these credentials may not call GetEmailIdentity", of(DENIED))
  end)

  it("finds the identity that lets an address be sent from", function()
    local from = "Shop <news+autumn@mail.shop.example>"
    -- Its domain, itself, itself without the label, and the domain above.
    local list = examine({ from = from }, account(), MISSING, MISSING, MISSING, identity())
    assert.equal("ok: verified, DKIM in place", told("sender", list))
    assert.equal("shop.example", list[#list].name)
    list = examine({ from = from }, account(), MISSING, MISSING, MISSING, MISSING)
    assert.equal("verify its domain: ses identity create mail.shop.example", list[#list].remedy)
    assert.equal("news+autumn@mail.shop.example", list[#list].name)
    list = examine({ from = from }, account(), MISSING,
      identity { VerifiedForSendingStatus = false, VerificationStatus = "FAILED" }, MISSING, MISSING)
    assert.equal("fault: not verified (FAILED)", told("sender", list))
    assert.matches("^follow the link", list[#list].remedy)
    list = examine({ from = "no@address@" }, account())
    assert.equal("fault", list[#list].status)
  end)

  it("looks at a configuration set", function()
    local function of(...) return told("configuration set", examine({ set = "news" }, account(), identity(), ...)) end
    local on = { Name = "sns", Enabled = true, MatchingEventTypes = { "BOUNCE", "COMPLAINT" } }
    assert.equal("ok: bounces and complaints have an event destination",
      of(answer { ConfigurationSetName = "news" }, answer { EventDestinations = { on } }))
    on.Enabled = false
    assert.equal("fault: sending is off for it; warning: no event destination is told of: BOUNCE, COMPLAINT",
      of(answer { SendingOptions = { SendingEnabled = false } }, answer { EventDestinations = { on } }))
    assert.equal("fault: there is none of this name in this region: SES refuses mail that names it", of(MISSING))
    assert.equal("warning: not looked at: these credentials may not call GetConfigurationSet", of(DENIED))
    assert.equal("warning: not looked at: these credentials may not call GetConfigurationSetEventDestinations",
      of(answer {}, DENIED))
  end)

  it("says which part of the way to SES is at fault, and asks no further", function()
    for code, row in pairs {
      InvalidClientTokenId = { 403, "credentials", "key is of this account" },
      ExpiredTokenException = { 403, "credentials", "temporary credentials" },
      SignatureDoesNotMatch = { 403, "credentials", "secret access key" },
      RequestExpired = { 403, "clock", "set the clock" },
      InternalFailure = { 500, "connection", "try again" },
    } do
      local list = examine({}, failure(row[1], code))
      assert.equal(2, #list, code)
      assert.same({ "fault", row[2] }, { list[2].status, list[2].check }, code)
      assert.matches(row[3], list[2].remedy, 1, true)
    end
    local throttled = examine({}, failure(429, "TooManyRequestsException"))
    assert.same({ "warning", "connection" }, { throttled[2].status, throttled[2].check })
  end)

  it("goes on where just the account may not be asked for", function()
    local list = examine({}, DENIED, identity())
    assert.equal("warning: not looked at: these credentials may not call GetAccount", told("account", list))
    assert.equal("allow the action ses:GetAccount in their IAM policy", list[5].remedy)
    assert.equal("ok: verified, DKIM in place", told("sender", list))
  end)

  it("tells by how much the clock is wrong", function()
    local date = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 7200)
    local list = examine({}, failure(403, "RequestTimeTooSkewed", { Date = date }), account(), identity())
    assert.matches("^warning: this machine's clock is 1[12]%d minutes behind SES's", told("clock", list))
    assert.equal("ok: verified, DKIM in place", told("sender", list))
  end)

  it("looks at the account's identities where no sender is named", function()
    local function of(...)
      server:script(account(), ...)
      return told("sender", doctor.examine(server:client { max_retries = 0 }))
    end
    local two = answer { EmailIdentities = { { IdentityName = "a.example" }, { IdentityName = "b.example" } } }
    local unverified = identity { VerifiedForSendingStatus = false, VerificationStatus = "PENDING" }
    assert.equal("warning: not verified (PENDING); ok: verified, DKIM in place", of(two, unverified, identity()))
    assert.equal("fault: not verified (PENDING); fault: not verified (PENDING)", of(two, unverified, unverified))
    assert.equal("fault: this account has no identity in this region: there is nothing to send from",
      of(answer { EmailIdentities = json.list {} }))
    assert.equal("warning: not looked at: these credentials may not call ListEmailIdentities", of(DENIED))
  end)
end)
