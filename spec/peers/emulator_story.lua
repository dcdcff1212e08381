-- What a foreign SDK must get from the emulator, whichever SDK it is: emulator_peer.py and emulator_peer.js take
-- the same steps and print what came back.
local assert = require "luassert"
local json = require "ses.model.json"
local mime = require "ses.mail.mime"
local process = require "spec.support.process"
local settings = require "ses.emulator.settings"
local support = require "spec.support.emulator"

local story = {}

-- The words of an error as the caller's language catches it.
local function fault(code, status, message) return { class = code, code = code, status = status, message = message } end

--- Defines the specs.
-- @tparam table busted its `setup`, `teardown` and `it`, which a module has to be given
-- @tparam table argv the command of the peer, to which URL, key id and secret are added
-- @tparam string base_class of an error that the SDK's model does not have
-- @treturn function that gives what came back
function story.define(busted, argv, base_class)
  local it = busted.it
  local emulator, seen

  busted.setup(function()
    emulator = support.start { verify_after = 0.3 }
    local words = {}
    for i, word in ipairs(argv) do words[i] = word end
    for _, word in ipairs { emulator.url, settings.ACCESS_KEY_ID, settings.SECRET_ACCESS_KEY } do
      words[#words + 1] = word
    end
    local result = process.run(words)
    assert(result.status == 0, result.err)
    seen = assert(json.decode(result.out))
  end)
  busted.teardown(function() emulator:stop() end)

  local function mail(id) return emulator:control("GET", "/messages/" .. id) end

  it("sends a mail and a raw one", function()
    local sent = mail(seen.send.id)
    assert.same({ "Grüße", "Köln <sender@example.com>", { "Åsa <asa@example.com>" }, { peer = "yes" } },
      { sent.subject, sent.from, sent.to, sent.tags })
    assert.equal("<p>Hello</p>", (sent.html:gsub("%s+$", "")))
    sent = mail(seen.send.raw)
    assert.same({ "Raw", "raw@example.com", { "b@example.com" } }, { sent.subject, sent.from, sent.to })
  end)

  it("creates, renders, updates, lists and deletes templates", function()
    local templates = seen.templates
    assert.same({ Subject = "Bye {{name}}", Html = "<b>{{name}}</b>" }, templates.got)
    local rendered = mime.parse(templates.rendered)
    assert.same({ "Hi Zoë", "Dear Zoë, 0" }, { rendered.subject, (rendered.text:gsub("%s+$", "")) })
    assert.same({ "t4", "t3", "t2", "t1", "t0" }, templates.listed)
    assert.same({ 2, 2, 1 }, templates.sizes)
    assert.same(fault("AlreadyExistsException", 400, "Template t1 already exists."), templates.exists)
    assert.same(fault("NotFoundException", 404, "Template t1 does not exist."), templates.deleted)
  end)

  it("sends in bulk, with a status for each entry", function()
    assert.same({ "SUCCESS", "INVALID_PARAMETER", "SUCCESS" },
      { seen.bulk[1].status, seen.bulk[2].status, seen.bulk[3].status })
    local first = mail(seen.bulk[1].id)
    assert.same({ "Hi ann@example.com", "SendBulkEmail" }, { first.subject, first.operation })
    assert.equal(json.null, seen.bulk[2].id)
    assert.equal("bounced", mail(seen.bulk[3].id).status)
  end)

  it("creates identities, waits for them, and deletes them", function()
    local identities = seen.identities
    local bad, deleted = identities.bad, identities.deleted
    identities.bad, identities.deleted = nil, nil
    assert.same({
      type = "DOMAIN", verified_at_first = false, tokens = 3, verified = true, dkim = "SUCCESS",
      mail_from = "mail.example.org", policies = { p = '{"Version":"2012-10-17"}' },
      tags = { { Key = "team", Value = "post" } }, listed = { "example.org", "a.example", "b.example" },
    }, identities)
    assert.same({ "BadRequestException", 400 }, { bad.class, bad.status })
    assert.same(fault("NotFoundException", 404, "Email identity example.org does not exist."), deleted)
  end)

  it("puts, gets, lists and deletes suppressed addresses", function()
    local suppression = seen.suppression
    assert.equal("BOUNCE", suppression.reason)
    assert.is_true(suppression.age > -60 and suppression.age < 600, suppression.age)
    assert.same({ "a@example.com", "c+d/e@example.com" }, suppression.bounces)
    assert.same(fault("NotFoundException", 404,
      "Email address a@example.com does not exist on your suppression list."), suppression.deleted)
  end)

  it("keeps a contact list, page by page and by topic", function()
    local contacts = seen.contacts
    assert.same({ 2, 2, 1 }, contacts.sizes)
    assert.same({ "c0@example.com", "c2@example.com" }, contacts.wanting)
    assert.is_true(contacts.unsubscribed)
    assert.same({ "LimitExceededException", 400 }, { contacts.second.class, contacts.second.status })
    assert.same({ "NotFoundException", 404 }, { contacts.deleted.class, contacts.deleted.status })
    assert.same({}, contacts.lists)
  end)

  it("keeps a configuration set with an event destination, and an empty list empty", function()
    assert.same({
      reasons = {}, names = { "set" }, destination = {
        Name = "sns", Enabled = true, MatchingEventTypes = { "BOUNCE" },
        SnsDestination = { TopicArn = "arn:aws:sns:us-east-1:000000000000:topic" },
      },
    }, seen.configuration_set)
  end)

  it("reads the quota", function() assert.equal(500, seen.quota) end)

  it("is refused with another secret", function()
    assert.same({ base_class, "InvalidSignatureException", 403 },
      { seen.forged.class, seen.forged.code, seen.forged.status })
  end)

  return function() return seen end
end

return story
