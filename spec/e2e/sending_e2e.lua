local run = require "spec.e2e.run"

describe("sending, end to end", function()
  local client, letter

  setup(function() client = run.client() end)
  teardown(function()
    run.clean_up()
    client:close()
  end)

  local function send(mail)
    mail.from = run.settings.from
    local sent, err = client.emails:send(mail)
    assert(sent, tostring(err))
    assert.truthy(#sent.message_id > 10)
    assert.equal(0, sent.in_doubt_attempts)
    return sent.message_id
  end

  for _, name in ipairs { "success", "bounce", "complaint", "suppressionlist" } do
    it(("has a mail to %s@ accepted"):format(name), function()
      send { to = run.mailbox(name), subject = "End to end: " .. run.id, text = "To " .. name .. "@" }
    end)
  end

  it("has one with HTML, a header, tags and an attachment accepted", function()
    send {
      to = run.mailbox "success", subject = "Grüße 🎉 " .. run.id, text = "Plain", html = "<p>Rich</p>",
      headers = { ["X-E2e-Run"] = run.id }, tags = { run = run.id },
      attachments = { { filename = "a.txt", data = "attached", content_type = "text/plain" } },
    }
  end)

  it("has a raw one accepted", function()
    local to = run.mailbox "success"
    local raw = assert(require("ses.mail.mime").build {
      from = run.settings.from, to = { to }, subject = "Raw " .. run.id, text = "Raw",
    })
    send { raw = raw, to = to }
  end)

  it("gives each mail an id of its own", function()
    local mail = { to = run.mailbox "success", subject = "Twice " .. run.id, text = "Twice" }
    assert.not_equal(send(mail), send(mail))
  end)

  local function stored_letter()
    if letter then return letter end
    letter = run.name()
    run.finally(function() return client.templates:delete { template_name = letter } end)
    assert(client.templates:create {
      template_name = letter, template_content = { subject = "Hi {{name}}", text = "Dear {{name}}" },
    })
    return letter
  end

  it("has one by a template accepted", function()
    send { to = run.mailbox "success", template = stored_letter(), data = { name = "Zoë" } }
  end)

  it("has a bulk of four accepted, each with an id", function()
    local entries = {}
    for i, name in ipairs { "success", "bounce", "complaint", "suppressionlist" } do
      entries[i] = { to = run.mailbox(name), data = { name = name } }
    end
    local sent, err = client.emails:send_bulk {
      from = run.settings.from, template = stored_letter(), data = { name = "you" }, entries = entries,
    }
    assert(sent, tostring(err))
    assert.same({ 4, 0 }, { sent.metrics.sent, sent.metrics.failed })
    local ids = {}
    for _, result in ipairs(sent.results) do ids[result.message_id] = true end
    local count = 0
    for _ in pairs(ids) do count = count + 1 end
    assert.equal(4, count)
  end)

  it("is refused by a template that is not there", function()
    local sent, err = client.emails:send {
      from = run.settings.from, to = run.mailbox "success", template = run.name(), data = {},
    }
    assert.is_nil(sent)
    assert.truthy(err.status == 404 or err.status == 400, tostring(err))
  end)

  it("never leaves for anybody else", function()
    for _, to in ipairs { "someone@example.com", "success@example.com", "a@simulator.amazonses.com.example.com" } do
      local mail = { from = run.settings.from, to = to, subject = "x", text = "x" }
      assert.has_error(function() client.emails:send(mail) end, "e2e: a recipient is not at the mailbox simulator")
    end
  end)
end)
