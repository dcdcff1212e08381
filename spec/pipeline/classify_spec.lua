local classify = require "ses.pipeline.classify"
local model = require "ses.model"

local send = model.operation("SendEmail")
local get = model.operation("GetAccount")

local function error_of(op, status, code, headers)
  headers = headers or { ["x-amzn-requestid"] = "r-1" }
  headers["x-amzn-errortype"] = code
  local result, err = classify.response(op, { status = status, headers = headers, body = '{"message":"no"}' })
  assert.is_nil(result)
  return err
end

describe("ses.pipeline.classify", function()
  it("gives each answer its kind and says whether to try again", function()
    local expected = {
      { 429, "TooManyRequestsException", "throttling", true },
      { 400, "ThrottlingException", "throttling", true },
      { 500, "InternalServiceErrorException", "service", true },
      { 503, "ServiceUnavailable", "service", true },
      { 501, "NotImplemented", "service", false },
      { 400, "MessageRejected", "client", false },
      { 404, "NotFoundException", "client", false },
      { 403, "SignatureDoesNotMatch", "signing", false },
      { 403, "ExpiredTokenException", "credentials", false },
    }
    for _, case in ipairs(expected) do
      local err = error_of(send, case[1], case[2])
      assert.same({ case[2], case[3], case[4] }, { err.code, err.kind, err.retryable })
      assert.equal("r-1", err.request_id)
    end
  end)

  it("takes the service's word that a send failed", function()
    assert.is_nil(error_of(send, 500, "InternalServiceErrorException").in_doubt)
  end)

  it("takes no answer for a receipt that SES would not give", function()
    for _, name in ipairs { "SendEmail", "SendBulkEmail", "SendCustomVerificationEmail" } do
      for _, body in ipairs { "", "{}", '{"Status":"ok"}' } do
        local found, err = classify.response(model.operation(name), { status = 200, headers = {}, body = body })
        assert.is_nil(found)
        assert.same({ "parse", "UnreadableResponse", true }, { err.kind, err.code, err.in_doubt })
      end
    end
  end)

  it("holds a send in doubt when a proxy answers 5xx in the service's place", function()
    local answer = { status = 502, headers = {}, body = "<html><title>502 Bad Gateway</title></html>" }
    local _, err = classify.response(send, answer)
    assert.is_true(err.in_doubt)
    assert.is_true(err.retryable)
    assert.matches("502 Bad Gateway", err.message)
    _, err = classify.response(get, answer)
    assert.is_nil(err.in_doubt)
  end)

  it("holds a send in doubt when the answer cannot be read", function()
    local _, err = classify.response(send, { status = 200, headers = {}, body = '{"MessageId":' })
    assert.equal("parse", err.kind)
    assert.is_true(err.in_doubt)
    assert.is_false(err.retryable)
  end)

  it("reads how long the service wants to be left alone", function()
    assert.equal(1.5, error_of(get, 429, "TooManyRequestsException", { ["x-amz-retry-after"] = "1500" }).retry_after)
    assert.equal(7, error_of(get, 503, nil, { ["retry-after"] = "7" }).retry_after)
    assert.is_nil(error_of(get, 503, nil, { ["retry-after"] = "soon" }).retry_after)
  end)
end)
