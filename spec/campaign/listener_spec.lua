local campaign = require "ses.campaign"
local emulator = require "spec.support.emulator"
local json = require "ses.model.json"
local journals = require "ses.campaign.journal"
local settings = require "ses.emulator.settings"
local tmp_dir = require "spec.support.tmp_dir"

describe("ses.campaign.listener", function()
  local server, url, folder, client, ids

  setup(function() server = emulator.start {} end)
  teardown(function() server:stop() end)

  -- Three recipients: the first has a mail, the second stands in doubt, the third is pending.
  before_each(function()
    server:control("POST", "/reset")
    url = assert(server:sqs("CreateQueue", { QueueName = "q", Attributes = { VisibilityTimeout = "600" } })).QueueUrl
    folder = tmp_dir.new()
    tmp_dir.write(folder .. "/people.csv", "email\np1@example.com\np2@example.com\np3@example.com\n")
    client = {
      endpoint = server.url, region = "us-east-1", max_retries = 0,
      credentials = { access_key_id = settings.ACCESS_KEY_ID, secret_access_key = settings.SECRET_ACCESS_KEY },
    }
    local journal = assert(journals.open(folder .. "/j.sqlite3", { campaign = "autumn" }))
    local load = assert(journal:load())
    for i = 1, 3 do
      local email = ("p%d@example.com"):format(i)
      assert(load:add { address = email, row = i + 1, email = email })
    end
    assert(load:finish())
    ids = {}
    for i, row in ipairs(assert(journal:claim(2))) do ids[i] = row.id end
    assert(journal:commit({}, {
      { id = ids[1], state = "sent", message_id = "m1", at = 1000 }, { id = ids[2], state = "in_doubt", at = 1000 },
    }))
    journal:close()
  end)
  after_each(tmp_dir.remove_all)

  local function options(fields)
    local made = {
      campaign = {
        name = "autumn", audience = { csv = "people.csv", suppression = false }, journal = "j.sqlite3",
        message = { from = "news@shop.example", subject = "x", text = "x" }, events = { queue_url = url, linger = 0 },
      },
      place = { name = "autumn.lua", folder = folder }, client = client, seconds = 0.5, events = {},
    }
    for name, value in pairs(fields or {}) do made.campaign.events[name] = value end
    return made
  end

  local function put(kind, email, tags, more)
    local event = {
      eventType = kind, mail = { messageId = "m" .. (tags.ses_recipient or ""), destination = { email }, tags = {} },
    }
    for name, value in pairs(tags) do event.mail.tags[name] = { tostring(value) } end
    for name, value in pairs(more or {}) do event[name] = value end
    assert(server:sqs("SendMessage", { QueueUrl = url, MessageBody = json.encode(event) }))
  end

  local function bounce(email)
    return { bounce = { bounceType = "Permanent", bouncedRecipients = { { emailAddress = email } } } }
  end

  local function fill()
    put("Delivery", "p2@example.com", { ses_campaign = "autumn", ses_recipient = ids[2] })
    put("Bounce", "p3@example.com", { ses_campaign = "winter", ses_recipient = 9 }, bounce "p3@example.com")
    put("Delivery", "x@example.com", {})
    put("Bounce", "p1@example.com", { ses_campaign = "autumn", ses_recipient = ids[1] },
      { bounce = { bounceType = "Transient", bouncedRecipients = {} }, mail = {
        messageId = "m1", destination = { "p1@example.com" },
        tags = { ses_campaign = { "autumn" }, ses_recipient = { tostring(ids[1]) } },
      } })
  end

  it("takes what is the campaign's, and leaves to others what is theirs, but heeds it", function()
    fill()
    local found = assert(campaign.events(options { suppress = false }))
    local events = found.events
    assert.same({ 4, 1, 1, 1, 1, 1, 1 }, {
      events.read, events.sent, events.delivered, events.bounced, events.other_campaign, events.untagged,
      events.left_out,
    })
    assert.equal(0, found.left)
    assert.matches("^events of other campaigns or programs are left in the queue %(2 messages met%)", found.notes[1])
    local status = assert(campaign.status(options()))
    assert.same({ 2, 1, { delivered = 1, bounced_soft = 1 } },
      { status.counts.sent, status.counts.suppressed, status.counts.delivery })
  end)

  it("deletes what is others' where the campaign says so, and never what is no event", function()
    fill()
    assert(server:sqs("SendMessage", { QueueUrl = url, MessageBody = "oops" }))
    local found = assert(campaign.events(options { suppress = false, others = "delete" }))
    assert.same({ "1 message in the queue that is no event of SES" }, found.notes)
  end)

  it("puts whom its events ask for on the account's list, unless it is told not to", function()
    local function suppressed()
      return #server:ok("ListSuppressedDestinations", {}).SuppressedDestinationSummaries
    end
    put("Bounce", "p3@example.com", { ses_campaign = "autumn", ses_recipient = ids[2] }, bounce "p3@example.com")
    assert(campaign.events(options { suppress = false }))
    assert.equal(0, suppressed())
    -- The emulator does not see that those who waited at the other queue are gone.
    url = assert(server:sqs("CreateQueue", { QueueName = "another" })).QueueUrl
    put("Bounce", "p3@example.com", { ses_campaign = "autumn", ses_recipient = ids[2] }, bounce "p3@example.com")
    assert(campaign.events(options()))
    assert.equal(1, suppressed())
  end)

  it("is asked before the first mail whether the queue can be read, and takes what lies there", function()
    local made = options { queue_url = server.url .. "/000000000000/none" }
    local found, err = campaign.run(made)
    assert.is_nil(found)
    assert.same({ "events.queue_url", "events.queue_url: " }, { err.field, err.message:sub(1, 18) })
    assert.equal(1, assert(campaign.status(options())).counts.pending)
    found, err = campaign.events(made)
    assert.same({ nil, "events.queue_url" }, { found, err.field })

    put("Bounce", "p3@example.com", { ses_campaign = "winter", ses_recipient = 9 }, bounce "p3@example.com")
    found = assert(campaign.run(options { suppress = false, others = "delete" }))
    assert.same({ "finished", 0, 1 }, { found.status, found.run.sent, found.counts.suppressed })
  end)

  it("needs a queue, and is checked with the campaign file", function()
    local made = options()
    made.campaign.events = nil
    local found, err = campaign.events(made)
    assert.is_nil(found)
    assert.equal("autumn.lua: events.queue_url is missing: the queue that SES's events come to", err.message)
    for _, case in ipairs {
      { { queue = "x" }, "events.queue is not known" },
      { { queue_url = "autumn" }, "events.queue_url must be the URL of a queue of Amazon SQS, such as " },
      { { linger = "soon" }, "events.linger must be a length of time" },
      { { linger = -1 }, "events.linger must be from 0 to one day" },
      { { others = "keep" }, 'events.others must be "leave" or "delete"' },
      { { suppress = "yes" }, "events.suppress must be a boolean" },
    } do
      found, err = campaign.events(options(case[1]))
      assert.is_nil(found)
      assert.equal("autumn.lua: " .. case[2], err.message:sub(1, 12 + #case[2]))
    end
  end)
end)
