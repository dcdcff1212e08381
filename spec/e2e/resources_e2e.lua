-- What an account keeps: made, read, listed, changed and removed again.
local run = require "spec.e2e.run"

-- A result, or the spec is pending where the endpoint does not know the operation.
local function known(result, err)
  if run.lacks(err) then pending(("the endpoint has no %s"):format(err.operation or "such operation")) end
  return assert(result, tostring(err))
end

local function gone(result, err)
  assert.is_nil(result)
  assert.same({ "NotFoundException", 404 }, { err.code, err.status })
end

-- Whether a list operation gives an item, however many pages it takes.
local function lists(items, wanted)
  for item, err in items do
    assert(item, tostring(err))
    if wanted(item) then return true end
  end
  return false
end

describe("an account's resources, end to end", function()
  local client

  setup(function() client = run.client() end)
  teardown(function()
    run.clean_up()
    client:close()
  end)

  it("has a quota", function()
    local account = known(client.account:get())
    assert.truthy(account.send_quota.max_send_rate > 0)
    assert.truthy(account.send_quota.sent_last_24_hours >= 0)
    assert.is_boolean(account.sending_enabled)
  end)

  it("has templates", function()
    local name = { template_name = run.name() }
    run.finally(function() return client.templates:delete(name) end)
    local content = { subject = "Hi {{name}}", text = "Dear {{name}}", html = "<b>{{name}}</b>" }
    known(client.templates:create { template_name = name.template_name, template_content = content })
    local _, err = client.templates:create { template_name = name.template_name, template_content = content }
    assert.equal("AlreadyExistsException", err.code)
    content.subject = "Bye {{name}}"
    known(client.templates:update { template_name = name.template_name, template_content = content })
    assert.same(content, known(client.templates:get(name)).template_content)
    assert.is_true(lists(client.templates:each { page_size = 10 }, function(item)
      return item.template_name == name.template_name
    end))
    local rendered = known(client.templates:test_render {
      template_name = name.template_name, template_data = '{"name":"Zoë"}',
    })
    assert.equal("Bye Zoë", require("ses.mail.mime").parse(rendered.rendered_template).subject)
    known(client.templates:delete(name))
    gone(client.templates:get(name))
  end)

  it("has identities, with DNS records to publish", function()
    local identity = { email_identity = run.name() .. ".example.com" }
    run.finally(function() return client.identities:delete(identity) end)
    local made = known(client.identities:create(identity))
    assert.same({ "DOMAIN", false, 3 },
      { made.identity_type, made.verified_for_sending_status, #made.dkim_attributes.tokens })
    local got = known(client.identities:get(identity))
    assert.is_false(got.verified_for_sending_status)
    assert.same(made.dkim_attributes.tokens, got.dkim_attributes.tokens)
    known(client.identities:put_feedback_attributes {
      email_identity = identity.email_identity, email_forwarding_enabled = false,
    })
    assert.is_false(known(client.identities:get(identity)).feedback_forwarding_status)
    assert.is_true(lists(client.identities:each { page_size = 100 }, function(item)
      return item.identity_name == identity.email_identity
    end))
    known(client.identities:delete(identity))
    gone(client.identities:get(identity))
  end)

  it("has suppressed addresses", function()
    local entry = { email_address = run.mailbox "bounce" }
    run.finally(function() return client.suppression:delete(entry) end)
    known(client.suppression:put { email_address = entry.email_address, reason = "BOUNCE" })
    assert.equal("BOUNCE", known(client.suppression:get(entry)).suppressed_destination.reason)
    known(client.suppression:delete(entry))
    gone(client.suppression:get(entry))
  end)

  it("has configuration sets with event destinations", function()
    local set = { configuration_set_name = run.name() }
    run.finally(function() return client.configuration_sets:delete(set) end)
    known(client.configuration_sets:create {
      configuration_set_name = set.configuration_set_name, sending_options = { sending_enabled = true },
      tags = { { key = "run", value = run.id } },
    })
    known(client.configuration_sets:put_reputation_options {
      configuration_set_name = set.configuration_set_name, reputation_metrics_enabled = true,
    })
    assert.is_true(known(client.configuration_sets:get(set)).reputation_options.reputation_metrics_enabled)
    known(client.configuration_sets:create_event_destination {
      configuration_set_name = set.configuration_set_name, event_destination_name = "watch",
      event_destination = {
        enabled = true, matching_event_types = { "BOUNCE" }, cloud_watch_destination = { dimension_configurations = {
          { dimension_name = "run", dimension_value_source = "MESSAGE_TAG", default_dimension_value = "none" },
        } },
      },
    })
    local destinations = known(client.configuration_sets:get_event_destinations(set)).event_destinations
    assert.same({ 1, "watch" }, { #destinations, destinations[1].name })
    assert.is_true(lists(client.configuration_sets:each { page_size = 100 }, function(name)
      return name == set.configuration_set_name
    end))
    known(client.configuration_sets:delete(set))
    gone(client.configuration_sets:get(set))
  end)

  it("has a contact list, unless it had one before", function()
    local list = { contact_list_name = run.name() }
    local made, err = client.contact_lists:create {
      contact_list_name = list.contact_list_name,
      topics = { { topic_name = "news", display_name = "News", default_subscription_status = "OPT_OUT" } },
    }
    if err and err.code == "LimitExceededException" then pending "the account has a contact list already" end
    known(made, err)
    run.finally(function() return client.contact_lists:delete(list) end)
    for i = 1, 3 do
      known(client.contacts:create {
        contact_list_name = list.contact_list_name, email_address = run.mailbox("success"):gsub("@", "-" .. i .. "@"),
        topic_preferences = i < 3 and { { topic_name = "news", subscription_status = "OPT_IN" } } or nil,
      })
    end
    local count = 0
    for contact, failure in client.contacts:each { contact_list_name = list.contact_list_name, page_size = 1,
      filter = { filtered_status = "OPT_IN", topic_filter = { topic_name = "news" } } } do
      assert(contact, tostring(failure))
      count = count + 1
    end
    assert.equal(2, count)
    known(client.contact_lists:delete(list))
    gone(client.contact_lists:get(list))
  end)
end)
