local errors = require "ses.errors"
local model = require "ses.model"
local validate = require "ses.model.validate"

local function valid(name, params)
  local ok, err = validate.input(model.operation(name), params)
  assert.is_nil(err)
  assert.is_true(ok)
end

-- The message of the refusal.
local function refusal(name, params)
  local ok, err = validate.input(model.operation(name), params)
  assert.is_nil(ok)
  assert.is_true(errors.is(err))
  assert.equal("validation", err.kind)
  assert.equal(name, err.operation)
  return err.message, err
end

local function mail(fields)
  local params = {
    FromEmailAddress = "a@example.com", Destination = { ToAddresses = { "b@example.com" } },
    Content = { Simple = { Subject = { Data = "s" }, Body = { Text = { Data = "t" } } } },
  }
  for name, value in pairs(fields or {}) do params[name] = value end
  return params
end

local function delivery(seconds)
  return { ConfigurationSetName = "c", MaxDeliverySeconds = seconds }
end

describe("ses.model.validate", function()
  it("passes what SES takes", function()
    valid("SendEmail", mail())
    valid("SendEmail", mail { EmailTags = {}, ReplyToAddresses = { "c@example.com" } })
    valid("GetAccount")
    valid("GetAccount", {})
  end)

  it("lists every fault with its path", function()
    local message, err = refusal("SendEmail", {
      Content = { Simple = { Subject = {}, Body = { Text = { Data = "\255" } } } },
      EmailTags = { { Name = "a", Value = "b" }, { Name = "c" } }, FromEmailAddress = 5,
      Destination = { ToAddresses = { "a@example.com", {} } },
    })
    assert.equal("Content.Simple.Body.Text.Data is not UTF-8 (at byte 1); "
      .. "Content.Simple.Subject.Data is required; "
      .. "Destination.ToAddresses[2] must be a string, not table; "
      .. "EmailTags[2].Value is required; FromEmailAddress must be a string, not number", message)
    assert.equal(5, #err.faults)
    assert.equal("Content.Simple.Body.Text.Data", err.field)
  end)

  it("says what was meant by a name that SES does not know, in the caller's own style", function()
    assert.equal("FromEmailAdress is not known here; did you mean 'FromEmailAddress'?",
      (refusal("SendEmail", mail { FromEmailAdress = "x" })))
    assert.equal("from_email_adress is not known here; did you mean 'from_email_address'?",
      (refusal("SendEmail", mail { from_email_adress = "x" })))
    assert.equal("Destination[1] is not known here",
      (refusal("SendEmail", mail { Destination = { "b@example.com" } })))
    assert.matches("^Destination%[1%.5%] is not known here",
      (refusal("SendEmail", mail { Destination = { [1.5] = "b@example.com" } })))
    assert.equal("Xyzzy is not known here", (refusal("GetAccount", { Xyzzy = 1 })))
  end)

  it("counts characters, not bytes", function()
    local header = { Name = "X-A", Value = ("v"):rep(995) }
    local content = mail().Content
    content.Simple.Headers = { header }
    valid("SendEmail", mail { Content = content })
    header.Value = ("v"):rep(996)
    assert.equal("Content.Simple.Headers[1].Value has more than 995 characters",
      (refusal("SendEmail", mail { Content = content })))
    valid("PutAccountDetails",
      { MailType = "MARKETING", WebsiteURL = "https://example.com/" .. ("é"):rep(980) })
    assert.equal("WebsiteURL has more than 1000 characters", (refusal("PutAccountDetails",
      { MailType = "MARKETING", WebsiteURL = "https://example.com/" .. ("é"):rep(981) })))
    assert.equal("WebsiteURL must not be empty",
      (refusal("PutAccountDetails", { MailType = "MARKETING", WebsiteURL = "" })))
  end)

  it("lets values of an enumeration pass that are newer than the model, with a warning", function()
    local params = { MailType = "MARKETNG", ContactLanguage = "LATIN", WebsiteURL = "https://example.com" }
    local ok, err, warnings = validate.input(model.operation("PutAccountDetails"), params)
    assert.is_true(ok)
    assert.is_nil(err)
    assert.same({
      { path = "ContactLanguage", message = "is none of the values known for ContactLanguage" },
      { path = "MailType", message = "is none of the values known for MailType; did you mean 'MARKETING'?" },
    }, warnings)
    params.WebsiteURL = 5
    ok, err, warnings = validate.input(model.operation("PutAccountDetails"), params)
    assert.is_nil(ok)
    assert.equal("WebsiteURL must be a string, not number", err.message)
    assert.equal(2, #warnings)
    params = { MailType = "MARKETING", WebsiteURL = "https://example.com" }
    assert.is_nil(select(3, validate.input(model.operation("PutAccountDetails"), params)))
    warnings = select(3, validate.input(model.operation("ListRecommendations"), { Filter = { COLOUR = "red" } }))
    assert.equal("Filter.COLOUR", warnings[1].path)
  end)

  it("asks what the rules ask that it is given, and nothing else", function()
    local rules = {
      shapes = {
        EmailAddress = function(value, walk, say)
          if value == "odd" then say.fault(walk, "is odd") elseif value == "new" then say.warn(walk, "is new") end
        end,
        Destination = function(value, walk, say)
          if not value.ToAddresses then say.fault_at("ToAddresses", walk, "would be good") end
        end,
      },
      operations = {
        SendEmail = function(params, walk, say)
          if params.EmailTags then say.fault(walk, "has tags") end
        end,
      },
    }
    local op = model.operation("SendEmail")
    local _, err, warnings = validate.input(op, mail {
      FromEmailAddress = "odd", ReplyToAddresses = { "new", "\255" }, Destination = {}, EmailTags = {},
    }, rules)
    assert.equal("Destination.ToAddresses would be good; FromEmailAddress is odd; "
      .. "ReplyToAddresses[2] is not UTF-8 (at byte 1); has tags", err.message)
    assert.same({ { path = "ReplyToAddresses[1]", message = "is new" } }, warnings)
  end)

  it("checks the patterns that AWS publishes", function()
    local content = mail().Content
    content.Simple.Headers = { { Name = "X A", Value = "caf\195\169" } }
    assert.equal("Content.Simple.Headers[1].Name does not have the form of a MessageHeaderName; "
      .. "Content.Simple.Headers[1].Value does not have the form of a MessageHeaderValue",
      (refusal("SendEmail", mail { Content = content })))
    content.Simple.Headers = { { Name = "X-A", Value = "a\r\nBcc: x" } }
    assert.matches("MessageHeaderValue", (refusal("SendEmail", mail { Content = content })))
    valid("GetMultiRegionEndpoint", { EndpointName = "a_b-1" })
    assert.matches("EndpointName", (refusal("GetMultiRegionEndpoint", { EndpointName = "a b" })))
  end)

  it("takes a key of ses.dkim where a private key is asked for, and nowhere else", function()
    local key = assert(require("ses.core").dkim.generate { bits = 1024 })
    local function signing(private_key, selector)
      return {
        EmailIdentity = "example.com",
        DkimSigningAttributes = { DomainSigningPrivateKey = private_key, DomainSigningSelector = selector or "s" },
      }
    end
    valid("CreateEmailIdentity", signing(key))
    valid("CreateEmailIdentity", signing "aGVsbG8=")
    assert.equal("DkimSigningAttributes.DomainSigningSelector must be a string, not null",
      refusal("CreateEmailIdentity", signing(key, key)))
    assert.equal("DkimSigningAttributes.DomainSigningPrivateKey must be a string or a key of ses.dkim",
      refusal("CreateEmailIdentity", signing(io.stdout)))
    key:close()
    assert.equal("DkimSigningAttributes.DomainSigningPrivateKey must be a string or a key of ses.dkim, and this key "
      .. "is closed", refusal("CreateEmailIdentity", signing(key)))
  end)

  it("checks the sizes of lists", function()
    local queries = {}
    for i = 1, 11 do
      queries[i] = {
        Id = "q" .. i, Namespace = "VDM", Metric = "SEND", StartDate = 1709209800, EndDate = 1709209801,
      }
    end
    assert.equal("Queries has more than 10 items", (refusal("BatchGetMetricData", { Queries = queries })))
    assert.equal("Queries must not be empty", (refusal("BatchGetMetricData", { Queries = {} })))
  end)

  it("tells a list from a table", function()
    for _, list in ipairs { { a = 1 }, { [2] = "x" }, { "x", n = 1 }, { [0] = "x" } } do
      assert.equal("ReplyToAddresses must be a list: its keys are not 1, 2, 3 …",
        (refusal("SendEmail", mail { ReplyToAddresses = list })))
    end
    assert.equal("ReplyToAddresses must be a list, not string",
      (refusal("SendEmail", mail { ReplyToAddresses = "c@example.com" })))
  end)

  it("checks numbers: type, range, size", function()
    local function seconds(value) return (refusal("PutConfigurationSetDeliveryOptions", delivery(value))) end
    valid("PutConfigurationSetDeliveryOptions", delivery(300))
    valid("PutConfigurationSetDeliveryOptions", delivery(300.0))
    valid("PutConfigurationSetDeliveryOptions", delivery("50400"))
    if not math.type then
      local ffi = require "ffi"
      valid("PutConfigurationSetDeliveryOptions", delivery(ffi.new("int64_t", 300)))
      assert.equal("MaxDeliverySeconds is less than 300", seconds(ffi.new("uint64_t", 299)))
      assert.equal("MaxDeliverySeconds must be an integer, not cdata", seconds(ffi.new("int[1]")))
    end
    assert.equal("MaxDeliverySeconds is less than 300", seconds(299))
    assert.equal("MaxDeliverySeconds is greater than 50400", seconds("50401"))
    assert.equal("MaxDeliverySeconds must be an integer", seconds(300.5))
    assert.equal("MaxDeliverySeconds must be an integer", seconds("3e2"))
    assert.equal("MaxDeliverySeconds must be an integer", seconds(0 / 0))
    assert.equal("MaxDeliverySeconds must be an integer, not boolean", seconds(true))
    assert.equal("MaxDeliverySeconds does not fit in 64 bits", seconds(2 ^ 63))
    assert.equal("MaxDeliverySeconds does not fit in 64 bits", seconds("9223372036854775808"))
    assert.equal("PageSize does not fit in 32 bits", (refusal("ListEmailTemplates", { PageSize = 2 ^ 31 })))
    assert.equal("PageSize must be an integer", (refusal("ListEmailTemplates", { PageSize = 1 / 0 })))
    assert.equal("PageSize must be an integer, not string", (refusal("ListEmailTemplates", { PageSize = "5" })))
  end)

  it("checks booleans and times", function()
    assert.equal("SendingEnabled must be true or false, not string",
      (refusal("PutAccountSendingAttributes", { SendingEnabled = "yes" })))
    local report = { Domain = "example.com", StartDate = 1709209800, EndDate = "2024-03-01T00:00:00Z" }
    valid("GetDomainStatisticsReport", report)
    report.EndDate = "next week"
    assert.matches("^EndDate must be a time", (refusal("GetDomainStatisticsReport", report)))
    report.EndDate = 1 / 0
    assert.matches("^EndDate is not a time of the years", (refusal("GetDomainStatisticsReport", report)))
  end)

  it("asks for exactly one member of a union", function()
    local function set(scheme)
      return { ConfigurationSetName = "c", MessageSecurityOptions = { SigningScheme = scheme } }
    end
    valid("UpdateConfigurationSet", set { DefaultScheme = {} })
    for _, scheme in ipairs { {}, { DefaultScheme = {}, SmimeScheme = {} } } do
      assert.matches("must have exactly one of DefaultScheme, SmimeScheme",
        (refusal("UpdateConfigurationSet", set(scheme))))
    end
  end)

  it("refuses a name that would lead to another resource", function()
    assert.equal("ContactListName must not be empty: it is part of the path; "
      .. "EmailAddress must not be '.' or '..': it is part of the path",
      (refusal("GetContact", { ContactListName = "", EmailAddress = ".." })))
  end)

  it("never repeats a value", function()
    local secret = "s3cr3t"
    for _, case in ipairs {
      { "PutAccountDetails", { MailType = "MARKETING", WebsiteURL = secret:rep(300) } },
      { "PutAccountDetails", { MailType = {}, WebsiteURL = secret, UseCaseDescription = { [secret .. " "] = 1 } } },
      { "SendEmail", mail { FromEmailAddress = { secret }, ["jane <j@x.com> " .. secret] = 1 } },
      { "ListTenants", { Filter = { [secret .. "\255"] = 5 } } },
      { "CreateEmailIdentity", { EmailIdentity = "example.com", DkimSigningAttributes = {
        DomainSigningPrivateKey = secret .. "!", DomainSigningSelector = secret .. "!" } } },
    } do
      assert.not_matches(secret, (refusal(case[1], case[2])))
    end
  end)

  it("stays within bounds on a table that contains itself or has endless faults", function()
    local params = mail()
    params.Content.Simple.Body = params
    refusal("SendEmail", params)
    local list = {}
    for i = 1, 10000 do list[i] = i end
    local message, err = refusal("SendEmail", mail { ReplyToAddresses = list })
    assert.equal(101, #err.faults)
    assert.matches("and 9900 more$", message)
  end)

  it("refuses input that is no table", function()
    assert.equal("must be a table, not string", (refusal("SendEmail", "text")))
    assert.equal("must be a table, not number", (refusal("GetAccount", 5)))
  end)

  it("checks any shape, as a server needs it", function()
    assert.is_true(validate.value("MessageTag", { Name = "a", Value = "b" }))
    assert.equal("Value is required", select(2, validate.value("MessageTag", { Name = "a" })).message)
  end)
end)
