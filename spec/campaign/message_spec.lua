local errors = require "ses.errors"
local message = require "ses.campaign.message"

-- A client that knows one template.
local function client_with(content)
  return {
    settings = { region = "eu-west-1" },
    templates = { get = function(_, params)
      if not content then
        return nil, errors.new { kind = "client", code = "NotFoundException", message = "no template" }
      end
      return { template_name = params.template_name, template_content = content }
    end },
  }
end

local function campaign(spec)
  spec.from = spec.from or "news@shop.example"
  return { file = "autumn.lua", name = "autumn", message = spec }
end

local function local_message(fields)
  fields.subject = fields.subject or "Hello {{name}}"
  fields.text = fields.text or "Dear {{name}}, {{#if town}}how is {{town}}?{{/if}}{{#if vip}}{{gift}}{{/if}}"
  return assert(message.new(campaign(fields)))
end

describe("ses.campaign.message", function()
  it("renders a message of the campaign file for each recipient", function()
    local m = local_message { tags = { season = "autumn" }, config_set = "main", headers = { ["X-A"] = "b" } }
    assert.same({
      from = "news@shop.example", to = { name = "Ann", email = "ann@example.com" }, subject = "Hello Ann",
      text = "Dear Ann, how is Köln?", config_set = "main", headers = { ["X-A"] = "b" },
      tags = { season = "autumn", ses_campaign = "autumn", ses_recipient = "17" },
    }, m:mail { id = 17, name = "Ann", email = "ann@example.com", data = '{"name":"Ann","town":"Köln"}' })
  end)

  it("leaves a template of SES to SES, and gives it the data as they are", function()
    local m = assert(message.new(campaign { template = "t" }, client_with { subject = "{{a}}", text = "{{b}}" }))
    local mail = m:mail { id = 1, email = "a@example.com", data = '{"a":"x"}' }
    assert.equal("t", mail.template)
    assert.equal('{"a":"x"}', mail.data)
    assert.is_nil(mail.subject)
  end)

  it("names a template that is not there, and one that cannot be read", function()
    local m, err = message.new(campaign { template = "t" }, client_with(nil))
    assert.is_nil(m)
    assert.equal("autumn.lua: message.template 't' is no template of this account in eu-west-1; store it by: "
      .. "ses template push FOLDER --name t", err.message)
    m, err = message.new(campaign { template = "t" }, client_with { subject = "{{#if a}}", text = "x" })
    assert.is_nil(m)
    assert.matches("^autumn.lua: message.template does not compile: subject: ", err.message)
    m, err = message.new(campaign { subject = "x", text = "{{a" })
    assert.is_nil(m)
    assert.matches("^autumn.lua: message does not compile: text: ", err.message)
  end)

  it("finds the variable that a recipient lacks, also where only some branch needs it", function()
    local m = local_message {}
    assert.is_true(m:check { name = "Ann", town = "", vip = "" })
    local fine, variable, reason = m:check { town = "Köln" }
    assert.is_nil(fine)
    assert.equal("name", variable)
    assert.matches("name", reason)
    fine, variable = m:check { name = "Ann", vip = "yes" }
    assert.is_nil(fine)
    assert.equal("gift", variable)
  end)

  it("finds it for every pattern of empty fields", function()
    local m = local_message {}
    assert.is_true(m:check({ name = "Ann", town = "x", vip = "" }, "110"))
    assert.is_true(m:check({ name = "Bob", town = "y", vip = "" }, "110"))
    local fine, variable = m:check({ name = "Bob", town = "y", vip = "yes" }, "111")
    assert.is_nil(fine)
    assert.equal("gift", variable)
  end)

  it("refuses a line break in what goes into the subject, however deep, and takes it in the text", function()
    local m = local_message { subject = "{{name}} {{#each items}}{{this}}{{/each}}" }
    assert.is_true(m:check { name = "Ann", town = "two\nlines" })
    local fine, variable, reason = m:check { name = "Ann\r\nBcc: eve@example.com" }
    assert.is_nil(fine)
    assert.equal("name", variable)
    assert.matches("line break", reason)
    fine, variable = m:check { name = "Ann", items = { "a", "b\nc" } }
    assert.is_nil(fine)
    assert.is_truthy(variable)
    -- Whichever data were seen fit before: a subject is looked at for every recipient.
    assert.is_true(m:check({ name = "Ann" }, "1"))
    assert.is_nil((m:check({ name = "Ann\nBcc: x" }, "1")))
  end)

  it("has another fingerprint where another mail would be sent", function()
    local first = local_message {}:fingerprint()
    assert.equal(first, local_message {}:fingerprint())
    assert.not_equal(first, local_message { subject = "Hi {{name}}" }:fingerprint())
    assert.not_equal(first, local_message { from = "other@shop.example" }:fingerprint())
    assert.not_equal(first, local_message { html = "<p>{{name}}</p>" }:fingerprint())
  end)
end)
