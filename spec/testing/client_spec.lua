local defaults = require "ses.testing.defaults"
local errors = require "ses.errors"
local model = require "ses.model"
local testing = require "ses.testing"

local MAIL = {
  from = "shop@lantern.example", to = "ada@example.com", subject = "Your order", text = "It is on its way.",
}

local function with(fields)
  local mail = {}
  for name, value in pairs(MAIL) do mail[name] = value end
  for name, value in pairs(fields) do mail[name] = value end
  return mail
end

describe("ses.testing.client", function()
  local client

  before_each(function() client = assert(testing.client()) end)
  after_each(function() client:close() end)

  it("answers a send as SES does, each with an id of its own", function()
    local first, second = assert(client.emails:send(MAIL)), assert(client.emails:send(MAIL))
    assert.equal(60, #first.message_id)
    assert.are_not.equal(first.message_id, second.message_id)
    assert.equal(1, first.attempts)
  end)

  it("records calls in their order, with what they were given", function()
    assert(client.emails:send(MAIL))
    client.clock.advance(60)
    assert(client.suppression:delete { email_address = "bob+x@example.com" })
    assert(client:call("ListContacts", { ContactListName = "a b", PageSize = 5 }))
    local calls = client:calls()
    assert.same({ "SendEmail", "DeleteSuppressedDestination", "ListContacts" },
      { calls[1].operation, calls[2].operation, calls[3].operation })
    assert.equal("Your order", calls[1].params.content.simple.subject.data)
    assert.equal(calls[1].time + 60, calls[2].time)
    assert.same({ email_address = "bob+x@example.com" }, calls[2].params)
    assert.same({ contact_list_name = "a b", page_size = 5 }, calls[3].params)
    assert.equal(60, #calls[1].answer.message_id)
    assert.equal(1, #client:calls "ListContacts")
  end)

  it("refuses what SES would refuse, as the real client does, and sends nothing", function()
    local sent, err = client.emails:send(with { to = "nobody" })
    assert.is_nil(sent)
    assert.is_true(errors.is(err))
    assert.same({ "validation", "to", "SendEmail" }, { err.kind, err.field, err.operation })
    assert.equal("validation", select(2, client:call("GetEmailTemplate", {})).kind)
    assert.equal("validation", select(2, testing.client { regoin = "x" }).kind)
    assert.same({}, client:calls())
  end)

  describe("answers", function()
    it("by a value, in snake_case or by AWS's names", function()
      client:answer("GetAccount", { sending_enabled = false, send_quota = { max_send_rate = 2 } })
      for _ = 1, 2 do assert.is_false(client:call("GetAccount").SendingEnabled) end
      client:answer("GetAccount", { SendQuota = { MaxSendRate = 3 } })
      assert.equal(3, assert(client.account:get {}).send_quota.max_send_rate)
    end)

    it("by a sequence, and then as before", function()
      client:answer("SendEmail", { message_id = "always" })
      client:answer("SendEmail", {
        { message_id = "one" }, testing.failure { code = "MessageRejected", message = "not this one" },
        { message_id = "three" },
      })
      assert.equal("one", client.emails:send(MAIL).message_id)
      local _, err = client.emails:send(MAIL)
      assert.same({ "client", "MessageRejected", "not this one", 400 }, { err.kind, err.code, err.message, err.status })
      assert.equal("three", client.emails:send(MAIL).message_id)
      for _ = 1, 2 do assert.equal("always", client.emails:send(MAIL).message_id) end
    end)

    it("by a function of what was asked", function()
      client:answer("GetEmailTemplate", function(params)
        if params.template_name == "none" then return testing.failure { code = "NotFoundException" } end
        return { template_name = params.template_name, template_content = { subject = "Hi" } }
      end)
      assert.equal("letter", assert(client.templates:get { template_name = "letter" }).template_name)
      local _, err = client.templates:get { template_name = "none" }
      assert.same({ "NotFoundException", 404 }, { err.code, err.status })
    end)

    it("by a default where a function gives nothing", function()
      client:answer("SendEmail", function() end)
      assert.equal(60, #assert(client.emails:send(MAIL)).message_id)
    end)

    it("by defaults that each operation may answer", function()
      local count = 0
      for _, name in ipairs(model.operations()) do
        local answer = defaults.answer(model.operation(name), {}, { ids = 0 })
        if answer then client:answer(name, answer) end
        count = count + (answer and 1 or 0)
      end
      assert.is_true(count > 70, count)
    end)

    it("by an error that says how to give one, where nobody can know it", function()
      local _, err = client.templates:get { template_name = "letter" }
      assert.equal("UnscriptedOperation", err.code)
      assert.equal('the mock client has no answer to GetEmailTemplate: '
        .. 'give it one by client:answer("GetEmailTemplate", { … })', err.message)
      assert.equal(1, err.attempts)
    end)

    it("lists with nothing in them", function()
      for _, err in client.suppression:each {} do error(err) end
      assert.same({}, assert(client:call "ListEmailTemplates").TemplatesMetadata)
    end)

    it("raises where an operation has no such answer", function()
      assert.has_error(function() client:answer("GetAccount", { sending_enable = true }) end,
        "the answer of GetAccount: sending_enable is not known; did you mean 'sending_enabled'?")
      assert.has_error(function() client:answer("GetAccount", { send_quota = { rate = 1 } }) end,
        "the answer of GetAccount: send_quota.rate is not known")
      assert.has_error(function() client:answer("GetAccount", "yes") end,
        "the answer of GetAccount: must be a table, not a string")
      assert.has_error(function() client:answer("GetAcount", {}) end,
        "SES v2 has no operation 'GetAcount'; did you mean 'GetAccount'?")
      assert.has_error(function() client:answer("GetAccount", { send_quota = { max_send_rate = "2" } }) end,
        "the answer of GetAccount: send_quota.max_send_rate must be a number, not a string")
    end)
  end)

  describe("fails on demand", function()
    it("as often as it is told, while the client tries again in no time", function()
      client:fail("SendEmail", { code = "TooManyRequestsException", times = 2 })
      local sent = assert(client.emails:send(MAIL))
      assert.equal(3, sent.attempts)
      assert.is_true(client.clock.monotonic() > 0)
      assert.same({ 1, 3 }, { #client:calls(), client:calls()[1].attempts })
      assert.equal(1, #client:sent())
    end)

    it("with a time to wait, which the client keeps", function()
      client:fail("SendEmail", { code = "TooManyRequestsException", times = 1, retry_after = 7 })
      assert(client.emails:send(MAIL))
      assert.is_true(client.clock.monotonic() >= 7)
    end)

    it("for good, and says what the last try failed by", function()
      client:fail("SendEmail", { status = 503, message = "sorry" })
      local _, err = client.emails:send(MAIL)
      assert.same({ "service", 503, 4 }, { err.kind, err.status, err.attempts })
      assert.equal(503, client:calls()[1].err.status)
      assert.same({}, client:sent())
    end)

    it("by the connection, in doubt as in production", function()
      client:fail("SendEmail", { code = "ConnectionReset" })
      local _, err = client.emails:send(MAIL, { retry_in_doubt = false })
      assert.same({ "network", "ConnectionReset", true, 1 }, { err.kind, err.code, err.in_doubt, err.attempts })
      client:reset()
      client:fail("SendEmail", { code = "ConnectionRefused", times = 1 })
      local sent = assert(client.emails:send(MAIL))
      assert.same({ 2, 0 }, { sent.attempts, sent.in_doubt_attempts })
    end)

    it("by the time, which none of is real", function()
      client:fail("SendEmail", { code = "RequestTimeout" })
      local _, err = client.emails:send(MAIL, { retry_in_doubt = false })
      assert.same({ "timeout", true }, { err.kind, err.in_doubt })
      assert.equal(30, client.clock.monotonic())
    end)

    it("until the circuit opens, and closes when time has passed", function()
      client:fail("GetAccount", { code = "InternalFailure", times = 8 })
      for _ = 1, 3 do client:call "GetAccount" end
      assert.equal("open", client:circuit_state())
      assert.equal("circuit_open", select(2, client:call "GetAccount").kind)
      client.clock.advance(31)
      client:reset()
      assert(client:call "GetAccount")
    end)

    it("raises where nothing fails so", function()
      assert.has_error(function() client:fail("SendEmail", { code = "MessageRejcted" }) end,
        "no failure has the code MessageRejcted, so that it needs a status; did you mean 'MessageRejected'?")
      assert.has_error(function() client:fail("SendEmail", { staus = 500 }) end,
        "a failure has no field 'staus'; did you mean 'status'?")
      assert.has_error(function() client:fail("SendEmail", {}) end, "a failure needs code or status")
    end)
  end)

  it("forgets calls and what was said", function()
    client:fail("SendEmail", { code = "MessageRejected" })
    client:answer("GetAccount", { sending_enabled = false })
    client.emails:send(MAIL)
    client:reset()
    assert.same({}, client:calls())
    assert(client.emails:send(MAIL))
    assert.is_true(client:call("GetAccount").SendingEnabled)
  end)

  it("has rates kept by its clock", function()
    client = assert(testing.client { rate_limit_rps = 1, rate_limit_burst = 1 })
    for _ = 1, 10 do assert(client.emails:send(MAIL)) end
    assert.is_true(client.clock.monotonic() >= 8.9)
  end)

  it("sends from tasks that wait beside each other", function()
    client.transport:latency(1)
    client.clock.run(function(spawn)
      for _ = 1, 50 do spawn(function() assert(client.emails:send(MAIL)) end) end
    end)
    assert.equal(50, #client:sent())
    assert.is_true(client.clock.monotonic() < 2)
  end)

  it("is a client in a clock and a random of one's own", function()
    local clock = testing.clock { now = 1000000000 }
    client = assert(testing.client(nil, { clock = clock, random = testing.random { values = { 0.5 } } }))
    assert(client.emails:send(MAIL))
    assert.equal(1000000000, client:calls()[1].time)
    assert.equal("20010909T014640Z", client.transport:requests()[1].headers["x-amz-date"])
  end)

  it("answers for SES alone", function()
    local request = assert(require("ses.core").http.request("GET", "http://169.254.169.254/latest"))
    assert.equal(404, client.transport:perform(request).status)
    assert.same({}, client:calls())
  end)
end)
