local host = require "ses.adapters.host"
local ports = require "ses.ports"

describe("ses.adapters.host", function()
  it("picks libcurl and the loop outside of nginx", function()
    local current = host.current()
    assert.equal("plain", current.name)
    assert.equal(current, host.current())
    assert.is_true(ports.check("clock", current.clock))
    assert.is_true(ports.check("random", current.random))
    local transport = assert(current.transport())
    assert.is_true(ports.check("transport", transport))
    transport:close()
  end)
end)
