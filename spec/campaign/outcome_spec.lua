local errors = require "ses.errors"
local outcome = require "ses.campaign.outcome"

local SUSPENDED = "AccountSuspendedException"

local function of(fields)
  fields.kind = fields.kind or "client"
  fields.message = fields.message or "x"
  return outcome.of(errors.new(fields), "news@shop.example")
end

describe("ses.campaign.outcome", function()
  it("never sends again what may have been taken", function()
    for kind in pairs(errors.kinds) do
      assert.equal("in_doubt", of { kind = kind, in_doubt = true, retryable = true, code = SUSPENDED })
    end
  end)

  it("ends the run where the account cannot send", function()
    for _, code in ipairs {
      "AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException",
      "LimitExceededException", "NotFoundException", "SendingPaused",
    } do
      assert.equal("stop", of { code = code })
    end
    assert.equal("stop", of { kind = "credentials", code = "ExpiredToken" })
    assert.equal("stop", of { kind = "signing", code = "SignatureDoesNotMatch" })
    assert.equal("stop", of { code = "ACCOUNT_SENDING_PAUSED" })
  end)

  it("knows when the daily quota is used up", function()
    local text = "Daily message quota exceeded."
    assert.equal("daily", of { kind = "rate_limited", code = "DailyQuotaExceeded", retryable = true })
    assert.equal("daily", of { kind = "throttling", code = "ThrottlingException", message = text })
    assert.equal("daily", of { code = "LimitExceededException", message = text })
    assert.equal("daily", of { code = "ACCOUNT_DAILY_QUOTA_EXCEEDED" })
  end)

  it("tries an entry of a bulk call again that SES could not take just now", function()
    assert.equal("again", of { kind = "service", code = "TRANSIENT_FAILURE", retryable = true })
    assert.equal("failed", of { kind = "service", code = "FAILED" })
    assert.equal("throttled", of { kind = "throttling", code = "ACCOUNT_THROTTLED", retryable = true })
    assert.equal("failed", of { code = "MESSAGE_REJECTED" })
  end)

  it("tells a sender that is not verified from a recipient in the sandbox", function()
    local text = "Email address is not verified. The following identities failed the check in region US-EAST-1: "
    assert.equal("stop", of { code = "MessageRejected", message = text .. "News@shop.example, a@b.example" })
    assert.equal("failed", of { code = "MessageRejected", message = text .. "a@b.example" })
  end)

  it("waits where nobody answers, and slows where SES throttles", function()
    assert.equal("wait", of { kind = "network", retryable = true })
    assert.equal("wait", of { kind = "circuit_open", retryable = true })
    assert.equal("throttled", of { kind = "throttling", message = "Maximum sending rate exceeded." })
  end)

  it("leaves to another run what SES cannot do now, and fails what it refuses", function()
    assert.equal("later", of { kind = "service", retryable = true })
    assert.equal("later", of { kind = "cancelled" })
    assert.equal("failed", of { code = "BadRequestException" })
    assert.equal("failed", of { kind = "validation" })
  end)

  it("writes reasons in one line, without a mail address", function()
    assert.equal("not verified: a***@b.example, c***@d.example",
      outcome.reason("not verified:\n\tann@b.example, carl+x@d.example"))
  end)
end)
