local errors = require "ses.errors"
local model = require "ses.model"
local parse = require "ses.model.parse"
local serialise = require "ses.model.serialise"

local function result(name, body, status)
  return parse.response(model.operation(name), { status = status or 200, headers = {}, body = body })
end

local function failure(response)
  response.headers = response.headers or {}
  return parse.error(model.operation("SendEmail"), response)
end

describe("ses.model.parse", function()
  it("reads a result in AWS's names", function()
    assert.same({ MessageId = "abc" }, result("SendEmail", '{"MessageId":"abc"}'))
    local account = result("GetAccount", [[{"SendQuota":{"Max24HourSend":200.0,"MaxSendRate":1.5},
      "SendingEnabled":true}]])
    assert.equal("200", tostring(account.SendQuota.Max24HourSend))
    assert.equal(1.5, account.SendQuota.MaxSendRate)
    assert.is_true(account.SendingEnabled)
  end)

  it("takes an empty answer for an empty result", function()
    assert.same({}, result("PutAccountDetails", ""))
    assert.same({}, result("PutAccountDetails", " \n"))
    assert.same({}, result("PutAccountDetails", nil))
    assert.same({}, result("PutAccountDetails", "{}"))
  end)

  it("drops null, and keeps what the model does not know", function()
    assert.same({ MessageId = "a", Newer = { Inner = { 1 } } },
      result("SendEmail", '{"MessageId":"a","Gone":null,"Newer":{"Inner":[1],"Gone":null}}'))
    assert.same({ TemplatesMetadata = { { TemplateName = "t" } } },
      result("ListEmailTemplates", '{"NextToken":null,"TemplatesMetadata":[{"TemplateName":"t",'
        .. '"CreatedTimestamp":null},null]}'))
  end)

  it("reads times as seconds, whichever way the server writes them", function()
    for _, text in ipairs { "1709209800", '"2024-02-29T12:30:00Z"', "1.7092098E9", '"1709209800"' } do
      assert.same({ TemplatesMetadata = { { CreatedTimestamp = 1709209800 } } },
        result("ListEmailTemplates", '{"TemplatesMetadata":[{"CreatedTimestamp":' .. text .. "}]}"))
    end
  end)

  it("keeps integers of 64 bits, as digits where this Lua cannot hold them", function()
    local seconds = result("GetConfigurationSet", '{"DeliveryOptions":{"MaxDeliverySeconds":9007199254740993}}')
      .DeliveryOptions.MaxDeliverySeconds
    assert.equal("9007199254740993", ("%s"):format(seconds))
    assert.equal(math.type and "number" or "string", type(seconds))
    -- What came can be sent again.
    assert.equal('{"MaxDeliverySeconds":9007199254740993}', serialise.json("DeliveryOptions",
      { MaxDeliverySeconds = seconds }))
  end)

  it("says so where an answer is no JSON", function()
    for _, body in ipairs { "<html>", '{"MessageId":', "[]x", "5", '"text"' } do
      local value, err = result("SendEmail", body)
      assert.is_nil(value)
      assert.is_true(errors.is(err))
      assert.equal("parse", err.kind)
      assert.equal("SendEmail", err.operation)
      assert.equal(200, err.status)
    end
  end)

  it("takes an error's code from wherever AWS puts it", function()
    for _, response in ipairs {
      { headers = { ["x-amzn-errortype"] = "NotFoundException" } },
      { headers = { ["x-amzn-errortype"] = "NotFoundException:http://internal.amazon.com/coral/" } },
      { headers = { ["x-amzn-errortype"] = "aws.ses#NotFoundException" } },
      { body = '{"__type":"NotFoundException"}' },
      { body = '{"__type":"aws.ses#NotFoundException:http://x"}' },
      { body = '{"code":"NotFoundException"}' },
    } do
      response.status = 404
      local err = failure(response)
      assert.equal("NotFoundException", err.code)
      assert.equal(404, err.status)
    end
  end)

  it("takes an error's message and request id", function()
    local err = failure {
      status = 400, body = '{"message":"Template is missing"}',
      headers = { ["x-amzn-errortype"] = "BadRequestException", ["x-amzn-requestid"] = "id-1" },
    }
    assert.equal("Template is missing", err.message)
    assert.equal("id-1", err.request_id)
    assert.equal("Other case", failure({ status = 400, body = '{"Message":"Other case"}' }).message)
    assert.equal("HTTP status 400", failure({ status = 400, body = "" }).message)
  end)

  it("finds the request's id under each of the headers that name it", function()
    for _, name in ipairs { "x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id" } do
      assert.equal("id-1", parse.request_id { [name] = "id-1" })
    end
    assert.is_nil(parse.request_id { ["x-amz-id-2"] = "id-1" })
  end)

  it("understands what proxies and load balancers say", function()
    local err = failure { status = 502, body = "<html><head><title>502 Bad\nGateway</title></head></html>" }
    assert.equal("BadGateway", err.code)
    assert.equal("the answer is not from SES: 502 Bad Gateway", err.message)
    assert.equal("the answer is not from SES: upstream timed out",
      failure({ status = 504, body = "upstream timed out" }).message)
    assert.equal("TooManyRequests", failure({ status = 429, body = "" }).code)
    assert.equal("throttling", failure({ status = 429, body = "" }).kind)
    assert.is_true(#failure({ status = 500, body = ("x"):rep(1e6) }).message < 300)
  end)

  it("does not repeat a full mail address", function()
    local err = failure { status = 400, body = [[{"message":"Email address is not verified. The following ]]
      .. [[identities failed the check in region EU-WEST-1: jane.doe@example.com, ünï@exämple.de"}]] }
    assert.equal("Email address is not verified. The following identities failed the check in region "
      .. "EU-WEST-1: j***@example.com, ü***@exämple.de", err.message)
  end)

  it("reads any shape, as a server needs it", function()
    assert.same({ Content = { Raw = { Data = "\0\255" } } },
      parse.json("SendEmailRequest", '{"Content":{"Raw":{"Data":"AP8="}}}'))
    local value, reason = parse.json("SendEmailRequest", "{")
    assert.is_nil(value)
    assert.is_string(reason)
  end)
end)
