local host = require "ses.emulator.host"

describe("ses.emulator.host", function()
  it("quotes any text for the shell", function()
    for _, text in ipairs { "plain", "it's", "$HOME `id` \"x\" \\ ;&|", "", "a\nb" } do
      assert.equal(text, host.capture("printf %s " .. host.quote(text)))
    end
  end)

  it("tells a failed command from one that says nothing", function()
    assert.equal("", host.capture("true"))
    assert.is_nil(host.capture("false"))
    assert.is_true(host.succeeds("true"))
    assert.is_false(host.succeeds("false"))
  end)

  it("knows this process, and that another is gone", function()
    local pid = host.pid()
    assert.truthy(host.identity(pid))
    assert.equal(host.identity(pid), host.identity(pid))
    assert.is_nil(host.identity("4194304"))
  end)

  it("gives a port that can be bound", function()
    local socket = require "socket"
    local port = host.free_port(math.random)
    assert.is_false(host.is_listening(port))
    local server = assert(socket.bind("127.0.0.1", port))
    assert.is_true(host.is_listening(port))
    server:close()
  end)

  it("waits until a condition holds, and no longer than it is told", function()
    local calls = 0
    assert.equal("now", host.wait_for(5, function()
      calls = calls + 1
      return calls == 3 and "now"
    end))
    assert.is_false(host.wait_for(0.05, function() return false end))
  end)
end)
