local core = require "ses.core"
local json = require "ses.model.json"
local model = require "ses.model"
local parse = require "ses.model.parse"
local process = require "spec.support.process"
local serialise = require "ses.model.serialise"

local lua = rawget(_G, "jit") and "luajit" or "lua5.4"

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
    assert.equal('{"MaxDeliverySeconds":1152921504606846976}', seconds(2 ^ 60))
    if math.type then
      assert.equal('{"MaxDeliverySeconds":9007199254740993}', seconds(math.tointeger("9007199254740993")))
      assert.equal('{"MaxDeliverySeconds":-9223372036854775808}', seconds(math.mininteger))
    else
      local ffi = require "ffi"
      assert.equal('{"MaxDeliverySeconds":9007199254740993}', seconds(ffi.new("int64_t", 9007199254740992) + 1))
      assert.equal('{"MaxDeliverySeconds":-5}', seconds(ffi.new("int64_t", -5)))
      assert.equal('{"MaxDeliverySeconds":9007199254740993}', seconds(ffi.new("uint64_t", 9007199254740992) + 1))
    end
  end)

  -- SES's model has none of these, so a model is made for them.
  describe("with members that say how their times are written", function()
    local FORMS = {
      usual = { nil, "date-time", "http-date" }, ["date-time"] = { "date-time", "date-time", "date-time" },
      ["http-date"] = { "http-date", "http-date", "http-date" },
      ["epoch-seconds"] = { "epoch-seconds", "epoch-seconds", "epoch-seconds" },
    }
    local TEXT = {
      ["date-time"] = "2024-02-29T12:30:00.500Z", ["http-date"] = "Thu, 29 Feb 2024 12:30:00 GMT",
      ["epoch-seconds"] = "1709209800.5",
    }

    -- An operation with one time in each place: { method =, uri =, input = } and the shape of its input.
    local function operation(form)
      local time = { name = "Time", type = "timestamp", timestamp_format = form ~= "usual" and form or nil }
      local input = { name = "Input", type = "structure", members = {}, by_name = {}, by_wire = {} }
      for i, place in ipairs { "body", "uri", "query", "headers" } do
        local name = place:upper()
        local member = {
          name = name, wire = name, shape = time, location = place ~= "body" and place or nil,
          json_first_key = '"' .. name .. '":', json_key = ',"' .. name .. '":',
        }
        input.members[i], input.by_name[name], input.by_wire[name] = member, member, member
      end
      return { name = "Op", method = "POST", uri = "/t/{URI}", input = "Input", output = "Input" }, input
    end

    for form, wanted in pairs(FORMS) do
      it("as " .. form, function()
        local op, input = operation(form)
        local shape = stub(model, "shape", function() return input end)
        local made = assert(serialise.request(op,
          { BODY = 1709209800.5, URI = 1709209800.5, QUERY = 1709209800.5, HEADERS = 1709209800.5 }))
        local back = assert(parse.response(op, {
          status = 200, body = made.body, headers = { headers = made.headers[1][2] },
        }))
        shape:revert()
        local function encoded(text)
          return (text:gsub("[^%w.-]", function(char) return ("%%%02X"):format(char:byte()) end))
        end
        local body = wanted[1] and TEXT[wanted[1]] or TEXT["epoch-seconds"]
        local quoted = wanted[1] and wanted[1] ~= "epoch-seconds"
        assert.equal(quoted and '{"BODY":"' .. body .. '"}' or '{"BODY":' .. body .. "}", made.body)
        assert.equal("/t/" .. encoded(TEXT[wanted[2]]), made.path)
        assert.equal("QUERY=" .. encoded(TEXT[wanted[2]]), made.query)
        assert.same({ "HEADERS", TEXT[wanted[3]] }, made.headers[1])
        assert.equal(wanted[1] == "http-date" and 1709209800 or 1709209800.5, back.BODY)
        assert.equal(wanted[3] == "http-date" and 1709209800 or 1709209800.5, back.HEADERS)
      end)
    end
  end)

  it("writes numbers alike in every locale", function()
    local folder = process.folder()
    local made = process.run { "localedef", "-i", "de_DE", "-f", "UTF-8", folder .. "/de_DE.UTF-8" }
    if made.status > 1 then
      process.remove(folder)
      return pending "the sources of locales are not on this machine"
    end
    local result = process.run({ lua, "-e", [[
      local json = require "ses.model.json"
      local before = json.decode '{"a":0.25}'.a
      assert(os.setlocale "de_DE.UTF-8")
      assert(not math.type or ("%.1f"):format(0.5) == "0,5", "the locale writes a point")
      local model, serialise = require "ses.model", require "ses.model.serialise"
      local source = { Dimensions = {}, Namespace = "VDM", Metrics = {}, StartDate = 1709209800.25, EndDate = 1e-7 }
      local made = assert(serialise.request(model.operation "CreateExportJob", {
        ExportDataSource = { MetricsDataSource = source }, ExportDestination = { DataFormat = "CSV" } }))
      print(before == 0.25, (made.body:match '"EndDate":[^}]*'))
      print(json.encode { json.decode '{"a":-1.5e-3,"b":[0.1]}', 1 / 3, 1e300 })
    ]] }, { env = { LOCPATH = folder, LUA_PATH = os.getenv "LUA_PATH", LUA_CPATH = os.getenv "LUA_CPATH" } })
    process.remove(folder)
    assert.equal("", result.err)
    assert.equal('true\t"EndDate":1e-07,"Metrics":[],"Namespace":"VDM","StartDate":1709209800.25\n'
      .. '[{"a":-0.0015,"b":[0.1]},0.3333333333333333,1e+300]\n', result.out)
  end)

  it("writes bytes as base64", function()
    local made = request("SendEmail", { Content = { Raw = { Data = "From: a\r\n\r\n\0\255" } } })
    assert.equal('{"Content":{"Raw":{"Data":"RnJvbTogYQ0KDQoA/w=="}}}', made.body)
  end)

  it("leaves large bytes to the core, and writes them the same", function()
    for _, size in ipairs { 32767, 32768, 32769, 32770 } do
      local bytes = ("\1\2\3\254"):rep(9000):sub(1, size)
      local made = request("SendEmail", { Content = { Raw = { Data = bytes } } })
      assert.equal(size >= 32768, type(made.body) == "table")
      local text = '{"Content":{"Raw":{"Data":"' .. core.base64.encode(bytes) .. '"}}}'
      assert.equal(#text, serialise.size(made.body))
      assert.is_true(text == serialise.text(made.body))
      local http = assert(core.http.request("POST", "http://h/"))
      assert(http:set_body(made.body))
      assert.is_true(text == http:body())
      assert.is_true(text == serialise.json("SendEmailRequest", { Content = { Raw = { Data = bytes } } }))
    end
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
