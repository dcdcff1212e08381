local json = require "ses.model.json"
local model = require "ses.model"
local serialise = require "ses.model.serialise"

local function request(name, params)
  return assert(serialise.request(model.operation(name), params))
end

describe("ses.model.serialise", function()
  it("writes an empty list as [] and an empty map or structure as {}", function()
    assert.equal('{"SuppressedReasons":[]}',
      request("PutAccountSuppressionAttributes", { SuppressedReasons = {} }).body)
    assert.equal('{"Filter":{}}', request("ListTenants", { Filter = {} }).body)
    assert.equal('{"Content":{"Simple":{"Body":{},"Subject":{"Data":"s"}}},"Destination":{"ToAddresses":[]}}',
      request("SendEmail", {
        Content = { Simple = { Subject = { Data = "s" }, Body = {} } }, Destination = { ToAddresses = {} },
      }).body)
  end)

  it("gives a body to an operation that can have one, and none to one that cannot", function()
    local put = request("PutAccountSendingAttributes", {})
    assert.equal("{}", put.body)
    assert.same({ { "Content-Type", "application/json" } }, put.headers)
    local get = request("GetAccount")
    assert.is_nil(get.body)
    assert.same({}, get.headers)
    assert.is_nil(request("DeleteEmailTemplate", { TemplateName = "t" }).body)
  end)

  it("sends no body with a GET: a filter goes where AWS's own SDKs send it", function()
    local list = request("ListEmailIdentities", { PageSize = 5 })
    assert.equal("GET /v2/email/identities?PageSize=5", list.method .. " " .. list.path .. "?" .. list.query)
    assert.is_nil(list.body)
    local filtered = request("ListEmailIdentities", { PageSize = 5, Filter = { a = "b" } })
    assert.equal("POST /v2/email/list-identities", filtered.method .. " " .. filtered.path)
    assert.equal("", filtered.query)
    assert.equal('{"Filter":{"a":"b"},"PageSize":5}', filtered.body)
    for _, name in ipairs(model.operations()) do
      local op = model.operation(name)
      for _, member in ipairs(model.shape(op.input).members) do
        if op.method == "GET" and not member.location then assert.is_table(op.with_body, name) end
      end
    end
  end)

  it("leaves a private key to the core, and takes one nowhere else", function()
    local core = require "ses.core"
    local key = assert(core.dkim.generate { bits = 1024 })
    local params = {
      EmailIdentity = "example.com", SigningAttributesOrigin = "EXTERNAL",
      SigningAttributes = { DomainSigningSelector = "s", DomainSigningPrivateKey = key },
    }
    local body = request("PutEmailIdentityDkimSigningAttributes", params).body
    local http = assert(core.http.request("PUT", "http://localhost/"))
    assert(http:set_body(body))
    local read = json.decode(http:body())
    http:close()
    assert.equal("s", read.SigningAttributes.DomainSigningSelector)
    assert.equal(key:public_key(), assert(core.dkim.parse(read.SigningAttributes.DomainSigningPrivateKey)):public_key())
    for _, piece in ipairs(body) do assert.is_true(type(piece) == "string" or piece == key) end
    params.SigningAttributes.DomainSigningSelector = key
    local text, err = serialise.request(model.operation "PutEmailIdentityDkimSigningAttributes", params)
    assert.is_nil(text)
    assert.equal("validation", err.kind)
    text, err = serialise.json("DkimSigningAttributes", { DomainSigningPrivateKey = key })
    assert.is_nil(text)
    assert.equal("holds a private key, which is not written as text", err.message)
    key:close()
  end)

  it("encodes labels so that they stay one segment of the path", function()
    assert.equal("/v2/email/contact-lists/a%2Fb%20c/contacts/j%C3%A9%2Bx%40example.com",
      request("GetContact", { ContactListName = "a/b c", EmailAddress = "jé+x@example.com" }).path)
    assert.equal("/v2/email/identities/a-b.c_d~e/policies/%25",
      request("DeleteEmailIdentityPolicy", { EmailIdentity = "a-b.c_d~e", PolicyName = "%" }).path)
    assert.equal("/v2/email/insights/abc/", request("GetMessageInsights", { MessageId = "abc" }).path)
  end)

  it("refuses a label that would lead to another resource", function()
    for _, name in ipairs { "", ".", "..", false } do
      local made, err = serialise.request(model.operation("DeleteEmailTemplate"),
        { TemplateName = name or nil })
      assert.is_nil(made)
      assert.equal("TemplateName", err.field)
    end
    assert.equal("/v2/email/templates/...", request("DeleteEmailTemplate", { TemplateName = "..." }).path)
  end)

  it("repeats the key of a list in the query, and writes times there in ISO 8601", function()
    local made = request("ListSuppressedDestinations", {
      Reasons = { "BOUNCE", "COMPLAINT" }, StartDate = 1709209800, EndDate = "2024-03-01T00:00:00.500Z",
      PageSize = 10, NextToken = "a+b/c=",
    })
    assert.equal("EndDate=2024-03-01T00%3A00%3A00.500Z&NextToken=a%2Bb%2Fc%3D&PageSize=10"
      .. "&Reason=BOUNCE&Reason=COMPLAINT&StartDate=2024-02-29T12%3A30%3A00Z", made.query)
    assert.equal("", request("ListSuppressedDestinations", { Reasons = {} }).query)
  end)

  it("writes times in the body as seconds", function()
    local params = {
      ExportDataSource = { MetricsDataSource = {
        Dimensions = {}, Namespace = "VDM", Metrics = {}, StartDate = 1709209800, EndDate = 1709209800.25,
      } },
      ExportDestination = { DataFormat = "CSV" },
    }
    local source = json.decode(request("CreateExportJob", params).body).ExportDataSource.MetricsDataSource
    assert.equal(1709209800, source.StartDate)
    assert.equal(1709209800.25, source.EndDate)
  end)

  it("writes integers as integers, beyond 2^53 too", function()
    local function seconds(value)
      return request("PutConfigurationSetDeliveryOptions",
        { ConfigurationSetName = "c", MaxDeliverySeconds = value }).body
    end
    assert.equal('{"MaxDeliverySeconds":300}', seconds(300))
    assert.equal('{"MaxDeliverySeconds":300}', seconds(300.0))
    assert.equal('{"MaxDeliverySeconds":9007199254740993}', seconds("9007199254740993"))
    if math.type then
      assert.equal('{"MaxDeliverySeconds":9007199254740993}', seconds(math.tointeger("9007199254740993")))
    end
  end)

  it("writes bytes as base64", function()
    local made = request("SendEmail", { Content = { Raw = { Data = "From: a\r\n\r\n\0\255" } } })
    assert.equal('{"Content":{"Raw":{"Data":"RnJvbTogYQ0KDQoA/w=="}}}', made.body)
  end)

  it("escapes text", function()
    assert.equal([[{"Content":{"Template":{"TemplateData":"{\"name\":\"\\\"é\\n\"}"}}}]],
      request("SendEmail", { Content = { Template = { TemplateData = [[{"name":"\"é\n"}]] } } }).body)
  end)

  it("answers with an error where a value has no form at all", function()
    for _, params in ipairs {
      { Content = "text" }, { EmailTags = 5 }, { FromEmailAddress = {} }, { Content = { Raw = { Data = 1 } } },
    } do
      local made, err = serialise.request(model.operation("SendEmail"), params)
      assert.is_nil(made)
      assert.equal("validation", err.kind)
      assert.equal("SendEmail", err.operation)
    end
  end)

  it("writes any shape, as a server needs it", function()
    assert.equal('{"TemplatesMetadata":[]}', serialise.json("ListEmailTemplatesResponse", { TemplatesMetadata = {} }))
  end)
end)
