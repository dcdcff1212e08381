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

  it("take their contacts along when they are deleted", function()
    create_list()
    add "ann@example.com"
    client:ok("DeleteContactList", { ContactListName = "all" })
    create_list()
    assert.equal("", emails())
  end)
end)
