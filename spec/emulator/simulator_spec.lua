local simulator = require "ses.emulator.simulator"

describe("ses.emulator.simulator", function()
  it("knows the simulator's addresses, with labels and in any letter case", function()
    assert.equal("bounced", simulator.outcome("bounce@simulator.amazonses.com").status)
    assert.equal("bounced", simulator.outcome("Bounce+label@Simulator.AmazonSES.com").status)
    assert.equal("complained", simulator.outcome("complaint+a+b@simulator.amazonses.com").status)
    assert.equal("suppressed", simulator.outcome("suppressionlist@simulator.amazonses.com").status)
    assert.equal("delivered", simulator.outcome("ooto@simulator.amazonses.com").status)
  end)

  it("knows no others", function()
    assert.is_nil(simulator.outcome("bounce@example.com"))
    assert.is_nil(simulator.outcome("bounce@xsimulator.amazonses.com"))
    assert.is_nil(simulator.outcome("other@simulator.amazonses.com"))
    assert.is_true(simulator.is_simulated("other@simulator.amazonses.com"))
    assert.is_false(simulator.is_simulated("bounce@simulator.amazonses.com.example"))
  end)
end)
