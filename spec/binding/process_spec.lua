local core = require "ses.core"
local process = core.process

describe("ses.core.process", function()
  it("runs a program and keeps what it writes", function()
    local running = assert(process.start "sh -c 'printf secret; exit 7'")
    local done, status = running:step()
    assert.is_true(done)
    assert.equal(7, status)
    assert.equal(6, running:size())
    assert.is_nil(tostring(running):find("secret", 1, true))
    running:close()
    assert.has_error(function() running:step() end)
  end)

  it("does not wait longer than it is told", function()
    local running = assert(process.start("sleep 60"))
    local before = core.clock.monotonic()
    assert.is_false(running:step(0))
    assert.is_false(running:step(20))
    assert.is_true(core.clock.monotonic() - before < 5)
    running:close()
  end)

  it("ends a program whose time is over", function()
    local running = assert(process.start("sleep 60", { timeout_ms = 50 }))
    local done, failure = running:step()
    assert.is_nil(done)
    assert.equal("timeout", failure.status)
  end)

  it("takes a part of a millisecond for little time, and not for no limit", function()
    local running = assert(process.start("sleep 60", { timeout_ms = 0.4 }))
    local done, failure = running:step(20)
    assert.is_nil(done)
    assert.equal("timeout", failure.status)
    running:close()
  end)

  it("says what is wrong with a command without repeating it", function()
    local faults = { ["/nonexistent/hidden-word"] = "not_found", ["'hidden-word"] = "parse", [" "] = "parse" }
    -- Under valgrind a child cannot tell that it cannot begin.
    if os.getenv("UNDER_VALGRIND") then faults["/nonexistent/hidden-word"] = nil end
    for command, status in pairs(faults) do
      local running, failure = process.start(command)
      assert.is_nil(running)
      assert.equal(status, failure.status)
      assert.is_nil(failure.message:find("hidden", 1, true))
    end
  end)

  it("splits a command for hosts that start programs themselves", function()
    assert.same({ "/my tools/x", "a b", "c" }, process.split [["/my tools/x" 'a b' c]])
    assert.is_nil((process.split "'"))
  end)
end)
