local errors = require "ses.errors"
local model = require "ses.model"

describe("ses.model", function()
  it("knows an operation by AWS's name", function()
    local op = assert(model.operation("SendEmail"))
    assert.equal("SendEmail", op.name)
    assert.equal("POST", op.method)
    assert.equal("/v2/email/outbound-emails", op.uri)
    assert.equal("EndpointId", op.endpoint_id)
    assert.equal(op, model.operation("SendEmail"))
    assert.same({
      input_token = "NextToken", output_token = "NextToken", limit_key = "PageSize",
      result_key = "TemplatesMetadata",
    }, model.operation("ListEmailTemplates").pagination)
  end)

  it("says what was meant by a name that it does not know", function()
    local op, err = model.operation("SendEmial")
    assert.is_nil(op)
    assert.is_true(errors.is(err))
    assert.equal("SES v2 has no operation 'SendEmial'; did you mean 'SendEmail'?", err.message)
    assert.equal("validation", select(2, model.operation(nil)).kind)
  end)

  it("prepares shapes with their members", function()
    local shape = model.shape("ListSuppressedDestinationsRequest")
    local reasons = shape.by_name.Reasons
    assert.equal("query", reasons.location)
    assert.equal("Reason", reasons.wire)
    assert.equal("list", reasons.shape.type)
    assert.equal(reasons, shape.by_snake.reasons)
    assert.has_error(function() model.shape("NoSuchShape") end)
  end)

  it("paginates only over members that are there", function()
    for _, name in ipairs(model.operations()) do
      local op = model.operation(name)
      if op.pagination then
        local input, output = model.shape(op.input), model.shape(op.output)
        assert.is_table(input.by_name[op.pagination.input_token], name)
        assert.is_table(input.by_name[op.pagination.limit_key], name)
        assert.is_table(output.by_name[op.pagination.output_token], name)
        assert.equal("list", output.by_name[op.pagination.result_key].shape.type, name)
      end
    end
  end)

  it("says what service it is of", function()
    assert.same({
      api_version = "2019-09-27", service_id = "SESv2", signing_name = "ses", endpoint_prefix = "email",
    }, model.service())
  end)
end)
