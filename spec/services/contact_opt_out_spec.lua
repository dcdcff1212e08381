-- Against the emulator, over real sockets.
local inbox = require "spec.support.inbox"
local ses = require "ses"

describe("contacts:opt_out", function()
  local emulator, client
  setup(function()
    emulator = inbox.start {}
    client = assert(ses.client(emulator.client))
    assert(client.contact_lists:create {
      contact_list_name = "readers", topics = {
        { topic_name = "letters", display_name = "Letters", default_subscription_status = "OPT_IN" },
        { topic_name = "offers", display_name = "Offers", default_subscription_status = "OPT_IN" },
      },
    })
  end)
  teardown(function()
    client:close()
    emulator.stop()
  end)

  local n = 0
  local function contact(fields)
    n = n + 1
    local made = { contact_list_name = "readers", email_address = "reader." .. n .. "@example.com" }
    for name, value in pairs(fields or {}) do made[name] = value end
    assert(client.contacts:create(made))
    return made.email_address
  end

  local function opt_out(email, topic)
    return client.contacts:opt_out { contact_list_name = "readers", email_address = email, topic_name = topic }
  end

  -- The preferences by topic, whether all are off, and the attributes.
  local function standing(email)
    local found = assert(client.contacts:get { contact_list_name = "readers", email_address = email })
    local by_topic = {}
    for _, preference in ipairs(found.topic_preferences or {}) do
      by_topic[preference.topic_name] = preference.subscription_status
    end
    return { by_topic, found.unsubscribe_all, found.attributes_data }
  end

  it("takes somebody off one topic and leaves the others and the attributes as they are", function()
    local email = contact {
      attributes_data = '{"city":"Galway"}', topic_preferences = {
        { topic_name = "letters", subscription_status = "OPT_IN" },
        { topic_name = "offers", subscription_status = "OPT_IN" },
      },
    }
    assert.is_true(opt_out(email, "letters"))
    assert.same({ { letters = "OPT_OUT", offers = "OPT_IN" }, false, '{"city":"Galway"}' }, standing(email))
    assert.is_true(opt_out(email, "letters"))
    assert.is_true(opt_out(email, "offers"))
    assert.same({ { letters = "OPT_OUT", offers = "OPT_OUT" }, false, '{"city":"Galway"}' }, standing(email))
  end)

  it("takes somebody off the whole list", function()
    local email = contact { topic_preferences = { { topic_name = "letters", subscription_status = "OPT_IN" } } }
    for _ = 1, 2 do
      assert.is_true(opt_out(email))
      assert.same({ { letters = "OPT_IN" }, true }, standing(email))
    end
    assert.is_true(opt_out(email, "letters"))
    assert.same({ { letters = "OPT_IN" }, true }, standing(email))
  end)

  it("makes a contact of whoever was none", function()
    assert.is_true(opt_out("stranger@example.com", "offers"))
    assert.same({ { offers = "OPT_OUT" }, false }, standing "stranger@example.com")
    assert.is_true(opt_out "stranger.all@example.com")
    assert.same({ {}, true }, standing "stranger.all@example.com")
  end)

  it("reads the contact again where somebody else has written it meanwhile", function()
    local email = contact { topic_preferences = { { topic_name = "offers", subscription_status = "OPT_OUT" } } }
    emulator.fail { operation = "UpdateContact", count = 2, status = 409, code = "ConcurrentModificationException" }
    assert.is_true(opt_out(email, "letters"))
    assert.same({ { letters = "OPT_OUT", offers = "OPT_OUT" }, false }, standing(email))
  end)

  it("says what is wrong", function()
    local done, err = client.contacts:opt_out { contact_list_name = "none", email_address = "a@example.com" }
    assert.same({ "NotFoundException" }, { done == nil and err.code })
    done, err = opt_out(contact(), "horoscopes")
    assert.same({ "BadRequestException" }, { done == nil and err.code })
    done, err = client.contacts:opt_out { email_address = "a@example.com", topic_name = 1 }
    assert.same({ "validation", 2 }, { done == nil and err.kind, #err.faults })
  end)
end)
