local errors = require "ses.errors"

describe("ses.errors", function()
  it("shows message, code, status and request id to a user", function()
    local err = errors.new {
      kind = "service", code = "MessageRejected", message = "Email address is not verified.",
      status = 400, request_id = "abc", operation = "SendEmail",
    }
    assert.equal("SendEmail: Email address is not verified. (MessageRejected, HTTP 400, request id abc)",
      tostring(err))
    assert.is_false(err.retryable)
    assert.is_true(errors.is(err))
    assert.is_false(errors.is({}))
  end)

  it("lists every fault of a validation error with its path", function()
    local err = errors.validation({
      { path = "Content.Simple.Subject.Data", message = "is required" },
      { path = "EmailTags[2].Name", message = "is longer than 256 characters" },
    }, "SendEmail")
    assert.equal("Content.Simple.Subject.Data is required; "
      .. "EmailTags[2].Name is longer than 256 characters", err.message)
    assert.equal("Content.Simple.Subject.Data", err.field)
  end)

  it("knows the failures of the core by their status", function()
    local err = errors.from_core({ status = "tls", message = "certificate expired" }, { retryable = true })
    assert.equal("network", err.kind)
    assert.equal("TLSError", err.code)
    assert.is_true(err.retryable)
  end)

  it("refuses a kind that no caller could know", function()
    assert.has_error(function() errors.new { kind = "odd", message = "x" } end)
  end)
end)
