local inbox = require "spec.support.inbox"
local json = require "ses.model.json"
local people = require "spec.support.people"

describe("ses.campaign.sources.contact_list", function()
  local emulator, client

  setup(function()
    emulator = inbox.start {}
    client = assert(require("ses").client {
      endpoint = emulator.url, region = "us-east-1", max_retries = 0, credentials = emulator.client.credentials,
    })
    assert(client.contact_lists:create { contact_list_name = "news", topics = {
      { topic_name = "weekly", display_name = "Weekly", default_subscription_status = "OPT_IN" },
      { topic_name = "offers", display_name = "Offers", default_subscription_status = "OPT_OUT" },
    } })
    local function add(email, preferences, more)
      local contact = { contact_list_name = "news", email_address = email, topic_preferences = {} }
      for topic, status in pairs(preferences or {}) do
        table.insert(contact.topic_preferences, { topic_name = topic, subscription_status = status })
      end
      for key, value in pairs(more or {}) do contact[key] = value end
      assert(client.contacts:create(contact))
    end
    add("in@example.com", { weekly = "OPT_IN", offers = "OPT_IN" },
      { attributes_data = '{"name":"Ann","tags":[],"n":3}' })
    add("out@example.com", { weekly = "OPT_OUT" }, { attributes_data = "not JSON" })
    add("silent@example.com")
    add("gone@example.com", { weekly = "OPT_IN", offers = "OPT_IN" }, { unsubscribe_all = true })
  end)
  teardown(function()
    client:close()
    emulator.stop()
  end)

  local function all(fields, mail, ports)
    local audience = { contact_list = "news" }
    for key, value in pairs(fields or {}) do audience[key] = value end
    ports = ports or {}
    ports.client = client
    return people.all(audience, mail, { ports = ports })
  end

  local function outcome(list)
    local found = {}
    for _, recipient in ipairs(list) do
      found[recipient.address:match "^[^@]+"] = recipient.state and recipient.code .. ": " .. recipient.reason
        or "written to"
    end
    return found
  end

  it("leaves out who unsubscribed from all, and says so", function()
    assert.same({
      ["in"] = "written to", out = "written to", silent = "written to", gone = "OptedOut: unsubscribed from all",
    }, outcome(assert(all())))
  end)

  it("goes by the topic's preference, or else by the topic's default", function()
    assert.same({
      ["in"] = "written to", out = "OptedOut: opted out of topic 'weekly'", silent = "written to",
      gone = "OptedOut: unsubscribed from all",
    }, outcome(assert(all { topic = "weekly" })))
    assert.same({
      ["in"] = "written to", out = "OptedOut: opted out of topic 'offers'",
      silent = "OptedOut: opted out of topic 'offers'", gone = "OptedOut: unsubscribed from all",
    }, outcome(assert(all { topic = "offers" })))
  end)

  it("gives the address as data, and nothing that would have to be asked for", function()
    local list = assert(all(nil, { text = "{{email}}" }))
    assert.equal('{"email":"in@example.com"}', list[1].data)
    local none, err = all(nil, { data = { "name" } })
    assert.is_nil(none)
    assert.equal("contact list 'news': has no 'name' (message.data); a contact's attributes need "
      .. "audience.attributes = true", err.message)
  end)

  it("asks for the attributes of those that are written to, at the pace that was set", function()
    local now, slept = 0, {}
    local clock = {
      monotonic = function() return now end,
      sleep = function(seconds)
        slept[#slept + 1] = seconds
        now = now + seconds
      end,
    }
    local list = assert(all({ topic = "weekly", attributes = 4, name = "name" }, { text = "{{#if tags}}{{n}}{{/if}}" },
      { clock = clock }))
    local ann = list[1]
    assert.same({ "in@example.com", "Ann", '{"email":"in@example.com","n":3,"name":"Ann","tags":[]}' },
      { ann.email, ann.name, ann.data })
    assert.same({ email = "silent@example.com" }, json.decode(list[3].data))
    -- Two of the four are written to: one pause between their calls.
    assert.same({ 0.25 }, slept)
  end)

  it("names the contact whose attributes are no object, the list and the topic that are not there", function()
    local list, err = all({ attributes = 1000 })
    assert.is_nil(list)
    assert.equal("contact list 'news', row 2: has attributes that are no JSON object", err.message)
    list, err = all { topic = "weakly" }
    assert.is_nil(list)
    assert.equal("audience.topic: the contact list 'news' has no topic 'weakly'; did you mean 'weekly'?", err.message)
    list, err = all { contact_list = "nws" }
    assert.is_nil(list)
    assert.equal("audience.contact_list: there is no contact list 'nws'", err.message)
  end)

  it("hands on what SES says in the midst of the list", function()
    emulator.fail { operation = "ListContacts", status = 400, code = "BadRequestException" }
    local list, err = all()
    assert.is_nil(list)
    assert.equal("BadRequestException", err.code)
  end)
end)
