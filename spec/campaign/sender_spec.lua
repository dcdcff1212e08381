local inbox = require "spec.support.inbox"
local senders = require "ses.campaign.sender"

describe("ses.campaign.sender", function()
  local emulator, client, send, send_bulk

  setup(function()
    emulator = inbox.start { rate = 10000 }
    client = assert(require("ses").client {
      endpoint = emulator.url, region = "us-east-1", max_retries = 0, credentials = emulator.client.credentials,
    })
    assert(client.templates:create { template_name = "hello",
      template_content = { subject = "Hello {{name}}", text = "Dear {{name}}" } })
    send, send_bulk = senders.of(client)
  end)
  teardown(function()
    client:close()
    emulator.stop()
  end)

  local function mail(...)
    local entries = {}
    for i, to in ipairs { ... } do
      entries[i] = { to = to, data = { name = to:match "^[^@]*" }, tags = { n = tostring(i) } }
    end
    return { from = "news@shop.example", template = "hello", tags = { ses_campaign = "x" }, entries = entries }
  end

  it("sends one mail", function()
    local before = emulator.count()
    local sent = assert(send { from = "news@shop.example", to = "ann@example.com", template = "hello",
      data = { name = "Ann" } })
    assert.is_string(sent.message_id)
    assert.equal(before + 1, emulator.count())
  end)

  it("sends several in one call, each with its own answer", function()
    emulator.fail { operation = "SendBulkEmail", match = "bob@", entry_status = "TRANSIENT_FAILURE", count = 1 }
    emulator.fail { operation = "SendBulkEmail", match = "dora@", entry_status = "ACCOUNT_DAILY_QUOTA_EXCEEDED",
      message = "Daily message quota exceeded.", count = 1 }
    local before = emulator.count()
    local answers = assert(send_bulk(mail("ann@example.com", "bob@example.com", "not an address", "dora@example.com",
      "eve@example.com")))
    assert.equal(before + 2, emulator.count())
    assert.equal(5, #answers)
    local mails = emulator.messages()
    assert.same({ "Hello ann", "Hello eve" }, { mails[2].subject, mails[1].subject })
    assert.same({ mails[2].id, mails[1].id }, { answers[1].message_id, answers[5].message_id })
    assert.same({ "TRANSIENT_FAILURE", true }, { answers[2].err.code, answers[2].err.retryable })
    assert.equal("validation", answers[3].err.kind)
    assert.equal("ACCOUNT_DAILY_QUOTA_EXCEEDED", answers[4].err.code)
  end)

  it("asks nothing of SES where no entry is fit", function()
    local answers = assert(send_bulk(mail("nobody", "no one")))
    assert.same({ "validation", "validation" }, { answers[1].err.kind, answers[2].err.kind })
  end)

  it("says of a call that was cut off that it is in doubt, and does not repeat it", function()
    emulator.fail { operation = "SendBulkEmail", close = true, count = 1 }
    local before = emulator.count()
    local answers, err = send_bulk(mail("ann@example.com"))
    assert.is_nil(answers)
    assert.is_true(err.in_doubt)
    assert.equal(before + 1, emulator.count())
  end)

  it("hands back what is wrong with the call itself", function()
    local wrong = mail("ann@example.com")
    wrong.template = "missing"
    local answers, err = send_bulk(wrong)
    assert.is_nil(answers)
    assert.equal("NotFoundException", err.code)
  end)
end)
