local classify = require "ses.pipeline.classify"
local codes = require "ses.pipeline.codes"
local errors = require "ses.errors"
local model = require "ses.model"

local send = model.operation "SendEmail"

local function rows_of(from)
  local rows = {}
  for _, row in ipairs(codes.list) do
    if row.from == from then rows[row.code] = row end
  end
  return rows
end

local function answer(status, code, form)
  local headers, body = { ["x-amzn-requestid"] = "r-1" }, '{"message":"no"}'
  if form == "header" then headers["x-amzn-errortype"] = code end
  if form == "header and address" then headers["x-amzn-errortype"] = code .. ":http://internal.amazon.com/coral/" end
  if form == "header and namespace" then headers["x-amzn-errortype"] = "com.amazonaws.sesv2#" .. code end
  if form == "type" then body = '{"__type":"' .. code .. '","message":"no"}' end
  if form == "type and namespace" then body = '{"__type":"aws.ses#' .. code .. ':http://x/","message":"no"}' end
  return { status = status, headers = headers, body = body }
end

local FORMS = { "header", "header and address", "header and namespace", "type", "type and namespace" }

describe("ses.pipeline.codes", function()
  it("has every error of every operation", function()
    local known, seen = rows_of "service", 0
    for _, name in ipairs(model.operations()) do
      for _, code in ipairs(model.operation(name).errors) do
        seen = seen + 1
        assert.is_table(known[code], code)
      end
    end
    assert.is_true(seen > 300)
  end)

  it("has each code once for whoever says it, with a kind that there is", function()
    local seen = {}
    for _, row in ipairs(codes.list) do
      local key = row.from .. " " .. row.code
      assert.is_nil(seen[key], key)
      seen[key] = true
      assert.is_true(errors.kinds[row.kind], key)
    end
  end)

  it("gives an answer the kind of its code, in whatever form the code comes", function()
    for code, row in pairs(rows_of "service") do
      local status = row.kind == "service" and 500 or 400
      for _, form in ipairs(FORMS) do
        local _, err = classify.response(send, answer(status, code, form))
        assert.same({ code, row.kind, row.retryable }, { err.code, err.kind, err.retryable }, form)
        assert.is_nil(err.in_doubt)
      end
    end
  end)

  it("has what comes of a status alone", function()
    local expected = {
      [301] = { "client", false }, [400] = { "client", false }, [403] = { "client", false },
      [404] = { "client", false }, [413] = { "client", false }, [429] = { "throttling", true },
      [500] = { "service", true }, [501] = { "service", false }, [502] = { "service", true },
      [503] = { "service", true }, [504] = { "service", true }, [505] = { "service", false },
    }
    for status, means in pairs(expected) do
      assert.same(means, { codes.of_answer(nil, status) }, status)
      assert.same(means, { codes.of_answer("NobodyKnowsThis", status) }, status)
    end
    assert.same({ "throttling", true }, { codes.of_answer("NobodyKnowsThis", 429) })
    assert.same({ "throttling", true }, { codes.of_answer("ThrottlingException", 503) })
  end)

  it("tries no send again for want of a daily quota", function()
    local response = answer(429, "TooManyRequestsException", "header")
    response.body = '{"message":"Daily message quota exceeded"}'
    local _, err = classify.response(send, response)
    assert.same({ "throttling", false }, { err.kind, err.retryable })
  end)
end)

-- What may have been done, case by case; spec/adapters has the cases of a transport.
describe("a send that is answered", function()
  local HTML = "<html><title>Service Unavailable</title></html>"
  local cases = {
    -- status, by SES, body, in doubt
    { 200, true, '{"MessageId":', true }, { 200, false, HTML, true },
    { 400, false, HTML, nil }, { 403, false, HTML, nil }, { 404, false, "", nil }, { 413, false, HTML, nil },
    { 429, true, "{}", nil }, { 429, false, HTML, nil },
    { 500, true, "{}", nil }, { 500, false, HTML, true }, { 502, false, HTML, true }, { 502, false, "", true },
    { 503, true, "{}", nil }, { 503, false, HTML, true }, { 503, false, "", true }, { 504, false, HTML, true },
  }
  for _, case in ipairs(cases) do
    local status, by_ses, body, in_doubt = case[1], case[2], case[3], case[4]
    it(("by %s with %d and %s is %sin doubt"):format(by_ses and "SES" or "another", status,
      body == "" and "nothing" or "a body", in_doubt and "" or "not "), function()
      local headers = by_ses and { ["x-amzn-requestid"] = "r" } or {}
      local _, err = classify.response(send, { status = status, headers = headers, body = body })
      assert.equal(in_doubt, err.in_doubt)
      _, err = classify.response(model.operation "GetAccount", { status = status, headers = headers, body = body })
      assert.is_nil(err.in_doubt)
    end)
  end
end)
