local support = require "spec.support.emulator"

describe("the emulator's contact lists", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local TOPICS = {
    { TopicName = "news", DisplayName = "News", DefaultSubscriptionStatus = "OPT_IN" },
    { TopicName = "offers", DisplayName = "Offers", DefaultSubscriptionStatus = "OPT_OUT" },
  }

  local function create_list() return client:ok("CreateContactList", { ContactListName = "all", Topics = TOPICS }) end

  local function add(email, preferences, more)
    local input = { ContactListName = "all", EmailAddress = email, TopicPreferences = {} }
    for topic, status in pairs(preferences or {}) do
      table.insert(input.TopicPreferences, { TopicName = topic, SubscriptionStatus = status })
    end
    for key, value in pairs(more or {}) do input[key] = value end
    return client:ok("CreateContact", input)
  end

  local function get(email) return client:ok("GetContact", { ContactListName = "all", EmailAddress = email }) end

  local function emails(filter)
    local list = client:ok("ListContacts", { ContactListName = "all", Filter = filter }).Contacts
    for i, contact in ipairs(list) do list[i] = contact.EmailAddress:match("^[^@]+") end
    return table.concat(list, " ")
  end

  it("are one an account, with topics", function()
    create_list()
    client:refused("AlreadyExistsException", "CreateContactList", { ContactListName = "all" })
    client:refused("LimitExceededException", "CreateContactList", { ContactListName = "more" })
    local list = client:ok("GetContactList", { ContactListName = "all" })
    assert.same(TOPICS, list.Topics)
    assert.truthy(math.abs(list.CreatedTimestamp - os.time()) < 60)
    client:ok("UpdateContactList", { ContactListName = "all", Description = "Everybody", Topics = { TOPICS[1] } })
    list = client:ok("GetContactList", { ContactListName = "all" })
    assert.same({ "Everybody", 1 }, { list.Description, #list.Topics })
    assert.equal("all", client:ok("ListContactLists").ContactLists[1].ContactListName)
    client:ok("DeleteContactList", { ContactListName = "all" })
    client:refused("NotFoundException", "GetContactList", { ContactListName = "all" })
    assert.same({}, client:ok("ListContactLists").ContactLists)
  end)

  it("have twenty topics at most, no two of one name", function()
    local topics = {}
    for i = 1, 21 do
      topics[i] = { TopicName = "t" .. i, DisplayName = "T", DefaultSubscriptionStatus = "OPT_IN" }
    end
    client:refused("BadRequestException", "CreateContactList", { ContactListName = "all", Topics = topics })
    client:refused("BadRequestException", "CreateContactList",
      { ContactListName = "all", Topics = { TOPICS[1], TOPICS[1] } })
  end)

  it("have contacts with preferences, and defaults for the rest", function()
    create_list()
    add("Ann@Example.com", { offers = "OPT_IN" }, { AttributesData = '{"name":"Ann"}' })
    client:refused("AlreadyExistsException", "CreateContact",
      { ContactListName = "all", EmailAddress = "ann@example.com" })
    local contact = get "ann@example.com"
    assert.same({ { TopicName = "offers", SubscriptionStatus = "OPT_IN" } }, contact.TopicPreferences)
    assert.same({ { TopicName = "news", SubscriptionStatus = "OPT_IN" } }, contact.TopicDefaultPreferences)
    assert.same({ "all", false, '{"name":"Ann"}' },
      { contact.ContactListName, contact.UnsubscribeAll, contact.AttributesData })
    client:ok("UpdateContact", { ContactListName = "all", EmailAddress = "ann@example.com", UnsubscribeAll = true })
    contact = get "ann@example.com"
    assert.same({ true, '{"name":"Ann"}' }, { contact.UnsubscribeAll, contact.AttributesData })
    assert.equal(2, #contact.TopicDefaultPreferences)
    client:ok("DeleteContact", { ContactListName = "all", EmailAddress = "ann@example.com" })
    client:refused("NotFoundException", "GetContact", { ContactListName = "all", EmailAddress = "ann@example.com" })
    client:refused("NotFoundException", "UpdateContact", { ContactListName = "all", EmailAddress = "ann@example.com" })
  end)

  it("refuse contacts without a list, an address or a topic", function()
    client:refused("NotFoundException", "CreateContact", { ContactListName = "all", EmailAddress = "a@example.com" })
    create_list()
    client:refused("BadRequestException", "CreateContact", { ContactListName = "all", EmailAddress = "nobody" })
    client:refused("BadRequestException", "CreateContact", {
      ContactListName = "all", EmailAddress = "a@example.com",
      TopicPreferences = { { TopicName = "none", SubscriptionStatus = "OPT_IN" } },
    })
    client:refused("NotFoundException", "ListContacts", { ContactListName = "none" })
  end)

  it("list contacts by pages and by what they want", function()
    create_list()
    add("in@example.com", { news = "OPT_IN" })
    add("out@example.com", { news = "OPT_OUT" })
    add "silent@example.com"
    add("gone@example.com", { news = "OPT_IN" }, { UnsubscribeAll = true })
    local items, sizes = client:walk("ListContacts", "Contacts", 3, { ContactListName = "all" })
    assert.same({ 4, 3, 1 }, { #items, sizes[1], sizes[2] })
    assert.equal("in out silent", emails { FilteredStatus = "OPT_IN" })
    assert.equal("gone", emails { FilteredStatus = "OPT_OUT" })
    assert.equal("in", emails { FilteredStatus = "OPT_IN", TopicFilter = { TopicName = "news" } })
    local with_default = { TopicName = "news", UseDefaultIfPreferenceUnavailable = true }
    assert.equal("in silent", emails { FilteredStatus = "OPT_IN", TopicFilter = with_default })
    assert.equal("out gone", emails { FilteredStatus = "OPT_OUT", TopicFilter = with_default })
    with_default.TopicName = "offers"
    assert.equal("in out silent gone", emails { FilteredStatus = "OPT_OUT", TopicFilter = with_default })
    client:refused("BadRequestException", "ListContacts", {
      ContactListName = "all", Filter = { TopicFilter = { TopicName = "none" } },
    })
  end)

  it("hold back mail from who does not want it", function()
    create_list()
    add("ann@example.com", { news = "OPT_OUT" })
    local function status_of(email, options)
      local id = client:ok("SendEmail", support.mail(email, { ListManagementOptions = options })).MessageId
      return client:control("GET", "/messages/" .. id).status
    end
    assert.equal("delivered", status_of("ann@example.com"))
    assert.equal("delivered", status_of("ann@example.com", { ContactListName = "all" }))
    assert.equal("suppressed", status_of("Ann@example.com", { ContactListName = "all", TopicName = "news" }))
    assert.equal("delivered", status_of("new@example.com", { ContactListName = "all", TopicName = "offers" }))
    client:refused("NotFoundException", "SendEmail",
      support.mail("a@example.com", { ListManagementOptions = { ContactListName = "none" } }))
  end)

  describe("in a mail with ListManagementOptions", function()
    local OPTIONS = { ContactListName = "all", TopicName = "news" }
    local LINK = "/unsubscribe?list=all&topic=news&address=ann%40example.com"

    local function send(content, more)
      local input = support.mail("ann@example.com", { Content = content, ListManagementOptions = OPTIONS })
      for name, value in pairs(more or {}) do input[name] = value end
      return client:control("GET", "/messages/" .. client:ok("SendEmail", input).MessageId)
    end

    local function headers_of(mail, name)
      local values = {}
      for _, header in ipairs(mail.headers) do
        if header[1]:lower() == name:lower() then values[#values + 1] = header[2] end
      end
      return values
    end

    local function link() return client.url .. "/_emulator" .. LINK end

    local function simple(text, html, headers)
      return { Simple = { Subject = { Data = "x" }, Headers = headers, Body = {
        Text = text and { Data = text }, Html = html and { Data = html },
      } } }
    end

    it("put the link into the headers, in the place of the sender's own, and twice into text and html", function()
      create_list()
      local here = "{{amazonSESUnsubscribeUrl}}"
      local mail = send(simple(here .. " " .. here .. " " .. here, "<a href='" .. here .. "'>x</a>", {
        { Name = "list-unsubscribe", Value = "<https://shop.example/u>" }, { Name = "X-Shop", Value = "1" },
      }))
      assert.same({ "<" .. link() .. ">" }, headers_of(mail, "List-Unsubscribe"))
      assert.same({ "List-Unsubscribe=One-Click" }, headers_of(mail, "List-Unsubscribe-Post"))
      assert.same({ "1" }, headers_of(mail, "X-Shop"))
      assert.equal(link() .. " " .. link() .. " " .. here, (mail.text:gsub("%s+$", "")))
      assert.equal("<a href='" .. link() .. "'>x</a>", (mail.html:gsub("%s+$", "")))
    end)

    it("put it into a template's mail, whose data need not have it", function()
      create_list()
      client:ok("CreateEmailTemplate", { TemplateName = "letter", TemplateContent = {
        Subject = "x", Text = "{{name}}: {{amazonSESUnsubscribeUrl}}",
      } })
      local content = { Template = { TemplateName = "letter", TemplateData = '{"name":"Ann"}' } }
      local mail = send(content)
      assert.equal("Ann: " .. link(), (mail.text:gsub("%s+$", "")))
      assert.same({ "<" .. link() .. ">" }, headers_of(mail, "List-Unsubscribe"))
      client:ok("DeleteEmailTemplate", { TemplateName = "letter" })
    end)

    it("put it into a raw message", function()
      create_list()
      local mail = send({ Raw = { Data = "From: sender@example.com\r\nList-Unsubscribe: <https://shop.example/a>,\r\n"
        .. " <mailto:b@shop.example>\r\nSubject: x\r\n\r\nGo: {{amazonSESUnsubscribeUrl}}\r\n" } })
      assert.same({ "<" .. link() .. ">" }, headers_of(mail, "List-Unsubscribe"))
      assert.same({ "x" }, headers_of(mail, "Subject"))
      assert.equal("Go: " .. link(), (mail.text:gsub("%s+$", "")))
      assert.is_nil(mail.source:find("shop.example", 1, true))
    end)

    it("add nothing for several recipients, or without the options", function()
      create_list()
      local two = { Destination = { ToAddresses = { "ann@example.com", "bob@example.com" } } }
      assert.same({}, headers_of(send(simple "x", two), "List-Unsubscribe"))
      local mail = client:control("GET", "/messages/" .. client:ok("SendEmail", support.mail "a@example.com").MessageId)
      assert.same({}, headers_of(mail, "List-Unsubscribe"))
    end)

    it("lead to a page that asks, and to an end of the mails by one click", function()
      create_list()
      add("ann@example.com", { offers = "OPT_IN" }, { AttributesData = '{"name":"Ann"}' })
      local status, _, page = client:exchange("GET", "/_emulator" .. LINK)
      assert.equal(200, status)
      assert.truthy(page:find('<form method="post">', 1, true))
      assert.equal("delivered", send(simple "x").status)
      status = client:exchange("POST", "/_emulator" .. LINK, nil, "List-Unsubscribe=One-Click")
      assert.equal(200, status)
      assert.equal("suppressed", send(simple "x").status)
      local contact = get "ann@example.com"
      assert.same({ false, '{"name":"Ann"}' }, { contact.UnsubscribeAll, contact.AttributesData })
      assert.same({ { TopicName = "news", SubscriptionStatus = "OPT_OUT" },
        { TopicName = "offers", SubscriptionStatus = "OPT_IN" } }, contact.TopicPreferences)
    end)

    it("lead whoever is no contact yet off the whole list, too", function()
      create_list()
      local target = "/_emulator/unsubscribe?list=all&address=new%40example.com"
      assert.equal(200, (client:exchange("POST", target, nil, "List-Unsubscribe=One-Click")))
      assert.is_true(get("new@example.com").UnsubscribeAll)
      assert.equal(404, (client:exchange("POST", target:gsub("list=all", "list=none"), nil, "x=y")))
      assert.equal(400, (client:exchange("POST", "/_emulator/unsubscribe?list=all", nil, "x=y")))
      assert.equal(400, (client:exchange("GET", "/_emulator/unsubscribe")))
    end)
  end)

  it("take their contacts along when they are deleted", function()
    create_list()
    add "ann@example.com"
    client:ok("DeleteContactList", { ContactListName = "all" })
    create_list()
    assert.equal("", emails())
  end)
end)
