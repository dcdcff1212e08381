-- Against the emulator, over real sockets, by its own clock.
local dkim = require "ses.dkim"
local emulator = require "spec.support.emulator"
local process = require "spec.support.process"
local ses = require "ses"

local control, client

-- What the emulator's own paths take.
local function tell(path, wanted)
  local _, status = control:control("POST", path, wanted)
  assert(status == 200, "the emulator did not take it")
end

local function client_of(options)
  local all = {
    region = "eu-west-1", endpoint = control.url, initial_backoff_ms = 1, max_backoff_ms = 10,
    credentials = { access_key_id = "AKIAEMULATOR00000000", secret_access_key = "emulator-secret-key" },
  }
  for name, value in pairs(options or {}) do all[name] = value end
  return assert(ses.client(all))
end

setup(function() control = emulator.start {} end)
teardown(function() control:stop() end)
before_each(function()
  tell("/reset")
  tell("/timing", { verify_after = -1 })
  client = client_of()
end)
after_each(function() client:close() end)

local function create(name, more)
  local params = { email_identity = name }
  for key, value in pairs(more or {}) do params[key] = value end
  return assert(client.identities:create(params))
end

local function fault_of(result, err)
  assert.is_nil(result)
  return err
end

describe("identities:create", function()
  it("takes a private key as a key of ses.dkim, as PEM and as base64", function()
    local key = assert(dkim.generate { bits = 1024 })
    local folder = process.folder()
    assert(key:save(folder .. "/key.pem"))
    local pem = process.read(folder .. "/key.pem")
    process.remove(folder)
    for i, form in ipairs { key, pem, (pem:gsub("%-%-%-%-%-[^\n]*", ""):gsub("%s", "")) } do
      local name = ("d%d.example.com"):format(i)
      local made = create(name, {
        dkim_signing_attributes = { domain_signing_selector = "mail2026", domain_signing_private_key = form },
      })
      assert.same({ "mail2026" }, made.dkim_attributes.tokens)
      assert.equal("EXTERNAL", made.dkim_attributes.signing_attributes_origin)
      assert(client.identities:put_dkim_signing_attributes {
        email_identity = name, signing_attributes_origin = "EXTERNAL",
        signing_attributes = { domain_signing_selector = "next", domain_signing_private_key = form },
      })
      assert.same({ "next" }, assert(client.identities:get { email_identity = name }).dkim_attributes.tokens)
    end
    assert.equal(1024, key:bits()) -- the caller's own stays open
    key:close()
  end)

  it("says what is wrong with a key's text, and does not repeat it", function()
    local err = fault_of(client.identities:create {
      email_identity = "example.com",
      dkim_signing_attributes = {
        domain_signing_selector = "s",
        domain_signing_private_key = "-----BEGIN PRIVATE KEY-----\nTm90aGluZyB0byBzZWU=\n-----END PRIVATE KEY-----\n",
      },
    })
    assert.equal("parse", err.kind)
    assert.equal("CreateEmailIdentity", err.operation)
    assert.equal("dkim_signing_attributes.domain_signing_private_key", err.field)
    assert.is_nil(tostring(err):find("Tm90", 1, true))
  end)
end)

describe("identities:dns_records", function()
  it("has the three CNAMEs of Easy DKIM and a DMARC record", function()
    local tokens = create("example.com").dkim_attributes.tokens
    local records = assert(client.identities:dns_records "Example.com.")
    assert.equal(4, #records)
    for i, token in ipairs(tokens) do
      assert.same({
        type = "CNAME", name = token .. "._domainkey.example.com", value = token .. ".dkim.amazonses.com", ttl = 3600,
        purpose = "dkim", status = "PENDING",
      }, records[i])
    end
    assert.same({
      type = "TXT", name = "_dmarc.example.com", value = "v=DMARC1; p=none;", ttl = 3600, purpose = "dmarc",
    }, records[4])
  end)

  it("has MX and SPF of the MAIL FROM domain, with its own status", function()
    create "example.com"
    assert(client.identities:put_mail_from_attributes {
      email_identity = "example.com", mail_from_domain = "mail.example.com",
    })
    tell("/identities", { identity = "example.com", mail_from_status = "FAILED" })
    local records = assert(client.identities:dns_records("example.com", { dmarc = false, ttl = 60 }))
    assert.same({
      {
        type = "MX", name = "mail.example.com", value = "feedback-smtp.eu-west-1.amazonses.com", priority = 10,
        ttl = 60, purpose = "mail_from", status = "FAILED",
      },
      {
        type = "TXT", name = "mail.example.com", value = "v=spf1 include:amazonses.com ~all", ttl = 60,
        purpose = "spf", status = "FAILED",
      },
    }, { records[4], records[5] })
    assert.equal(5, #records)
    -- What would be, before it is set.
    records = assert(client.identities:dns_records("example.com", { mail_from_domain = "bounce.example.com" }))
    assert.equal("bounce.example.com", records[4].name)
    assert.is_nil(records[4].status)
  end)

  it("has the TXT record of a key of one's own, whose text gives the key to OpenSSL", function()
    local folder = process.folder()
    local key = assert(dkim.generate())
    create("example.com", {
      dkim_signing_attributes = { domain_signing_selector = "mail2026", domain_signing_private_key = key },
    })
    local records = assert(client.identities:dns_records("example.com", { dkim_key = key, dmarc = false }))
    assert.equal(1, #records)
    assert.equal("mail2026._domainkey.example.com", records[1].name)
    local strings = {}
    for text in require("ses.dns").zone(records):gmatch '"([^"]*)"' do strings[#strings + 1] = text end
    assert.equal(2, #strings)
    process.write(folder .. "/public.pem", "-----BEGIN PUBLIC KEY-----\n"
      .. table.concat(strings):match("^p=(.*)$"):gsub(("."):rep(64), "%0\n") .. "\n-----END PUBLIC KEY-----\n")
    assert.equal(key:public_key(), (process.shell("openssl pkey -pubin -in " .. folder .. "/public.pem")
      :gsub("%-%-%-%-%-[^\n]*", ""):gsub("%s", "")))
    process.remove(folder)
    assert.equal("p=" .. key:public_key(),
      assert(client.identities:dns_records("example.com", { dkim_key = key:public_key() }))[1].value)
    -- SES keeps it to itself.
    local unknown = assert(client.identities:dns_records "example.com")[1]
    assert.is_nil(unknown.value)
    assert.truthy(unknown.missing:find("dkim_key", 1, true))
    key:close()
  end)

  it("writes the DMARC policy that is asked for", function()
    create "example.com"
    local function dmarc(options)
      local records = assert(client.identities:dns_records("example.com", { dmarc = options }))
      return records[#records].value
    end
    assert.equal("v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com;",
      dmarc { policy = "quarantine", rua = "dmarc@example.com" })
    assert.equal("v=DMARC1; p=reject; sp=none; rua=mailto:a@example.com,mailto:b@example.com;",
      dmarc { policy = "reject", subdomain_policy = "none", rua = { "a@example.com", "mailto:b@example.com" } })
  end)

  it("takes a domain in its own script", function()
    create "xn--bcher-kva.example"
    assert.truthy(assert(client.identities:dns_records "Bücher.example")[1].name
      :find("_domainkey.xn--bcher-kva.example", 1, true))
  end)

  it("refuses what can give no records", function()
    local function refuses(message, ...)
      local err = fault_of(client.identities:dns_records(...))
      assert.equal("validation", err.kind)
      assert.truthy(tostring(err):find(message, 1, true), tostring(err))
    end
    refuses("domain must be a domain, such as example.com", "me@example.com")
    refuses("domain must be a domain", "a b.example.com\n")
    refuses("domain must be a domain", "example")
    refuses("domain must be a domain", {})
    refuses("ttl must be a number of seconds", "example.com", { ttl = -1 })
    refuses("dmark is not known; did you mean 'dmarc'?", "example.com", { dmark = false })
    refuses("dmarc must have a policy of none, quarantine or reject", "example.com", { dmarc = { policy = "all" } })
    refuses("dmarc must have mail addresses in rua", "example.com", { dmarc = { rua = "a@b.example; p=none" } })
    refuses("dmarc has an unknown 'polcy'; did you mean 'policy'?", "example.com", { dmarc = { polcy = "none" } })
    refuses("mail_from_domain must be a subdomain of example.com", "example.com",
      { mail_from_domain = "mail.example.org" })
    refuses("dkim_key must be a key of ses.dkim", "example.com", { dkim_key = "no key" })
    assert.equal("NotFoundException", fault_of(client.identities:dns_records "absent.example.com").code)
  end)
end)

describe("identities:create_byodkim", function()
  it("makes a key, keeps it, gives it to SES, and tells the record", function()
    local folder = process.folder()
    local done = assert(client.identities:create_byodkim("example.com", {
      selector = "mail2026", bits = 1024, save_to = folder .. "/key.pem",
    }))
    assert.is_true(done.created)
    assert.same({
      type = "TXT", name = "mail2026._domainkey.example.com", value = "p=" .. done.key:public_key(), ttl = 3600,
      purpose = "dkim", status = "PENDING",
    }, done.record)
    assert.equal(done.key:public_key(), assert(dkim.load(folder .. "/key.pem")):public_key())
    assert.equal("EXTERNAL", assert(client.identities:get { email_identity = "example.com" })
      .dkim_attributes.signing_attributes_origin)
    done.key:close()
    -- No file is written over, and SES is not asked then.
    local err = fault_of(client.identities:create_byodkim("other.example.com", {
      selector = "s", bits = 1024, save_to = folder .. "/key.pem",
    }))
    assert.equal("InvalidState", err.code)
    assert.equal("NotFoundException", fault_of(client.identities:get { email_identity = "other.example.com" }).code)
    process.remove(folder)
  end)

  it("gives a key to a domain that is there already", function()
    create "example.com"
    local key = assert(dkim.generate { bits = 1024 })
    local done = assert(client.identities:create_byodkim("example.com", { selector = "second", key = key }))
    assert.is_false(done.created)
    assert.equal(key, done.key)
    assert.same({ "second" }, assert(client.identities:get { email_identity = "example.com" }).dkim_attributes.tokens)
    key:close()
  end)

  it("refuses what it does not understand", function()
    assert.equal("selector", fault_of(client.identities:create_byodkim("example.com", {})).field)
    assert.equal("key", fault_of(client.identities:create_byodkim("example.com", { selector = "s", key = 1 })).field)
    assert.equal("parse", fault_of(client.identities:create_byodkim("example.com",
      { selector = "s", key = "none" })).kind)
    local err = fault_of(client.identities:create_byodkim("example.com", { selector = "not.one.label", bits = 1024 }))
    assert.truthy(tostring(err):find("DomainSigningSelector does not have the form of a Selector", 1, true))
  end)
end)

describe("identities:wait_until_verified", function()
  local FAST = { interval = 0.02, max_interval = 0.1, timeout = 60 }

  local function fast(more)
    local options = {}
    for _, fields in ipairs { FAST, more or {} } do
      for name, value in pairs(fields) do options[name] = value end
    end
    return options
  end

  it("asks until SES has verified it", function()
    tell("/timing", { verify_after = 0.3 })
    create "example.com"
    local statuses, last = {}, nil
    local identity = assert(client.identities:wait_until_verified("example.com", fast {
      on_progress = function(state, told)
        statuses[#statuses + 1], last = state.verification_status, told
      end,
    }))
    assert.is_true(identity.verified_for_sending_status)
    assert.equal("SUCCESS", statuses[#statuses])
    assert.equal(#statuses, last.polls)
    assert.is_true(last.elapsed >= 0)
  end)

  it("lets other tasks run meanwhile", function()
    create "example.com"
    local order = {}
    ses.run(function(spawn)
      spawn(function()
        assert(client.identities:wait_until_verified("example.com", fast()))
        order[#order + 1] = "verified"
      end)
      spawn(function()
        assert(client.account:get())
        order[#order + 1] = "asked"
        tell("/identities", { identity = "example.com" })
      end)
    end)
    assert.same({ "asked", "verified" }, order)
  end)

  it("ends as soon as SES has given up, and says so without a full address", function()
    create "someone@example.com"
    tell("/identities", { identity = "someone@example.com", status = "FAILED" })
    local err = fault_of(client.identities:wait_until_verified("someone@example.com", fast()))
    assert.equal("client", err.kind)
    assert.equal("VerificationFailed", err.code)
    assert.equal("FAILED", err.identity.verification_status)
    assert.is_nil(tostring(err):find("someone@", 1, true))
    assert.truthy(tostring(err):find("could not verify s***@example.com", 1, true), tostring(err))
  end)

  it("waits for DKIM and the MAIL FROM domain where asked to", function()
    create "example.com"
    assert(client.identities:put_mail_from_attributes {
      email_identity = "example.com", mail_from_domain = "mail.example.com",
    })
    tell("/identities", { identity = "example.com", status = "SUCCESS", dkim_status = "PENDING" })
    assert(client.identities:wait_until_verified("example.com", fast()))
    local err = fault_of(client.identities:wait_until_verified("example.com", fast { dkim = true, timeout = 0 }))
    assert.equal("WaitTimeout", err.code)
    assert.truthy(tostring(err):find("DKIM is PENDING", 1, true), tostring(err))
    tell("/identities", { identity = "example.com", dkim_status = "FAILED" })
    assert.equal("DkimFailed",
      fault_of(client.identities:wait_until_verified("example.com", fast { dkim = true })).code)
    tell("/identities", { identity = "example.com", dkim_status = "SUCCESS", mail_from_status = "FAILED" })
    assert(client.identities:wait_until_verified("example.com", fast { dkim = true }))
    assert.equal("MailFromFailed",
      fault_of(client.identities:wait_until_verified("example.com", fast { mail_from = true })).code)
    tell("/identities", { identity = "example.com", mail_from_status = "SUCCESS" })
    assert(client.identities:wait_until_verified("example.com", fast { mail_from = true, dkim = true }))
  end)

  it("does not wait for what cannot come", function()
    create "me@example.com"
    create "example.com"
    assert.equal("dkim",
      fault_of(client.identities:wait_until_verified("me@example.com", fast { dkim = true })).field)
    assert.equal("mail_from",
      fault_of(client.identities:wait_until_verified("example.com", fast { mail_from = true })).field)
    assert.equal("NotFoundException",
      fault_of(client.identities:wait_until_verified("absent.example.com", fast())).code)
    assert.equal("timeot is not known; did you mean 'timeout'?",
      fault_of(client.identities:wait_until_verified("example.com", { timeot = 1 })).message)
  end)

  it("works inside nginx, and yields to its worker", function()
    local nginx = require "spec.support.nginx"
    local web = nginx.start(nginx.RUNS_LUA)
    create "example.com"
    local code = ([[
      local ses = require "ses"
      local client = assert(ses.client {
        region = "eu-west-1", endpoint = "%s",
        credentials = { access_key_id = "AKIAEMULATOR00000000", secret_access_key = "emulator-secret-key" },
      })
      local others = 0
      local thread = ngx.thread.spawn(function() while others < 3 do others = others + 1 ngx.sleep(0.01) end
        client:call("CreateEmailIdentity", { EmailIdentity = "second.example.com" }) end)
      local progress = 0
      local identity, err = client.identities:wait_until_verified("example.com", {
        timeout = 1.5, interval = 0.05, on_progress = function() progress = progress + 1 end,
      })
      local results = client.identities:verify_identities_parallel({ "a.example.com", "b.example.com" },
        { timeout = 0.2, interval = 0.05 })
      local key = assert(require("ses.dkim").generate { bits = 1024, allow_blocking = true })
      assert(client.identities:create_byodkim("own.example.com", { selector = "mail2026", key = key }))
      return tostring(identity) .. " " .. err.code .. " " .. others .. " " .. tostring(progress > 1) .. " "
        .. results.failed .. " " .. results[2].email_identity .. " " .. results[2].error.code
    ]]):format(control.url)
    local answer = web.post("/lua", code)
    web.stop()
    assert.equal("nil WaitTimeout 3 true 2 b.example.com WaitTimeout", answer)
    assert(client.identities:get { email_identity = "second.example.com" })
    assert.same({ "mail2026" },
      assert(client.identities:get { email_identity = "own.example.com" }).dkim_attributes.tokens)
  end)
end)

describe("identities:verify_identities_parallel", function()
  local FAST = { interval = 0.02, max_interval = 0.1, timeout = 60 }

  it("creates what is missing, waits for all, and answers in the caller's order", function()
    create "b.example.com"
    local list = { "a.example.com", "b.example.com", "not valid", { email_identity = "c.example.com" },
      "d.example.com" }
    local seen = {}
    local results
    ses.run(function(spawn)
      spawn(function()
        results = assert(client.identities:verify_identities_parallel(list, {
          interval = 0.02, max_interval = 0.1, timeout = 60,
          on_progress = function(state, told) seen[told.identity] = state.verification_status end,
        }))
      end)
      spawn(function()
        local all = { "a.example.com", "b.example.com", "c.example.com", "d.example.com" }
        while not (seen[all[1]] and seen[all[2]] and seen[all[3]] and seen[all[4]]) do ses.sleep(0.01) end
        tell("/identities", { identity = "d.example.com", status = "FAILED" })
        for i = 1, 3 do tell("/identities", { identity = all[i] }) end
      end)
    end)
    local told = {}
    for i, result in ipairs(results) do
      told[i] = ("%s %s %s %s"):format(result.email_identity, tostring(result.verified), tostring(result.created),
        result.error and result.error.code or "-")
    end
    assert.same({
      "a.example.com true true -", "b.example.com true false -", "not valid false false ValidationException",
      "c.example.com true true -", "d.example.com false true VerificationFailed",
    }, told)
    assert.equal(3, results.verified)
    assert.equal(2, results.failed)
    assert.equal("SUCCESS", results[1].identity.verification_status)
  end)

  it("works outside a loop, and has no more requests under way than it may", function()
    tell("/timing", { verify_after = 0.2 })
    tell("/faults", { delay_ms = 20 })
    local under_way, most = 0, 0
    local perform = client.transport.perform
    rawset(client.transport, "perform", function(...)
      under_way = under_way + 1
      most = math.max(most, under_way)
      local response, err = perform(...)
      under_way = under_way - 1
      return response, err
    end)
    local list = {}
    for i = 1, 12 do list[i] = ("n%d.example.com"):format(i) end
    local results = assert(client.identities:verify_identities_parallel(list, {
      concurrency = 3, interval = 0.02, timeout = 60,
    }))
    assert.equal(12, results.verified)
    assert.equal(3, most)
  end)

  it("sits out throttling", function()
    tell("/timing", { verify_after = 0 })
    tell("/faults", { operation = "CreateEmailIdentity", status = 429, code = "TooManyRequestsException", count = 9 })
    local own = client_of { max_retries = 1 }
    local results = assert(own.identities:verify_identities_parallel({ "a.example.com" }, FAST))
    own:close()
    assert.is_nil(results[1].error)
    assert.is_true(results[1].verified)
  end)

  it("refuses what it does not understand before anything is done", function()
    local err = fault_of(client.identities:verify_identities_parallel({ "a.example.com", 7 }))
    assert.equal("list[2]", err.field)
    assert.equal("concurrency", fault_of(client.identities:verify_identities_parallel({}, { concurrency = 0 })).field)
    assert.equal("interval", fault_of(client.identities:verify_identities_parallel({}, { interval = "x" })).field)
    assert.equal("list", fault_of(client.identities:verify_identities_parallel("a.example.com")).field)
    assert.equal(0, #assert(client.identities:list()).email_identities)
    assert.equal(0, #assert(client.identities:verify_identities_parallel {}))
  end)
end)
