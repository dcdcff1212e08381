local support = require "spec.support.emulator"

describe("the emulator's message insights", function()
  local client

  setup(function() client = support.start {} end)
  teardown(function() client:stop() end)
  before_each(function() client:control("POST", "/reset") end)

  local function events_of(to)
    local id = client:ok("SendEmail", support.mail(to, { EmailTags = { { Name = "kind", Value = "test" } } })).MessageId
    local told = client:ok("GetMessageInsights", { MessageId = id })
    assert.same({ "sender@example.com", "Hello", { { Name = "kind", Value = "test" } } },
      { told.FromEmailAddress, told.Subject, told.EmailTags })
    local names = {}
    for i, event in ipairs(told.Insights[1].Events) do names[i] = event.Type end
    return table.concat(names, " "), told.Insights[1]
  end

  it("tell what became of a mail", function()
    assert.equal("SEND DELIVERY", (events_of "a@example.com"))
    assert.equal("SEND DELIVERY COMPLAINT", (events_of "complaint@simulator.amazonses.com"))
    local events, insight = events_of "bounce@simulator.amazonses.com"
    assert.equal("SEND BOUNCE", events)
    assert.equal("bounce@simulator.amazonses.com", insight.Destination)
    assert.equal("PERMANENT", insight.Events[2].Details.Bounce.BounceType)
  end)

  it("know no other mail", function()
    client:refused("NotFoundException", "GetMessageInsights", { MessageId = "none" })
  end)
end)
