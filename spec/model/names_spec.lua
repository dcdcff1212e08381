local names = require "ses.model.names"
local model = require "ses.model"

describe("ses.model.names", function()
  it("writes AWS's names as its SDK for Ruby does", function()
    for name, snake in pairs {
      FromEmailAddress = "from_email_address", Max24HourSend = "max_24_hour_send",
      SentLast24Hours = "sent_last_24_hours", S3Url = "s3_url", FailedRecordsS3Url = "failed_records_s3_url",
      SOARecord = "soa_record", WebsiteURL = "website_url", Ip = "ip", message = "message",
      FailureRedirectionURL = "failure_redirection_url", CurrentSigningKeyLength = "current_signing_key_length",
    } do
      assert.equal(snake, names.snake(name))
    end
  end)

  it("gives no two members of a shape the same name", function()
    local seen = {}
    local function walk(shape)
      if seen[shape] then return end
      seen[shape] = true
      local used = {}
      for _, member in ipairs(shape.members or {}) do
        assert.is_nil(used[member.snake], shape.name .. "." .. member.snake)
        used[member.snake] = true
        walk(member.shape)
      end
      for _, inner in pairs { shape.member, shape.value } do walk(inner) end
    end
    for _, name in ipairs(model.operations()) do
      walk(model.shape(model.operation(name).input))
      walk(model.shape(model.operation(name).output))
    end
  end)

  it("converts both ways, through lists and structures", function()
    local snake = {
      from_email_address = "a@example.com",
      destination = { to_addresses = { "b@example.com" } },
      content = { template = { template_name = "t", headers = { { name = "X-A", value = "1" } } } },
      email_tags = { { name = "k", value = "v" } },
    }
    local aws = {
      FromEmailAddress = "a@example.com",
      Destination = { ToAddresses = { "b@example.com" } },
      Content = { Template = { TemplateName = "t", Headers = { { Name = "X-A", Value = "1" } } } },
      EmailTags = { { Name = "k", Value = "v" } },
    }
    assert.same(aws, names.to_aws("SendEmailRequest", snake))
    assert.same(snake, names.to_lua("SendEmailRequest", aws))
    assert.same(aws, names.to_aws("SendEmailRequest", aws))
  end)

  it("leaves the keys of the user's own maps alone", function()
    local filter = { MyTenant = "x", other_key = "y" }
    assert.same({ Filter = filter }, names.to_aws("ListTenantsRequest", { filter = filter }))
    assert.same({ filter = filter }, names.to_lua("ListTenantsRequest", { Filter = filter }))
  end)

  it("takes the name in snake_case where a member has both", function()
    for _ = 1, 20 do
      assert.same({ FromEmailAddress = "b" },
        names.to_aws("SendEmailRequest", { FromEmailAddress = "a", from_email_address = "b" }))
    end
  end)

  it("keeps what it does not know: the validator speaks of it, and SES may be newer", function()
    assert.same({ from_email_adress = "x" }, names.to_aws("SendEmailRequest", { from_email_adress = "x" }))
    assert.same({ message_id = "1", new_member = { Inner = 1 } },
      names.to_lua("SendEmailResponse", { MessageId = "1", NewMember = { Inner = 1 } }))
  end)

  it("leaves its input as it is, and values of the wrong type to the validator", function()
    local given = { destination = { to_addresses = "no list" } }
    assert.same({ Destination = { ToAddresses = "no list" } }, names.to_aws("SendEmailRequest", given))
    assert.same({ destination = { to_addresses = "no list" } }, given)
    assert.equal("text", names.to_aws("SendEmailRequest", "text"))
  end)
end)
