local support = require "spec.support.emulator"

describe("the emulator's signatures", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)

  local function refused(status, code, pattern, method, target, input, overrides)
    local got, body, headers = client:call(method, target, input, overrides)
    assert.equal(status, got)
    assert.equal(code, headers["x-amzn-errortype"])
    assert.truthy(body.message:find(pattern), body.message)
    assert.truthy(headers["x-amzn-requestid"]:find("^%x+%-%x+%-4%x+%-[89ab]%x+%-%x+$"))
  end

  it("take a request that is signed right, with any header and escaped path", function()
    assert.equal(200, (client:call("GET", "/v2/email/account")))
    local status, body = client:call("GET", "/v2/email/identities/a%2Bb%40example.com")
    assert.equal(404, status)
    assert.truthy(body.message:find("a+b@example.com", 1, true))
    assert.equal(200, (client:call("GET", "/v2/email/templates?PageSize=5")))
  end)

  it("refuse a request with a wrong secret, and tell what was to be signed but not the signature", function()
    local status, body, headers = client:call("GET", "/v2/email/account", nil, { secret_access_key = "wrong" })
    assert.equal(403, status)
    assert.equal("InvalidSignatureException", headers["x-amzn-errortype"])
    assert.truthy(body.message:find("^The request signature we calculated does not match"))
    assert.truthy(body.message:find("'GET\n/v2/email/account\n", 1, true))
  end)

  it("refuse a body that was changed after signing", function()
    local headers = client:sign("POST", "/v2/email/outbound-emails", "{}")
    local status, answered = client:exchange("POST", "/v2/email/outbound-emails", headers, "{ }")
    assert.equal(403, status)
    assert.equal("InvalidSignatureException", answered["x-amzn-errortype"])
  end)

  it("refuse a key that the account does not have", function()
    refused(403, "UnrecognizedClientException", "^The security token included in the request is invalid%.$",
      "GET", "/v2/email/account", nil, { access_key_id = "AKIAOTHER" })
  end)

  it("refuse a session token, which no long-term key has", function()
    refused(403, "UnrecognizedClientException", "security token", "GET", "/v2/email/account", nil,
      { session_token = "token" })
  end)

  it("refuse a request without authentication", function()
    local status, headers, body = client:exchange("GET", "/v2/email/account")
    assert.equal(403, status)
    assert.equal("MissingAuthenticationTokenException", headers["x-amzn-errortype"])
    assert.equal('{"message":"Missing Authentication Token"}', body)
  end)

  it("name each part that an Authorization header is missing", function()
    local status, headers, body = client:exchange("GET", "/v2/email/account",
      { { "authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/ses/aws4_request" } })
    assert.equal(403, status)
    assert.equal("IncompleteSignatureException", headers["x-amzn-errortype"])
    for _, part in ipairs { "'Signature'", "'SignedHeaders'", "'X%-Amz%-Date'" } do assert.truthy(body:find(part)) end
  end)

  it("refuse a time that is too far behind or ahead, as SES words it", function()
    refused(403, "InvalidSignatureException",
      "^Signature expired: %d+T%d+Z is now earlier than %d+T%d+Z %(%d+T%d+Z %- 5 min%.%)$",
      "GET", "/v2/email/account", nil, { time = os.time() - 400 })
    refused(403, "InvalidSignatureException",
      "^Signature not yet current: %d+T%d+Z is still later than %d+T%d+Z %(%d+T%d+Z %+ 5 min%.%)$",
      "GET", "/v2/email/account", nil, { time = os.time() + 400 })
    assert.equal(200, (client:call("GET", "/v2/email/account", nil, { time = os.time() - 200 })))
  end)

  it("refuse a scope of another service, or of no region", function()
    refused(403, "InvalidSignatureException", "^Credential should be scoped to correct service: 'ses'%.$",
      "GET", "/v2/email/account", nil, { service = "email" })
    refused(403, "InvalidSignatureException", "^Credential should be scoped to a valid region%.$",
      "GET", "/v2/email/account", nil, { region = "nowhere" })
  end)

  it("are looked at before the input is", function()
    local status = client:call("POST", "/v2/email/outbound-emails", {}, { secret_access_key = "wrong" })
    assert.equal(403, status)
  end)

  it("take a signature for a set of regions, by SigV4a", function()
    for _, set in ipairs { "*", "eu-west-1,us-east-1", "us-*" } do
      assert.equal(200, (client:call("GET", "/v2/email/account", nil, { region_set = set })))
    end
    refused(403, "InvalidSignatureException", "^The request signature we calculated does not match",
      "GET", "/v2/email/account", nil, { region_set = "*", secret_access_key = "wrong" })
    refused(403, "InvalidSignatureException", "^Credential should be scoped to correct service: 'ses'%.$",
      "GET", "/v2/email/account", nil, { region_set = "*", service = "email" })
    refused(403, "InvalidSignatureException", "^Credential should be scoped to a valid region%.$",
      "GET", "/v2/email/account", nil, { region_set = "nowhere" })
    local headers = client:sign("GET", "/v2/email/account", nil, { region_set = "us-east-1" })
    for _, pair in ipairs(headers) do
      if pair[1] == "X-Amz-Region-Set" then pair[2] = "*" end
    end
    assert.equal(403, (client:exchange("GET", "/v2/email/account", headers)))
  end)

  it("take a presigned request", function()
    local core = require "ses.core"
    local signed = assert(core.sigv4.sign {
      method = "GET", path = "/v2/email/account", query = "", body = "", presign = true, expires = 60,
      headers = { { "host", client.url:match("//(.*)$") } }, region = "eu-west-1", service = "ses",
      access_key_id = client.emulator.access_key_id, secret_access_key = client.emulator.secret_access_key,
      time = os.time(),
    })
    assert.equal(200, (client:exchange("GET", "/v2/email/account?" .. signed.query)))
  end)
end)

describe("an emulator for one region and with credentials of its own", function()
  local client

  setup(function()
    client = support.start { region = "eu-central-1", access_key_id = "AKIAMINE", secret_access_key = "mine" }
  end)
  teardown(function() client:stop() end)

  it("takes those alone", function()
    local mine = { access_key_id = "AKIAMINE", secret_access_key = "mine", region = "eu-central-1" }
    assert.equal(200, (client:call("GET", "/v2/email/account", nil, mine)))
    assert.equal(403, (client:call("GET", "/v2/email/account")))
    for set, expected in pairs { ["*"] = 200, ["eu-west-1,eu-central-1"] = 200, ["us-*"] = 403, ["eu-west-1"] = 403 } do
      mine.region_set = set
      assert.equal(expected, (client:call("GET", "/v2/email/account", nil, mine)), set)
    end
    mine.region, mine.region_set = "us-east-1", nil
    local status, body = client:call("GET", "/v2/email/account", nil, mine)
    assert.equal(403, status)
    assert.equal("Credential should be scoped to a valid region.", body.message)
  end)
end)
