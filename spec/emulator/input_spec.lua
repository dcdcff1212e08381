local input = require "ses.emulator.input"
local model = require "ses.model"

describe("ses.emulator.input", function()
  it("takes members from path, query and body, in their types", function()
    local list = model.operation("ListSuppressedDestinations")
    local query = "PageSize=5&Reason=BOUNCE&Reason=COMPLAINT&NextToken=a+b%3D&StartDate=1970-01-02T00:00:00Z"
    assert.same({
      PageSize = 5, Reasons = { "BOUNCE", "COMPLAINT" }, NextToken = "a b=", StartDate = 86400,
    }, input.read(list, {}, query))
    local update = model.operation("UpdateEmailTemplate")
    assert.same({ TemplateName = "x", TemplateContent = { Subject = "s" } },
      input.read(update, { TemplateName = "x" }, "", '{"TemplateContent":{"Subject":"s","Text":null}}'))
  end)

  it("takes from the query what the body does not have, as older clients send it", function()
    local list = model.operation("ListContacts")
    assert.same({ ContactListName = "all", PageSize = 2, NextToken = "t" },
      input.read(list, { ContactListName = "all" }, "PageSize=2&NextToken=x", '{"NextToken":"t"}'))
  end)

  it("keeps a value that has the wrong form for the validator to see", function()
    assert.equal("many", input.read(model.operation("ListEmailTemplates"), {}, "PageSize=many").PageSize)
  end)

  it("leaves out what the model does not know, at any depth", function()
    local body = '{"New":1,"Content":{"Simple":{"Subject":{"Data":"s","Newer":[]}},"Other":{}}}'
    assert.same({ Content = { Simple = { Subject = { Data = "s" } } } },
      input.read(model.operation("SendEmail"), {}, "", body))
    assert.same({ SendingEnabled = false },
      input.read(model.operation("PutAccountSendingAttributes"), {}, "", '{"SendingEnabled":false}'))
  end)

  it("says when the body is no JSON object", function()
    for _, body in ipairs { "[]", "1", "{", '"x"' } do
      local params, reason = input.read(model.operation("SendEmail"), {}, "", body)
      assert.is_nil(params)
      assert.equal("string", type(reason))
    end
    assert.same({}, input.read(model.operation("SendEmail"), {}, "", ""))
  end)
end)
