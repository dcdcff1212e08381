local emulator = require "spec.support.emulator"
local nginx = require "spec.support.nginx"

describe("ses.run inside nginx", function()
  local running, sandbox

  setup(function()
    running = nginx.start(nginx.RUNS_LUA)
    sandbox = emulator.start {}
  end)
  teardown(function()
    running.stop()
    sandbox:stop()
  end)

  local function lua(code)
    local text, status = running.post("/lua", code)
    assert.equal(200, status, text)
    return text
  end

  it("runs tasks side by side and waits for all", function()
    assert.equal("6 true", lua [[
      local ses, sum = require "ses", 0
      local from = ses.monotonic()
      ses.run(function(spawn)
        for i = 1, 3 do spawn(function(n) ses.sleep(0.1); sum = sum + n end, i) end
      end)
      return sum .. " " .. tostring(ses.monotonic() - from < 0.25)
    ]])
  end)

  it("gives what the function returns, and what tasks return to those who wait", function()
    assert.equal("a b c", lua [[
      local ses = require "ses"
      local x, y = ses.run(function(spawn)
        local task = spawn(function() ses.sleep(0.01); return "a", "b" end)
        local a, b = task:wait()
        return a .. " " .. b, "c"
      end)
      return x .. " " .. y
    ]])
  end)

  it("lets tasks spawn tasks", function()
    assert.equal("done", lua [[
      local ses, deep = require "ses", nil
      ses.run(function(spawn)
        spawn(function()
          local inner = spawn(function() ses.sleep(0.01); return "done" end)
          deep = inner:wait()
        end)
      end)
      return deep
    ]])
  end)

  it("raises what a task raised and nobody took", function()
    assert.matches("^raised: .*boom", lua [[
      require("ses").run(function(spawn) spawn(function() error("boom") end) end)
    ]])
    assert.matches("^took: .*boom", lua [[
      return require("ses").run(function(spawn)
        local _, err = spawn(function() error("boom") end):wait()
        return "took: " .. tostring(err)
      end)
    ]])
  end)

  it("cancels a task, whoever asks", function()
    assert.equal("cancelled cancelled true", lua [[
      local ses = require "ses"
      local from = ses.monotonic()
      local kind, status
      ses.run(function(spawn)
        local sleeper = spawn(function() ses.sleep(5) end)
        spawn(function() ses.sleep(0.01); sleeper:cancel() end)
        local _, err = sleeper:wait()
        kind, status = err.kind, sleeper:status()
      end)
      return kind .. " " .. status .. " " .. tostring(ses.monotonic() - from < 1)
    ]])
  end)

  it("cancels the others when the function itself raises", function()
    assert.matches("^raised: .*no more", lua [[
      local ses = require "ses"
      ses.run(function(spawn)
        spawn(function() ses.sleep(5) end)
        ses.sleep(0.01)
        error("no more")
      end)
    ]])
  end)

  it("sends many mails at once from one request", function()
    assert.equal("20", lua(([[
      local ses, sent = require "ses", 0
      local client = assert(ses.client { endpoint = "%s", region = "us-east-1", credentials = {
        access_key_id = "AKIAEMULATOR00000000", secret_access_key = "emulator-secret-key" } })
      ses.run(function(spawn)
        for i = 1, 20 do
          spawn(function()
            assert(client.emails:send { from = "a@example.com", to = "b" .. i .. "@example.com",
              subject = "From nginx", text = "Hello" })
            sent = sent + 1
          end)
        end
      end)
      return sent
    ]]):format(sandbox.url)))
    assert.equal(20, sandbox:control("GET", "/messages?limit=1").total)
  end)
end)
