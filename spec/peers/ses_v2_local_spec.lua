-- npm's aws-ses-v2-local, a server that is none of ours: our client does with it all that it implements, and
-- what arrived is read from its own store.
local http = require "socket.http"
local json = require "ses.model.json"
local mime = require "ses.mail.mime"
local process = require "spec.support.process"
local run = require "spec.peers.sdk_run"
local ses = require "ses"

local ACCOUNT = {
  DedicatedIpAutoWarmupEnabled = true, EnforcementStatus = "HEALTHY", ProductionAccessEnabled = true,
  SendingEnabled = true, SendQuota = { Max24HourSend = 50000, MaxSendRate = 14, SentLast24Hours = 3 },
  SuppressionAttributes = { SuppressedReasons = { "BOUNCE" } },
  Details = {
    AdditionalContactEmailAddresses = { "ops@example.com" }, ContactLanguage = "EN", MailType = "TRANSACTIONAL",
    ReviewDetails = { CaseId = "1", Status = "GRANTED" }, UseCaseDescription = "Receipts",
    WebsiteURL = "https://example.com/",
  },
}

describe("aws-ses-v2-local, used by ses", function()
  local reason = run.missing()
  if reason then
    pending(reason)
    return
  end
  local job, url, client

  setup(function()
    job = process.start(
      { "node", "build/peers/node_modules/aws-ses-v2-local/dist/cli.js", "--host", "127.0.0.1", "--port", "0" },
      { env = { AWS_SES_ACCOUNT = json.encode(ACCOUNT) } })
    local port = process.eventually(function() return job.out():match("running at http://[^:]+:(%d+)") end, 30)
    url = "http://127.0.0.1:" .. port
    client = assert(ses.client {
      region = "eu-west-1", endpoint = url, max_retries = 0,
      credentials = { access_key_id = "ANY", secret_access_key = "any secret" },
    })
  end)
  teardown(function()
    client:close()
    job.signal "TERM"
    job.wait()
    job.remove()
  end)
  before_each(function() assert.equal(200, select(2, http.request(url .. "/clear-store", ""))) end)

  local function store() return json.decode((http.request(url .. "/store"))) end

  local function stored(id)
    for _, email in ipairs(store().emails) do
      if email.messageId == id then return email end
    end
    error("no mail with this id: " .. tostring(id))
  end

  it("tells the account", function()
    assert.equal(14, assert(client.account:get()).send_quota.max_send_rate)
    assert.same(ACCOUNT, assert(client:call("GetAccount")))
  end)

  it("takes a simple mail with all that belongs to it", function()
    local sent = assert(client.emails:send {
      from = "Köln Shop <shop@example.com>", to = { "Åsa <asa@example.com>", "b@example.com" },
      cc = "cc@example.com", bcc = "bcc@example.com", reply_to = "reply@example.com", subject = "Grüße 🎉",
      text = "Plain", html = "<p>Rich</p>", headers = { ["X-Campaign"] = "spring" },
      attachments = { { filename = "a.txt", data = "\0\255 bytes", content_type = "text/plain" } },
    })
    local email = stored(sent.message_id)
    assert.same({ "Grüße 🎉", "Plain", "<p>Rich</p>", { "reply@example.com" } },
      { email.subject, email.body.text, email.body.html, email.replyTo })
    assert.same({ 2, { "cc@example.com" }, { "bcc@example.com" } },
      { #email.destination.to, email.destination.cc, email.destination.bcc })
    assert.equal("b@example.com", email.destination.to[2])
    assert.same({ { name = "X-Campaign", value = "spring" } }, email.headers)
    local attachment = email.attachments[1]
    assert.same({ "a.txt", "\0\255 bytes", 8 },
      { attachment.filename, require("ses.core").base64.decode(attachment.content), attachment.size })
  end)

  it("takes a raw mail", function()
    local raw = assert(mime.build {
      from = "shop@example.com", to = { "a@example.com" }, subject = "Raw 🎉", text = "Übrigens",
    })
    local email = stored(assert(client.emails:send { raw = raw }).message_id)
    assert.equal("Raw 🎉", email.subject)
    assert.equal("Übrigens", (email.body.text:gsub("%s+$", "")))
  end)

  local function create(name)
    return assert(client.templates:create {
      template_name = name, template_content = { subject = "Hi {{name}}", text = "Dear {{name}} of {{city}}" },
    })
  end

  it("creates, gets, updates, lists by pages, renders and deletes templates", function()
    for i = 1, 5 do create("t" .. i) end
    local _, err = client.templates:create { template_name = "t1", template_content = { subject = "x", text = "y" } }
    assert.equal(400, err.status)
    assert.equal("Dear {{name}} of {{city}}",
      assert(client.templates:get { template_name = "t1" }).template_content.text)
    assert(client.templates:update {
      template_name = "t1", template_content = { subject = "Bye {{name}}", html = "<b>{{name}}</b>" },
    })
    local names = {}
    for item, failure in client.templates:each { page_size = 2 } do
      assert(item, failure)
      names[#names + 1] = item.template_name
    end
    table.sort(names)
    assert.same({ "t1", "t2", "t3", "t4", "t5" }, names)
    local rendered = assert(client.templates:test_render { template_name = "t1", template_data = '{"name":"Zoë"}' })
    assert.equal("Bye Zoë", mime.parse(rendered.rendered_template).subject)
    _, err = client.templates:test_render { template_name = "t1", template_data = "{}" }
    assert.equal(400, err.status)
    assert(client.templates:delete { template_name = "t1" })
    assert.is_nil(store().templates.t1)
    _, err = client.templates:get { template_name = "t1" }
    assert.equal(404, err.status)
  end)

  it("sends by a template", function()
    create "letter"
    local sent = assert(client.emails:send {
      from = "shop@example.com", to = "a@example.com", template = "letter", data = { name = "Ann", city = "Galway" },
    })
    local email = stored(sent.message_id)
    assert.same({ "Hi Ann", "Dear Ann of Galway" }, { email.subject, email.body.text })
    local _, err = client.emails:send {
      from = "shop@example.com", to = "a@example.com", template = "none", data = {},
    }
    assert.same({ 404, "client" }, { err.status, err.kind })
  end)

  it("sends in bulk, with the data of each entry laid over the message's", function()
    create "letter"
    local sent = assert(client:call("SendBulkEmail", {
      FromEmailAddress = "shop@example.com",
      DefaultContent = { Template = { TemplateName = "letter", TemplateData = '{"city":"Galway","name":"you"}' } },
      BulkEmailEntries = {
        { Destination = { ToAddresses = { "ann@example.com" } }, ReplacementEmailContent = {
          ReplacementTemplate = { ReplacementTemplateData = '{"name":"Ann"}' },
        } },
        { Destination = { ToAddresses = { "ben@example.com" } } },
      },
    }))
    local first, second = sent.BulkEmailEntryResults[1], sent.BulkEmailEntryResults[2]
    assert.same({ "SUCCESS", "SUCCESS" }, { first.Status, second.Status })
    assert.equal("Dear Ann of Galway", stored(first.MessageId).body.text)
    assert.equal("Dear you of Galway", stored(second.MessageId).body.text)
  end)

  it("sends more in bulk than one call takes", function()
    create "letter"
    local entries = {}
    for i = 1, 120 do entries[i] = { to = ("u%d@example.com"):format(i), data = { name = "N" .. i } } end
    local sent = assert(client.emails:send_bulk {
      from = "shop@example.com", template = "letter", data = { city = "Galway" }, entries = entries,
    })
    assert.same({ 120, 0 }, { sent.metrics.sent, sent.metrics.failed })
    assert.equal(120, #store().emails)
    local email = stored(sent.results[77].message_id)
    assert.same({ { "u77@example.com" }, "Dear N77 of Galway" }, { email.destination.to, email.body.text })
  end)

  it("knows no other operation", function()
    local _, err = client:call "ListEmailIdentities"
    assert.same({ 404, "client" }, { err.status, err.kind })
  end)
end)
